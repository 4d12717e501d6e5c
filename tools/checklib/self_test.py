"""Shows that the style check can fail: each rule is broken once, in a small tree that is clean without it."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parent.parent
# Split, so that this file does not break the rules it plants.
LATER, HOME, MADE_BY = "TO" "DO", "/ho" "me/someone/x", "Created " "by"

PACKAGE = """// swift-tools-version: 6.2
let package = Package(
    name: "Small",
    products: [.library(name: "SyncLog", targets: ["SyncLog"])],
    dependencies: [.package(url: "https://example.org/swift-crypto", from: "4.5.2")],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium"),
        .target(
            name: "Cryptography",
            dependencies: ["CSodium", .product(name: "Crypto", package: "swift-crypto")]
        ),
        .target(name: "SyncLog", dependencies: ["Cryptography"]),
        .testTarget(name: "SyncLogTests", dependencies: ["Cryptography", .target(name: "SyncLog")]),
    ]
)
"""

# Everything here looks like a violation to a reader that does not know Swift.
CLEAN = r'''@_spi(_Unicode) import Swift

package import Cryptography

/* A comment /* in a comment */ with try! and value! and fatalError() */
/// Says what it is: `value!` is a text here.
@frozen
package struct Thing: ~Copyable {
    /// A length in bytes.
    package private(set) static var byteCount = 1
    // Written once, before any thread starts.
    nonisolated(unsafe) static var shared = 1
    nonisolated(unsafe) static var other = 2
    let quoted = "print(1) try! \"value! \(Self.name(of: "a!", 1 != 2)) fatalError("
    let raw = #"a "quoted! \(not.code!) text"#
    let long = """
        a "quoted! text", // no comment
        """

    /// Makes one.
    package init() {}

    func plain(package: Int) -> Bool { package != 1 && !self.isEmpty || package !== nil }
}

/// A pair.
package protocol Pair: Sendable {
    /// The first.
    var first: Int { get }
}

package extension Pair {
    /// The sum.
    func sum() -> Int {
        let double = first
        return double
    }

    private func hidden() {}
}

/// An outcome.
package enum Outcome {
    case stored
}
'''

LIMITS = "| `Few.thingsMax` | 1,024 | things | `Tests/SyncLogTests/ThingTests.swift` |\n| `Few.hoursMax` | 24 | hours | — |\n"
FEW = """/// Few.
struct Few {
    static let thingsMax = 1 << 10
    struct Inner { let a = 1 }
    static var hoursMax: UInt64 { 24 }
}
"""

TREE = {
    "Package.swift": PACKAGE,
    "README.md": "# Small\nSee [the page](Protocol/page.md#two-words), [it](#small), `[no](link)`.\n",
    "Protocol/README.md": "[page](page.md) [limits](limits.md) [first](decisions/0001-first.md) [v](vectors/)\n",
    "Protocol/limits.md": LIMITS,
    "Sources/SyncLog/Few.swift": FEW,
    "Protocol/page.md": "## Two words\n```\n[no](link)\n```\n[up](../README.md)\n"
    "SyncLogTests/ThingTests `it holds`; `Few`\n",
    "Protocol/decisions/0001-first.md": "# First\n",
    "Protocol/vectors/a.json": '{"a": [1, "\\t"], "b": {"a": 1}}',
    "Sources/SyncLog/Thing.swift": CLEAN,
    "Sources/Wire/Generated/a.pb.swift": "package import FoundationEssentials\npackage struct A {}\n",
    "Sources/Wire/A+Coding.swift": "import FoundationEssentials\n",
    "Tests/SyncLogTests/ThingTests.swift": "import SyncLog\nimport Testing\nfunc `it holds`() {}\n" + "let a = 1\n" * 400,
    "Sources/SyncLog/Longest.swift": "func a() {\n" + "    call()\n" * 78 + "}\n" + "let b = 1\n" * 320,
    "data/example.csv": "a;b \t\r\nc",
}

NEW = "Sources/SyncLog/New.swift"
LONG = "{\n" + "    call()\n" * 79 + "}\n"
# Rule, file, what is put into it, line of the finding.
PLANTED = [
    ("import", NEW, "import Foundation\n", 1),
    ("import", NEW, "import NIOCore\n", 1),
    ("import", NEW, "let a = 1\npackage import struct Wire.Frame\n", 2),
    ("import", "Sources/Wire/A.swift", "import FoundationEssentials\n", 1),
    ("import", "Sources/SyncEngine/A.swift", "@preconcurrency import CaseModel\n", 1),
    ("import", "Sources/NodeService/A.swift", "import CLMDB\n", 1),
    ("import", "Sources/RecordStore/A.swift", "import CSodium\n", 1),
    ("import", "Sources/tafel-audit/A.swift", "import CaseModel\n", 1),
    ("import", "Tests/SyncLogTests/A.swift", "import CLMDB\n", 1),
    ("undeclared", NEW, "import ReplicatedTypes\n", 1),
    ("target", "Sources/Other/A.swift", "import SyncLog\n", 1),
    ("target", "Package.swift", '.target(name: "Other")\n', 1),
    ("manifest", "Package.swift", '.target(\n    name: "SyncLog",\n    dependencies: ["Wire", "Cryptography"]\n)\n', 3),
    ("manifest", "Package.swift", '.target(name: "Wire", dependencies: [.product(name: "X509")])\n', 1),
    ("manifest", "Package.swift", '.target(name: "Wire", dependencies: core + more)\n', 1),
    ("manifest", "Package.swift", '.testTarget(name: "ATests", dependencies: ["CLMDB"])\n', 1),
    ("documentation", NEW, "package struct A {}\n", 1),
    ("documentation", NEW, "/// A.\npackage struct A {}\n\n@inlinable\npublic func b() {}\n", 5),
    ("documentation", NEW, "extension A {\n    // Not documentation.\n    package static let b = 1\n}\n", 3),
    ("documentation", NEW, "extension A {\n    ///\n    package init() {}\n}\n", 3),
    ("documentation", NEW, "public extension A {\n    mutating func b() {}\n}\n", 2),
    ("documentation", NEW, "/// A.\npackage protocol A: B {\n    var b: Int { get }\n}\n", 3),
    ("documentation", NEW, "struct A {\n    let b = 1  /// Of b.\n    package private(set) var c = 1\n}\n", 3),
    ("try", NEW, "let a = try! b()\n", 1),
    ("cast", NEW, "let a = b as! C\n", 1),
    ("unwrap", NEW, "let a = b!.c\n", 1),
    ("unwrap", NEW, "let a = b(c)! + 1\n", 1),
    ("unwrap", NEW, "var a: Int!\n", 1),
    ("unwrap", NEW, 'let a = "text \\(b!) text"\n', 1),
    ("unwrap", "Tests/SyncLogTests/A.swift", "let a = b[0]!\n", 1),
    ("fatal", NEW, 'func a() { fatalError("x") }\n', 1),
    ("wordless", NEW, "func a() { preconditionFailure() }\n", 1),
    ("print", NEW, "func a() {\n    print(1)\n}\n", 2),
    ("print", NEW, "let a = STDERR_FILENO\n", 1),
    ("coder", NEW, "let a = 1\nlet b = JSONDecoder()\n", 2),
    ("untyped", NEW, "func a() -> [[String: Any]] { [] }\n", 1),
    ("unsafe", NEW, "nonisolated(unsafe) var a = 1\n", 1),
    ("unsafe", NEW, "/// A.\nfinal class A: @unchecked Sendable {}\n", 2),
    ("unfinished", NEW, f"// {LATER} later\n", 1),
    ("unfinished", "Protocol/page.md", f"## Two words\n{LATER}\n", 2),
    ("length", NEW, "let a = 1\n" * 401, 401),
    ("length", "tools/a.py", "a = 1\n" * 401, 401),
    ("function", NEW, "func a(_ b: Int = { 1 }()) -> Int " + LONG, 1),
    ("function", NEW, "struct A {\n    func b() {}\n    init(c: Int) " + LONG + "}\n", 3),
    ("columns", "Tests/EndToEnd/a.py", '"""A test."""\n\n# ' + "x" * 119 + "\n", 3),
    ("black", "Tests/EndToEnd/a.py", "a = {  'b':1 }\n", 1),
    ("tab", NEW, "let a =\t1\n", 1),
    ("blank", NEW, "let a = 1 \n", 1),
    ("newline", NEW, "let a = 1", 1),
    ("newline", "README.md", "# Small\n\n", 3),
    ("banner", NEW, f"//\n//  New.swift\n//  {MADE_BY} someone\n//\n", 3),
    ("banner", NEW, "//\n//  New.swift\n//\n", 1),
    ("path", "README.md", f"see {HOME}\n", 1),
    ("path", "tools/a.yaml", f'folder: "{HOME}"\n', 1),
    ("size", "big.txt", "x" * (1 << 20) + "\n", 1),
    ("encoding", "a.txt", b"\xff\n", 1),
    ("link", "README.md", "# Small\n[a](nowhere.md)\n", 2),
    ("link", "Protocol/page.md", "## Two words\n[up](../../README.md)\n", 2),
    ("link", "Protocol/page.md", "## Two words\n[a](../README.md#no-heading)\n", 2),
    ("link", "Protocol/page.md", "## Two words\n[a][b]\n\n[b]: nowhere.md\n", 4),
    ("index", "Protocol/other.md", "text\n", 1),
    ("numbers", "Protocol/decisions/0003-third.md", None, 1),
    ("json", "Protocol/vectors/b.json", '{\n"a": 1,\n}', 3),
    ("json", "Protocol/vectors/b.json", '{"a": 1, "a": 2}', 1),
    ("json", "Protocol/vectors/b.json", '{"a": NaN}', 1),
    ("proof", "Protocol/page.md", "## Two words\nGoneTests/ThingTests\n", 2),
    ("proof", "Protocol/page.md", "## Two words\nSyncLogTests/ThingTests `it holds`, `it is gone`\n", 2),
    ("proof", "Protocol/page.md", "## Two words\nEndToEnd/gone.py\n", 2),
    ("limit", NEW, "enum A {\n    static let bMax = 1\n}\n", 2),
    ("limit", NEW, "extension A.B where C: D {\n    private static var bMax: Int { 1 }\n}\n", 2),
    ("limit", "Sources/SyncLog/Few.swift", FEW.replace("10", "11"), 3),
    ("limit", "Protocol/limits.md", LIMITS + "| `Few.goneMax` | 3 | what is gone | — |\n", 3),
    ("limit", "Protocol/limits.md", LIMITS.replace("ThingTests", "OtherTests"), 1),
]


def write(root, tree):
    for name, contents in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode("utf-8"))


def planted_tree(name, contents):
    tree = dict(TREE)
    if contents is None:
        contents = "text\n"
        tree["Protocol/README.md"] += f"[new]({name.removeprefix('Protocol/')})\n"
    return {**tree, name: contents}


def small(tree, check, **options):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), tree)
        return check(Path(folder), **options)


def as_program():
    """The exit codes of the script itself, in a git checkout: clean, with an ignored file, with a finding."""
    codes = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, {**TREE, ".gitignore": "ignored.md\n"})
        shutil.copy(TOOLS / "check", root / "check")
        shutil.copytree(TOOLS / "checklib", root / "checklib")
        (root / "tools").mkdir()
        (root / "check").rename(root / "tools" / "check")
        (root / "checklib").rename(root / "tools" / "checklib")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", "init", "-q", folder], check=True, env=clean)
        for extra in ({}, {"ignored.md": "[a](nowhere)\n"}, {"seen.md": "[a](nowhere)\n"}):
            write(root, extra)
            program = subprocess.run([sys.executable, str(root / "tools" / "check")], cwd="/",
                                     capture_output=True, text=True, env=clean)
            codes.append((program.returncode, program.stdout))
    return codes


def run(check, rules, table):
    """Prints what is missed; 1 if anything is."""
    missed = [f"clean tree: {finding}" for finding in small(TREE, check)]
    for rule, name, contents, line in PLANTED:
        findings = small(planted_tree(name, contents), check)
        if len(findings) != 1 or not findings[0].startswith(f"{name}:{line}: {rule}: "):
            missed.append(f"{rule} in {name}:{line}, {contents!r:.60}: found {findings}")
    upwards = {**table, "SyncLog": table["SyncLog"] | {"Wire"}}
    loose = {**table, "NodeService": table["NodeService"] | {"CLMDB"}}
    for faulty in (upwards, loose):
        findings = small(TREE, check, table=faulty)
        if len(findings) != 1 or ": table: " not in findings[0]:
            missed.append(f"table: found {findings}")
    kept = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = "nowhere"
    findings = small(planted_tree("Tests/EndToEnd/a.py", "a = 1\n"), check)
    if len(findings) != 1 or ": formatter: " not in findings[0]:
        missed.append(f"formatter: found {findings}")
    os.environ.pop("XDG_CACHE_HOME")
    if kept is not None:
        os.environ["XDG_CACHE_HOME"] = kept
    finding = "seen.md:1: link: "
    codes = as_program()
    if [code for code, _ in codes] != [0, 0, 1] or not codes[2][1].startswith(finding):
        missed.append(f"as a program: {codes}")
    never = set(rules) - {rule for rule, *_ in PLANTED} - {"table", "formatter"}
    missed += [f"{rule}: nothing is planted" for rule in sorted(never)]
    for line in missed:
        print(line)
    print(f"{len(rules)} rules, {len(PLANTED) + 3} violations planted, {len(missed)} missed")
    return 1 if missed else 0
