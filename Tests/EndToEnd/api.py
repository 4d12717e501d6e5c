#!/usr/bin/env python3
"""The API: the same documents as the command line's, tokens, problem documents, streams; and schemathesis against its
description."""

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from support import Suite, free_port  # noqa: E402

CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".cache")
SCHEMATHESIS = os.path.join(CACHE, "tafel-tests", "venv", "bin", "schemathesis")
# What must be so of every answer, whatever was asked: no 5xx, no status, media type or document that the description
# lacks.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
]
# What is wrong may be too long first.
SETTINGS = "[checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422]\n"
SCOPES = "read-contents,write-cases,lower-category,read-tables,read-status,synchronise,administer"


def add_arguments(parser):
    parser.add_argument("--examples", type=int, default=25, help="generated requests of each kind (default: 25)")


class Client:
    """One user of the API of one node."""

    def __init__(self, port, token=None):
        self.port, self.token = port, token

    def ask(self, method, path, body=None, headers=None):
        """Status, media type, and the document or the bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        if isinstance(body, (dict, list)):
            body, headers = json.dumps(body), {"Content-Type": "application/json", **headers}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data, kind = answer.read(), answer.getheader("Content-Type")
        connection.close()
        if method != "HEAD" and kind and kind.endswith("json"):
            return answer.status, kind, json.loads(data)
        return answer.status, kind, data

    def get(self, name, query=""):
        return self.ask("GET", f"/api/v1/{name}" + (f"?{query}" if query else ""))

    def post(self, name, body):
        return self.ask("POST", f"/api/v1/{name}", body)


def problem(suite, answer, status, kind, words, what):
    """An answer is a problem document of RFC 9457 of a kind, and its detail holds some words."""
    found, media, document = answer
    suite.check(
        found == status and media == "application/problem+json", f"{what}: {status} and a problem document", answer
    )
    suite.check(
        isinstance(document, dict)
        and document.get("status") == status
        and document.get("title")
        and document.get("type") == f"urn:tafel:problem:{kind}",
        f"{what}: of the kind {kind}",
        document,
    )
    suite.check(words in str(document.get("detail")), f"{what}: says {words}", document)


def same_documents(suite, node, client, world):
    """Whatever the command line prints with --json the API answers with."""
    table = world.shared
    case = node.ok("case", "list")["cases"][0]["case"]
    record = node.record("K-1")
    fragment = node.ok("case", "show", case)["fragments"][0]["id"]
    for command, name, query in (
        (["table", "list"], "list-tables", ""),
        (["table", "show", table], "show-table", f"table={table}"),
        (["case", "list"], "list-cases", ""),
        (["case", "list", "--phase", "signaal"], "list-cases", "phase=signaal"),
        (["case", "show", case], "show-case", f"case={case[:8]}"),
        (["record", "show", record], "show-record", f"record={record}"),
        (["record", "search", "--kvk", "12345678", "--limit", "5"], "search-records", "kvk=12345678&limit=5"),
        (["fragment", "status", fragment], "show-fragment-status", f"fragment={fragment}"),
        (["sync", "status"], "show-sync-status", ""),
        (["user", "list"], "list-users", ""),
        (["token", "list"], "list-tokens", ""),
        (["node", "card"], "show-card", ""),
    ):
        status, media, document = client.get(name, query)
        suite.check(status == 200 and media == "application/json", f"{name}: answers", (status, document))
        suite.equal(document, node.ok(*command), f"{name}: the same as {' '.join(command)}")


def changes(suite, node, client, world):
    """What the command line can change the API can; what was written is there for both."""
    status, _, opened = client.post(
        "open-case", {"table": world.shared, "title": "Over de API", "summary": "", "category": "business"}
    )
    suite.check(status == 200 and opened["audience"], "a case is opened", opened)
    case = opened["case"]
    for name, body in (
        ("add-note", {"case": case, "text": "een notitie\nvan twee regels"}),
        ("tag-case", {"case": case, "tag": "api", "removes": False}),
        ("set-case", {"case": case, "field": "phase", "value": "analyse"}),
    ):
        status, _, written = client.post(name, body)
        suite.check(status == 200 and written["entry"]["index"] >= 0, f"{name}: writes an entry", written)
    view = node.ok("case", "show", case)
    suite.check(
        [note["text"] for note in view["notes"]] == ["een notitie\nvan twee regels"]
        and view["tags"][0]["tag"] == "api"
        and view["phase"][0]["value"] == "analyse",
        "the command line shows what the API wrote",
        view,
    )
    seen = view["seen"]["title"]
    suite.check(
        client.post("set-case", {"case": case, "field": "title", "value": "Eerst", "seen": seen})[0] == 200,
        "what was seen is superseded",
    )
    problem(
        suite,
        client.post("set-case", {"case": case, "field": "title", "value": "Toen", "seen": seen}),
        409,
        "conflict",
        "Title",
        "what was not seen",
    )
    suite.equal(
        [value["value"] for value in node.ok("case", "show", case)["title"]], ["Eerst"], "a conflict writes nothing"
    )
    with open(world.path("Afval.table"), encoding="utf-8") as file:
        status, _, shown = client.post("show-table-file", {"file": file.read()})
    suite.check(status == 200 and shown["table"] == world.shared, "a table's file is shown", shown)
    problem(
        suite, client.post("show-table-file", {"file": "x" * 200_000}), 422, "refused", "", "a long file that is none"
    )
    share = {"case": case, "record": node.record("K-1"), "fields": ["text", "subject.kvk"]}
    status, _, preview = client.post("preview-share", {"share": share})
    suite.check(
        status == 200 and preview["fields"]["text"] == "Granulaat" and preview["version"] == 1,
        "a preview says what each would see",
        preview,
    )
    status, _, shared = client.post("share-record", {**share, "seen": preview["seen"]})
    suite.check(status == 200 and shared["recipients"] == preview["recipients"], "what was shown is shared", shared)
    problem(
        suite,
        client.post("share-record", {**share, "seen": preview["seen"]}),
        409,
        "conflict",
        "preview",
        "the same preview again",
    )


def refusals(suite, node, client, other):
    """Whatever is wrong is told with the right status."""
    problem(suite, Client(client.port).get("list-cases"), 401, "no-token", "Bearer", "without a token")
    problem(
        suite,
        Client(client.port, "tafel_" + "0" * 64).get("list-cases"),
        401,
        "no-token",
        "not valid",
        "with a token of nobody",
    )
    problem(suite, other.get("list-cases"), 403, "not-allowed", "read-contents", "without the scope")
    problem(
        suite,
        client.get("show-log", "table=000000"),
        403,
        "not-allowed",
        "read-logs",
        "with a scope that the role does not allow",
    )
    problem(suite, client.get("nothing"), 404, "not-found", "no request", "a name that is none")
    problem(suite, client.post("list-cases", {}), 405, "method", "GET", "a query by POST")
    problem(suite, client.get("add-note"), 405, "method", "POST", "a change by GET")
    problem(suite, client.get("list-cases", "tafel=1"), 400, "malformed", "tafel", "an unknown parameter")
    problem(suite, client.get("search-records", "limit=veel"), 400, "malformed", "limit", "a number that is none")
    problem(suite, client.get("show-case"), 400, "malformed", "case: missing", "without a parameter that is needed")
    problem(suite, client.get("list-cases", "phase=%zz"), 400, "malformed", "query", "a malformed query")
    problem(
        suite,
        client.post("add-note", {"case": "000000"}),
        400,
        "malformed",
        "text: missing",
        "without a member that is needed",
    )
    problem(
        suite,
        client.post("add-note", {"case": "000000", "text": 1}),
        400,
        "malformed",
        "text",
        "a member of another kind",
    )
    problem(
        suite,
        client.post("add-note", {"case": "000000", "text": "x", "tekst": "y"}),
        400,
        "malformed",
        "tekst",
        "an unknown member",
    )
    problem(
        suite,
        client.post("preview-share", {"share": {"case": "0", "record": "0", "fields": [], "naar": 1}}),
        400,
        "malformed",
        "share.naar",
        "an unknown member within another",
    )
    problem(suite, client.post("acknowledge-alarms", []), 400, "malformed", "object", "a body that is no object")
    problem(
        suite,
        client.ask("POST", "/api/v1/add-note", "{", {"Content-Type": "application/json"}),
        400,
        "malformed",
        "JSON",
        "a body that is no JSON",
    )
    for words, body in (
        ("with a name twice", '{"case":"000000","text":"a","text":"b"}'),
        ("with a comma too many", '{"case":"000000","text":"a",}'),
        ("in UTF-16", '{"case":"000000","text":"a"}'.encode("utf-16-le")),
    ):
        problem(
            suite,
            client.ask("POST", "/api/v1/add-note", body, {"Content-Type": "application/json"}),
            400,
            "malformed",
            "JSON",
            f"a body {words}",
        )
    for number in ("-9223372036854775808", "9223372036854775807", "9007199254740993", "1e3", ""):
        problem(
            suite, client.get("search-records", f"limit={number}"), 400, "malformed", "limit", f"a limit of '{number}'"
        )
    status, _, head = client.ask("HEAD", "/api/v1/openapi.json")
    suite.check(status == 405, "HEAD is another way to ask", status)
    raw = socket.create_connection(("127.0.0.1", client.port), timeout=20)
    ask = "HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % client.port
    raw.sendall(f"HEAD /api/v1/list-cases {ask}\r\nGET /api/v1/nothing {ask}Connection: close\r\n\r\n".encode())
    answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    suite.check(answer.split(b"\r\n\r\n", 1)[1].startswith(b"HTTP/1.1 "), "and no body", answer[:900])
    writer = Client(client.port, node.ok("token", "add", "baas", "--scope", "write-cases")["token"])
    problem(
        suite,
        writer.post("preview-share", {"share": {"case": "000000", "record": "000000", "fields": ["text"]}}),
        403,
        "not-allowed",
        "",
        "a preview of a record that may not be read",
    )
    problem(
        suite,
        client.ask("POST", "/api/v1/add-note", "case=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        415,
        "media-type",
        "application/json",
        "a form",
    )
    for length, status, kind in ((4_194_304, 400, "malformed"), (4_194_305, 413, "too-large")):
        body = '"' + "x" * (length - 2) + '"'
        problem(
            suite,
            client.ask("POST", "/api/v1/add-note", body, {"Content-Type": "application/json"}),
            status,
            kind,
            "body",
            f"a body of {length:,} bytes",
        )
    problem(suite, client.get("show-case", "case=ffffff"), 404, "not-found", "ffffff", "a case that is not there")


def tokens(suite, node, client):
    """A token is good for its scopes, its days and its user, and not a moment longer."""
    given = node.ok("token", "add", "auditor", "--scope", "read-logs,read-tables", "--until", "2090-12-31")
    reader = Client(client.port, given["token"])
    suite.check(reader.get("list-tables")[0] == 200, "a token is taken")
    listed = {token["id"]: token for token in node.ok("token", "list")["tokens"]}[given["id"]]
    suite.check(
        listed["valid"] and listed["until"] == "2090-12-31" and "token" not in listed,
        "it is listed without its secret",
        listed,
    )
    for path in os.listdir(node.data):
        if os.path.isfile(os.path.join(node.data, path)):
            with open(os.path.join(node.data, path), "rb") as file:
                suite.check(given["token"].encode() not in file.read(), f"its secret does not stand in {path}")
    node.ok("token", "remove", given["id"][:6])
    suite.check(reader.get("list-tables")[0] == 401, "a removed token is taken no more")
    for words, arguments in (
        ("of nobody", ["niemand", "--scope", "read-tables"]),
        ("for nothing", ["auditor", "--scope", ""]),
        ("of a scope that is none", ["auditor", "--scope", "alles"]),
        ("of a scope beyond the role", ["auditor", "--scope", "write-cases"]),
        ("until a day that is over", ["auditor", "--scope", "read-tables", "--until", "2020-01-01"]),
        ("until a day that is none", ["auditor", "--scope", "read-tables", "--until", "morgen"]),
    ):
        done = node.run("token", "add", *arguments)
        suite.check(done.code == 2, f"no token {words}", done)
    given = node.ok("token", "add", "gast", "--scope", "read-tables")
    guest = Client(client.port, given["token"])
    suite.check(guest.get("list-tables")[0] == 200, "another user's token is taken")
    node.ok("user", "remove", "gast")
    suite.check(guest.get("list-tables")[0] == 401, "it goes with its user")
    add_user(node, "gast", "analyst")
    suite.check(guest.get("list-tables")[0] == 401, "and is not that of another of the same name")
    suite.check(client.get("show-card")[0] == 200, "the owner's scope lets in where the owner gave it")
    share = {
        "case": node.ok("case", "list")["cases"][0]["case"],
        "record": node.record("K-1"),
        "fields": ["text"],
        "category": "public",
        "lowering": "staat in het openbare register",
    }
    scopes = "read-contents,write-cases"
    for name, asked, status, kind, words in (
        ("baas", scopes, 403, "not-allowed", "lower-category"),
        ("gast", scopes, 422, "refused", "manager"),
    ):
        sharer = Client(client.port, node.ok("token", "add", name, "--scope", asked)["token"])
        problem(
            suite,
            sharer.post("preview-share", {"share": share}),
            status,
            kind,
            words,
            f"a lower category is previewed for {name}",
        )
        problem(
            suite, sharer.post("share-record", share), status, kind, words, f"a lower category is shared for {name}"
        )
    status, _, preview = client.post("preview-share", {"share": share})
    suite.check(
        status == 200 and preview["category"] == "public", "a manager's token with the scope lowers a category", preview
    )
    unscoped = Client(client.port, node.ok("token", "add", "baas", "--scope", "read-tables,read-contents")["token"])
    problem(
        suite, client.post("remove-token", {"id": given["token"]}), 404, "not-found", "", "a secret in place of an ID"
    )
    suite.check(
        given["token"] not in json.dumps(client.post("remove-token", {"id": given["token"]})[2]),
        "and it is not said back",
    )
    problem(suite, unscoped.get("list-users"), 403, "not-allowed", "administer", "accounts without the owner's scope")


def exports(suite, node, auditor, world):
    """A bundle over the API is the one of the command line, and is refused before it begins."""
    path = world.path("api.bundle")
    node.ok("log", "export", "--table", world.shared, "--out", path)
    status, media, data = auditor.post("export-log", {"table": world.shared})
    with open(path, "rb") as file:
        suite.check(
            status == 200 and media == "application/octet-stream" and data == file.read(),
            "the same bytes as log export",
            (status, len(data)),
        )
    empty = world.table(node, [], name="Leeg")
    problem(suite, auditor.get("show-checkpoint", f"table={empty}"), 422, "refused", "", "a checkpoint of an empty log")
    suite.equal(node.ok("node", "status")["alarms"], [], "which is no damage")
    problem(
        suite,
        auditor.post("export-log", {"table": world.shared, "from": 9_999}),
        422,
        "refused",
        "Window",
        "a window that is none",
    )


def described(suite, client, world):
    """The description is served, names every request, and schemathesis finds nothing that it does not say."""
    status, _, description = Client(client.port).get("openapi.json")
    suite.check(status == 200 and description["openapi"].startswith("3.1"), "the description is served to everybody")
    suite.check(len(description["paths"]) >= 40, "it has every request", len(description["paths"]))
    if not os.path.exists(SCHEMATHESIS):
        print("  SKIPPED: schemathesis is not there: tools/install --tests brings it", flush=True)
        return
    with open(world.path("schemathesis.toml"), "w", encoding="utf-8") as file:
        file.write(SETTINGS)
    # Its own token and user stay.
    done = subprocess.run(
        [
            SCHEMATHESIS,
            "--config-file",
            world.path("schemathesis.toml"),
            "run",
            f"http://127.0.0.1:{client.port}/api/v1/openapi.json",
            "-H",
            f"Authorization: Bearer {client.token}",
            "--checks",
            ",".join(CHECKS),
            "--max-examples",
            str(suite.options.examples),
            "--seed",
            str(suite.options.seed),
            "--exclude-operation-id-regex",
            "remove-.*|set-password",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        timeout=900,
        cwd=world.folder,
        env={**os.environ, "COLUMNS": "160"},
    )
    told = "\n".join(line[:300] for line in done.stdout.splitlines())
    suite.check(done.returncode == 0, "schemathesis finds nothing", told[-6_000:] + done.stderr[-500:])
    print(
        "  " + next((line.strip() for line in done.stdout.splitlines() if re.search(r"^ *\d+ generated", line)), "?"),
        flush=True,
    )


def add_user(node, name, role):
    password = node.world.write(f"{name}.password", "een lang wachtwoord\n")
    node.ok("user", "add", name, "--role", role, "--password-file", password)


def compressed_pages(suite, port):
    """Python's zlib reads what the pages' listener sends, and that it is the same."""
    for path, method in (("/style.css", "GET"), ("/login", "GET"), ("/login", "HEAD")):
        bodies = {}
        for coding, wanted in (("identity", None), ("gzip", "gzip")):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request(method, path, headers={"Accept-Encoding": coding})
            answer = connection.getresponse()
            bodies[coding] = answer.read()
            suite.equal(answer.getheader("Content-Encoding"), wanted, f"{method} {path} as {coding}")
            connection.close()
        if method == "HEAD":
            suite.equal(bodies, {"identity": b"", "gzip": b""}, "an answer without a body has none")
            continue
        whole, short = gzip.decompress(bodies["gzip"]), len(bodies["gzip"])
        suite.check(short < len(whole) / 2, f"{path} is less than half as long", (short, len(whole)))
        if path == "/style.css":
            suite.check(whole == bodies["identity"], "the same style sheet")
        end = b"</html>" if path == "/login" else b"}"
        suite.check(whole.rstrip().endswith(end), f"{path} comes whole", whole[-40:])


def script(suite, world):
    suite.title("two nodes, a table, a case, some users")
    port = free_port()
    node, partner = world.node("od-noord", options=("--http", f"127.0.0.1:{port}")), world.node("politie")
    world.shared = world.table(node, [partner])
    node.import_rows(
        "rijen", [{"ID": "K-1", "Date": "2025-03-01", "kvk": "12345678", "Company": "Gamma", "Text": "Granulaat"}]
    )
    for name, role in (("baas", "manager"), ("auditor", "auditor"), ("gast", "analyst")):
        add_user(node, name, role)
    for running in (node, partner):
        running.start()
    case = node.ok("case", "open", "--table", world.shared, "--title", "Eerste")["case"]
    node.ok(
        "fragment", "share", "--case", case, "--record", node.record("K-1"), "--fields", "text,subject.kvk,subject.name"
    )
    partner.ok("sync", "now")
    client = Client(port, node.ok("token", "add", "baas", "--scope", SCOPES)["token"])
    auditor = Client(port, node.ok("token", "add", "auditor", "--scope", "read-logs,read-tables,read-status")["token"])
    suite.title("pages in gzip's form")
    compressed_pages(suite, port)
    suite.title("the same documents")
    same_documents(suite, node, client, world)
    suite.title("changes")
    changes(suite, node, client, world)
    suite.title("refusals")
    refusals(suite, node, client, auditor)
    suite.title("tokens")
    tokens(suite, node, client)
    suite.title("streams")
    exports(suite, node, auditor, world)
    suite.title("schemathesis")
    described(suite, client, world)
    suite.check(node.stop() == 0, "the node stops cleanly after all that")


if __name__ == "__main__":
    Suite(__doc__.splitlines()[0], add_arguments).play(script)
