#!/usr/bin/env python3
"""The pages in a real browser: every page in both languages, light and dark, wide and narrow, and every action
through them.

What pages show is compared with what the command line answers. axe, the browser's console and the page's width are
looked at
on every page; a complaint is a failed check. Pictures go to a temporary folder (--pictures FOLDER keeps them).
"""

import datetime
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from browser import NARROW, WIDE, Browser  # noqa: E402
from support import Suite, free_port  # noqa: E402

HANDLES = ("od-noord", "politie", "om")
USERS = {"anna": "analyst", "otto": "operator", "aad": "auditor"}
PASSWORD = "een goed wachtwoord"
ALFA, BETA = "27123450", "27123461"
# A quotation mark with an accent is one character to people and to some programs, and two to a browser.
HOSTILE = "<script>document.title='x'</script> \"\u0301><img src=x onerror=alert(1)> {{token}} &amp; '%1'"
ROWS = {
    "od-noord": [
        {
            "ID": "OD-1",
            "Company": "Alfa Recycling B.V.",
            "kvk": ALFA,
            "bsn": "123456782",
            "Bag": "0363010000000017",
            "Address": "Kade 1",
            "Postcode": "9711AB",
            "Place": "Groningen",
            "Date": "2024-03-01",
            "Status": "violation",
            "Text": 'Granulaat zonder herkomst, "partij 7"',
            "Internal": "tipgever bekend",
        },
        {
            "ID": "OD-2",
            "Company": "Beta Transport",
            "kvk": "271234",
            "Postcode": "971",
            "Date": "2024-03-02",
            "Text": "Vrachtbrief ontbreekt — zie é en ☃ en 😀",
        },
        {"ID": "OD-3", "Company": HOSTILE, "kvk": "27123483", "Place": "W" * 300, "Text": HOSTILE},
    ],
    "politie": [
        {
            "ID": "PL-1",
            "Company": "Alfa Recyclage BV",
            "kvk": ALFA,
            "Bag": "0363010000000017",
            "Address": "Kade 1a",
            "Postcode": "9711AB",
            "Place": "Groningen",
            "Date": "2024-03-05",
            "Text": "Controle op de weg",
        }
    ],
    "om": [
        {
            "ID": "OM-1",
            "Company": "Beta Transport B.V.",
            "kvk": BETA,
            "Place": "Assen",
            "Date": "2023-12-31",
            "Status": "sepot",
            "Text": "Eerdere zaak",
        }
    ],
}
FIELDS = [
    "date",
    "location.address",
    "location.bag",
    "location.place",
    "location.postcode",
    "status",
    "subject.kvk",
    "subject.name",
    "text",
]


class Story:
    """Three nodes with pages, and the case that is worked on through them."""

    def __init__(self, suite, world, browser):
        self.suite, self.world, self.browser = suite, world, browser
        self.nodes, self.table, self.case, self.windows = {}, None, None, {}

    def setup(self):
        self.suite.title("three nodes with pages and accounts")
        password = self.world.write("wachtwoord", PASSWORD + "\n")
        layers = self.world.path("lagen")
        os.mkdir(layers)
        with open(os.path.join(layers, "vak.topojson"), "w") as file:
            json.dump(AREA, file)
        for handle in HANDLES:
            pages = ("--http", f"127.0.0.1:{free_port()}", "--map-layers", layers)
            node = self.nodes[handle] = self.world.node(handle, options=pages)
            for user, role in USERS.items():
                self.suite.equal(
                    node.ok("user", "add", user, "--role", role, "--password-file", password),
                    {"user": user, "role": role},
                    f"{handle}: user {user}",
                )
            node.import_rows("bron", ROWS[handle])
        first, *others = self.nodes.values()
        self.table = self.world.table(first, others)
        for node in self.nodes.values():
            ready = node.start()
            self.suite.check(
                re.fullmatch(r"http://127\.0\.0\.1:\d+/", ready["http"] or ""),
                "node run tells where the pages are",
                ready,
            )
        listed = first.ok("user", "list")["users"]
        self.suite.equal({user["user"]: user["role"] for user in listed}, USERS, "user list tells the accounts")

    def window(self, handle, user="anna", **options):
        """A window with a user logged in."""
        window = self.browser.window(self.nodes[handle].ready["http"], **options)
        window.page.on("dialog", lambda dialog: self.suite.check(False, "no text of a case runs", dialog.message))
        if user:
            window.log_in(user, PASSWORD)
        return window

    def view(self, handle):
        return self.nodes[handle].ok("case", "show", self.case)

    def settle(self):
        equal, heads = self.world.settle(*self.nodes.values())
        self.suite.check(equal, "all nodes hold the same", heads)


def press(window, name, exact=True):
    """Presses the button with a name, and waits for the page that follows."""
    with window.page.expect_navigation():
        window.page.get_by_role("button", name=name, exact=exact).click()


def problem(window):
    return window.page.locator("#problem").inner_text()


# Log-in, by keyboard alone.


def logging_in(story):
    suite = story.suite
    suite.title("logging in")
    window = story.window("od-noord", user=None, language="en")
    page = window.page
    window.go("/cases?phase=analyse")
    suite.check(
        page.url.endswith("/login?next=%2Fcases%3Fphase%3Danalyse"),
        "a page asked for without a session leads to the log-in",
        page.url,
    )
    suite.equal(page.locator("html").get_attribute("lang"), "en", "English for who asks for it")
    page.keyboard.press("Tab")
    suite.equal(
        page.evaluate("() => document.activeElement.className"), "skip", "the first stop of Tab is the skip link"
    )
    suite.check(
        page.evaluate("() => document.activeElement.getBoundingClientRect().top >= 0"),
        "the skip link shows when it has the focus",
    )
    page.keyboard.press("Enter")
    suite.equal(page.evaluate("() => document.activeElement.id"), "main", "the skip link leads to the contents")
    page.keyboard.press("Tab")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("niet dit wachtwoord")
    outline = page.evaluate(
        "() => getComputedStyle(document.activeElement).outlineStyle +"
        " parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
    )
    suite.equal(outline, "solid3", "the focus shows")
    with window.refusals():
        page.keyboard.press("Enter")
        page.wait_for_selector("#problem")
        suite.equal(
            problem(window), "The name or the password is wrong.", "a wrong password is told, and not which of the two"
        )
        wrong = problem(window)
        page.fill("#user", "niemand")
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#problem")
        suite.equal(problem(window), wrong, "an unknown name is told in the same words")
        window.look("login-refused")
    suite.equal(page.input_value("#user"), "niemand", "the name typed is kept")
    suite.equal(page.input_value("#password"), "", "the password typed is not")
    press(window, "nl")
    suite.equal(page.locator("h1").inner_text(), "Inloggen", "the language can be chosen before the log-in")
    page.fill("#user", "anna")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    suite.check(page.url.endswith("/cases?phase=analyse"), "the log-in leads on to where one was going", page.url)
    cookies = {cookie["name"].rsplit("-", 1)[0]: cookie for cookie in window.context.cookies()}
    session = cookies.get("tafel-session", {})
    suite.check(
        session.get("httpOnly")
        and session.get("sameSite") == "Strict"
        and session.get("expires") == -1
        and re.fullmatch("[0-9a-f]{64}", session.get("value", "")),
        "the session's cookie: 32 bytes, HttpOnly, SameSite=Strict, gone with the browser",
        session,
    )
    suite.check("Geen zaken die passen" in window.text(), "no case fits the phase that was asked for")
    window.go("/cases")
    suite.check("Hier zijn geen zaken" in window.text(), "no cases yet, and what to do")
    press(window, "en")
    suite.equal(page.locator("h1").inner_text(), "Cases", "the language can be changed on any page")
    press(window, "nl")
    return window


def from_elsewhere(story):
    """A link from another site, for which browsers keep the session's cookie back."""
    suite = story.suite
    suite.title("a link from another site")
    window = story.window("od-noord")
    page = window.page
    page.goto(f"data:text/html,<a id=link href='{window.base}/node'>there</a>")
    with page.expect_navigation():
        page.click("#link")
    suite.check("/login" in page.url, "the link leads to the log-in", page.url)
    page.fill("#user", "anna")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    suite.check(
        page.url.endswith("/node") and page.locator("h1").inner_text().startswith("Node"),
        "and logging in there leads to the page",
        page.url,
    )
    window.close()


