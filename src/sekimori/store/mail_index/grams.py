"""What the candidate index holds of a text: words, and grams of what is no word.

A word is a run of ASCII letters and digits. Every other character is found by grams: alone and in pairs where it is
outside ASCII, and by the three characters around it where it is an ASCII separator. Nothing of this says where in the
text it stood; a hit is verified on the text.

Words are written in other letters, by a key of the workspace: an antivirus must not find in a list of words what it
would find in an attachment. This is no secret.
"""

import re
from collections.abc import Iterator

from sekimori.store.mail_index.folding import FIELD_END

__all__ = ["ALPHABET", "LONG", "SPACE", "WORD", "WORD_MAX", "Letters", "grams_of", "hashes_at", "without_hashes"]

WORD = re.compile("[a-z0-9]+")
WORD_MAX = 60_000
"""Longer words are not in the index (it drops tokens over 65,530 bytes): a mail with one is always looked at."""
LONG = "\x03long"
"""The token of such a mail."""

_HASH_BEGINNING = 16
SPACE = "\x02"
"""Stands for a blank in a gram: the index cuts tokens at blanks."""
ALPHABET = b"abcdefghijklmnopqrstuvwxyz0123456789"


class Letters:
    """The letters in which words are written in the index of one workspace."""

    def __init__(self, key: bytes) -> None:
        other = sorted(ALPHABET, key=lambda letter: key[16 * letter : 16 * letter + 16])
        table = bytearray(b" " * 256)
        for one, instead in zip(ALPHABET, other, strict=True):
            table[one] = instead
        self._table = bytes(table)

    def words(self, text: str) -> str:
        """The words of a text, blanks between them."""
        return text.encode("ascii", "replace").translate(self._table).decode("ascii")

    def hashes(self, text: str) -> str:
        """The beginnings of the words of a text: they tell hashes apart, and take a quarter of the room."""
        return " ".join(word[:_HASH_BEGINNING] for word in self.words(text).split())


def grams_of(text: str) -> Iterator[str]:
    """The grams that every text holds which holds this one."""
    for at, char in enumerate(text):
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if not char.isascii():
            if not before and not after:
                yield char
            if before:
                yield _token(before + char)
            if after and after.isascii():
                yield _token(char + after)
        elif before and after and not WORD.match(char) and (before + after).isascii():
            yield _token(before + char + after)


def _token(gram: str) -> str:
    return gram.replace(" ", SPACE)


def without_hashes(text: str) -> tuple[str, str]:
    """A mail's text but for its last two fields, and these."""
    cut = hashes_at(text)
    return text[:cut], text[cut:]


def hashes_at(text: str) -> int:
    """Where the last two fields of a mail's text begin."""
    return text.rfind(FIELD_END, 0, text.rfind(FIELD_END, 0, -1)) + 1
