"""Vectors of bundle.md for what one bundle says about another, for times, pins, keys, and `require` lines."""

from . import bundles, merkle, messages, notes
from . import entries as e
from .cases_bundle import COSIGNED, OWN, RECIPIENTS, Story, case, policy, set_body, set_entry, variant
from .cases_bundle_windows import LongStory, other_root
from .primitives import b64, sha256
from .world import NOORD, OOST, START, charter, document, secret, text_of

DAY = 86_400_000
FUTURE = ((START + 3_650 * DAY) << 16).to_bytes(8, "big")


def dated(index, milliseconds):
    return set_entry(index, 16, (milliseconds << 16).to_bytes(8, "big"))


def log_of_oost(story, *payloads, generation=0):
    """A log of member 2 that has these receipts' payloads behind its beginning."""
    log = story.start_of_log(OOST)
    for payload in payloads:
        log.append(e.plain_entry(payload, **story.receipt_fields(len(log))))
    return log


def partner(story, *items, charters=None, cards=None):
    """The export of member 2: a receipt entry in its own log for each item; an item may be a list of several."""
    lists = [item if isinstance(item, list) else [item] for item in items]
    log = log_of_oost(story, *(messages.RECEIPT.encode({"logs": logs}) for logs in lists))
    leaves, origin = [e.leaf(h) for h, _ in log], notes.origin(story.table, 2, 0)
    text = notes.checkpoint_text(origin, len(log), merkle.root(leaves))
    body = messages.BUNDLE_BODY.encode({
        "charters": [c.decode() for c in charters or [story.charter]],
        "cards": cards or [NOORD.card().decode(), OOST.card().decode()], "from": "",
        "until": notes.sign(text, origin, OOST.log_seed), "frontier": [],
        "entries": [{"header": h, "payload": p} for h, p in log], "audiences": [], "receipts": [],
    })
    return bundles.write(story.table, 2, 0, 0, len(log), body, OOST.log_seed)


def rewritten(**changes):
    """The log of `Story` with its last entry left out and another in its place, signed anew."""
    forked = Story(with_receipt=False, **changes)
    forked.entries = forked.entries[:5] + [e.seal_entry(
        e.content_key(secret("fork")), secret("fork nonce")[:24], b"", kind=2, charter_version=1, index=5, category=3,
        time=(START + 5000) << 16, case=secret("case")[:16], audience=e.audience_hash(RECIPIENTS, 1), epoch=2, position=2)]
    forked.leaves = [e.leaf(h) for h, _ in forked.entries]
    return forked


class PinStory(Story):
    """A second charter pins the author's log of generation 0."""

    pin_size, pin_root, generation_start = 5, None, ()
    with_receipt = False

    def pinned(self):
        root = self.pin_root or merkle.root(self.leaves[:self.pin_size])
        return charter(
            members=(NOORD, OOST), version=2, previous=b64(self.table), pin=[f"1 0 {self.pin_size} {b64(root)}"])

    def edit_body(self, body):
        body["charters"] = [self.charter.decode(), self.pinned().decode()]


def next_generation(story, charters, adopted):
    """The author's log of generation 1: card and charter alone."""
    log = [e.plain_entry(NOORD.card(), **story.fields(0, 8)), e.plain_entry(adopted, **story.fields(1, 9))]
    leaves, origin = [e.leaf(h) for h, _ in log], notes.origin(story.table, 1, 1)
    body = messages.BUNDLE_BODY.encode({
        "charters": [c.decode() for c in charters], "cards": [NOORD.card().decode(), OOST.card().decode()], "from": "",
        "until": notes.sign(notes.checkpoint_text(origin, 2, merkle.root(leaves)), origin, NOORD.log_seed), "frontier": [],
        "entries": [{"header": h, "payload": p} for h, p in log], "audiences": [], "receipts": [],
    })
    text = bundles.manifest_text(story.table, 1, 1, 0, 2, body)
    return notes.sign(text, origin, NOORD.log_seed).encode() + body


def adopting(named_at, signers=None):
    return adopting_story(named_at, signers).bundle()


