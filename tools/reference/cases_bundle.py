"""Vectors of Protocol/bundle.md: one table of two members, a case, two fragments and a receipt."""

import base64

from . import bundle_audit, bundles, cases_payloads, messages, merkle, notes, primitives
from . import entries as e
from .primitives import b64, sha256
from .world import NOORD, OOST, OTHER, START, charter, document, expect, secret, text_of

OWN = "Protocol/bundle.md"
GROUND = "WABO-5.8"
RECIPIENTS = [{"member": 2, "ground": GROUND}]
OTHER_RECIPIENTS = [{"member": 2, "ground": "WPG-18"}]
COSIGNED = START // 1000 + 3_600
NOW = START // 1000 + 365 * 86_400  # The auditor's clock: 2027-01-01.


class Story:
    """A log of member 1, the receipt of member 2, and the bundle; a subclass changes one thing."""

    signers = (NOORD, OOST)
    recipients = RECIPIENTS
    category = 3
    window = (0, 6)
    with_grant = True
    with_receipt = True
    receipt_size = 6
    unopened = ()
    charter_changes = {}

    def __init__(self, **changes):
        self.__dict__.update(changes)
        self.charter = charter(self.signers, members=(NOORD, OOST), **self.charter_changes)
        self.table = sha256(text_of(self.charter).encode())
        self.origin = notes.origin(self.table, 1, 0)
        self.entries = self.write_log()
        self.edit_entries(self.entries)
        self.leaves = [e.leaf(header) for header, _ in self.entries]
        self.edit_leaves(self.leaves)

    def edit_entries(self, entries):
        """Changes headers and payloads before the tree is made."""

    def edit_leaves(self, leaves):
        """Changes leaf hashes before the tree is made."""

    def edit_body(self, body):
        """Changes the body before it is encoded."""

    def fields(self, index, kind, **more):
        return {"kind": kind, "charter_version": 1, "index": index, "time": (START + 1000 * index) << 16, **more}

    def receipt_fields(self, index):
        """A receipt is dated with the cosignatures in it."""
        return self.fields(index, 5, time=(COSIGNED * 1000 + index) << 16)

    def start_of_log(self, node):
        return [e.plain_entry(node.card(), **self.fields(0, 8)), e.plain_entry(self.charter, **self.fields(1, 9))]

    def write_log(self):
        out = self.start_of_log(NOORD)
        audience = e.audience_hash(self.recipients, 1)
        listed = {"audience": audience, "category": self.category}
        chain = secret("bundle chain")
        if self.with_grant:
            boxes = [primitives.sealed_box(n.sealing, chain, secret("bundle box " + n.handle)) for n in (NOORD, OOST)]
            payload = messages.KEY_GRANT.encode({"audience": self.recipients, "box_hashes": [sha256(b) for b in boxes]})
            out.append(e.plain_entry(payload, **self.fields(2, 4, epoch=2, key_commitment=e.commitment(chain), **listed)))
        else:
            out.append(e.plain_entry(NOORD.card(2), **self.fields(2, 8)))
        case = e.object_id(self.table, e.dot_bytes(1, 0, 3, 0))
        opening = messages.OPERATIONS.encode({"audience_version": 1, "operations": [cases_payloads.OPERATIONS["open_case"]]})
        plaintexts = [(1, opening)] + [
            (2, messages.FRAGMENT.encode({**cases_payloads.FRAGMENT, "first_index": index})) for index in (4, 5)]
        for position, (kind, plaintext) in enumerate(plaintexts):
            index = 3 + position
            fields = self.fields(index, kind, case=case, epoch=2, position=position, **listed)
            out.append(e.seal_entry(e.content_key(chain), secret(f"bundle nonce {index}")[:24], plaintext, **fields))
            chain = e.next_chain_key(chain)
        return out

    def checkpoint(self, size, witnesses=()):
        text = notes.checkpoint_text(self.origin, size, merkle.root(self.leaves[:size]))
        return notes.sign(text, self.origin, NOORD.log_seed) + "".join(w.cosignature(text, COSIGNED) for w in witnesses)

    def item(self, size):
        given = list(range(2, size))
        item = {
            "member": 1, "generation": 0, "checkpoint": self.checkpoint(size, (OOST,)), "held_count": len(given),
            "held_hash": e.held_hash([(i, self.leaves[i]) for i in given]), "unopened": list(self.unopened),
        }
        self.edit_item(item)
        return item

    def receipts(self, *sizes):
        """Receipts of member 2, in the order in which its log has them."""
        log = self.start_of_log(OOST)
        for size in sizes:
            payload = messages.RECEIPT.encode({"logs": [self.item(size)]})
            log.append(e.plain_entry(payload, **self.receipt_fields(len(log))))
        leaves = [e.leaf(h) for h, _ in log]
        origin = notes.origin(self.table, 2, 0)
        text = notes.checkpoint_text(origin, len(log), merkle.root(leaves))
        return [
            {"member": 2, "generation": 0, "header": header, "payload": payload,
             "checkpoint": notes.sign(text, origin, OOST.log_seed), "proof": merkle.inclusion(index, leaves)}
            for index, (header, payload) in enumerate(log) if index >= 2
        ]

    def edit_item(self, item):
        """Changes what the receipt says before it is written."""

    def body(self):
        start, end = self.window
        out = {
            "charters": [self.charter.decode()], "cards": [NOORD.card().decode(), OOST.card().decode()],
            "from": self.checkpoint(start) if start else "", "until": self.checkpoint(end, (OOST,)),
            "frontier": merkle.frontier(self.leaves[:start]),
            "entries": [
                {"header": h, "payload": b"" if h[1] in e.ENCRYPTED else p} for h, p in self.entries[start:end]],
            "audiences": [{"recipients": self.recipients}],
            "receipts": self.receipts(self.receipt_size) if self.with_receipt else [],
            "fragments": [
                {"index": start + i, "generation": 0, "first_index": start + i, "version": 1}
                for i, (h, _) in enumerate(self.entries[start:end]) if h[1] == e.KINDS["fragment"]],
        }
        self.edit_body(out)
        return messages.BUNDLE_BODY.encode(out)

    def bundle(self):
        return bundles.write(self.table, 1, 0, *self.window, self.body(), NOORD.log_seed)


