"""Reads Swift far enough for the style check: tokens, declarations, imports, a package's targets.

Knows strings, interpolation and nested comments; no types, and no regex literals without `#`.
"""
import bisect
import collections
import re

FUNCTION_LINES_MAX = 80
MODIFIERS = set("""package public open internal private fileprivate static class final mutating nonmutating
    borrowing consuming indirect nonisolated override lazy weak unowned convenience required dynamic optional
    isolated distributed prefix postfix infix sending""".split())
DECLARING = set("""struct enum class actor protocol func var let init deinit subscript typealias
    associatedtype macro operator precedencegroup""".split())
BEFORE_NOT = set("return in if while guard where case else is let var throw await".split())

OPENING = re.compile(r'(#*)("""|")')
PATTERN = re.compile(r"(#+)/.*?/\1", re.S)
WORD = re.compile(r"`[^`\n]*`|[^\W\d]\w*|\d\w*(?:\.\d\w*)?")

Token = collections.namedtuple("Token", "kind text start end")


class Swift:
    """A Swift file as tokens: word, string, mark, comment, doc. Interpolated code is code."""

    def __init__(self, text):
        self.text, self.tokens = text, []
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.scan(0, False)
        self.code = [token for token in self.tokens if token.kind not in ("comment", "doc")]

    def line(self, offset):
        return bisect.bisect_left(self.breaks, offset) + 1

    def add(self, kind, start, end):
        self.tokens.append(Token(kind, self.text[start:end], start, end))
        return end

    def scan(self, i, is_interpolation):
        """Reads tokens from `i` to the end, or past the `)` that ends an interpolation."""
        text, depth = self.text, 0
        while i < len(text):
            if text[i].isspace():
                i += 1
            elif text.startswith("//", i):
                end = text.find("\n", i)
                is_alone = not text[text.rfind("\n", 0, i) + 1:i].strip()  # beside code it is about that code
                kind = "doc" if is_alone and re.match(r"///(?!/)", text[i:i + 4]) else "comment"
                i = self.add(kind, i, end if end >= 0 else len(text))
            elif text.startswith("/*", i):
                i = self.block_comment(i)
            elif match := OPENING.match(text, i):
                i = self.string(i, match)
            elif match := PATTERN.match(text, i):
                i = self.add("string", i, match.end())
            elif match := WORD.match(text, i):
                i = self.add("word", i, match.end())
            else:
                depth += {"(": 1, ")": -1}.get(text[i], 0)
                if is_interpolation and depth < 0:
                    return i + 1
                i = self.add("mark", i, i + 1)
        return i

    def block_comment(self, start):
        depth, i = 0, start
        for match in re.compile(r"/\*|\*/").finditer(self.text, start):
            depth, i = depth + (1 if match.group() == "/*" else -1), match.end()
            if depth == 0:
                break
        is_doc = self.text.startswith("/**", start) and not self.text.startswith("/**/", start)
        return self.add("doc" if is_doc else "comment", start, i if depth == 0 else len(self.text))

    def string(self, start, opening):
        hashes, quote = opening.groups()
        end = quote + hashes + ("" if quote == '"""' else r"|\n")
        stop = re.compile(re.escape("\\" + hashes) + r"(\(|.)|" + end, re.S)
        i = opening.end()
        while match := stop.search(self.text, i):
            i = match.end()
            if match.group(1) == "(":
                i = self.scan(i, True)
            elif match.group(1) is None:
                return self.add("string", start, i)
        return self.add("string", start, len(self.text))


def closing(tokens, i):
    """The index of the mark that closes the bracket at `i`, or the last index."""
    depth = 0
    for j in range(i, len(tokens)):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(tokens[j].text, 0)
        if depth == 0:
            return j
    return len(tokens) - 1


def imports(swift):
    """(line, module) of every import."""
    code = swift.code
    for i, token in enumerate(code[:-1]):
        if token.text == "import" and token.kind == "word":
            is_of_one = code[i + 1].text in DECLARING and i + 2 < len(code)
            yield swift.line(token.start), code[i + 2 if is_of_one else i + 1].text


def head(tokens, i):
    """What stands before the declaration at `i`: whether it is documented, and its modifiers."""
    modifiers, i = set(), i - 1
    while i >= 0:
        token = tokens[i]
        if token.kind == "doc":
            if token.text.strip("/* \n"):
                return True, modifiers
        elif token.text == ")" and token.kind == "mark":
            depth = 1
            while i > 0 and depth:
                i -= 1
                depth += {"(": -1, ")": 1}.get(tokens[i].text, 0)
            i -= 1
            if i >= 1 and tokens[i - 1].text == "@":
                i -= 1
            elif i < 0 or tokens[i].text not in MODIFIERS:
                break
        elif token.kind == "word" and i and tokens[i - 1].text == "@":
            i -= 1
        elif token.kind == "word" and token.text in MODIFIERS and (not i or tokens[i - 1].text != "."):
            modifiers.add(token.text)
        elif token.kind != "comment":
            break
        i -= 1
    return False, modifiers


def undocumented(swift):
    """Offsets of declarations seen outside their target that have no documentation comment."""
    tokens, ends = swift.tokens, []
    depth = 0
    for i, token in enumerate(tokens):
        if token.kind == "mark":
            depth += {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}.get(token.text, 0)
            if token.text == "}" and ends and depth < ends[-1]:
                ends.pop()
        if token.kind != "word" or token.text not in DECLARING | {"extension"}:
            continue
        after = next((t for t in tokens[i + 1:] if t.kind not in ("comment", "doc")), None)
        if after is None or after.text in (":", ",", ")", "}") or (i and tokens[i - 1].text in (".", "@")):
            continue  # a label, a member named so, a class constraint
        if token.text == "class" and (after.text in DECLARING or after.text in MODIFIERS):
            continue  # `class func`: the modifier
        is_documented, modifiers = head(tokens, i)
        is_hidden = bool(modifiers & {"private", "fileprivate", "internal"})
        is_implied = bool(ends) and depth == ends[-1] and not is_hidden
        is_seen = bool(modifiers & {"package", "public", "open"})
        if token.text in ("extension", "protocol") and is_seen:
            ends.append(depth + 1)  # its members are as visible as it is
        if (is_seen or is_implied) and not is_documented and token.text != "extension":
            yield token.start


