"""Splink on a set of data, set up after its own examples: prints one JSON document.

    python3 splink_peer.py SET FOLDER

Run with a Python that has splink (tools/bench/README.md). Blocking, comparisons and training follow Splink's example notebooks
for the same sets, written anew; truth is used for the figures alone.
"""
import json
import resource
import sys
import time


def historical(block_on, cl):
    """After `deduplicate_50k_synthetic` of Splink's examples."""
    return {
        "files": ["linkage/historical-25k.csv"],
        "blocking": [
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"), block_on("surname", "dob"), block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"), block_on("dob", "birth_place"),
            block_on("substr(postcode_fake,1,3)", "dob"), block_on("substr(postcode_fake,1,3)", "first_name"),
            block_on("substr(postcode_fake,1,3)", "surname"),
            block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        ],
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"),
            cl.DateOfBirthComparison("dob", input_is_string=True, datetime_metrics=["month", "year", "year"], datetime_thresholds=[1, 1, 10]),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "certain": [
            "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
            "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)",
            "l.dob = r.dob and l.postcode_fake = r.postcode_fake",
        ],
        "recall": 0.6, "pairs": 5e6,
        "training": [block_on("first_name", "surname"), block_on("dob")],
        "concat": ("first_name", "surname"), "truth": lambda row: row["cluster"], "id": "unique_id",
    }


def historical_wide(block_on, cl):
    """The same with what was found to serve Splink best on this set: names apart with term frequencies, dates kept that no
    calendar has, five more rules for blocking and one more for training."""
    chosen = historical(block_on, cl)
    names = [cl.NameComparison(name).configure(term_frequency_adjustments=True) for name in ("first_name", "surname")]
    dates = cl.DateOfBirthComparison("dob", input_is_string=True, invalid_dates_as_null=False)
    more = [("postcode_fake",), ("dob",), ("surname", "birth_place"), ("first_name", "birth_place"), ("first_name", "surname")]
    chosen["comparisons"] = [*names, dates, *chosen["comparisons"][2:]]
    chosen["blocking"] += [block_on(*columns) for columns in more]
    chosen["training"].append(block_on("postcode_fake"))
    return chosen


def febrl4(block_on, cl):
    """After `febrl4` of Splink's examples."""
    return {
        "files": ["linkage/febrl4a.csv", "linkage/febrl4b.csv"],
        "blocking": [
            block_on("given_name", "surname"), block_on("substr(given_name,1,3)", "postcode"), block_on("date_of_birth", "given_name"),
            block_on("date_of_birth", "surname"), block_on("soc_sec_id"), block_on("state", "address_1"), block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        "comparisons": [
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        "certain": ["l.soc_sec_id = r.soc_sec_id", "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"],
        "recall": 0.9, "pairs": 5e6,
        "training": [block_on("date_of_birth"), block_on("postcode")],
        "truth": lambda row: row["rec_id"].split("-")[1], "id": "rec_id",
    }


def fake(block_on, cl):
    """After the examples with fake_1000 of Splink, which train from birth dates and e-mail addresses."""
    return {
        "files": ["linkage/fake_1000.csv"],
        "blocking": [block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_name_surname_concat"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True), cl.EmailComparison("email"),
        ],
        "certain": ["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1", "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1", "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", "l.email = r.email"],
        "recall": 0.7, "pairs": 1e6,
        "training": [block_on("dob"), block_on("email")],
        "concat": ("first_name", "surname"), "truth": lambda row: row["cluster"], "id": "unique_id",
    }


SETS = {"historical": historical, "historical-wide": historical_wide, "febrl4": febrl4, "fake": fake}


def quality(right, found, true):
    precision, recall = right / found if found else 1, right / true
    return {"f1": 2 * precision * recall / (precision + recall) if right else 0, "precision": precision, "recall": recall}


def true_pairs(frames, chosen):
    """How many pairs are true: within one file, or between two."""
    groups = {}
    for number, frame in enumerate(frames):
        for row in frame.to_dict("records"):
            counts = groups.setdefault(chosen["truth"](row), {})
            counts[number] = counts.get(number, 0) + 1
    total = 0
    for counts in groups.values():
        every, within = sum(counts.values()), sum(count * (count - 1) // 2 for count in counts.values())
        total += every * (every - 1) // 2 - (within if len(frames) > 1 else 0)
    return total


def predict(frames, chosen, splink):
    """Splink's pairs with a probability of 0.01 or more."""
    settings = splink.SettingsCreator(
        link_type="link_only" if len(frames) > 1 else "dedupe_only", unique_id_column_name=chosen["id"],
        blocking_rules_to_generate_predictions=chosen["blocking"], comparisons=chosen["comparisons"],
    )
    database = splink.DuckDBAPI()
    tables = [database.register(frame, dataset_display_name=f"set_{number}") for number, frame in enumerate(frames)]
    linker = splink.Linker(tables if len(tables) > 1 else tables[0], settings)
    linker.training.estimate_probability_two_random_records_match(chosen["certain"], recall=chosen["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=chosen["pairs"], seed=1)
    for rule in chosen["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()


def main():
    name, folder = sys.argv[1:]
    import pandas
    import splink
    import splink.comparison_library as cl

    chosen = SETS[name](splink.block_on, cl)
    frames = []
    for file in chosen["files"]:
        frame = pandas.read_csv(f"{folder}/{file}", dtype=str, skipinitialspace=True)
        frame.columns = [column.strip() for column in frame.columns]
        # An absent value is null, whatever the file has in its place.
        frame = frame.astype(object).where(frame.notna() & (frame != ""), None)
        if "concat" in chosen:
            first, second = chosen["concat"]
            frame["first_name_surname_concat"] = [f"{a} {b}" if a and b else None for a, b in zip(frame[first], frame[second])]
        frames.append(frame)
    truth = {row[chosen["id"]]: chosen["truth"](row) for frame in frames for row in frame.to_dict("records")}
    # Truth does not go in; the clock covers what a user waits for, not the reading of the file.
    given = [frame.drop(columns=["cluster"], errors="ignore") for frame in frames]
    start = time.monotonic()
    found = predict(given, chosen, splink)
    seconds = time.monotonic() - start
    found = found.sort_values("match_weight", ascending=False)
    left, right = (found[f"{chosen['id']}_{side}"].map(truth) for side in "lr")
    is_right = (left == right).to_numpy()
    probabilities = found["match_probability"].to_numpy()
    true = true_pairs(frames, chosen)
    best, count = (0.0, 1.0), 0
    for number, (hit, probability) in enumerate(zip(is_right, probabilities), 1):
        count += hit
        best = max(best, (2 * count / (number + true), float(probability)))
    fixed = {str(t): quality(int(is_right[probabilities >= t].sum()), int((probabilities >= t).sum()), true) for t in (0.5, 0.9, 0.95, 0.99)}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"splink": splink.__version__, "true_pairs": true, "kept": len(found), "kept_recall": int(is_right.sum()) / true, "fixed": fixed,
                      "best_f1": best[0], "best_probability": best[1], "seconds": seconds, "memory_kib": memory}))


if __name__ == "__main__":
    main()
