"""What people's own systems write: Excel's habits, stray quotes, invisible characters, UTF-16, workbooks.

Expected values are what went into the files, by hand or by Python's codecs and zipfile, and days by Python's datetime.
"""

import datetime
import io
import zipfile

HEADER = "Zaaknummer;Bedrijf;KvK;Datum;Bedrag;Opmerking\n"
MAPPING = """source: {source}
type: inspection
key: "{{Zaaknummer}}"
{more}fields:
  subject.name: Bedrijf
  subject.kvk: {{ column: KvK, pad: 8 }}
  date: {{ column: Datum, format: [d-M-yyyy] }}
  amount_eur: {{ column: Bedrag, number: nl }}
  text: Opmerking
"""
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


class Habits:
    """Imports files under mappings of their own, and looks at what came of it."""

    def __init__(self, suite, world, node):
        self.suite, self.world, self.node, self.count = suite, world, node, 0

    def run(self, data, mapping=None, exits=(0,), more='delimiter: ";"\n'):
        """Imports bytes; the answer, and the findings as (rule, severity, line, suggestion)."""
        self.count += 1
        source = f"gewoonte-{self.count}"
        mapping = (mapping or MAPPING).format(source=source, more=more)
        path = self.world.write(source, data)
        answer = self.node.ok(
            "record", "import", path, "--mapping", self.world.write(source + ".yaml", mapping), exits=exits
        )
        found = [(f["rule"], f["severity"], f["line"], f["suggestion"]) for f in answer["findings"]]
        return answer, [f for f in found if f[0] not in ("column.unused", "header.row")]

    def fields(self, key):
        """The fields of the record that was imported last under a key."""
        hits = [h for h in self.node.ok("record", "search", "--key", key)["hits"] if h["source_key"] == key]
        shown = [self.node.ok("record", "show", hit["id"]) for hit in hits]
        return next(s["fields"] for s in shown if s["source"] == f"gewoonte-{self.count}")


def spreadsheets(habits):
    """Files that Excel and its users leave behind."""
    suite = habits.suite
    suite.title("habits of spreadsheets")
    row = "Y-1;Janssen;12345678;1-2-2024;10,00;ok\n"
    for more in ("", 'delimiter: ";"\n'):
        answer, found = habits.run("sep=;\r\n" + (HEADER + row).replace("\n", "\r\n"), more=more)
        suite.equal(
            (answer["imported"], [f[:3] for f in found]), (1, [("line.separator", "info", 1)]), "sep=; is no row"
        )
    answer, found = habits.run(HEADER + row + ";;;;;\n" * 3)
    suite.equal((answer["read"], answer["imported"]), (1, 1), "rows of delimiters are none")
    suite.check(
        [f[:3] for f in found] == [("row.blank", "info", 3)] and "3 rows" in found[0][3], "and told once", found
    )
    amounts = {
        "-1.000": "-1000",
        "1.488,69": "1488.69",
        "1.250,-": "1250",
        "€ 12,50": "12.5",
        "1\u00a0250,00": "1250",
        "12.50": None,
        "250-": "-250",
        "1.250": "1250",
        "1250.5": None,
        "(€ 3,00)": "-3",
        "$ 5,00": None,
    }
    for number, (text, value) in enumerate(amounts.items()):
        answer, found = habits.run(HEADER + f"B-{number};A;12345678;1-2-2024;{text};\n", exits=(0, 1))
        if value is None:
            suite.equal([f[:2] for f in found], [("number.unreadable", "error")], f"{text!r} is rejected")
        else:
            suite.equal(habits.fields(f"B-{number}").get("amount_eur"), value, f"{text!r} is {value}")
    rows = "".join(f"2,02401E+11;{name};1234567{n};{n + 1}-2-2024;1;\n" for n, name in enumerate("AB"))
    answer, found = habits.run(HEADER + rows)
    suite.equal(
        [f[:3] for f in found if f[0] == "key.suspect"],
        [("key.suspect", "warning", n) for n in (2, 3)],
        "keys that lost digits",
    )


