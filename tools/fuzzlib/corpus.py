"""Turns the vectors, and the demonstration's files, into first inputs and words for each decoder."""
import base64
import hashlib
import json
import shutil
from pathlib import Path

# Where the bytes stand in the cases of Protocol/vectors: file (both accept/ and reject/), fields.
VECTORS = {
    "frame": [("sync/frames", ["frame"])],
    "header": [("sync-log/headers", ["header"]), ("keys/grants", ["header"]), ("keys/contents", ["header"])],
    "audience": [("keys/audiences", ["bytes"])],
    "key-grant": [("keys/grants", ["payload"])],
    "receipt": [("sync-log/receipts", ["payload"])],
    "card": [("keys/cards", ["card"])],
    "charter": [("keys/charters", ["charter"]), ("keys/chains", ["charters"])],
    "table-file": [("keys/table-files", ["file"]), ("keys/table-merges", ["held", "received", "merged"])],
    "note": [("sync-log/notes", ["note"]), ("sync-log/notes-published", ["note"]), ("sync-log/checkpoints", ["note"])],
    "checkpoint": [("sync-log/checkpoints", ["note"])],
    "bundle": [("bundle/bundles", ["bundles"]), ("bundle/windows", ["bundles"]), ("bundle/findings", ["bundles"]),
               ("bundle/form", ["bundle"])],
    "policy": [("bundle/policies", ["policy"])],
    "key-file": [("keys/key-file", ["file"])],
    "slot-file": [("keys/slot-file", ["file"])],
}
PAYLOADS = {"operations", "fragment", "withdrawal", "key-grant", "receipt"}
# The two bytes before a file's own: what the reader is told, and where its two pieces meet.
CUT = bytes([0, 128])

TEXTS = {
    "text": ["00ff", "AP8=", "18446744073709551615", "[::1]:7400", "od.example:65535", "2024-02-29", "e\u0301",
             "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqJNf0O4xTz1Lq+k"],
    "json-lines": ['{"a": "x", "b": {"c": 1.5e3}, "d": [true, null], "u": "\\ud83d\\ude00\\u0041"}\n{"b.c": -0}\n',
                   '{"a": {}}\n[1]\n{"a": 1, "a": 2}\n{"d": [[[]]]}\r\n\n{'],
    "import-json": ['{"a": "1", "b": {"c": "text"}, "d": ["x"], "day": "2025-02-27"}\n{"a": "1", "day": "x"}\n'],
    "import-csv": ["1;232091;91402255;226506;578796;11-03-2025;12.500,75;a;Puin;x\n1;1;1;1;1;1;1;1;1;1\n",
                   "1,123456782,9861KD,Dorp,53.19,6.45,2025-01-02,\"7,500.5\",123456782\n",
                   "id,day,zip,count,text,kind,other\n7,2020-01-31,90210,5,\"a \"\"b\"\"\",a,z\n8,,,,,c,\n"],
    "csv": ['\ufeffa,b\r\n"c ""d""",e\n"f"g,h\n"', "a;b\r\rc;d\n\n;;"],
    "sheet-xml": ['<?xml version="1.0" encoding="UTF-8"?><a:b c="1" d=\'&lt;\'><!-- x --><e/>&#65;<![CDATA[<]]></a:b>'],
    "form": ["title=a+b&text=%C3%A9%0D%0A&token=00&fields=x&fields=y", "a&b=&=c&%zz", "query=%00"],
    "page-request": [
        "/cases/0123456789abcdef/share/preview\nnl-NL,en;q=0.8\nlocalhost:80\n"
        "tafel-session-80=" + "0" * 64 + "; tafel-visitor-80=" + "1" * 32 + "\n::ffff:127.0.0.1",
        "/tables/012345/log\nen;q=0.5;x, *\n[::1]:80\ntafel-language-80=en\nfe80::1%eth0",
        "/\n\nexample.org:443\na=b\n192.0.2.1",
    ],
    "node-configuration": ['{"listen": "0.0.0.0:7400", "http": "od.nl:443", "http_certificate": "a", "http_key": "b"}'],
    "tlog-proof": ["c2sp.org/tlog-proof@v1\nextra AAAA\nindex 1\n" + "A" * 43 + "=\n\n"
                   "tafel/v1/log/00/1/0\n2\n" + "A" * 43 + "=\n\n\u2014 a AAAAAAA=\n"],
    "mapping": ["source: a\ntype: subject\nkey: a\nfields: {subject.name: b}\n", "a: &x [*x]\n", "- ? {a: b}\n: |\n  c\n"],
    "grounds": ["grounds: [{code: A, text: b, from: ['*'], to: [om], categories: [public], retention: 5}]\n"],
}
WORDS = {
    "card": "tafel/v1/card|version |handle |name |oin |class |identity |log |witness |sealing |tls |endpoint |od-toezicht",
    "charter": "tafel/v1/charter|version |previous |name |theme |purpose |from |until |evaluation |quorum "
               "|witness-quorum |member |ground |pin |partner|od-toezicht|politie|public,personal| - | * ",
    "table-file": "tafel/v1/table|=== charter|=== card|previous |version |quorum |member |endpoint ",
    "note": "\u2014 |tafel/v1/node/|tafel/v1/witness/|\n\n",
    "checkpoint": "\u2014 |tafel/v1/log/|tafel/v1/witness/|\n\n|281474976710656",
    "policy": "charter |identity |#",
    "tlog-proof": "c2sp.org/tlog-proof@v1|extra |index |\n\n|\u2014 ",
    "mapping": "source: |format: |ndjson|encoding: |windows-1252|delimiter: |header: |type: |category: |country: |key: "
               "|fields:|never_share: |only: |column: |equals: |pad: |values: |otherwise: |template: |number: |- |&a |*a"
               "|<<: |!!str |--- |? |[[[[|{{{{|? ? ? ?|- - - -",
    "grounds": "grounds:|code: |text: |from: |to: |categories: |retention: |&a |*a|[[[[|{{{{",
    "csv": '"|""|\r\n|\n|\r|,|;|\ufeff',
    "sheet-xml": '<c r="A1" t="s">|<v>|</v>|</c>|<row r="1">|&amp;|&#x41;|<![CDATA[|]]>|<!--|-->|<?xml |?>|<!DOCTYPE ',
    "workbook": "PK\x03\x04|PK\x01\x02|PK\x05\x06|_rels/.rels|xl/workbook.xml|<sheetData>",
    "json-lines": '{"a":|"b.c"|\\u|\\ud800|\\udc00|[[[[|null|true|false|1e9|-0.0|},{',
    "import-csv": '"|\r\n|;|,|2025-02-27|27-02-2025|9861KD|53.19|&eacute;|\u00c3\u00a9|<b>|=1+1',
    "node-request": '{"request":|"user":|"status":{}|"search":|"limit":|"importRecords":|"head":|"rows":|"_0":|null',
    "node-configuration": '"listen"|"http"|"http_certificate"|"http_key"|127.0.0.1:|[::1]:|null',
    "form": "%00|%C3%A9|&|=|+|%0D%0A",
    "page-request": "/cases/|/share|/withdraw/|/tables/|/log|nl;q=0.|tafel-session-80=|; |[::1]:80|::ffff:|\n",
    "stored-user": '"role"|"analyst"|"salt"|"hash"|"memory_kib"|"passes"|null|[1,2]',
    "text": "+|=|[|]|:|2024-02-29|\u0301|\u1100\u1161",
}
SAME = {"audit": "bundle", "import-json": "json-lines"}
DEFLATE_MAX = 4_000
DEMO_ROWS = 12


