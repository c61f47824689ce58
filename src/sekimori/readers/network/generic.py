"""Tables that no other reader knows, by a description of the user's: CSV and JSON lines.

    date,time,client,account,url                                        {"at": "2026-02-03T09:00:00+09:00",
    2026/02/03,09:00:00,192.0.2.15,田中,http://www.example.jp/a            "src": {"ip": "192.0.2.15"}, "host": "www.example.jp"}

The description is `sekimori.readers.network.mapping`; without one these readers recognise nothing. CSV is RFC 4180,
JSON lines are jsonlines.org. Columns that are not mapped go into the kind's field for whatever else there is.
"""  # noqa: E501 - two samples beside each other

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import orjson

from sekimori.formats.csv_rows import BrokenRow, Row, rows_of
from sekimori.formats.encoding import sniff, text_lines
from sekimori.formats.lines import LongLine
from sekimori.readers.network.batches import long_line, statements
from sekimori.readers.network.generic_table import Place, Table, Values
from sekimori.readers.network.mapping import MappingError, TableMapping, table_mapping
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["GenericCsv", "GenericJsonl", "MappingError", "reader_for"]

_BATCH_ROWS = 20_000
_NO_MAPPING = "a table of this form needs a description of its columns"
_DEEPEST = 200


class GenericCsv(Reader):
    """Comma-separated values, by the user's description."""

    name: ClassVar[str] = "generic.csv"
    title: ClassVar[str] = "CSV with a mapping"

    def recognises(self, head: Head) -> bool:
        """Never: only the user can say what the columns are."""
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a row. Raises `MappingError` where the description itself is wrong."""
        return _read(source, context, _csv_rows)


class GenericJsonl(Reader):
    """JSON lines, by the user's description."""

    name: ClassVar[str] = "generic.jsonl"
    title: ClassVar[str] = "JSON lines with a mapping"

    def recognises(self, head: Head) -> bool:
        """Never: only the user can say what the keys are."""
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line. Raises `MappingError` where the description itself is wrong."""
        return _read(source, context, _json_rows)


def reader_for(mapping: Mapping[str, object]) -> Reader:
    """The reader of the described table; raises `MappingError` where the description cannot be followed."""
    return GenericCsv() if table_mapping(mapping).format == "csv" else GenericJsonl()


_Rows = Callable[[Source, TableMapping], Iterator["Item | tuple[Place, Values]"]]


def _read(source: Source, context: ReadingContext, rows: _Rows) -> Iterator[Item]:
    if context.mapping is None:
        yield unread(_NO_MAPPING, length=source.size)
        return
    mapping = table_mapping(context.mapping)
    table = Table(mapping, context)
    for item in rows(source, mapping):
        if not isinstance(item, tuple):
            yield item
            continue
        place, values = item
        problem = table.add(place, values)
        if problem:
            offset, length, line = place
            yield unread(problem, offset=offset, length=length, line=line)
        if table.rows == _BATCH_ROWS:
            yield table.records()
    if table.rows:
        yield table.records()
    yield from statements(sniff(source.head.data))


def _csv_rows(source: Source, mapping: TableMapping) -> Iterator[Item | tuple[Place, Values]]:
    header: list[str] | None = None
    with source.open() as stream:
        lines = text_lines(stream, sniff(source.head.data))
        for _ in range(mapping.skip_header):
            next(lines, None)
        for row in rows_of(lines, mapping.delimiter):
            if isinstance(row, LongLine):
                yield long_line(row)
            elif isinstance(row, BrokenRow):
                yield unread(row.reason, offset=row.offset, length=row.length, line=row.line)
            elif header is not None:
                yield (row.offset, row.length, row.line), dict(zip(header, row.cells, strict=True))
            else:
                header = _header(row, mapping)
                missing = [name for name in mapping.needed if name not in header]
                if missing:
                    reason = f"there is no column {', '.join(missing)}; there are {', '.join(header)}"
                    yield unread(reason[:500], length=source.size, line=row.line)
                    return
                if not mapping.header:
                    yield (row.offset, row.length, row.line), dict(zip(header, row.cells, strict=True))


def _header(row: Row, mapping: TableMapping) -> list[str]:
    """The names of the columns; numbers where the table does not name them. Blanks around a name do not count."""
    return [cell.strip() if mapping.header else str(number) for number, cell in enumerate(row.cells, 1)]


def _json_rows(source: Source, mapping: TableMapping) -> Iterator[Item | tuple[Place, Values]]:
    with source.open() as stream:
        for line in text_lines(stream, sniff(source.head.data)):
            if isinstance(line, LongLine):
                yield long_line(line)
                continue
            if not line.text.strip():
                continue
            record = _object(line.text)
            place = (line.offset, line.length, line.line)
            if record is None:
                yield unread("the line is no JSON object", offset=line.offset, length=line.length, line=line.line)
            else:
                yield place, record | {name: _nested(record, name) for name in mapping.needed if name not in record}


def _object(text: str) -> dict[str, object] | None:
    try:
        record = orjson.loads(text)
        if text.count("[") + text.count("{") > _DEEPEST:
            orjson.dumps(record)  # has a limit of its own
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return record if isinstance(record, dict) else None


def _nested(record: object, name: str) -> object:
    for key in name.split("."):
        record = record.get(key) if isinstance(record, dict) else None
    return record
