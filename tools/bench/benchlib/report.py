"""The table and the document of a run."""
import datetime
import math
import os
import platform
import statistics
import subprocess


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "values": values}


def line(item, floor, product):
    """One item as it goes into the document."""
    floor, product = summary(floor), summary(product)
    ratio = product["median"] / floor["median"] if item.kind == "rate" else floor["median"] / product["median"]
    notes = {name: statistics.median(values) for name, values in item.notes.items()}
    return {"key": item.key, "work": item.words, "unit": item.unit, "goal": item.goal, "floor": floor, "product": product,
            "of_floor": ratio, "notes": notes}


def number(value):
    if value >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3g}" if value < 1 else f"{value:.2f}"


def cell(side, unit):
    spread = f" ({number(side['min'])} to {number(side['max'])})" if len(side["values"]) > 1 else ""
    return f"{number(side['median'])}{' ' + unit if unit else ''}{spread}"


def table(lines):
    """The lines in Markdown."""
    rows = [("#", "work", "floor", "product", "of the floor", "goal")]
    for one in lines:
        rows.append((one["key"], one["work"], cell(one["floor"], one["unit"]), cell(one["product"], one["unit"]), f"{one['of_floor']:.2g}", one["goal"]))
    return markdown(rows)


def primitives(values):
    """The floor's primitives in Markdown."""
    rows = [("primitive", "a second")]
    for name, value in values.items():
        rows.append((name, cell(value, "")))
    return markdown(rows)


def markdown(rows):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def is_whole(lines, values):
    """Whether every line has figures that are numbers over 0."""
    figures = [side[name] for one in lines for side in (one["floor"], one["product"]) for name in ("median", "min", "max")]
    figures += [one["of_floor"] for one in lines] + [value["median"] for value in values.values()]
    return all(math.isfinite(figure) and figure > 0 for figure in figures)


def machine(folder):
    """What the figures were measured on."""
    model = next((text.split(":", 1)[1].strip() for text in open("/proc/cpuinfo", encoding="utf-8") if text.startswith("model name")), platform.machine())
    kind = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=False).stdout.strip()
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(), "file_system": kind,
            "load": list(os.getloadavg()), "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
