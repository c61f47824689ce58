"""Workbooks (xlsx, xls, ods) to sheets of cells.

    50 4b 03 04 … xl/workbook.xml        ZIP: Office Open XML (ECMA-376), or with content.xml OpenDocument (ISO 26300)
    d0 cf 11 e0 a1 b1 1a e1              compound file with a stream `Workbook`: Excel 97 to 2003 ([MS-XLS])

What is in ZIP files is read by python-calamine, which keeps a rectangle of cells in memory from the first to the last
one in use; a file made so that this rectangle, or what it unpacks to, has no measure is refused before.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from sekimori.formats.compound_file import MAGIC, read_stream
from sekimori.formats.xls import LOCKED, NOT_BIFF8, xls_sheets
from sekimori.model.report import N_

__all__ = ["Cell", "Sheet", "UnreadableSheet", "head_text", "is_workbook", "sheets"]

Cell = int | float | str | bool | time | date | datetime | timedelta

_ZIP = b"PK\x03\x04"
_BIFF = bytes.fromhex("0908100000060500")  # the record that begins a workbook of Excel 97 to 2003
_ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_LONGEST = 64 << 20
_UNPACKED_MAX = 128 << 20
_CELLS_MAX = 2_000_000
_FILLED_MAX = 200_000
_PIECE = 1 << 20
_REFERENCE = re.compile(r"([A-Za-z]{0,3})([0-9]{1,9})\Z")
_TAG_OR_NOT_TEXT = re.compile(r"<[^>]*>|[\x00-\x1f]+")


_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, NotImplementedError, RuntimeError, OSError, EOFError),
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: `rows` begin with its first row; merged cells all hold the value of the range."""

    name: str
    rows: list[list[Cell]]


@dataclass(frozen=True, slots=True)
class UnreadableSheet:
    """A sheet, or with an empty name a whole workbook, that cannot be read, and why."""

    name: str
    reason: str


def is_workbook(head: bytes) -> bool:
    """Whether a file begins like a workbook."""
    if head.startswith(_ZIP):
        return b"xl/workbook.xml" in head or b"xl/worksheets/" in head or head[30:].startswith(_ODS)
    return head.startswith(MAGIC) and _BIFF in head


def head_text(head: bytes) -> str:
    """What can be read of the cells' texts in the beginning of a workbook, a text a line."""
    if head.startswith(MAGIC):
        both = (head.decode("utf-16-le", "replace"), head[1:].decode("utf-16-le", "replace"), head.decode("latin-1"))
        return "\n".join(re.sub(r"[^\w/ ・()（）]+", "\n", text) for text in both)
    return "\n".join(_TAG_OR_NOT_TEXT.sub("\n", text) for text in _unpacked(head))


def _unpacked(head: bytes) -> Iterator[str]:
    """The members of a cut ZIP file, as far as they go."""
    at = head.find(_ZIP)
    while at >= 0:
        start = (
            at
            + 30
            + int.from_bytes(head[at + 26 : at + 28], "little")
            + int.from_bytes(head[at + 28 : at + 30], "little")
        )
        if head[at + 8 : at + 10] == b"\x08\x00":
            with suppress(zlib.error):
                yield zlib.decompressobj(-15).decompress(head[start:], _PIECE).decode("utf-8", "replace")
        at = head.find(_ZIP, max(start, at + 4))


def sheets(data: bytes) -> Iterator[Sheet | UnreadableSheet]:
    """The sheets of a workbook that hold anything."""
    if not data.startswith(_ZIP):
        yield from _old_sheets(data)
    elif reason := _too_much(data):
        yield UnreadableSheet("", reason)
    else:
        yield from _zipped_sheets(data)


