"""Bytes to lines, without an object per line: a chunk holds the text once and the lines as arrays of positions.

    chunk.text     b"first\\r\\nsecond\\n"
    chunk.starts   [0, 7]         chunk.ends     [5, 13]
    chunk.offsets  [0, 7]         chunk.lengths  [5, 6]        chunk.first_line  1

A line ends with LF or CR LF (RFC 4180 and the logs of Windows); a lone CR is data. UTF-16 is turned into UTF-8 for
the reader, while offsets and lengths stay those of the evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

__all__ = [
    "CHUNK_BYTES",
    "LONGEST_LINE",
    "Block",
    "LineChunk",
    "LongLine",
    "Positions",
    "blocks",
    "chunks",
    "head_lines",
]

CHUNK_BYTES = 2 << 20
"""How much is read at once: what is made of it stays in the processor's cache (8 MiB were three times slower)."""

LONGEST_LINE = 1 << 20
"""Longer lines are no text; they are reported and skipped."""

Positions = npt.NDArray[np.int64]
"""Positions in a text, lengths, or numbers of lines."""

_LF, _CR = 0x0A, 0x0D
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF16 = {"utf-16-le": "<u2", "utf-16-be": ">u2"}


@dataclass(frozen=True, slots=True)
class LineChunk:
    """Whole lines, one behind the other, with nothing but their line ends between them.

    `text` is the evidence's own bytes, or UTF-8 made of its UTF-16; `starts` and `ends` are positions in it, the end
    without CR and LF. `offsets` and `lengths` are the same lines in the bytes of the evidence.
    """

    text: bytes
    starts: Positions
    ends: Positions
    offsets: Positions
    lengths: Positions
    first_line: int

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def data(self) -> npt.NDArray[np.uint8]:
        """The text as an array of bytes."""
        return np.frombuffer(self.text, np.uint8)

    @property
    def numbers(self) -> Positions:
        """The number of each line, from 1."""
        return np.arange(self.first_line, self.first_line + len(self), dtype=np.int64)

    def line(self, index: int) -> bytes:
        """The bytes of one line."""
        return self.text[self.starts[index] : self.ends[index]]

    def part(self, start: int, stop: int) -> "LineChunk":
        """The lines from `start` to before `stop`, without the bytes of the others."""
        rows = slice(start, stop)
        first = int(self.starts[start])
        return LineChunk(
            text=self.text[first : int(self.starts[stop]) if stop < len(self) else len(self.text)],
            starts=self.starts[rows] - first,
            ends=self.ends[rows] - first,
            offsets=self.offsets[rows],
            lengths=self.lengths[rows],
            first_line=self.first_line + start,
        )


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line that is too long to be one: where it stands and how many bytes it has."""

    offset: int
    length: int
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes that begin with a line and end behind a line end or at the end of the evidence."""

    offset: int
    data: bytes


def chunks(
    stream: BinaryIO, *, encoding: str = "utf-8", size: int = CHUNK_BYTES, longest: int = LONGEST_LINE
) -> Iterator[LineChunk | LongLine]:
    """All lines of the stream in order; memory stays within a few times `size` whatever the lines are.

    `encoding` is one of `sekimori.formats.encoding.sniff`; only the two forms of UTF-16 make a difference here. A byte
    order mark belongs to no line. Lines of more than `longest` bytes come as `LongLine`.
    """
    line = 1
    mark = "\n".encode(encoding if encoding in _UTF16 else "ascii")
    for block in blocks(stream, mark, size, longest):
        if isinstance(block, LongLine):
            yield replace(block, line=line)
            line += 1
            continue
        chunk = _utf16_chunk(block, encoding, line) if encoding in _UTF16 else _byte_chunk(block, line)
        line += len(chunk)
        yield from _without_long_lines(chunk, longest)


def head_lines(data: bytes, *, limit: int = 100, whole: bool = False) -> list[bytes]:
    """The first whole lines of a head that are not blank, without line ends.

    The last one is left out where it may be cut, unless `whole` says that the evidence ends here.
    """
    lines = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n", limit)
    if len(lines) > limit or (len(lines) > 1 and not whole):
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines if line.strip()]


