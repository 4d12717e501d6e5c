"""A peer that takes part at a table, written from Protocol/ alone: keys, cards, tables, and who it dials and admits.

What it says over a connection is `peer_session.Session`; what it shows to whom is a `Face`, so that it can show each
node something else.
"""

import os
import socket
import threading

from . import membership as m
from . import notes
from . import primitives as p
from .peer_certificate import TLSKey
from .peer_held import HeldLog, cosign
from .peer_log import Log
from .peer_session import Session
from .peer_tls import Channel, Closed, context_of
from .primitives import Refused

CROSS_SECONDS = 30  # of two sessions that began further apart the older is lost at the other end


class Face:
    """What a peer shows on a connection: a card with its TLS key, and for each table the logs it calls its own."""

    def __init__(self, card, tls):
        self.card, self.tls, self.kept = card, tls, None
        self.logs = {}  # table -> {generation: Log}
        self.says_complete, self.relays = True, True
        # (log, index, receiver) -> "full" or "leaf", where something else than the audience decides.
        self.gives = lambda log, index, receiver: None
        self.hooks = {}  # message name -> function(session, value); true: it was dealt with

    def context(self):
        """The TLS context with this face's certificate."""
        if self.kept is None or self.kept[0] != (self.tls, self.card):
            self.kept = (self.tls, self.card), context_of(self.tls, self.card)
        return self.kept[1]

    def copy(self):
        other = Face(self.card, self.tls)
        other.logs = {t: dict(logs) for t, logs in self.logs.items()}
        other.says_complete, other.relays, other.gives, other.hooks = self.says_complete, self.relays, self.gives, dict(self.hooks)
        return other


class Table:
    """A table as this peer holds it: its file, and the logs of the others."""

    def __init__(self, file):
        self.lock = threading.RLock()
        self.held = {}  # (member, generation) -> HeldLog
        self.evidence = {}  # (member, generation) -> ForkEvidence, of logs that forked
        self.replace(file)

    def replace(self, file):
        self.file = file
        self.chain, self.cards = m.parse_table_file(file)
        self.id = self.chain[0]["hash"]
        governing = [c for c in self.chain if c["effective"]] or self.chain[:1]
        self.charter = governing[-1]
        self.numbers = {member["identity"]: n for n, member in self.charter["members"].items()}

    def identity_of(self, member):
        return self.charter["members"][member]["identity"]

    def refuses(self, key):
        """sync.md §3.1: a log that forked, one of nobody, and a further one, since this peer reads no pins."""
        return key in self.evidence or key[1] != 0 or key[0] not in self.charter["members"]

    def sealing_of(self, member):
        return self.cards[member]["sealing"]

    def held_log(self, member, generation):
        return self.held.setdefault((member, generation), HeldLog(self.id, member, generation))

    def class_of(self, member):
        return self.charter["members"][member]["class"]

    def recipients(self, author, members, category="business"):
        """The audience list of an author for members: for each the first ground that fits (keys.md §4)."""
        out = []
        for member in sorted(set(members) - {author}):
            fits = [g["code"] for g in self.charter["grounds"].values()
                    if self.class_of(author) in g["from"] and self.class_of(member) in g["to"] and category in g["categories"]]
            out.append({"member": member, "ground": fits[0]})
        return out