def long_functions(swift):
    """Offsets of functions, initialisers and subscripts of too many lines."""
    code = swift.code
    stops = DECLARING | {"}", "case", "package", "public", "internal", "private", "static", "mutating"}
    for i, token in enumerate(code):
        if token.text not in ("func", "init", "deinit", "subscript") or (i and code[i - 1].text == "."):
            continue
        depth, j = 0, i + (2 if token.text == "func" else 1)
        while j < len(code) and (depth or code[j].text not in stops | {"{"}):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(code[j].text, 0)
            j += 1
        if j < len(code) and code[j].text == "{":
            last = code[closing(code, j)]
            if swift.line(last.start) - swift.line(token.start) >= FUNCTION_LINES_MAX:
                yield token.start


def shortcuts(swift):
    """(offset, rule) of what the house refuses in any Swift file."""
    code = swift.code
    for i, token in enumerate(code):
        before = code[i - 1] if i else Token("mark", "", -1, -1)
        following = [t.text for t in code[i + 1:i + 3]] + ["", ""]
        is_postfix = token.text == "!" and before.end == token.start
        if is_postfix and before.text in ("try", "as"):
            yield token.start, {"try": "try", "as": "cast"}[before.text]
        elif is_postfix and swift.text[token.end:token.end + 1] != "=":
            is_value = before.kind == "word" and before.text not in BEFORE_NOT
            if is_value or before.kind == "string" or before.text in tuple(")]}>?!"):
                yield token.start, "unwrap"
        elif token.text == "fatalError" and following[0] == "(":
            yield token.start, "fatal"
        elif token.text in ("preconditionFailure", "assertionFailure") and following[:2] == ["(", ")"]:
            yield token.start, "wordless"


def printing(swift):
    """Offsets of what writes where people read: standard output, standard error, the log."""
    code = swift.code
    for i, token in enumerate(code):
        following = code[i + 1].text if i + 1 < len(code) else ""
        before = code[i - 1].text if i else ""
        if token.text in ("print", "debugPrint", "dump", "fputs") and following == "(" and before not in (".", "func"):
            yield token.start
        elif token.text in ("STDOUT_FILENO", "STDERR_FILENO", "StreamLogHandler", "standardOutput") or (
                token.text == "standardError" and before == "."):
            yield token.start


def json_coding(swift):
    """Offsets of what turns values into JSON by name, or JSON into values."""
    for token in swift.code:
        if token.text in ("JSONDecoder", "JSONEncoder", "JSONSerialization"):
            yield token.start


def untyped(swift):
    """Offsets of `[String: Any]`."""
    code = swift.code
    for i in range(len(code) - 4):
        if [token.text for token in code[i:i + 5]] == ["[", "String", ":", "Any", "]"]:
            yield code[i].start


def unexplained(swift):
    """Offsets of `@unchecked Sendable` and `nonisolated(unsafe)` without a reason, a `//` comment, above."""
    code, reasons, covered = swift.code, set(), set()
    lines = swift.text.split("\n")
    for token in swift.tokens:
        first = swift.line(token.start)
        is_alone = lines[first - 1].lstrip().startswith(("//", "/*"))
        if token.kind == "comment" and is_alone and re.search(r"\w", token.text):
            reasons.update(range(first, swift.line(token.end) + 1))
    for i, token in enumerate(code[:-2]):
        if not (token.text == "@" and code[i + 1].text == "unchecked"
                or token.text == "nonisolated" and code[i + 2].text == "unsafe"):
            continue
        line = swift.line(token.start) - 1
        while line and line not in reasons and line not in covered and re.match(r"\s*(///|@)", lines[line - 1]):
            line -= 1
        if line in reasons or line in covered:
            covered.add(swift.line(token.start))
        else:
            yield token.start


def manifest(text):
    """Of each target of a Package.swift: line, kind, name, and (line, name) of its dependencies."""
    swift = Swift(text)
    code, i = swift.code, 0

    def named(position, end):
        strings = [t for t in code[position:end] if t.kind == "string"]
        return strings[0].text.strip('"') if strings else ""

    while i < len(code) - 2:
        kind = code[i + 1].text
        is_target = re.fullmatch(r"systemLibrary|macro|plugin|\w*[tT]arget", kind)
        if code[i].text != "." or not is_target or code[i + 2].text != "(":
            i += 1
            continue
        end, dependencies, j = closing(code, i + 2), [], i + 3
        while j < end:
            if code[j].text != "dependencies" or code[j + 1].text != ":":
                j += 1
                continue
            last = closing(code, j + 2)
            if code[j + 2].text != "[" or code[last + 1].text not in (",", ")"):
                dependencies.append((swift.line(code[j].start), "a list that is not written out"))
            j += 3
            while j < last:
                if code[j].kind == "string":
                    dependencies.append((swift.line(code[j].start), code[j].text.strip('"')))
                elif code[j].text == "(":
                    dependencies.append((swift.line(code[j].start), named(j, last)))
                    j = closing(code, j)
                j += 1
        yield swift.line(code[i].start), kind, named(i, end), dependencies
        i = end
