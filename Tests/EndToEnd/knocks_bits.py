"""Changed bits, files cut off, files gone, stores of other versions."""

import os
import re

from knocks_world import FILES, read, write

PAGE = 4096


def other_versions(knocked):
    """A store of a layout that never was, or of a newer one, is refused, named, and left as it is."""
    suite, node = knocked.suite, knocked.node
    for version, word in ((0, "no version"), (7, "newer"), (0xFFFFFFFF, "newer")):
        knocked.put_back()
        data = read(knocked.file("store.lmdb"))
        # The row `schema` of the table `meta`: key, then the version.
        places = [n for n in range(len(data)) if data.startswith(b"schema\0\0\0\6", n)]
        suite.check(places, "the row with the layout's version is there")
        for place in places:
            data = data[: place + 6] + version.to_bytes(4, "big") + data[place + 10 :]
        write(knocked.file("store.lmdb"), data)
        os.remove(knocked.file("store.lmdb-seals"))
        for command in (("node", "status"), ("case", "list"), ("node", "check"), ("node", "check", "--rebuild")):
            done = knocked.lawful(node.run(*command), codes=(3,))
            suite.check(
                word in done.err and "tafel" in done.err,
                f"layout {version}: '{' '.join(command)}' says that it is {word}",
                done.err,
            )
        suite.equal(read(knocked.file("store.lmdb")), data, f"layout {version}: the store is left as it is")
    for name, place in (("keys", 8), ("slots", 8)):
        knocked.put_back()
        data = bytearray(read(knocked.file(name)))
        data[place : place + 4] = (2).to_bytes(4, "big")
        write(knocked.file(name), bytes(data))
        done = knocked.lawful(node.run("node", "status"), codes=(3,))
        suite.check("version 2" in done.err, f"{name} of version 2 is named", done.err)
    knocked.put_back()
    knocked.truthful("put back")


def places(random, name, data, count):
    """Offsets to change: everywhere, and more often where a file says how to read it."""
    chosen = []
    for n in range(count):
        offset = random.randrange(len(data))
        if name == "store.lmdb":
            offset = (
                offset,
                random.randrange(152) + PAGE * random.randrange(2),
                offset // PAGE * PAGE + random.randrange(16),
                offset // PAGE * PAGE + PAGE - 1 - random.randrange(600),
            )[n % 4]
        elif n % 3 == 0:
            offset = random.randrange(min(len(data), 160))
        elif name == "slots":
            used = max(1, len(data.rstrip(b"\0")))
            offset = random.randrange(used)
        chosen.append(min(offset, len(data) - 1))
    return chosen


