"""Vectors of Protocol/records.md §3: what Python's codecs make of every byte."""
from .world import document

CODECS = {"latin-1": "latin_1", "windows-1252": "cp1252", "macroman": "mac_roman"}


def decoded(byte, codec):
    """The number of the character that a byte stands for; None where the codec has none."""
    try:
        return ord(bytes([byte]).decode(codec))
    except UnicodeDecodeError:
        return None


def files():
    cases = [{"name": name, "scalars": [decoded(byte, codec) for byte in range(256)]} for name, codec in CODECS.items()]
    return {"import/accept/encodings.json": document("Python's codecs latin_1, cp1252 and mac_roman", cases)}
