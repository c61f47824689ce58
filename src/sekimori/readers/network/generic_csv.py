"""Tables of comma-separated values that no other reader knows, by a description of the user's.

    date,time,client,account,url
    2026/02/03,09:00:00,192.0.2.15,田中,http://www.example.jp/a

RFC 4180, with any delimiter. The description is `sekimori.readers.network.mapping`; without one the reader recognises
nothing. Columns that are not mapped go into the kind's field for whatever else there is.
"""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.csv_rows import BrokenRow, Row, rows_of
from sekimori.formats.encoding import sniff, text_lines
from sekimori.formats.lines import LongLine
from sekimori.model.report import N_
from sekimori.readers.network.batches import long_line
from sekimori.readers.network.generic_table import Place, Values, read_table
from sekimori.readers.network.mapping import TableMapping
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["GenericCsv"]


class GenericCsv(Reader):
    """Comma-separated values, by the user's description."""

    name: ClassVar[str] = "generic.csv"
    title: ClassVar[str] = "CSV with a mapping"

    def recognises(self, head: Head) -> bool:
        """Never: only the user can say what the columns are."""
        del head
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a row. Raises `MappingError` where the description itself is wrong."""
        return read_table(source, context, _rows)


def _rows(source: Source, mapping: TableMapping) -> Iterator[Item | tuple[Place, Values]]:
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
                    reason = N_("there is no column {missing}; there are {names}")
                    reason = reason.format(missing=", ".join(missing), names=", ".join(header))
                    yield unread(reason[:500], length=source.size, line=row.line)
                    return
                if not mapping.header:
                    yield (row.offset, row.length, row.line), dict(zip(header, row.cells, strict=True))


def _header(row: Row, mapping: TableMapping) -> list[str]:
    """The names of the columns; numbers where the table does not name them. Blanks around a name do not count."""
    return [cell.strip() if mapping.header else str(number) for number, cell in enumerate(row.cells, 1)]