def deaf(address):
    """A client that asks for much and reads nothing."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((host, int(port)))
    client.settimeout(2)
    try:
        client.sendall(f"GET /style.css HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode() * 20_000)
    except OSError:
        pass
    return client


# Cases and sharing.


def opening(story, window):
    suite, page = story.suite, window.page
    suite.title("opening a case")
    page.get_by_role("link", name="Zaak openen").click()
    page.fill("#title", "   ")
    page.fill("#summary", "Waarnemingen\nsamen")
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.equal(problem(window), "Titel: vul iets in.", "an empty title is refused in words")
        window.look("case-new-refused")
    suite.equal(page.input_value("#summary"), "Waarnemingen\nsamen", "what was typed is kept")
    page.fill("#title", "é" * 100 + "x")
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.equal(
            problem(window),
            "Titel: te lang, hoogstens 200 bytes. Dit zijn er 201; een letter met een accent telt dubbel.",
            "a title of 201 bytes is refused",
        )
    page.fill("#title", "Granulaat aan de kade")
    for box in page.locator("input[name=to]").all():
        box.uncheck()
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.equal(problem(window), "Kies ten minste één partner.", "a case for nobody is refused")
    for box in page.locator("input[name=to]").all():
        box.check()
    press(window, "Voorbeeld tonen")
    window.look("case-preview")
    suite.check(
        "Er is nog niets geschreven." in page.inner_text("main") and page.locator(".card h2").count() > 0,
        "who would read the title, and on which ground, is shown first",
    )
    suite.equal(story.nodes["od-noord"].ok("case", "list")["cases"], [], "nothing is written yet")
    press(window, "Wijzigen")
    suite.equal(
        (page.input_value("#title"), page.input_value("#summary")),
        ("Granulaat aan de kade", "Waarnemingen\nsamen"),
        "what was typed is kept",
    )
    press(window, "Voorbeeld tonen")
    press(window, "Zaak openen")
    suite.equal(page.locator(".flash").inner_text(), "De zaak is geopend.", "the page says what was done")
    cases = story.nodes["od-noord"].ok("case", "list")["cases"]
    suite.equal(
        [(c["title"], c["owner"], c["phase"]) for c in cases],
        [("Granulaat aan de kade", "od-noord", "signaal")],
        "the command line knows the case",
    )
    story.case = cases[0]["case"]
    suite.check(page.url.endswith("/cases/" + story.case), "the browser shows the new case", page.url)
    page.reload()
    suite.equal(page.locator(".flash").count(), 0, "a reload says and does nothing again")
    # Who goes back to the preview and sends it once more means the same case.
    page.go_back()
    while "?" not in page.url:
        page.go_back()
    press(window, "Zaak openen")
    suite.equal(len(story.nodes["od-noord"].ok("case", "list")["cases"]), 1, "back and once more opens no second case")
    suite.check(page.url.endswith("/cases/" + story.case), "and leads to the one there is", page.url)
    suite.check("al" in page.locator(".flash").inner_text(), "which it says", page.locator(".flash").inner_text())
    suite.equal(story.view("od-noord")["summary"][0]["value"], "Waarnemingen\nsamen", "the summary is what was typed")


def share(story, window, handle, key, fields, to=None):
    """Shares a record through the pages; checks the preview against the command line's."""
    suite, page, node = story.suite, window.page, story.nodes[handle]
    window.go("/cases/" + story.case)
    page.get_by_role("link", name="Record delen").click()
    page.fill("#q", key)
    press(window, "Zoeken")
    page.locator("table.list tbody a").first.click()
    page.wait_for_selector("input[name=field]")
    for box in page.locator("input[name=field]").all():
        box.set_checked(box.get_attribute("value") in fields)
    for box in page.locator("input[name=to]").all():
        box.set_checked(to is None or box.get_attribute("value") in to)
    window.look(f"share-{key}")
    press(window, "Voorbeeld tonen")
    record = node.record(key)
    told = node.ok(
        "fragment",
        "share",
        "--case",
        story.case,
        "--record",
        record,
        "--fields",
        ",".join(fields),
        *(["--to", ",".join(to)] if to else []),
        "--preview",
    )
    cards = [
        {
            "handle": card.locator("h2").evaluate("e => e.firstChild.textContent.trim()"),
            "ground": card.locator("p strong").first.inner_text(),
            "values": [dd.inner_text() for dd in card.locator("dd").all()],
        }
        for card in page.locator(".card").all()
    ]
    suite.equal(
        [(c["handle"], c["ground"]) for c in cards],
        [(r["handle"], r["ground"]) for r in told["recipients"]],
        f"{key}: the preview names each partner and its ground",
    )
    for card in cards:
        suite.equal(
            card["values"],
            [as_read(page, name, told["fields"][name]) for name in sorted(told["fields"])],
            f"{key}: the preview shows what {card['handle']} would see",
        )
    window.look(f"preview-{key}")
    before = {fragment["id"] for fragment in story.view(handle)["fragments"]}
    press(window, "Nu delen")
    suite.check("Gedeeld met" in page.locator(".flash").inner_text(), f"{key}: the page says with whom")
    page.go_back()
    suite.check(page.locator(".card").count() == len(cards), f"{key}: going back shows the preview again", page.url)
    page.go_forward()
    made = [fragment for fragment in story.view(handle)["fragments"] if fragment["id"] not in before]
    suite.equal(
        [fragment["fields"] for fragment in made],
        [told["fields"]],
        f"{key}: what was shared is what the preview showed",
    )
    return made[0]["id"] if made else None


def sharing(story, window):
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("sharing with a preview")
    record = node.record("OD-1")
    window.go(f"/cases/{story.case}/share?record={record}")
    offered = {box.get_attribute("value") for box in page.locator("input[name=field]").all()}
    suite.equal(
        offered,
        set(node.ok("record", "show", record)["fields"]) - {"subject.bsn", "extra.internal_note"},
        "all fields but those that may never leave",
    )
    suite.check(
        "123456782" not in page.content() and "tipgever" not in page.content(),
        "what may never leave is not on the form",
    )
    page.fill("#expires", "31 januari")
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.check("vervaldatum" in problem(window), "a wrong date is refused", problem(window))
    suite.equal(page.input_value("#expires"), "31 januari", "what was typed is kept")
    for box in page.locator("input[name=field]").all():
        box.uncheck()
    page.fill("#expires", "")
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.equal(problem(window), "Kies ten minste één veld.", "nothing to share is refused")
    page.locator("input[name=field]").first.check()
    page.select_option("#category", "police")
    with window.refusals():
        press(window, "Voorbeeld tonen")
        suite.check(
            "geen grondslag van od-noord naar" in problem(window),
            "a category without a ground is refused by the node",
            problem(window),
        )
        window.look("share-refused")
    share(story, window, "od-noord", "OD-1", FIELDS)
    fragment = share(story, window, "od-noord", "OD-2", ["date", "subject.name", "text"], ["politie"])
    share(story, window, "od-noord", "OD-3", ["location.place", "subject.kvk", "subject.name", "text"])
    # A preview that no longer tells the truth shares nothing.
    window.go(f"/cases/{story.case}/share?record={node.record('OD-1')}")
    press(window, "Voorbeeld tonen")
    changed = [dict(row) for row in ROWS["od-noord"]]
    changed[0]["Status"] = "compliant"
    node.import_rows("bron", changed)
    before = story.view("od-noord")
    with window.refusals():
        press(window, "Nu delen")
        suite.check(
            "veranderd sinds het voorbeeld" in problem(window),
            "a record that changed since its preview is not shared",
            problem(window),
        )
    suite.check("in orde" in window.text(), "the new preview shows the new value")
    suite.equal(story.view("od-noord"), before, "nothing was shared")
    press(window, "Wijzigen")
    suite.equal(page.locator("input[name=field]:checked").count() > 0, True, "back at the choice with what was chosen")
    return fragment


# The merged view.


MONTHS = {
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec".split(),
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
}


def as_read(page, name, value):
    """A value of a field as the page's reader has it: days and outcomes in words."""
    if name == "status" and page.evaluate("document.documentElement.lang") == "nl":
        return {"compliant": "in orde", "violation": "overtreding"}.get(value, value)
    if name not in ("date", "end_date"):
        return value
    year, month, day = map(int, value.split("-"))
    return f"{day} {MONTHS[page.evaluate('document.documentElement.lang')][month - 1]} {year}"


FACTS = """() => [...document.querySelectorAll('details.subject > .body')].map(subject => {
  let head = null;
  const badges = [...subject.parentElement.querySelectorAll('.badge')].map(b => b.textContent);
  return {id: subject.id.slice(8), badges, rows: [...subject.querySelectorAll('table.facts tbody tr')].map(row => {
    const cell = row.querySelector('th');
    if (cell) head = {conflict: row.classList.contains('conflict')};
    return {conflict: head.conflict, value: row.querySelector('td.value').textContent,
            sources: [...row.querySelectorAll('.sources li')].map(li => [li.querySelector('strong').textContent,
            li.querySelector('strong').nextSibling.textContent.trim(), li.querySelector('i').textContent])};
  })};
})"""
FACT_ORDER = (
    "name",
    "kvk",
    "vestiging",
    "rsin",
    "address",
    "postcode",
    "place",
    "bag",
    "latitude",
    "longitude",
    "x",
    "y",
)


def by_partner(page, sources):
    """Who says something: each partner once, with how often and the day of the last time."""
    partners = list(dict.fromkeys(source["by"] for source in sources))
    told = {partner: [source["at"] for source in sources if source["by"] == partner] for partner in partners}
    day = lambda at: as_read(page, "date", datetime.datetime.fromisoformat(at).astimezone().date().isoformat())
    return [[partner, f"{len(at)}×" if len(at) > 1 else "", day(max(at))] for partner, at in told.items()]


def badges(view, subject):
    """How many fragments each partner shares about a subject, in the order of the audience."""
    owners = [f["owner"] for f in view["fragments"] if f["id"] in subject["fragments"]]
    return [f"{member} {owners.count(member)}" for member in view["audience"] if member in owners]


