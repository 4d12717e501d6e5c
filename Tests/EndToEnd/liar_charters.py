"""Two members who sign everything: drafts and versions of the charter that rival (keys.md §3)."""

from support import wait_until

from liar_forks import evidence, grow
from liar_world import PATIENCE_SECONDS
from reference import membership
from reference.peer import Peer
from reference.primitives import b64, sha256


def drafted(stage, purpose, signers, joining=None):
    """A table file with the next version, which some peers signed: another purpose, maybe one member more; its path
    and the text's hash."""
    version = stage.n.ok("table", "show", stage.table)["version"]
    with open(stage.world.path(f"{stage.name}-{version}.table"), "rb") as file:
        chain, cards = membership.parse_table_file(file.read())
    last = chain[-1]
    lines = last["text"].split("\n")
    lines[1:3] = [f"version {version + 1}", f"previous {b64(last['hash'])}"]
    lines = [f"purpose {purpose}" if line.startswith("purpose ") else line for line in lines]
    notes_of_cards = [cards[n]["note"] for n in sorted(cards)]
    if joining:
        number = max(last["members"]) + 1
        at = max(i for i, line in enumerate(lines) if line.startswith("member ")) + 1
        lines.insert(at, f"member {number} partner {joining.kind} {joining.handle} {b64(joining.identity)}")
        lines = [f"quorum {number // 2 + 1}" if line.startswith("quorum ") else line for line in lines]
        notes_of_cards.append(joining.face.card)
    text = "\n".join(lines)
    order = sorted(signers, key=lambda peer: stage.number[peer.handle])
    note = (text + "\n" + "".join(peer.sign_charter(text) for peer in order)).encode()
    path = stage.world.path(f"{stage.name}-{purpose}.table")
    with open(path, "wb") as out:
        out.write(membership.table_file([c["note"] for c in chain] + [note], notes_of_cards))
    return path, sha256(text.encode())


def keep_version(stage, path, version):
    """Has `drafted` go on from a file."""
    with open(path, "rb") as file, open(stage.world.path(f"{stage.name}-{version}.table"), "wb") as copy:
        copy.write(file.read())


def rival_drafts(stage):
    """Two liars sign two texts of the next version, and give one to N and one to Z, whose signature makes each
    effective."""
    keep_version(stage, stage.world.path(f"{stage.name}.table"), 1)
    drafts = {purpose: drafted(stage, purpose, stage.peers) for purpose in ("Ene", "Andere")}
    counting = min(drafts, key=lambda purpose: drafts[purpose][1])
    stage.z.stop()
    accepted = stage.n.ok("table", "accept", drafts["Ene"][0])
    stage.trial.equal((accepted["version"], accepted["effective"]), (2, True), "one text counts at N")
    stage.n.stop()
    stage.y.stop()
    stage.z.begin()
    accepted = stage.z.ok("table", "accept", drafts["Andere"][0])
    stage.trial.equal((accepted["version"], accepted["effective"]), (2, True), "the other counts at Z")
    stage.n.begin()
    stage.y.begin()
    for node in stage.nodes:
        same = wait_until(
            lambda node=node: node.ok("table", "show", stage.table)["purpose"] == counting, PATIENCE_SECONDS, 0.3
        )
        stage.trial.check(
            same,
            f"the text with the lower hash counts at {node.handle}",
            node.ok("table", "show", stage.table)["purpose"],
        )
    told = [text for node in (stage.n, stage.z) for text in node.alarms() if "two texts of version 2" in text]
    stage.trial.check(
        any(all(peer.handle in text for peer in stage.peers) for text in told), "who signed both is told", told
    )
    # Two drafts that lack signatures: nobody signs the second beside the first, but when told to.
    keep_version(stage, drafts[counting][0], 2)
    first, second = (drafted(stage, purpose, stage.peers[:1])[0] for purpose in ("Derde", "Vierde"))
    stage.n.ok("table", "accept", first)
    stage.trial.equal(
        stage.z.ok("table", "accept", second)["signatures"], 2, "Z signs the other draft, of which it knows alone"
    )
    refused = stage.n.run("table", "accept", second)
    stage.trial.check(
        refused.code == 2 and "--replace" in refused.err, "N does not sign it beside the first, and says how", refused
    )
    stage.trial.equal(
        stage.n.ok("table", "show", stage.table)["draft"]["changes"][0]["after"], "Derde", "the first is held"
    )
    stage.trial.equal(
        stage.n.ok("table", "accept", second, "--replace")["effective"],
        True,
        "it does when told to, and the table goes on",
    )
    for node in stage.nodes:
        same = wait_until(
            lambda node=node: node.ok("table", "show", stage.table)["purpose"] == "Vierde", PATIENCE_SECONDS, 0.3
        )
        stage.trial.check(same, f"version 3 comes to {node.handle}")
    ended = wait_until(
        lambda: not [t for t in stage.n.alarms() if "two texts of version 2" in t], PATIENCE_SECONDS, 0.5
    )
    stage.trial.check(ended, "the alarm has ended once a next version counts", stage.n.alarms())
    # The text that gave way, or would have by its hash alone, undoes nothing that was agreed on since.
    for purpose in ("Ene", "Andere"):
        stage.n.run("table", "accept", drafts[purpose][0])
        shown = stage.n.ok("table", "show", stage.table)
        stage.trial.equal(
            (shown["version"], shown["purpose"]), (3, "Vierde"), f"the text {purpose} of version 2 comes too late"
        )
    stage.trial.equal(
        [t for t in stage.n.alarms() if "two texts of version 2" in t], [], "and raises no alarm any more"
    )


