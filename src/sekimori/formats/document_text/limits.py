"""What the text readers have in common: how far they go, and how they say that they cannot go on."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import FrameType

from sekimori.model.report import N_

__all__ = ["Budget", "Locked", "TooSlow", "Unreadable", "readable", "time_limit"]

_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]+")
# A run of blanks is looked at from its beginning alone, or many blanks without a line end would take quadratic time.
_BLANKS = re.compile(r"(?:(?<![ \t\xa0])[ \t\xa0]++)?\n\s*+")
_EVENTS = 64


@dataclass(slots=True)
class Budget:
    """What the files of one mail may still take: seconds, bytes of documents, and bytes that documents expand to."""

    seconds: float = 10.0
    bytes: int = 64 << 20
    expanded: int = 128 << 20


class Unreadable(Exception):
    """A file, or the rest of it, cannot be read; `reason` says why. What came before is good."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Locked(Unreadable):
    """A password is needed."""

    def __init__(self) -> None:
        super().__init__(N_("it needs a password"))


class TooSlow(BaseException):
    """The time is over. No `Exception`, so that a library that catches those cannot go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the code inside once the time is over: for libraries that may go on for ever.

    Looked at whenever a function is called, in this thread alone.
    """
    if seconds <= 0:
        raise TooSlow
    end, before, left = monotonic() + seconds, sys.getprofile(), _EVENTS

    def look(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            left = _EVENTS
            if monotonic() > end:
                sys.setprofile(before)
                raise TooSlow

    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(before)


def readable(text: str) -> str:
    """The text as tables can hold it: no half of a surrogate pair, no control characters, no empty lines."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _BLANKS.sub("\n", _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\ufeff \t\n")
