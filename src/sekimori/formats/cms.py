"""S/MIME's wrapping of a mail part (CMS, `smime.p7m`): what a signature or compression wraps, and what is encrypted.

    30 80                                 ContentInfo, of definite or indefinite length
       06 09 2a 86 48 86 f7 0d 01 07 02   signed-data (07 03: enveloped-data, which only its recipient's key opens)
       a0 80 30 80 02 01 01 31 0b …       version, algorithms
          30 80 06 09 2a … 07 01          encapsulated content: data
             a0 80 24 80 04 10 43 6f …    the part in pieces: `Content-Type: text/plain…`

Only as much of BER is read as leads there; bytes are looked at once, pieces and depth are limited, nothing raises.
Reference: RFC 5652 (CMS), RFC 8551 (S/MIME), RFC 3274 (compressed-data), ITU-T X.690 (BER).
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["is_encrypted", "unwrapped"]

_CONTENT_INFO = re.compile(
    rb"0(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84....)\x06"
    rb"(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07(?P<own>.)|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01(?P<other>.))",
    re.DOTALL,
)
_SIGNED, _COMPRESSED = (b"\x02", None), (None, b"\x09")
_ENCRYPTED = frozenset({(b"\x03", None), (b"\x06", None), (None, b"\x17")})
_OCTETS, _OCTETS_IN_PIECES, _END = 0x04, 0x24, 0x00
_EXPLICIT, _SEQUENCE, _CONSTRUCTED = 0xA0, 0x30, 0x20
_DEPTH = 8
_PIECES = 1_000_000
_LONGEST = 64 << 20


def is_encrypted(data: bytes) -> bool:
    """Whether it is a wrapping whose content only a key opens."""
    found = _CONTENT_INFO.match(data)
    return found is not None and (found["own"], found["other"]) in _ENCRYPTED


def unwrapped(data: bytes) -> bytes | None:
    """The part that a signature or a compression wraps, as far as it can be read; empty where nothing is wrapped.

    None for bytes that are no such wrapping, or a broken one.
    """
    found = _CONTENT_INFO.match(data)
    kind = (found["own"], found["other"]) if found is not None else (None, None)
    if found is None or kind not in {_SIGNED, _COMPRESSED}:
        return None
    reading = _Reading(data)
    try:
        content = b"".join(reading.content(found.end()))
    except _BrokenWrappingError:
        content = b"".join(reading.pieces)
        if not content:
            return None
    return _inflated(content) if kind == _COMPRESSED else content


def _inflated(content: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(content, _LONGEST)
    except zlib.error:
        return None


class _BrokenWrappingError(Exception):
    """An element is not the one that must stand here, or does not end within the bytes."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of BER: its tag, where its content begins, where it ends (None: with an end mark)."""

    tag: int
    begin: int
    end: int | None


class _Reading:
    """The elements that lead to the content, and the pieces of it found so far."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _PIECES
        self.pieces: list[bytes] = []

    def content(self, at: int) -> list[bytes]:
        """The content, from behind the type of the outermost element on."""
        inside = self._of(_SEQUENCE, self._of(_EXPLICIT, at).begin).begin
        for _ in ("version", "algorithms"):
            inside = self._behind(self._element(inside), 0)
        wrapped = self._of(_SEQUENCE, inside)
        at = self._behind(self._element(wrapped.begin), 0)  # the type of what is wrapped
        if at == wrapped.end or self._element(at).tag == _END:
            return []
        for piece in self._octets(self._element(self._of(_EXPLICIT, at).begin), 0):
            self.pieces.append(piece)
        return self.pieces

    def _octets(self, element: _Element, depth: int) -> Iterator[bytes]:
        """A string of bytes, which may be in pieces."""
        if element.tag == _OCTETS and element.end is not None:
            yield self._data[element.begin : element.end]
            if element.end > len(self._data):
                raise _BrokenWrappingError
            return
        if element.tag != _OCTETS_IN_PIECES or depth > _DEPTH:
            raise _BrokenWrappingError
        at = element.begin
        while element.end is None or at < element.end:
            piece = self._element(at)
            if piece.tag == _END and element.end is None:
                return
            yield from self._octets(piece, depth + 1)
            at = self._behind(piece, depth)

    def _of(self, tag: int, at: int) -> _Element:
        if (found := self._element(at)).tag != tag:
            raise _BrokenWrappingError
        return found

    def _element(self, at: int) -> _Element:
        self._left -= 1
        if at + 2 > len(self._data) or self._left < 0:
            raise _BrokenWrappingError
        tag, length = self._data[at], self._data[at + 1]
        if length == 0x80:
            return _Element(tag, at + 2, None)
        if length < 0x80:
            return _Element(tag, at + 2, at + 2 + length)
        begin = at + 2 + (length & 0x7F)
        return _Element(tag, begin, begin + int.from_bytes(self._data[at + 2 : min(begin, at + 10)], "big"))

    def _behind(self, element: _Element, depth: int) -> int:
        """Where the next element begins."""
        if element.end is not None:
            return element.end
        if depth > _DEPTH or not element.tag & _CONSTRUCTED:
            raise _BrokenWrappingError
        at = element.begin
        while (inner := self._element(at)).tag != _END:
            at = self._behind(inner, depth + 1)
        return inner.begin
