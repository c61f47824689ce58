"""Texts that people wrote: when two of them read the same.

Folding undoes what differs without being seen: width, case, invisible characters, kinds of blanks, and the few signs
that Japanese code tables decode differently (the wave dash of JIS X 0208 and its companions).
"""

import re
import unicodedata

from sekimori.values.errors import present

__all__ = ["fold", "fold_signs", "subject"]

_SEEN_ALIKE = {
    "\u301c": "~",  # wave dash; CP932 decodes the same bytes to U+FF5E
    "\u2212": "-",  # minus sign; CP932: U+FF0D
    "\u2015": "\u2014",  # horizontal bar, em dash
    "\u2225": "\u2016",  # parallel to, double vertical line
}
# Soft hyphen, joiners and other format characters, variation selectors (also those of ideographs), tags.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\U000e0000-\U000e0fff"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
# The one mark whose folding depends on its order among other marks (Unicode Standard, 3.13, D145), alone or composed.
_IOTA = re.compile("[\u0345\u1f80-\u1fff]")
_REPLACED = re.compile(f"[{''.join(_SEEN_ALIKE)}]")


def fold(text: str) -> str:
    """The text in NFKC and case-folded, blanks collapsed, invisible characters dropped; may become empty.

    Half-width kana become full-width by NFKC; hiragana and katakana stay different.
    """
    return " ".join(fold_signs(text).split())


def fold_signs(text: str) -> str:
    """The text folded as by `fold`, but with its blanks and line breaks as they are."""
    if text.isascii():
        return text.lower()
    plain = _DROPPED.sub("", text)
    if _IOTA.search(plain):
        plain = unicodedata.normalize("NFD", plain)
    # The compatibility caseless form of the Unicode Standard, 3.13 (D146): one round is not stable.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain.casefold()).casefold())
    return _REPLACED.sub(lambda found: _SEEN_ALIKE[found.group()], folded)


def subject(text: str) -> str:
    """The normal form of a mail's subject: folded; prefixes such as `re:` are kept. Raises `InvalidValue`."""
    return present("subject", fold(text), text)
