"""Work records kept in Excel or LibreOffice.

    作業日      作業者   開始    終了    対象サーバ   作業元      アカウント   作業内容       申請番号
    2026/1/15   田中     10:00   11:30   srv01        192.0.2.15  adm-tanaka   更新の適用     CHG-0012

Such books have no standard: a row that heads a table is known by synonyms in both languages
(`sekimori.readers.work.headers`). Formats: ECMA-376 (xlsx), [MS-XLS], ISO/IEC 26300 (ods). A row is placed by its
number in the sheet; bytes cannot be given, as the sheets are compressed.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from sekimori.formats.workbook import Cell, Sheet, head_text, is_workbook, sheets
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.work.headers import is_header, known_words, plain_header
from sekimori.readers.work.work_table import WorkTable, records

__all__ = ["WorkExcel", "cell_text"]

_IN_SHEET = N_("sheet {name}: {reason}")
_HEADER_WITHIN = 200
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of Excel's calendar, which knows no zones
_LARGEST = 65 << 20


class WorkExcel(Reader):
    """Work records in a workbook."""

    name: ClassVar[str] = "work.excel"
    title: ClassVar[str] = "Work records (Excel, OpenDocument)"

    def recognises(self, head: Head) -> bool:
        """A workbook with a row of headers; of one that is larger than its head, by the words that can be seen."""
        if not is_workbook(head.data):
            return False
        if len(head.data) < HEAD_BYTES:
            return any(_has_header(sheet) for sheet in sheets(head.data) if isinstance(sheet, Sheet))
        words = known_words()
        seen = {plain_header(text) for text in head_text(head.data).split("\n") if len(text) <= 20}
        return is_header(sorted(seen & words.keys()))

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a row that tells of work. Times are of the context's zone."""
        yield Statement(N_("time zone"), N_("{zone} (the workbook names none)").format(zone=context.zone))
        with source.open() as stream:
            data = stream.read(_LARGEST)
        for sheet in sheets(data):
            if isinstance(sheet, Sheet):
                yield from _of_sheet(sheet, context)
            else:
                yield unread(_IN_SHEET.format(name=sheet.name, reason=sheet.reason) if sheet.name else sheet.reason)


def _has_header(sheet: Sheet) -> bool:
    return any(is_header([cell_text(cell) for cell in row]) for row in sheet.rows[:_HEADER_WITHIN])


def _of_sheet(sheet: Sheet, context: ReadingContext) -> Iterator[Item]:
    table = WorkTable(WorkExcel.name, context, sheet.name)
    rows = []
    for number, cells in enumerate(sheet.rows, 1):
        row = table.take([cell_text(cell) for cell in cells])
        if isinstance(row, str):
            yield unread(_IN_SHEET.format(name=sheet.name, reason=row), line=number)
        elif row:
            rows.append({**row, "offset": 0, "length": 0, "line": number})
    yield from records(rows)
    if not table.headers:
        yield unread(N_("sheet {name}: no row heads a table of work").format(name=sheet.name))


def cell_text(cell: Cell) -> str:
    """A cell as a person would write it; numbers that Excel means as days are left as they are."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return str(cell).upper()
        case datetime():
            return _clock(f"{cell:%Y-%m-%d}", cell.time()) if cell.time() != time() else f"{cell:%Y-%m-%d}"
        case date():
            return f"{cell:%Y-%m-%d}"
        case time():
            return _clock("", cell)
        case timedelta():
            return _clock("", (_FIRST_DAY + cell).time())
        case _:
            return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _clock(day: str, clock: time) -> str:
    return f"{day} {clock:%H:%M:%S}".strip() if clock.second else f"{day} {clock:%H:%M}".strip()
