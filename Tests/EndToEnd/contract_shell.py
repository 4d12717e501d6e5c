"""Where sockets, folders and written files go; a node that is held up; members that only share."""

import json
import os
import signal
import stat
import subprocess

from support import Node, free_port, written

SOCKET_PATH_BYTES = (100, 103, 104, 105, 106, 107)
DEVICE = "/dev/full"


def sockets(contract):
    """Every length of path that a socket in the folder can have; and a node that listens and says nothing."""
    suite, world = contract.suite, contract.world
    for length in SOCKET_PATH_BYTES:
        name = "s" * (length - len(f"{world.folder}//control.sock".encode()))
        node = contract.bare(name, f"sok{length}")
        node.ok(
            "node",
            "init",
            "--handle",
            "sok",
            "--name",
            "Sok",
            "--oin",
            "4" * 20,
            "--class",
            "om",
            "--listen",
            f"127.0.0.1:{node.port}",
        )
        node.start()
        path = os.path.join(node.data, "control.sock")
        suite.check(
            len(path.encode()) == length and stat.S_ISSOCK(os.stat(path).st_mode),
            f"a socket path of {length} bytes: it lies in the data folder",
        )
        done = node.run("node", "status", passphrase=False)
        suite.check(
            done.code == 0 and done.json["running"], f"a socket path of {length} bytes: commands reach the node", done
        )
        if length == SOCKET_PATH_BYTES[0]:
            os.kill(node.process.pid, signal.SIGSTOP)
            contract.exits(
                3,
                "a command to a node that is held up",
                node.run("node", "status", passphrase=False, seconds=40),
                "does not answer",
            )
            os.kill(node.process.pid, signal.SIGCONT)
            suite.equal(node.run("node", "status", passphrase=False).code, 0, "once it goes on, it answers")
        suite.equal(node.stop(), 0, "and it stops with exit 0")


def outputs(contract):
    """Files that commands write: never the node's own, never an input, through links and into devices."""
    suite, world, node, table = contract.suite, contract.world, contract.nodes["od-noord"], contract.ids["table"]
    source, mapping = world.path("od-noord-bron.csv"), world.path("od-noord-bron.yaml")
    card = world.path("uit.card")
    node.ok("node", "card", "--out", card)
    os.makedirs(world.path("links"), exist_ok=True)
    os.symlink(node.data, world.path("links/node"))
    os.symlink(os.path.join(node.data, "keys"), world.path("links/keys"))
    own = {
        name: open(os.path.join(node.data, name), "rb").read() for name in ("keys", "slots", "node.json", "store.lmdb")
    }
    for target in (
        *(os.path.join(node.data, name) for name in own),
        os.path.join(node.data, "nieuw"),
        world.path("links/node/keys"),
        world.path("links/keys"),
    ):
        for words in (["node", "card"], ["log", "export", "--table", table]):
            contract.exits(
                2,
                f"{' '.join(words[:2])} --out {os.path.relpath(target, world.folder)}",
                node.run(*words, "--out", target),
                "data folder",
            )
        contract.exits(
            2,
            f"--findings {os.path.relpath(target, world.folder)}",
            node.run("record", "import", source, "--mapping", mapping, "--findings", target),
            "data folder",
        )
    other = world.path("ander.card")
    contract.nodes["politie"].ok("node", "card", "--out", other)
    with open(other, "rb") as file:
        before = file.read()
    words = [
        "table",
        "create",
        "--theme",
        "afval",
        "--name",
        "Uit",
        "--purpose",
        "Uit",
        "--from",
        "2020-01-01",
        "--until",
        "2090-12-31",
        "--member",
        other,
    ]
    contract.exits(2, "table create --out over a card that it reads", node.run(*words, "--out", other), "input")
    with open(other, "rb") as file:
        suite.equal(file.read(), before, "and the card is as before")
    needed_files(contract, node, table, words)
    suite.equal(
        {name: open(os.path.join(node.data, name), "rb").read() for name in own if name != "store.lmdb"},
        {name: own[name] for name in own if name != "store.lmdb"},
        "the node's own files are as before",
    )
    suite.equal(node.run("node", "status").code, 0, "and it works")
    real = world.write("links/echt.card", "oud")
    os.symlink(real, world.path("links/wijst.card"))
    node.ok("node", "card", "--out", world.path("links/wijst.card"))
    with open(real, encoding="utf-8") as file:
        suite.check(
            os.path.islink(world.path("links/wijst.card")) and "handle od-noord" in file.read(),
            "a link stays one, and what it leads to is written",
        )
    contract.exits(3, "--out to a device without room", node.run("node", "card", "--out", DEVICE))
    suite.check(stat.S_ISCHR(os.stat(DEVICE).st_mode), "the device is still one")
    done = node.run("node", "card", "--out", "/dev/stdout", as_json=False)
    suite.check(done.code == 0 and b"handle od-noord" in done.out, "--out /dev/stdout prints the file", done)
    for words in (["node", "status"], ["case", "list"], ["--version"]):
        for as_json in (True, False):
            command = node.command(*words, as_json=as_json) if words != ["--version"] else [world.tafel, "--version"]
            with open(DEVICE, "wb") as full:
                process = world.spawn(command, stdout=full, stderr=-1)
                error = process.communicate(timeout=60)[1].decode()
            suite.check(
                process.returncode == 3 and error.startswith("error: standard output"),
                f"{' '.join(words)} with nowhere to print: exit 3",
                (process.returncode, error),
            )
    unread(contract, node)
    bundle = world.path("uit.bundle")
    node.ok("log", "export", "--table", table, "--out", bundle)
    with open(DEVICE, "wb") as full:
        process = world.spawn([world.audit_path, "verify", bundle], stdout=full, stderr=-1)
        error = process.communicate(timeout=60)[1].decode()
    suite.check(
        process.returncode == 3 and error.startswith("error: standard output"),
        "tafel-audit verify with nowhere to print: exit 3",
        (process.returncode, error),
    )


