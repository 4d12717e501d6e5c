#!/usr/bin/env python3
"""Plays the demonstration of Tafel on this machine; tools/demo builds the programs and starts this.

Exit codes: 0 done and every promise kept, 1 a promise broken, 2 wrong use, 3 something is missing.
"""
import argparse
import os
import shlex
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True
TOOLS = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, TOOLS)
from demolib import amsterdam, checks, nodes, pages, story, table  # noqa: E402


def default_folder():
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(state, "tafel-demo")


def parse():
    parser = argparse.ArgumentParser(prog="tools/demo", description="Four nodes, one table, two cases, on this machine. All data is invented.")
    parser.add_argument("--dir", help="folder of the demonstration (default: %s)" % default_folder())
    parser.add_argument("--fresh", action="store_true", help="start over; asks before it deletes the folder")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="language of what is told (default: en)")
    parser.add_argument("--check", action="store_true", help="play in a temporary folder without waiting; exit 0 only if every promise was kept")
    parser.add_argument("--plant", action="store_true", help="with --check: import a changed value, to see that the check finds it")
    parser.add_argument("--data", metavar="FOLDER", help="use the two Amsterdam inspection files in FOLDER instead of the invented data")
    parser.add_argument("--places", type=int, default=10, help="with --data: how many places are shared (default: 10)")
    parser.add_argument("--bin", metavar="FOLDER", help="use the programs tafel and tafel-audit in FOLDER instead of building them")
    options = parser.parse_args()
    if not options.bin:
        parser.error("start tools/demo, which builds the programs, or name --bin")
    if options.plant and (not options.check or options.data):
        parser.error("--plant goes with --check, on the invented data")
    if options.check and options.fresh:
        parser.error("--check always starts fresh")
    if options.data and not all(os.path.isfile(os.path.join(options.data, file)) for _, _, file in amsterdam.FILES):
        parser.error(f"{options.data} does not hold {amsterdam.FILES[0][2]} and {amsterdam.FILES[1][2]}")
    if options.places < 1:
        parser.error("--places is at least 1")
    return options


def program(folder, name):
    path = os.path.join(os.path.realpath(folder), name)
    if not os.access(path, os.X_OK):
        raise nodes.DemoError(f"{path} is not there: build it, or start tools/demo without --bin")
    return path


def start_over(folder, console):
    """Deletes an earlier demonstration after asking; touches no other folder."""
    if not os.path.exists(folder):
        return
    if not os.path.exists(os.path.join(folder, nodes.STATE_FILE)):
        raise nodes.DemoError(f"{folder} holds no demonstration and is left alone: name another folder with --dir")
    if not sys.stdin.isatty():
        raise nodes.DemoError("--fresh asks before it deletes, and there is no terminal to ask on: delete the folder yourself")
    answer = input(console.text(f"Delete {folder} with all its nodes? [y/N] ", f"{folder} met alle nodes verwijderen? [j/N] "))
    if answer.strip().lower() not in ("y", "yes", "j", "ja"):
        raise nodes.DemoError("nothing deleted, nothing started")
    shutil.rmtree(folder)


def make(options, folder, console):
    """The demonstration asked for, in its folder."""
    tafel, audit = program(options.bin, "tafel"), program(options.bin, "tafel-audit")
    if options.data:
        demo = nodes.Demo(folder, tafel, audit, console, amsterdam.MEMBERS)
        return demo, amsterdam.Amsterdam(demo, os.path.realpath(options.data), TOOLS, options.places)
    data = os.path.join(TOOLS, "demo-data")
    import_from = data
    demo = nodes.Demo(folder, tafel, audit, console, story.MEMBERS)
    if options.plant:
        import_from = plant(data, os.path.join(folder, "planted"), console)
    return demo, story.Story(demo, data, import_from)


def plant(data, target, console):
    """A copy of the data with one shared value changed."""
    copy = table.copy_data(data, target)
    path = os.path.join(copy, "od-noord-inspecties.csv")
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    if text.count(story.PLANTED[0]) != 1:
        raise nodes.DemoError(f"the value to change does not stand once in {path}")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text.replace(*story.PLANTED))
    console.say(f"planted: «{story.PLANTED[0]}» became «{story.PLANTED[1]}» in the file that is imported, not in the file that is checked against",
                f"geplant: «{story.PLANTED[0]}» werd «{story.PLANTED[1]}» in het bestand dat wordt ingelezen, niet in dat waartegen wordt gecontroleerd")
    return copy