def knocks(random, name, data, count):
    """(in words, the file's new contents or None for none)."""
    for offset in places(random, name, data, count):
        bit = random.randrange(8)
        yield (
            f"{name}: bit {bit} of byte {offset} changed",
            data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :],
        )
    for n in range(max(2, count // 6)):
        size = (0, 1, len(data) - 1)[n] if n < 3 else random.randrange(len(data))
        yield f"{name}: cut off at {size}", data[:size]
    offset, length = random.randrange(len(data)), random.randrange(1, 9000)
    yield (
        f"{name}: {length} bytes at {offset} made zeros",
        data[:offset] + bytes(min(length, len(data) - offset)) + data[offset + length :],
    )
    yield f"{name}: gone", None


def changed_bits(knocked, count):
    """Every answer is the truth or an error that names the file; `node check` finds what an answer stumbled over."""
    suite, random = knocked.suite, knocked.suite.random
    for name in FILES:
        data, named, harmless = read(os.path.join(knocked.sound, name)), 0, 0
        for words, changed in knocks(random, name, data, count):
            knocked.put_back()
            if changed is None:
                os.remove(knocked.file(name))
            else:
                write(knocked.file(name), changed)
            before = {file: read(knocked.file(file)) for file in FILES if os.path.exists(knocked.file(file))}
            report = knocked.check()
            after = {file: read(knocked.file(file)) for file in FILES if os.path.exists(knocked.file(file))}
            suite.check(before == after, f"{words}: node check writes nothing")
            is_true = knocked.truthful(words, file=name)
            if report is not None and report["verdict"] == "damaged":
                suite.check(
                    any(f["file"] == name for f in report["findings"]),
                    f"{words}: node check names {name}",
                    report["findings"][:3],
                )
            if not is_true and report is not None:
                suite.check(
                    report["verdict"] == "damaged", f"{words}: node check finds what a command stumbled over", report
                )
            named, harmless = named + (not is_true), harmless + is_true
        suite.check(named > 0, f"{name}: some changes were noticed", (named, harmless))
        print(f"  {name}: {named} named, {harmless} without effect", flush=True)
    knocked.put_back()


def without_time(code, out):
    """A record that was lost is imported anew, at another time."""
    return code, re.sub(rb'"(at|fresh)": "[^"]*"', b"", out)


def repairs(knocked, count):
    """What `node check --rebuild` says it can bring back comes back, with partners and the file; else nothing is
    touched."""
    suite, random, tally = knocked.suite, knocked.suite.random, {"rebuilt": 0, "backup": 0, "sound": 0}
    for name in ("store.lmdb", "slots", "store.lmdb-seals"):
        data = read(os.path.join(knocked.sound, name))
        for words, changed in list(knocks(random, name, data, count))[:count]:
            tally[repaired(knocked, words, name, changed)] += 1
    suite.check(tally["rebuilt"] > 0, "something was rebuilt", tally)
    print(f"  {tally}", flush=True)
    # Each page of entries: one that only partners' are in leaves hashes that say nothing of what is gone.
    data, tally = read(os.path.join(knocked.sound, "store.lmdb")), {"rebuilt": 0, "backup": 0, "sound": 0}
    for page in range(2, len(data) // 4096):
        at = page * 4096 + 2000
        changed = data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :]
        knocked.put_back()
        write(knocked.file("store.lmdb"), changed)
        report = knocked.check()
        if report and any(finding["part"] == "entries" for finding in report["findings"]):
            tally[repaired(knocked, f"page {page}, of entries", "store.lmdb", changed)] += 1
    suite.check(tally["rebuilt"] > 0 and tally["backup"] > 0, "pages of partners' entries and of own ones", tally)
    print(f"  pages of entries: {tally}", flush=True)
    knocked.put_back()


def repaired(knocked, words, name, changed):
    """Repairs a folder of which one file is what is given; what became of it."""
    suite = knocked.suite
    knocked.put_back()
    write(knocked.file(name), changed)
    report = knocked.check()
    if report is None or report["verdict"] == "sound":
        return "sound"
    again = knocked.check("--rebuild")
    if again is None:
        suite.check(False, f"{words}: a damaged folder is rebuilt or left, and said which")
        return "backup"
    if again["verdict"] == "damaged":
        suite.check(
            any(f["remedy"] == "backup" for f in again["findings"]), f"{words}: what is left needs a backup", again
        )
        suite.equal(read(knocked.file(name)), changed, f"{words}: what only a backup has is left as it is")
        return "backup"
    suite.check(again["done"], f"{words}: it says what it did", again)
    knocked.node.import_rows("bron", [knocked.row(n) for n in range(400)])
    knocked.sync()
    suite.check(knocked.check()["verdict"] == "sound", f"{words}: sound after rebuilding, importing and synchronising")
    for part in ("view", "record", "search", "kvk"):
        found = knocked.command(knocked.node, part)
        suite.equal(
            without_time(found.code, found.out),
            without_time(*knocked.truth[part]),
            f"{words}: '{part}' is again the truth",
        )
    knocked.node.ok("case", "note", knocked.case, "na herstel")
    knocked.sync()
    suite.check(
        b"na herstel" in knocked.peer.canonical(knocked.case), f"{words}: the partner gets what is written next"
    )
    return "rebuilt"
