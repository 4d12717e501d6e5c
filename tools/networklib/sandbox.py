"""A process tree with hosts of its own: network namespaces that the kernel takes away when the tree ends, however it ends."""
import ctypes
import fcntl
import os
import signal
import struct
import subprocess
import sys

NEW_NETWORK, NEW_PROCESSES, NEW_MOUNTS = 0x40000000, 0x20000000, 0x00020000
MOUNT_PRIVATE = 1 << 18 | 1 << 14
SET_DEATH_SIGNAL = 1
TUN_SET_INTERFACE = 0x400454CA
TUN_PACKETS_ALONE = 0x0001 | 0x1000
LIBC = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """Something that this machine or this user does not have."""


def call(name, words, *arguments):
    """A call of the C library that fails with -1."""
    if getattr(LIBC, name)(*arguments) == -1:
        raise Unavailable(f"{words}: {os.strerror(ctypes.get_errno())}")


def enter(play):
    """Runs `play` as the first process of a new process namespace; its exit code. All that it started ends with it."""
    if os.geteuid() != 0:
        raise Unavailable("hosts of their own need root. Run it as root")
    call("unshare", "process namespaces", NEW_PROCESSES | NEW_MOUNTS)
    child = os.fork()
    if child == 0:
        os._exit(first(play))
    asked = []

    def pass_on(number, _frame):
        # Whoever asks twice does not want to wait for the tidy end.
        asked.append(number)
        os.kill(child, number if len(asked) == 1 else signal.SIGKILL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1


def first(play):
    """What the first process of the namespace does; its exit code."""
    LIBC.prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
    # A key pressed at the terminal goes to the parent, which passes it on, once.
    os.setsid()
    try:
        call("mount", "a view of mounts of its own", b"none", b"/", None, MOUNT_PRIVATE, None)
        call("mount", "/proc of its own", b"proc", b"/proc", b"proc", 0, None)
        return play() or 0
    except Unavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


class Host:
    """A network namespace with one interface, of which `file` gives and takes the IP packets. Used with `with`, the calling
    thread is in it, and what it starts stays there."""

    def __init__(self, name, address):
        self.name, self.address, self.home = name, None, os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        call("unshare", "network namespaces", NEW_NETWORK)
        self.namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            self.file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(self.file, TUN_SET_INTERFACE, struct.pack("16sH22x", b"net0", TUN_PACKETS_ALONE))
        except OSError as error:
            raise Unavailable(f"/dev/net/tun: {error.strerror}. The kernel needs CONFIG_TUN") from None
        finally:
            self.leave()
        for words in ("link set lo up", "link set net0 up"):
            self.ip(words)
        self.move(address)

    def __enter__(self):
        call("setns", f"the namespace of {self.name}", self.namespace, NEW_NETWORK)

    def __exit__(self, *_):
        self.leave()

    def leave(self):
        call("setns", "the namespace of this program", self.home, NEW_NETWORK)

    def ip(self, words):
        with self:
            try:
                done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
            except FileNotFoundError:
                raise Unavailable("ip: not there. Install the package iproute2") from None
        if done.returncode != 0:
            raise Unavailable(f"ip {words}: {done.stderr.strip()}")

    def move(self, address):
        """Another address, in place of the one before."""
        if self.address:
            self.ip(f"address del {self.address}/24 dev net0")
        self.ip(f"address add {address}/24 dev net0")
        self.address = address
