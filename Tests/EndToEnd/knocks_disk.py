"""Read-only mounts, disks that fill up, files that may not grow."""

import os
import resource
import shutil
import subprocess
import time

from knocks_world import FILES, read
from support import forget_written, wait_until

KIB = 1024


def mount(path, size):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", path], check=True)


def unmount(path):
    subprocess.run(["umount", "-l", path], check=True)


def read_only(knocked):
    """Every command says that the file system is read-only; `node check` reads it all the same."""
    suite, node, world = knocked.suite, knocked.node, knocked.world
    knocked.put_back()
    home, node.data = node.data, world.path("read-only/od-noord")
    mount(world.path("read-only"), "64m")
    shutil.copytree(knocked.sound, node.data)
    forget_written(node.data, home)
    subprocess.run(["mount", "-o", "remount,ro", world.path("read-only")], check=True)
    for name in knocked.COMMANDS:
        done = knocked.lawful(knocked.command(node, name), codes=(3,))
        suite.check("read-only" in done.err, f"'{name}' on a read-only mount says so", done.err)
    for words in (
        ("case", "note", knocked.case, "x"),
        ("node", "run"),
        ("sync", "now"),
        ("node", "check", "--rebuild"),
    ):
        done = knocked.lawful(node.run(*words))
        is_sound_check = words[1] == "check" and done.code == 0
        suite.check(
            is_sound_check or done.code == 3 and "read-only" in done.err,
            f"'{' '.join(words[:2])}' on a read-only mount says so",
            done,
        )
    report = knocked.check()
    suite.check(
        report and report["verdict"] == "sound" and report["sealed"],
        "a folder on a read-only mount can be checked",
        report,
    )
    unmount(world.path("read-only"))
    node.data = home


def full_disks(knocked, count):
    """At each free size: what was acknowledged is kept, the rest is refused and named, and works once there is room."""
    suite, node, world, random = knocked.suite, knocked.node, knocked.world, knocked.suite.random
    home, disk = node.data, world.path("disk")
    tally = {}
    for number in range(count):
        # Small steps where it is tight, larger ones up to room for all.
        free = number * 8 * KIB if number % 2 else random.randrange(8 * number) * 32 * KIB if number else 0
        mount(disk, "96m")
        node.data = os.path.join(disk, "od-noord")
        knocked.put_back(node.data)
        fill(disk, free)
        words = f"{free // KIB} KiB free"
        imported = knocked.import_more(f"vol{number}", 1500)
        noted(knocked, imported, f"{words}: import", tally)
        shared = knocked.lawful(
            node.run(
                "fragment", "share", "--case", knocked.case, "--record", knocked.record, "--fields", "subject.name,text"
            )
        )
        noted(knocked, shared, f"{words}: share", tally)
        long = knocked.lawful(node.run("case", "note", knocked.case, "lang " * 12_000))
        noted(knocked, long, f"{words}: note", tally)
        for n in range(3):
            knocked.peer.ok("case", "note", knocked.case, f"partner {n} " * 5_000)
        knocked.peer.start()
        synchronised = node.run("sync", "now")
        suite.check(
            synchronised.code in (0, 1, 3) and not any(s in synchronised.err for s in ("Fatal", "Thread 0")),
            f"{words}: sync ends as promised",
            synchronised,
        )
        tally[f"sync {synchronised.code}"] = tally.get(f"sync {synchronised.code}", 0) + 1
        os.remove(os.path.join(disk, "filler"))
        report = knocked.check()
        suite.check(report and report["verdict"] == "sound", f"{words}: the folder is sound", report)
        hits = node.ok("record", "search", "--key", f"vol{number}-1499")["total"]
        if imported.code == 0:
            suite.equal(hits, 1, f"{words}: an import that was acknowledged is there")
        suite.equal(knocked.import_more(f"vol{number}", 1500).code, 0, f"{words}: with room the import is done")
        suite.equal(node.ok("record", "search", "--key", f"vol{number}-1499")["total"], 1, f"{words}: and found")
        entries = node.ok("log", "show", knocked.table)["entries"]
        if shared.code == 0:
            suite.check(
                any(e["leaf"] == shared.json["entry"]["leaf"] for e in entries),
                f"{words}: a share that was acknowledged is in the log",
            )
        else:
            suite.check(knocked.share_again(node), f"{words}: with room the share is done")
        if long.code == 0:
            suite.check(
                any(e["leaf"] == long.json["entry"]["leaf"] for e in entries),
                f"{words}: a note that was acknowledged is in the log",
            )
        for _ in range(2):
            node.ok("sync", "now")
        suite.equal(node.heads(), knocked.peer.heads(), f"{words}: with room both come to hold the same")
        suite.equal(knocked.peer.stop(), 0, f"{words}: the partner stops cleanly")
        suite.equal(
            node.canonical(knocked.case), knocked.peer.canonical(knocked.case), f"{words}: and to show the same"
        )
        node.data = home
        unmount(disk)
    print(f"  {tally}", flush=True)
    if count >= 30:
        suite.check(
            all(tally.get(f"{what} {code}") for what in ("import", "note", "sync") for code in (0, 3)),
            "some disks were too full and some were not",
            tally,
        )
    knocked.put_back()