def tell_next(demo, played, console):
    """A dozen commands that can be copied."""
    print("\n" + console.text("Try next, in another terminal:", "Probeer verder, in een ander venster:"))
    commands, bundle = played.next_commands()
    for english, dutch, handle, arguments in commands:
        print(f"\n  # {handle}: {console.text(english, dutch)}")
        print("  " + shlex.join([demo.tafel_path, *arguments, *demo.nodes[handle].options()]))
    print(f"\n  # {console.text('the auditor checks that bundle', 'de auditor controleert die bundel')}")
    print("  " + shlex.join([demo.audit_path, "verify", bundle, "--policy", os.path.join(demo.folder, "policy.txt"), "--language", console.language]))


def tell_end(console):
    """The number of promises kept, and those that broke; gives the exit code."""
    if not console.broken:
        print("\n" + console.text(f"All {console.verified} promises were kept.", f"Alle {console.verified} beloften zijn gehouden."), flush=True)
        return 0
    print("\n" + console.text(f"{len(console.broken)} promises were BROKEN, {console.verified} were kept:",
                              f"{len(console.broken)} beloften zijn GEBROKEN, {console.verified} gehouden:"))
    for words in console.broken:
        print("  ✗ " + words, flush=True)
    return 1


def check(options, console):
    """`--check`: everything in a temporary folder, then gone."""
    folder = tempfile.mkdtemp(prefix="tafel-demo-")
    demo, ended = None, False
    try:
        demo, played = make(options, folder, console)
        played.play()
        played.again()
        ended = True
    except (nodes.DemoError, checks.DemoMissing) as error:
        console.broken.append(f"the demonstration goes to its end\n       {error}")
    except KeyError as error:
        console.broken.append(f"answers have the form of the contract\n       no {error} in the answer to: {demo.last if demo else '-'}")
    finally:
        codes = demo.stop_all() if demo else {}
        if ended:
            console.promise(set(codes.values()) == {0}, "all nodes stopped cleanly", "alle nodes zijn netjes gestopt", codes)
        if console.broken:
            print(console.text(f"\nKept to look at: {folder}", f"\nBewaard om te bekijken: {folder}"))
        else:
            shutil.rmtree(folder)
    return tell_end(console)


def show(options, console):
    """The demonstration that stays until Ctrl-C."""
    folder = os.path.realpath(options.dir or default_folder() + ("-amsterdam" if options.data else ""))
    if options.fresh:
        start_over(folder, console)
    print(console.text(f"Everything is in {folder}", f"Alles staat in {folder}"), flush=True)
    demo, played = make(options, folder, console)
    try:
        if demo.state["finished"]:
            console.title("This demonstration was played before: its nodes start where they were. (--fresh starts over.)",
                          "Deze demonstratie is al gespeeld: de nodes gaan verder waar ze waren. (--fresh begint opnieuw.)")
            demo.stop_leftovers()
            played.run_nodes()
        else:
            played.play()
            demo.state["finished"] = not console.broken
            demo.save()
        code = tell_end(console)
        tell_next(demo, played, console)
        pages.tell(demo)
        print("\n" + console.text("The nodes run until Ctrl-C.", "De nodes draaien tot Ctrl-C."), flush=True)
        wait(demo, console)
        return code
    finally:
        codes = demo.stop_all()
        if codes:
            print("\n" + console.text("Stopped: ", "Gestopt: ") + ", ".join(f"{h} ({code})" for h, code in codes.items()), flush=True)


def wait(demo, console):
    """Waits for Ctrl-C; says when a node ends by itself."""
    told = set()
    while True:
        time.sleep(1)
        for node in demo.nodes.values():
            if node.process and node.process.poll() is not None and node.handle not in told:
                told.add(node.handle)
                console.say(f"the node of {node.handle} ended by itself (exit {node.process.returncode}); see {demo.folder}/{node.handle}.log",
                            f"de node van {node.handle} is vanzelf gestopt (exit {node.process.returncode}); zie {demo.folder}/{node.handle}.log")


def main():
    options = parse()
    console = nodes.Console(options.language)
    def interrupted(_number, _frame):
        # Once is enough: a second one must not break off the stopping of the nodes.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt
    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        return check(options, console) if options.check else show(options, console)
    except (nodes.DemoError, checks.DemoMissing) as error:
        print(f"error: the demonstration stopped: {error}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"error: the demonstration stopped: {error.filename or 'system call'}: {error.strerror}. Is the disk full, or the folder not yours?", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        if options.check:
            print("error: the check was broken off: not every promise was checked. Run it again.", file=sys.stderr)
        return 1 if options.check or console.broken else 0


if __name__ == "__main__":
    sys.exit(main())
