"""Vectors of bundle.md for what a whole call shows: windows as one log, cards of every bundle, the auditor's clock."""

from . import notes
from . import entries as e
from .cases_bundle import COSIGNED, NOW, OWN, Story, case, policy, set_entry
from .cases_bundle_evidence import (
    DAY, PinStory, alone, dated, item, next_generation, partner, rewritten,
)
from .cases_bundle_windows import LongStory
from .primitives import b64
from .world import NOORD, OOST, START, document, secret, text_of

HUGE_SECONDS = 18_446_744_073_709_551  # In milliseconds over 2^64 with five minutes more.
NO_ORIGINS = ("hello", "tafel/v1/log/v/2/0", f"tafel/v1/log/{'0' * 64}/0/0", f"tafel/v1/log/{'0' * 64}/2/70000")


def cosigned(note, seconds):
    """A checkpoint with a cosignature of member 2 of some time, and no other."""
    return alone(note) + OOST.cosignature(text_of(note.encode()), seconds)


def cut(at, **changes):
    """The log of `Story` in two windows; the receipt is in the second alone."""
    return [Story(window=(0, at), with_receipt=False, **changes).bundle(), Story(window=(at, 6), **changes).bundle()]


def quoting_nothing(origin, member=3):
    """An item about a log of another, with a checkpoint of no log."""
    text = f"{origin}\n1\n{b64(secret('root'))}\n"
    return {
        "member": member, "generation": 0, "held_count": 0, "held_hash": bytes(32), "unopened": [],
        "checkpoint": notes.sign(text, origin, OOST.log_seed) + OOST.cosignature(text, COSIGNED),
    }


def demands(story, *more):
    return policy(
        f"charter {story.table.hex()}", "require receipt od-oost", "require witness 1", "require until 2026-01-01",
        "require window 0 6", *more)


def accepted():
    story, pinned = Story(), PinStory(window=(0, 5))
    both = [pinned.charter, pinned.pinned()]
    ended = {"until": "2026-01-02", "evaluation": "2026-01-02"}
    withdrawn = Story(charter_changes=ended, receipt_size=5, edit_entries=withdrawal(START + 9 * DAY), edit_body=lambda body: body.update(
        until=alone(body["until"]), fragments=body["fragments"][:1]))
    given = policy(f"charter {pinned.table.hex()}", "require window 0 2")
    return [
        case("two windows that meet, with every demand met by both together", cut(4), [], demands(story)),
        case("the later window first", cut(4)[::-1], [], demands(story)),
        case("windows that overlap, with every demand met", [
            Story(window=(0, 5), with_receipt=False).bundle(), Story(window=(2, 6)).bundle()], [], demands(story)),
        case("three windows, of which one lies in another", [
            *cut(3), Story(window=(2, 3), with_receipt=False).bundle()], [], demands(story)),
        *(case(f"a receipt with a further item about no log: {origin}", [
            partner(story, [item(story, 6), quoting_nothing(origin)])], []) for origin in NO_ORIGINS),
        case("a withdrawal behind the charter's period", [withdrawn.bundle()], []),
        case("an entry of the auditor's own time", [Story(
            with_receipt=False, edit_entries=dated(5, NOW * 1000 + 300_000), edit_body=only_author).bundle()], []),
        case("entries required of two generations", [
            next_generation(pinned, both, both[1]), pinned.bundle()], [], given),
        case("entries required up to a pin", [pinned.bundle()], [], policy(
            f"charter {pinned.table.hex()}", "require window 0 6")),
        case("a witness that the policy names", [Story(with_receipt=False).bundle()], [], policy(
            f"identity {NOORD.identity.hex()}", f"identity {OOST.identity.hex()}", "require witness 1")),
    ]


def only_author(body):
    body["until"] = alone(body["until"])


def withdrawal(milliseconds):
    def edit(entries):
        set_entry(5, 1, bytes([e.KINDS["withdrawal"]]))(entries)
        dated(5, milliseconds)(entries)
    return edit


def lying(count):
    return {"edit_item": lambda found: found.update(held_count=count, held_hash=secret("held"))}