def check_view(story, window, handle, weighed=()):
    """The case page against `case show --json`; `weighed`: facts in conflict that were decided."""
    suite, page = story.suite, window.page
    window.go("/cases/" + story.case)
    view = story.view(handle)
    wanted = [
        {
            "id": subject["id"],
            "badges": badges(view, subject),
            "rows": [
                {
                    "conflict": fact in set(subject["conflicts"]) - set(subject["variants"]) - set(weighed),
                    "value": value["value"],
                    "sources": by_partner(page, value["sources"]),
                }
                for fact in FACT_ORDER
                for value in subject["facts"].get(fact, [])
            ],
        }
        for subject in view["subjects"]
    ]
    suite.equal(
        page.evaluate(FACTS),
        wanted,
        f"{handle}: the page shows every fact with all its values and sources, and which conflict",
    )
    notes = page.evaluate(
        "() => [...document.querySelectorAll('article.note')].map(n => [n.id.slice(5),"
        " n.querySelector('strong').textContent, n.querySelector('.text').textContent])"
    )
    suite.equal(
        notes,
        [[note["id"], note["by"], note["text"]] for note in view["notes"]],
        f"{handle}: the page shows every note",
    )
    fragments = page.evaluate("""() => [...document.querySelectorAll('details.fragment:not(.gone)')].map(f => [
        f.querySelector('.body').id.slice(9), f.querySelector('.day time')?.dateTime ?? null,
        [...f.querySelectorAll('dd')].map(d => d.textContent),
        [...f.querySelectorAll('.shared li')].map(li => [li.querySelector('strong').textContent,
        li.querySelector('a').textContent])])""")
    suite.equal(
        fragments,
        [
            [
                f["id"],
                f["fields"].get("date"),
                [as_read(page, name, f["fields"][name]) for name in sorted(f["fields"])],
                [[r["handle"], r["ground"]] for r in f["audience"]],
            ]
            for f in sorted(view["fragments"], key=lambda f: (f["fields"].get("date", "~"), f["id"]))
        ],
        f"{handle}: the page shows every fragment once, by its day, with its fields, recipients and grounds",
    )
    tags = page.evaluate(
        "() => [...document.querySelectorAll('.tags li > span')].map(s => s.firstChild.textContent.trim())"
    )
    suite.equal(tags, [tag["tag"] for tag in view["tags"]], f"{handle}: the page shows the tags")
    boxed = page.locator(".conflicts li").count()
    registers = sum(
        len({value["value"] for value in view[field]}) > 1 for field in ("title", "phase", "summary", "lead")
    )
    variants = sum(len(subject["variants"]) for subject in view["subjects"])
    suite.equal(
        boxed,
        len(view["conflicts"]) - variants + registers,
        f"{handle}: every conflict that is no variant is listed at the top",
    )
    return view


def partners(story, window):
    suite = story.suite
    suite.title("partners synchronise and share through their pages")
    other = story.window("politie")
    other.go("/node")
    press(other, "Nu synchroniseren")
    suite.check("Gesynchroniseerd met" in other.text(".flash"), "the page says what was synchronised")
    share(
        story,
        other,
        "politie",
        "PL-1",
        [
            "date",
            "location.address",
            "location.bag",
            "location.place",
            "location.postcode",
            "subject.kvk",
            "subject.name",
            "text",
        ],
    )
    third = story.window("om")
    third.go("/node")
    press(third, "Nu synchroniseren")
    share(story, third, "om", "OM-1", ["date", "status", "subject.kvk", "subject.name", "text"])
    story.settle()
    for handle, shown in (("od-noord", window), ("politie", other), ("om", third)):
        check_view(story, shown, handle)
    view = story.view("om")
    suite.check(
        "Beta Transport" in str(view) and "Vrachtbrief" not in third.page.content(),
        "who was not chosen sees nothing of it",
    )
    return other


def weighing(story, window):
    suite, page = story.suite, window.page
    suite.title("weighing a conflict, notes, tags, registers")

    def waiting():
        """How many conflicts of the case the first page says wait for somebody."""
        window.go("/records")
        lines = page.locator(f"section[aria-labelledby=waiting] li:has(a[href*='{story.case}'])").all_inner_texts()
        return sum(int(re.findall(r"\d+", line)[-1]) for line in lines)

    before = waiting()
    window.go("/cases/" + story.case)
    # By keyboard: a subject unfolds, and the form in it.
    page.locator("details.subject > summary", has_text="Alfa Recycling").focus()
    page.keyboard.press("Enter")
    page.locator("summary", has_text="Tegenspraak over naam wegen").focus()
    page.keyboard.press("Enter")
    form = page.locator("details.weigh[open] form")
    form.get_by_label("Alfa Recycling B.V.").check()
    form.locator("textarea").fill("  ")
    with window.refusals():
        with page.expect_navigation():
            form.get_by_role("button").click()
        suite.equal(problem(window), "Waarom: vul iets in.", "a choice without a reason is refused")
        window.look("weigh-refused")
    suite.check(form.get_by_label("Alfa Recycling B.V.").is_checked(), "the choice is kept")
    form = page.locator("details.weigh[open] form")
    form.locator("textarea").fill("Zo staat het in het Handelsregister.")
    with page.expect_navigation():
        form.get_by_role("button").click()
    note = story.view("od-noord")["notes"][-1]
    suite.check(
        all(
            words in note["text"]
            for words in ('"Alfa Recyclage BV" (politie)', 'Wij gaan uit van: "Alfa Recycling B.V."', "Handelsregister")
        ),
        "the weighing is a note with all claims",
        note,
    )
    view = check_view(story, window, "od-noord", weighed=["name"])
    suite.check(any(c["fact"] == "name" for c in view["conflicts"]), "both claims still stand")
    suite.check(
        "gewogen uitgegaan van Alfa Recycling B.V." in window.text(".conflicts"),
        "and the list says what was decided",
        window.text(".conflicts"),
    )
    suite.equal(waiting(), before - 1, "what was decided waits for nobody any more")
    window.go("/cases/" + story.case)

    page.fill("#note", HOSTILE + "\ntweede regel")
    press(window, "Notitie schrijven")
    suite.equal(
        story.view("od-noord")["notes"][-1]["text"], HOSTILE.strip() + "\ntweede regel", "a note is what was typed"
    )
    check_view(story, window, "od-noord", weighed=["name"])
    page.fill("#note", "x" * 65_537)
    with window.refusals():
        press(window, "Notitie schrijven")
        suite.equal(
            problem(window),
            "Nieuwe notitie: te lang, hoogstens 65.536 bytes. Dit zijn er 65.537; een letter met een accent telt"
            " dubbel.",
            "a note of 65,537 bytes is refused",
        )
    suite.equal(len(page.input_value("#note")), 65_537, "what was typed is kept")
    page.fill("#note", "é" * 32_768)
    press(window, "Notitie schrijven")
    suite.equal(len(story.view("od-noord")["notes"][-1]["text"]), 32_768, "a note of 65,536 bytes is written")

    for tag in ("granulaat", HOSTILE[:40]):
        page.fill("#tag", tag)
        press(window, "Toevoegen")
    suite.equal(
        [tag["tag"] for tag in story.view("od-noord")["tags"]],
        sorted(["granulaat", HOSTILE[:40].strip()], key=str.encode),
        "tags are what was typed",
    )
    press(window, "Weghalen: granulaat")
    suite.equal([tag["tag"] for tag in story.view("od-noord")["tags"]], [HOSTILE[:40].strip()], "a tag can be removed")

    page.locator("summary", has_text="Fase wijzigen").click()
    page.select_option("#set-phase", "analyse")
    page.locator("details[open]").get_by_role("button", name="Opslaan").click()
    page.wait_for_selector(".flash")
    suite.equal(story.view("od-noord")["phase"][0]["value"], "analyse", "the phase is set")
    suite.equal(page.locator(".phases [aria-current=step]").inner_text(), "analyse", "and shown")


def concurrent(story, window):
    """Two titles by partners that did not see each other: shown both, settled by a person."""
    suite, page = story.suite, window.page
    suite.title("two titles at once")
    story.settle()
    other = story.nodes["politie"]
    other.stop()
    other.ok("case", "set", story.case, "title", "Granulaat, titel van de politie")
    story.nodes["od-noord"].ok("case", "set", story.case, "title", "Granulaat, titel van de dienst")
    other.start()
    story.settle()
    view = check_view(story, window, "od-noord", weighed=["name"])
    suite.equal(len(view["title"]), 2, "both titles stand")
    heading = page.locator("h1").inner_text()
    suite.check(all(value["value"] in heading for value in view["title"]), "the heading hides neither", heading)
    window.look("case-two-titles")
    press(window, "Hiervan uitgaan Granulaat, titel van de politie")
    suite.equal(
        [value["value"] for value in story.view("od-noord")["title"]],
        ["Granulaat, titel van de politie"],
        "a person settles it",
    )


def withdrawing(story, window, fragment):
    suite, page = story.suite, window.page
    suite.title("withdrawing")
    window.go(f"/cases/{story.case}")
    row = page.locator("details.fragment", has=page.locator(f"#fragment-{fragment}"))
    row.locator("summary").click()
    row.get_by_role("link", name=re.compile("Intrekken")).click()
    page.wait_for_selector("#reason")
    window.look("withdraw")
    page.fill("#reason", "  ")
    with window.refusals():
        press(window, "Intrekken")
        suite.equal(problem(window), "Reden: vul iets in.", "a reason is asked for")
    page.fill("#reason", "Verkeerde vrachtbrief")
    press(window, "Intrekken")
    status = story.nodes["od-noord"].ok("fragment", "status", fragment)
    suite.check(status["withdrawn"], "the fragment is withdrawn", status)
    story.settle()
    for handle in ("od-noord", "politie"):
        shown = window if handle == "od-noord" else story.window(handle)
        check_view(story, shown, handle, weighed=["name"])
        gone = shown.page.locator("details.gone").text_content()
        suite.check(
            "Verkeerde vrachtbrief" in gone and "AVG-5.1B" in gone and "politie" in gone,
            f"{handle}: what was withdrawn, from whom, on which ground and why stays visible",
            gone,
        )
        suite.check("Vrachtbrief ontbreekt" not in shown.page.content(), f"{handle}: its contents do not")
    with window.refusals():
        answer = window.go(f"/cases/{story.case}/withdraw/{fragment}")
        suite.equal(answer.status, 404, "what is withdrawn cannot be withdrawn again")


