"""What lies between the hosts: every IP packet goes through here, late, or not at all.

A thread of this program does what `tc netem` and packet filters do, the same on every kernel: some have neither.
"""
import heapq
import os
import random
import select
import socket
import struct
import threading
import time
from collections import Counter

PACKET_BYTES_MAX = 65_536
QUEUE_SECONDS_MAX = 1.0  # of a slow way; what does not fit is lost, as at a router
TCP, FIN, SYN, RST, ACK = 6, 1, 2, 4, 16
# What happens on a way from one host to another: nothing arrives and nobody is told; both ends are told that the
# connection is gone; connections are not begun this way, as through a router that translates addresses.
SILENT, RESET, UNDIALLED = "silent", "reset", "undialled"


class Wire:
    """Delay in seconds (mean, and how far either side of it), loss as a fraction, bytes a second of a way where limited."""

    def __init__(self, hosts, seed):
        self.hosts, self.random = hosts, random.Random(seed)
        self.delay, self.loss, self.rates, self.rules = (0.0, 0.0), 0.0, {}, {}
        self.carried, self.lost, self.refused = Counter(), Counter(), Counter()  # of a way: bytes arrived, packets
        self.begun = Counter()  # connections begun, of a way
        self.queue, self.count, self.free = [], 0, {}
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    # What the plays say

    def rule(self, rule, ones, others, both=True):
        """A rule, or None for none, on the ways from some hosts to others and back."""
        for one in ones:
            for other in others:
                for way in ((one, other), (other, one))[: 2 if both else 1]:
                    if rule is None:
                        self.rules.pop(way, None)
                    elif one is not other:
                        self.rules[way] = rule

    def heal(self):
        """No rule, no delay, no loss, no limit."""
        self.rules, self.rates, self.delay, self.loss = {}, {}, (0.0, 0.0), 0.0

    # What it does

    def run(self):
        poll, hosts = select.epoll(), {host.file: host for host in self.hosts}
        for file in hosts:
            poll.register(file, select.EPOLLIN)
        while True:
            wait = max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else 0.5
            for file, _ in poll.poll(min(wait, 0.5)):
                # Some at once, so that no host waits for another.
                for _ in range(64):
                    try:
                        packet = os.read(file, PACKET_BYTES_MAX)
                    except BlockingIOError:
                        break
                    self.take(hosts[file], packet)
            now = time.monotonic()
            while self.queue and self.queue[0][0] <= now:
                _, _, way, packet = heapq.heappop(self.queue)
                self.hand(way, packet)

    def take(self, source, packet):
        """One packet that a host sent."""
        if packet[0] >> 4 != 4:
            return
        address = socket.inet_ntoa(packet[16:20])
        target = next((host for host in self.hosts if host.address == address), None)
        if target is None or socket.inet_ntoa(packet[12:16]) != source.address:
            return
        way, tcp = (source, target), Segment(packet) if packet[9] == TCP else None
        begins = tcp is not None and tcp.flags & (SYN | ACK) == SYN
        self.begun[way] += begins
        rule = self.rules.get(way)
        if rule == SILENT or (rule == UNDIALLED and begins):
            self.refused[way] += 1
        elif rule == RESET and tcp is not None:
            self.refused[way] += 1
            if not tcp.flags & RST:
                self.send(way, tcp.reset_onwards())
                self.send(way[::-1], tcp.reset_back())
        elif self.random.random() < self.loss:
            self.lost[way] += 1
        else:
            self.send(way, packet)

    def send(self, way, packet):
        """Lets a packet arrive when it is due; packets of one way stay in order."""
        now, (mean, spread) = time.monotonic(), self.delay
        free, line_end = self.free.get(way, (0.0, 0.0))
        rate = self.rates.get(way)
        if rate:
            line_end = max(now, line_end) + len(packet) / rate
            if line_end - now > QUEUE_SECONDS_MAX:
                self.lost[way] += 1
                return
        else:
            line_end = now
        due = max(free, line_end + mean + self.random.uniform(-spread, spread))
        self.free[way] = due, line_end
        self.count += 1
        heapq.heappush(self.queue, (due, self.count, way, packet))

    def hand(self, way, packet):
        try:
            os.write(way[1].file, packet)
            self.carried[way] += len(packet)
        except OSError:
            self.lost[way] += 1


class Segment:
    """The header of a TCP segment over IPv4, and the resets that a box in between makes of it."""

    def __init__(self, packet):
        self.start = (packet[0] & 15) * 4
        self.source, self.target = packet[12:16], packet[16:20]
        self.ports = struct.unpack_from(">HH", packet, self.start)
        self.number, self.confirmed = struct.unpack_from(">II", packet, self.start + 4)
        self.flags = packet[self.start + 13]
        size = struct.unpack_from(">H", packet, 2)[0] - self.start - (packet[self.start + 12] >> 4) * 4
        self.end = (self.number + size + bool(self.flags & SYN) + bool(self.flags & FIN)) & 0xFFFFFFFF

    def reset_onwards(self):
        """To whom the segment goes: as if its sender broke off here."""
        return made(self.source, self.target, self.ports, self.number, self.confirmed, RST | (self.flags & ACK))

    def reset_back(self):
        """To whom it came from (RFC 9293 §3.10.7.1)."""
        number = self.confirmed if self.flags & ACK else 0
        return made(self.target, self.source, self.ports[::-1], number, self.end, RST | ACK)


def made(source, target, ports, number, confirmed, flags):
    """A TCP segment without contents, in an IPv4 packet."""
    tcp = struct.pack(">HHIIBBHHH", *ports, number, confirmed, 5 << 4, flags, 0, 0, 0)
    tcp = tcp[:16] + struct.pack(">H", checksum(source + target + struct.pack(">BBH", 0, TCP, len(tcp)) + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, TCP, 0) + source + target
    return ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + tcp


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
