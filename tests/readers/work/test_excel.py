import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from sekimori.readers.protocol import HEAD_BYTES, Head
from sekimori.readers.work.excel import WorkExcel
from tests.readers.work.books import SAMPLES, Result, book, read, sample_book

BOOK = sample_book()
HEADER: list[object] = ["Date", "Worker", "Start", "End", "Server", "Work"]


def _read(*rows: Sequence[object], name: str = "Sheet1") -> Result:
    return read(WorkExcel(), book({name: [HEADER, *rows]}))


def _span(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['timestamp']:%m-%d %H:%M}", f"{row['event_end']:%m-%d %H:%M}" if "event_end" in row else ""


def test_columns() -> None:
    row = read(WorkExcel(), BOOK).records[0]

    row_text = row.pop("row_text")
    assert row == {
        "offset": 0,
        "length": 0,
        "line": 4,
        "timestamp": datetime(2026, 1, 15, 1, 0, tzinfo=UTC),
        "event_end": datetime(2026, 1, 15, 2, 30, tzinfo=UTC),
        "time_precision": 60,
        "event_dataset": "work.excel",
        "sheet": "1月",
        "person": "田中",
        "user_name": ["adm-tanaka"],
        "source_domain": ["192.0.2.15"],
        "host_name": ["srv01", "srv02"],
        "ticket": "CHG-0012",
        "work_text": "更新プログラムの適用",
    }
    assert row_text.startswith("No.: 1\n作業日: 2026-01-15\n作業者: 田中\n開始: 10:00\n")


def test_marks_for_the_same_and_work_over_midnight() -> None:
    row = read(WorkExcel(), BOOK).records[1]

    assert (row["person"], row["user_name"]) == ("田中", ["adm-tanaka"])
    assert row["source_domain"] == ["保守端末", "192.0.2.16"]
    assert _span(row) == ("01-15 13:00", "01-15 17:00")


def test_japanese_dates_and_rough_times() -> None:
    row = read(WorkExcel(), BOOK).records[2]

    assert _span(row) == ("01-16 04:00", "")
    assert row["time_precision"] == 3600
    assert "source_domain" not in row


def test_a_sheet_a_day_with_the_worker_over_the_table() -> None:
    row = read(WorkExcel(), BOOK).records[3]

    assert (row["sheet"], row["person"], row["user_name"]) == ("1月20日", "高橋", ["root"])
    assert _span(row) == ("01-20 00:00", "01-20 00:30")


def test_rows_that_are_none_are_told() -> None:
    unread = read(WorkExcel(), BOOK).unread

    assert [(lost.place.line, lost.reason) for lost in unread] == [
        (8, "sheet 1月: no time: '' is no time: the row has no date"),
        (4, "sheet 1月20日: the row tells of no work"),
    ]


def test_the_stored_sample_reads_alike() -> None:
    assert read(WorkExcel(), (SAMPLES / "excel/records.xlsx").read_bytes()) == read(WorkExcel(), BOOK)


def test_merged_cells_hold_for_all_their_rows() -> None:
    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    rows: list[list[object]] = [
        ["2026/1/15", "田中", "10:00", "10:30", "a", "x"],
        [None, None, "11:00", "11:30", "b", "y"],
    ]
    result = read(WorkExcel(), book({"S": [HEADER, *rows]}, merge))

    assert [(row["person"], *_span(row)) for row in result.records] == [
        ("田中", "01-15 01:00", "01-15 01:30"),
        ("田中", "01-15 02:00", "01-15 02:30"),
    ]


