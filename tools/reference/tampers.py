"""Ways to change audit bundles, each of which must be found: `CLASSES`, name → function. `tampers_several` adds more.

A function takes `random` and gives bundles and a policy's text or None; it raises `NotHere` for a table it does not suit.
"""

from . import bundles, messages, notes
from . import entries as e
from .primitives import b64, sha256
from .shapes import NODES, Table
from .world import OTHER, WEST, charter, secret, text_of

CLASSES = {}


class NotHere(Exception):
    pass


def tamper(function):
    CLASSES[function.__name__.replace("_", " ")] = function
    return function


def pick(random, items):
    items = list(items)
    if not items:
        raise NotHere
    return random.choice(items)


class Target:
    """A random table, one of its members, and the body of that member's export."""

    def __init__(self, random):
        self.random, self.table = random, Table(random)
        self.number = random.choice(NODES).number
        self.log = self.table.logs[self.number]
        self.seed = self.log.node.log_seed

    def body(self):
        return self.table.body(self.number)

    def index(self, *kinds, low=2):
        return pick(self.random, (
            i for i, (h, _) in enumerate(self.log.entries) if i >= low and (not kinds or h[1] in kinds)))

    def rewrite(self, index, offset, new):
        """Replaces bytes of a header in the log itself; what others saw before stays what it was."""
        header, payload = self.log.entries[index]
        header = header[:offset] + new + header[offset + len(new):]
        self.log.entries[index] = (header, payload)
        self.log.leaves[index] = e.leaf(header)
        for number, size in list(self.table.cosigned):
            if number == self.number and size > index:
                del self.table.cosigned[number, size]

    def signed(self, body, **more):
        return [self.table.write(self.number, body, **more)], None

    def exported(self, keep_receipts=None):
        body = self.body()
        if keep_receipts is False or keep_receipts is None and self.random.random() < 0.5:
            body["receipts"] = []
        return self.signed(body)


def of_body(edit):
    """A class whose function changes the body, which the author signs again."""
    def function(random):
        target = Target(random)
        body = target.body()
        edit(target, body)
        return target.signed(body)
    CLASSES[edit.__name__.replace("_", " ")] = function


def of_header(kinds, offset, value, keep_receipts=None):
    def function(random):
        target = Target(random)
        index = target.index(*kinds)
        target.rewrite(index, offset, value(target, index))
        return target.exported(keep_receipts)
    return function


# Without any key.


@tamper
def a_bit_turned(random):
    data = bytearray(Target(random).exported()[0][0])
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return [bytes(data)], None


@tamper
def cut_off(random):
    data = Target(random).exported()[0][0]
    return [data[:random.randrange(len(data))]], None


@tamper
def padded(random):
    return [Target(random).exported()[0][0] + random.randbytes(random.randrange(1, 9))], None


@tamper
def another_body_under_the_manifest(random):
    target = Target(random)
    body = messages.BUNDLE_BODY.encode(target.body())
    other = messages.BUNDLE_BODY.encode({**target.body(), "receipts": [], "audiences": []})
    if body == other:
        raise NotHere
    data = target.exported(True)[0][0]
    return [data[:-len(body)].replace(b64(sha256(body)).encode(), b64(sha256(other)).encode()) + other], None


@tamper
def signed_with_another_key(random):
    target = Target(random)
    return target.signed(target.body(), seed=secret("another key"))


@tamper
def fresh_keys_under_a_policy(random):
    target = Target(random)
    return target.exported(True)[0], f"charter {secret('trusted').hex()}\n"


# The author changes the body and signs it again.


@of_body
def entries_swapped(target, body):
    i = target.index()
    body["entries"][i - 1], body["entries"][i] = body["entries"][i], body["entries"][i - 1]


@of_body
def an_entry_dropped(target, body):
    del body["entries"][target.index()]