# Many parts: lines, pages, order.


HEXADECIMAL = re.compile("[0-9a-f]{12,}")
HEIGHTS = ((WIDE, 2_500), ({"width": 390, "height": 844}, 6_000))


def reading(story):
    """A case of ten fragments, and one of more than a page has."""
    suite, node = story.suite, story.nodes["od-noord"]
    suite.title("a case of ten fragments, and one of sixty")
    rows = [
        {
            "ID": f"R-{number}",
            "Company": "" if number % 5 == 4 else f"Verwerker {number % 5} B.V.",
            "kvk": "" if number % 5 == 4 else f"2712{3500 + number % 5}",
            "Address": f"Loswal {number}",
            "Place": "Oosterveen",
            "Postcode": "9861KD",
            "Date": f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "Status": "violation",
            "Text": f"Waarneming {number}: granulaat zonder herkomst, en wat er verder te zien was aan de kade.",
        }
        for number in range(60)
    ]
    node.import_rows("lijst", rows)
    cases = {}
    for count in (10, 60):
        case = node.ok("case", "open", "--table", story.table, "--title", f"Zaak van {count}")["case"]
        for row in rows[:count]:
            record = node.record(row["ID"])
            names = "date,status,text,location.address,location.place" + (
                ",subject.name,subject.kvk" if row["kvk"] else ""
            )
            node.ok("fragment", "share", "--case", case, "--record", record, "--fields", names)
        cases[count] = case
    for size, most in HEIGHTS:
        window = story.window("od-noord", size=size)
        page = window.page
        window.go("/cases/" + cases[10])
        height = page.evaluate("() => document.documentElement.scrollHeight")
        suite.check(height <= most, f"folded, ten fragments are at most {most} px at {size['width']}", height)
        print(f"  ten fragments at {size['width']} px: {height} px", flush=True)
        window.look(f"case-folded-{size['width']}")
        page.evaluate("() => window.scrollTo(0, 900)")
        top = page.evaluate("() => document.querySelector('.contents').getBoundingClientRect().top")
        suite.check(0 <= top < 100, "the contents list stays where it is when the page scrolls", top)
        for link in page.locator(".contents a").all():
            target = link.get_attribute("href")
            suite.equal(page.locator(target).count(), 1, f"the contents list leads to {target}")
        window.close()
    window = story.window("od-noord")
    page = window.page
    window.go("/cases/" + cases[10])
    heights = page.evaluate(
        "() => [...document.querySelectorAll('.folds summary')].filter(s => s.checkVisibility()).map(s =>"
        " s.getBoundingClientRect().height)"
    )
    suite.check(heights and max(heights) <= 34, "each subject and fragment is a line", heights)
    names = [name.inner_text() for name in page.locator("details.subject h3").all()]
    suite.check("locatie Loswal 4, Oosterveen" in names, "a subject without a name is called by what it has", names)
    shown = page.evaluate(
        "() => { const main = document.querySelector('main').cloneNode(true);"
        " main.querySelectorAll('.corner').forEach(e => e.remove()); return main.textContent; }"
    )
    suite.check(not HEXADECIMAL.search(shown), "no ID of the program stands in the page", HEXADECIMAL.findall(shown))

    window.go("/cases/" + cases[60])

    def days():
        return page.evaluate("() => [...document.querySelectorAll('.fragment .day time')].map(t => t.dateTime)")

    view = node.ok("case", "show", cases[60])
    wanted = sorted(fragment["fields"]["date"] for fragment in view["fragments"])
    suite.equal(days(), wanted[:35], "thirty-five fragments are on a page, by their day")
    suite.equal(page.locator("details.subject").count(), 16, "subjects of one number are one line")
    with page.expect_navigation():
        page.locator("section[aria-labelledby=fragments] a[rel=next]").click()
    suite.equal(days(), wanted[35:], "and the others on the next")
    with page.expect_navigation():
        page.locator("section[aria-labelledby=subjects] .sorts a", has_text="naam").click()
    names = [name.inner_text() for name in page.locator("details.subject h3 > bdi").all()]
    named = [name for name in names if not name.startswith("locatie")]
    suite.equal(named, sorted(named), "subjects can be put in order of their names")
    suite.check(names[: len(named)] == named, "those without one come last", names)
    suite.equal(days(), wanted[35:], "and what was chosen for the fragments stays")
    row = page.locator("details.subject", has_text="Verwerker 1 B.V.")
    row.locator("> summary").focus()
    page.keyboard.press("Enter")
    suite.check(row.locator("table.facts").is_visible(), "Enter unfolds a subject")
    with page.expect_navigation():
        row.get_by_role("link", name="12 fragmenten hierover").click()
    suite.equal(len(days()), 12, "a subject leads to its fragments")
    suite.equal(page.locator("details.subject[open]").count(), 1, "and is the only one then")
    page.locator("#owner").select_option("politie")
    with page.expect_navigation():
        page.locator("form.small button").click()
    suite.check("subject=" in page.url and not days(), "another choice keeps the first", page.url)
    with window.refusals():
        suite.equal(window.go(f"/cases/{cases[60]}?fragments=zomaar").status, 422, "an order that is none is refused")
    window.go(f"/cases/{cases[60]}")
    window.look("case-sixty")
    page.emulate_media(media="print")
    suite.check(
        not page.locator("form").first.is_visible() and page.locator("table.facts").first.is_visible(),
        "printed, a case is unfolded and has no forms",
    )
    suite.check("od-noord" in page.locator(".printed").inner_text(), "and says who printed it, where")
    page.emulate_media(media="screen")

    # A link to a fragment leads to the page that it is on, and unfolds it.
    last = max(node.ok("case", "show", cases[60])["fragments"], key=lambda f: f["fields"]["date"])
    window.go(f"/cases/{cases[60]}?fragment={last['id']}#fragment-{last['id']}")
    suite.check(page.locator(f"#fragment-{last['id']}").is_visible(), "a link to a fragment shows it")
    window.go("/cases/" + cases[60])
    suite.equal(page.locator(f"#fragment-{last['id']}").count(), 0, "which is not on the first page")
    suite.title("the list of cases")
    window.go("/cases")
    listed = node.ok("case", "list")["cases"]

    def titles():
        return [link.inner_text() for link in page.locator("table.list tbody th a").all()]

    newest = sorted(listed, key=lambda c: (c["changed"], c["case"]), reverse=True)
    suite.equal(titles(), [c["title"] for c in newest], "what changed last comes first")
    suite.equal(
        page.locator("thead [aria-sort]").get_attribute("aria-sort"),
        "descending",
        "the order is told to screen readers",
    )
    with page.expect_navigation():
        page.get_by_role("link", name="Titel", exact=True).click()
    suite.equal(titles(), sorted(c["title"] for c in listed), "a column puts the list in its order")
    page.select_option("#phase", "signaal")
    press(window, "Tonen")
    suite.check(
        "sort=title" in page.url and titles() == sorted(c["title"] for c in listed if c["phase"] == "signaal"),
        "choosing a phase keeps the order",
        (page.url, titles()),
    )
    heights = page.evaluate(
        "() => [...document.querySelectorAll('tbody tr')].map(r => r.getBoundingClientRect().height)"
    )
    suite.check(max(heights) <= 33, "rows of the list are 32 px", heights)
    node.ok("case", "note", cases[60], "Een collega schrijft.")
    page.reload()
    marked = [row.locator("th a").inner_text() for row in page.locator("tbody tr", has=page.locator(".unread")).all()]
    suite.equal(marked, ["Zaak van 60"], "what changed since it was opened is marked")
    page.get_by_role("link", name="Zaak van 60").click()
    window.go("/cases")
    suite.equal(page.locator(".unread").count(), 0, "until it is opened")
    window.look("cases-sorted")

    phone = story.window("od-noord", size=NARROW)
    phone.go("/cases")
    suite.check(not phone.page.locator("thead a").first.is_visible(), "on a phone the heads of columns are not there")
    with phone.page.expect_navigation():
        phone.page.locator(".sorts a", has_text="Titel").click()
    suite.check("sort=title" in phone.page.url, "and their order is in a line")
    phone.close()

    suite.title("what a record leads to")
    window.go("/records/" + node.record("R-1"))
    told = [link.inner_text() for link in page.locator("section[aria-labelledby=shares] th a").all()]
    suite.equal(sorted(told), ["Zaak van 10", "Zaak van 60"], "the cases that it was shared in")
    page.locator("summary", has_text="In een zaak delen").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Zaak van 10").last.click()
    suite.check(page.locator("input[name=field]").count() > 0, "and the form that shares it", page.url)
    window.close()


# Records, tables, node, roles.