def blocks(stream: BinaryIO, mark: bytes, size: int, longest: int) -> Iterator[Block | LongLine]:
    """Bytes of whole lines, about `size` at a time; `mark` is what ends a line.

    Lines longer than `longest` that do not fit in are left out and told, without their number.
    """
    offset, carry = 0, b""
    while data := stream.read(size):
        data = carry + data
        cut = _behind(mark, data, last=True)
        if cut:
            yield Block(offset, data[:cut])
        offset, carry = offset + cut, data[cut:]
        if len(carry) > longest:
            length, read, carry = _skip_line(stream, mark, carry, size)
            yield LongLine(offset, length, 0)
            offset += read
    if carry:
        yield Block(offset, carry)


def _skip_line(stream: BinaryIO, mark: bytes, data: bytes, size: int) -> tuple[int, int, bytes]:
    """Reads on to the end of a long line of which `data` is the beginning.

    Gives its length, its length with the line end, and what was read of the next lines.
    """
    width, passed = len(mark), 0
    while more := stream.read(size):
        kept = data[-2 * width - len(data) % width :]  # a CR may stand there, and half a character
        passed += len(data) - len(kept)
        data = kept + more
        cut = _behind(mark, data, last=False)
        if cut:
            line = data[: cut - width].removesuffix(mark.replace(b"\n", b"\r"))
            return passed + len(line), passed + cut, data[cut:]
    return passed + len(data), passed + len(data), b""


def _behind(mark: bytes, data: bytes, *, last: bool) -> int:
    """The position behind the first or last line end; 0 where there is none. In UTF-16 it stands at even positions."""
    found = data.rfind(mark) if last else data.find(mark)
    while found % len(mark) and found >= 0:
        found = data.rfind(mark, 0, found + len(mark) - 1) if last else data.find(mark, found + 1)
    return found + len(mark) if found >= 0 else 0


def _byte_chunk(block: Block, first_line: int) -> LineChunk:
    data = np.frombuffer(block.data, np.uint8)
    starts, ends = _lines_between(np.flatnonzero(data == _LF), len(data), 1)
    if block.offset == 0 and block.data.startswith(_BYTE_ORDER_MARK):
        starts[0] = len(_BYTE_ORDER_MARK)
    if b"\r" in block.data:
        ends -= _ends_with_cr(data, starts, ends)
    return LineChunk(block.data, starts, ends, starts + block.offset, ends - starts, first_line)


def _utf16_chunk(block: Block, encoding: str, first_line: int) -> LineChunk:
    """Lone surrogates become backslash escapes; half a character at the very end is left out of the text."""
    even = len(block.data) & ~1
    units = np.frombuffer(block.data, _UTF16[encoding], even // 2)
    raw_starts, raw_ends = _lines_between(np.flatnonzero(units == _LF) * 2, len(block.data), 2)
    text = block.data[:even].decode(encoding, "surrogatepass").encode("utf-8", "backslashreplace")
    data = np.frombuffer(text, np.uint8)
    starts, ends = _lines_between(np.flatnonzero(data == _LF), len(data), 1)
    if len(starts) < len(raw_starts):  # the half character stands in a line of its own
        starts, ends = np.append(starts, len(data)), np.append(ends, len(data))
    if block.offset == 0 and text.startswith(_BYTE_ORDER_MARK):
        starts[0], raw_starts[0] = len(_BYTE_ORDER_MARK), 2
    carriage = _ends_with_cr(data, starts, ends)
    lengths = raw_ends - raw_starts - 2 * carriage
    return LineChunk(text, starts, ends - carriage, raw_starts + block.offset, lengths, first_line)


def _lines_between(line_ends: Positions, size: int, width: int) -> tuple[Positions, Positions]:
    starts = np.concatenate(([0], line_ends + width))
    if starts[-1] >= size:
        return starts[:-1], line_ends.copy()
    return starts, np.append(line_ends, size)


def _ends_with_cr(data: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> Positions:
    if not len(data):
        return np.zeros(len(starts), np.int64)
    terminated = np.take(data, np.minimum(ends, len(data) - 1)) == _LF
    ended = (ends > starts) & terminated & (np.take(data, ends - 1) == _CR)
    return np.asarray(ended, np.int64)


def _without_long_lines(chunk: LineChunk, longest: int) -> Iterator[LineChunk | LongLine]:
    start = 0
    for index in np.flatnonzero(chunk.lengths > longest).tolist():
        if index > start:
            yield chunk.part(start, index)
        yield LongLine(int(chunk.offsets[index]), int(chunk.lengths[index]), chunk.first_line + index)
        start = index + 1
    if start == 0:
        yield chunk
    elif start < len(chunk):
        yield chunk.part(start, len(chunk))
