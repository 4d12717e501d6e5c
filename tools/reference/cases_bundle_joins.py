"""Vectors of bundle.md for what the bundles of one log, and of one author's generations, show together."""

from . import bundles, merkle, messages, notes
from . import entries as e
from .cases_bundle import COSIGNED, OWN, RECIPIENTS, Story, case, policy, set_entry
from .cases_bundle_evidence import PinStory, adopting_story, dated, item, partner, reference
from .cases_bundle_windows import MORE_GROUNDS, LongStory
from .primitives import b64, ed25519_public
from .world import NOORD, OOST, START, document, secret, text_of

OPEN_GROUND = "OPEN-1"
OPEN_LIST = [{"member": 2, "ground": OPEN_GROUND}]
SECOND = [reference(4, 4, 1), reference(5, 4, 2)]


class HistoryStory(LongStory):
    """Its grant of history, at 8, gives business data on a ground of public data."""

    charter_changes = {"ground": [*MORE_GROUNDS, f"{OPEN_GROUND} od-toezicht od-toezicht public - Openbaar"]}
    receipt_sizes = ()
    history_list = OPEN_LIST
    shown_lists = (RECIPIENTS, OPEN_LIST)

    def edit_body(self, body):
        start, end = self.window
        named = {e.decode_header(h)["audience"] for h, _ in self.entries[start:end] if h[1] in e.LISTED}
        body["audiences"] = [
            {"recipients": l} for l in sorted(self.shown_lists, key=e.audience_hash) if e.audience_hash(l, 1) in named]
        body["receipts"] = []
        self.edit(body)


def saying(references, **changes):
    """The log of `Story` with what the author says of its window's fragments."""
    start, end = changes.get("window", Story.window)
    told = [r for r in references if start <= r["index"] < end]
    return Story(with_receipt=False, edit_body=lambda body: body.update(fragments=told), **changes).bundle()


def in_two(story, at, size, **changes):
    return [story(window=window, **changes).bundle() for window in ((0, at), (at, size))]


def without(index, kind="leaf"):
    """Leaves the header of an entry out of a bundle from 0, with what is said of it."""
    def edit(body):
        body["entries"][index] = {kind: e.leaf(body["entries"][index]["header"])}
        body["fragments"] = [f for f in body["fragments"] if f["index"] != index]
    return edit


def next_log(story, *references):
    """The author's log of generation 1: card, charter, grant, and fragments at 3 and 4."""
    chain, audience = secret("next chain"), e.audience_hash(RECIPIENTS, 1)
    case_id = e.object_id(story.table, e.dot_bytes(1, 0, 3, 0))
    boxes = [secret(f"next box {n.handle}") for n in (NOORD, OOST)]
    grant = messages.KEY_GRANT.encode({"audience": RECIPIENTS, "box_hashes": boxes})
    log = [
        e.plain_entry(NOORD.card(), **story.fields(0, 8)), e.plain_entry(story.pinned(), **story.fields(1, 9)),
        e.plain_entry(grant, **story.fields(2, 4, audience=audience, epoch=2, key_commitment=e.commitment(chain), category=3))]
    for position, index in enumerate((3, 4)):
        fields = story.fields(index, 2, case=case_id, audience=audience, epoch=2, position=position, category=3)
        log.append(e.seal_entry(e.content_key(chain), secret(f"next nonce {index}")[:24], b"fragment", **fields))
        chain = e.next_chain_key(chain)
    leaves, origin, size = [e.leaf(h) for h, _ in log], notes.origin(story.table, 1, 1), len(log)
    body = messages.BUNDLE_BODY.encode({
        "charters": [story.charter.decode(), story.pinned().decode()], "cards": [NOORD.card().decode(), OOST.card().decode()],
        "from": "", "until": notes.sign(notes.checkpoint_text(origin, size, merkle.root(leaves)), origin, NOORD.log_seed),
        "frontier": [], "entries": [{"header": h, "payload": b"" if h[1] in e.ENCRYPTED else p} for h, p in log],
        "audiences": [{"recipients": RECIPIENTS}], "receipts": [], "fragments": list(references),
    })
    return bundles.write(story.table, 1, 1, 0, size, body, NOORD.log_seed)


def first(index, first_index, version):
    """What generation 1 says of a fragment of generation 0."""
    return reference(index, first_index, version)