def dates(habits):
    """Days that are none, numbers of days, times with an offset."""
    suite = habits.suite
    suite.title("dates")
    mapping = """source: {source}
type: permit
key: "{{nr}}"
{more}fields:
  subject.name: naam
  date: {{ column: van, format: [d-M-yyyy, "yyyy-MM-ddTHH:mm:ssZ"FORMAT] }}
  end_date: {{ column: tot, format: [d-M-yyyy, yyyy-MM-dd]NONE }}
"""
    ends = ["31-12-9999", "0000-00-00", "00-00-0000", "n.v.t."]
    text = "nr;naam;van;tot\n" + "".join(f"V-{n};A;1-2-2024;{end}\n" for n, end in enumerate(ends))
    plain = mapping.replace("FORMAT", "")
    answer, found = habits.run(text, plain.replace("NONE", ""))
    rules = ["date.implausible", "date.none", "date.none", "date.none"]
    suite.equal(
        (answer["imported"], [f[:2] for f in found]),
        (4, [(r, "warning") for r in rules]),
        "ends that are none are told, and not lost",
    )
    quoted = ", ".join(f'"{end}"' for end in ends)
    answer, found = habits.run(text, plain.replace("NONE", f", none: [{quoted}]"))
    suite.equal((answer["imported"], found), (4, []), "ends that the mapping takes for none")
    suite.check(all("end_date" not in habits.fields(f"V-{n}") for n in range(4)), "are left out")
    day = datetime.date(1899, 12, 30) + datetime.timedelta(45323)
    text = "nr;naam;van;tot\nV-7;G;45323;\nV-8;H;31-11-2024;\nV-9;I;1-2-2024 00:00:00;\n"
    answer, found = habits.run(text, plain.replace("NONE", ""), exits=(1,))
    suite.equal(
        (answer["imported"], [f[:3] for f in found]),
        (1, [("date.unreadable", "error", n) for n in (2, 3)]),
        "a number and no day",
    )
    suite.check(
        str(day) in found[0][3] and str(day) not in found[1][3], "the number is told as the day it may be", found
    )
    habits.run(text, mapping.replace("FORMAT", ", excel").replace("NONE", ""), exits=(1,))
    suite.equal(habits.fields("V-7")["date"], str(day), "and is it where the mapping says so")
    text = "nr;naam;van;tot\nT-1;A;2024-01-31T23:30:00Z;\nT-2;A;2024-12-31T17:30:00-05:00;\n"
    habits.run(text, plain.replace("NONE", ""))
    suite.equal(
        [habits.fields(k)["date"] for k in ("T-1", "T-2")], ["2024-02-01", "2024-12-31"], "the Dutch day of a time"
    )
    habits.run(text, plain.replace("NONE", ""), more='delimiter: ";"\ntimezone: America/New_York\n')
    suite.equal([habits.fields(k)["date"] for k in ("T-1", "T-2")], ["2024-01-31", "2024-12-31"], "the day elsewhere")


def texts(habits):
    """Quotes that take in rows, what nobody sees, UTF-16."""
    suite = habits.suite
    suite.title("quotes, invisible characters, UTF-16")
    rows = [f"Q-{n};Bedrijf {n};12345678;1-2-2024;10,00;ok\n" for n in range(60)]
    text = HEADER + "".join(rows[:1]) + rows[1].replace("Bedrijf", '"Buis') + "".join(rows[2:])
    answer, found = habits.run(text, exits=(1,))
    told = "lines 4 to 61 are within its quotes (58 lines)"
    suite.check(
        [f[:3] for f in found] == [("row.quotes", "error", 3)] and told in found[0][3], "a quote to the end", found
    )
    text = HEADER + rows[0] + 'Q-1;Pijp;12345678;1-2-2024;1;"af\nQ-2;Staal;12345678;3-2-2024;2;monster 24"\n' + rows[3]
    answer, found = habits.run(text)
    told = "line 4 is within its quotes (1 line)"
    suite.check(
        [f[:3] for f in found] == [("row.swallowed", "warning", 3)] and told in found[0][3], "a quote over a row", found
    )
    text = HEADER + 'N-1;"Jans\0sen";12345678;1-2-2024;1;a\u200bb\nN\u00ad-1;Jansen;12345678;1-2-2024;1;x\n'
    answer, found = habits.run(text)
    suite.equal(
        [f[:3] for f in found if f[0] == "text.invisible"],
        [("text.invisible", "warning", n) for n in (2, 2, 3)],
        "each cell is told",
    )
    suite.equal((answer["imported"], answer["updated"]), (1, 1), "and two keys are one")
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")):
        answer, found = habits.run(mark + (HEADER + "U-1;Café 😀;12345678;1-2-2024;1;ok\r\n").encode(codec))
        suite.equal([f[:2] for f in found], [("encoding.detected", "info")], f"{codec}, mark {mark!r}")
        suite.equal(habits.fields("U-1")["subject.name"], "Café 😀", "is read")