def told_to_partners(knocked):
    """A partner of a node whose disk is full is told why they are not in step, and gets what that node has."""
    suite, node, world, peer = knocked.suite, knocked.node, knocked.world, knocked.peer
    home, disk = node.data, world.path("told")
    mount(disk, "96m")
    node.data = os.path.join(disk, "od-noord")
    knocked.put_back(node.data)
    node.ok("case", "note", knocked.case, "van voor de volle schijf")
    node.start()
    fill(disk, 0)
    for _ in range(6):
        peer.ok("case", "note", knocked.case, "voor een volle schijf " * 2_900)
    started = time.monotonic()
    done = peer.run("sync", "now")
    why = done.json["peers"][0]["error"] or ""
    suite.check(
        done.code == 3 and "does not keep what it is given" in why,
        "sync now says that the partner's store is full",
        done,
    )
    suite.check(
        time.monotonic() - started < 40, "and not after a minute in which nothing came", time.monotonic() - started
    )
    notes = [note["text"] for note in peer.ok("case", "show", knocked.case)["notes"]]
    suite.check("van voor de volle schijf" in notes, "what the full node holds came all the same", notes)
    alarms = node.ok("node", "status")["alarms"]
    suite.check("store" in [alarm["code"] for alarm in alarms], "the node itself has the alarm", alarms)
    os.remove(os.path.join(disk, "filler"))
    suite.check(wait_until(lambda: peer.run("sync", "now").code == 0, 60, 1), "with room they are in step")
    suite.equal(node.ok("node", "status")["alarms"], [], "and the alarm ended")
    suite.equal(node.canonical(knocked.case), peer.canonical(knocked.case), "both show the same")
    suite.equal(node.stop(), 0, "the node stops cleanly")
    node.data = home
    unmount(disk)
    knocked.put_back()


def new_tables(knocked):
    """No table is made on a full disk that would be taken for one of an old folder once there is room."""
    suite, node, world = knocked.suite, knocked.node, knocked.world
    home, disk = node.data, world.path("nieuw")
    mount(disk, "96m")
    node.data = os.path.join(disk, "od-noord")
    knocked.put_back(node.data)
    before = node.ok("table", "list")
    fill(disk, 0)
    create = [
        "table",
        "create",
        "--theme",
        "afval",
        "--name",
        "Vol",
        "--purpose",
        "Vol",
        "--from",
        "2020-01-01",
        "--until",
        "2090-12-31",
        "--out",
        world.path("vol.table"),
    ]
    done = node.run(*create)
    suite.check(done.code == 3 and "disk is full" in done.err, "table create on a full disk says so", done)
    suite.equal(node.ok("table", "list"), before, "and nothing was signed")
    os.remove(os.path.join(disk, "filler"))
    suite.equal(node.run(*create).code, 0, "with room it is made")
    suite.equal(
        [alarm for alarm in node.ok("node", "status")["alarms"] if alarm["code"] in ("unconfirmed", "unprotected")],
        [],
        "and nothing is doubted",
    )
    node.data = home
    unmount(disk)
    knocked.put_back()


def fill(disk, free):
    """Leaves so many bytes of a disk free."""
    with open(os.path.join(disk, "filler"), "wb") as file:
        space = os.statvfs(disk)
        os.posix_fallocate(file.fileno(), 0, max(4096, space.f_bavail * space.f_frsize - free))


def noted(knocked, done, words, tally):
    """Done, or refused because of the disk."""
    key = f"{words.split(': ')[1]} {done.code}"
    tally[key] = tally.get(key, 0) + 1
    if done.code != 0:
        knocked.suite.check(
            done.code == 3 and ("full" in done.err or "files that long" in done.err or "make it longer" in done.err),
            f"{words} is refused with its reason",
            done,
        )


def short_files(knocked):
    """With a limit on the length of files (`ulimit -f`), as with a full disk; works without root."""
    suite, node, world = knocked.suite, knocked.node, knocked.world
    tally = {}
    spawn = world.spawn
    for number in range(12):
        knocked.put_back()
        largest = max(os.path.getsize(knocked.file(name)) for name in FILES)
        limit = (64 * KIB, 512 * KIB, largest - 4096, largest, largest + 4096, largest + 65536)[
            number % 6
        ] + number // 6 * 300 * KIB
        world.spawn = lambda command, **options: spawn(
            command, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)), **options
        )
        imported = knocked.import_more(f"kort{number}", 1500)
        noted(knocked, imported, f"files of {limit // KIB} KiB: import", tally)
        done = knocked.lawful(node.run("case", "note", knocked.case, "kort"))
        noted(knocked, done, f"files of {limit // KIB} KiB: note", tally)
        world.spawn = spawn
        report = knocked.check()
        suite.check(
            report and report["verdict"] == "sound", f"files of {limit // KIB} KiB: the folder is sound", report
        )
        suite.check(
            node.canonical(knocked.case).count(b'"kort"') == (done.code == 0),
            f"files of {limit // KIB} KiB: the note is there when it was acknowledged",
        )
        suite.equal(
            knocked.import_more(f"kort{number}", 1500).code,
            0,
            f"files of {limit // KIB} KiB: without the limit the import is done",
        )
    suite.check(any(k.endswith(" 3") for k in tally), "some limits were too short", tally)
    print(f"  {tally}", flush=True)
    knocked.put_back()
