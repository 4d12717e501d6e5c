#!/usr/bin/env python3
"""Writes workbooks.json: workbooks, and what each sheet holds, as Python knows it. Needs openpyxl.

python3 -m venv V; V/bin/pip install openpyxl; V/bin/python Tests/SpreadsheetTests/make_workbooks.py
"""

import base64
import datetime
import io
import json
import random
import re
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path

import openpyxl

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def text_of(value):
    """A cell as [kind, text], from Python's own value of it."""
    if value is None:
        return ["empty", ""]
    if isinstance(value, bool):
        return ["text", "true" if value else "false"]
    if isinstance(value, datetime.datetime):
        return ["date", f"{value:%Y-%m-%d}" + (f" {value:%H:%M:%S}" if value.time() != datetime.time() else "")]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, datetime.time):
        return ["text", f"{value:%H:%M:%S}"]
    if isinstance(value, (int, float)):
        return [
            "number",
            f"{value:.20f}".rstrip("0").rstrip(".") if abs(value) < 1e-5 and value else f"{value}".removesuffix(".0"),
        ]
    return ["error" if value.startswith("#") else "text", value]


def by_openpyxl(is_1904):
    """A workbook that openpyxl writes, with two sheets."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if is_1904 else openpyxl.utils.datetime.CALENDAR_WINDOWS_1900
    sheet = book.active
    sheet.title = "Controles & co"
    rows = [
        ["nr", "café", "<b>&amp;", None, "laatste"],
        [1, 1234.56, -5, 0, 202401000123],
        [0.1, 45.45, 1e-7, 123456789012345, 0.5],
        [
            datetime.date(2024, 2, 1),
            datetime.datetime(2024, 2, 29, 23, 59, 59),
            datetime.time(13, 45),
            datetime.date(1904, 1, 2),
            datetime.datetime(2024, 12, 31, 12, 0, 1),
        ],
        [True, False, "#N/A", "  blanks ", "two\nlines"],
        [None, None, None, None, "alone"],
    ]
    for row in rows:
        sheet.append(row)
    for row in sheet["B4:B4"]:
        row[0].number_format = "d-m-yyyy h:mm:ss"
    sheet["E4"].number_format = '[$-413]dddd d mmmm yyyy "om" h:mm'
    sheet["B2"].number_format = '#,##0.00 "dagen"'
    sheet["A2"].number_format = "[h]:mm:ss"
    second = book.create_sheet("Tweede")
    second.append(["ander", 7])
    file = io.BytesIO()
    book.save(file)
    return [("Controles & co", rows), ("tweede", [["ander", 7]])], settled(file.getvalue())


def settled(data):
    """The same archive without the times at which it was made."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            contents = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2024-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name), contents, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def by_hand():
    """What other programs write: prefixes, runs, pronunciation, inline texts, escapes, gaps, formulas."""
    parts = {
        "_rels/.rels": f'''<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="{PACKAGE}">
<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="/book/main.xml"/>
</Relationships>''',
        "book/_rels/main.xml.rels": f'''<Relationships xmlns="{PACKAGE}">
<Relationship Id="a" Type="{RELATIONS}/worksheet" Target="pages/../pages/one.xml"/>
<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="/book/Texts.xml"/>
<Relationship Id="f" Type="{RELATIONS}/styles" Target="./styles.xml"/>
<Relationship Id="x" Type="{RELATIONS}/hyperlink" Target="http://example.org/" TargetMode="External"/>
</Relationships>''',
        "book/main.xml": f'''\ufeff<x:workbook xmlns:x="{NAMESPACE}" xmlns:r="{RELATIONS}">
<x:workbookPr date1904="false"/>
<x:sheets><x:sheet name="Blad &quot;1&quot;" sheetId="9" r:id="a"/></x:sheets>
</x:workbook>''',
        "book/texts.xml": f'''<x:sst xmlns:x="{NAMESPACE}"><x:si><x:t>een</x:t></x:si>
<x:si><x:r><x:t xml:space="preserve">twee </x:t></x:r><x:r><x:rPr><x:b/></x:rPr><x:t>drie</x:t></x:r>
<x:rPh sb="0" eb="1"><x:t>weg</x:t></x:rPh></x:si><x:si/>
<x:si><x:t>a_x000D__x000A_b_x005F_x000D_ _x12_ _xD83D__xDE00_</x:t></x:si>
<x:si><x:t>&#x41;&#66;&lt;<![CDATA[<&>]]></x:t></x:si></x:sst>''',
        "book/styles.xml": f'''<styleSheet xmlns="{NAMESPACE}"><numFmts>
<numFmt numFmtId="170" formatCode="mm:ss.0"/><numFmt numFmtId="171" formatCode="0.00E+00"/>
<numFmt numFmtId="172" formatCode="yyyy\\-mm;@"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/>
<xf numFmtId="46"/></cellXfs></styleSheet>''',
        "book/pages/one.xml": f'''<!-- a comment --><worksheet xmlns="{NAMESPACE}"><dimension ref="A1"/><sheetData>
<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c><c t="s"><v>4</v></c></row>
<row r="3"><c r="B3" t="inlineStr"><is><t>in</t><r><t>line</t></r></is></c>
<c r="D3" t="str"><f>A1&amp;"x"</f><v>eenx</v></c><c r="AA3" t='b'><v>1</v></c></row>
<row r="4" spans="1:3"><c r="A4"><f>1/0</f></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c>
<c r="C4" t="str"><f>""</f><v></v></c><c r="D4" s="9"><v>7</v></c></row>
<row r="5"><c r="A5" s="1"><v>45323</v></c><c r="B5" s="1"><v>45323.999994</v></c><c r="C5" s="2"><v>0.5</v></c>
<c r="D5" s="3"><v>1.5E3</v></c><c r="E5" s="4"><v>59</v></c><c r="F5" s="5"><v>1.25</v></c></row>
<row r="6"><c r="A6"><v>1.2345678901234568E+19</v></c><c r="B6"><v>45.450000000000003</v></c>
<c r="C6"><v>-1E-3</v></c><c r="D6"><v>0.30000000000000004</v></c><c r="E6"><v>-0</v></c></row>
<row r="7"><c r="A7" s="1"><v>60</v></c><c r="B7" s="1"><v>-1</v></c><c r="C7" s="1"><v>2958465</v></c>
<c r="D7" t="d"><v>2024-02-01T10:30:00</v></c><c r="E7" t="d"><v>2024-02-01</v></c>
<c r="F7" s="1"><v>61</v></c></row>
<row r="8"><c r="A8" s="1"/></row><row r="1048576"><c r="A1048576"><v>9</v></c></row>
</sheetData><mergeCells/></worksheet>''',
    }
    empty = ["empty", ""]
    rows = {
        1: [
            ["text", "een"],
            ["text", "twee drie"],
            empty,
            ["text", "a\r\nb_x000D_ _x12_ \U0001f600"],
            ["text", "AB<<&>"],
        ],
        3: [empty, ["text", "inline"], empty, ["text", "eenx"]] + [empty] * 22 + [["text", "true"]],
        4: [["formula", ""], ["error", "#DIV/0!"], empty, ["number", "7"]],
        5: [
            ["date", "2024-02-01"],
            ["date", "2024-02-01 23:59:59"],
            ["text", "12:00:00"],
            ["number", "1500"],
            ["date", "1900-02-28"],
            ["number", "1.25"],
        ],
        6: [
            ["number", f"{Decimal(repr(1.2345678901234568E+19)):f}"],
            ["number", repr(45.450000000000003)],
            ["number", "-0.001"],
            ["number", "0.30000000000000004"],
            ["number", "0"],
        ],
        7: [
            ["number", "60"],
            ["number", "-1"],
            ["date", "9999-12-31"],
            ["date", "2024-02-01 10:30:00"],
            ["date", "2024-02-01"],
            ["date", "1900-03-01"],
        ],
        8: [],
        1048576: [["number", "9"]],
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in parts.items():
            archive.writestr(zipfile.ZipInfo(name), contents.encode(), zipfile.ZIP_DEFLATED)
    return [('Blad "1"', rows)], file.getvalue()


def workbooks():
    cases = []
    for name, is_1904 in (("openpyxl", False), ("openpyxl, days from 1904", True)):
        sheets, data = by_openpyxl(is_1904)
        for sheet, rows in sheets:
            held = [{"number": n, "cells": [text_of(v) for v in row]} for n, row in enumerate(rows, 1)]
            cases.append(
                {"name": f"{name}, {sheet}", "file": base64.b64encode(data).decode(), "sheet": sheet, "rows": held}
            )
    sheets, data = by_hand()
    held = [{"number": n, "cells": row} for n, row in sheets[0][1].items()]
    cases.append({"name": "by hand", "file": base64.b64encode(data).decode(), "sheet": sheets[0][0], "rows": held})
    return cases


def deflated():
    """Bytes in the ways that zlib has to deflate them."""
    generator = random.Random(5)
    texts = {
        "empty": b"",
        "one": b"x",
        "zeros": bytes(70_000),
        "text": b"".join(b"regel %d;Bedrijf %d\n" % (n, n % 97) for n in range(600)),
        "noise": generator.randbytes(3_000),
        "few symbols": bytes(generator.choice(b"ab") for _ in range(5_000)),
    }
    cases = []
    for name, text in texts.items():
        for level, strategy in (
            (0, zlib.Z_DEFAULT_STRATEGY),
            (1, zlib.Z_DEFAULT_STRATEGY),
            (9, zlib.Z_DEFAULT_STRATEGY),
            (6, zlib.Z_FIXED),
            (6, zlib.Z_HUFFMAN_ONLY),
            (6, zlib.Z_RLE),
        ):
            if level == 0 and len(text) > 10_000:
                continue
            packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
            data = packer.compress(text) + packer.flush()
            cases.append(
                {
                    "name": f"{name}, {level}, {strategy}",
                    "data": base64.b64encode(data).decode(),
                    "byteCount": len(text),
                    "checksum": zlib.crc32(text),
                }
            )
    return cases


if __name__ == "__main__":
    path = Path(__file__).with_name("workbooks.json")
    path.write_text(
        json.dumps({"workbooks": workbooks(), "deflated": deflated()}, indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    print(path.stat().st_size, "bytes")
