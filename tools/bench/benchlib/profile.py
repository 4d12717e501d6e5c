"""Where the product's time goes: its measured commands under `perf record`."""
import os
import re
import shutil
import subprocess

from .programs import Broken

PERCENT_MIN = 2.0
LINES_MAX = 40
SAMPLES_PER_SECOND = 499
# What every program passes through before it comes to work, and what has no name.
NOISE = re.compile(r"^(0x|0{8}|\[|_start|start_thread|__libc|main$|static .*\.main\(\)|_dispatch_|dispatch|NSThreadStart|Thread\.main|"
                   r"swift_job_run|swift::runJob|(partial apply for )?closure #|partial apply|thunk|reabstraction|protocol witness|"
                   r"withUnsafe|swift_task)")


def needs():
    """What is missing to make profiles; empty when nothing is."""
    return "" if shutil.which("perf") else "perf: not installed. Install the package linux-perf"


def recording(folder, key):
    """The beginning of a command that is to be recorded."""
    return ["perf", "record", "-q", "-F", str(SAMPLES_PER_SECOND), "-g", "-o", path(folder, key), "--"]


def path(folder, key):
    return os.path.join(folder, re.sub(r"\W+", "-", key) + ".perf")


def _report(folder, key, *options):
    done = subprocess.run(["perf", "report", "-i", path(folder, key), "--stdio", "-g", "none", *options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Broken(f"perf report: {done.stderr[-300:]}")
    names = subprocess.run(["swift", "demangle", "--simplified"], input=done.stdout, capture_output=True, text=True, check=False)
    lines = (names.stdout if names.returncode == 0 else done.stdout).split("\n")
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def by_function(folder, key):
    """(percent with everything called, percent alone, function), most first; the kernel's part is in `by_library`."""
    found = []
    for line in _report(folder, key, "--children", "--percent-limit", str(PERCENT_MIN), "--sort", "sym"):
        match = re.match(r"([\d.]+)%\s+([\d.]+)%\s+\[\.\]\s+(.*)", line)
        if match and not NOISE.match(match.group(3)):
            found.append((float(match.group(1)), float(match.group(2)), match.group(3).strip()))
    return found[:LINES_MAX]


def by_library(folder, key):
    """(percent, library), most first."""
    found = []
    for line in _report(folder, key, "--no-children", "--percent-limit", str(PERCENT_MIN), "--sort", "dso"):
        match = re.match(r"([\d.]+)%\s+(\S+)", line)
        if match:
            found.append((float(match.group(1)), match.group(2)))
    return found


def text(folder, key):
    """Both, to read."""
    lines = [f"{key}: by library", *(f"  {percent:5.1f} %  {name}" for percent, name in by_library(folder, key)), f"{key}: with what it calls, alone, function"]
    lines += [f"  {all_of_it:5.1f} %  {alone:5.1f} %  {name}" for all_of_it, alone, name in by_function(folder, key)]
    return "\n".join(lines)
