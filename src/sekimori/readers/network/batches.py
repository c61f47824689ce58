"""What the readers of this package share: evidence to chunks of valid text, columns to batches of records."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from sekimori.formats.columns import Column
from sekimori.formats.encoding import Foreign, sniff, to_utf8
from sekimori.formats.lines import LONGEST_LINE, LineChunk, LongLine, Positions, chunks
from sekimori.model.kinds import UNREAD
from sekimori.model.place import Statement, Unread
from sekimori.model.report import N_
from sekimori.model.schema import Kind
from sekimori.readers.protocol import Records, Source, unread

__all__ = ["long_line", "place_of", "record_batch", "text_chunks", "unread_lines"]


def text_chunks(source: Source) -> Iterator[LineChunk | Unread | Statement]:
    """The lines of the evidence as valid UTF-8; what is too long to be a line, and what was found of the encoding."""
    encoding = sniff(source.head.data)
    foreign = Foreign()
    with source.open() as stream:
        for chunk in chunks(stream, encoding=encoding):
            if isinstance(chunk, LongLine):
                yield long_line(chunk)
                continue
            valid, changed = to_utf8(chunk)
            foreign += changed
            yield valid
    yield Statement(N_("encoding"), encoding)
    if foreign != Foreign():
        yield Statement(N_("lines that are not UTF-8"), str(foreign))


def long_line(line: LongLine) -> Unread:
    """A line that is too long to be one."""
    reason = N_("the line is longer than {count} bytes").format(count=f"{LONGEST_LINE:,}")
    return unread(reason, offset=line.offset, length=line.length, line=line.line)


def record_batch(kind: Kind, columns: Mapping[str, Column], rows: int) -> pa.RecordBatch:
    """A batch with exactly the columns of the kind: those given, the others null."""
    arrays: list[Column] = [
        columns[field.name] if field.name in columns else pa.nulls(rows, field.type) for field in kind.schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=kind.schema)


def unread_lines(chunk: LineChunk, rows: Positions, reasons: Column) -> Records:
    """Lines that could not be read, as one batch: cheap even where a whole file is of another format."""
    columns = {**place_of(chunk, rows), "reason": reasons}
    return Records(UNREAD, record_batch(UNREAD, columns, len(rows)))


def place_of(chunk: LineChunk, rows: Positions) -> dict[str, Column]:
    """The columns that say where the records stand."""
    return {
        "offset": pa.array(chunk.offsets[rows], pa.int64()),
        "length": pa.array(chunk.lengths[rows], pa.int64()),
        "line": pa.array(rows + chunk.first_line, pa.int64()),
    }
