"""Folding for search: what a searched text and a question are brought to before they are compared.

`values.text.fold`, and one thing more: a line break between two wide characters vanishes, because Japanese and Chinese
mail is broken anywhere within a word. Control characters that the index uses for itself become blanks.
"""

import re
import unicodedata

from sekimori.values.text import fold_signs

__all__ = ["FIELD_END", "FOLDING", "VALUE_END", "folded", "folded_question"]

FOLDING = f"1, Unicode {unicodedata.unidata_version}"
"""The version of the folding; an index of another version is built anew."""

VALUE_END = "\x01"
FIELD_END = "\x02"

_WIDE = (
    "\u2e80-\u2fdf\u3001-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff01-\uffe6\U00020000-\U0003ffff"
)
_BREAK = re.compile(rf"(?<=[{_WIDE}])[^\S\r\n]*(?:\r\n|\n|\r)[^\S\r\n]*(?=[{_WIDE}])")
_OWN = str.maketrans("\x00\x01\x02\x03", "    ")


def folded(text: str) -> str:
    """A text as it is searched, without blanks at its ends."""
    return " ".join(_signs(text).split())


def folded_question(text: str) -> str:
    """A text as it is looked for: as `folded`, but blanks at its ends are looked for too, each run as one.

    Becomes empty where the text has only invisible characters: every value holds that.
    """
    signs = _signs(text)
    core = " ".join(signs.split())
    if not core:
        return signs[:1] and " "
    return f"{' ' * signs[0].isspace()}{core}{' ' * signs[-1].isspace()}"


def _signs(text: str) -> str:
    signs = fold_signs(text)
    if "\x01" in signs or "\x02" in signs or "\x00" in signs or "\x03" in signs:
        signs = signs.translate(_OWN)
    return signs if signs.isascii() else _BREAK.sub("", signs)
