"""QR codes that are no picture: drawn with block characters in a text, or with the coloured cells of an HTML table.

Reference: ISO/IEC 18004 (at least 21 modules a side); Unicode, Block Elements (U+2580 to U+259F). Each is painted,
a few pixels a module, and read like any picture.

    ██▀▀▀██ ▄ ██▀▀▀██        <tr><td bgcolor="#000000"></td><td bgcolor="#ffffff"></td>…
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from sekimori.formats.qr_picture import read_codes

__all__ = ["codes_in_table", "codes_in_text"]

_LEAST, _MOST = 21, 200  # modules a side; 177 is the largest code, and room for its margin
_SCALE = 4
_MARGIN = 4
_TRIED = 4
_BLOCK_LINE = re.compile(r"^[ \u00a0\u3000\u2580\u2584\u2588\u2591-\u2593■□]{21,400}$", re.MULTILINE)
_DARK = frozenset("\u2588\u2593■")
_BLOCKS = frozenset("\u2580\u2584\u2588\u2593■")
_UPPER, _LOWER = "\u2580", "\u2584"
_ROW = re.compile(rb"<tr\b", re.IGNORECASE)
_CELL = re.compile(rb"<td\b([^>]{0,400})>", re.IGNORECASE)
_COLOUR = re.compile(
    rb"(?:bgcolor\s*=|background(?:-color)?\s*:)\s*[\"']?\s*(#[0-9a-f]{3,6}|[a-z]{3,20})", re.IGNORECASE
)
_SPAN = re.compile(rb"colspan\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
_NAMED = {b"black": 0, b"white": 255, b"navy": 20, b"darkblue": 20, b"transparent": 255}
_READ = 1 << 20

_Rows = list[list[bool]]
"""Modules row by row, true where dark."""


def codes_in_text(text: str) -> list[str]:
    """The texts of the codes that block characters draw. Never raises on any text."""
    found: list[str] = []
    if not _BLOCKS.intersection(text[:_READ]):
        return found
    for lines in islice(_runs(text[:_READ]), _TRIED):
        found += _read(_halves(lines) if any(_UPPER in one or _LOWER in one for one in lines) else _doubled(lines))
    return list(dict.fromkeys(found))


def codes_in_table(page: bytes) -> list[str]:
    """The texts of the codes that cells of tables draw. Never raises on any bytes."""
    found: list[str] = []
    if page[:_READ].lower().count(b"<td") < _LEAST * _LEAST // 4:
        return found
    for rows in islice(_tables(page[:_READ]), _TRIED):
        found += _read(rows)
    return list(dict.fromkeys(found))


def _runs(text: str) -> Iterator[list[str]]:
    """Lines of blocks that stand one below the other, enough of them to be a code."""
    lines: list[str] = []
    end = -1
    for line in _BLOCK_LINE.finditer(text):
        if line.start() != end + 1 and lines:
            if len(lines) >= _LEAST // 2:
                yield lines
            lines = []
        lines.append(line[0])
        end = line.end()
    if len(lines) >= _LEAST // 2:
        yield lines


def _halves(lines: Sequence[str]) -> _Rows:
    """Two modules above one another in a character."""
    rows: _Rows = []
    for line in lines:
        rows.append([one in _DARK or one == _UPPER for one in line])
        rows.append([one in _DARK or one == _LOWER for one in line])
    return rows


def _doubled(lines: Sequence[str]) -> _Rows:
    """A module of two characters side by side, or of one that is wide."""
    step = 1 if any("■" in one or "□" in one for one in lines) else 2
    return [[one in _DARK for one in line[::step]] for line in lines]


def _tables(page: bytes) -> Iterator[_Rows]:
    """Rows of coloured cells that are equally long, one after the other."""
    rows: _Rows = []
    for row in map(_cells, _ROW.split(page)[1:]):
        if rows and len(row) != len(rows[0]):
            if len(rows) >= _LEAST:
                yield rows
            rows = []
        if len(row) >= _LEAST:
            rows.append(row)
    if len(rows) >= _LEAST:
        yield rows


def _cells(row: bytes) -> list[bool]:
    cells: list[bool] = []
    for found in islice(_CELL.finditer(row), _MOST):
        colour = _COLOUR.search(found[1])
        span = _SPAN.search(found[1])
        cells += [colour is not None and _is_dark(colour[1].lower())] * min(int(span[1]) if span else 1, _MOST)
    return cells


def _is_dark(colour: bytes) -> bool:
    if not colour.startswith(b"#"):
        return _NAMED.get(colour, 0) < 128
    digits = colour[1:].decode()
    parts = [digits[at : at + 2] for at in (0, 2, 4)] if len(digits) == 6 else [2 * one for one in digits[:3]]
    return sum(int(one or "0", 16) for one in parts) < 3 * 128


def _read(rows: _Rows) -> list[str]:
    """The codes in what the modules draw, on white, and the other way round for light on dark."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - where there is something drawn

    width = max(len(row) for row in rows)
    if not _LEAST <= min(width, len(rows)) <= max(width, len(rows)) <= _MOST:
        return []
    picture = Image.new("L", (width, len(rows)), 255)
    picture.putdata([0 if at < len(row) and row[at] else 255 for row in rows for at in range(width)])
    large = picture.resize((width * _SCALE, len(rows) * _SCALE), Image.Resampling.NEAREST)
    try:
        plain = read_codes(ImageOps.expand(large, _MARGIN * _SCALE, 255))
        return plain or read_codes(ImageOps.expand(ImageOps.invert(large), _MARGIN * _SCALE, 255))
    except Exception:  # noqa: BLE001 - a library's fault on hostile content shows no code
        return []