def needed_files(contract, node, table, create):
    """What the command and its node read is not written over; where no file can be written nothing is signed."""
    suite, world = contract.suite, contract.world
    source, mapping, key = (
        world.path("od-noord-bron.csv"),
        world.path("od-noord-bron.yaml"),
        world.write("pagina.key", "sleutel"),
    )
    configuration = os.path.join(node.data, "node.json")
    with open(configuration, encoding="utf-8") as file:
        text = file.read()
    with open(configuration, "w", encoding="utf-8") as file:
        json.dump(json.loads(text) | {"http_key": key}, file)
    for target, word in ((node.passphrase, "is an input"), (key, "node needs"), (written(node.data), "node needs")):
        with open(target, "rb") as file:
            before = file.read()
        for words in (
            ["node", "card", "--out"],
            ["log", "export", "--table", table, "--out"],
            [*create, "--out"],
            ["record", "import", source, "--mapping", mapping, "--findings"],
        ):
            contract.exits(
                2, f"{' '.join(words[:2])} {words[-1]} over {os.path.basename(target)}", node.run(*words, target), word
            )
        done = world.execute(
            [world.tafel, "node", "card", "--data", node.data, "--out", target],
            {"TAFEL_PASSPHRASE_FILE": node.passphrase},
        )
        contract.exits(2, f"node card --out over {os.path.basename(target)}, with $TAFEL_PASSPHRASE_FILE", done, word)
        with open(target, "rb") as file:
            suite.check(file.read() == before, f"{os.path.basename(target)} is as before")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(text)
    before = node.ok("table", "list")
    contract.exits(
        3,
        "table create --out into a folder that is not there",
        node.run(*create, "--out", world.path("nergens/uit.table")),
        "cannot be written",
    )
    suite.equal(node.ok("table", "list"), before, "and no table was made")
    contract.exits(
        3,
        "table create --out to a device without room",
        node.run(*create, "--out", DEVICE),
        "signed and kept",
        "the same command",
    )
    made = node.ok("table", "list")["tables"]
    done = node.run(*create, "--out", world.path("uit.table"))
    suite.check(
        done.code == 0 and done.json["table"] in [one["table"] for one in made] and done.json["signatures"] == 1,
        "the same command writes the file of that table",
        done,
    )
    suite.equal(node.ok("table", "list")["tables"], made, "and makes no other")