def _zipped_sheets(data: bytes) -> Iterator[Sheet | UnreadableSheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, ValueError, OSError) as error:
        yield UnreadableSheet("", N_("the workbook cannot be read: {error}").format(error=error))
        return
    for name in workbook.sheet_names:
        try:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.height:
                rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
                merged = [(top, bottom, left, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
                yield Sheet(name, _filled(rows, merged))
        except (CalamineError, ValueError, OSError) as error:
            yield UnreadableSheet(name, N_("the sheet cannot be read: {error}").format(error=error))


def _old_sheets(data: bytes) -> Iterator[Sheet | UnreadableSheet]:
    """The sheets of an xls file; calamine is not asked, as damaged ones end the program."""
    stream = read_stream(data, "Workbook")
    found = xls_sheets(stream) if stream else NOT_BIFF8
    if isinstance(found, str):
        locked = N_("the workbook is locked with a password")
        yield UnreadableSheet("", locked if found == LOCKED else N_("the file holds no workbook of Excel 97 or later"))
        return
    for sheet in found:
        height = max((row for row, _ in sheet.cells), default=-1) + 1
        width = max((column for _, column in sheet.cells), default=-1) + 1
        if height * width > _CELLS_MAX:
            yield UnreadableSheet(sheet.name, N_("the sheet has too many cells"))
        elif height:
            cells = sheet.cells
            rows: list[list[Cell]] = [
                [cells.get((row, column), "") for column in range(width)] for row in range(height)
            ]
            yield Sheet(sheet.name, _filled(rows, sheet.merged))


def _filled(rows: list[list[Cell]], merged: Iterable[tuple[int, int, int, int]]) -> list[list[Cell]]:
    """The rows with the value of a merged range (top, bottom, left, right) in each of its cells."""
    room = _FILLED_MAX
    for top, bottom, left, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = value
                room -= 1
            if room < 0:
                return rows
    return rows


def _too_much(data: bytes) -> str:
    """Why a workbook is not even tried; empty where it may be."""
    if len(data) > _LONGEST:
        return N_("the workbook is larger than 64 MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            room = _UNPACKED_MAX
            for member in archive.infolist():
                room -= _measure(archive, member)
                if room < 0:
                    return N_("the workbook unpacks to more than can be held")
    except _DAMAGED as error:
        return N_("the workbook is damaged or locked: {error}").format(error=error)
    return ""


def _measure(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """The bytes of a member, read to the end for its checksum; beyond any measure where its cells are too many.

    Raises `ExpatError` for XML that is not well-formed: at that, calamine may go on for ever.
    """
    extent = _Extent()
    parser = None
    if member.filename.endswith((".xml", ".rels")):
        parser = expat.ParserCreate()
        parser.StartElementHandler = extent.element
        parser.StartDoctypeDeclHandler = _refuse
    size = 0
    with archive.open(member) as stream:
        while (piece := stream.read(_PIECE)) and size <= _UNPACKED_MAX:
            size += len(piece)
            if parser:
                parser.Parse(piece, False)
    if parser and size <= _UNPACKED_MAX:
        parser.Parse(b"", True)
    return size if extent.rows * extent.columns <= _CELLS_MAX else _UNPACKED_MAX + 1


def _refuse(*_: object) -> None:
    raise expat.ExpatError("a document type declaration stands in it")


@dataclass(slots=True)
class _Extent:
    """The rectangle from the first cell to the last one in use; `row` and `column` are where the reading is."""

    rows: int = 0
    columns: int = 0
    row: int = 0
    column: int = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the beginning of an element of a sheet, of either format."""
        kind = name.rpartition(":")[2]
        if kind in {"row", "c"} and "r" in attributes:
            reference = _REFERENCE.match(attributes["r"])
            if not reference or bool(reference[1]) != (kind == "c"):
                raise expat.ExpatError("a cell has no place")
            self.row, self.column = int(reference[2]), _column(reference[1])
        elif kind == "row":
            self.row, self.column = self.row + 1, 0
        elif kind == "c":
            self.column += 1
        elif kind == "table-row":
            self.row += _repeated(attributes, "rows")
            self.column = 0
        elif kind in {"table-cell", "covered-table-cell"}:
            self.column += _repeated(attributes, "columns")
            if any(attribute.endswith(":value-type") for attribute in attributes):
                self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if kind in {"row", "c"}:
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)


def _repeated(attributes: dict[str, str], of: str) -> int:
    for name, value in attributes.items():
        if name.endswith(f":number-{of}-repeated") and value.isdecimal():
            return int(value[:9])
    return 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
