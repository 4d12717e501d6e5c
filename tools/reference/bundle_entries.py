"""What the entries of one log come to, one after the other and with all that its bundles show (Protocol/bundle.md §2)."""

from bisect import bisect_left

from . import entries as e
from . import membership as m
from .bundle_verifier import DAY, day_of

FRAGMENT, GRANT = e.KINDS["fragment"], e.KINDS["key grant"]
PERIOD_KINDS = (e.KINDS["operations"], FRAGMENT)


def check(log, logs):
    """Adds to a log what is found; `logs`: all of the call."""
    for find in (versions, out_of_period, dated_back):
        for index in find(log):
            log.add("entry", index)
    for index in bad_references(log, logs):
        # With who says it.
        next(b for b in log.bundles if index in b.said).add("entry", index)
    for index in misgiven(log):
        log.add("audience", index)
    for index in out_of_chain(log):
        log.add("chain", index)


def versions(log):
    """Headers that name a lower version than the one before, or one that was not adopted."""
    out, last, adopted, following = [], 0, 0, 0
    for index, h in log.headers.items():
        version = h["charter_version"]
        adopted = max(adopted, log.adoptions.get(index, 0))
        if index != following:
            # Unseen, something may have been adopted.
            adopted = max(adopted, version)
        is_card = h["kind"] == e.KINDS["card"]
        if version < last or not is_card and version > adopted:
            out.append(index)
        last, following = version, index + 1
        if not is_card:
            adopted = max(adopted, version)
    return out


def out_of_period(log):
    """What gives data outside the period of the charter that it names."""
    out = []
    for index, h in log.headers.items():
        if h["kind"] in PERIOD_KINDS or index in log.histories:
            charter = log.chain[h["charter_version"] - 1]
            if not day_of(charter["from"]) <= (h["time"] >> 16) // DAY <= day_of(charter["until"]):
                out.append(index)
    return out


def dated_back(log):
    """Entries dated no later than the one before."""
    headers = list(log.headers.items())
    return [i for (_, before), (i, h) in zip(headers, headers[1:]) if h["time"] <= before["time"]]


def bad_references(log, logs):
    """Entries of which what the author says of their fragments contradicts itself or what is shown."""
    out = [i for i, words in log.said.items() if len(words) > 1]
    earlier = [x for x in logs if (x.table, x.member) == (log.table, log.member) and x.generation < log.generation]
    pins = {generation: pin[0] for c in log.chain for (member, generation), pin in c["pins"].items() if member == log.member}
    newest = {}
    for before in earlier:
        for index, (*first, version) in before.statements.items():
            if index < pins.get(before.generation, index + 1):
                newest[tuple(first)] = max(version, newest.get(tuple(first), 0))
    for index, (generation, first, version) in sorted(log.statements.items()):
        h, place, own = log.headers.get(index), (generation, first), (log.generation, index)
        good = h is not None and place <= own
        if good and h["kind"] == FRAGMENT:
            good = version >= 1 and (version == 1) == (place == own) and newest.get(place, 0) < version
            newest[place] = max(version, newest.get(place, 0))
        elif good:
            good = h["kind"] == e.KINDS["withdrawal"] and version == 0 and place != own
        if good and generation < log.generation:
            good = first < pins.get(generation, first + 1)
        if good:
            shown = [log] if generation == log.generation else [x for x in earlier if x.generation == generation]
            good = all(is_first(x, first, h["case"]) for x in shown)
        if not good:
            out.append(index)
    return sorted(out)


def is_first(log, index, case):
    """Whether an entry can be the first of a fragment, as far as a log shows it and its author says."""
    h, words = log.headers.get(index), log.statements.get(index)
    if h is not None and (h["kind"], h["case"]) != (FRAGMENT, case):
        return False
    return words is None or words[2] == 1


def misgiven(log):
    """keys.md §4, of what is given to a list that is shown."""
    return [
        i for i, h in log.headers.items()
        if h["kind"] in e.LISTED and h["audience"] in log.lists and not fits(log, h, log.lists[h["audience"]])]


def fits(log, h, recipients):
    """A grant is judged by classes alone, one of history with the category of every entry it names too."""
    given = [log.headers[i]["category"] for i in log.histories.get(h["index"], []) if i in log.headers]
    categories = given + ([h["category"]] if h["kind"] != GRANT or h["category"] != 0 else [])
    charter = log.chain[h["charter_version"] - 1]
    author = charter["members"].get(log.member)
    for recipient in recipients:
        ground = charter["grounds"].get(recipient["ground"])
        member = charter["members"].get(recipient["member"])
        if not (ground and member and author) or recipient["member"] == log.member:
            return False
        if author["class"] not in ground["from"] or member["class"] not in ground["to"]:
            return False
        if any(c == 0 or m.CATEGORIES[c - 1] not in ground["categories"] for c in categories):
            return False
    return True


def out_of_chain(log):
    """Chains; `following`: the next position and the index of the last entry."""
    out, following = [], {}
    blind = [i for i in range(log.start, log.end) if i not in log.headers]

    def unseen_between(low, high):
        return bisect_left(blind, high) - bisect_left(blind, low + 1)

    for index, h in log.headers.items():
        is_grant = h["kind"] == GRANT
        # A grant of history, which has no commitment, is in no chain.
        if h["kind"] not in e.LISTED or is_grant and h["key_commitment"] == e.ZERO32:
            continue
        chain = (h["audience"], h["epoch"])
        if is_grant:
            good = (h["epoch"], h["position"]) == (index, 0)
            following[chain] = (0, index)
        else:
            epoch, position = chain[1], h["position"]
            if chain in following:
                expected, last = following[chain]
                good = expected <= position <= expected + unseen_between(last, index)
            elif epoch < min(log.start, index):
                good = True
            else:
                good = epoch < index and epoch not in log.headers and position <= unseen_between(epoch, index)
            following[chain] = (position + 1 & 0xFFFFFFFF, index)
        if not good:
            out.append(index)
    return out
