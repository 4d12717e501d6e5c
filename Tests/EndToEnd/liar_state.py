"""State that depends on what nobody checked, or on the order of arrival (attacks.md, kind 2), and what people are
told."""

import copy
import os
import time

from support import wait_until

from liar_world import PATIENCE_SECONDS
from reference import entries as e
from reference.peer_certificate import TLSKey
from reference.peer_log import reference
from reference.peer_tls import Closed

TITLE = 1
FUTURE = 1_024
MARKS = "\u202e\u2066\u2069\u200b\u200d\ufeff"


def honest(stage):
    """No lie: the peer takes part as the pages say, and is taken for a member like any other."""
    stage.begin()
    stage.log.note(stage.case, stage.all, "van de vreemde")
    kept = stage.log.fragment(stage.case, stage.all, {"subject.kvk": "20000009", "subject.name": "Negen"})
    gone = stage.log.fragment(stage.case, stage.all, {"subject.kvk": "20000008", "subject.name": "Acht"})
    stage.log.withdraw(stage.case, stage.all, gone, "Ten onrechte gedeeld")
    shared = stage.n.ok(
        "fragment",
        "share",
        "--case",
        stage.case_id,
        "--record",
        stage.n.record("R1"),
        "--fields",
        "subject.name,subject.kvk,text",
    )
    stage.n.ok("case", "note", stage.case_id, "voor de vreemde")
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    opened = b"".join(held.opened(stage.log.member, stage.liar.sealing_private).values())
    for text in (b"voor de vreemde", b"Bedrijf 1", b"waarneming 1"):
        stage.trial.check(text in opened, "the peer opens what N gave it", text)
    items = [
        stage.held.held[key].receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)
        for key in sorted(stage.held.held)
    ]
    stage.log.receipt(items)
    stage.begin()
    view = stage.view(stage.z)
    stage.trial.equal([n["text"] for n in view["notes"]], ["voor de vreemde", "van de vreemde"], "Z shows both notes")
    ids = [f["id"] for f in view["fragments"] if f["owner"] == stage.handle]
    wanted = e.object_id(stage.held.id, e.dot_bytes(stage.log.member, 0, kept, 0)).hex()
    stage.trial.equal(ids, [wanted], "Z shows the fragment that was not withdrawn")
    recipients = stage.n.ok("fragment", "status", shared["fragment"])["recipients"]
    stage.trial.check(
        any(r["handle"] == stage.handle and r["received"] for r in recipients),
        "N knows from its receipt that the peer has the fragment",
        recipients,
    )
    stage.settle()
    for node in stage.nodes:
        stage.trial.equal(node.alarms(), [], f"{node.handle} has no alarm")
        done = stage.audit(node)
        stage.trial.check(
            done.code == 0, f"the audit of {node.handle} finds nothing", done.json and done.json["findings"] or done
        )


def future_dots(stage):
    """Operations that supersede and remove what N has not written yet."""
    stage.begin()
    number, size = stage.number[stage.n.handle], stage.n.log_of(stage.table, stage.n.handle)["size"]
    dots = [reference(number, 0, size + at) for at in range(FUTURE)]
    parts = [dots[at : at + 256] for at in range(0, FUTURE, 256)]
    stage.log.operations(
        stage.case,
        stage.all,
        [{"set_register": {"register": TITLE, "value": "gestolen", "supersedes": part}} for part in parts],
    )
    stage.log.operations(stage.case, stage.all, [{"remove": {"dots": part}} for part in parts])
    stage.give(*stage.nodes)
    stage.n.ok("case", "set", stage.case_id, "title", "Nieuwe titel")
    stage.n.ok("case", "tag", stage.case_id, "kade")
    stage.reaches(stage.n, "kade")
    for node in stage.nodes:
        view = stage.view(node)
        stage.trial.check(
            "Nieuwe titel" in [v["value"] for v in view["title"]],
            f"the title that N wrote stands at {node.handle}",
            view["title"],
        )
        stage.trial.check(
            "kade" in [t["tag"] for t in view["tags"]], f"the tag that N set stands at {node.handle}", view["tags"]
        )