@of_body
def an_entry_of_another_log(target, body):
    other = target.table.logs[pick(target.random, (n.number for n in NODES if n.number != target.number))]
    i = target.index()
    if i >= len(other.entries):
        raise NotHere
    header, payload = other.entries[i]
    body["entries"][i] = {"header": header, "payload": b"" if header[1] in e.ENCRYPTED else payload}


def without_headers(target, body, kind):
    for _ in range(target.random.randrange(1, 4)):
        i = target.index(low=0)
        body["entries"][i] = {kind: target.log.leaves[i]}
        body["fragments"] = [f for f in body["fragments"] if f["index"] != i]


@of_body
def headers_left_out(target, body):
    without_headers(target, body, "leaf")


@of_body
def entries_said_to_be_lost(target, body):
    without_headers(target, body, "lost")


@of_body
def a_list_missing(target, body):
    body["audiences"].remove(pick(target.random, body["audiences"]))


@of_body
def lists_in_another_order(target, body):
    if len(body["audiences"]) < 2:
        raise NotHere
    body["audiences"].reverse()


@of_body
def a_recipient_more(target, body):
    pick(target.random, body["audiences"])["recipients"].append({"member": 9, "ground": "WABO-5.8"})


@of_body
def the_authors_card_missing(target, body):
    del body["cards"][target.number - 1]


@of_body
def cards_in_another_order(target, body):
    body["cards"].reverse()


@of_body
def a_card_of_nobody(target, body):
    body["cards"].append(OTHER.card().decode())


@of_body
def a_card_that_its_owner_did_not_sign(target, body):
    body["cards"][2] = body["cards"][2].replace("Politie West", "Politie Oost")


@of_body
def a_signature_of_the_charter_left_out(target, body):
    body["charters"][0] = "\n".join(body["charters"][0].split("\n")[:-2]) + "\n"


@of_body
def a_charter_with_other_words(target, body):
    body["charters"][-1] = body["charters"][-1].replace("purpose ", "purpose x")


@of_body
def a_charter_that_cannot_be_read(target, body):
    body["charters"] = [c.replace("quorum ", "quorom ") for c in body["charters"]]


@of_body
def the_charter_of_another_table(target, body):
    body["charters"] = [charter(members=NODES, name="Mest").decode()]


@of_body
def a_charter_version_that_too_few_signed(target, body):
    previous = sha256(text_of(target.table.charters[-1]).encode())
    body["charters"].append(charter(
        signers=(WEST,), members=NODES, version=len(target.table.charters) + 1, previous=b64(previous)).decode())


@of_body
def a_first_checkpoint_of_a_whole_log(target, body):
    body["from"] = body["until"]


@of_body
def a_checkpoint_of_another_size(target, body):
    body["until"] = target.table.checkpoint(target.log, target.log.size() - 1)


@of_body
def a_checkpoint_by_another(target, body):
    text = text_of(body["until"].encode())
    body["until"] = notes.sign(text, text.split("\n")[0], secret("another key"))


@of_body
def a_checkpoint_cosigned_by_a_stranger(target, body):
    body["until"] += OTHER.cosignature(text_of(body["until"].encode()), target.table.clock // 1000)


@of_body
def a_frontier_of_a_whole_log(target, body):
    body["frontier"] = [secret("root")]


@of_body
def a_payload_changed(target, body):
    i = target.index(4, 5, 8, 9, low=0)
    payload = bytearray(body["entries"][i]["payload"])
    payload[target.random.randrange(len(payload))] ^= 1
    body["entries"][i] = {**body["entries"][i], "payload": bytes(payload)}


@of_body
def a_payload_that_is_encrypted(target, body):
    i = target.index(*e.ENCRYPTED)
    body["entries"][i] = {**body["entries"][i], "payload": b"inhoud"}


@of_body
def a_reference_to_no_fragment(target, body):
    reference = pick(target.random, body["fragments"])
    reference["first_index"] = reference["index"] + target.random.randrange(1, 1 << 40)


@of_body
def a_version_that_cannot_be(target, body):
    reference = pick(target.random, body["fragments"])
    reference["version"] = 0 if reference["version"] else 1