def adopting_story(named_at, signers=None, lowered_at=None):
    """Charter version 2 adopted at index 6 and named from another on; `signers`: a text adopted that the chain does not have,
    signed by these; `lowered_at`: where version 1 is named again. `cut` gives a window of it."""
    def write(self):
        second = charter(members=(NOORD, OOST), version=2, previous=b64(self.table))
        if signers is not None:
            second = charter(signers, members=(NOORD, OOST), version=2, previous=b64(self.table), purpose="Gaf voorrang")
        out = Story.write_log(self)
        out.append(e.plain_entry(second, **self.fields(6, 9)))
        out.append(e.plain_entry(NOORD.card(2), **self.fields(7, 8)))
        headers = [h for h, _ in out]
        named = range(named_at, lowered_at or len(headers))
        return [
            (h[:2] + (2 if i in named else 1).to_bytes(2, "big") + h[4:], p) for i, (h, (_, p)) in enumerate(zip(headers, out))]

    def edit_body(self, body):
        second = charter(members=(NOORD, OOST), version=2, previous=b64(self.table))
        start, end = self.window
        body["charters"] = [self.charter.decode(), second.decode()]
        if not any(h[1] in e.LISTED for h, _ in self.entries[start:end]):
            body["audiences"] = []

    def cut(self, start, end):
        return type(self)(window=(start, end), receipt_size=5, with_receipt=False)

    kind = type("Adopting", (Story,), {"write_log": write, "edit_body": edit_body, "cut": cut})
    return kind(window=(0, 8), receipt_size=5, with_receipt=False)


def broken_charter(body):
    body["charters"] = [body["charters"][0].replace("quorum ", "quorom ")]


def other_log_card(version):
    """A card of the author with another log key."""
    return NOORD.card(version, log=b64(OOST.log)).decode()


def signed_by_oost(story):
    """Checkpoints and manifest with the key that only the author's second card has."""
    story.with_receipt = False
    story.checkpoint = lambda size, witnesses=(): notes.sign(
        notes.checkpoint_text(story.origin, size, merkle.root(story.leaves[:size])), story.origin, OOST.log_seed)
    return story


def later_key(manifest_seed, cards):
    story = signed_by_oost(Story(edit_entries=lambda entries: None))
    story.edit_body = lambda body: body.update(cards=cards)
    return bundles.write(story.table, 1, 0, *story.window, story.body(), manifest_seed)


def item(story, size, **changes):
    return {**story.item(size), **changes}


def accepted():
    story, silent, pinned = Story(), Story(with_receipt=False), PinStory(window=(0, 5))
    trusted = f"charter {story.table.hex()}"
    branch = rewritten()
    both = [pinned.charter, pinned.pinned()]
    return [case(f"references: {name}", data, []) for name, data in good_references().items()] + [
        case("a partner's export that quotes the log", [story.bundle(), partner(story, item(story, 6))], []),
        case("a partner's export that quotes an earlier size", [silent.bundle(), partner(story, item(story, 4))], []),
        case("a partner's receipts of two times, the older with an entry unopened", [
            silent.bundle(), partner(story, item(story, 5, unopened=[4]), item(story, 6))], []),
        case("a partner's export that quotes a member without a card", [
            partner(story, item(story, 6), cards=[OOST.card().decode()])], []),
        case("an entry dated with its cosignature", [Story(edit_entries=dated(5, COSIGNED * 1000 + 300_000)).bundle()], []),
        case("a first entry before the charter's period", [Story(edit_entries=dated(0, START - 40 * DAY)).bundle()], []),
        case("a charter adopted and then named", [adopting(6)], []),
        case("a charter adopted that its quorum signed and that gave way", [adopting(6, (NOORD, OOST))], []),
        case("a pinned log up to its pin", [pinned.bundle()], []),
        case("the generation behind a pin", [next_generation(pinned, both, both[1])], []),
        case("the generation behind a pin, and the log up to it", [pinned.bundle(), next_generation(pinned, both, both[1])], []),
        case("quotes of two histories, which a pin explains", [
            next_generation(pinned, both, both[1]), partner(story, item(story, 6), item(branch, 6), charters=both)], []),
        case("a quote beyond the pin of a log up to it", [pinned.bundle(), partner(story, item(branch, 6), charters=both)], []),
        case("every requirement met", [story.bundle()], [], policy(
            trusted, "require receipt od-oost", "require witness 1", "require until 2026-01-01", "require window 0 6")),
        case("a receipt required that a partner's export has", [silent.bundle(), partner(story, item(story, 6))], [],
             policy(trusted, "require receipt od-oost")),
        case("a window required that two windows cover", [
            Story(window=(0, 4), with_receipt=False).bundle(), Story(window=(2, 6), with_receipt=False).bundle()], [],
            policy(trusted, "require window 1 6")),
    ]