def rival_members(stage):
    """As above, and each text has a new member of its own under one number; the one whose text gives way wrote before
    it did."""
    keep_version(stage, stage.world.path(f"{stage.name}.table"), 1)
    stranger, newcomer = (
        Peer(handle, oin=f"0000000999999999999{n}") for n, handle in enumerate(("liar-vreemde", "nieuw-lid"))
    )
    for peer in (stranger, newcomer):
        peer.admits = False
    gives_way, limit = drafted(stage, "Met vreemde", stage.peers, stranger)
    lower = (drafted(stage, f"Met nieuw lid {n}", stage.peers, newcomer) for n in range(1_000))
    counts = next(path for path, found in lower if found < limit)
    for node in (stage.z, stage.y):
        node.stop()
    stage.trial.equal(
        stage.n.ok("table", "accept", gives_way)["effective"], True, "a text with the stranger counts at N"
    )
    with open(gives_way, "rb") as file:
        stranger.join(file.read())
    stage.trial.check(stage.give(stage.n, peer=stranger), "N takes what the stranger writes")
    stage.trial.check(stage.n.log_of(stage.table, stranger.handle)["size"] > 0, "and holds it")
    stage.n.stop()
    for node in (stage.z, stage.y):
        node.begin()
    stage.trial.equal(stage.z.ok("table", "accept", counts)["effective"], True, "the other text counts at Z")
    with open(counts, "rb") as file:
        newcomer.join(file.read())
    log = newcomer.log(newcomer.tables[stage.held.id])
    stage.trial.check(stage.give(stage.z, peer=newcomer), "Z takes what the new member writes")
    stage.n.begin()
    for node in stage.nodes:

        def holds(node=node):
            found = node.log_of(stage.table, newcomer.handle)
            return found and found["size"] == log.size

        stage.trial.check(
            wait_until(holds, PATIENCE_SECONDS, 0.3),
            f"{node.handle} holds the new member's log",
            node.ok("sync", "status")["logs"],
        )
        first = node.entry(stage.table, newcomer.handle, 0)
        stage.trial.equal(
            first and first["leaf"],
            log.entries[0].leaf.hex(),
            f"what {node.handle} shows as the new member's is its own",
        )
        stage.trial.equal(
            [text for text in node.alarms() if newcomer.handle in text],
            [],
            f"no alarm of {node.handle} is about the new member",
        )
    for peer in (stranger, newcomer):
        peer.end()


def falling_pins(stage):
    """Signs many histories, and shows an earlier difference each time the others have drafted a pin of the one
    before."""
    stage.begin()
    marks = []
    for _ in range(3):
        marks.append(stage.log.branch())
        grow(stage, stage.log, 1)
    stage.give(*stage.nodes)
    for mark in reversed(marks):
        other = mark.branch()
        grow(stage, other, 1)
        lie = evidence(stage, mark.size, other, stage.log)
        for node in stage.nodes:
            session = stage.dial(node)
            session.try_send("evidence", **lie)
            known = wait_until(
                lambda node=node: any(f"differ from entry {mark.size} on" in text for text in node.alarms()),
                PATIENCE_SECONDS,
                0.3,
            )
            stage.trial.check(known, f"{node.handle} knows of the difference at {mark.size}", node.alarms())
            session.end()
        paths = []
        for node in stage.nodes[:2]:
            paths.append(stage.world.path(f"{stage.name}-{mark.size}-{node.handle}.table"))
            done = node.run("table", "amend", stage.table, "--pin", stage.handle, "--out", paths[-1])
            stage.trial.check(
                done.code == 0, f"{node.handle} drafts a pin at {mark.size}, whatever it drafted before", done
            )
    answers = [stage.y.run("table", "accept", path, "--replace") for path in paths]
    effective = [done.json["effective"] for done in answers if done.code == 0]
    stage.trial.check(
        effective and effective[-1], "the pin of the first difference counts once a quorum signed it", answers
    )


ATTACKS = {"rival-drafts": (0, rival_drafts), "rival-members": (0, rival_members), "falling-pins": (0, falling_pins)}
# These need a second member that lies.
WITH_HELPER = {"rival-drafts", "rival-members"}
