"""File names: one form for all ways to write them, as Windows compares them."""

import re
import unicodedata

from sekimori.values.errors import present

__all__ = ["has_bidi", "normal"]

# The Unicode characters that turn the direction of a line (UAX #9): with U+202E, `annexe[U+202E]txt.exe` is shown as
# `annexeexe.txt`.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_END = re.compile(r"[\s.]+\Z")


def normal(text: str) -> str:
    """The normal form of a file name: NFC, case-folded, without bidi controls and trailing dots and blanks.

    Width is kept, as a file system keeps it. `has_bidi` tells of what was removed. Raises `InvalidValue`.
    """
    visible = unicodedata.normalize("NFD", _BIDI.sub("", text))
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", visible.casefold()).casefold())
    return present("file_name", _END.sub("", folded), text)


def has_bidi(text: str) -> bool:
    """Whether the text holds characters that turn the direction of writing, a way to hide an extension."""
    return _BIDI.search(text) is not None
