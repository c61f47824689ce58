import struct
from datetime import datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.xls import LOCKED, NOT_BIFF8, XlsCell, XlsSheet, xls_sheets
from tests.formats.xls_file import workbook_stream

STREAM = workbook_stream("一", [["作業日", 46037.5], ["b"]])
GLOBALS = 20  # behind the first record


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _with(records: bytes, *, settings_: bytes = b"") -> XlsSheet:
    """The only sheet of a workbook with these records, and these settings before it."""
    label = _record(0x85, struct.pack("<IBB", GLOBALS + 13 + len(settings_) + 4, 0, 0) + b"\x01\x00S")
    bof = STREAM[:GLOBALS]
    stream = bof + label + settings_ + _record(0x0A, b"") + bof[:6] + b"\x10\0" + bof[8:] + records + _record(0x0A, b"")
    found = xls_sheets(stream)
    assert not isinstance(found, str)
    return found[0]


def _cell(kind: int, data: bytes, *, settings_: bytes = b"", style: int = 0) -> XlsCell:
    return _with(_record(kind, struct.pack("<HHH", 4, 2, style) + data), settings_=settings_).cells[4, 2]


def test_texts_and_numbers() -> None:
    assert xls_sheets(STREAM) == [XlsSheet("一", {(0, 0): "作業日", (0, 1): 46037.5, (1, 0): "b"})]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (0x0204, b"\x02\0\0ab", "ab"),
        (0x0204, b"\x01\0\x01\x5c\x4f", "作"),
        (0x00D6, b"\x02\0\x08\x01\0ab" + bytes(4), "ab"),
        (0x0203, struct.pack("<d", 1.5), 1.5),
        (0x027E, struct.pack("<i", 100 << 2 | 2), 100.0),
        (0x027E, struct.pack("<i", 12345 << 2 | 3), 123.45),
        (0x027E, struct.pack("<d", 1.0)[4:], 1.0),
        (0x0205, b"\x01\0", True),
        (0x0006, struct.pack("<d", 2.5) + bytes(6), 2.5),
    ],
)
def test_kinds_of_cells(kind: int, data: bytes, expected: XlsCell) -> None:
    assert _cell(kind, data) == expected


def test_a_formula_may_give_a_text() -> None:
    formula = _record(0x06, struct.pack("<HHH", 0, 0, 0) + b"\0\0\0\0\0\0\xff\xff" + bytes(6))

    assert _with(formula + _record(0x0207, b"\x01\0\0x")).cells == {(0, 0): "x"}


def test_several_numbers_in_a_row() -> None:
    numbers = b"".join(struct.pack("<Hi", 0, number << 2 | 2) for number in (7, 8))

    assert _with(_record(0xBD, struct.pack("<HH", 3, 1) + numbers + b"\x02\0")).cells == {(3, 1): 7.0, (3, 2): 8.0}


def test_merged_ranges() -> None:
    assert _with(_record(0xE5, struct.pack("<H4H", 1, 0, 2, 1, 1))).merged == [(0, 2, 1, 1)]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(46037.4375, datetime(2026, 1, 15, 10, 30)), (0.4375, time(10, 30))],  # noqa: DTZ001
)
@pytest.mark.parametrize("code", ["", 'yyyy"年"m"月"', "[h]:mm", "[$-411]ge.m.d"])
def test_dates_by_their_format(code: str, number: float, expected: XlsCell) -> None:
    own = struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le")
    style = _record(0xE0, struct.pack("<HH", 0, 164 if code else 22) + bytes(16))

    assert _cell(0x0203, struct.pack("<d", number), settings_=_record(0x041E, own) + style) == expected


@pytest.mark.parametrize("code", ["General", "0.00", '#,##0"円"', "[Red]0", "@"])
def test_other_formats_are_no_dates(code: str) -> None:
    own = struct.pack("<HHB", 164, len(code), 1) + code.encode("utf-16-le")
    style = _record(0xE0, struct.pack("<HH", 0, 164) + bytes(16))

    assert _cell(0x0203, struct.pack("<d", 46037.0), settings_=_record(0x041E, own) + style) == 46037.0


def test_the_calendar_from_1904() -> None:
    style = _record(0xE0, struct.pack("<HH", 0, 14) + bytes(16))

    assert _cell(0x0203, struct.pack("<d", 44575.0), settings_=_record(0x22, b"\x01\0") + style) == datetime(  # noqa: DTZ001
        2026, 1, 15
    )


def test_shared_strings_go_on_over_records() -> None:
    table = _record(0xFC, struct.pack("<II", 2, 2) + b"\x04\0\0ab") + _record(0x3C, b"\x01c\0d\0\x01\0\0e")
    cells = b"".join(_record(0xFD, struct.pack("<HHHI", 0, column, 0, column)) for column in (0, 1))

    assert _with(cells, settings_=table).cells == {(0, 0): "abcd", (0, 1): "e"}


def test_what_is_none_is_told() -> None:
    assert xls_sheets(b"") == NOT_BIFF8
    assert xls_sheets(b"\x09\x08\x08\x00\x00\x05" + bytes(20)) == NOT_BIFF8
    assert xls_sheets(STREAM[:GLOBALS] + b"\x2f\0\0\0" + STREAM[GLOBALS:]) == LOCKED


@given(st.lists(st.tuples(st.integers(0, len(STREAM) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 200))
@settings(max_examples=200)
def test_any_damage_is_survived(changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(STREAM)
    for at, value in changes:
        data[at] = value

    xls_sheets(bytes(data))
    xls_sheets(bytes(data[:cut]))