def own(index, first_index, version):
    return reference(index, first_index, version, generation=1)


class PinnedStory(PinStory):
    """Generation 0, pinned at its end; of the fragment at 4 it has two versions."""

    pin_size = 6

    def edit_body(self, body):
        super().edit_body(body)
        start, end = self.window
        body["fragments"] = [r for r in SECOND if start <= r["index"] < end]


def accepted():
    pinned = PinnedStory()
    later = next_log(pinned, first(3, 4, 3), own(4, 4, 1))
    adopted = adopting_story(6)
    return [
        case("a version whose first an earlier window has", [
            saying(SECOND, window=(0, 5)), saying(SECOND, window=(5, 6))], []),
        case("a fragment that one of two windows names", [
            saying(SECOND), saying([], window=(2, 6))], []),
        case("the same export twice", [saying(SECOND), saying(SECOND)], []),
        case("a grant of history of what an earlier window has", in_two(
            LongStory, 6, 9, receipt_sizes=(), history=(4, 5)), []),
        case("a charter adopted in one window and named in the next", [
            adopted.cut(0, 7).bundle(), adopted.cut(7, 8).bundle()], []),
        case("a charter that the earlier of two windows does not have", [
            with_first_charter(adopted.cut(0, 6)).bundle(), adopted.cut(6, 8).bundle()], []),
        case("versions of two generations", [pinned.bundle(), later], []),
        case("versions of two generations, of which the earlier is in two windows", [
            later, PinnedStory(window=(5, 6)).bundle(), PinnedStory(window=(0, 5)).bundle()], []),
        case("versions of two generations, of which the later is given alone", [later], []),
        case("an own receipt under a later key, whose card one of two exports has", [
            quoting_under_a_later_key(1), quoting_under_a_later_key(1, 2)], []),
    ]


def with_first_charter(story):
    edit = story.edit_body

    def edit_body(body):
        edit(body)
        body["charters"] = body["charters"][:1]
    story.edit_body = edit_body
    return story


def quoting_under_a_later_key(*versions):
    """The export of member 2 with a receipt that it cosigned under the key of its second card, and these cards of it."""
    story, seed = Story(with_receipt=False), secret("later witness")
    text = text_of(story.checkpoint(6).encode())
    line = notes.cosign_line(text, notes.witness_name(OOST.identity), seed, COSIGNED)
    cards = [OOST.card().decode(), OOST.card(2, witness=b64(ed25519_public(seed))).decode()]
    return partner(
        story, item(story, 6, checkpoint=story.checkpoint(6) + line),
        cards=[NOORD.card().decode(), *(cards[version - 1] for version in versions)])


def references():
    pinned, cut_short = PinnedStory(), PinnedStory(pin_size=5)

    def both(*told):
        return [pinned.bundle(), next_log(pinned, *told)]

    chained = [*SECOND, reference(7, 5, 2)]
    other_case = set_entry(5, 24, secret("other case")[:16])
    return [
        ("entry", "two exports that say different things of one entry", [
            saying(SECOND), saying([*SECOND[:1], reference(5, 5, 1)])]),
        ("entry", "two windows that say different things of the entry they share", [
            saying([reference(5, 5, 1)], window=(5, 6)), saying(SECOND)]),
        ("entry", "a version whose first an earlier window shows to be no fragment", [
            saying(SECOND, window=(0, 5)), saying([reference(5, 3, 2)], window=(5, 6))]),
        ("entry", "a version whose first an earlier window shows in another case", [
            saying(SECOND, window=(0, 5), edit_entries=other_case), saying(SECOND, window=(5, 6), edit_entries=other_case)]),
        ("entry", "the same version in two windows", [
            LongStory(window=window, receipt_sizes=(), edit=lambda body, told=told: body.update(fragments=told)).bundle()
            for window, told in (((0, 6), SECOND), ((6, 9), [reference(7, 4, 2)]))]),
        ("entry", "a version of what another window says is a second version", [
            LongStory(window=window, receipt_sizes=(), edit=lambda body, told=told: body.update(fragments=told)).bundle()
            for window, told in (((0, 6), SECOND), ((6, 9), [reference(7, 5, 2)]))]),
        ("entry", "two windows that say different things, one of which does not show the entry", [
            saying(SECOND, window=(2, 6)), Story(with_receipt=False, edit_body=no_header_said).bundle()]),
        ("entry", "a version of an entry of the earlier generation that is no fragment", both(first(3, 1, 2))),
        ("entry", "a version of an entry behind the end of the earlier generation", both(first(3, 999_999, 7))),
        ("entry", "the same, given alone", both(first(3, 6, 7))[1:]),
        ("entry", "a version that the earlier generation has already", both(first(3, 4, 2))),
        ("entry", "a version of what in the earlier generation is a second version", both(first(3, 5, 3))),
        ("entry", "a version of an entry that one of two windows of the earlier generation shows", [
            PinnedStory(window=(0, 3)).bundle(), both(first(3, 1, 2))[1]]),
        ("entry", "a version that the earlier generation has beyond its pin, where it does not count", [
            cut_short.bundle(), next_log(cut_short, first(3, 4, 2), own(4, 4, 1))]),
        ("entry", "versions within and across generations that do not ascend", both(first(3, 4, 4), first(4, 4, 3))),
        ("entry", "a version of what is said to be a second version, in one window", [LongStory(
            receipt_sizes=(), edit=lambda body: body.update(fragments=chained)).bundle()]),
    ]