def unread(contract, node):
    """Who does not get an answer is told whether to ask again."""
    suite, world, case = contract.suite, contract.world, contract.ids["case"]
    for words, advice in (
        (["case", "note", case, "eenmaal"], f"do not ask again: 'tafel case show {case}'"),
        (["case", "show", case], "and ask again"),
        (["case", "list"], "and ask again"),
        (["node", "status"], "and ask again"),
        (["case", "note", "--help"], "has room\n"),
    ):
        command = [world.tafel, *words] if "--help" in words else node.command(*words)
        with open(DEVICE, "wb") as full:
            process = world.spawn(command, stdout=full, stderr=-1)
            error = process.communicate(timeout=60)[1].decode()
        suite.check(
            process.returncode == 3 and error.count("error:") == 1 and advice in error,
            f"{' '.join(words[:2])} with nowhere to print says what to do",
            error,
        )
    suite.equal(
        [note["text"] for note in node.ok("case", "show", case)["notes"]].count("eenmaal"), 1, "the note was written"
    )


def new_folders(contract):
    """A new account has neither ~/.local nor what is in it."""
    suite, world = contract.suite, contract.world
    for words, environment, place in (
        ("HOME", {"HOME": world.path("thuis")}, "thuis/.local/share/tafel"),
        ("XDG_DATA_HOME", {"XDG_DATA_HOME": world.path("xdg/share")}, "xdg/share/tafel"),
    ):
        os.makedirs(world.path("thuis"), exist_ok=True)
        node = Node(world, "nieuw" + words.lower().replace("_", ""), 91, "om")
        done = world.execute(
            [
                world.tafel,
                "node",
                "init",
                "--handle",
                "nieuw",
                "--name",
                "Nieuw",
                "--oin",
                "5" * 20,
                "--class",
                "om",
                "--listen",
                f"127.0.0.1:{node.port}",
                "--passphrase-file",
                node.passphrase,
                "--json",
            ],
            environment,
        )
        suite.check(
            done.code == 0 and os.path.exists(world.path(place + "/keys")),
            f"node init makes the folders above the default one (${words})",
            done,
        )
        suite.check(
            all(
                stat.S_IMODE(os.stat(world.path(folder)).st_mode) == 0o700 for folder in (place, os.path.dirname(place))
            ),
            "for its owner alone",
        )
    node = Node(world, "wachtkort", 92, "om")
    init = [
        "node",
        "init",
        "--handle",
        "wachtkort",
        "--name",
        "Kort",
        "--oin",
        "5" * 20,
        "--class",
        "om",
        "--listen",
        f"127.0.0.1:{node.port}",
    ]
    contract.exits(
        2,
        "node init with pages where peers are listened for",
        node.run(*init, "--http", f"127.0.0.1:{node.port}"),
        "--http",
    )
    node.passphrase = world.write("kort.passphrase", b"x" * 7, 0o600)
    contract.exits(2, "node init with a passphrase of 7 bytes in a file", node.run(*init), "8 bytes")
    suite.check(not os.path.exists(os.path.join(node.data, "keys")), "nothing was made")
    node.passphrase = world.write("genoeg.passphrase", b"x" * 8, 0o600)
    done = node.run(*init)
    suite.check(done.code == 0, "8 bytes are enough", done)


