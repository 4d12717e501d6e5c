"""Mistakes that people make when they write a name."""

import unicodedata

EDITS = ("insert", "delete", "substitute", "transpose")
ALPHABET = "eeennaatirodslgvhkmubpwjzcfxyq"
# Letters that lie beside each other on a keyboard.
BESIDE = {
    **{key: keys for key, keys in zip("qwertyuiop", "wa qes wrd etf ryg tuh yij uok ipl ol".split())},
    **{key: keys for key, keys in zip("asdfghjkl", "qsz adw sfe dgr fht gjy hku jli ko".split())},
    **{key: keys for key, keys in zip("zxcvbnm", "xa zcs xvd cbf vng bmh nj".split())},
}


def plain(text):
    """Small letters without diacritics: what two spellings of one name have in common."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def without_diacritics(text):
    return unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    )


def mistyped(chance, text):
    """The text with one edit, and which; as it was, and none, where it has too few letters."""
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(places) < 3:
        return text, None
    for _ in range(20):
        kind, place = chance.pick(EDITS), chance.pick(places)
        letter = text[place]
        if kind == "insert":
            other = letter if chance.random() < 0.4 else chance.pick(ALPHABET)
            changed = text[: place + 1] + other.lower() + text[place + 1 :]
        elif kind == "delete":
            changed = text[:place] + text[place + 1 :]
        elif kind == "substitute":
            near = BESIDE.get(letter.lower(), ALPHABET)
            other = chance.pick(near if chance.random() < 0.6 else ALPHABET)
            changed = text[:place] + (other.upper() if letter.isupper() else other) + text[place + 1 :]
        else:
            if place + 1 >= len(text) or not text[place + 1].isalpha():
                continue
            changed = text[:place] + text[place + 1] + letter + text[place + 2 :]
        if plain(changed) != plain(text):
            return changed, kind
    return text, None


def reordered(chance, text):
    """The words in another order; as it was where there is but one."""
    words = text.split(" ")
    if len(words) < 2:
        return text
    if chance.random() < 0.5:
        return " ".join(words[-1:] + words[:-1])
    place = chance.below(len(words) - 1)
    words[place], words[place + 1] = words[place + 1], words[place]
    return " ".join(words)
