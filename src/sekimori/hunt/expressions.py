"""Values beside texts that people wrote: parts of values, and regular expressions.

Normal forms hold no capitals and no full-width letters for an expression to agree with. So case counts only where the
normal form keeps it, and what an expression writes in signs that folding replaces is folded as the values are. Paths
of URLs keep their case in the normal form, their hosts do not: there too it is ignored, as it is when a part is sought.

Both are also held against the value as people read it (`sekimori.values.readable`).
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.values.readable import READ_OTHERWISE, as_read
from sekimori.values.text import fold, fold_signs
from sekimori.values.types import ObservableType as T

__all__ = ["Searched", "folded"]

_CASE_KEPT = frozenset({T.MESSAGE_ID, T.USER_AGENT, T.MAILER})
_FOLDED = frozenset({T.MAIL_ADDRESS, T.DISPLAY_NAME, T.SUBJECT, T.USER, T.HOST, T.SERVICE, T.TASK})
"""Types whose normal form is that of a text (`sekimori.values.text.fold`)."""

_WIDE = re.compile(r"[^\x00-\x7f]+")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
_BETWEEN = "\n"
"""Between two writings of a value; no part that is sought holds it."""


class Searched:
    """Values of a type, in normal form, ready for many expressions."""

    def __init__(self, type_: T, values: pa.Array | pa.ChunkedArray) -> None:
        self._type = type_
        self._values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        self._at = pa.array([], pa.int64())
        if mark := READ_OTHERWISE.get(type_):
            self._at = pc.indices_nonzero(pc.match_substring_regex(self._values, mark))
        self._read = pa.array([as_read(type_, value) for value in self._values.take(self._at).to_pylist()], pa.string())

    def agreeing(self, expression: str) -> list[int]:
        """The positions of the values with a part that agrees with the expression (RE2)."""
        if self._type in _FOLDED:
            expression = _WIDE.sub(_as_folded, expression)
        found = pc.indices_nonzero(self._agrees(self._values, expression)).to_pylist()
        read = self._at.filter(self._agrees(self._read, expression)).to_pylist()
        return sorted({*found, *read}) if read else found

    def _agrees(self, texts: pa.Array, expression: str) -> pa.Array:
        return pc.match_substring_regex(texts, expression, ignore_case=self._type not in _CASE_KEPT)


def _as_folded(found: re.Match[str]) -> str:
    """The literal signs as folding leaves them; those that become a sign of the expressions' language, escaped."""
    return _SIGN.sub(r"\\\g<0>", fold_signs(found.group()))


def folded(type_: T, value: str) -> str:
    """The text in which folded parts of a value are sought: folded, since not every normal form is; and as read."""
    text, read = fold(value), as_read(type_, value)
    return text if read == value else f"{text}{_BETWEEN}{fold(read)}"
