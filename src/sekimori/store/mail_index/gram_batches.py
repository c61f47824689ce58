"""The grams (see `grams`) of many texts at once, as they are fed to the candidate index."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sekimori.store.mail_index.grams import ALPHABET, LONG, SPACE, WORD_MAX

__all__ = ["grams_of_texts"]

_LONG_WORD = re.compile(f"[a-z0-9]{{{WORD_MAX}}}")

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]
AnyInt = TypeVar("AnyInt", bound=np.signedinteger)


def grams_of_texts(texts: Sequence[str]) -> list[str]:
    """The grams of each of some texts (256 at most), each once, with blanks between them."""
    wide = [number for number, text in enumerate(texts) if not text.isascii()]
    found = [_separator_grams(texts)]
    if wide:
        of_wide = [""] * len(texts)
        for number, grams in zip(wide, _wide_grams([texts[number] for number in wide]), strict=True):
            of_wide[number] = grams
        found.append(of_wide)
    if max(map(len, texts), default=0) >= WORD_MAX:
        found.append([LONG if _LONG_WORD.search(text) else "" for text in texts])
    return [" ".join(parts) for parts in zip(*found, strict=True)] if len(found) > 1 else found[0]


def _wide_grams(texts: Sequence[str]) -> list[str]:
    """Of texts that are not all ASCII: what is outside it alone, and in pairs with whatever is beside it."""
    codes: Codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), "<u4").astype(np.int64)
    starts = _starts(texts)
    is_wide = codes >= 128
    at = np.flatnonzero(is_wide)
    single = _distinct(_numbers(at, starts) << 42 | codes[at])
    is_end = codes <= 2
    at = np.flatnonzero((is_wide[:-1] | is_wide[1:]) & ~is_end[:-1] & ~is_end[1:])
    pairs = _distinct(_numbers(at, starts) << 42 | codes[at] << 21 | codes[at + 1])
    alone = _written(single >> 42, [single & 0x1FFFFF], len(texts), "<u4", "utf-32-le")
    paired = _written(pairs >> 42, [pairs >> 21 & 0x1FFFFF, pairs & 0x1FFFFF], len(texts), "<u4", "utf-32-le")
    return [first + second for first, second in zip(alone, paired, strict=True)]


_IS_SEPARATOR = np.array([code > 2 and chr(code).encode() not in ALPHABET for code in range(256)])
_NO_ASCII = np.array([code if code < 128 else 1 for code in range(256)], np.uint8)


def _separator_grams(texts: Sequence[str]) -> list[str]:
    """Three ASCII characters with a separator in the middle.

    Whatever is outside ASCII ends a gram, as the end of a value does; its bytes of UTF-8 are no ASCII either.
    """
    data = [text.encode("utf-8", "replace") for text in texts]
    codes = _NO_ASCII[np.frombuffer(b"".join(data), np.uint8)]
    at = np.flatnonzero(_IS_SEPARATOR[codes[1:-1]]) + 1
    before, after = codes[at - 1], codes[at + 1]
    keep = (before > 2) & (after > 2)
    at = at[keep]
    packed = _numbers(at, _starts(data)).astype(np.int32)
    for column in (before[keep], codes[at], after[keep]):
        packed = packed << 7 | column
    packed = _distinct(packed)
    return _written(packed >> 21, [packed >> 14 & 0x7F, packed >> 7 & 0x7F, packed & 0x7F], len(texts), "u1", "ascii")


def _starts(texts: Sequence[str] | Sequence[bytes]) -> Numbers:
    """Where each of the texts begins, joined."""
    return np.cumsum([0, *map(len, texts[:-1])])


def _numbers(at: Numbers, starts: Numbers) -> Numbers:
    """Of which text each of the places is; they are in order."""
    counts = np.diff(np.append(np.searchsorted(at, starts), len(at)))
    return np.repeat(np.arange(len(starts), dtype=np.int64), counts)


def _distinct(packed: npt.NDArray[AnyInt]) -> npt.NDArray[AnyInt]:
    packed.sort()
    return packed[np.append(True, packed[1:] != packed[:-1])] if len(packed) else packed


def _written(
    of: npt.NDArray[np.signedinteger],
    columns: Sequence[npt.NDArray[np.signedinteger]],
    count: int,
    unit: str,
    encoding: str,
) -> list[str]:
    """Grams that are given as columns of characters, sorted by the text they are of: as one string for each text."""
    width = len(columns) + 1
    table = np.full((len(of), width), ord(" "), dtype=unit)
    for number, column in enumerate(columns):
        table[:, number] = column
    written = table[:, :-1]
    written[written == ord(" ")] = ord(SPACE)
    whole = table.tobytes().decode(encoding)
    ends = (np.searchsorted(of, np.arange(count + 1)) * width).tolist()
    return [whole[begin:end] for begin, end in pairwise(ends)]
