"""Vectors of bundle.md for windows above 0, for chains that begin before them, and for every order it asks for."""

from . import entries as e
from . import messages, notes
from .cases_bundle import COSIGNED, GROUND, OWN, RECIPIENTS, Story, case, policy, set_entry
from .world import GROUNDS, NOORD, OOST, document, secret

OTHER_GROUND = "WOO-3.1"
OTHER_LIST = [{"member": 2, "ground": OTHER_GROUND}]
MORE_GROUNDS = [*GROUNDS, f"{OTHER_GROUND} od-toezicht od-toezicht business - Artikel 3.1 Woo"]


class LongStory(Story):
    """The log of `Story`, then a second chain: a grant at 6, a fragment at 7, and a grant of history at 8."""

    charter_changes = {"ground": MORE_GROUNDS}
    window = (0, 9)
    receipt_sizes = (9,)
    second_list = RECIPIENTS
    second_epoch = 6
    grant_position = 0
    fragment_position = 0
    fragment_epoch = None
    history = (4, 5)
    history_list = RECIPIENTS
    # By the size of the receipt.
    unopened_at = {}
    edit = staticmethod(lambda body: None)

    def item(self, size):
        self.unopened = self.unopened_at.get(size, ())
        return super().item(size)

    def grant(self, index, recipients, **more):
        hashes = [secret(f"bundle box {index} {n.handle}") for n in (NOORD, OOST)]
        value = {"audience": recipients, "box_hashes": hashes, "history": list(more.pop("history", ()))}
        listed = {"audience": e.audience_hash(recipients, 1), "category": self.category}
        return e.plain_entry(messages.KEY_GRANT.encode(value), **self.fields(index, 4, **listed, **more))

    def write_log(self):
        out = super().write_log()
        chain = secret("second chain")
        out.append(self.grant(
            6, self.second_list, key_commitment=e.commitment(chain), epoch=self.second_epoch, position=self.grant_position))
        epoch = self.second_epoch if self.fragment_epoch is None else self.fragment_epoch
        fields = self.fields(
            7, 2, case=e.object_id(self.table, e.dot_bytes(1, 0, 3, 0)), epoch=epoch, position=self.fragment_position,
            audience=e.audience_hash(self.second_list, 1), category=self.category)
        out.append(e.seal_entry(e.content_key(chain), secret("bundle nonce 7")[:24], b"fragment", **fields))
        out.append(self.grant(8, self.history_list, history=self.history))
        return out

    def edit_body(self, body):
        start, end = self.window
        headers = [e.decode_header(header) for header, _ in self.entries[start:end]]
        named = {h["audience"] for h in headers if h["kind"] in e.LISTED}
        lists = {e.audience_hash(l, 1): l for l in (RECIPIENTS, OTHER_LIST)}
        body["audiences"] = [{"recipients": lists[h]} for h in sorted(named)]
        body["receipts"] = self.receipts(*self.receipt_sizes)
        self.edit(body)


def long(**changes):
    return [LongStory(**changes).bundle()]


def cards(*order):
    """Puts these cards, as (node, version), into the body."""
    return lambda body: body.update(cards=[node.card(version).decode() for node, version in order])


def by_author(body):
    """The receipt as one of the author's own."""
    body["receipts"] = [{**receipt, "member": 1} for receipt in body["receipts"]]


def accepted():
    trusted = policy(f"identity {NOORD.identity.hex()}", f"identity {OOST.identity.hex()}")
    middle = {"window": (4, 9)}
    return [
        case("two chains of one list and a grant of history", long(), []),
        case("two lists, each with its own chain", long(second_list=OTHER_LIST), []),
        case("two receipts of one member", long(receipt_sizes=(4, 9)), []),
        case("two receipts of one member, the newer of a smaller size", long(receipt_sizes=(9, 4)), []),
        case("an older receipt with an entry unopened that the newer has open", long(
            receipt_sizes=(6, 9), unopened_at={6: (5,)}), []),
        case("two cards of the author", long(edit=cards((NOORD, 1), (NOORD, 2), (OOST, 1))), []),
        case("window from within a chain", long(**middle), []),
        case("window from within a chain, policy met", long(**middle), [], trusted),
        case("window from the grant of a second chain", long(window=(6, 9)), []),
        case("window from within a second chain", long(window=(7, 9)), []),
        case("window from within the second chain, far on", long(window=(7, 9), fragment_position=40), []),
        case("receipt of the size at which the window starts", long(window=(4, 9), receipt_sizes=(4,)), []),
        case("receipt of a size before the window", long(window=(6, 9), receipt_sizes=(5,)), []),
        case("unopened before the window, which a later window does not ask about", long(
            window=(6, 9), unopened_at={9: (4,)}), []),
        case("two windows that meet", long(window=(0, 6), receipt_sizes=(6,)) + long(window=(6, 9), receipt_sizes=(6, 9)), []),
    ]


