#!/usr/bin/env python3
"""Hard knocks: other schema versions, a read-only mount, full disks, files that may not grow, changed bits, a clock
set back, limits.

Whatever is done to a data folder, a command answers what is right, or says in one line which file is damaged and what
to do. It never
ends by a signal, never with 70, and never shows something else than the truth. Mounting needs root: without it those
parts are skipped.
"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import knocks_bits  # noqa: E402
import knocks_disk  # noqa: E402
import knocks_limits  # noqa: E402
from knocks_world import Knocked  # noqa: E402
from support import Suite  # noqa: E402

INSIDE = "TAFEL_KNOCKS_INSIDE"


def add_arguments(parser):
    parser.add_argument("--flips", type=int, default=24, help="changed bits of each file (default: 24)")
    parser.add_argument("--sizes", type=int, default=30, help="free sizes of a disk that fills up (default: 30)")
    parser.add_argument("--notes", type=int, default=300, help="notes of one case (default: 300)")
    parser.add_argument(
        "--only", help="one part: schema, mount, disk, told, new, limit, bits, repair, clock, values, notes"
    )


def script(suite, world):
    can_mount = bool(os.environ.get(INSIDE))
    if not can_mount:
        print(
            "  SKIPPED: this machine does not let this user mount: read-only mounts and full disks are not tried",
            flush=True,
        )
    suite.title("two nodes, a table, a case")
    knocked = Knocked(suite, world)
    parts = {
        "schema": lambda: knocks_bits.other_versions(knocked),
        "mount": lambda: knocks_disk.read_only(knocked) if can_mount else None,
        "disk": lambda: knocks_disk.full_disks(knocked, suite.options.sizes) if can_mount else None,
        "told": lambda: knocks_disk.told_to_partners(knocked) if can_mount else None,
        "new": lambda: knocks_disk.new_tables(knocked) if can_mount else None,
        "limit": lambda: knocks_disk.short_files(knocked),
        "bits": lambda: knocks_bits.changed_bits(knocked, suite.options.flips),
        "repair": lambda: knocks_bits.repairs(knocked, suite.options.flips),
        "clock": lambda: knocks_limits.clock_set_back(knocked),
        "values": lambda: knocks_limits.values(knocked),
        "notes": lambda: knocks_limits.many_notes(knocked, suite.options.notes),
    }
    for name, part in parts.items():
        if suite.options.only in (None, name):
            suite.title(name)
            part()


if __name__ == "__main__":
    # Mounts of this script are seen by nobody else and go with it.
    own = ["unshare", "--mount", "--propagation", "private"]
    with tempfile.TemporaryDirectory() as empty:
        mounts = (
            shutil.which("unshare")
            and subprocess.run([*own, "mount", "-t", "tmpfs", "none", empty], capture_output=True).returncode == 0
        )
    if mounts and INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        os.execvp(own[0], [*own, sys.executable, os.path.realpath(__file__), *sys.argv[1:]])
    Suite("Hard knocks for a data folder.", add_arguments).play(script)