def suggestions(story, window):
    """What is suggested while somebody types, by the keyboard alone, and without the script."""
    suite, page = story.suite, window.page
    window.go("/records")
    page.focus("#q")
    page.keyboard.type("recyling alf")
    page.wait_for_selector("[role=option]")
    options = page.locator("[role=option]")
    suite.check(
        "Alfa Recycling" in options.first.inner_text(),
        "a word with a typing error is suggested",
        options.first.inner_text(),
    )
    suite.equal(page.get_attribute("#q", "aria-expanded"), "true", "and the field says so")
    suite.check("pijltjes" in page.locator("[role=status]").last.inner_text(), "to who does not see it too")
    window.look("suggestions")
    page.keyboard.press("ArrowDown")
    suite.equal(
        page.get_attribute("#q", "aria-activedescendant"), options.first.get_attribute("id"), "the arrow chooses"
    )
    page.keyboard.press("Escape")
    suite.equal(page.get_attribute("#q", "aria-expanded"), "false", "Escape closes the list and leaves the text")
    suite.equal(page.input_value("#q"), "recyling alf", "as it was typed")
    page.keyboard.type("a")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    suite.check("/records/" in page.url or "/cases/" in page.url, "Enter goes to what was chosen", page.url)
    window.go("/records/list")
    page.fill("#list", ALFA + "\ngeen nummer")
    press(window, "Zoeken")
    text = page.locator("main").inner_text()
    suite.check(
        "1 van 1 nummers gevonden." in text and "regel 2: geen nummer" in text,
        "a list says what it found and what is wrong",
        text[-400:],
    )
    window.go("/records/list")
    page.set_input_files(
        "#file", {"name": "lijst.csv", "mimeType": "text/csv", "buffer": f"kvk\r\n{ALFA}\r\n".encode("utf-16")}
    )
    press(window, "Zoeken")
    text = page.locator("main").inner_text()
    suite.check(
        "1 van 1 nummers gevonden." in text and "regel 1: kvk" in text, "and so does one in a file", text[-400:]
    )


def lists_at_once(story, window):
    """Of one user two lists are taken in at once; what waits is answered when one is through or gone."""
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("lists at once")
    node.ok("user", "add", "eva", "--role", "analyst", "--password-file", story.world.write("eva.txt", PASSWORD + "\n"))
    eva = story.window("od-noord", user="eva")

    def begin(one, whole):
        one.go("/records/list")
        fields = one.page.evaluate(
            "() => [...document.querySelector('#list').form.elements].filter(e => e.type == 'hidden')"
            ".map(e => [e.name, e.value])"
        )
        body = urllib.parse.urlencode([*map(tuple, fields), ("list", ALFA)]).encode()
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in one.context.cookies())
        address = urllib.parse.urlsplit(one.base)
        client = socket.create_connection((address.hostname, address.port))
        client.sendall(
            f"POST /records/list HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookies}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body[: None if whole else -4]
        )
        return client, body[-4:]

    def answer(client, seconds=20):
        client.settimeout(seconds)
        try:
            return client.recv(64).split(b"\r\n")[0].decode()
        except TimeoutError:
            return None

    # What was found is shown at an address of its own.
    answered = "HTTP/1.1 303 See Other"
    halves = [begin(window, whole=False) for _ in range(2)]
    third, _ = begin(window, whole=True)
    other, _ = begin(eva, whole=True)
    suite.equal(answer(other), answered, "another user's list is answered meanwhile")
    suite.equal(answer(third, 1), None, "a third of the same user waits")
    halves[0][0].close()
    suite.equal(answer(third), answered, "until one of the two is gone")
    halves[1][0].sendall(halves[1][1])
    suite.equal(answer(halves[1][0]), answered, "and who sends the rest is answered")
    for client in (halves[1][0], third, other):
        client.close()
    eva.close()
    node.ok("user", "remove", "eva")


def records(story, window):
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("records, tables, node")
    window.go("/")
    suite.equal(page.url.split("/")[-1], "records", "who logs in stands before the search")
    page.fill("#q", ALFA)
    press(window, "Zoeken")
    hits = node.ok("record", "search", "--kvk", ALFA)["hits"]
    links = page.evaluate(
        "() => [...document.querySelectorAll('table.list tbody th > a')].map(a => a.getAttribute('href'))"
    )
    suite.equal(
        [link.split("-")[-1] if "#fragment" in link else link.split("/")[-1] for link in links],
        [hit["id"] for hit in hits],
        "the page finds what the command line finds",
    )
    window.go("/records?q=alfa&place=Haren&type=inspection&years=0")
    page.emulate_media(media="print")
    printed = " ".join(page.locator(".printed").all_inner_texts())
    suite.check(
        all(words in printed for words in ("alfa", "Plaats: Haren", "controle", "Alle jaren", "anna")),
        "on paper stands what was asked for, and who asked",
        printed,
    )
    page.emulate_media(media="screen")
    window.go("/records")
    page.click("summary:has-text('Meer voorwaarden')")
    page.fill("#postcode", "geen")
    with window.refusals():
        press(window, "Zoeken")
        suite.check("is geen postcode of reeks" in problem(window), "a wrong postcode is told", problem(window))
    suite.equal(page.input_value("#postcode"), "geen", "what was typed is kept")
    suggestions(story, window)
    record = node.record("OD-1")
    window.go("/records/" + record)
    held = node.ok("record", "show", record)
    values = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=fields] tbody tr')].map(r =>"
        " [r.querySelector('code').textContent, r.querySelector('td').textContent])"
    )
    suite.equal(
        values,
        [
            [name, "•••••••••" if name == "subject.bsn" else as_read(page, name, held["fields"][name])]
            for name in sorted(held["fields"])
        ],
        "every field of the record, the BSN covered",
    )
    suite.equal(
        page.locator("section[aria-labelledby=history] h3").count(), len(held["history"]), "every earlier state"
    )
    suite.check("overtreding" in page.locator("section[aria-labelledby=history]").inner_text(), "with its values")
    window.go("/records/" + node.record("OD-2"))
    rules = page.locator("section[aria-labelledby=findings] td:nth-child(2)").all_inner_texts()
    suite.equal(
        sorted(rules),
        ["KvK-nummer heeft niet 8 cijfers, of alleen nullen", "postcode die niet kan bestaan"],
        "what is wrong with the values kept is told with its rule",
    )

    window.go("/tables/" + story.table)
    table = node.ok("table", "show", story.table)
    codes = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=grounds] tbody th')].map(t =>"
        " t.firstChild.textContent)"
    )
    suite.equal(codes, [ground["code"] for ground in table["grounds"]], "every ground of the charter")
    rows = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=members] tbody tr')].map(r =>"
        " [r.querySelector('th').firstChild.textContent.trim(), r.lastElementChild.textContent])"
    )
    suite.equal(
        rows,
        [
            [m["handle"], "getekend" if m["handle"] in table["signatures"] else "niet getekend"]
            for m in table["members"]
        ],
        "every member, and who signed",
    )
    window.go("/node")
    status, logs = node.ok("node", "status"), node.ok("sync", "status")["logs"]
    peers = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=peers] tbody tr')].map(r =>"
        " [r.querySelector('th').textContent, r.querySelector('.state').textContent,"
        " r.children[1].querySelector('time')?.dateTime ?? null, r.children[3].textContent])"
    )
    suite.equal(
        peers,
        [
            [
                peer["handle"],
                "verbonden" if peer["connected"] else "niet verbonden",
                peer["since"],
                str(peer["missing_entries"]),
            ]
            for peer in status["peers"]
        ],
        "every peer, whether it is connected and since when, and what is missing of it",
    )
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=logs] tbody tr')].map(r =>"
        " [r.children[1].textContent, r.children[2].textContent, r.children[4].textContent])"
    )
    suite.equal(
        sizes, [[log["author"], str(log["size"]), log["root"][:16]] for log in logs], "every log with its size and root"
    )


