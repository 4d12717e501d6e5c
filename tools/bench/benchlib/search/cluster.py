"""A PostgreSQL server of its own in a folder of its own: nobody else's is touched, and nothing of it stays."""

import glob
import os
import pwd
import re
import shutil
import subprocess

from ..programs import Broken

PORT = 5432
READY_SECONDS_MAX = 60
# As for a server whose whole work this table is: all of it in memory, planned for that, no compiling of queries that
# take milliseconds. What is written is not to be kept, so that nothing waits for the disk while the table is loaded.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "4GB",
    "effective_cache_size": "8GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "jit": "off",
    "random_page_cost": "1.0",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
# PostgreSQL refuses to run as root; its package makes this user.
USER = "postgres"


class Cluster:
    """Starts when it is entered; stops, and removes its folder, when it is left."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "postgresql")
        self.data = os.path.join(self.folder, "data")
        self.socket = os.path.join(self.folder, "socket")
        self.log = os.path.join(self.folder, "log")
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/pg_ctl"), key=lambda path: int(re.findall(r"\d+", path)[0]))
        if not found:
            raise Broken("PostgreSQL is not there. Install the package postgresql-15-postgis-3")
        self.programs = os.path.dirname(found[-1])
        self.user = USER if os.getuid() == 0 else None
        self.is_running = False

    def __enter__(self):
        for path in (self.folder, self.socket):
            os.makedirs(path, exist_ok=True)
            if self.user:
                shutil.chown(path, self.user)
        # Its user must come through the folders above, which mkdtemp closes to others.
        if self.user:
            os.chmod(os.path.dirname(self.folder), 0o711)
        self._run("initdb", "-D", self.data, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", USER)
        with open(os.path.join(self.data, "postgresql.auto.conf"), "a", encoding="utf-8") as file:
            for name, value in (SETTINGS | {"unix_socket_directories": self.socket}).items():
                file.write(f"{name} = '{value}'\n")
        self._run(
            "pg_ctl", "start", "-w", "-t", str(READY_SECONDS_MAX), "-D", self.data, "-l", self.log, "-o", f"-p {PORT}"
        )
        self.is_running = True
        return self

    def __exit__(self, *_):
        try:
            if self.is_running:
                self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.data)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self):
        import psycopg

        return psycopg.connect(host=self.socket, port=PORT, user=USER, dbname="postgres", autocommit=True)

    def _run(self, program, *words):
        # The server inherits what it is started with: a pipe would never end.
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        with open(os.path.join(self.folder, program + ".out"), "w+", encoding="utf-8") as out:
            done = subprocess.run(
                [os.path.join(self.programs, program), *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                user=self.user,
                group=self.user and pwd.getpwnam(self.user).pw_gid,
                extra_groups=[] if self.user else None,
                env=environment,
                cwd=self.folder,
                check=False,
            )
            if done.returncode != 0:
                out.seek(0)
                raise Broken(f"{program}: exit {done.returncode}: {out.read()[-600:]}")
