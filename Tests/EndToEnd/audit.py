#!/usr/bin/env python3
"""Exports of three nodes after a case with a conflict, a withdrawal and two audiences, checked by the auditor's
program.

Every change of a bundle must be refused, with exit 1 or 2 and never a crash: single bits, truncations, paddings,
recomputed
checksums, swapped manifests, other files.
"""

import base64
import concurrent.futures
import hashlib
import json
import os
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # Then what needs it is left out, and said to be.
    Ed25519PublicKey = None

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import ed25519  # noqa: E402
import scenario  # noqa: E402
from support import TRACE_SIGNS, Broken, Suite, flipped  # noqa: E402

DISCLOSING = ("fragment", "operations", "withdrawal")


def add_arguments(parser):
    parser.add_argument("--flips", type=int, default=400, help="single bits changed (default: 400)")
    parser.add_argument("--cuts", type=int, default=50, help="truncations (default: 50)")


def split(bundle):
    """The manifest note and the body of a bundle: Protocol/bundle.md §1."""
    end = bundle.index("\n— ".encode())
    end = bundle.index(b"\n", end + 1) + 1
    return bundle[:end], bundle[end:]


def rehashed(bundle, body):
    """The bundle with another body and the manifest's hash of it recomputed; the signature stays."""
    manifest, _ = split(bundle)
    lines = manifest.split(b"\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(b"body "))
    lines[at] = b"body " + base64.b64encode(hashlib.sha256(body).digest())
    return b"\n".join(lines) + body


class Auditor:
    """Runs the program on changed bundles, two at a time."""

    def __init__(self, suite, world, policy):
        self.suite, self.world, self.policy, self.number = suite, world, policy, 0

    def refused(self, words, data, policy=True):
        """Writes data as a bundle; gives the question whether it is refused."""
        self.number += 1
        path = self.world.write(f"changed-{self.number}.bundle", data)
        return words, path, ["--policy", self.policy] if policy else []

    def ask(self, questions):
        """Asks all; each answer is a check."""

        def one(question):
            words, path, options = question
            done = self.world.audit("verify", path, *options)
            if os.path.dirname(path) == self.world.folder and "changed-" in path:
                os.remove(path)
            return words, done

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for words, done in pool.map(one, questions):
                crash = done.code not in (1, 2) or any(sign in done.err for sign in TRACE_SIGNS)
                told = done.code == 2 or (
                    done.json is not None and done.json["verdict"] == "finding" and done.json["findings"]
                )
                quiet = done.code != 2 or not done.out
                self.suite.check(not crash and told and quiet, f"refused: {words}", done)


def export(world, node, table, name, *options):
    """A bundle of the node's log; gives its path."""
    path = world.path(name)
    done = node.ok("log", "export", "--table", table, *options, "--out", path)
    if done["bundle"] != path or not os.path.exists(path):
        raise Broken(f"{done} names no bundle")
    return path, done


def check_report(suite, played, handle, report, exported):
    """Who received what equals what was shared."""
    given = played.given[handle]
    own = {index for (author, index) in played.entries if author == handle}
    suite.equal(report["window"], {"from": 0, "until": len(own)}, f"{handle}: the window is the whole log")
    suite.equal(exported["entries"], len(own), f"{handle}: the export tells how many entries it holds")
    counts = report["entries"]
    suite.equal(
        (counts["full"] + counts["header"], counts["leaf"], counts["lost"]),
        (len(own), 0, 0),
        f"{handle}: an own export has every header",
    )
    encrypted = sum(
        1 for (author, _), entry in played.entries.items() if author == handle and entry["kind"] in DISCLOSING
    )
    suite.equal(counts["header"], encrypted, f"{handle}: without contents, as many as it encrypted")
    told = {
        item["index"]: {
            "to": {to["handle"]: to["ground"] for to in item["to"]},
            "category": item["category"],
            "received_by": sorted(by if isinstance(by, str) else by["handle"] for by in item["received_by"]),
        }
        for item in report["disclosures"]
    }
    wanted = {
        index: {"to": item["to"], "category": item["category"], "received_by": sorted(item["to"])}
        for index, item in given.items()
    }
    suite.equal(
        {index: item for index, item in told.items() if index in wanted},
        wanted,
        f"{handle}: who received what is what was shared",
    )
    others = {played.entries[handle, index]["kind"] for index in told if index not in wanted}
    suite.check(
        others <= {"key-grant", "key grant", "keyGrant", "keygrant", "grant"},
        f"{handle}: nothing else was disclosed but keys",
        others,
    )
    shown = {
        index: {
            "kind": entry["kind"],
            "case": entry["case"],
            "category": entry["category"],
            "to": {to["handle"]: to["ground"] for to in entry["to"]},
        }
        for (author, index), entry in played.entries.items()
        if author == handle and entry["kind"] in DISCLOSING
    }
    suite.equal(shown, given, f"{handle}: its log shows what was shared")


def check_policies(suite, world, played, bundles, policy):
    """With a policy, without, with another, with a broken one."""
    identities = {handle: node.ok("node", "status")["node"] for handle, node in played.nodes.items()}
    for handle, (path, exported) in bundles.items():
        done = world.audit("verify", path, "--policy", policy)
        suite.check(
            done.code == 0
            and done.json["verdict"] == "verified"
            and done.json["anchored"] is True
            and not done.json["findings"],
            f"{handle}: verified under the policy",
            done,
        )
        check_report(suite, played, handle, done.json, exported)
        done = world.audit("verify", path)
        suite.check(
            done.code == 0 and done.json["verdict"] == "self-consistent" and done.json["anchored"] is False,
            f"{handle}: self-consistent without",
            done,
        )
        done = world.audit("verify", path, as_json=False)
        suite.check(done.code == 0 and done.out.strip(), f"{handle}: words without --json", done)
    path = bundles["od-noord"][0]
    for words, text, codes in [
        ("identities of all three", "".join(f"identity {i}\n" for i in identities.values()), (0,)),
        (
            "charter and identities, with comments",
            f"# trusted\ncharter {played.table}\n" + "".join(f"identity {i}\n" for i in identities.values()),
            (0,),
        ),
        ("another table", f"charter {'00' * 32}\n", (1,)),
        ("another author", f"identity {identities['om']}\n", (1,)),
        ("the author but not those whose receipts count", f"identity {identities['od-noord']}\n", (1,)),
        ("no statement", "# nothing\n", (1, 2)),
        ("an unknown statement", "trust all\n", (2,)),
        ("half a statement", "charter\n", (2,)),
        ("bytes that are no text", b"charter \xff\xfe\n", (2,)),
    ]:
        done = world.audit("verify", path, "--policy", world.write("other-policy.txt", text))
        suite.check(
            done.code in codes and (done.code != 0 or done.json["verdict"] == "verified"),
            f"policy with {words}: exit {codes}",
            done,
        )
    done = world.audit("verify", path, "--policy", world.path("no-such-policy"))
    suite.check(done.code == 3 and not done.out, "a policy file that is not there: exit 3", done)
    for language in ("nl", "en"):
        page = world.path(f"report-{language}.html")
        done = world.audit("verify", path, "--policy", policy, "--report", page, "--language", language)
        suite.check(
            done.code == 0 and os.path.exists(page) and b"<html" in open(page, "rb").read()[:400].lower(),
            f"a report as a page, in {language}",
            done,
        )


def check_several(suite, world, played, bundles, early, policy):
    """Bundles of one log of two times agree; windows; bundles of three logs together."""
    latest = bundles["od-noord"][0]
    for words, paths in [
        ("two times of one log", [early, latest]),
        ("in the other order", [latest, early]),
        ("the same twice", [latest, latest]),
        ("three logs", [path for path, _ in bundles.values()]),
    ]:
        done = world.audit("verify", *paths, "--policy", policy)
        suite.check(
            done.code == 0 and done.json and done.json.get("verdict", "verified") == "verified",
            f"bundles together, {words}: consistent",
            done,
        )
    size = bundles["od-noord"][1]["entries"]
    node = played.nodes["od-noord"]
    seen = 0
    for name, options in [
        ("late", ["--from", "4"]),
        ("first", ["--until", "5"]),
        ("middle", ["--from", "3", "--until", str(size - 1)]),
        ("all", ["--from", "0", "--until", str(size)]),
    ]:
        done = node.run("log", "export", "--table", played.table, *options, "--out", world.path(name + ".bundle"))
        if done.code != 0:
            suite.check(done.code == 2, f"a window that cannot be proven is refused ({name})", done)
            continue
        seen += 1
        done = world.audit("verify", world.path(name + ".bundle"), latest, "--policy", policy)
        suite.check(done.code == 0, f"the window {' '.join(options)} verifies, and agrees with the whole", done)
    suite.check(seen >= 1, "at least one window can be exported")
    for options in (
        ["--from", str(size + 1)],
        ["--until", str(size + 1)],
        ["--from", "5", "--until", "3"],
        ["--from", "-1"],
        ["--until", "x"],
    ):
        done = node.run("log", "export", "--table", played.table, *options, "--out", world.path("none.bundle"))
        suite.check(
            done.code == 2 and not done.out and not os.path.exists(world.path("none.bundle")),
            f"log export {' '.join(options)}: exit 2, no file",
            done,
        )


def check_evidence(suite, world, played, bundles, early, policy):
    """What several bundles show together, and what a policy demands."""
    latest, size = bundles["od-noord"][0], bundles["od-noord"][1]["entries"]
    node = played.nodes["od-noord"]

    def window(name, start, end):
        return export(world, node, played.table, name, "--from", str(start), "--until", str(end))[0]

    def found(words, paths, wanted, lines=()):
        text = world.write("demands.txt", f"charter {played.table}\n" + "".join(f"{line}\n" for line in lines))
        for order in (paths, paths[::-1]):
            done = world.audit("verify", *order, "--policy", text)
            told = done.json and [(f["class"], f["index"]) for f in done.json["findings"]]
            suite.check(done.code == (1 if wanted else 0) and told == wanted, f"{words}: {wanted or 'verified'}", done)
            if len(paths) == 1:
                break

    early_size = json.loads(world.audit("verify", early).out)["window"]["until"]
    found("an older export beside a partner's", [early, bundles["politie"][0]], [("consistency", early_size)])
    found("windows with a gap", [window("gap-a.bundle", 0, 3), window("gap-b.bundle", 6, size)], [("consistency", 3)])
    met = [
        "require receipt politie",
        "require receipt om",
        "require witness 2",
        f"require window 0 {size}",
        "require until 2026-01-01",
    ]
    found("every demand met", [latest], [], met)
    found("a receipt by nobody", [latest], [("policy", None)], ["require receipt od-zuid"])
    found("a witness too many", [latest], [("policy", None)], ["require witness 3"])
    found("a day in a hundred years", [latest], [("policy", None)], ["require until 2090-01-01"])
    found("a window that ends later", [latest], [("policy", size)], [f"require window 0 {size + 1}"])
    done = node.run(
        "log", "export", "--table", played.table, "--from", "3", "--until", "3", "--out", world.path("none.bundle")
    )
    suite.check(
        done.code == 2 and not os.path.exists(world.path("none.bundle")), "a window of nothing is not exported", done
    )
    report = world.audit("verify", latest, "--policy", policy).json
    data = open(latest, "rb").read()
    suite.equal(report["sha256"], hashlib.sha256(data).hexdigest(), "the report has the hash of the file")
    suite.equal(report["policy"]["sha256"], hashlib.sha256(open(policy, "rb").read()).hexdigest(), "and of the policy")
    suite.equal(
        {o["handle"]: o["oin"] for o in report["organisations"]},
        {h: f"{99000000000 + n.number:020d}" for h, n in played.nodes.items()},
        "and every organisation's OIN",
    )
    named = {d["index"]: (d["case"], d["fragment"], d["version"]) for d in report["disclosures"]}
    for (author, index), entry in played.entries.items():
        if author == "od-noord" and entry["kind"] in DISCLOSING:
            case, fragment, version = named[index]
            told = (
                case == entry["case"]
                and (fragment is not None) == (entry["kind"] != "operations")
                and (version is not None) == (entry["kind"] == "fragment")
            )
            suite.check(told, f"entry {index}, {entry['kind']}: case, fragment and version are named", named[index])


def is_signed(key, text, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
        return True
    except InvalidSignature:
        return False


def check_outside(suite, world, played):
    """Checkpoint, proofs and keys for other tools, checked here with another library and plain SHA-256."""

    def node_hash(left, right):
        return hashlib.sha256(b"\1" + left + right).digest()

    def root(index, size, leaf, path):
        if size == 1:
            return leaf if not path else None
        half = 1 << (size - 1).bit_length() - 1
        below = root(index, half, leaf, path[:-1]) if index < half else root(index - half, size - half, leaf, path[:-1])
        return None if below is None else node_hash(below, path[-1]) if index < half else node_hash(path[-1], below)

    for handle, node in played.nodes.items():
        checkpoint = node.ok("log", "checkpoint", played.table)["checkpoint"]
        keys = [key.split("+", 2) for key in node.ok("log", "keys", played.table)["keys"]]
        text, lines = checkpoint.split("\n\n")
        origin, size, root_text = text.split("\n")
        public = {(name, bytes.fromhex(number)): base64.b64decode(key) for name, number, key in keys}
        for (name, number), key in public.items():
            suite.equal(
                hashlib.sha256(name.encode() + b"\n" + key).digest()[:4],
                number,
                f"{handle}: the key ID of {name[:24]} is that of C2SP",
            )
        checked = []
        for line in lines.rstrip("\n").split("\n"):
            _, name, value = line.split(" ")
            value = base64.b64decode(value)
            key = public[name, value[:4]]
            signed, signature = text + "\n", value[4:]
            if key[0] == 4:
                signed, signature = (
                    f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{signed}",
                    signature[8:],
                )
            checked.append(is_signed(key[1:], signed.encode(), signature))
        suite.check(all(checked) and checked, f"{handle}: {len(checked)} signatures of its checkpoint hold", checkpoint)
        suite.check(lines.startswith(f"— {origin} "), f"{handle}: the first is the log's", checkpoint)
        options = [word for key in keys for word in ("--key", "+".join(key))]
        done = world.audit("checkpoint", world.write("checkpoint", checkpoint), *options)
        suite.check(
            done.code == 0 and not done.json["unknown_signers"],
            f"{handle}: tafel-audit takes it, and knows every signer",
            done,
        )
        for index in range(int(size)):
            made = node.ok("log", "proof", played.table, str(index))
            leaf = base64.b64decode(made["leaf"])
            head, rest = made["proof"].split("\n\n", 1)
            first, place, *path = head.split("\n")
            found = root(index, int(size), hashlib.sha256(b"\0" + leaf).digest(), [base64.b64decode(h) for h in path])
            suite.check(
                first == "c2sp.org/tlog-proof@v1"
                and place == f"index {index}"
                and rest == checkpoint
                and found == base64.b64decode(root_text),
                f"{handle}: entry {index} is proven",
                made,
            )
        done = world.audit("proof", world.write("proof", made["proof"]), "--leaf", world.write("leaf", leaf), *options)
        suite.check(done.code == 0, f"{handle}: tafel-audit takes the proof", done)
        done = node.run("log", "proof", played.table, size)
        suite.check(done.code == 2 and not done.out, f"{handle}: no proof of an entry that is not there", done)
    for words in (
        ["log", "proof", played.table, "x"],
        ["log", "checkpoint", "ffffffff"],
        ["log", "keys", played.table, "--author", "niemand"],
    ):
        done = node.run(*words)
        suite.check(done.code == 2 and not done.out, f"{' '.join(words[:2])} with what is not there: exit 2", done)


def check_changes(suite, world, auditor, data, other, options):
    """Everything that can be done to a bundle without the keys."""
    random, body = suite.random, split(data)[1]
    suite.title(f"{options.flips} single bits")
    auditor.ask(
        auditor.refused(f"bit {bit} of {len(data) * 8}", flipped(data, bit))
        for bit in sorted(random.sample(range(len(data) * 8), options.flips))
    )
    suite.title(f"{options.cuts} truncations, paddings, recomputed checksums")
    cuts = sorted({0, 1, len(data) - 1, len(data) - len(body), *random.sample(range(len(data)), options.cuts)})
    auditor.ask(auditor.refused(f"cut to {cut} of {len(data)}", data[:cut]) for cut in cuts)
    auditor.ask(
        auditor.refused(f"{words} added", changed)
        for words, changed in [
            ("a zero byte", data + b"\0"),
            ("a newline", data + b"\n"),
            ("an empty protobuf field", data + b"\x0a\x00"),
            ("a zero in front", b"\0" + data),
            ("the body once more", data + body),
            ("the bundle once more", data + data),
            ("a kilobyte", data + bytes(1024)),
            ("a mark in front", b"\xef\xbb\xbf" + data),
        ]
    )
    auditor.ask(
        auditor.refused(
            f"bit {bit} of the body, its hash recomputed", rehashed(data, flipped(body, bit)), policy=bit % 2 == 0
        )
        for bit in sorted(random.sample(range(len(body) * 8), max(20, options.flips // 4)))
    )
    auditor.ask(
        auditor.refused(f"body cut to {cut}, its hash recomputed", rehashed(data, body[:cut]))
        for cut in sorted(random.sample(range(len(body)), 10))
    )
    auditor.ask(
        [
            auditor.refused("body padded, its hash recomputed", rehashed(data, body + b"\0")),
            auditor.refused("the manifest of another log", split(other)[0] + body),
            auditor.refused("the body of another log", split(data)[0] + split(other)[1]),
            auditor.refused("the body of another log, its hash recomputed", rehashed(data, split(other)[1])),
            auditor.refused("no signature", split(data)[0].rsplit("\n— ".encode(), 1)[0] + b"\n" + body),
            auditor.refused(
                "the signature twice",
                split(data)[0] + "— ".encode() + split(data)[0].rsplit("\n— ".encode(), 1)[1] + body,
            ),
        ]
    )


def resigned(suite, world, played, auditor, data):
    """What anybody can do with keys of their own."""
    seed, body = suite.random.randbytes(32), split(data)[1]
    suite.check(
        ed25519.public_key(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")).hex()
        == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "the signer of this script has the key of RFC 8032, test 2",
    )
    origin = f"tafel/v1/log/{played.table}/1/0"

    def signed(changed):
        text = split(rehashed(data, changed))[0].rsplit("— ".encode(), 1)[0]
        return text + ed25519.note_line(seed, origin, text[:-1]) + changed

    auditor.ask(
        [
            auditor.refused("the manifest signed with another key", signed(body)),
            auditor.refused("the manifest signed with another key, without policy", signed(body), policy=False),
            auditor.refused(
                "a bit of the body changed, signed with another key",
                signed(flipped(body, suite.random.randrange(len(body) * 8))),
                policy=False,
            ),
        ]
    )
    # A whole table of the same name with fresh keys: consistent in itself, and not the table that is trusted.
    alone = world.node("od-zuid")
    table = world.table(alone, [played.nodes["om"]])
    alone.ok("case", "open", "--table", table, "--title", "Dezelfde namen, andere sleutels")
    path, _ = export(world, alone, table, "changed-fresh.bundle")
    done = world.audit("verify", path)
    suite.check(
        done.code == 0 and done.json["verdict"] == "self-consistent", "a bundle of fresh keys is self-consistent", done
    )
    done = world.audit("verify", path, "--policy", auditor.policy)
    suite.check(
        done.code == 1 and any(f["class"] == "policy" for f in done.json["findings"]),
        "and refused under the policy",
        done,
    )


def script(suite, world):
    suite.title("three nodes, a case with a conflict, a withdrawal and two audiences")
    played = scenario.Scenario(suite, world)
    played.play()
    policy = world.write("policy.txt", f"charter {played.table}\n")
    early, _ = export(world, played.nodes["od-noord"], played.table, "early.bundle")
    played.note("politie", played.model, "Na het eerste bundel")
    played.note("od-noord", played.model, "Ook daarna")
    played.sync()
    played.entries = played.read_entries()
    bundles = {handle: export(world, node, played.table, handle + ".bundle") for handle, node in played.nodes.items()}
    suite.title("the exports, with and without policy, alone and together")
    check_policies(suite, world, played, bundles, policy)
    check_several(suite, world, played, bundles, early, policy)
    suite.title("what they show together, and texts for other tools")
    check_evidence(suite, world, played, bundles, early, policy)
    if Ed25519PublicKey:
        check_outside(suite, world, played)
    else:
        suite.title("left out: this python3 has no cryptography package to check signatures with")
    data, other = (open(bundles[handle][0], "rb").read() for handle in ("od-noord", "politie"))
    auditor = Auditor(suite, world, policy)
    check_changes(suite, world, auditor, data, other, suite.options)
    suite.title("signed with other keys")
    resigned(suite, world, played, auditor, data)
    suite.title("other files")
    random = suite.random
    table = world.path("Afval.table")
    auditor.ask(
        [
            auditor.refused(words, content)
            for words, content in [
                ("an empty file", b""),
                ("random bytes", random.randbytes(5000)),
                ("a picture's first bytes", b"\x89PNG\r\n\x1a\n" + random.randbytes(100)),
                ("a table file", open(table, "rb").read()),
                ("JSON", b'{"verdict":"verified"}'),
                ("a long line", b"a" * 300_000),
            ]
        ]
        + [("the store", os.path.join(played.nodes["om"].data, "store.lmdb"), [])]
    )
    for words, path in (
        ("that is not there", world.path("no-such.bundle")),
        ("that is a directory", played.nodes["om"].data),
    ):
        done = world.audit("verify", path)
        suite.check(
            done.code in (2, 3) and not done.out and done.err.count("\n") == 1, f"a bundle {words}: exit 2 or 3", done
        )
    for arguments in (
        [],
        ["verify"],
        ["verify", "--unknown", bundles["om"][0]],
        ["unknown"],
        ["verify", bundles["om"][0], "--language", "fr"],
    ):
        done = world.audit(*arguments) if arguments else world.audit("verify", "--json", "--policy")
        suite.check(done.code == 2 and not done.out, f"wrong use {arguments}: exit 2", done)


if __name__ == "__main__":
    Suite("Audit bundles: what is true is verified, what is changed is refused.", add_arguments).play(script)
