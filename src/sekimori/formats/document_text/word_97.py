"""Documents of Word 97 to 2003, and the plain text of Word 6 and 95. Reference: [MS-DOC] 2.5 (FIB), 2.9.38 (Clx).

The characters stand in pieces all over the stream "WordDocument"; the piece table in the table stream says where, and
whether in one byte each or two. Its order is: main text, footnotes, headers, comments, endnotes, text boxes.

    ec a5 c1 00 …    the stream "WordDocument" of a compound file
"""

import struct
from collections.abc import Iterator

from sekimori.formats.compound_file import MAGIC, read_stream
from sekimori.formats.document_text.limits import Budget, Locked, Unreadable
from sekimori.formats.mail_text import decode
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_STREAM = "WordDocument"
_NAME = _STREAM.encode("utf-16-le")
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_WORD_97 = 0xC1
_PIECE = 1 << 18
# Paragraph, line and page ends; cells; the marks of fields; a hyphen that does not break; objects.
_SIGNS = {0x0D: "\n", 0x0B: "\n", 0x0C: "\n", 0x07: "\t", 0x13: " ", 0x14: " ", 0x15: " ", 0x1E: "-", 0x1F: "", 1: "",
          8: "", 5: "", 2: ""}  # fmt: skip


def recognises(data: bytes) -> bool:
    """Whether it is a compound file with a Word document in it."""
    return data.startswith(MAGIC) and _NAME in data


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - bound by the size of the file
    """The text piece by piece. Raises `Unreadable`."""
    stream = read_stream(data, _STREAM) or b""
    if len(stream) < 0x1AA:
        raise Unreadable(N_("the document's header is cut short"))
    version, flags = struct.unpack_from("<2xH6xH", stream, 0)
    if flags & _ENCRYPTED:
        raise Locked
    if version < _WORD_97:
        start, stop = struct.unpack_from("<II", stream, 0x18)
        yield decode(stream[start:stop].replace(b"\r", b"\n")).translate(_SIGNS)
        return
    table = read_stream(data, "1Table" if flags & _TABLE_1 else "0Table") or b""
    at, length = struct.unpack_from("<II", stream, 0x1A2)
    for start, count, is_narrow in _pieces(table[at : at + length]):
        yield from _characters(stream, start, count, is_narrow=is_narrow)


def _pieces(clx: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each piece begins, how many characters it has, and whether they are of one byte. 2.9.38, 2.8.35."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + int.from_bytes(clx[at + 1 : at + 3], "little")
    if clx[at : at + 1] != b"\x02":
        raise Unreadable(N_("the document's piece table is missing"))
    length = int.from_bytes(clx[at + 1 : at + 5], "little")
    table = clx[at + 5 : at + 5 + length]
    count = max(0, len(table) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table) if count else ()
    for number in range(count):
        (where,) = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)
        is_narrow = bool(where & 0x4000_0000)
        start = where & 0x3FFF_FFFF
        yield start // 2 if is_narrow else start, max(0, ends[number + 1] - ends[number]), is_narrow


def _characters(stream: bytes, start: int, count: int, *, is_narrow: bool) -> Iterator[str]:
    width = 1 if is_narrow else 2
    end = min(len(stream), start + width * count)
    for begin in range(start, end, _PIECE):
        raw = stream[begin : min(end, begin + _PIECE)]
        text = raw.decode("cp1252", "replace") if is_narrow else raw.decode("utf-16-le", "replace")
        yield text.translate(_SIGNS)