def variant(name, **methods):
    """A story in which the named hooks are these functions."""
    hooks = {k: (lambda self, value, f=f: f(value)) for k, f in methods.items() if callable(f)}
    values = {k: v for k, v in methods.items() if not callable(v)}
    return name, type("Variant", (Story,), hooks)(**values)


def set_entry(index, offset, new):
    """Replaces bytes of a header in the log."""
    def edit(entries):
        header, payload = entries[index]
        entries[index] = (header[:offset] + new + header[offset + len(new):], payload)
    return edit


def without_header(**kinds):
    """Puts leaf hashes in the place of entries, whose references are dropped."""
    def edit(body):
        for kind, indices in kinds.items():
            for index in indices:
                body["entries"][index] = {kind: e.leaf(body["entries"][index]["header"])}
                body["fragments"] = [f for f in body["fragments"] if f["index"] != index]
    return edit


def set_body(key, function):
    def edit(body):
        body[key] = function(body[key])
    return edit


def policy(*lines):
    return "".join(line + "\n" for line in lines)


def case(name, data, expected, policy_text=None):
    found = bundle_audit.verify(data, None if policy_text is None else bundles.parse_policy(policy_text.encode()), NOW)
    classes = [f["class"] for f in found["findings"]]
    assert classes[:1] == expected, f"{name}: {found['findings']}, expected {expected}"
    return {
        "name": name, "bundles": [base64.b64encode(d).decode() for d in data],
        "policy": None if policy_text is None else policy_text.encode().hex(), "expected": found,
    }


def accepted():
    story = Story()
    data = story.bundle()
    trusted = policy(f"charter {story.table.hex()}", f"identity {NOORD.identity.hex()}", f"identity {OOST.identity.hex()}")
    windowed = Story(window=(2, 6)).bundle()
    return [
        case("complete log without a policy", [data], []),
        case("complete log, policy names the charter", [data], [], policy(f"charter {story.table.hex()}")),
        case("complete log, policy names charter and identities", [data], [], trusted),
        case("no receipt", [Story(with_receipt=False).bundle()], []),
        case("receipt of a smaller size", [Story(receipt_size=5).bundle()], []),
        case("window from 2", [windowed], []),
        case("window from 0 until 4", [Story(window=(0, 4), receipt_size=4).bundle()], []),
        case("two bundles of one log", [data, windowed], []),
    ]