def evidence():
    story, silent, branch = Story(), Story(with_receipt=False), rewritten()
    early = Story(window=(0, 4), with_receipt=False)
    return [
        ("consistency", "a log rewritten and signed anew, beside a partner's export", [branch.bundle(), partner(story, item(story, 6))]),
        ("consistency", "the same in the other order", [partner(story, item(story, 6)), branch.bundle()]),
        ("consistency", "two roots that one partner quotes", [partner(story, item(story, 6), item(branch, 6))]),
        ("consistency", "an export that ends before what a partner quotes", [early.bundle(), partner(story, item(story, 6))]),
        ("consistency", "windows with a gap between them", [
            LongStory(window=(0, 4), receipt_sizes=()).bundle(), LongStory(window=(6, 9), receipt_sizes=()).bundle()]),
        ("consistency", "three windows with two gaps", [LongStory(window=w, receipt_sizes=()).bundle() for w in ((7, 9), (4, 6), (0, 3))]),
        ("receipt", "a partner's export that counts fewer", [silent.bundle(), partner(story, item(story, 6, held_count=3))]),
        ("receipt", "a partner's export with another hash", [silent.bundle(), partner(story, item(story, 6, held_hash=secret("held")))]),
        ("receipt", "a partner's newer receipt with an entry unopened", [
            silent.bundle(), partner(story, item(story, 5), item(story, 6, unopened=[4]))]),
        ("receipt", "an own receipt that quotes what nobody signed", [
            partner(story, item(story, 6, checkpoint=by_partner(story)))]),
        ("receipt", "an own receipt without the own cosignature", [partner(story, item(story, 6, checkpoint=story.checkpoint(6)))]),
        ("manifest", "a window of nothing", [LongStory(window=(6, 6), receipt_sizes=(6,)).bundle()]),
        ("charter", "a charter that cannot be read", [variant("x", edit_body=broken_charter)[1].bundle()]),
    ]


def by_partner(story):
    """A checkpoint in the author's name that a partner signed and cosigned itself."""
    text = notes.checkpoint_text(story.origin, 6, merkle.root(story.leaves))
    return notes.sign(text, story.origin, OOST.log_seed) + OOST.cosignature(text, COSIGNED)


def times():
    late = COSIGNED * 1000 + 300_001
    story = Story(edit_entries=dated(5, late))
    return [
        ("entry", "an entry ten years after its cosignature", [Story(edit_entries=set_entry(5, 16, FUTURE)).bundle()]),
        ("receipt", "an entry too late for its cosignature by a millisecond", [Story(edit_entries=dated(5, late)).bundle()]),
        ("receipt", "an entry too late for a cosignature in another bundle", [
            Story(edit_entries=dated(5, late), with_receipt=False, edit_body=lambda body: body.update(
                until=alone(body["until"]))).bundle(),
            partner(story, item(story, 6))]),
        ("entry", "a fragment before the charter's period", [Story(
            edit_entries=before_period, window=(0, 6)).bundle()]),
        ("entry", "a clock that was ahead and set right", [Story(edit_entries=dated(3, START + 10 * DAY)).bundle()]),
        ("entry", "a fragment behind the charter's period", [Story(
            charter_changes={"until": "2026-01-01", "evaluation": "2026-01-01"}, edit_entries=dated(5, START + DAY),
            with_receipt=False, edit_body=lambda body: body.update(until=alone(body["until"]))).bundle()]),
        ("entry", "a charter version named before it was adopted", [adopting(5)]),
        ("entry", "a charter adopted that its quorum did not sign", [adopting(6, (OOST,))]),
    ]


def alone(checkpoint):
    """The checkpoint with its author's line alone."""
    text = text_of(checkpoint.encode())
    return notes.sign(text, text.split("\n")[0], NOORD.log_seed)


