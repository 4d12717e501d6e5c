"""The pages of the demonstration's nodes: accounts, logging in, and what the merged case view shows."""
import datetime
import http.client
import json
import os
import re
import secrets
import urllib.parse
from html.parser import HTMLParser

from . import checks

USERS = {"analist": "analyst", "beheerder": "operator"}
SECONDS_MAX = 60
MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()


def password_file(demo, node, user):
    """The file with a generated password, made when it is not there."""
    path = os.path.join(demo.folder, f"{node.handle}.{user}.password")
    if not os.path.exists(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(12) + "\n")
    return path


def password(demo, node, user):
    with open(password_file(demo, node, user), encoding="ascii") as file:
        return file.read().strip()


def add_users(demo, node):
    """Two accounts with generated passwords: one for the work, one for the node."""
    for user, role in USERS.items():
        def found(user=user, role=role):
            _, value, _ = demo.run(node, "user", "list", show=False)
            there = [item for item in value["users"] if item["user"] == user]
            return {"exit": 0, "json": {"user": user, "role": role}} if there else None
        done = demo.once(f"user {node.handle} {user}", node, "user", "add", user, "--role", role, "--password-file", password_file(demo, node, user), find=found)
        demo.console.promise(done["json"] == {"user": user, "role": role}, f"{node.handle} has the account {user} ({role})",
                             f"{node.handle} heeft het account {user} ({role})", done)


class Browser:
    """Just enough of a browser: cookies, forms, redirects."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.cookies = parts.hostname, parts.port, {}

    def ask(self, method, path, form=None):
        """One request: (status, where to, text)."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS_MAX)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "nl"}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urllib.parse.urlencode(form), "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for cookie in answer.msg.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Location"), text

    def log_in(self, user, secret):
        """Whether the log-in led on to a page."""
        _, _, text = self.ask("GET", "/login")
        token = re.search(r'name="token" value="([0-9a-f]+)"', text)
        if not token:
            return False
        status, target, _ = self.ask("POST", "/login", {"token": token.group(1), "user": user, "password": secret})
        return status == 303 and target == "/"


class Facts(HTMLParser):
    """The facts of a case page: (subject, value, [(who, how often, last when)], whether partners differ)."""

    def __init__(self):
        super().__init__()
        self.rows, self.subject, self.row, self.place = [], None, None, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        classes = (given.get("class") or "").split()
        if tag == "div" and given.get("id", "").startswith("subject-"):
            self.subject = given["id"].removeprefix("subject-")
        elif tag == "tr" and self.subject:
            # Spellings of one value are conflicts to the command line.
            self.row = {"value": "", "sources": [], "conflict": "conflict" in classes or "variant" in classes}
        elif self.row is not None:
            if tag == "td":
                self.place = "value" if "value" in classes else None
            elif tag == "strong" and self.place is None:
                self.place, self.row["by"], self.row["times"], self.row["day"] = "by", "", "", ""
            elif tag == "i":
                self.place = "day"

    def handle_endtag(self, tag):
        if tag == "strong" and self.place == "by":
            self.place = "times"
        elif tag == "i" and self.place == "day":
            times = self.row["times"].strip().removesuffix("×")
            self.row["sources"].append((self.row["by"], int(times or 1), self.row["day"]))
            self.place = None
        elif tag == "td":
            self.place = None
        elif tag == "tr" and self.row is not None:
            if self.row["sources"]:
                self.rows.append((self.subject, self.row["value"], tuple(self.row["sources"]), self.row["conflict"]))
            self.row = None
        elif tag == "table":
            self.subject = None

    def handle_data(self, data):
        if self.row is not None and self.place:
            # What stands behind a partner's name until its day is how often it says so.
            self.row[self.place] += data


def day_of(time):
    """The day of a time as the pages have it: in Dutch, by this machine's time zone."""
    day = datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def sources_of(sources):
    """Everybody who says something once, in the order in which they first say it."""
    said = {}
    for source in sources:
        said.setdefault(source["by"], []).append(source["at"])
    return tuple((by, len(times), day_of(max(times))) for by, times in said.items())


def facts_of(view):
    """The same of `case show --json`."""
    return {(subject["id"], value["value"], sources_of(value["sources"]), fact in subject["conflicts"])
            for subject in view["subjects"] for fact, values in subject["facts"].items() for value in values}


def check(demo, node, case):
    """Logs in as the analyst and compares the page of a case with the command line; the operator may not see it."""
    browser = Browser(node.http)
    entered = browser.log_in("analist", password(demo, node, "analist"))
    status, _, text = browser.ask("GET", f"/cases/{case}")
    page = Facts()
    page.feed(text)
    view = json.loads(checks.canonical_view(demo, node, case)[1])
    shown, wanted = set(page.rows), facts_of(view)
    notes = all(note["text"].split("\n")[0] in text for note in view["notes"])
    demo.console.promise(entered and status == 200 and shown == wanted and wanted and notes,
                         f"{node.handle}: after the log-in the page shows all {len(wanted)} facts of the case with who says so, {len(view['conflicts'])} in conflict",
                         f"{node.handle}: na het inloggen toont de pagina alle {len(wanted)} gegevens van de zaak met wie het zegt, {len(view['conflicts'])} in tegenspraak",
                         f"log-in {entered}, status {status}, differing {sorted(shown ^ wanted)[:3]}")
    other = Browser(node.http)
    entered = other.log_in("beheerder", password(demo, node, "beheerder"))
    status, _, text = other.ask("GET", f"/cases/{case}")
    wrong = Browser(node.http).log_in("analist", "not the password")
    demo.console.promise(entered and status == 403 and view["title"][0]["value"] not in text and not wrong,
                         f"{node.handle}: the operator sees no case, and a wrong password opens nothing",
                         f"{node.handle}: de beheerder ziet geen zaak, en een verkeerd wachtwoord opent niets", f"{entered} {status} {wrong}")


def tell(demo):
    """Where the pages are, and with what one gets in."""
    text = demo.console.text
    print("\n" + text("The pages of the nodes, and the log-ins of this demonstration:", "De pagina's van de nodes, en de accounts van deze demonstratie:"))
    for node in demo.nodes.values():
        print(f"\n  {node.name}\n    {node.http}")
        for user, role in USERS.items():
            print(f"    {user:<10} {password(demo, node, user):<18} {text(role, {'analyst': 'werkt aan zaken', 'operator': 'beheert de node'}[role])}")
    print(flush=True)