def accept_file():
    return document(f"{OWN}; `expected` is what `tafel-audit verify --json` says, as far as the pages fix it", accepted())


def last_field_first(story):
    """The canonical body with its references in front."""
    body = messages.BUNDLE_BODY.decode(story.body())
    references = messages.BUNDLE_BODY.encode({"fragments": body["fragments"]})
    return references + messages.BUNDLE_BODY.encode({**body, "fragments": []})


def author_line_of(note, seed):
    text = text_of(note.encode())
    return notes.sign(text, text.split("\n")[0], seed)


def swap_receipt(**changes):
    def edit(body):
        body["receipts"] = [{**body["receipts"][0], **changes}]
    return edit


def flip(data):
    return bytes([data[0] ^ 1]) + data[1:]


def corrupt(text):
    """The same note with one letter of its last signature changed, still canonical base64."""
    value = text[-12]
    return text[:-12] + ("A" if value != "A" else "B") + text[-11:]


def findings():
    """Pairs (class, (name, story))."""
    stranger = OTHER.card().decode()
    out = [
        ("charter", variant("charter signed by one of two", signers=(NOORD,))),
        ("charter", variant("charter signed by a stranger", signers=(NOORD, OOST, OTHER))),
        ("charter", variant("charter of another table", edit_body=set_body("charters", lambda c: [
            charter((NOORD, OOST), members=(NOORD, OOST), name="Mest").decode()]))),
        ("charter", variant("charter signature broken", edit_body=set_body("charters", lambda c: [corrupt(c[0])]))),
        ("card", variant("card of the receipt's author missing", edit_body=set_body("cards", lambda c: c[:1]))),
        ("card", variant("card signature broken", edit_body=set_body("cards", lambda c: [c[0], corrupt(c[1])]))),
        ("card", variant("card of no member", edit_body=set_body("cards", lambda c: c + [stranger]))),
        ("checkpoint", variant("last checkpoint signed by another", edit_body=set_body("until", lambda t: author_line_of(t, OOST.log_seed)))),
        ("checkpoint", variant("last checkpoint's signature broken", edit_body=set_body("until", lambda t: corrupt(author_line_of(t, NOORD.log_seed))))),
        ("checkpoint", variant("cosignature broken", edit_body=set_body("until", corrupt))),
        ("checkpoint", variant("cosignature of a stranger", edit_body=set_body("until", lambda t: t + OTHER.cosignature(text_of(t.encode()), COSIGNED)))),
        ("checkpoint", variant("cosignature repeated", edit_body=set_body("until", lambda t: t + OOST.cosignature(text_of(t.encode()), COSIGNED + 1)))),
        ("checkpoint", variant("first checkpoint in a window from 0", edit_body=lambda b: b.update({"from": b["until"]}))),
        ("frontier", variant("frontier in a window from 0", edit_body=set_body("frontier", lambda f: [secret("root")]))),
        ("frontier", variant("wrong frontier", window=(2, 6), edit_body=set_body("frontier", lambda f: [flip(f[0])]))),
        ("frontier", variant("no frontier", window=(2, 6), edit_body=set_body("frontier", lambda f: []))),
        ("entry", variant("wrong index", edit_entries=set_entry(4, 8, (5).to_bytes(8, "big")))),
        ("entry", variant("unknown kind", edit_entries=set_entry(5, 1, b"\x0e"))),
        ("entry", variant("time not later", edit_entries=set_entry(5, 16, ((START + 4000) << 16).to_bytes(8, "big")))),
        ("entry", variant("charter version that does not exist", edit_entries=set_entry(5, 2, b"\0\2"))),
        ("entry", variant("payload hash differs", edit_entries=set_entry(1, 80, secret("payload")))),
        ("entry", variant("payload missing", edit_body=lambda b: b["entries"][1].update(payload=b""))),
        ("entry", variant("payload changed", edit_body=lambda b: b["entries"][0].update(payload=NOORD.card(2)))),
        ("tree", variant("header changed after signing", edit_body=lambda b: b["entries"][5].update(
            header=b["entries"][5]["header"][:80] + secret("payload") + b["entries"][5]["header"][112:]))),
        ("tree", variant("leaf of the tree changed", with_receipt=False, edit_leaves=lambda l: l.__setitem__(5, secret("leaf")))),
        ("blinded", variant("an entry without its header", edit_body=without_header(leaf=[4]))),
        ("lost", variant("an entry that its author lost", edit_body=without_header(lost=[4]))),
        ("blinded", variant("an entry lost and one without its header", edit_body=without_header(leaf=[5], lost=[4]))),
        ("entry", variant("a lost entry with a payload", edit_body=lambda b: b["entries"].__setitem__(
            4, {"lost": e.leaf(b["entries"][4]["header"]), "payload": b"x"}))),
        ("audience", variant("list missing", edit_body=set_body("audiences", lambda a: []))),
        ("audience", variant("list not used", edit_body=set_body("audiences", lambda a: sorted(
            a + [{"recipients": OTHER_RECIPIENTS}], key=lambda l: e.audience_hash(l["recipients"]))))),
        ("audience", variant("recipient is no member", recipients=[{"member": 3, "ground": GROUND}], with_receipt=False)),
        ("audience", variant("ground not in the charter", recipients=[{"member": 2, "ground": "X-1"}])),
        ("audience", variant("ground for other classes", recipients=OTHER_RECIPIENTS)),
        ("audience", variant("ground without the category", category=6)),
        ("chain", variant("no grant", with_grant=False, with_receipt=False)),
        ("chain", variant("position left out", edit_entries=set_entry(5, 76, (3).to_bytes(4, "big")))),
        ("chain", variant("position used twice", edit_entries=set_entry(5, 76, (1).to_bytes(4, "big")))),
        ("chain", variant("chain of an entry that is no grant", edit_entries=set_entry(5, 72, (3).to_bytes(4, "big")))),
        ("chain", variant("chain of a later entry", edit_entries=set_entry(5, 72, (6).to_bytes(4, "big")))),
        ("receipt", variant("one entry unopened", unopened=(5,))),
        ("receipt", variant("count too low", edit_item=lambda i: i.update(held_count=3))),
        ("receipt", variant("count too high", edit_item=lambda i: i.update(held_count=5))),
        ("receipt", variant("hash of other entries", edit_item=lambda i: i.update(held_hash=secret("open")))),
        ("receipt", variant("quoted checkpoint without the cosignature", edit_item=lambda i: i.update(
            checkpoint=author_line_of(i["checkpoint"], NOORD.log_seed)))),
        ("receipt", variant("quoted checkpoint not signed by the author", edit_item=lambda i: i.update(
            checkpoint=author_line_of(i["checkpoint"], OOST.log_seed)))),
        ("receipt", variant("wrong proof", edit_body=swap_receipt(proof=[secret("proof")]))),
        ("receipt", variant("no proof", edit_body=swap_receipt(proof=[]))),
        ("receipt", variant("payload of the receipt changed", edit_body=swap_receipt(payload=messages.RECEIPT.encode(
            {"logs": [cases_payloads.cases_log.log_receipt()]})))),
    ]
    return out


