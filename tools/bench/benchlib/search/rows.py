"""The generated files read again: what questions are made from and what the oracle scans."""

import csv
import os
import sys

from .records import COLUMNS, TRUTH_COLUMNS


class Rows:
    """A list for each column that a question may be about; points as numbers, or `None`."""

    def __init__(self, folder):
        self.keys, self.kvk, self.postcodes, self.places, self.points, self.names = [], [], [], [], [], []
        with (
            open(os.path.join(folder, "records.csv"), encoding="utf-8", newline="") as records,
            open(os.path.join(folder, "truth.csv"), encoding="utf-8", newline="") as truth,
        ):
            record, true = csv.reader(records), csv.reader(truth)
            if tuple(next(record)) != COLUMNS or tuple(next(true)) != TRUTH_COLUMNS:
                raise ValueError(f"{folder}: made by another version. Delete the folder and run again")
            for row, fact in zip(record, true, strict=True):
                if row[0] != fact[0]:
                    raise ValueError(f"{folder}: {row[0]} stands beside {fact[0]}. Delete the folder and run again")
                self.keys.append(row[0])
                self.kvk.append(sys.intern(row[3]))
                self.postcodes.append(sys.intern(row[6]))
                self.places.append(sys.intern(row[7]))
                self.points.append((float(row[8]), float(row[9])) if row[8] else None)
                self.names.append((sys.intern(fact[2]), sys.intern(fact[3])) if fact[2] else None)

    def __len__(self):
        return len(self.keys)