def payload_name(kind):
    return kind.replace(" ", "-")


def cases(root, path):
    folder, name = path.split("/")
    for outcome in ("accept", "reject"):
        file = root / "Protocol/vectors" / folder / outcome / f"{name}.json"
        if file.exists():
            yield from json.loads(file.read_text())["cases"]


def decoded(name, value):
    """The bytes of a field: hexadecimal, but for bundles; a list holds several."""
    for text in value if isinstance(value, list) else [value]:
        data = base64.b64decode(text) if name == "bundle" else bytes.fromhex(text)
        # A frame's length is the transport's; what is decoded follows it.
        yield data[4:] if name == "frame" else data


def from_vectors(root):
    seeds = {}
    for name, places in VECTORS.items():
        found = [data for path, fields in places for case in cases(root, path)
                 for field in fields if field in case for data in decoded(name, case[field])]
        if not found:
            raise ValueError(f"the vectors have nothing for {name}")
        seeds[name] = found
    for case in cases(root, "case-model/payloads"):
        seeds.setdefault(payload_name(case["kind"]), []).append(bytes.fromhex(case["payload"]))
    if not PAYLOADS <= set(seeds):
        raise ValueError("the vectors have not every kind of payload")
    seeds["audit"] = seeds["bundle"]
    return seeds


def from_files(root):
    seeds = {name: [text.encode() for text in texts] for name, texts in TEXTS.items()}
    for folder in ("demo-data", "us-rmp", "nl-inspections", "nl-organisations"):
        for file in sorted((root / "tools" / folder).glob("*.yaml")):
            seeds["grounds" if file.name == "grounds.yaml" else "mapping"].append(file.read_bytes())
    for file in sorted((root / "tools/demo-data").glob("*.csv")):
        seeds["csv"].append(b"".join(file.read_bytes().splitlines(keepends=True)[:DEMO_ROWS]))
    for place, text in enumerate(seeds["import-csv"]):
        seeds["import-csv"][place] = bytes([place, 100]) + text
    held = json.loads((root / "Tests/SpreadsheetTests/workbooks.json").read_text(encoding="utf-8"))
    seeds["workbook"] = [base64.b64decode(case["file"]) for case in held["workbooks"]]
    seeds["deflate"] = [base64.b64decode(case["data"]) for case in held["deflated"] if len(case["data"]) < DEFLATE_MAX]
    for name in ("csv", "json-lines", "import-json", "sheet-xml", "deflate"):
        seeds[name] = [CUT + text for text in seeds[name]]
    return seeds


def quoted(word):
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def write(root, scratch, names):
    """Writes `seeds/NAME/` and `dictionaries/NAME` for every decoder that has some.

    Names that are no decoder's are a mistake here: a decoder was renamed.
    """
    shutil.rmtree(scratch / "seeds", ignore_errors=True)
    seeds = from_vectors(root)
    for name, more in from_files(root).items():
        seeds.setdefault(name, []).extend(more)
    words = {**WORDS, **{name: WORDS[other] for name, other in SAME.items() if other in WORDS}}
    strange = (set(seeds) | set(words)) - set(names)
    if strange:
        raise ValueError(f"inputs for what is no decoder: {', '.join(sorted(strange))}")
    for name in names:
        folder = Path(scratch) / "seeds" / name
        folder.mkdir(parents=True)
        for data in seeds.get(name, []):
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    (scratch / "dictionaries").mkdir(exist_ok=True)
    for name, text in words.items():
        lines = [quoted(word) for word in text.split("|")]
        (scratch / "dictionaries" / name).write_text("\n".join(lines) + "\n")