def manifests():
    """Bundles whose manifest, not body, is wrong: (class, name, data)."""
    story = Story()
    body = story.body()
    text = bundles.manifest_text(story.table, 1, 0, 0, 6, body)

    def signed(text, name=story.origin, seed=NOORD.log_seed):
        return notes.sign(text, name, seed).encode() + body

    good = signed(text)
    stretched = bundles.manifest_text(story.table, 1, 0, 0, 7, body)
    other = body.replace(b"Aanpak van", b"Aanpak bij") if b"Aanpak van" in body else body
    return [
        ("manifest", "signed by another key", signed(text, seed=OOST.log_seed)),
        ("manifest", "signed by the identity key", signed(text, seed=NOORD.identity_seed)),
        ("manifest", "another key name", signed(text, name=notes.origin(story.table, 1, 1))),
        ("manifest", "signature broken", corrupt(good[: -len(body)].decode()).encode() + body),
        ("manifest", "body changed", good[: -len(body)] + other),
        ("manifest", "body hash of nothing", signed(text.replace(b64(sha256(body)), b64(sha256(b""))))),
        ("manifest", "window longer than the entries", signed(stretched)),
    ]


def two_bundles():
    """Two logs of one origin that differ, each fine by itself."""
    forked = Story(with_receipt=False)
    forked.entries = forked.entries[:5] + [e.seal_entry(
        e.content_key(secret("fork")), secret("fork nonce")[:24], b"", kind=2, charter_version=1, index=5, category=3,
        time=(START + 5000) << 16, case=secret("case")[:16], audience=e.audience_hash(RECIPIENTS, 1), epoch=2, position=2)]
    forked.leaves = [e.leaf(h) for h, _ in forked.entries]
    return [Story().bundle(), forked.bundle()]