def no_header_said(body):
    """Says of an entry what the other window says, and shows it not."""
    fragments = body["fragments"]
    without(5)(body)
    body["fragments"] = [*fragments[:1], reference(5, 5, 1)]


def joins():
    early, lowered = adopting_story(5), adopting_story(6, lowered_at=7)
    trusted = policy(f"charter {HistoryStory().table.hex()}", "require window 0 9")
    return [
        ("audience", "a grant of history on the wrong ground, whole", [HistoryStory().bundle()], None),
        ("audience", "a grant of history on the wrong ground of what an earlier window has", in_two(HistoryStory, 6, 9), trusted),
        ("audience", "the same, with the later window first", in_two(HistoryStory, 6, 9)[::-1], None),
        ("audience", "a list that only another window has, of an entry on the wrong ground", [
            HistoryStory(window=(2, 9), shown_lists=(RECIPIENTS,)).bundle(), HistoryStory().bundle()], None),
        ("entry", "a charter version that is lower behind the join", [
            lowered.cut(0, 7).bundle(), lowered.cut(7, 8).bundle()], None),
        ("entry", "a charter version that is lower, whole", [lowered.bundle()], None),
        ("entry", "a charter version named behind the join and not adopted before it", [
            early.cut(0, 5).bundle(), early.cut(5, 8).bundle()], None),
        ("entry", "an entry dated back, in two exports", [
            Story(with_receipt=False, edit_entries=dated(4, START + 2_500)).bundle()] * 2, None),
        ("blinded", "an entry without its header that another window shows", [
            saying(SECOND), Story(with_receipt=False, edit_body=without(5)).bundle()], None),
        ("lost", "an entry said to be lost that another window shows", [
            Story(with_receipt=False, edit_body=without(5, "lost")).bundle(), saying(SECOND)], None),
        ("audience", "a list that is missing in one of two exports", [
            Story(with_receipt=False).bundle(),
            Story(with_receipt=False, edit_body=lambda body: body.update(audiences=[])).bundle()], None),
        ("receipt", "an own receipt under a later key, whose card no export has", [
            quoting_under_a_later_key(1), quoting_under_a_later_key(1)], None),
        ("tree", "a window that does not hold beside one that does", [
            Story(window=(0, 4), with_receipt=False).bundle(), Story(
                window=(4, 6), with_receipt=False, edit_body=lambda body: body["entries"].__setitem__(
                    0, {"leaf": secret("leaf")})).bundle()], None),
        ("tree", "an earlier generation that does not hold", [broken_generation(), next_log(PinnedStory())], None),
    ]


def broken_generation():
    class Broken(PinnedStory):
        def edit_body(self, body):
            super().edit_body(body)
            body["entries"][3] = {"leaf": secret("leaf")}
    return Broken().bundle()


def files():
    refused = [case(name, data, [kind]) for kind, name, data in references()]
    refused += [case(name, data, [kind], text) for kind, name, data, text in joins()]
    return {
        "bundle/accept/joins.json": document(f"{OWN} §2: what the bundles of one log and of one author show together", accepted()),
        "bundle/reject/joins.json": document(f"{OWN} §2: what the bundles of one log and of one author show together", refused),
    }