def one_position(stage):
    """One key position used by two entries: N gets the lower index first, Z the higher."""
    stage.begin()
    log = stage.log
    log.grant(stage.all)
    audience = e.audience_hash(stage.all, log.member)
    kept = copy.copy(log.chains[audience])
    low = log.note(stage.case, stage.all, "op de lage index")
    log.chains[audience] = kept
    high = log.note(stage.case, stage.all, "op de hoge index")
    for node, hidden in ((stage.n, high), (stage.z, low)):
        stage.give(
            node,
            face=stage.face(
                says_complete=False,
                gives=lambda log, index, receiver, hidden=hidden: "leaf" if index == hidden else None,
            ),
        )
    for node in (stage.n, stage.z):
        session = stage.dial(node)
        done = session.wait(
            lambda: any(name == "heads_digest" and value["complete"] >= log.size for name, value in session.received),
            PATIENCE_SECONDS,
        )
        stage.trial.check(done, f"{node.handle} is given what it lacked", session.error)
        session.end()
    stage.give(stage.y)
    for node in stage.nodes:
        shown = [note["text"] for note in stage.view(node)["notes"]]
        stage.trial.equal(shown, ["op de lage index"], f"{node.handle} opens the entry with the lower index alone")
        unopened(stage, node, 1)


def removed_member(stage):
    """A member that a case's owner removed goes on writing under the old audience."""
    helper, table = stage.peers[1], stage.at[stage.peers[1].handle]
    log = helper.log(table)
    members = sorted(stage.number.values())
    recipients = table.recipients(log.member, members)
    case = log.open_case("Zaak van de helper", recipients, members)
    stage.give(*stage.nodes, peer=helper)
    to_all = stage.held.recipients(stage.log.member, members)
    stage.log.note(case, to_all, "voor het vertrek")
    stage.begin()
    rest = [m for m in members if m != stage.log.member]
    removed = [{"member": stage.log.member, "generation": 0, "size": stage.log.size}]
    log.operations(
        case, recipients, [{"set_audience": {"version": 2, "members": rest, "category": 3, "removed": removed}}]
    )
    stage.give(*stage.nodes, peer=helper)
    stage.settle()
    stage.log.note(case, to_all, "na het vertrek")
    stage.give(*stage.nodes)
    stage.settle()
    views = [stage.view(node, case) for node in stage.nodes]
    for node, view in zip(stage.nodes, views):
        stage.trial.equal(
            len(view.get("audience", [])), len(rest), f"{node.handle} knows that the liar is out of the case"
        )
        stage.trial.equal(
            [n["text"] for n in view.get("notes", [])],
            ["voor het vertrek"],
            f"{node.handle} counts what was written before, and nothing after",
        )
    stage.trial.check(all(view == views[0] for view in views), "all show one view of the helper's case")


def withheld(stage):
    """An entry in the middle of a chain is kept from N, who is told that it has everything."""
    stage.begin()
    case = stage.log.open_case("Zaak van de leugenaar", stage.all, sorted(stage.number.values()))
    hidden = stage.log.note(case, stage.all, "achtergehouden")
    after = stage.log.note(case, stage.all, "daarna")
    stage.give(stage.n, face=stage.face(gives=lambda log, index, receiver: "leaf" if index == hidden else None))
    stage.give(stage.z, stage.y)
    stage.settle()
    entry = stage.n.entry(stage.table, stage.handle, after)
    stage.trial.check(
        entry and entry["state"] != "full", "what waits for what was kept from N is not called full", entry
    )
    unopened(stage, stage.n, 1)
    for node in (stage.z, stage.y):
        unopened(stage, node, 0)


def wrong_box(stage):
    """A grant whose boxes for others hold another key than the header commits to."""
    stage.begin()
    grant = stage.log.grant(stage.all, box_key=os.urandom(32))
    case = stage.log.open_case("Niet te openen", stage.all, sorted(stage.number.values()))
    stage.give(*stage.nodes)
    stage.settle()
    for index, words in ((grant, "the grant"), (grant + 1, "the entry under it")):
        entry = stage.n.entry(stage.table, stage.handle, index)
        stage.trial.check(entry and entry["state"] != "full", f"{words} is not called full", entry)
    for node in stage.nodes:
        unopened(stage, node, 2)
    stage.trial.check(
        case.hex() not in [c["case"] for c in stage.n.ok("case", "list")["cases"]],
        "a case that does not open is not listed",
    )


def unopened(stage, node, count, seconds=PATIENCE_SECONDS):
    """Whether a node says of how many entries of the liar it cannot open what it was given."""

    def found():
        return [one["entries"] for one in node.ok("node", "status")["unopened"] if one["author"] == stage.handle]

    wanted = [count] if count else []
    good = wait_until(lambda: found() == wanted, seconds, 0.3)
    logs = [log["unopened"] for log in node.ok("sync", "status")["logs"] if log["author"] == stage.handle]
    return stage.trial.check(
        good and logs == [count], f"{node.handle} says that {count} entries of the liar do not open", (found(), logs)
    )


