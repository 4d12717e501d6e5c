"""Latencies to figures: percentiles of each round, medians and spread over the rounds, the table."""

import math
import statistics

from .. import report

# Question's kind, what is told, the percentile and milliseconds of the goal.
GOALS = {
    "kvk": ("KvK look-up", 99, 1),
    "radius": ("all within 50 to 1,000 m", 95, 10),
    "postcode": ("postcode range, 1 to 50 areas", 95, 10),
    "kvk-list": ("list of 1,000 KvK numbers", 95, 100),
    "name": ("name with a typo", 95, 20),
}
PERCENTILES = (50, 95, 99)


def percentile(values, percent):
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def groups(question):
    """The lines that a question counts in: its kind, and a part of it."""
    kind = question["kind"]
    yield kind
    if kind == "radius":
        yield f"radius {question['metres']} m"
    if kind == "name":
        yield f"name {'and place' if 'place' in question else 'alone'}"


def of_round(questions, answers):
    """Milliseconds by group and percentile."""
    times, by_id = {}, {answer["id"]: answer for answer in answers}
    for question in questions:
        if question["id"] in by_id:
            for group in groups(question):
                times.setdefault(group, []).append(by_id[question["id"]]["microseconds"] / 1_000)
    return {
        group: {str(percent): percentile(values, percent) for percent in PERCENTILES} for group, values in times.items()
    }


def over_rounds(rounds):
    """By group and percentile: median, lowest and highest of the rounds in which it was asked."""
    told = {}
    for one in rounds:
        for group, values in one.items():
            for percent, milliseconds in values.items():
                told.setdefault(group, {}).setdefault(percent, []).append(milliseconds)
    return {group: {percent: report.summary(values) for percent, values in one.items()} for group, one in told.items()}


def over_questions(questions, rounds):
    """Percentiles by group of each question's median over the rounds: what else the machine did falls out of it."""
    times = {}
    for answers in rounds:
        for answer in answers:
            times.setdefault(answer["id"], []).append(answer["microseconds"])
    medians = [{"id": name, "microseconds": statistics.median(values)} for name, values in times.items()]
    return of_round(questions, medians)


def table(sides):
    """Markdown of `{side: figures}`; one line for each side of each group, the goal's percentile with its spread."""
    rows = [
        ("questions", "side", "p50 ms", "p95 ms", "p99 ms", "rounds", "p50, p95, p99 of each question's median", "goal")
    ]
    named = list(dict.fromkeys(group for side in sides.values() for group in side["figures"]))
    for group in sorted(
        named, key=lambda group: (list(GOALS).index(_kind(group)), group != _kind(group), len(group), group)
    ):
        words, percent, limit = GOALS[_kind(group)]
        is_whole = group == _kind(group)
        for side, told in sides.items():
            values, steady = told["figures"], told["steady"]
            if group not in values:
                continue
            cells = [_cell(values[group][str(one)], one == percent) for one in PERCENTILES]
            count = str(len(values[group]["50"]["values"]))
            medians = ", ".join(report.number(steady[group][str(one)]) for one in PERCENTILES)
            rows.append(
                (
                    words if is_whole else "· " + group,
                    side,
                    *cells,
                    count,
                    medians,
                    f"p{percent} ≤ {limit} ms" if is_whole else "",
                )
            )
    return report.markdown(rows)


def _kind(group):
    return group.split(" ")[0]


def _cell(value, has_spread):
    return report.cell(value, "") if has_spread else report.number(value["median"])


def peer_tables(document):
    """The peer's own: what loading took, how it was asked for names, what the server says of its time."""
    load = document["peer_load"]
    kept = [
        ("PostgreSQL " + load["version"], "seconds", "MB"),
        ("table, by COPY", report.number(load["copy_seconds"]), _megabytes(load["table_bytes"])),
    ]
    kept += [(name, report.number(one["seconds"]), _megabytes(one["bytes"])) for name, one in load["indexes"].items()]
    seconds = load["copy_seconds"] + sum(one["seconds"] for one in load["indexes"].values())
    kept.append(
        (
            "all",
            report.number(seconds),
            _megabytes(load["table_bytes"] + sum(one["bytes"] for one in load["indexes"].values())),
        )
    )
    ways = [("names", "way", "found", "p50 ms", "p95 ms", "")]
    for one in document["peer_names"]:
        cells = [
            f"{one['found']:.3f}",
            report.number(one["p50_ms"]),
            report.number(one["p95_ms"]),
            "taken" if one["is_taken"] else "",
        ]
        ways.append(("with place" if one["with_place"] else "alone", one["way"], *cells))
    server = [("by the server's own clock, a sample", "p50 ms", "p95 ms")]
    server += [
        (kind, report.number(one["p50_ms"]), report.number(one["p95_ms"]))
        for kind, one in document["peer_server"].items()
    ]
    nothing = document["peer_round_trip"]
    server.append(
        (
            "round trip of a query that does nothing, by the client's clock",
            report.number(nothing["p50_ms"]),
            report.number(nothing["p95_ms"]),
        )
    )
    return "\n\n".join(report.markdown(rows) for rows in (kept, ways, server))


def _megabytes(count):
    return report.number(count / 1e6)
