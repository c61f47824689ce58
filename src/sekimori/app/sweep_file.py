"""One file, swept: the same readers as for adding, with nothing kept.

A format that is read by the line is swept in blocks: first it is found out which lines may hold what is sought, then
only those are read. Every other format is read as a whole.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sekimori.app.pieces import EMPTY, TOO_FAR, Piece, Progress, read_up_to, silent, slice_of
from sekimori.app.recognising import EXPANDED_BYTES, EXPANDED_RATIO, LEAST_BYTES, Asked, items_of, reader_of
from sekimori.formats.encoding import sniff
from sekimori.formats.lines import LONGEST_LINE, Block, LongLine, Positions, blocks
from sekimori.hunt.lines_sought import LinesSought, Spans
from sekimori.hunt.plain_text import PlainLines
from sekimori.hunt.sweeping import Sweeper, Where
from sekimori.hunt.tally import Tally
from sekimori.model.kinds import NETWORK
from sekimori.model.place import Place, Statement, Unread
from sekimori.model.report import N_
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Member, Reader, ReadingContext, Records, unread

__all__ = ["MOST_UNREAD", "FileSwept", "NotRead", "SweepFiles"]

MOST_UNREAD = 1_000
"""So many unread stretches of a file are named; all are counted."""

BLOCK_BYTES = 4 << 20
_IN_MEMORY = 64 << 20
_FEW = 4
"""Where more than one line in so many is a candidate, the whole block is read."""

_LONG = N_("the line is longer than {count} bytes")
_STANDARD_ERROR = 2
_WIDE = ("utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """A stretch of a file that was not swept."""

    path: str
    place: Place
    reason: str


@dataclass(slots=True)
class FileSwept:
    """What came of some files: `read` counts them by format, `as_text` names those of none, searched as text."""

    tally: Tally = field(default_factory=Tally)
    bytes: int = 0
    read: Counter[str] = field(default_factory=Counter)
    as_text: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    places: list[NotRead] = field(default_factory=list)
    statements: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, other: "FileSwept") -> None:
        """Add what came of others."""
        self.tally.add(other.tally.found)
        self.bytes += other.bytes
        for own, more in ((self.read, other.read), (self.unread, other.unread)):
            own.update(more)
        self.statements.update(other.statements)
        self.as_text += other.as_text
        self.places += other.places

    def not_read(self, path: str, what: Unread) -> None:
        """Note what could not be read."""
        self.unread[what.reason] += 1
        if len(self.places) < MOST_UNREAD:
            self.places.append(NotRead(path=path, place=what.place, reason=what.reason))


class SweepFiles:
    """Sweeps files one after the other, and what they contain."""

    def __init__(
        self,
        sweeper: Sweeper,
        sought: LinesSought | None,
        readers: Sequence[Asked],
        context: ReadingContext,
        progress: Progress = silent,
    ) -> None:
        self._sweeper, self._sought, self._readers = sweeper, sought, readers
        self._context, self._progress = context, progress
        self._columns = sweeper.columns(NETWORK)
        self._done = FileSwept()
        self._left = 0

    def sweep(self, piece: Piece) -> FileSwept:
        """Sweep one file, or a stream."""
        self._done = FileSwept()
        self._left = EXPANDED_BYTES
        self._piece(piece)
        return self._done

    def _piece(self, piece: Piece) -> None:
        try:
            raw = piece.open()
        except OSError as error:
            self._done.not_read(piece.path, unread(error.strerror or str(error)))
            return
        with raw:
            limit = None if piece.depth == 0 or piece.offset is not None else self._left
            stream = _Counted(raw, limit, lambda done: self._progress(piece.name, done))
            head = Head(piece.name, stream.read(HEAD_BYTES))
            self._stream(piece, stream, head)
            if piece.depth == 0:
                self._done.bytes += stream.size
            elif piece.offset is None:
                self._left -= max(stream.size, LEAST_BYTES)
            if stream.broken:
                self._done.not_read(piece.path, unread(stream.broken, offset=stream.size))

    def _stream(self, piece: Piece, stream: "_Counted", head: Head) -> None:
        reader, reason = reader_of(self._readers, head, len(head.data), piece)
        if reader is None and (reason == EMPTY or not _looks_like_text(head.data)):
            if not stream.broken or head.data:
                self._done.not_read(piece.path, unread(reason, length=len(head.data)))
            return
        if reader is None:
            self._done.as_text.append(piece.path)
            reader = PlainLines()
        else:
            self._done.read[reader.name] += 1
        if reader.by_line and sniff(head.data) not in _WIDE:
            self._by_blocks(piece, reader, _Replayed(head.data, stream), head)
            return
        with _seekable(piece, stream, head) as source:
            if piece.depth == 0:
                self._left += EXPANDED_RATIO * source.size
            for item in items_of(reader, source, self._context):
                if not self._item(item, piece, source, reader.name):
                    break

    def _item(self, item: Item, piece: Piece, source: "_File", within: str) -> bool:
        """Take one item of a reader; whether to go on."""
        match item:
            case Member():
                if self._left <= 0 and item.offset is None:
                    self._done.not_read(piece.path, unread(TOO_FAR))
                    return False
                self._piece(_member(item, piece, source, within))
            case Statement(about, value):
                self._done.statements[about, value] += 1
            case _:
                self._take(item, piece.path)
        return True

    def _take(self, item: Records | Unread, path: str, where: Where = lambda place: place) -> None:
        if isinstance(item, Unread):
            self._done.not_read(path, replace(item, place=where(item.place)))
        elif item.kind.name == "unread":
            self._unread_lines(item, path, where)
        else:
            self._done.tally.add(self._sweeper.sweep(item.kind, item.batch, path, where))

    def _unread_lines(self, records: Records, path: str, where: Where) -> None:
        reasons = records.batch.column("reason").to_pylist()
        room = MOST_UNREAD - len(self._done.places)
        for row in records.batch.slice(0, max(0, room)).to_pylist():
            place = Place(offset=row["offset"], length=row["length"], line=row["line"])
            self._done.not_read(path, unread_at(where(place), row["reason"]))
        self._done.unread.update(reasons[max(0, room) :])

    def _by_blocks(self, piece: Piece, reader: Reader, stream: "_Replayed", head: Head) -> None:
        line = 0
        for block in blocks(stream, b"\n", BLOCK_BYTES, LONGEST_LINE):  # type: ignore[arg-type]
            if isinstance(block, LongLine):
                line += 1
                reason = _LONG.format(count=f"{LONGEST_LINE:,}")
                self._done.not_read(piece.path, unread(reason, offset=block.offset, length=block.length, line=line))
                continue
            self._block(piece.path, reader, block, head, line)
            line += block.data.count(b"\n")

    def _block(self, path: str, reader: Reader, block: Block, head: Head, line: int) -> None:
        spans = self._candidates(path, reader, block, head, line)
        if spans is None:
            lines = _Lines.whole(block, line)
        elif not len(spans[0]):
            return
        else:
            lines = _Lines.some(block, line, spans)
        for item in items_of(reader, lines.source(head), self._context):
            if isinstance(item, Statement):
                self._done.statements[item.about, item.value] = 1
            elif isinstance(item, Records | Unread):
                self._take(item, path, lines.where)

    def _candidates(self, path: str, reader: Reader, block: Block, head: Head, line: int) -> Spans | None:
        """The lines that may hold what is sought; None for all of them."""
        if self._sought is not None:
            spans = self._sought.lines(block.data)
            few = len(spans[0]) * _FEW * 100 < len(block.data)
            return spans if few else None
        if self._columns is None:
            return None
        whole = _Lines.whole(block, line)
        context = replace(self._context, columns=self._columns)
        starts: list[Positions] = [np.zeros(0, np.int64)]
        lengths: list[Positions] = [np.zeros(0, np.int64)]
        for item in items_of(reader, whole.source(head), context):
            if isinstance(item, Unread) or (isinstance(item, Records) and item.kind.name == "unread"):
                self._take(item, path, whole.where)
            elif isinstance(item, Records):
                rows = self._sweeper.may_agree(item.kind, item.batch)
                starts.append(item.batch.column("offset").to_numpy()[rows])
                lengths.append(item.batch.column("length").to_numpy()[rows])
        start = np.concatenate(starts) - whole.own[0]
        return start, start + np.concatenate(lengths)


def unread_at(place: Place, reason: str) -> Unread:
    """An unread stretch."""
    return Unread(place=place, reason=reason)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Some lines of a block as a piece of evidence of their own, and where they stand in the file.

    They begin with a line end, unless they are the file's beginning: a byte order mark counts only there.
    """

    data: bytes
    own: Positions
    offsets: Positions
    lines: Positions

    @classmethod
    def whole(cls, block: Block, line: int) -> "_Lines":
        """All lines of a block; `line` is the number of the last line before it."""
        lead = b"\n" if block.offset else b""
        start, size = np.array([len(lead)], np.int64), len(lead)
        return cls(lead + block.data, start, np.array([block.offset]), np.array([line - size]))

    @classmethod
    def some(cls, block: Block, line: int, spans: Spans) -> "_Lines":
        """Lines of a block that begin and end at these positions."""
        pieces: list[bytes] = []
        numbers: list[int] = []
        before, number = 0, line
        for start, stop in zip(*(several.tolist() for several in spans), strict=True):
            number += block.data.count(b"\n", before, start)
            before = start
            numbers.append(number)
            pieces.append(block.data[start:stop].rstrip(b"\r\n"))
        lead = 0 if block.offset + int(spans[0][0]) == 0 else 1
        lengths = np.array([len(piece) + 1 for piece in pieces], np.int64)
        own = np.cumsum(lengths) - lengths + lead
        counted = np.arange(len(pieces)) + lead
        return cls(b"\n" * lead + b"\n".join(pieces) + b"\n", own, spans[0] + block.offset, np.array(numbers) - counted)

    def where(self, place: Place) -> Place:
        """The place in the file."""
        at = max(0, int(np.searchsorted(self.own, place.offset, "right")) - 1)
        offset = place.offset - int(self.own[at]) + int(self.offsets[at])
        return Place(offset=offset, length=place.length, line=place.line + int(self.lines[at]))

    def source(self, head: Head) -> "_File":
        """As a source for readers; they see the beginning of the whole file."""
        return _File(head.name, len(self.data), head, lambda: io.BytesIO(self.data))