def workbook(rows, names=("Blad1",)):
    """A workbook of sheets with the same rows; cells are texts, numbers and dates."""

    def cell(value):
        if isinstance(value, datetime.date):
            return f'<c s="1"><v>{(value - datetime.date(1899, 12, 30)).days}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value!r}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    sheets = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="s"/>' for i, n in enumerate(names, 1))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def relations(path, **targets):
            lines = "".join(
                f'<Relationship Id="{i}" Type="{OFFICE}/{t}" Target="{p}"/>' for i, (t, p) in targets.items()
            )
            archive.writestr(path, f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>')

        relations("_rels/.rels", w=("officeDocument", "xl/workbook.xml"))
        relations("xl/_rels/workbook.xml.rels", s=("worksheet", "one.xml"), f=("styles", "styles.xml"))
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'
        )
        archive.writestr(
            "xl/styles.xml", f'<styleSheet xmlns="{SHEET}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
        )
        with archive.open("xl/one.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{SHEET}"><sheetData>'.encode())
            for row in rows:
                sheet.write(("<row>" + "".join(map(cell, row)) + "</row>").encode())
            sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


def workbooks(habits, peak, rows):
    """Sheets as rows, files that are none, and memory that does not grow."""
    suite, world, node = habits.suite, habits.world, habits.node
    suite.title("workbooks")
    header, more = HEADER.strip().split(";"), "format: xlsx\n"
    held = [["Overzicht"], header, [202401000123, "Café", 1234567, datetime.date(2024, 2, 1), 1234.56, "x"]]
    answer, found = habits.run(workbook(held, ("Een", "Twee")), more=more)
    suite.equal([f[:2] for f in found], [("sheet.first", "info"), ("kvk.padded", "info")], "the first of two sheets")
    fields = {
        "subject.name": "Café",
        "subject.kvk": "01234567",
        "date": "2024-02-01",
        "amount_eur": "1234.56",
        "text": "x",
    }
    suite.equal(habits.fields("202401000123"), fields, "numbers and dates as they are")
    mapping = world.write("boek.yaml", MAPPING.format(source="boek", more=more + "sheet: Drie\n"))
    for words, data in (
        ("without the sheet", workbook(held, ("Een", "Twee"))),
        ("that is text", HEADER),
        ("cut off", workbook(held)[:-30]),
        ("that is empty", ""),
    ):
        done = node.run("record", "import", world.write("boek.xlsx", data), "--mapping", mapping)
        suite.check(
            done.code == 2 and done.out == b"" and done.err.count("error:") == 1, f"a workbook {words}: exit 2", done
        )
    done = node.run(
        "record",
        "import",
        world.write("boek.csv", workbook(held)),
        "--mapping",
        world.write("tekst.yaml", MAPPING.format(source="boek", more="")),
    )
    suite.check(
        done.code == 2 and "format: xlsx" in done.err, "a workbook where text should be names what to write", done
    )
    sizes = {}
    for count in (rows // 3, rows):
        many = (
            [f"G-{n}", f"Bedrijf {n}", 10_000_000 + n, datetime.date(2024, 1, 1 + n % 28), n / 4, "x" * (n % 50)]
            for n in range(count)
        )
        path = world.write("groot.xlsx", workbook([header, *many]))
        command = node.command(
            "record",
            "import",
            path,
            "--mapping",
            world.write("groot.yaml", MAPPING.format(source=f"boek-{count}", more=more)),
        )
        code, answer, sizes[count] = peak(world, command)
        suite.equal(
            (code, answer["read"], answer["imported"], answer["findings_by_rule"]),
            (0, count, count, {}),
            f"{count} rows of a workbook",
        )
    suite.check(sizes[rows] <= 1.2 * sizes[rows // 3], "memory does not grow with the workbook", sizes)


def play(suite, world, node, peak):
    """Plays all of it."""
    habits = Habits(suite, world, node)
    spreadsheets(habits)
    dates(habits)
    texts(habits)
    workbooks(habits, peak, suite.options.rows)
