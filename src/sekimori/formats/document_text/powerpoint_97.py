"""Presentations of PowerPoint 97 to 2003. Reference: [MS-PPT] 2.3.1 (record headers), 2.9.42 and 2.9.43 (texts).

0f 00 e8 03 …    DocumentContainer, in the stream "PowerPoint Document" of a compound file
00 00 a0 0f 06 00 00 00 2f 8b 6d 90 ..    TextCharsAtom, UTF-16
"""

import struct
from collections.abc import Iterator

from sekimori.formats.compound_file import MAGIC, read_stream
from sekimori.formats.document_text.limits import Budget, Locked, Unreadable
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_STREAM = "PowerPoint Document"
_NAME = _STREAM.encode("utf-16-le")
_CHARACTERS, _BYTES, _STRING, _ENCRYPTION = 0x0FA0, 0x0FA8, 0x0FBA, 0x2F14
_LOCKED_TOKEN = 0xF3D1C4DF  # 2.3.2, headerToken of an encrypted document
_AT_ONCE = 4096


def recognises(data: bytes) -> bool:
    """Whether it is a compound file with a presentation in it."""
    return data.startswith(MAGIC) and _NAME in data


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - bound by the size of the file
    """The texts in the order of the records: slides, notes, comments, links. Raises `Unreadable`."""
    user = read_stream(data, "Current User") or b""
    if int.from_bytes(user[12:16], "little") == _LOCKED_TOKEN:
        raise Locked
    stream = read_stream(data, _STREAM)
    if stream is None:
        raise Unreadable(N_("the presentation is cut short"))
    at, number = 0, 0
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack_from("<HHI", stream, at)
        at += 8
        number += 1
        if kind == _ENCRYPTION:
            raise Locked
        if version & 0xF == 0xF:  # a container: its records follow
            yield from ("",) if number % _AT_ONCE == 0 else ()
            continue
        if kind in (_CHARACTERS, _STRING):
            yield _lines(stream[at : at + length].decode("utf-16-le", "replace"))
        elif kind == _BYTES:
            yield _lines(stream[at : at + length].decode("latin-1"))
        at += length


def _lines(text: str) -> str:
    return text.replace("\r", "\n").replace("\x0b", "\n") + "\n"
