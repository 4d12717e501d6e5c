"""Reads the limits that Swift declares, `static let nameMax = value`, and the page that lists them."""
import re

TYPES = {"struct", "enum", "class", "actor", "extension", "protocol"}
ROW = re.compile(r"^\| `([\w.]+Max)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$")


def declared(swift):
    """(line, `Type.nameMax`, value as a number, or None where it is computed) of every static limit."""
    code, depth, types = swift.code, 0, []
    for i, token in enumerate(code[:-2]):
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            while types and types[-1][1] > depth:
                types.pop()
        is_name = token.kind == "word" and token.text in TYPES and code[i + 1].kind == "word"
        if is_name and (i == 0 or code[i - 1].text not in (".", "@")) and code[i + 1].text not in ("func", "var", "let"):
            name, j = code[i + 1].text, i + 2
            while j + 1 < len(code) and code[j].text == ".":
                name, j = code[j + 1].text, j + 2
            types.append((name, depth + 1))
        is_limit = token.text in ("let", "var") and re.fullmatch(r"\w+Max", code[i + 1].text) and types
        if is_limit and any(t.text == "static" for t in code[max(0, i - 3):i]):
            line = swift.text[code[i + 1].end:].split("\n", 1)[0]
            match = re.fullmatch(r"(?:: [\w.<>]+)? (?:=|\{) ([^}]*?)(?: \})?(?: +//.*)?", line)
            yield swift.line(token.start), f"{types[-1][0]}.{code[i + 1].text}", number(match[1]) if match else None


def number(text):
    """The value of an expression of numbers; None for another."""
    plain = text.replace("_", "").replace(",", "").strip()
    return eval(plain, {"__builtins__": {}}) if re.fullmatch(r"[\d <>*+()-]+", plain) else None


def listed(text):
    """(line, `Type.nameMax`, value, file of the test or an em dash) of every row of the page."""
    for line, row in enumerate(text.split("\n"), 1):
        match = ROW.match(row)
        if match:
            yield line, match[1], number(match[2]), match[4].strip("` ")


def check(swifts, page, names, find):
    """Every limit stands on the page with its value, and every row is of a limit; tests named are there."""
    rows = {name: (line, value, test) for line, name, value, test in listed(page)}
    seen = set()
    for path, swift in swifts.items():
        for line, name, value in declared(swift):
            seen.add(name)
            if name not in rows:
                find(path, line, "limit", name)
            elif value is not None and rows[name][1] != value:
                find(path, line, "limit", f"{name} is {value}, the page says {rows[name][1]}")
    for name, (line, _, test) in rows.items():
        if name not in seen or test != "—" and test not in names:
            find("Protocol/limits.md", line, "limit", name if name not in seen else test)