def between_runs(contract):
    """What a node knows of its peers is known in its next run, and by commands while it is stopped."""
    suite, node = contract.suite, contract.nodes["od-noord"]
    running = {peer["handle"]: peer for peer in node.ok("node", "status")["peers"]}
    suite.check(
        running and all(peer["last_sync"] for peer in running.values()),
        "while it runs, it says when each peer was last in step",
        running,
    )
    node.stop()
    stopped = {peer["handle"]: peer for peer in node.ok("node", "status")["peers"]}
    keys = ("lag_entries", "last_sync")
    suite.check(
        all(stopped[h]["lag_entries"] == 0 and stopped[h]["last_sync"] >= running[h]["last_sync"] for h in running),
        "and so it does when it is stopped",
        (stopped, [{k: running[h][k] for k in keys} for h in running]),
    )
    said = node.ok("node", "status")
    suite.check(
        said["uptime_seconds"] is None and all(p["since"] is None and p["address"] is None for p in said["peers"]),
        "of connections it says nothing then",
        said,
    )
    space = os.statvfs(node.data)
    suite.check(
        abs(said["disk_free_bytes"] - space.f_bavail * space.f_frsize) < 1 << 30,
        "what is free on the disk is what the system says",
        said["disk_free_bytes"],
    )
    node.start()


def older_folder(contract):
    """A folder that an older program wrote: a check asks to open it first, a command brings it up to date in silence.

    The log of the next node that runs tells of it, once.
    """
    suite, world = contract.suite, contract.world
    packed = os.path.join(
        os.path.dirname(os.path.realpath(__file__)), "..", "NodeServiceTests", "Fixtures", "1-pending", "folders.tar.gz"
    )
    for name in ("silent", "told"):
        os.mkdir(world.path(name), 0o700)
        subprocess.run(["tar", "-xzf", packed, "-C", world.path(name)], check=True)
        world.write(f"{name}/od-noord/node.json", json.dumps({"listen": f"127.0.0.1:{free_port()}"}))
        node = Node(world, f"older-{name}", 90, "od-toezicht")
        node.inspect = contract.laws.inspect
        node.data, node.passphrase = world.path(f"{name}/od-noord"), world.path(f"{name}/od-noord.passphrase")
        contract.exits(
            3, "a check of an older store", node.run("node", "check"), "older version", "layout 1", "tafel node status"
        )
        if name == "silent":
            suite.equal(
                node.ok("node", "status")["store"]["records"], 3, "a command opens it, and its records are there"
            )
            suite.equal(node.ok("node", "check")["findings"], [], "then a check finds nothing")
        for _ in range(2):
            node.start()
            node.stop()
        with open(world.path(f"{node.handle}.log"), encoding="utf-8") as file:
            told = [line.split("] ", 1)[-1].strip() for line in file if "store:" in line]
        brought = [
            "store: brought from layout 1 to layout 6",
            "store: 4 entries have a form that counts for nothing in this version. They stay in their logs",
        ]
        anew = [
            "store: what views and searches look up is made anew",
            "store: made anew what views and searches look up",
        ]
        begun = ["store: of layout 1, is brought up to layout 6"]
        wanted = brought if name == "silent" else begun + brought + anew
        suite.equal(told, wanted, f"what the log tells of it ({name})")


def contributors(contract):
    """A contributor shares, and is told so when it would write on a case, where others would not see it."""
    suite, world = contract.suite, contract.world
    leader, helper = contract.node("od-oost"), contract.node("waterschap")
    table = world.table(leader, [helper], "--role", "waterschap=contributor", name="Bijdragen")
    case = leader.ok("case", "open", "--table", table, "--title", "Met bijdrage", "--to", "waterschap")["case"]
    for words in (["case", "open", "--table", table, "--title", "Eigen"],):
        contract.exits(2, "case open by a contributor", helper.run(*words), "contributor", "fragment share")
    leader.start()
    helper.ok("sync", "now")
    for words in (
        ["case", "note", case, "hallo"],
        ["case", "set", case, "title", "Anders"],
        ["case", "tag", case, "spoed"],
    ):
        done = helper.run(*words)
        suite.check(done.code == 2, f"{' '.join(words[:2])} by a contributor: exit 2", done)
    shown = leader.ok("case", "show", case)
    suite.equal((shown["notes"], shown["tags"]), ([], []), "nothing of it is in the case")
    leader.stop()
