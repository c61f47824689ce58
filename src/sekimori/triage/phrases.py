"""A few stretches of a mail's body by which its near-duplicates are looked up.

Waves change sender, subject, links and numbers from mail to mail, and keep most of the text. So the longest stretch
without numbers and punctuation is taken from each part of the body: long ones are rare, and a change in one place
leaves the others.
"""

import re

__all__ = ["phrases"]

_PARTS = 5
_CHARACTERS = 8_000
_LONGEST = 40
_SHORTEST, _SHORTEST_ASCII = 8, 18
_BETWEEN = re.compile(
    r"[\d\r\n。、，．！？：；（）「」『』【】〔〕・…‥.,!?:;()<>\[\]{}\"'=*#_/|~@&%$\\^`+\-–—]+|https?\S*"
)


def phrases(body: str) -> list[str]:
    """The stretches, at most one of each part; none where the body is too short."""
    pieces = (piece.strip() for piece in _BETWEEN.split(body[:_CHARACTERS]))
    told = list(dict.fromkeys(piece[:_LONGEST].strip() for piece in pieces if _is_telling(piece)))
    step = max(1, -(-len(told) // _PARTS))
    return [max(told[at : at + step], key=_weight) for at in range(0, len(told), step)]


def _is_telling(piece: str) -> bool:
    return len(piece) >= (_SHORTEST_ASCII if piece.isascii() else _SHORTEST)


def _weight(piece: str) -> int:
    """A Japanese character tells about as much as two Latin letters."""
    return len(piece) if piece.isascii() else len(piece) * 2
