"""Reads mapping files: the part of YAML that they use, in plain Python.

Block mappings and lists by indentation, flow mappings and lists on one line, quoted and plain scalars,
comments. Every scalar is text, except that plain digits become int. Anything else raises ValueError.
"""
import re

ESCAPES = {"t": "\t", "n": "\n", "\\": "\\", '"': '"'}


def strip_comment(line):
    """The line without a comment that stands outside quotes."""
    quote = None
    for at, char in enumerate(line):
        if quote:
            if char == quote and not (quote == '"' and line[at - 1] == "\\"):
                quote = None
        elif char in "\"'":
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at].rstrip()
    return line.rstrip()


class Flow:
    """Parser of one flow value: `{a: b}`, `[a, b]`, a quoted or a plain scalar."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def blanks(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1

    def take(self, char):
        self.blanks()
        if self.text[self.at:self.at + 1] == char:
            self.at += 1
            return True
        return False

    def value(self, stops=""):
        self.blanks()
        if self.take("{"):
            return self.mapping()
        if self.take("["):
            return self.sequence()
        if self.text[self.at:self.at + 1] in ('"', "'"):
            return self.quoted()
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        plain = self.text[start:self.at].strip()
        return int(plain) if re.fullmatch(r"0|[1-9][0-9]*", plain) else plain

    def quoted(self):
        quote, out = self.text[self.at], []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != quote:
            if quote == '"' and self.text[self.at] == "\\":
                self.at += 1
                out.append(ESCAPES[self.text[self.at]])
            else:
                out.append(self.text[self.at])
            self.at += 1
        if self.at >= len(self.text):
            raise ValueError("quote without end: " + self.text)
        self.at += 1
        return "".join(out)

    def mapping(self):
        out = {}
        while not self.take("}"):
            key = str(self.value(stops=":"))
            if not self.take(":"):
                raise ValueError("no colon: " + self.text)
            out[key] = self.value(stops=",}")
            if not self.take(",") and self.text[self.at:].lstrip()[:1] != "}":
                raise ValueError("no end of mapping: " + self.text)
        return out

    def sequence(self):
        out = []
        while not self.take("]"):
            out.append(self.value(stops=",]"))
            if not self.take(",") and self.text[self.at:].lstrip()[:1] != "]":
                raise ValueError("no end of list: " + self.text)
        return out


def scalar(text):
    """One complete flow value."""
    flow = Flow(text)
    value = flow.value()
    if flow.text[flow.at:].strip():
        raise ValueError("text after the value: " + text)
    return value


def block(lines, depth):
    """The mapping or list that starts at the first of `lines` (indent, text); takes its lines away."""
    listed = lines[0][1].startswith("- ")
    out = [] if listed else {}
    while lines and lines[0][0] == depth:
        indent, text = lines.pop(0)
        if listed:
            out.append(scalar(text[2:]))
            continue
        found = re.match(r"([^:\"'{\[]+):(?: +(.*))?$", text)
        if not found or found.group(1) in out:
            raise ValueError("not a key of its own: " + text)
        key, rest = found.groups()
        if rest:
            out[key] = scalar(rest)
        else:
            if not lines or lines[0][0] <= indent:
                raise ValueError("key without value: " + text)
            out[key] = block(lines, lines[0][0])
    if lines and lines[0][0] > depth:
        raise ValueError("indentation: " + lines[0][1])
    return out


def load(path):
    """The mapping file at `path` as dictionaries, lists, text and integers."""
    lines = []
    with open(path, encoding="utf-8") as file:
        for raw in file:
            text = strip_comment(raw.rstrip("\n"))
            if text.strip():
                lines.append((len(text) - len(text.lstrip()), text.strip()))
    value = block(lines, 0)
    if lines:
        raise ValueError("text after the end: " + lines[0][1])
    return value


def columns(field):
    """The columns one field of a mapping reads."""
    if isinstance(field, str):
        return [field]
    if "template" in field:
        return re.findall(r"\{([^}]+)\}", field["template"])
    return [field["column"]]
