"""A small protobuf: schemas, canonical encoding, and a decoder that refuses what differs from it.

Canonical form as in Protocol/proto/payloads.proto. Messages are dicts; a repeated field is a list, an
absent scalar its default, an absent message None, and an absent member of a oneof None.
"""

from .primitives import Refused, require

VARINT, LENGTH = 0, 2
BITS = {"bool": 1, "u32": 32, "u64": 64}


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def key(number, wire):
    return varint(number << 3 | wire)


def delimited(number, data):
    return key(number, LENGTH) + varint(len(data)) + data


class Message:
    """Fields as (number, name, type[, "repeated" or "oneof"]); type: bool, u32, u64, str, bytes, Message."""

    def __init__(self, name, *fields):
        self.name = name
        self.fields = {f[0]: (f[1], f[2], f[3] if len(f) > 3 else "") for f in fields}

    def encode(self, value):
        out = bytearray()
        for number in sorted(self.fields):
            name, kind, label = self.fields[number]
            item = value.get(name)
            if item is None or (label == "repeated" and not item):
                continue
            if label == "repeated" and kind in BITS:
                out += delimited(number, b"".join(varint(i) for i in item))
                continue
            for one in item if label == "repeated" else [item]:
                if label or isinstance(kind, Message) or one:
                    out += self.encode_one(number, kind, one)
        return bytes(out)

    def encode_one(self, number, kind, value):
        if kind in BITS:
            return key(number, VARINT) + varint(int(value))
        if isinstance(kind, Message):
            return delimited(number, kind.encode(value))
        return delimited(number, value.encode() if kind == "str" else value)

    def decode(self, data):
        """Lenient as protobuf is, except that unknown fields and other wire types are refused."""
        value = {}
        for name, kind, label in self.fields.values():
            default = {"str": "", "bytes": b"", "bool": False}.get(kind, 0)
            absent = label == "oneof" or isinstance(kind, Message)
            value[name] = [] if label == "repeated" else None if absent else default
        at = 0
        while at < len(data):
            tag, at = read_varint(data, at)
            require(tag >> 3 in self.fields, "protobuf", "unknown field")
            name, kind, label = self.fields[tag >> 3]
            at, items = read_field(data, at, tag & 7, kind, label)
            if label == "repeated":
                value[name] += items
            else:
                if label == "oneof":
                    for other, _, mark in self.fields.values():
                        value[other] = None if mark == "oneof" else value[other]
                value[name] = items[-1] if items else value[name]
        return value

    def decode_canonical(self, data):
        value = self.decode(data)
        require(self.encode(value) == data, "protobuf", "not canonical")
        return value


def read_varint(data, at):
    value = shift = 0
    while True:
        require(at < len(data) and shift < 70, "protobuf", "varint")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            require(value < 1 << 64, "protobuf", "varint")
            return value, at


def number_of(kind, value):
    return bool(value) if kind == "bool" else value & ((1 << BITS[kind]) - 1)


def read_field(data, at, wire, kind, label):
    if kind in BITS and wire == VARINT:
        value, at = read_varint(data, at)
        return at, [number_of(kind, value)]
    packed = kind in BITS and label == "repeated"
    require(wire == LENGTH and (packed or kind not in BITS), "protobuf", "wire type")
    size, at = read_varint(data, at)
    require(at + size <= len(data), "protobuf", "truncated")
    part, end = data[at : at + size], at + size
    if packed:
        items, inner = [], 0
        while inner < size:
            value, inner = read_varint(part, inner)
            items.append(number_of(kind, value))
        return end, items
    if isinstance(kind, Message):
        return end, [kind.decode(part)]
    if kind == "str":
        try:
            return end, [part.decode("utf-8")]
        except UnicodeDecodeError:
            raise Refused("protobuf", "not UTF-8") from None
    return end, [part]
