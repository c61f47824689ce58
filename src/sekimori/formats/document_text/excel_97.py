"""Workbooks of Excel 97 to 2003. Reference: [MS-XLS]; read by `sekimori.formats.workbook`.

09 08 10 00 00 06 05 00 …    the stream "Workbook" of a compound file
"""

from collections.abc import Iterator

from sekimori.formats.compound_file import MAGIC, read_stream
from sekimori.formats.document_text.limits import Budget, Locked, Unreadable
from sekimori.formats.workbook import Cell, Sheet, sheets
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_NAMES = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_ROWS = 500


def recognises(data: bytes) -> bool:
    """Whether it is a compound file with a workbook in it."""
    return data.startswith(MAGIC) and any(name + b"\0\0" in data for name in _NAMES)


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - bound by the size of the file
    """The cells row by row, sheet by sheet. Raises `Unreadable`."""
    stream = read_stream(data, "Workbook")
    if stream is None or stream[:2] != b"\x09\x08" or stream[4:6] != b"\x00\x06":
        raise Unreadable(N_("the file holds no workbook of Excel 97 or later"))
    if _is_locked(stream):
        raise Locked
    missing = []
    for sheet in sheets(data):
        if not isinstance(sheet, Sheet):
            missing.append(sheet.reason)
            continue
        yield f"{sheet.name}\n"
        for begin in range(0, len(sheet.rows), _ROWS):
            rows = sheet.rows[begin : begin + _ROWS]
            yield "".join("\t".join(_shown(cell) for cell in row if cell != "") + "\n" for row in rows)
    if missing:
        raise Unreadable("; ".join(missing[:3]))


def _is_locked(stream: bytes) -> bool:
    """Whether the record FILEPASS (2.4.117) follows the beginning of the workbook."""
    at = 0
    for _ in range(8):
        kind = int.from_bytes(stream[at : at + 2], "little")
        if kind == 0x2F:
            return True
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    return False


def _shown(cell: Cell) -> str:
    """A cell as a text; whole numbers without a point, as Excel shows them."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
