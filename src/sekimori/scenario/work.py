"""The administrators' work records: an Excel workbook as such workbooks are kept, and one team's CSV."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from sekimori.scenario.month import WORKING_DAYS, at
from sekimori.scenario.people import Cast
from sekimori.scenario.sessions import Session
from sekimori.scenario.texts import texts
from sekimori.scenario.zipcrypto import ZipMember, write_zip

__all__ = ["write_work_records"]

_WORKBOOK = "evidence/work/作業記録_2026-10.xlsx"
_TABLE = "evidence/work/作業記録_研究基盤_2026-10.csv"
_HEADINGS = ("作業日", "開始", "終了", "作業者", "使用アカウント", "作業端末", "対象サーバ", "作業内容", "申請番号")
_TABLE_HEADINGS = ("作業日", "開始時刻", "終了時刻", "作業者", "アカウント", "接続元", "接続先", "作業内容", "受付番号")
_FIRST_ROW = 4
_SAVED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    begins: datetime
    ends: datetime
    cells: tuple[str, ...]
    session: str = ""


def write_work_records(folder: Path, cast: Cast, sessions: Sequence[Session]) -> dict[str, str]:
    """Writes both files; by session the place of the record that covers it, as `FILE#SHEET#ROW` or `FILE#ROW`."""
    (folder / "evidence/work").mkdir(parents=True)
    last = cast.administrators[-1]
    own = [_record(session, number) for number, session in enumerate(sessions) if session.operator is last]
    others = [_record(session, number) for number, session in enumerate(sessions) if session.operator is not last]
    others += _offline(cast)
    return {
        **_write_workbook(folder, sorted(others, key=lambda record: record.begins)),
        **_write_table(folder, sorted(own, key=lambda record: record.begins)),
    }


def _record(session: Session, number: int) -> _Record:
    # A name, now and then with what the machine is for, now and then the address alone.
    source = session.source.address if number % 7 == 3 else session.source.name
    target = f"ファイルサーバ（{session.target.name}）" if session.target.name == "SRV-FILE01" else session.target.name
    return _Record(
        begins=session.begins,
        ends=session.ends,
        cells=(
            session.operator.name,
            session.operator.administrator,
            source,
            target,
            session.task,
            f"R8-{1000 + number}",
        ),
        session=session.name,
    )


def _offline(cast: Cast) -> Iterator[_Record]:
    """Work in the server room, which leaves no logon."""
    for number, task in enumerate(texts("work")["offline"]):
        begins = at(WORKING_DAYS[3 + 5 * number], "14:00:00")
        name = cast.administrators[number % 3].name
        yield _Record(
            begins=begins,
            ends=begins + timedelta(minutes=50),
            cells=(name, "", "", "サーバ室", task, f"R8-{1900 + number}"),
        )


def _write_workbook(folder: Path, records: list[_Record]) -> dict[str, str]:
    book = Workbook()
    book.remove(book.worksheets[0])
    places: dict[str, str] = {}
    for title, days in (("10月前半", range(1, 16)), ("10月後半", range(16, 32))):
        chosen = [record for record in records if record.begins.day in days]
        sheet = book.create_sheet(title)
        _fill(sheet, chosen, dates_as_text=days.start == 1)
        rows = enumerate(chosen, start=_FIRST_ROW)
        places |= {record.session: f"{_WORKBOOK}#{title}#{row}" for row, record in rows if record.session}
    book.properties.creator = "情報システム室"
    book.properties.created = _SAVED.replace(tzinfo=None)
    saved = io.BytesIO()
    book.save(saved)
    (folder / _WORKBOOK).write_bytes(_without_clock(saved.getvalue()))
    return places


def _fill(sheet: Worksheet, records: list[_Record], *, dates_as_text: bool) -> None:
    sheet["A1"] = "サーバ作業記録（令和8年10月）"
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.merge_cells("A1:I1")
    sheet["A2"] = "情報システム室"
    sheet.merge_cells("A2:C2")
    for column, heading in enumerate(_HEADINGS, start=1):
        sheet.cell(_FIRST_ROW - 1, column, heading).font = Font(bold=True)
    for row, record in enumerate(records, start=_FIRST_ROW):
        begins, ends = _times(record, row)
        same = row > _FIRST_ROW and records[row - _FIRST_ROW - 1].begins.date() == record.begins.date()
        if not same:
            day = record.begins.day
            sheet.cell(row, 1, f"令和8年10月{day}日" if dates_as_text else datetime(2026, 10, day))  # noqa: DTZ001 - a cell has no zone
        for column, value in enumerate((begins, ends, *record.cells), start=2):
            sheet.cell(row, column, value or None)
    _merge_days(sheet, records)


def _merge_days(sheet: Worksheet, records: list[_Record]) -> None:
    """One date cell over all rows of a day."""
    days = [record.begins.day for record in records]
    for day in sorted(set(days)):
        first = _FIRST_ROW + days.index(day)
        last = first + days.count(day) - 1
        sheet.cell(first, 1).alignment = Alignment(vertical="top")
        if last > first:
            sheet.merge_cells(start_row=first, end_row=last, start_column=1, end_column=1)


def _times(record: _Record, number: int) -> tuple[str | time, str | time]:
    """Start and end as people write them: to five minutes around the work, or to ten with 頃."""
    if number % 5 == 1:
        begins, ends = _nearest(record.begins, 10), _nearest(record.ends, 10)
        return f"{begins.hour}:{begins.minute:02d}頃", f"{ends.hour}:{ends.minute:02d}頃"
    begins, ends = _down(record.begins, 5), _up(record.ends, 5)
    if number % 5 == 2:
        return time(begins.hour, begins.minute), time(ends.hour, ends.minute)
    if number % 5 == 3:
        return _wide(begins), _wide(ends)
    if number % 5 == 4:
        return _half_day(begins), _half_day(ends)
    return f"{begins:%H:%M}", f"{ends:%H:%M}"


def _down(moment: datetime, minutes: int) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment - (moment - midnight) % timedelta(minutes=minutes)


def _up(moment: datetime, minutes: int) -> datetime:
    return _down(moment + timedelta(minutes=minutes, microseconds=-1), minutes)


def _nearest(moment: datetime, minutes: int) -> datetime:
    return _down(moment + timedelta(minutes=minutes) / 2, minutes)


def _wide(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}".translate(str.maketrans("0123456789:", "０１２３４５６７８９："))


def _half_day(moment: datetime) -> str:
    half, hour = ("午後", moment.hour - 12) if moment.hour >= 12 else ("午前", moment.hour)
    return f"{half}{hour}時{moment.minute}分"


def _without_clock(data: bytes) -> bytes:
    """The same workbook without the moment of its making, in its properties and in the archive around it."""
    stamp = f"{_SAVED:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    modified = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    return write_zip(
        [ZipMember(name=name, data=modified.sub(rb"\g<1>" + stamp, part), modified=_SAVED) for name, part in parts]
    )


def _write_table(folder: Path, records: list[_Record]) -> dict[str, str]:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_TABLE_HEADINGS)
    for record in records:
        begins, ends = _down(record.begins, 5), _up(record.ends, 5)
        rows.writerow([f"{begins:%Y/%m/%d}", f"{begins:%H:%M}", f"{ends:%H:%M}", *record.cells])
    (folder / _TABLE).write_bytes(text.getvalue().encode("cp932"))
    return {record.session: f"{_TABLE}#{row}" for row, record in enumerate(records, start=2) if record.session}