def subjects(story, window):
    """One subject over all cases, and what is decided about it, by the keyboard alone."""
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("subjects")
    window.go("/records/" + node.record("OD-1"))
    with page.expect_navigation():
        page.get_by_role("link", name="Alles over dit subject").press("Enter")
    shown = node.ok("subject", "show", f"kvk:{ALFA}")
    suite.check(shown["name"]["names"][0] in page.locator("h1").inner_text(), "the heading is its name")
    values = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=facts] td.value')].map(t => t.textContent)"
    )
    suite.equal(values, [v["value"] for fact in shown["facts"].values() for v in fact], "every value of every fact")
    quarters = page.evaluate("() => [...document.querySelectorAll('.quarters li')].map(l => l.className)")
    suite.equal(quarters, ["q-" + quarter["colour"] for quarter in shown["quarters"]], "twenty quarters, in order")
    links = page.evaluate(
        "() => [...document.querySelectorAll('section[aria-labelledby=items] th > a:first-child')].map(a => a.href)"
    )
    suite.equal(
        sorted(link.split("/")[-1].split("-")[-1] for link in links),
        sorted(item["id"] for item in shown["records"] + shown["fragments"]),
        "every record and fragment",
    )
    suite.check(
        not re.search("[0-9a-f]{20}", window.text().replace(shown["id"], "")), "no ID but in its corner", window.text()
    )

    page.emulate_media(media="print")
    suite.check(not page.locator("form").first.is_visible(), "printed, a subject has no forms")
    widths = page.evaluate(
        "() => ['main', 'section[aria-labelledby=facts] table'].map(s => "
        "document.querySelector(s).getBoundingClientRect().width)"
    )
    suite.check(widths[1] > 0.9 * widths[0], "and its facts are as wide as the paper", widths)
    page.emulate_media(media="screen")
    summary = page.locator("summary", has_text="Besluit over een ander subject")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("99")
    page.locator("#reason").fill("Ander adres")
    with window.refusals():
        with page.expect_navigation():
            page.locator("#reason").press("Enter")
        suite.check("99” is geen nummer van een subject" in problem(window), "who is unknown is told", problem(window))
    suite.equal(page.input_value("#other"), "99", "what was typed is kept")
    suite.equal(page.get_attribute("#other", "aria-invalid"), "true", "at its field")
    suite.equal(page.input_value("#reason"), "Ander adres", "the reason too")
    page.fill("#other", "record:" + node.record("OD-2"))
    page.select_option("#verdict", "different")
    with page.expect_navigation():
        page.locator("#reason").press("Enter")
    suite.check("niet hetzelfde" in page.locator(".flash").inner_text(), "it says what was decided")
    made = node.ok("subject", "show", f"kvk:{ALFA}")["decisions"]
    suite.equal(
        [(d["verdict"], d["by"], d["reason"], d["case"]) for d in made],
        [("different", "anna", "Ander adres", None)],
        "the command line shows it, with who decided",
    )
    page.locator("section[aria-labelledby=decisions] li button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    suite.equal(node.ok("subject", "show", f"kvk:{ALFA}")["decisions"], [], "and undone by a key")

    page.locator("summary", has_text="Voorganger vastleggen").press("Enter")
    page.fill("#predecessor", "record:" + node.record("OD-2"))
    page.fill("#date", "31-2-2024")
    page.fill("#source", "Handelsregister")
    with window.refusals():
        press(window, "Vastleggen")
        suite.check(problem(window), "a day that is none is told")
    suite.equal(page.get_attribute("#date", "aria-invalid"), "true", "at its field")
    page.fill("#date", "1-3-2024")
    press(window, "Vastleggen")
    after = node.ok("subject", "show", f"kvk:{ALFA}")["predecessors"]
    suite.equal([(p["date"], p["kind"]) for p in after], [("2024-03-01", "overdracht")], "a day as people type it")
    suite.check("Opvolger van" in window.text("section[aria-labelledby=succession]"), "and the page says it")
    quarters = page.locator(".quarters li").all_inner_texts()
    suite.check(
        not any("voorganger" in text or "[" in text for text in quarters),
        "no quarter says what is not its own",
        quarters,
    )
    node.ok("subject", "same", f"kvk:{ALFA}", "record:" + node.record("OD-2"), "--as", "anna")
    window.go(f"/subjects/kvk:{ALFA}")
    line = window.text("section[aria-labelledby=decisions] ul.plain li")
    suite.check("Beta" in line and ALFA not in line, "another subject has no number of this one", line)
    window.look("subject-said")
    token = page.locator("input[name=token]").first.input_value()
    form = page.locator("input[name=form]").first.input_value()
    fields = {"token": token, "form": form, "other": "record:" + node.record("OD-2"), "verdict": "SAME"}
    headers = {"Origin": node.ready["http"].rstrip("/")}
    answer = window.context.request.post(
        node.ready["http"].rstrip("/") + f"/subjects/kvk:{ALFA}/decide", form=fields, headers=headers
    )
    suite.check("Kies hetzelfde" in answer.text(), "a decision that is none is refused", answer.text()[:300])
    suite.equal(len(node.ok("subject", "show", f"kvk:{ALFA}")["decisions"]), 1, "and undoes nothing")
    # Of pairs that a list showed as one, one is gone by the time of the decision: it is not said to be decided.
    fields |= {"verdict": "same", "withAlike": "1", "alike": f"kvk:{ALFA} record:{'0' * 32}"}
    answer = window.context.request.post(
        node.ready["http"].rstrip("/") + f"/subjects/kvk:{ALFA}/decide", form=fields, headers=headers
    )
    suite.check(
        "Vastgelegd voor 1 van 2 paren" in answer.text(), "of how many pairs it was written", answer.text()[:300]
    )
    # Another tab decided meanwhile: what is not on the screen is not undone.
    node.ok("subject", "different", f"kvk:{ALFA}", "record:" + node.record("OD-2"), "--as", "anna")
    with window.refusals():
        with page.expect_navigation() as undone:
            page.locator("section[aria-labelledby=decisions] li button").click()
        suite.equal(undone.value.status, 409, "what is another by now is no success")
    suite.equal(
        [d["verdict"] for d in node.ok("subject", "show", f"kvk:{ALFA}")["decisions"]],
        ["different"],
        "undo takes back what it showed, or nothing",
    )
    node.ok("subject", "undo", f"kvk:{ALFA}", "record:" + node.record("OD-2"), "--as", "anna")
    window.go(f"/subjects/kvk:{ALFA}")
    with page.expect_navigation():
        page.locator("section[aria-labelledby=succession] li button").press("Enter")
    suite.equal(node.ok("subject", "show", f"kvk:{ALFA}")["predecessors"], [], "a take-over is taken back at its line")

    same = ROWS["od-noord"][0] | {"ID": "OD-9", "Company": "Alfa Recycling", "kvk": "", "bsn": "", "Bag": ""}
    others = [
        {
            "ID": f"V{n}",
            "Company": f"Zaak{n} Bedrijf{n * 7} BV",
            "Address": f"Weg{n} {n + 1}",
            "Postcode": f"{1100 + n}AB",
        }
        for n in range(100)
    ]
    node.import_rows("dubbel", [same, *others])
    window.go("/subjects")
    found = node.ok("subject", "suggest")
    suite.check(page.locator(".folds > li").count() == min(len(found["pairs"]), 35) > 0, "pairs that may be one", found)
    pair = found["pairs"][0]
    page.locator(".folds summary").first.press("Enter")
    levels = page.locator(".folds li").first.locator("tbody tr").count()
    suite.equal(
        levels, 2 + sum(part["level"] is not None for part in pair["parts"]), "with what speaks for and against it"
    )
    window.look("pairs-open")
    # What is refused stands where it was typed.
    page.locator(".folds li").first.locator("input[name=reason]").fill("x" * 600)
    with window.refusals():
        with page.expect_navigation() as answer:
            page.locator(".folds li").first.get_by_role("button", name="Niet hetzelfde").click()
        suite.equal(answer.value.status, 422, "a reason that is too long is refused")
    suite.check(page.locator(".folds li details[open]").count() == 1, "the pair is open still")
    suite.equal(page.locator(".folds details[open] input[name=reason]").input_value(), "x" * 600, "as it was typed")
    window.go("/subjects")
    page.locator(".folds summary").first.press("Enter")
    # In another tab the same was decided, whatever it was: nothing is replaced that was not seen.
    keys = [pair[end]["key"] for end in "ab"]
    for meanwhile, words in [("same", "hetzelfde"), ("unsure", "onzeker")]:
        node.ok("subject", meanwhile, *keys, "--as", "anna", "--reason", "elders")
        with window.refusals():
            page.locator(".folds li").first.locator("input[name=reason]").fill("Ander dak")
            with page.expect_navigation() as answer:
                page.locator(".folds li").first.get_by_role("button", name="Niet hetzelfde").click()
            suite.equal(answer.value.status, 409, f"a decision on what was decided meanwhile: {meanwhile}")
            suite.check(f"intussen al: {words}" in problem(window), "it says what was decided", problem(window))
        suite.equal(
            [page.input_value("#reason"), page.input_value("#verdict")],
            ["Ander dak", "different"],
            "what was typed is kept",
        )
        suite.check("elders" in window.text("section[aria-labelledby=decisions]"), "beside what stands")
        window.look(f"pair-decided-{meanwhile}")
        node.ok("subject", "undo", *keys, "--as", "anna")
        window.go("/subjects")
        page.locator(".folds summary").first.press("Enter")
    page.locator(".folds li").first.get_by_role("button", name="Niet hetzelfde").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    suite.equal(urllib.parse.urlsplit(page.url).path, "/subjects", "after a decision one goes on in the list")
    left = node.ok("subject", "suggest")["pairs"]
    suite.check(pair not in left and len(left) == len(found["pairs"]) - 1, "without that pair", left)
    node.ok("subject", "undo", pair["a"]["key"], pair["b"]["key"], "--as", "anna")
    suite.check("elke lijst leert" in page.locator("main").inner_text(), "the list says with which weights")
    with page.expect_navigation():
        page.get_by_role("link", name="Wat vergelijkingen tellen").click()
    press(window, "Nu leren")
    learned = node.ok("subject", "weights")
    suite.equal(learned["in_force"], 1, "weights are learned from a page")
    suite.equal(learned["versions"][0]["by"], "anna", "under the name of who did")
    suite.equal(
        page.locator("table.facts tbody tr").count(),
        sum(bool(level["bits"]) for one in learned["weights"]["comparisons"] for level in one["levels"]),
        "each level of each comparison that a pair can have has its line",
    )
    suite.check("Versie 1 geldt nu" in page.locator(".flash").inner_text(), "and it says which is in force")
    press(window, "Nu leren")
    suite.equal(len(node.ok("subject", "weights")["versions"]), 1, "the same learned again is no new version")
    suite.check("gelijk aan versie 1" in page.locator(".flash").inner_text(), "which is said")
    other = json.loads(json.dumps(learned))
    other["weights"]["prior"] = "0.01"
    path = story.world.write("gewichten.json", json.dumps(other))
    node.ok("subject", "weights", "--take", path)
    window.go("/subjects/weights")
    press(window, "Versie 1", exact=False)
    suite.equal(node.ok("subject", "weights")["in_force"], 1, "an older version is put in force again")
    window.go("/subjects")
    suite.check("versie 1 van de gewichten" in page.locator("main").inner_text(), "and the list says so")
    window.go("/subjects/weights")
    press(window, "Geen laten gelden")
    suite.equal(node.ok("subject", "weights")["in_force"], 0, "none is put in force")
    suite.check("Er geldt nu geen versie" in page.locator(".flash").inner_text(), "and it says so")
    with window.refusals():
        suite.equal(window.go("/subjects/weights?version=99").status, 404, "a version that there is not")
        for path in ("/subjects/kvk:99999999", "/subjects/" + "0" * 32):
            suite.equal(window.go(path).status, 404, f"nothing here: {path}")
        for path in ("/subjects/kvk:1", "/subjects/bsn:123456782"):
            suite.equal(window.go(path).status, 404, f"no key: {path}")
            suite.check("geen nummer van een subject" in window.text(), "what is wrong with it is said", window.text())
    long_values(story, window)
    alike(story, window)


def long_values(story, window):
    """A thousand letters without a blank in every text of a record push no page sideways."""
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("long values")
    long = "w" * 1_000
    row = {"ID": "LANG", "Company": long, "kvk": "27123494", "Address": long, "Place": long, "Text": long}
    node.import_rows("lang", [row])
    names = ["/records?q=27123494&years=0", "/subjects/kvk:27123494", "/records/" + node.record("LANG")]
    narrow = story.window("od-noord", size=NARROW)
    for path in names:
        for shown, kind in [(window, "wide"), (narrow, "narrow")]:
            shown.go(path)
            shown.look(f"long-{path.split('/')[1].split('?')[0]}-{kind}")
    narrow.close()


def alike(story, window):
    """Pairs with the same values are one question: all that a decision is about are named, and can be left out."""
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("pairs with the same values")
    row = {"Company": "Zonderling Metaal BV", "Address": "Zonderlingweg 9", "Postcode": "7999ZZ"}
    node.import_rows("gelijk", [row | {"ID": f"G{n}"} for n in range(3)])
    window.go("/subjects")
    fold = page.locator(".folds > li", has_text="Zonderling")
    suite.equal(fold.count(), 1, "what has the same values is one question")
    fold.locator("summary").first.press("Enter")
    suite.equal(fold.locator("ul.plain li").count(), 2, "and each other pair is named")
    window.look("pairs-alike")
    fold.locator("input[name=withAlike]").uncheck()
    with page.expect_navigation():
        fold.get_by_role("button", name="Weet ik niet").click()
    said = page.locator(".flash").inner_text()
    suite.check("onzeker" in said and "paren" not in said, "one alone can be decided", said)
    left = node.ok("subject", "suggest")["pairs"]
    own = [one for one in left if "Zonderling" in json.dumps(one)]
    suite.check(len(own) == 1 or sum(1 + one["alike_found"] for one in own) >= 2, "the others are asked still", own)
    fold = page.locator(".folds > li", has_text="Zonderling")
    fold.locator("summary").first.press("Enter")
    with page.expect_navigation():
        fold.get_by_role("button", name="Weet ik niet").click()
    said = page.locator(".flash").inner_text()
    suite.check("2 paren: onzeker" in said, "it says how many were decided", said)
    pairs = [f"record:{node.record(f'G{n}')}" for n in range(3)]
    for one, other in [(0, 1), (0, 2), (1, 2)]:
        node.ok("subject", "undo", pairs[one], pairs[other], "--as", "anna")
    # Numbers that differ within what decisions connect are pointed out.
    node.ok("subject", "same", f"kvk:{ALFA}", "kvk:27123483", "--as", "anna")
    window.go(f"/subjects/kvk:{ALFA}")
    group = window.text("section[aria-labelledby=decisions]")
    suite.check("2 verschillende KvK-nummers" in group, "two numbers in a group are a question", group)
    suite.check("schakel" not in group, "where all links are as strong none is the weakest", group)
    node.ok("subject", "undo", f"kvk:{ALFA}", "kvk:27123483", "--as", "anna")


MAP_MAPPING = """source: kaart
format: csv
encoding: utf-8
delimiter: ","
type: location
category: business
key: "{ID}"
fields:
  subject.name: Company
  location.latitude: Lat
  location.longitude: Lon
"""
AREA = {
    "type": "Topology",
    "transform": {"scale": [0.01, 0.01], "translate": [4.0, 52.0]},
    "arcs": [[[0, 0], [100, 0], [0, 100], [-100, 0], [0, -100]]],
    "objects": {"vak": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Vak <b>A</b>"}}
    ]}},
}  # fmt: skip