def findings():
    """Triples (class, name, bundles)."""
    middle = {"window": (4, 9)}
    return [
        ("card", "cards not in order of member", long(edit=cards((OOST, 1), (NOORD, 1)))),
        ("card", "cards of one member not in order of version", long(edit=cards((NOORD, 2), (NOORD, 1), (OOST, 1)))),
        ("card", "a card twice", long(edit=cards((NOORD, 1), (OOST, 1), (OOST, 1)))),
        ("checkpoint", "no first checkpoint in a window above 0", long(**middle, edit=lambda b: b.update({"from": ""}))),
        ("checkpoint", "first checkpoint of another size", long(**middle, edit=lambda b: b.update({"from": b["until"]}))),
        ("entry", "a log that does not begin with a card", long(edit_entries=set_entry(0, 1, bytes([13])))),
        ("entry", "a log that does not go on with the charter", long(edit_entries=set_entry(1, 1, bytes([13])))),
        ("entry", "a grant whose list is not the header's", long(
            edit_entries=set_entry(6, 40, e.audience_hash(OTHER_LIST, 1)))),
        ("entry", "a grant of history with a commitment", long(edit_entries=set_entry(8, 116, secret("commitment")))),
        ("entry", "a grant of history with an epoch", long(edit_entries=set_entry(8, 72, (1).to_bytes(4, "big")))),
        ("entry", "a grant of no chain and no history", long(edit_entries=set_entry(6, 116, bytes(32)))),
        ("tree", "two entries of a later window in each other's place", long(
            **middle, edit_leaves=lambda leaves: leaves.__setitem__(slice(7, 9), leaves[8:6:-1]))),
        ("audience", "lists not in order of their hash", long(
            second_list=OTHER_LIST, edit=lambda b: b["audiences"].reverse())),
        ("audience", "a list twice", long(edit=lambda b: b["audiences"].append(b["audiences"][0]))),
        ("audience", "a list of which the window has no entry", long(
            window=(0, 6), receipt_sizes=(6,), edit=lambda b: b.update(audiences=[
                {"recipients": l} for l in sorted((RECIPIENTS, OTHER_LIST), key=e.audience_hash)]))),
        ("audience", "a grant of history of an entry without category", long(edit_entries=set_entry(5, 4, b"\0\0"))),
        ("chain", "a grant that names a later index", long(second_epoch=7, fragment_epoch=6)),
        ("chain", "a second grant of a chain", long(second_epoch=2)),
        ("chain", "a grant that does not begin its chain", long(grant_position=1, fragment_position=1)),
        ("chain", "an entry of a chain without a grant", long(fragment_epoch=5)),
        ("chain", "an entry that begins its own chain", long(fragment_epoch=7)),
        ("chain", "a later window with a position left out", long(**middle, fragment_position=1)),
        ("chain", "a later window with a second grant of a chain before it", long(**middle, second_epoch=2)),
        ("receipt", "receipts not in order", long(receipt_sizes=(4, 9), edit=lambda b: b["receipts"].reverse())),
        ("receipt", "a receipt twice", long(edit=lambda b: b["receipts"].append(b["receipts"][0]))),
        ("receipt", "a receipt under the author's number", long(edit=by_author)),
        ("receipt", "a receipt beyond the window", long(window=(0, 6), receipt_sizes=(7,))),
        ("receipt", "a receipt of another root", long(edit_item=other_root)),
        ("receipt", "a later window with a receipt of another root", long(**middle, edit_item=other_root)),
        ("receipt", "a later window with a count below what it gave", long(
            **middle, edit_item=lambda item: item.update(held_count=4))),
        ("receipt", "an entry unopened that was given to nobody", long(edit_item=lambda item: item.update(unopened=[1]))),
        ("receipt", "a later window with an entry unopened", long(**middle, unopened_at={9: (7,)})),
        ("receipt", "the older of two receipts counts too low", long(
            receipt_sizes=(4, 9), edit_item=lambda item: item.update(held_count=min(item["held_count"], 5)))),
        ("receipt", "two windows of which one has a receipt of another root before it", two_windows()),
    ]


def other_root(item):
    """Another tree of the same size, signed by the author and cosigned by the receipt's."""
    origin, size = item["checkpoint"].split("\n")[:2]
    text = notes.checkpoint_text(origin, int(size), secret("root"))
    item["checkpoint"] = notes.sign(text, origin, NOORD.log_seed) + OOST.cosignature(text, COSIGNED)


def two_windows():
    """The receipt of the second quotes a size before its window: only the first can tell that the root is another."""
    def edit(item):
        # That of size 5, not that of 6, which both bundles have.
        if item["held_count"] == 3:
            other_root(item)

    return long(window=(0, 6), receipt_sizes=(6,)) + long(window=(6, 9), receipt_sizes=(6, 5), edit_item=edit)


def files():
    refused = [case(name, data, [kind]) for kind, name, data in findings()]
    return {
        "bundle/accept/windows.json": document(f"{OWN} §2, windows above 0, chains and orders; `expected` as in bundles", accepted()),
        "bundle/reject/windows.json": document(f"{OWN} §2, windows above 0, chains and orders; one thing wrong at a time", refused),
    }