def before_period(entries):
    for index in range(6):
        dated(index, START - DAY + index)(entries)


def pins():
    story, pinned = Story(), PinStory()
    one = [pinned.charter]
    return [
        ("charter", "a generation of which nothing was pinned", [next_generation(pinned, one, pinned.charter)]),
        ("entry", "entries beyond the pin", [pinned.bundle()]),
        ("entry", "a window beyond the pin", [PinStory(window=(2, 6), pin_size=1).bundle()]),
        ("consistency", "another root than the pin's", [PinStory(window=(0, 5), pin_root=secret("root")).bundle()]),
        ("consistency", "another root than the pin's at the end of the window", [
            PinStory(window=(0, 4), pin_size=4, pin_root=secret("root")).bundle()]),
        ("consistency", "a rewritten log that ends below the pin, beside a quote", [
            branch_below(), partner(story, item(story, 5), charters=[pinned.charter, PinStory(pin_size=6).pinned()])]),
        ("receipt", "a receipt in a generation of which nothing was pinned", [Story(edit_body=next_receipt).bundle()]),
    ]


def branch_below():
    """Five entries, the last of them another than in `Story`; the pin lies at six."""
    changed = PinStory(window=(0, 5), pin_size=6, pin_root=merkle.root(Story().leaves), edit_entries=dated(4, START + 4_500))
    return changed.bundle()


def next_receipt(body):
    body["receipts"] = [{**receipt, "generation": 1} for receipt in body["receipts"]]


def keys():
    both = [NOORD.card().decode(), other_log_card(2), OOST.card().decode()]
    second = [other_log_card(2), OOST.card().decode()]
    story, silent = Story(), Story(with_receipt=False)
    return [
        ("manifest", "a manifest signed with the key of a later card", [later_key(OOST.log_seed, both)]),
        ("checkpoint", "checkpoints signed with the key of a later card", [later_key(NOORD.log_seed, both)]),
        ("entry", "a log whose first card has another key", [later_key(OOST.log_seed, second)]),
        ("consistency", "two bundles with two keys of one log", [silent.bundle(), partner(
            story, item(story, 5, checkpoint=second_key(story)), cards=second)]),
    ]


def second_key(story):
    text = notes.checkpoint_text(story.origin, 5, merkle.root(story.leaves[:5]))
    return notes.sign(text, story.origin, OOST.log_seed) + OOST.cosignature(text, COSIGNED)


def lost(*indices, edit=lambda body: None):
    def change(body):
        body["fragments"] = [f for f in body["fragments"] if f["index"] not in indices]
        for i in indices:
            body["entries"][i] = {"lost": e.leaf(body["entries"][i]["header"])}
        edit(body)
    return change


def behind_lost():
    """One entry is lost; what else is wrong is found all the same."""
    def told(name, indices, **changes):
        edit = changes.pop("edit", lambda body: None)
        return ("lost", name, [variant(name, edit_body=lost(*indices, edit=edit), **changes)[1].bundle()])

    return [
        told("a lost entry and a ground that does not fit", (5,), category=6),
        told("a lost entry and a position left out", (4,), edit_entries=set_entry(5, 76, (3).to_bytes(4, "big"))),
        told("a lost entry that had the position", (4,)),
        told("a lost grant", (2,)),
        told("a lost grant and a position too high", (2,), edit_entries=set_entry(3, 76, (1).to_bytes(4, "big"))),
        told("a lost entry and a receipt that counts too few", (4,), edit_item=lambda i: i.update(held_count=2)),
        told("a lost entry and a receipt that counts too many", (4,), edit_item=lambda i: i.update(held_count=5)),
        told("a lost entry that a receipt lists as unopened", (4,), unopened=(4,)),
        told("every entry with contents lost", (2, 3, 4, 5)),
        told("a lost charter", (1,)),
        ("blinded", "a leaf, a lost entry and an unopened one", [variant(
            "x", unopened=(3,), edit_body=lost(4, 5, edit=lambda b: b["entries"].__setitem__(
                4, {"leaf": b["entries"][4]["lost"]})))[1].bundle()]),
    ]


