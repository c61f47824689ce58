"""Regular expressions beside normal forms, which hold no capitals and no full-width letters for one to agree with.

So case counts only where the normal form keeps it, and what an expression writes in signs that folding replaces is
folded as the values are. Paths of URLs keep their case in the normal form, their hosts do not: there too it is ignored,
as it is when a part of a URL is sought.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.values.text import fold_signs
from sekimori.values.types import ObservableType as T

__all__ = ["agrees"]

_CASE_KEPT = frozenset({T.MESSAGE_ID, T.USER_AGENT, T.MAILER})
_FOLDED = frozenset({T.MAIL_ADDRESS, T.DISPLAY_NAME, T.SUBJECT, T.USER, T.HOST, T.SERVICE, T.TASK})
"""Types whose normal form is that of a text (`sekimori.values.text.fold`)."""

_WIDE = re.compile(r"[^\x00-\x7f]+")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")


def agrees(type_: T, values: pa.Array | pa.ChunkedArray, expression: str) -> pa.Array | pa.ChunkedArray:
    """For each of some values of a type, in normal form, whether the expression (RE2) agrees with a part of it."""
    if type_ in _FOLDED:
        expression = _WIDE.sub(_as_folded, expression)
    return pc.match_substring_regex(values, expression, ignore_case=type_ not in _CASE_KEPT)


def _as_folded(found: re.Match[str]) -> str:
    """The literal signs as folding leaves them; those that become a sign of the expressions' language, escaped."""
    return _SIGN.sub(r"\\\g<0>", fold_signs(found.group()))