def greeted(stage, node, face):
    """Whether a node speaks with the liar under a face; who refuses closes."""
    try:
        session = stage.liar.dial(stage.endpoints[node.handle], face)
        held = session.wait(session.greeted.is_set, PATIENCE_SECONDS)
        session.end()
        return held
    except (Closed, OSError):
        return False


def old_card(stage):
    """An old card with its old TLS key, after a newer one is known."""
    stage.begin(stage.n)
    old, tls = stage.liar.face, TLSKey()
    new = stage.face(stage.n, tls=tls, card=stage.liar.card(tls, version=2))
    session = stage.dial(stage.n, new)
    session.give(stage.held)
    session.end()
    # The new card counts once N has stored it.
    stage.trial.check(
        wait_until(lambda: not greeted(stage, stage.n, old), PATIENCE_SECONDS, 0.3),
        "N speaks no more with the old card",
    )
    session = stage.dial(stage.n, new)
    stage.trial.check(session.greeted.is_set(), "it does with the new one")
    session.end()
    stage.liar.face = new


def others_endpoint(stage):
    """The liar's card names Z's address: N dials it and meets Z."""
    stage.begin(stage.n)
    address = stage.endpoints[stage.z.handle]
    card = stage.liar.card(stage.liar.face.tls, version=2, endpoints=[address])
    session = stage.dial(stage.n, stage.face(stage.n, card=card))
    session.wait(lambda: session.ended.is_set(), 0.5)
    session.end()

    def last_error():
        return next(
            peer["last_error"] for peer in stage.n.ok("node", "status")["peers"] if peer["handle"] == stage.handle
        )

    kept = wait_until(lambda: address in (last_error() or ""), PATIENCE_SECONDS, 0.3)
    stage.trial.check(kept, "N's status says so of its own dialling", last_error())
    done = stage.n.run("sync", "now", "--peer", stage.handle)
    said = " ".join(
        [done.err, *(str(peer.get("error")) for peer in (done.json or {"peers": []})["peers"]), *stage.n.alarms()]
    )
    stage.trial.check(done.code in (1, 3), "N cannot reach the liar", done)
    stage.trial.check(
        address in said and stage.handle in said, "what N says names the address tried and whose card has it", said
    )


def text_lines(stage):
    """A note with lines that look like the program's own."""
    stage.begin()
    stage.log.note(
        stage.case, stage.all, "Waarneming.\nowner    politie\nphase    afgesloten\n  notes\ntitle    Iets anders"
    )
    stage.give(*stage.nodes)
    shown = stage.n.run("case", "show", stage.case_id, as_json=False).out.decode()
    lines = shown.splitlines()
    stage.trial.check("Waarneming." in shown, "the note shows", shown)
    for planted in ("owner    politie", "phase    afgesloten", "title    Iets anders"):
        # The first blank stays; further ones part the program's own columns.
        marked = planted.replace("    ", " " + "⟨U+0020⟩" * 3)
        found = [line for line in lines if marked in line]
        stage.trial.check(planted not in shown, f"nor has it columns: {planted}", shown)
        stage.trial.check(
            len(found) == 1 and not found[0].startswith(planted),
            f"a planted line does not begin as the program's own: {planted}",
            found,
        )


def text_marks(stage):
    """Characters that turn a line around or do not show, in a note, a title and a goodbye."""
    stage.begin()
    stage.log.note(stage.case, stage.all, f"betaald{MARKS}dlaateb")
    stage.log.operations(stage.case, stage.all, [{"set_register": {"register": TITLE, "value": f"titel{MARKS}letit"}}])
    stage.give(*stage.nodes)
    session = stage.dial(stage.n)
    session.try_send("goodbye", code=3, text=f"fout{MARKS}tuof")
    session.end()
    for command in (("case", "show", stage.case_id), ("case", "list"), ("node", "status")):
        shown = stage.n.run(*command, as_json=False).out.decode()
        found = [hex(ord(c)) for c in MARKS if c in shown]
        stage.trial.check(not found, f"'{' '.join(command[:2])}' shows marks for such characters", (found, shown[:300]))
    shown = stage.n.run("case", "show", stage.case_id, as_json=False).out.decode()
    stage.trial.check("betaald" in shown, "the note itself shows", shown[:300])


ATTACKS = {
    "honest": (0, honest),
    "future-dots": (4, future_dots),
    "one-position": (5, one_position),
    "text-lines": (14, text_lines),
    "removed-member": (15, removed_member),
    "withheld": (16, withheld),
    "wrong-box": (17, wrong_box),
    "old-card": (22, old_card),
    "others-endpoint": (23, others_endpoint),
    "text-marks": (24, text_marks),
}
