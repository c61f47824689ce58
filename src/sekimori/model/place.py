"""Where a fact stands, and what could not be read.

Every record holds its place in the evidence, so that one step leads from any screen
or report to the raw source.
"""

from dataclasses import dataclass

__all__ = ["Place", "Statement", "Unread"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place inside one piece of evidence.

    `offset` and `length` are bytes of the evidence as it was handed to the reader (after
    decompression of the container around it, before any decoding). `line` counts from 1 and is the line,
    the row or the record number, whichever the format has; 0 where it has none.
    """

    offset: int = 0
    length: int = 0
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A stretch of evidence that could not be read, and why. It is counted and shown, never dropped."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a reader had to assume or found out about a whole piece of evidence.

    Such as the character encoding, a time zone taken by default, a year that the format does not write.
    """

    about: str
    value: str
