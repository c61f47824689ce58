"""Workbooks made by openpyxl, and what the readers make of them."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sekimori.app.golden import MemorySource
from sekimori.model.place import Statement, Unread
from sekimori.readers.protocol import Reader, ReadingContext, Records

__all__ = ["SAMPLES", "Result", "book", "read", "sample_book"]

SAMPLES = Path(__file__).resolve().parents[2] / "data/readers/work"
CONTEXT = ReadingContext(arrived=datetime(2026, 1, 31, tzinfo=UTC))

Rows = Sequence[Sequence[object]]


@dataclass
class Result:
    """Records, what could not be read, and statements; columns that are null are left out."""

    records: list[dict[str, Any]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    statements: dict[str, str] = field(default_factory=dict)


def read(reader: Reader, data: bytes) -> Result:
    """Everything the reader makes of it."""
    result = Result()
    for item in reader.read(MemorySource("evidence", data), CONTEXT):
        match item:
            case Statement(about=about, value=value):
                result.statements[about] = value
            case Records(kind=kind, batch=batch):
                batch.validate(full=True)
                assert batch.schema.equals(kind.schema)
                for row in batch.to_pylist():
                    result.records.append({name: value for name, value in row.items() if value is not None})
            case Unread():
                result.unread.append(item)
            case _:
                raise AssertionError(item)
    return result


def book(sheets: Mapping[str, Rows], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """A workbook of these sheets; `change` may merge cells of each."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if change:
            change(sheet)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def sample_book() -> bytes:
    """The sample workbook: a month on one sheet, then a sheet a day; dates and times as a spreadsheet has them."""
    header: list[object] = [
        "No.",
        "作業日",
        "作業者",
        "開始",
        "終了",
        "対象サーバ",
        "作業元",
        "アカウント",
        "作業内容",
        "申請番号",
    ]
    month: list[list[object]] = [
        ["特権ID作業記録簿", None, None, None, None, None, None, "作成日", datetime(2026, 1, 31), None],  # noqa: DTZ001
        [],
        header,
        [
            *(1, datetime(2026, 1, 15), "田中", time(10, 0), time(11, 30), "srv01、srv02", "192.0.2.15"),  # noqa: DTZ001
            *("adm-tanaka", "更新プログラムの適用", "CHG-0012"),
        ],
        [2, None, "〃", "22:00", "2:00", "srv03", "保守端末(192.0.2.16)", "〃", "再起動", None],
        [3, "令和8年1月16日", "佐藤", "午後1時頃", None, "srv01", "－", "Administrator", "調査", None],
        [4, None, None, None, None, None, None, None, None, None],
        [5, None, "鈴木", None, None, "srv09", None, None, "日付の記入もれ", None],
    ]
    day: list[list[object]] = [
        ["作業者：", "高橋"],
        ["時間", "対象", "ID", "内容"],
        ["9:00～9:30", "srv04", "root", "ログの確認"],
        ["以上", None, None, None],
    ]
    return book({"1月": month, "1月20日": day})
