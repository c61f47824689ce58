"""What the candidate index holds of a text: words, and grams of what is no word.

A word is a run of ASCII letters and digits. Every other character is found by grams: alone and in pairs where it is
outside ASCII, and by the three characters around it where it is an ASCII separator. Nothing of this says where in the
text it stood; a hit is verified on the text.

Words are written in other letters, by a key of the workspace: an antivirus must not find in a list of words what it
would find in an attachment. This is no secret.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sekimori.store.mail_index.folding import FIELD_END

__all__ = ["LONG", "WORD", "WORD_MAX", "Letters", "grams_of", "grams_of_texts", "without_hashes"]

WORD = re.compile("[a-z0-9]+")
WORD_MAX = 60_000
"""Longer words are not in the index (it drops tokens over 65,530 bytes): a mail with one is always looked at."""
LONG = "\x03long"
"""The token of such a mail."""

_LONG_WORD = re.compile(f"[a-z0-9]{{{WORD_MAX}}}")
_SPACE = "\x02"
"""Stands for a blank in a gram: the index cuts tokens at blanks."""
_ALPHABET = b"abcdefghijklmnopqrstuvwxyz0123456789"

Codes = npt.NDArray[np.int64]


class Letters:
    """The letters in which words are written in the index of one workspace."""

    def __init__(self, key: bytes) -> None:
        other = sorted(_ALPHABET, key=lambda letter: key[16 * letter : 16 * letter + 16])
        table = bytearray(b" " * 256)
        for one, instead in zip(_ALPHABET, other, strict=True):
            table[one] = instead
        self._table = bytes(table)

    def words(self, text: str) -> str:
        """The words of a text, blanks between them."""
        return text.encode("ascii", "replace").translate(self._table).decode("ascii")


def grams_of_texts(texts: Sequence[str]) -> list[str]:
    """The grams of each of some texts (256 at most), each once, with blanks between them."""
    joined = "".join(texts)
    codes: Codes = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4").astype(np.int64)
    of = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) for text in texts])
    found = [[""] * len(texts)] if joined.isascii() else _wide_grams(codes, of, len(texts))
    found.append(_separator_grams(codes, of, len(texts)))
    long_ = [LONG if _LONG_WORD.search(text) else "" for text in texts]
    return [" ".join(parts) for parts in zip(*found, long_, strict=True)]


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
    return gram.replace(" ", _SPACE)


def _wide_grams(codes: Codes, of: Codes, count: int) -> list[list[str]]:
    is_wide = codes >= 128
    single = np.unique(of[is_wide] << 21 | codes[is_wide])
    is_end = (codes == 1) | (codes == 2)
    is_pair = (is_wide[:-1] | is_wide[1:]) & ~is_end[:-1] & ~is_end[1:]
    at = np.flatnonzero(is_pair)
    pairs = np.unique(of[at] << 42 | codes[at] << 21 | codes[at + 1])
    return [
        _written(single >> 21, [single & 0x1FFFFF], count),
        _written(pairs >> 42, [pairs >> 21 & 0x1FFFFF, pairs & 0x1FFFFF], count),
    ]


_IS_SEPARATOR = np.array([code > 2 and chr(code).encode() not in _ALPHABET for code in range(128)])


def _separator_grams(codes: Codes, of: Codes, count: int) -> list[str]:
    small = np.minimum(codes, 1)  # whatever is outside ASCII ends a gram, as the end of a value does
    small = np.where(codes < 128, codes, small)
    is_inner = _IS_SEPARATOR[small]
    at = np.flatnonzero(is_inner[1:-1]) + 1
    before, after = small[at - 1], small[at + 1]
    keep = (before > 2) & (after > 2)
    at, before, after = at[keep], before[keep], after[keep]
    packed = (of[at] << 21 | before << 14 | small[at] << 7 | after).astype(np.int32)
    packed.sort()
    packed = packed[np.append(True, packed[1:] != packed[:-1])] if len(packed) else packed
    return _written(packed >> 21, [packed >> 14 & 0x7F, packed >> 7 & 0x7F, packed & 0x7F], count)


def _written(
    of: npt.NDArray[np.signedinteger], columns: Sequence[npt.NDArray[np.signedinteger]], count: int
) -> list[str]:
    """Grams that are given as columns of characters, sorted by the text they are of: as one string for each text."""
    width = len(columns) + 1
    table = np.full((len(of), width), ord(" "), dtype="<u4")
    for number, column in enumerate(columns):
        table[:, number] = np.where(column == ord(" "), ord(_SPACE), column)
    whole = table.tobytes().decode("utf-32-le")
    ends = np.searchsorted(of, np.arange(count + 1)) * width
    return [whole[begin:end] for begin, end in pairwise(ends)]


def without_hashes(text: str) -> tuple[str, str]:
    """A mail's text but for its last field, and that field."""
    cut = text.rfind(FIELD_END, 0, -1) + 1
    return text[:cut], text[cut:-1]
