"""Uuencoded files, as a part's transfer encoding and in the middle of a text.

Reference: pubs.opengroup.org/onlinepubs/9699919799/utilities/uuencode.html.

    begin 644 plan.txt
    %:&5L;&\\
    `
    end
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["UuFile", "from_uuencode", "uu_files"]

_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n(?=[ -`]{2,}+[ -~]?\r?\n|`\r?\n|end\r?\n)", re.MULTILINE)
_FILES = 100


class UuFile(NamedTuple):
    """A file in a text: where its lines stand, its name as written, its bytes."""

    start: int
    end: int
    name: bytes
    data: bytes


def uu_files(text: bytes) -> Iterator[UuFile]:
    """The files in a text, up to a hundred; what only begins like one has a first line that does not fit its length."""
    if b"begin " not in text:
        return
    at = found = 0
    while found < _FILES and (begin := _BEGIN.search(text, at)):
        data, at = _content(text, begin.end())
        if at > begin.end():
            found += 1
            yield UuFile(begin.start(), at, begin[1].strip(), data)
        else:
            at = begin.end()


def from_uuencode(raw: bytes) -> bytes:
    """The bytes of lines between `begin` and `end`; a line that is none is left out."""
    out = bytearray()
    inside = False
    for line in raw.splitlines():
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            out += _line(line) or b""
    return bytes(out)


def _content(text: bytes, at: int) -> tuple[bytes, int]:
    """The bytes from a place on, and the place behind the last line that belongs to them."""
    out = bytearray()
    while at < len(text):
        newline = text.find(b"\n", at, at + 200)
        stop = newline + 1 if newline >= 0 else len(text)
        line = text[at:stop].rstrip(b"\r\n")
        if line.strip() == b"end":
            return bytes(out), stop
        data = _line(line)
        if data is None:
            break
        out += data
        at = stop
    return bytes(out), at


def _line(line: bytes) -> bytes | None:
    """The bytes of one line; None where it is none. Blanks at its end may be lost on the way, a checksum be added."""
    length = line[0] - 32 & 0x3F if line else 0
    if not line or not 32 <= line[0] <= 96 or len(line) > 2 + -(-length // 3) * 4:
        return None
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        try:
            return binascii.a2b_uu(line[: 1 + -(-length // 3) * 4])
        except binascii.Error:
            return None
