"""Sheets of Excel 97 to 2003 (BIFF8, [MS-XLS]), from the stream `Workbook` of a compound file.

    09 08 10 00 00 06 05 00 …      BOF: kind 0x0809, 16 bytes, version 8, globals
    fd 00 0a 00 02 00 01 00 0f 00 07 00 00 00      LABELSST: row 2, column 1, format 15, shared string 7

Read is what cells show: texts, numbers, truth values, results of formulas, and dates by their number format. Nothing
in a file is believed about how much there is: memory is taken for what has been read.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

__all__ = ["LOCKED", "NOT_BIFF8", "XlsCell", "XlsSheet", "xls_sheets"]

XlsCell = float | str | bool | time | datetime

LOCKED = "locked"
NOT_BIFF8 = "not BIFF8"

_BOF, _EOF, _CONTINUE, _FILEPASS = 0x0809, 0x0A, 0x3C, 0x2F
_BOUNDSHEET, _SST, _DATEMODE, _FORMAT, _XF = 0x85, 0xFC, 0x22, 0x041E, 0xE0
_LABELSST, _LABEL, _RSTRING, _NUMBER, _RK, _MULRK = 0xFD, 0x0204, 0xD6, 0x0203, 0x027E, 0xBD
_FORMULA, _STRING, _BOOLERR, _MERGED = 0x06, 0x0207, 0x0205, 0xE5

_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NO_PART_OF_A_DATE = re.compile(r"\"[^\"]*\"|\\.|_.|\[(?!h|m|s)[^\]]*\]", re.IGNORECASE)
_PART_OF_A_DATE = re.compile(r"[ymdhs]|[ge]{1,3}|年|月|日", re.IGNORECASE)
_EPOCHS = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001 - calendars without zones
_LAST_DAY = 2_900_000
_DEEPEST = 8
_SHEETS_MAX = 256


@dataclass(slots=True)
class XlsSheet:
    """One sheet: cells by row and column from 0, and merged ranges (top, bottom, left, right)."""

    name: str
    cells: dict[tuple[int, int], XlsCell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Globals:
    sheets: list[tuple[int, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    of_style: list[int] = field(default_factory=list)
    from_1904: bool = False

    def cell(self, style: int, number: float) -> XlsCell:
        """A number as its style shows it."""
        kind = self.of_style[style] if style < len(self.of_style) else 0
        if not (kind in _DATE_FORMATS or _is_date(self.formats.get(kind, ""))) or not 0 <= number <= _LAST_DAY:
            return number
        moment = _EPOCHS[self.from_1904] + timedelta(seconds=round(number * 86_400))
        return moment.time() if number < 1 else moment


def xls_sheets(stream: bytes) -> list[XlsSheet] | str:
    """The sheets with their cells, or why there are none: `LOCKED` or `NOT_BIFF8`."""
    if stream[:2] != b"\x09\x08" or stream[4:6] != b"\x00\x06":
        return NOT_BIFF8
    found = _Globals()
    segments: list[bytes] = []
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            return LOCKED
        if kind == _SST or (kind == _CONTINUE and segments):
            segments.append(data)
            continue
        if segments and not found.strings:
            found.strings = _Shared(segments).texts()
        _take(found, kind, data)
    if segments and not found.strings:
        found.strings = _Shared(segments).texts()
    sheets = dict(found.sheets[:_SHEETS_MAX])
    return [_sheet(name, stream, start, found) for start, name in sheets.items()]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from one BOF to its EOF, without those of charts within."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield kind, data
        elif depth <= 0 or depth > _DEEPEST:
            return


def _take(found: _Globals, kind: int, data: bytes) -> None:
    if kind == _BOUNDSHEET and len(data) > 8 and data[5] == 0:
        found.sheets.append((int.from_bytes(data[:4], "little"), _characters(data[8:], data[6], data[7])))
    elif kind == _DATEMODE:
        found.from_1904 = data[:1] == b"\x01"
    elif kind == _FORMAT and len(data) > 2:
        found.formats[int.from_bytes(data[:2], "little")] = _text(data[2:])
    elif kind == _XF and len(data) >= 4:
        found.of_style.append(int.from_bytes(data[2:4], "little"))


def _is_date(code: str) -> bool:
    return _PART_OF_A_DATE.search(_NO_PART_OF_A_DATE.sub("", code).partition(";")[0]) is not None and code != "General"


def _characters(data: bytes, count: int, flags: int) -> str:
    wide = flags & 1
    return data[: count << wide].decode("utf-16-le" if wide else "latin-1", "replace")


def _text(data: bytes) -> str:
    """A string with its length before it."""
    if len(data) < 3:
        return ""
    start = 3 + (2 if data[2] & 8 else 0) + (4 if data[2] & 4 else 0)
    return _characters(data[start:], int.from_bytes(data[:2], "little"), data[2])


class _Shared:
    """The table of shared strings, which goes on over records; characters that do start anew with their width."""

    def __init__(self, segments: list[bytes]) -> None:
        self._segments = segments
        self._number = 0
        self._at = 8  # behind the counts

    def texts(self) -> list[str]:
        """All strings that are there."""
        texts = []
        while self._left() > 0 or self._next():
            texts.append(self._text())
        return texts

    def _left(self) -> int:
        return len(self._segments[self._number]) - self._at

    def _next(self) -> bool:
        if self._number + 1 >= len(self._segments):
            return False
        self._number, self._at = self._number + 1, 0
        return True

    def _bytes(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count and (self._left() > 0 or self._next()):
            part = self._segments[self._number][self._at : self._at + count - len(taken)]
            taken, self._at = taken + part, self._at + len(part)
        return taken

    def _number_of(self, size: int) -> int:
        return int.from_bytes(self._bytes(size), "little")

    def _text(self) -> str:
        count, flags = self._number_of(2), self._number_of(1)
        runs = self._number_of(2) if flags & 8 else 0
        extra = self._number_of(4) if flags & 4 else 0
        parts = []
        while count:
            if self._left() <= 0:
                if not self._next():
                    break
                flags = self._number_of(1)
            part = self._bytes(min(count << (flags & 1), self._left()))
            if not part:
                break
            parts.append(_characters(part, len(part), flags))
            count -= max(1, len(part) >> (flags & 1))
        self._bytes(4 * runs)
        self._bytes(extra)
        return "".join(parts)


def _sheet(name: str, stream: bytes, start: int, found: _Globals) -> XlsSheet:
    sheet = XlsSheet(name)
    awaiting: tuple[int, int] | None = None
    for kind, data in _records(stream, start):
        if kind == _STRING and awaiting:
            sheet.cells[awaiting] = _text(data)
        elif kind == _MERGED:
            for top, bottom, left, right in struct.iter_unpack("<HHHH", data[2 : 2 + (len(data) - 2) // 8 * 8]):
                sheet.merged.append((top, bottom, left, right))
        elif kind == _MULRK:
            _several(sheet, data, found)
        elif len(data) > 6:
            row, column, style = struct.unpack_from("<HHH", data)
            awaiting = (row, column) if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 0 else None
            value = _value(kind, style, data[6:], found)
            if value is not None:
                sheet.cells[row, column] = value
    return sheet


def _value(kind: int, style: int, data: bytes, found: _Globals) -> XlsCell | None:
    """What a cell's record holds behind place and style; None for no cell, and for a text that follows."""
    if kind == _LABELSST:
        number = int.from_bytes(data[:4], "little")
        return found.strings[number] if number < len(found.strings) else None
    if kind in {_LABEL, _RSTRING}:
        return _text(data)
    if kind == _RK and len(data) >= 4:
        return found.cell(style, _rk(data[:4]))
    if kind == _BOOLERR and data[1:2] == b"\x00":
        return data[0] == 1
    if kind in {_NUMBER, _FORMULA} and len(data) >= 8 and not (kind == _FORMULA and data[6:8] == b"\xff\xff"):
        (real,) = struct.unpack_from("<d", data)
        return found.cell(style, real)
    return None


def _several(sheet: XlsSheet, data: bytes, found: _Globals) -> None:
    """Numbers in columns one behind the other."""
    if len(data) < 4:
        return
    row, column = struct.unpack_from("<HH", data)
    for step in range((len(data) - 6) // 6):
        (style,) = struct.unpack_from("<H", data, 4 + 6 * step)
        sheet.cells[row, column + step] = found.cell(style, _rk(data[6 + 6 * step : 10 + 6 * step]))


def _rk(data: bytes) -> float:
    """A number in four bytes: a whole one of 30 bits or the beginning of a real one, perhaps in hundredths."""
    (number,) = struct.unpack("<i", data)
    if number & 2:
        value = float(number >> 2)
    else:
        (value,) = struct.unpack("<d", bytes(4) + struct.pack("<i", number & ~3))
    return value / 100 if number & 1 else value