def maps(story, window):
    """Hits on a map, by mouse and by keyboard; the list says the same, and a circle that is drawn is a search."""
    suite, page, node = story.suite, window.page, story.nodes["od-noord"]
    suite.title("maps")
    # 30 places some metres apart, one 20 km away, one without a place.
    rows = [f"M{n},Plek {n},{52.37 + n / 100_000:.5f},4.90" for n in range(30)]
    rows += ["M30,Ver weg,52.37,5.20", "M31,Zonder plaats,,"]
    data = story.world.write("kaart.csv", "ID,Company,Lat,Lon\n" + "\n".join(rows) + "\n")
    node.ok("record", "import", data, "--mapping", story.world.write("kaart.yaml", MAP_MAPPING))
    window.go("/records?q=plek&years=0")
    page.wait_for_selector(".map .spot")
    box = page.locator(".map").bounding_box()
    suite.check(box["width"] > 300 and box["height"] > 200, "the map has a size", box)
    labels = page.locator(".map .spot").evaluate_all("spots => spots.map(spot => spot.getAttribute('aria-label'))")
    suite.check(len(labels) < 30, "places that lie close are one mark", labels)
    counts = [int(re.match(r"\d+", label)[0]) if re.match(r"\d+ ", label) else 1 for label in labels]
    suite.equal(sum(counts), 30, "no hit is lost, and what has no place is in none")
    window.look("map-found")
    window.go("/records?q=ver&years=0")
    page.wait_for_selector(".map .spot")
    page.locator(".map .spot").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content a")
    suite.equal(page.locator(".leaflet-popup-content a").first.inner_text(), "Ver weg", "a mark opens by a key")
    suite.equal(page.locator(".leaflet-popup-content a > bdi").count(), 1, "a name turns no writing round but its own")
    window.look("map-popup")
    with page.expect_navigation():
        page.locator(".leaflet-popup-content a").first.click()
    suite.check("/records/" in page.url, "and leads to the record")

    window.go("/records?near=52.37+4.9&radius=1000&years=0")
    page.wait_for_selector(".map .ring")
    found = node.ok("record", "search", "--near", "52.37, 4.9", "--radius", "1000", "--all")["total"]
    suite.check(f"{found}" in page.locator("#found").inner_text(), "a circle finds what the command line finds")
    page.get_by_role("button", name="Zoek binnen een getekende cirkel").click()
    page.locator(".map").scroll_into_view_if_needed()
    box = page.locator(".map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1], steps=4)
    with page.expect_navigation():
        page.mouse.up()
    address = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))
    latitude, longitude = map(float, address["near"].split())
    suite.check(abs(latitude - 52.37) < 0.01 and abs(longitude - 4.9) < 0.02, "a drawn circle has its middle", address)
    suite.check(10 < int(address["radius"]) < 1000, "and its radius", address)
    suite.equal(page.input_value("#near"), address["near"], "and stands in the form, to be changed without a mouse")

    label = page.locator(".maptools label", has_text="vak")
    label.locator("input").check()
    page.wait_for_selector(".map .area")
    suite.equal(page.locator(".map .area").count(), 1, "a layer shows its areas")
    window.go("/records?q=zonder+plaats&years=0")
    suite.check("Zonder plaats" in window.text(), "what has no place is in the list")
    layer = http.client.HTTPConnection(urllib.parse.urlsplit(node.ready["http"]).netloc)
    layer.request("GET", "/map/layers/vak.topojson")
    suite.equal(layer.getresponse().status, 303, "layers are for who is logged in")
    with window.refusals():
        for path in ("/map/layers/..%2fkeys", "/map/layers/x", "/leaflet/x.js", "/map/layers/"):
            suite.equal(window.go(path).status, 404, f"nothing there: {path}")
    plain = story.browser.chromium.new_context(java_script_enabled=False, storage_state=window.context.storage_state())
    bare = plain.new_page()
    bare.goto(node.ready["http"].rstrip("/") + "/records?q=plek&years=0")
    suite.check(
        "Plek 1" in bare.locator("main").inner_text() and not bare.locator(".map").is_visible(),
        "without scripts the list is there and no empty map",
    )
    plain.close()


def roles(story):
    suite, node = story.suite, story.nodes["od-noord"]
    suite.title("roles")
    places = {
        "/cases": {"anna"},
        f"/cases/{story.case}": {"anna"},
        "/cases/new": {"anna"},
        f"/cases/{story.case}/share": {"anna"},
        "/records": {"anna"},
        "/records/list": {"anna"},
        "/records/suggestions": {"anna"},
        "/records/" + node.record("OD-1"): {"anna"},
        "/tables": set(USERS),
        "/tables/" + story.table: set(USERS),
        f"/tables/{story.table}/log": {"aad"},
        "/node": set(USERS),
    }
    for user in USERS:
        window = story.window("od-noord", user)
        linked = set(
            window.page.evaluate("() => [...document.querySelectorAll('nav a')].map(a => a.getAttribute('href'))")
        )
        suite.check(all(user in places[path] for path in linked), f"{user} is offered only what {user} may see", linked)
        for path, allowed in places.items():
            with window.refusals():
                suite.equal(window.go(path).status, 200 if user in allowed else 403, f"{user} at {path}")
        suite.equal(
            window.page.get_by_role("button", name="Nu synchroniseren").count(),
            0 if user == "aad" else 1,
            f"{user} and synchronising",
        )
        if user == "aad":
            window.go(f"/tables/{story.table}/log")
            entries = node.ok("log", "show", story.table)["entries"]
            rows = window.page.evaluate(
                """() => [...document.querySelectorAll('tbody tr')].map(r => [r.querySelector('th').textContent,
                [...r.querySelectorAll('li')].map(li => [li.querySelector('strong').textContent,
                li.querySelector('a').textContent])])"""
            )
            suite.equal(
                rows,
                [[str(e["index"]), [[r["handle"], r["ground"]] for r in e["to"]]] for e in entries],
                "the auditor sees every entry, for whom and on which ground",
            )
            suite.check(
                "Alfa" not in window.page.content() and "Granulaat" not in window.page.content(), "and no contents"
            )
            window.look("log")
        window.close()


