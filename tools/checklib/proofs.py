"""Reads the tests that pages of the specification name as proof, and the tests that there are."""
import re

TEST = re.compile(r"\bfunc `([^`]+)`")
# TargetTests/FileTests and then names of its tests; limits.py looks after paths.
NAMED = re.compile(r"\b(\w+Tests/\w+Tests)\b(?!\.swift)((?:,? `[^`]+`)*)")
SCRIPT = re.compile(r"\bEndToEnd/\w+\.py")


def written(texts):
    """The names of the tests by file, `TargetTests/FileTests`."""
    files = {}
    for name, text in texts.items():
        if name.startswith("Tests/") and name.endswith(".swift"):
            folders = name.removesuffix(".swift").split("/")
            files.setdefault(f"{folders[1]}/{folders[-1]}", set()).update(TEST.findall(text))
    return files


def check(texts, find):
    """What a page names as a test is one."""
    files = written(texts)
    for name, text in texts.items():
        for number, line in enumerate(text.split("\n"), 1) if name.endswith(".md") else ():
            for file, names in NAMED.findall(line):
                if file not in files:
                    find(name, number, "proof", file)
                for test in re.findall(r"`([^`]+)`", names) if file in files else ():
                    if test not in files[file]:
                        find(name, number, "proof", f"{file} {test}")
            for script in SCRIPT.findall(line):
                if f"Tests/{script}" not in texts:
                    find(name, number, "proof", script)