def finding_file():
    cases = [case(f"{name}", [story.bundle()], [kind]) for kind, (name, story) in findings()]
    cases += [case(f"manifest: {name}", [data], [kind]) for kind, name, data in manifests()]
    cases.append(case("two bundles of one log that differ", two_bundles(), ["consistency"]))
    data, table = Story().bundle(), Story().table
    for name, lines in {
        "policy names another charter": [f"charter {secret('charter').hex()}"],
        "policy does not name the receipt's author": [f"identity {NOORD.identity.hex()}"],
        "policy does not name the author": [f"charter {table.hex()}", f"identity {OOST.identity.hex()}"],
    }.items():
        cases.append(case(name, [data], ["policy"], policy(*lines)))
    return document(f"{OWN} §2; one thing wrong at a time, `expected` has class and index of every finding", cases)


def form_file():
    """Files that are not a bundle: exit 2. Their body is short: form comes before contents."""
    short = {"cards": [], "entries": [], "audiences": [], "until": ""}
    _, story = variant("short", edit_body=lambda b: b.update(short))
    body = story.body()
    text = bundles.manifest_text(story.table, 1, 0, 0, 6, body)
    good = story.bundle()

    def signed(text, data=body):
        return notes.sign(text, story.origin, NOORD.log_seed).encode() + data

    def with_body(data):
        return signed(bundles.manifest_text(story.table, 1, 0, 0, 6, data), data)

    head = good[: -len(body)]
    twice = (text + "\n" + notes.sign_line(text, story.origin, NOORD.log_seed) + OOST.signature_line(text)).encode()
    variants = {
        "empty file": b"", "manifest cut off": good[:100], "not a note": b"x" * 300,
        "wrong first line": signed(text.replace("v1/bundle", "v2/bundle")),
        "line missing": signed(text.replace("generation 0\n", "")), "extra line": signed(text + "remark x\n"),
        "table in capitals": signed(text.replace(story.table.hex(), story.table.hex().upper())),
        "member with a leading zero": signed(text.replace("member 1", "member 01")),
        "member 0": signed(text.replace("member 1", "member 0")), "member 65,536": signed(text.replace("member 1", "member 65536")),
        "window backwards": signed(text.replace("window 0 6", "window 6 0")),
        "window of one number": signed(text.replace("window 0 6", "window 6")),
        "body hash of 31 bytes": signed(text.replace(b64(sha256(body)), b64(sha256(body)[:31]))),
        "two signatures": twice + body, "CRLF": head.replace(b"\n", b"\r\n") + body,
        "newline between manifest and body": head + b"\n" + body,
        "body cut off": with_body(body[:-1]), "byte after the body": with_body(body + b"\0"),
        "unknown field in the body": with_body(body + b"\x7a\x01x"),
        "explicit default in the body": with_body(body + b"\x1a\0"),
        "body fields not in order": with_body(last_field_first(story)),
    }
    cases = [
        {"name": name, "bundle": base64.b64encode(data).decode(), "error": expect("form", bundles.read, data)}
        for name, data in variants.items()
    ]
    return document(f"{OWN} §1, §2: exit 2", cases)


def files():
    return {
        "bundle/accept/bundles.json": accept_file(), "bundle/reject/findings.json": finding_file(),
        "bundle/reject/form.json": form_file(),
    }