def sessions(story):
    suite, node = story.suite, story.nodes["om"]
    suite.title("sessions end")
    password = story.world.write("ander", "een ander wachtwoord\n")
    window = story.window("om")
    kept = window.context.cookies()
    press(window, "Uitloggen")
    suite.check("/login" in window.page.url, "logging out leads to the log-in")
    window.context.add_cookies(kept)
    window.go("/cases")
    suite.check("/login" in window.page.url, "the old cookie opens nothing any more")
    window = story.window("om")
    node.ok("user", "password", "anna", "--password-file", password)
    window.go("/cases")
    suite.check("/login" in window.page.url, "a new password ends the sessions")
    window.log_in("anna", "een ander wachtwoord")
    suite.check("/login" not in window.page.url, "the new password opens")
    node.ok("user", "remove", "anna")
    window.go("/cases")
    suite.check("/login" in window.page.url, "an account that was removed has no sessions")


def certified(story):
    """Pages under TLS: another cookie, and a header that keeps browsers on TLS."""
    suite, world = story.suite, story.world
    suite.title("pages under TLS")
    certificate, key = world.path("web.crt"), world.path("web.key")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            key,
            "-out",
            certificate,
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )
    os.chmod(key, 0o644)
    # As renewal programs leave it: a link to this year's file.
    link = world.path("link.key")
    os.symlink(key, link)
    key_given = link
    port = free_port()
    node = world.node(
        "ilt", options=("--http", f"0.0.0.0:{port}", "--http-certificate", certificate, "--http-key", key_given)
    )
    node.ok("user", "add", "anna", "--role", "analyst", "--password-file", world.path("wachtwoord"))
    done = node.run("node", "run")
    suite.check(done.code == 2 and "chmod 600" in done.err, "a key that others can read is refused", done)
    os.chmod(key, 0o600)
    world.write("other.crt", "not a certificate")
    suite.equal(node.start()["http"], f"https://0.0.0.0:{port}/", "node run tells where the pages are")
    context = ssl.create_default_context(cafile=certificate)

    def ask(method, path, body=None, cookies=()):
        connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=30)
        connection.request(
            method, path, body, {"Cookie": "; ".join(cookies), "Content-Type": "application/x-www-form-urlencoded"}
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    answer, text = ask("GET", "/login")
    visitor = answer.getheader("Set-Cookie")
    suite.check(
        visitor.startswith("__Host-tafel-visitor-") and "; Secure" in visitor, "cookies are for TLS alone", visitor
    )
    suite.check(
        answer.getheader("Strict-Transport-Security", "").startswith("max-age="), "browsers are told to stay with TLS"
    )
    token = re.search('name="token" value="([0-9a-f]+)"', text).group(1)
    answer, _ = ask(
        "POST",
        "/login",
        urllib.parse.urlencode({"token": token, "user": "anna", "password": PASSWORD}),
        [visitor.split(";")[0]],
    )
    session = answer.getheader("Set-Cookie")
    suite.check(
        answer.status == 303 and session.startswith("__Host-tafel-session-") and "; Secure" in session,
        "logging in works",
        (answer.status, session),
    )
    suite.equal(ask("GET", "/cases", None, [session.split(";")[0]])[0].status, 200, "the session opens the cases")
    plain = http.client.HTTPConnection("localhost", port, timeout=30)
    try:
        plain.request("GET", "/login")
        suite.check(False, "nobody is answered without TLS", plain.getresponse().status)
    except (http.client.HTTPException, OSError):
        suite.check(True, "nobody is answered without TLS")
    suite.equal(node.stop(), 0, "it stops cleanly")
    with open(os.path.join(node.data, "node.json"), encoding="utf-8") as file:
        chosen = json.load(file)
    with open(os.path.join(node.data, "node.json"), "w", encoding="utf-8") as file:
        json.dump(chosen | {"http_certificate": world.path("other.crt")}, file)
    done = node.run("node", "run")
    suite.check(done.code == 3 and "PEM" in done.err, "a file that is no certificate is told", done)
    with open(os.path.join(node.data, "node.json"), "w", encoding="utf-8") as file:
        json.dump({name: value for name, value in chosen.items() if name in ("listen", "http")}, file)
    done = node.run("node", "run")
    suite.check(
        done.code == 2 and "--http-certificate" in done.err,
        "an open address without a certificate is refused at the start too",
        done,
    )
    taken = socket.create_server(("127.0.0.1", 0))
    with open(os.path.join(node.data, "node.json"), "w", encoding="utf-8") as file:
        json.dump(chosen | {"http": f"127.0.0.1:{taken.getsockname()[1]}"}, file)
    done = node.run("node", "run")
    suite.check(done.code == 3 and "in use" in done.err and not done.out, "a port that is taken is told", done)
    taken.close()


def looking(story):
    """Every page, in both languages, light and dark, wide and narrow."""
    suite, node = story.suite, story.nodes["od-noord"]
    record = node.record("OD-1")
    pages = {
        "cases": "/cases",
        "case": f"/cases/{story.case}",
        "case-new": "/cases/new",
        "share-record": f"/cases/{story.case}/share",
        "share-hostile": f"/cases/{story.case}/share?record={node.record('OD-3')}",
        "records": "/records",
        "records-found": "/records?q=alfa&years=0",
        "records-list": "/records/list",
        "record": "/records/" + record,
        "record-findings": "/records/" + node.record("OD-2"),
        "record-hostile": "/records/" + node.record("OD-3"),
        "subject": f"/subjects/kvk:{ALFA}",
        "subject-hostile": "/subjects/record:" + node.record("OD-3"),
        "subject-pairs": f"/subjects/kvk:{ALFA}/pairs",
        "pairs": "/subjects",
        "weights": "/subjects/weights",
        "quality": "/quality",
        "map": "/records?near=52.37+4.9&radius=500&years=0",
        "tables": "/tables",
        "table": "/tables/" + story.table,
        "node": "/node",
        "nothing": "/niets",
    }
    own = next(d for d in node.ok("case", "show", story.case)["fragments"] if d["owner"] == "od-noord")
    pages["withdraw"] = f"/cases/{story.case}/withdraw/{own['id']}"
    for language in ("nl", "en"):
        for scheme in ("light", "dark"):
            for size, words in ((WIDE, "wide"), (NARROW, "narrow")):
                suite.title(f"every page in {language}, {scheme}, {words}")
                window = story.window("od-noord", user=None, language=language, scheme=scheme, size=size)
                window.go("/login")
                window.look(f"login-{language}-{scheme}-{words}")
                window.log_in("anna", PASSWORD)
                for name, path in pages.items():
                    with window.refusals():
                        window.go(path)
                    suite.equal(
                        window.page.locator("html").get_attribute("lang"), language, f"{name}: the language asked for"
                    )
                    for details in window.page.locator("details").all():
                        details.evaluate("e => e.open = true")
                    window.look(f"{name}-{language}-{scheme}-{words}")
                window.go(pages["share-hostile"])
                with window.page.expect_navigation():
                    window.page.locator("button.primary").click()
                window.look(f"preview-hostile-{language}-{scheme}-{words}")
                window.close()


def script(suite, world):
    folder = suite.options.pictures or tempfile.mkdtemp(prefix="tafel-pictures-")
    browser = Browser(suite, folder)
    try:
        story = Story(suite, world, browser)
        story.setup()
        window = logging_in(story)
        from_elsewhere(story)
        opening(story, window)
        fragment = sharing(story, window)
        partners(story, window)
        weighing(story, window)
        concurrent(story, window)
        withdrawing(story, window, fragment)
        lists_at_once(story, window)
        records(story, window)
        subjects(story, window)
        maps(story, window)
        reading(story)
        roles(story)
        sessions(story)
        certified(story)
        looking(story)
        suite.title("what the node's log says")
        with open(world.path("od-noord.log"), encoding="utf-8") as file:
            lines = file.read()
        for words in (
            "user anna: log-in failed",
            "an unknown user: log-in failed",
            "user anna: logged in",
            "user anna: open case",
            f"user anna: share record, case {story.case[:12]}: done, entry",
            "user anna: add note",
            "user anna: withdraw, fragment",
        ):
            suite.check(words in lines, f"without options the log says: {words}")
        for words in ("niemand", PASSWORD, "Granulaat", ALFA, "Handelsregister", "Verkeerde"):
            suite.check(words not in lines, f"and nothing of what was typed: {words}")
        suite.title("stopping while browsers are connected, and clients that never read")
        clients = [deaf(story.nodes["od-noord"].ready["http"]) for _ in range(3)]
        for node in story.nodes.values():
            suite.equal(node.stop(signal.SIGTERM), 0, f"{node.handle} stops cleanly")
        for client in clients:
            client.close()
        print(
            (
                f"{browser.looked} looks at pages; pictures in {folder}"
                if suite.options.pictures
                else f"{browser.looked} looks at pages"
            ),
            flush=True,
        )
    finally:
        browser.close()
        if not suite.options.pictures:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    Suite(
        __doc__.split("\n", maxsplit=1)[0],
        lambda parser: parser.add_argument("--pictures", metavar="FOLDER", help="keep the pictures in this folder"),
    ).play(script)