def policies():
    """Requirements that are not met: (name, bundles, policy)."""
    story, silent = Story(), Story(with_receipt=False)
    trusted = f"charter {story.table.hex()}"
    half = Story(receipt_size=4)
    uncosigned = Story(with_receipt=False, edit_body=lambda body: body.update(until=alone(body["until"])))
    return [
        ("a receipt that is not there", [silent.bundle()], policy(trusted, "require receipt od-oost")),
        ("a receipt of a smaller size", [half.bundle()], policy(trusted, "require receipt od-oost")),
        ("a receipt of nobody", [story.bundle()], policy(trusted, "require receipt od-west")),
        ("a witness that is not there", [uncosigned.bundle()], policy(trusted, "require witness 1")),
        ("two witnesses where one is", [story.bundle()], policy(trusted, "require witness 2")),
        ("an end before the day", [story.bundle()], policy(trusted, "require until 2026-01-02")),
        ("a window that ends later", [story.bundle()], policy(trusted, "require window 0 7")),
        ("a window that begins earlier", [Story(window=(2, 6)).bundle()], policy(trusted, "require window 0 6")),
    ]


def reference(index, first_index, version, generation=0):
    return {"index": index, "generation": generation, "first_index": first_index, "version": version}


def naming(*references, **changes):
    return variant("x", edit_body=set_body("fragments", lambda f: list(references)), **changes)[1].bundle()


WITHDRAWN = {"edit_entries": set_entry(5, 1, bytes([e.KINDS["withdrawal"]]))}


def good_references():
    return {
        "no references": [naming()],
        "a second version": [naming(reference(4, 4, 1), reference(5, 4, 2))],
        "a later version whose first is not in the window": [variant(
            "x", window=(5, 6), receipt_size=6, edit_body=set_body("fragments", lambda f: [reference(5, 4, 7)]))[1].bundle()],
        "a withdrawal": [naming(reference(4, 4, 1), reference(5, 4, 0), **WITHDRAWN)],
    }


def bad_references():
    return [("entry", f"reference: {name}", [data]) for name, data in {
        "of another kind": naming(reference(3, 3, 1)),
        "beyond the window": naming(reference(6, 6, 1)),
        "not in order": naming(reference(5, 5, 1), reference(4, 4, 1)),
        "twice": naming(reference(4, 4, 1), reference(4, 4, 1)),
        "to a later entry": naming(reference(4, 5, 2)),
        "to a later generation": naming(reference(4, 4, 2, generation=1)),
        "version 1 of another entry": naming(reference(5, 4, 1)),
        "version 2 of itself": naming(reference(5, 5, 2)),
        "version 0 of a fragment": naming(reference(5, 4, 0)),
        "to an entry that is no fragment": naming(reference(5, 3, 2)),
        "a version of a withdrawal": naming(reference(5, 4, 2), **WITHDRAWN),
        "a withdrawal of itself": naming(reference(5, 5, 0), **WITHDRAWN),
        "to a fragment of another case": naming(
            reference(4, 4, 1), reference(5, 4, 2), edit_entries=set_entry(5, 24, secret("other case")[:16])),
        "of a lost entry": variant("x", edit_body=lost(5, edit=set_body("fragments", lambda f: [reference(5, 5, 1)])))[1].bundle(),
    }.items()] + [("entry", "reference: versions that do not ascend", [LongStory(
        second_list=RECIPIENTS, edit=set_body("fragments", lambda f: [
            reference(4, 4, 1), reference(5, 4, 3), reference(7, 4, 2)]),
        edit_entries=set_entry(7, 24, e.object_id(LongStory().table, e.dot_bytes(1, 0, 3, 0)))).bundle()])]


def files():
    groups = evidence() + times() + bad_references() + pins() + keys() + behind_lost()
    refused = [case(name, data, [kind]) for kind, name, data in groups]
    refused += [case(f"requirement: {name}", data, ["policy"], text) for name, data, text in policies()]
    return {
        "bundle/accept/evidence.json": document(f"{OWN} §2, §3: evidence of several bundles, pins, requirements", accepted()),
        "bundle/reject/evidence.json": document(f"{OWN} §2, §3: what several bundles show, times, pins, keys, requirements", refused),
    }
