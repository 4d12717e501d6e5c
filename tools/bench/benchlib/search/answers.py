"""Holds answers against what the oracle expects."""

from .oracle import RING_METRES

COMPLAINTS_MAX = 5


def complaint(question, expected, answer):
    """What is wrong with an answer, in words; empty when nothing is. Of a name only the form: see `is_found`."""
    keys, total = answer["keys"], answer.get("total")
    if len(set(keys)) != len(keys):
        return "a key twice"
    if len(keys) > question["limit"]:
        return f"{len(keys)} keys, asked for {question['limit']}"
    if question["kind"] == "name":
        return ""
    if not isinstance(total, int) or not expected["least"] <= total <= expected["most"]:
        return f"total {total}, expected {expected['least']} to {expected['most']}"
    if len(keys) != min(total, question["limit"]):
        return f"{len(keys)} keys of {total}, asked for {question['limit']}"
    wrong = set(keys) - set(_allowed(question, expected, len(keys)))
    if wrong:
        return f"{len(wrong)} keys that do not belong here, such as {sorted(wrong)[0]}"
    if question["kind"] == "radius":
        missing = set(expected["keys"][: min(expected["least"], _surely(expected, len(keys)))]) - set(keys)
        if missing:
            return f"{len(missing)} keys are missing, such as {sorted(missing)[0]}"
    return ""


def _allowed(question, expected, count):
    """The keys that may be among the first `count`."""
    if question["kind"] == "radius" and count == question["limit"]:
        # Who rounds differently has another one last.
        edge = expected["metres"][count - 1] + RING_METRES
        return [key for key, metres in zip(expected["keys"], expected["metres"]) if metres <= edge]
    return expected["keys"]


def _surely(expected, count):
    """How many of the nearest must be among the first `count`, whoever rounds."""
    if count == 0 or count >= len(expected["keys"]):
        return len(expected["keys"])
    edge = expected["metres"][count - 1] - RING_METRES
    return sum(metres <= edge for metres in expected["metres"][:count])


def is_found(expected, answer):
    """Whether a record with the right name is among the hits."""
    return not set(expected["keys"]).isdisjoint(answer["keys"])


def judged(questions, expected, answers):
    """By kind: questions, answers that are wrong with some complaints, and of names which were found."""
    found = {}
    by_id = {answer["id"]: answer for answer in answers}
    for question in questions:
        one = found.setdefault(
            question["kind"], {"questions": 0, "wrong": 0, "complaints": [], "found": 0, "missed": []}
        )
        one["questions"] += 1
        answer, right = by_id.get(question["id"]), expected[question["id"]]
        words = complaint(question, right, answer) if answer else "no answer"
        if words:
            one["wrong"] += 1
            if len(one["complaints"]) < COMPLAINTS_MAX:
                one["complaints"].append(f"{question['id']}: {words}")
        elif question["kind"] == "name":
            if is_found(right, answer):
                one["found"] += 1
            else:
                one["missed"].append(f"{question['id']}: {question['name']!r} for {right['name']!r}")
    return found
