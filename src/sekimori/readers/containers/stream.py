"""Streams of what is inside a container: read as they go, broken off where the data is."""

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from sekimori.formats.archive_stream import Bounds, BrokenMember, Entry, within
from sekimori.model.place import Unread
from sekimori.model.report import N_
from sekimori.readers.protocol import Member, unread

__all__ = ["BOUNDS", "MOST_MEMBERS", "BrokenMember", "MemberStream", "item_of"]

BOUNDS = Bounds(bytes=50 << 30, ratio=1_100, ratio_after=64 << 20)
"""Bounds of one member of a piece of evidence.

Deflate cannot exceed 1,032 to 1, and a log of one repeated line comes near it: honest gzip evidence always passes.
bzip2, xz and Zstandard can exceed it by orders of magnitude, which no honest log does for 64 MiB on end.
"""

MOST_MEMBERS = 100_000
"""How many members of one archive are read."""


class MemberStream(io.BufferedIOBase):
    """A read-only stream over pieces of bytes, none of which is made before it is read.

    `read(n)` gives everything up to the place where the data breaks and raises `BrokenMember` when called again there;
    `read()` of all the rest raises at once.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self._broken: BrokenMember | None = None

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """`size` bytes; fewer at the end and before a break."""
        everything = size is None or size < 0
        left = 0 if size is None else size
        parts: list[bytes] = []
        while (everything or left > 0) and self._fill():
            part = self._piece[self._at :] if everything else self._piece[self._at : self._at + left]
            self._at += len(part)
            left -= len(part)
            parts.append(part)
        if self._broken and (everything or (not parts and size)):
            raise self._broken
        return b"".join(parts)

    def read1(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes of the piece at hand."""
        if size == 0:
            return b""
        if not self._fill():
            if self._broken:
                raise self._broken
            return b""
        return self.read(min(size, len(self._piece) - self._at) if size > 0 else len(self._piece) - self._at)

    def _fill(self) -> bool:
        """Whether there is anything at hand; gets the next piece where there is not."""
        while self._at >= len(self._piece):
            if self._broken:
                return False
            try:
                piece = next(self._pieces, None)
            except BrokenMember as broken:
                self._broken = broken
                return False
            if piece is None:
                return False
            self._piece, self._at = piece, 0
        return True


def item_of(entry: Entry) -> Member | Unread:
    """The entry as a member to be read, or why it cannot be."""
    if entry.encrypted:
        return unread(N_("{path}: a password is needed").format(path=entry.name))
    if entry.problem:
        return unread(N_("{path}: {reason}").format(path=entry.name, reason=entry.problem))
    return Member(name=entry.name, stream=cast("BinaryIO", MemberStream(within(entry, BOUNDS))))
