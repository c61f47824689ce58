"""What is kept of a text: as it was written, but for blanks, with its folded form character by character.

Case and width stay, so that a hit is shown as it was written where it was found in the folded text. Only what folds to
another number of characters, or with its neighbours, is kept folded: ligatures, half-width kana with their marks,
combining marks.
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, joined
from sekimori.values.text import fold_signs

__all__ = ["signs", "written", "written_all"]

_BLANKS = bytes.maketrans(b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f", b" " * 9)
"""What `str.split` takes for a blank in ASCII."""
_TEXT_END = "\x03"
_LAST_OWN = 3
_ENDS = (VALUE_END, FIELD_END, _TEXT_END)

Codes = npt.NDArray[np.uint32]


def written(text: str) -> str:
    """A text as it is kept: each run of blanks as one, none at the ends, of values and fields too where it has several.

    `signs` of it is the folded text, of the same length.
    """
    return written_all([text])[0]


def written_all(texts: Sequence[str]) -> list[str]:
    """Some texts as `written`; many at once are quicker."""
    plain = iter(_written_ascii([text for text in texts if text.isascii()]))
    return [next(plain) if text.isascii() else _written(text) for text in texts]


def _written_ascii(texts: Sequence[str]) -> list[str]:
    data = np.frombuffer(_TEXT_END.join(texts).encode("ascii").translate(_BLANKS), np.uint8)
    # Of a run of blanks the last one stays, unless a value, field or text begins or ends beside it.
    is_blank = data == 0x20
    drop = is_blank.copy()
    drop[:-1] &= is_blank[1:] | (data[1:] <= _LAST_OWN)
    data = data[~drop]
    drop = data == 0x20
    drop[1:] &= data[:-1] <= _LAST_OWN
    return data[~drop].tobytes().decode("ascii").split(_TEXT_END) if texts else []


def _written(text: str) -> str:
    kept = " ".join(joined(_one_by_one(text)).split())
    for end in _ENDS if VALUE_END in kept or FIELD_END in kept else ():
        kept = kept.replace(f"{end} ", end).replace(f" {end}", end)
    return kept


def signs(text: str) -> str:
    """The folded form of a text as `written`, character by character."""
    if text.isascii():
        return text.lower()
    return _table()[0][_codes(text)].tobytes().decode("utf-32-le")


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def _one_by_one(text: str) -> str:
    """The text, what folds only with its neighbours, or to more or fewer characters, folded."""
    simple = _table()[1][_codes(text)]
    if simple.all():
        return text
    # With the character before it, which it may join.
    is_part = ~simple
    is_part[:-1] |= is_part[1:]
    cuts = [0, *(np.flatnonzero(is_part[1:] != is_part[:-1]) + 1).tolist(), len(text)]
    parts = (fold_signs(text[begin:end]) if is_part[begin] else text[begin:end] for begin, end in pairwise(cuts))
    return "".join(parts)


# Ideographs, syllables of Hangul, emoji: they fold to themselves.
_THEMSELVES = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0x1F300, 0x1FB00), (0x20000, 0x2F800), (0x30000, 0x32000))
_JAMO = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))
# The iota below, and what is composed with it: its place among other marks matters (`values.text`).
_IOTA = (0x0345, *range(0x1F80, 0x2000))


@lru_cache(maxsize=1)
def _table() -> tuple[Codes, npt.NDArray[np.bool_]]:
    """For each character its folded form, and whether it has one of its own, whatever stands beside it.

    Where it has not, it stands for itself: such characters are left in a text as `written` only as what was folded.
    """
    forms = np.arange(0x110000, dtype=np.uint32)
    is_simple = np.zeros(0x110000, dtype=np.bool_)
    for begin, end in _THEMSELVES:
        is_simple[begin:end] = True
    is_simple[0x0A] = True
    is_other = ~is_simple[:0x10000]
    is_other[0xD800:0xE000] = is_other[list(_IOTA)] = False
    others = np.flatnonzero(is_other).astype(np.uint32)
    chars = others.tobytes().decode("utf-32-le")
    # All at once, a line break between any two: none joins the one before it.
    lines = "\n".join(chars)
    found, lengths = _lines(fold_signs(lines))
    decomposed, parts = _lines(unicodedata.normalize("NFD", lines))
    joining = {*_JAMO, *(ord(char) for char in chars if unicodedata.combining(char))}
    joining |= set(decomposed[np.cumsum(parts + 1)[parts > 1] - 2].tolist())
    form = found[np.cumsum(lengths + 1) - 2]
    is_one = (lengths == 1) & ~np.isin(form, list(joining))
    forms[others[is_one]] = form[is_one]
    is_simple[others[is_one]] = True
    return forms, is_simple


def _lines(text: str) -> tuple[Codes, npt.NDArray[np.int64]]:
    """The characters of some lines, a line break behind each, and the length of each line."""
    codes = _codes(text + "\n")
    return codes, np.diff(np.flatnonzero(codes == 0x0A), prepend=-1) - 1
