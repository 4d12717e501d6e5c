"""The tests with real nodes and the measuring of searches are formatted by black, which `tools/install --tests` brings: nobody need think of it."""
import os
import re
import subprocess
import sys

COLUMNS_MAX = 120
FORMATTED = re.compile(r"(Tests/EndToEnd|tools/bench/benchlib/search)/[^/]*\.py|tools/bench/search\.py")
# Long texts are divided too.
STYLE = ["--line-length", str(COLUMNS_MAX), "--target-version", "py311", "--preview",
         "--enable-unstable-feature", "string_processing", "--quiet"]


def black():
    """The command; `None` where the program is not there."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    program = os.path.join(cache, "tafel-tests", "venv", "bin", "black")
    return [program, *STYLE] if os.access(program, os.X_OK) else None


def is_formatted(command, root, names):
    return subprocess.run([*command, "--check", *names], cwd=root, check=False, capture_output=True).returncode == 0


def check(root, texts, find):
    """Finds lines that are too long, and files that black would write otherwise."""
    names = [name for name in texts if FORMATTED.fullmatch(name)]
    if not names:
        return
    for name in names:
        for number, line in enumerate(texts[name].split("\n"), 1):
            if len(line) > COLUMNS_MAX:
                find(name, number, "columns")
    command = black()
    if command is None:
        find("tools/check", 1, "formatter")
    elif not is_formatted(command, root, names):
        # Which of them it is.
        for name in names:
            if not is_formatted(command, root, [name]):
                find(name, 1, "black")


def format(root, names):
    """Writes what is checked as black would; the exit code."""
    command = black()
    if command is None:
        print("error: black is not there. Run tools/install --tests", file=sys.stderr)
        return 3
    return subprocess.run([*command, *filter(FORMATTED.fullmatch, names)], cwd=root, check=False).returncode