class Peer:
    """Identity and keys, the tables it is at, its connections."""

    def __init__(self, handle, name="Organisatie", kind="od-toezicht", oin="00000009999999999999"):
        self.handle, self.name, self.kind, self.oin = handle, name, kind, oin
        self.identity_seed = os.urandom(32)
        self.identity = p.ed25519_public(self.identity_seed)
        self.log_seed, self.witness_seed, self.sealing_private = os.urandom(32), os.urandom(32), os.urandom(32)
        self.tables, self.sessions, self.faces, self.lock = {}, [], {}, threading.Lock()
        # Whether connections of others are taken up, and whether of two sessions with one node one is closed here. It dials when it is told to.
        self.admits, self.settles = True, True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "127.0.0.1:%d" % self.listener.getsockname()[1]
        tls = TLSKey()
        self.face = Face(self.card(tls), tls)
        threading.Thread(target=self.accept, daemon=True).start()

    def card(self, tls, version=1, log_seed=None, endpoints=None, name=None):
        """A signed card note."""
        values = [
            f"version {version}", f"handle {self.handle}", f"name {name or self.name}", f"oin {self.oin}", f"class {self.kind}",
            f"identity {p.b64(self.identity)}", f"log {p.b64(p.ed25519_public(log_seed or self.log_seed))}",
            f"witness {p.b64(p.ed25519_public(self.witness_seed))}", f"sealing {p.b64(p.x25519_public(self.sealing_private))}",
            f"tls {p.b64(tls.hash)}", *(f"endpoint {x}" for x in ([self.endpoint] if endpoints is None else endpoints)),
        ]
        text = "\n".join(["tafel/v1/card", *values]) + "\n"
        return notes.sign(text, m.node_name(self.identity), self.identity_seed).encode()

    def sign_charter(self, text):
        return notes.sign_line(text, m.node_name(self.identity), self.identity_seed)

    def cosigned(self, note):
        return cosign(note, notes.witness_name(self.identity), self.witness_seed)

    def join(self, file):
        """Takes up a table from its file and begins a log there; the table."""
        table = Table(file)
        self.tables[table.id] = table
        self.face.logs[table.id] = {0: self.new_log(table)}
        return table

    def new_log(self, table, generation=0, log_seed=None, card=None):
        log = Log(table.id, table.numbers[self.identity], generation, log_seed or self.log_seed, table.sealing_of, table.charter["version"])
        return log.begin(card or self.face.card, table.charter["note"])

    def log(self, table):
        return self.face.logs[table.id][0]

    def face_for(self, identity):
        return self.faces.get(identity, self.face)

    def dial(self, endpoint, face=None, seconds=10):
        """Connects to a node and speaks with it in a thread of its own."""
        host, port = endpoint.rsplit(":", 1)
        face = face or self.face
        sock = socket.create_connection((host, int(port)), timeout=seconds)
        return self.serve(Channel(sock, face.context(), is_client=True, seconds=seconds), True, face)

    def serve(self, channel, is_client, face):
        session = Session(self, channel, is_client, face)
        with self.lock:
            self.sessions = [s for s in self.sessions if not s.ended.is_set()] + [session]
        session.start()
        return session

    def settle(self, session):
        """Sync.md §1, once a session has both hellos: of two with one node one stays, which both sides know alike."""
        with self.lock:
            others = [s for s in self.sessions if self.settles and s is not session and s.identity == session.identity
                      and s.greeted.is_set() and not s.ended.is_set()]
        for other in others:
            older, younger = sorted((other, session), key=lambda s: s.began)
            if older.is_client == younger.is_client or younger.began - older.began > CROSS_SECONDS:
                gone = older
            else:
                gone = older if younger.is_client == (self.identity < session.identity) else younger
            threading.Thread(target=gone.end, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.accepted, args=(sock,), daemon=True).start()

    def accepted(self, sock):
        """As the server: the card that is shown is the general face's, the logs those of the face for who came."""
        if not self.admits:
            sock.close()
            return
        try:
            channel = Channel(sock, self.face.context(), is_client=False)
        except (Closed, Refused, OSError, ValueError, IndexError):  # whoever it was went away, or showed something else
            sock.close()
            return
        if any(channel.card["identity"] in t.numbers for t in self.tables.values()):
            self.serve(channel, False, self.face_for(channel.card["identity"]))
        else:
            channel.close()

    def merge(self, table, file):
        """keys.md §3; whether something new came."""
        try:
            merged = m.merge_table_files(table.file, file)
        except Refused:
            return False
        if merged == table.file:
            return False
        table.replace(merged)
        return True

    def end(self):
        """Closes all connections and stops listening."""
        self.listener.close()
        for session in list(self.sessions):
            session.end()
