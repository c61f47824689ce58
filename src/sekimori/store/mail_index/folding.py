"""Folding for search: what a searched text and a question are brought to before they are compared.

`values.text.fold`, and one thing more: a line break between two wide characters vanishes, because Japanese and Chinese
mail is broken anywhere within a word. Control characters that the index uses for itself become blanks, NUL vanishes.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from sekimori.values.text import fold_signs

__all__ = ["FIELD_END", "FOLDING", "VALUE_END", "folded", "folded_question", "is_wide", "joined", "without_own"]

FOLDING = f"3, Unicode {unicodedata.unidata_version}"
"""The version of the folding; an index of another version is built anew."""

VALUE_END = "\x01"
FIELD_END = "\x02"

_WIDE = (
    "\u2e80-\u2fdf\u3001-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff01-\uffe6\U00020000-\U0003ffff"
)
_IS_WIDE = re.compile(f"[{_WIDE}]")
_OWN = str.maketrans("\x01\x02\x03", "   ", "\x00")


def folded(text: str) -> str:
    """A text as it is searched, without blanks at its ends."""
    return " ".join(joined(fold_signs(without_own(text))).split())


def folded_question(text: str) -> str:
    """A text as it is looked for: as `folded`, but blanks at its ends are looked for too, each run as one.

    Becomes empty where the text has only invisible characters: every value holds that.
    """
    plain = joined(fold_signs(without_own(text)))
    core = " ".join(plain.split())
    if not core:
        return plain[:1] and " "
    return f"{' ' * plain[0].isspace()}{core}{' ' * plain[-1].isspace()}"


def without_own(text: str) -> str:
    """The text, its characters that the index uses for itself as blanks; NUL, which nobody sees, is none."""
    return text.translate(_OWN) if any(one in text for one in "\x00\x01\x02\x03") else text


def joined(text: str) -> str:
    """The text without the line breaks between two wide characters."""
    if text.isascii() or not ("\n" in text or "\r" in text):
        return text
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    pieces = [_first(text)]
    for line, following in pairwise(lines):
        is_word = line and following and is_wide(line[-1]) and is_wide(following[0])
        pieces += (line, "" if is_word else "\n")
    return "".join([*pieces, lines[-1], _last(text)])


def _first(text: str) -> str:
    return text[:1] if text[:1].isspace() else ""


def _last(text: str) -> str:
    return text[-1:] if text[-1:].isspace() else ""


@lru_cache(maxsize=4096)
def is_wide(char: str) -> bool:
    """Whether a line break beside this character is none, where another such stands on its other side."""
    return _IS_WIDE.match(fold_signs(char)) is not None
