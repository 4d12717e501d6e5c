"""The file that import is measured with; the same for the same number of rows."""
import csv
import random

COLUMNS = ("ID", "Company", "kvk", "vestiging", "Address", "Postcode", "Place", "Date", "Status", "Text")
MAPPING = """source: bench
format: csv
encoding: utf-8
delimiter: ","
type: inspection
category: business
key: "{ID}"
fields:
  subject.name: Company
  subject.kvk: { column: kvk, pad: 8 }
  subject.vestiging: { column: vestiging, pad: 12 }
  location.address: Address
  location.postcode: Postcode
  location.place: Place
  date: { column: Date, format: ["yyyy-MM-dd"] }
  status: { column: Status, values: { groen: compliant, rood: violation }, otherwise: keep }
  text: Text
"""
WORDS = ("afval", "asbest", "bodem", "controle", "geen", "gevonden", "heeft", "is", "lozing", "met", "niet", "op", "opslag", "vergunning", "vloeistof", "zonder")


def write(path, rows):
    """Writes the file; rows of some 250 bytes, texts with commas in quotes."""
    generator = random.Random(1)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number in range(rows):
            subject = number // 4
            text = " ".join(generator.choice(WORDS) for _ in range(18))
            writer.writerow((
                f"I-{number:08d}", f"Bedrijf {subject} B.V.", f"{10_000_000 + subject:08d}", f"{subject + 1:012d}",
                f"Havenweg {generator.randint(1, 400)}", f"{generator.randint(1000, 9998)}{generator.choice('ABCDEFGH')}{generator.choice('ABCDEFGH')}",
                generator.choice(("Afvalstad", "Bermdorp", "Cokeshaven", "Dijkwoude")), f"2025-{generator.randint(1, 12):02d}-{generator.randint(1, 28):02d}",
                generator.choice(("groen", "rood")), f"{text}, {number}"))
