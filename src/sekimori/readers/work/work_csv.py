"""Work records as CSV, from a form, a database or a spreadsheet.

    作業日,作業者,開始,終了,対象サーバ,アカウント,作業内容
    2026/1/15,田中,10:00,11:30,srv01,adm-tanaka,更新の適用

RFC 4180 with commas, semicolons or tabs, in UTF-8, UTF-16 or CP932; the header is known by synonyms in both languages
(`sekimori.readers.work.headers`), and must name who, when and what.
"""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.csv_records import CsvRecord, csv_records, fields_of
from sekimori.formats.encoding import decode_line, is_text, sniff
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.work.headers import is_header, roles_of
from sekimori.readers.work.work_table import WorkTable, records

__all__ = ["WorkCsv"]

_HEADER_WITHIN = 20
_BATCH_ROWS = 5_000
_LONGEST_LINE = 2_000


class WorkCsv(Reader):
    """Work records as CSV."""

    name: ClassVar[str] = "work.csv"
    title: ClassVar[str] = "Work records (CSV)"

    def recognises(self, head: Head) -> bool:
        """By a header that names who, when and what, in one of the first lines."""
        return is_text(head.data) and _delimiter(head.data) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a row that tells of work. Times are of the context's zone."""
        encoding = sniff(source.head.data)
        yield Statement(N_("encoding"), encoding)
        yield Statement(N_("time zone"), N_("{zone} (the file names none)").format(zone=context.zone))
        table = WorkTable(self.name, context)
        rows = []
        with source.open() as stream:
            for record in csv_records(stream, encoding, _delimiter(source.head.data) or ",", _any_line):
                if not isinstance(record, CsvRecord):
                    yield record
                    continue
                place = {"offset": record.offset, "length": record.length, "line": record.line}
                row = table.take([value.strip() for value in record.fields])
                if isinstance(row, str):
                    yield unread(row, **place)
                elif row:
                    rows.append({**row, **place})
                if len(rows) >= _BATCH_ROWS:
                    yield from records(rows)
                    rows = []
        yield from records(rows)


def _any_line(line: str) -> bool:
    del line
    return True


def _delimiter(data: bytes) -> str | None:
    """The delimiter of a header in the first lines; None where there is none."""
    encoding = sniff(data)
    lines = decode_line(data[: len(data) & ~1], encoding).lstrip("\ufeff").splitlines()[:_HEADER_WITHIN]
    for line in lines:
        for delimiter in ",\t;" if len(line) <= _LONGEST_LINE else "":
            if delimiter not in line:
                continue
            fields = fields_of(line, delimiter)
            if is_header(fields) and {"person", "work"} <= roles_of(fields).keys():
                return delimiter
    return None