@dataclass(frozen=True, slots=True)
class _File:
    """A `Source` for readers."""

    name: str
    size: int
    head: Head
    open: Callable[[], BinaryIO]


@contextmanager
def _seekable(piece: Piece, stream: "_Counted", head: Head) -> Iterator[_File]:
    """The content as often as needed: the file itself, or a stream kept in memory or in a file meanwhile."""
    if piece.offset is not None or stream.is_file:
        yield _File(piece.name, stream.whole_size(), head, piece.open)
        return
    data = head.data + stream.read(_IN_MEMORY)
    if len(data) < _IN_MEMORY:
        yield _File(piece.name, len(data), head, lambda: io.BytesIO(data))
        return
    with tempfile.TemporaryDirectory(prefix="sekimori-") as folder:
        path = Path(folder) / "content"
        with path.open("wb") as file:
            while data:
                file.write(data)
                data = stream.read(BLOCK_BYTES)
        yield _File(piece.name, path.stat().st_size, head, lambda: path.open("rb"))


class _Counted:
    """Reads a stream once, to a limit; `broken` says why it ended before its end."""

    def __init__(self, stream: BinaryIO, limit: int | None, tell: Callable[[int], None]) -> None:
        self._some: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._stream, self._limit, self._tell = stream, limit, tell
        self.size = 0
        self.broken = ""
        self.is_file = limit is None and _is_file(stream)

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        if self.broken:
            return b""
        data, self.broken = read_up_to(self._some, size)
        if self._limit is not None and self.size + len(data) > self._limit:
            self.broken = TOO_FAR
            data = data[: max(0, self._limit - self.size)]
        self.size += len(data)
        self._tell(self.size)
        return data

    def whole_size(self) -> int:
        """The size of a file, all of which then counts as read."""
        self.size = self._stream.seek(0, io.SEEK_END)
        return self.size


class _Replayed:
    """A stream of which the beginning was read already."""

    def __init__(self, begun: bytes, stream: _Counted) -> None:
        self._begun, self._stream = begun, stream

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        begun, self._begun = self._begun[:size], self._begun[size:]
        return begun + self._stream.read(size - len(begun)) if begun else self._stream.read(size)


def _member(item: Member, piece: Piece, source: _File, within: str) -> Piece:
    path, depth = f"{piece.path}!{item.name}", piece.depth + 1
    if item.offset is None or item.length is None:
        return Piece(item.name, path, lambda: item.stream, depth, within=within)
    offset, length = item.offset, item.length
    return Piece(item.name, path, lambda: slice_of(source.open(), offset, length), depth, offset=offset, within=within)


def _is_file(stream: BinaryIO) -> bool:
    """Whether it was opened by a path: the standard streams were not."""
    try:
        return stream.seekable() and stream.fileno() > _STANDARD_ERROR
    except (OSError, ValueError):
        return False


def _looks_like_text(head: bytes) -> bool:
    if sniff(head) in _WIDE:
        return True
    return head.count(0) * 64 <= len(head)