def test_a_header_over_two_rows() -> None:
    def merge(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2"):
            sheet.merge_cells(cells)

    rows: list[list[object]] = [
        ["作業日", "作業者", "作業時間", None, "対象機器", "作業内容"],
        [None, None, "開始", "終了", None, None],
        ["2026/1/15", "田中", "10:00", "10:30", "a", "x"],
    ]
    (row,) = read(WorkExcel(), book({"S": rows}, merge)).records

    assert _span(row) == ("01-15 01:00", "01-15 01:30")


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (46037, 0.41666666666666667, 0.5),
        (datetime(2026, 1, 15), time(10, 0), time(12, 0)),  # noqa: DTZ001
        ("R8.1.15", "10：00", "１２：００"),
        ("2026/1/15", "AM 10:00", "PM 0:00"),
        ("2026/1/15", "10:00～12:00", None),
        ("2026/1/15 10:00～12:00", None, None),
        (None, datetime(2026, 1, 15, 10, 0), datetime(2026, 1, 15, 12, 0)),  # noqa: DTZ001
        ("1月15日(木)", "1000", "2時間"),
        ("20260115", "午前10時から", "12:00まで"),
    ],
)
def test_ways_to_write_the_same_time(day: object, start: object, end: object) -> None:
    (row,) = _read([day, "Sato", start, end, "srv01", "patch"]).records

    assert _span(row) == ("01-15 01:00", "01-15 03:00")


def test_a_day_alone_is_rough() -> None:
    (row,) = _read(["2026/1/15", "Sato", None, None, "srv01", "patch"]).records

    assert (row["timestamp"], row["time_precision"]) == (datetime(2026, 1, 14, 15, 0, tzinfo=UTC), 86_400)


def test_a_date_of_another_meaning_is_not_that_of_the_work() -> None:
    rows: list[list[object]] = [
        ["作成日：2026/1/31"],
        ["承認日", "2026/1/30"],
        HEADER,
        [None, "Sato", "10:00", None, "srv01", "patch"],
    ]

    result = read(WorkExcel(), book({"S": rows}))

    assert result.records == []
    assert [lost.place.line for lost in result.unread] == [4]


def test_a_sheet_without_a_header_is_told() -> None:
    result = read(WorkExcel(), book({"S": [HEADER], "memo": [["call back"]]}))

    assert [lost.reason for lost in result.unread] == ["sheet memo: no row heads a table of work"]


def test_recognition() -> None:
    assert WorkExcel().recognises(Head("a.bin", BOOK))
    assert not WorkExcel().recognises(Head("作業記録.xlsx", book({"S": [["品名", "数量", "単価"], ["a", 1, 2]]})))
    assert not WorkExcel().recognises(Head("a.zip", b"PK\x03\x04" + bytes(100)))


def test_a_large_workbook_is_recognised_by_its_beginning() -> None:
    rows = [["2026/1/15", f"名前{n:x}", "10:00", "11:00", f"srv{n * 7919:x}", f"{n * 104_729:x}"] for n in range(4_000)]
    large = book({"S": [["作業日", "作業者", "開始", "終了", "対象", "作業内容"], *rows]})
    inventory = book(
        {"S": [["品名", "数量", "型番"], *[[f"{n * 104_729:x}", n, f"{n * 7919:x}"] for n in range(4_000)]]}
    )

    assert min(len(large), len(inventory)) > HEAD_BYTES
    assert WorkExcel().recognises(Head("a", _strings_first(large)[:HEAD_BYTES]))
    assert not WorkExcel().recognises(Head("a", _strings_first(inventory)[:HEAD_BYTES]))


def _strings_first(data: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name != "xl/workbook.xml", name != "xl/sharedStrings.xml"))
        for name in names:
            new.writestr(name, old.read(name))
    return stream.getvalue()


@given(st.binary(max_size=60), st.integers(0, len(BOOK)))
@settings(max_examples=50)
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    read(WorkExcel(), BOOK[:at] + data + BOOK[at + len(data) :])
    read(WorkExcel(), data)


def test_a_machine_named_in_brackets_counts_and_a_remark_does_not() -> None:
    (row,) = _read(
        ["2026/1/15", "Sato", "10:00", "11:00", "ファイルサーバ（SRV-FILE01）、web01 (main)", "patch"]
    ).records
    assert row["host_name"] == ["ファイルサーバ", "web01", "SRV-FILE01"]