def logs():
    story, branch, silent = Story(), rewritten(), Story(with_receipt=False)
    other_name = NOORD.card(1, name="Een ander").decode()
    return [
        ("receipt", "two windows that together prove a receipt wrong", cut(4, **lying(3)), None),
        ("receipt", "the same, with the receipt in the partner's export", [
            silent_window(0, 4), silent_window(4, 6), partner(story, item(story, 6, held_count=3))], None),
        ("entry", "an entry dated back at the join of two windows", [
            Story(window=window, with_receipt=False, edit_entries=dated(4, START + 2_500)).bundle()
            for window in ((0, 4), (4, 6))], None),
        ("chain", "a position left out at the join of two windows", [
            Story(window=window, with_receipt=False, edit_entries=set_entry(5, 76, (3).to_bytes(4, "big"))).bundle()
            for window in ((5, 6), (0, 5))], None),
        ("consistency", "two windows that contradict each other at their join", [
            LongStory(window=(0, 6), receipt_sizes=()).bundle(), LongStory(
                window=(6, 9), receipt_sizes=(), edit_entries=dated(5, START + 5_500)).bundle()], None),
        ("consistency", "a log rewritten beside a partner's export without its author's card", [
            branch.bundle(), partner(story, item(story, 6), cards=[OOST.card().decode()])], None),
        ("receipt", "a receipt of what nobody signed, whose author's card is in another bundle", [
            silent.bundle(), partner(story, [{**item(story, 6), "checkpoint": quoting_nothing(story.origin)["checkpoint"]}],
                                     cards=[OOST.card().decode()])], None),
        ("consistency", "two cards of one version in two bundles", [
            silent.bundle(), partner(story, item(story, 6), cards=[other_name, OOST.card().decode()])], None),
        ("consistency", "a card that is not the one at the log's beginning", [Story(
            with_receipt=False, edit_body=lambda body: body["cards"].__setitem__(0, other_name)).bundle()], None),
        ("receipt", "two receipts at one place", [
            partner_story(item(story, 6)), partner_story(item(story, 6, unopened=[4]))], None),
        ("receipt", "two receipts at one place in the other order", [
            partner_story(item(story, 6, unopened=[4])), partner_story(item(story, 6))], None),
        ("consistency", "two roots that one partner quotes, and a demand", [
            partner(story, item(story, 6), item(branch, 6))], policy(f"charter {story.table.hex()}", "require witness 3")),
        *(("receipt", f"an own receipt of no log: {origin}", [partner(story, quoting_nothing(origin, 1))], None)
          for origin in NO_ORIGINS),
    ]


def silent_window(start, end):
    return Story(window=(start, end), with_receipt=False).bundle()


def partner_story(found):
    """The author's export with a receipt of this item."""
    return Story(edit_item=lambda i: i.update(found)).bundle()


def times():
    late, story = NOW * 1000 + 300_001, Story()
    trusted = f"charter {story.table.hex()}"

    def ended(seconds):
        return Story(with_receipt=False, edit_body=lambda body: body.update(until=cosigned(body["until"], seconds))).bundle()

    def quoting(seconds):
        return lambda found: found.update(checkpoint=cosigned(found["checkpoint"], seconds))

    return [
        ("entry", "a fragment dated after the auditor's clock", [Story(
            with_receipt=False, edit_entries=dated(5, late), edit_body=only_author).bundle()], None),
        ("entry", "a withdrawal dated after the auditor's clock", [Story(
            with_receipt=False, edit_entries=withdrawal(late), edit_body=lambda body: body.update(
                until=alone(body["until"]), fragments=body["fragments"][:1])).bundle()], None),
        ("entry", "the highest time there is", [Story(
            with_receipt=False, edit_entries=withdrawal((1 << 48) - 1), edit_body=lambda body: body.update(
                until=alone(body["until"]), fragments=body["fragments"][:1])).bundle()], None),
        ("receipt", "an end cosigned after the auditor's clock", [ended(NOW + 301)], policy(trusted, "require witness 1")),
        ("receipt", "an end cosigned after the auditor's clock, and a day", [ended(NOW + 301)], policy(
            trusted, "require until 2026-02-01")),
        *(("receipt", f"an end cosigned at {seconds}", [ended(seconds)], None)
          for seconds in (HUGE_SECONDS, (1 << 63) - 1, 9_223_372_036_854_775)),
        ("receipt", "a receipt cosigned at the end of time", [Story(edit_item=quoting(HUGE_SECONDS)).bundle()], None),
        ("receipt", "a receipt dated before its cosignature", [Story(edit_item=quoting(COSIGNED + 301)).bundle()], None),
        ("receipt", "an own receipt dated before its cosignature", [partner(story, item(
            story, 6, checkpoint=cosigned(story.checkpoint(6), COSIGNED + 301)))], None),
        ("receipt", "a receipt cosigned long before the entries", [Story(edit_item=quoting(31_536_000)).bundle()], None),
    ]


def policies():
    pinned = PinStory(window=(0, 5))
    both = [pinned.charter, pinned.pinned()]
    alone_named = f"identity {NOORD.identity.hex()}"
    return [
        ("policy", "a generation left out", [next_generation(pinned, both, both[1])], policy(
            f"charter {pinned.table.hex()}", "require window 0 2")),
        ("policy", "a witness that the policy does not name", [Story(with_receipt=False).bundle()], policy(
            alone_named, "require witness 1")),
        ("policy", "a receipt of a member that the policy does not name", [Story().bundle()], policy(
            alone_named, "require receipt od-oost")),
        ("policy", "two windows of which the receipt covers one", [
            Story(window=(0, 4), receipt_size=4).bundle(), silent_window(4, 6)], demands(Story())),
    ]


def files():
    refused = [case(name, data, [kind], text) for kind, name, data, text in logs() + times() + policies()]
    return {
        "bundle/accept/calls.json": document(f"{OWN} §2, §3: windows as one log, cards of all bundles, the auditor's clock", accepted()),
        "bundle/reject/calls.json": document(f"{OWN} §2, §3: what a whole call shows, and the auditor's clock", refused),
    }
