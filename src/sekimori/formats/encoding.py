"""Which character encoding a text is in, and how a line is decoded that keeps to none.

Logs of Japanese systems come in UTF-8, CP932 (the Windows form of Shift_JIS) and, from Windows itself, UTF-16, and
some lines of a log may be in another encoding than the rest: a user name copied from a request, a path. The rule for
a line: UTF-8 where it is valid; else CP932 where every byte fits; else UTF-8 with a backslash escape per bad byte.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from sekimori.formats.lines import LONGEST_LINE, LineChunk, LongLine, Positions, chunks
from sekimori.model.report import N_

__all__ = ["Foreign", "TextLine", "decode_line", "is_text", "sniff", "text_lines", "to_utf8"]

_UNASSIGNED = re.compile("[\x80\uf8f0-\uf8f3]")  # what Python makes of the bytes 80, A0, FD, FE and FF
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as text, without its line end; `offset` and `length` are bytes of the evidence, `line` is from 1."""

    offset: int
    length: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """How many lines were not valid UTF-8: taken as CP932, and written with backslash escapes."""

    cp932: int = 0
    escaped: int = 0

    def __add__(self, other: "Foreign") -> "Foreign":
        return Foreign(self.cp932 + other.cp932, self.escaped + other.escaped)

    def __str__(self) -> str:
        counts = {"cp932": self.cp932, "escaped": self.escaped}
        return N_("{cp932} as CP932, {escaped} with backslash escapes").format(**counts)


_NULS_OF_NO_TEXT = 64
"""With more than one NUL in so many bytes it is no text, and its encoding does not matter."""


@lru_cache(maxsize=16)  # every reader of texts asks about the same beginning
def sniff(head: bytes) -> str:
    """The encoding of a text by its beginning: utf-8, utf-8-sig, utf-16-le, utf-16-be or cp932.

    By byte order mark, by the pattern of NULs, then by the lines that are not ASCII: CP932 where more of them are
    valid as CP932 alone than as UTF-8. Pure ASCII is utf-8. The last line may be cut.
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if wide := _utf16_by_nuls(head):
        return wide
    if not _is_text(head):
        return "utf-8"
    utf8 = cp932 = 0
    lines = head.split(b"\n")
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        cut = index == len(lines) - 1
        if _decoded(line, "utf-8", cut=cut) is not None:
            utf8 += 1
        elif _decoded(line, "cp932", cut=cut) is not None:
            cp932 += 1
    return "cp932" if cp932 > utf8 else "utf-8"


def is_text(head: bytes) -> bool:
    """Whether a beginning can be that of a text in any of these encodings: binary data is full of NULs."""
    return sniff(head).startswith("utf-16") or _is_text(head)


def _is_text(head: bytes) -> bool:
    return head.count(0) <= len(head) // _NULS_OF_NO_TEXT


def decode_line(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a line: in UTF-16 where `encoding` says so, otherwise by the rule of this module. Never raises."""
    if encoding.startswith("utf-16"):
        return data.decode(encoding, "backslashreplace")
    for name in ("utf-8", "cp932"):
        if (text := _decoded(data, name)) is not None:
            return text
    return data.decode("utf-8", "backslashreplace")


def text_lines(stream: BinaryIO, encoding: str, *, longest: int = LONGEST_LINE) -> Iterator[TextLine | LongLine]:
    """Every line as text with its place in the bytes; for formats of which each line becomes an object anyway."""
    for chunk in chunks(stream, encoding=encoding, size=1 << 20, longest=longest):
        if isinstance(chunk, LongLine):
            yield chunk
            continue
        rows = zip(
            chunk.starts.tolist(), chunk.ends.tolist(), chunk.offsets.tolist(), chunk.lengths.tolist(), strict=True
        )
        for number, (start, end, offset, length) in enumerate(rows, chunk.first_line):
            yield TextLine(offset, length, number, decode_line(chunk.text[start:end]))


def to_utf8(chunk: LineChunk) -> tuple[LineChunk, Foreign]:
    """The same lines as valid UTF-8, and how many had to be changed; costs next to nothing where all are valid.

    Places in the evidence are kept. Lines are decided one by one, so that valid ones stay as they are.
    """
    if _is_utf8(chunk.text):
        return chunk, Foreign()
    rows = _rows_beyond_ascii(chunk)
    changed: dict[int, bytes] = {}
    cp932 = 0
    for row, start, end in zip(rows.tolist(), chunk.starts[rows].tolist(), chunk.ends[rows].tolist(), strict=True):
        line = chunk.text[start:end]
        if _decoded(line, "utf-8") is not None:
            continue
        text = _decoded(line, "cp932")
        cp932 += text is not None
        changed[row] = (decode_line(line) if text is None else text).encode("utf-8")
    return _with_lines(chunk, changed) if changed else chunk, Foreign(cp932, len(changed) - cp932)


def _utf16_by_nuls(head: bytes) -> str | None:
    """ASCII characters in UTF-16 have every second byte NUL; even Japanese text has line ends, blanks and digits."""
    pairs = np.frombuffer(head, np.uint8, len(head) & ~1).reshape(-1, 2)
    if len(pairs) < 4:
        return None
    first, second = (pairs == 0).mean(axis=0).tolist()
    if second >= 0.1 and first <= second / 20:
        return "utf-16-le"
    if first >= 0.1 and second <= first / 20:
        return "utf-16-be"
    return None


def _decoded(line: bytes, encoding: str, *, cut: bool = False) -> str | None:
    """The text where every byte is valid; a line that is `cut` may end within a character."""
    try:
        text = getincrementaldecoder(encoding)().decode(line) if cut else line.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if encoding == "cp932" and _UNASSIGNED.search(text) else text


def _is_utf8(text: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(text)], np.int32).data)
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _rows_beyond_ascii(chunk: LineChunk) -> Positions:
    places = np.flatnonzero(chunk.data >= 0x80)
    rows = np.unique(np.searchsorted(chunk.starts, places, side="right") - 1)
    return np.asarray(rows[rows >= 0], np.int64)


def _with_lines(chunk: LineChunk, changed: dict[int, bytes]) -> LineChunk:
    """The chunk with some lines put anew."""
    pieces: list[bytes | memoryview] = []
    text, position = memoryview(chunk.text), 0
    growth = np.zeros(len(chunk), np.int64)
    for row, line in changed.items():
        start, end = int(chunk.starts[row]), int(chunk.ends[row])
        pieces += (text[position:start], line)
        growth[row] = len(line) - (end - start)
        position = end
    pieces.append(text[position:])
    grown = np.cumsum(growth)
    return LineChunk(
        text=b"".join(pieces),
        starts=chunk.starts + grown - growth,
        ends=chunk.ends + grown,
        offsets=chunk.offsets,
        lengths=chunk.lengths,
        first_line=chunk.first_line,
    )
