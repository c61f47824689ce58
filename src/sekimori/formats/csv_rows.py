"""Rows of comma-separated values with their places, robust against stray quotes.

    date,client,url
    2026-02-03 09:00:00,192.0.2.15,"http://www.example.jp/a,b"

RFC 4180: a quoted cell may hold the delimiter, line ends and doubled quotes. A quote that nobody closes would swallow
the rest of the evidence; so a row that would span many lines, or does not have the number of cells it should, loses
its first line only, and reading goes on with the next one.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sekimori.formats.encoding import TextLine
from sekimori.formats.lines import LongLine
from sekimori.model.report import N_

__all__ = ["BrokenRow", "Row", "rows_of"]

_MOST_LINES = 200
_NEXT = "\x1e"  # read behind a row: stands alone where the row is complete


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, its bytes in the evidence, the line it begins on."""

    offset: int
    length: int
    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A line that is no row, or not one of as many cells as the first row, and why."""

    offset: int
    length: int
    line: int
    reason: str


def rows_of(lines: Iterable[TextLine | LongLine], delimiter: str = ",") -> Iterator[Row | BrokenRow | LongLine]:
    """The rows of the lines, without blank ones; the first row says how many cells the others must have."""
    source, waiting = iter(lines), deque[TextLine | LongLine]()
    width: int | None = None
    while (line := _next(source, waiting)) is not None:
        if isinstance(line, LongLine):
            yield line
            continue
        if not line.text.strip():
            continue
        group = [line, *_continuation(line, source, waiting)]
        row = _row(group, delimiter, width)
        if isinstance(row, BrokenRow) and len(group) > 1:
            waiting.extendleft(reversed(group[1:]))
            row = _row(group[:1], delimiter, width)
        if isinstance(row, Row) and width is None:
            width = len(row.cells)
        yield row


def _next(source: Iterator[TextLine | LongLine], waiting: deque[TextLine | LongLine]) -> TextLine | LongLine | None:
    return waiting.popleft() if waiting else next(source, None)


def _continuation(
    first: TextLine, source: Iterator[TextLine | LongLine], waiting: deque[TextLine | LongLine]
) -> list[TextLine]:
    """The lines that a quote left open reaches over; none where it is not closed within a reasonable number."""
    is_open = first.text.count('"') % 2 == 1
    taken: list[TextLine] = []
    while is_open and len(taken) < _MOST_LINES:
        line = _next(source, waiting)
        if line is None:
            break
        if isinstance(line, LongLine):
            waiting.appendleft(line)
            break
        taken.append(line)
        is_open = line.text.count('"') % 2 == 0
    if is_open:
        waiting.extendleft(reversed(taken))
        return []
    return taken


def _row(group: list[TextLine], delimiter: str, width: int | None) -> Row | BrokenRow:
    first, last = group[0], group[-1]
    length = last.offset + last.length - first.offset
    texts = [*(f"{line.text}\n" for line in group), _NEXT]
    try:  # a row of several lines must be without fault, lest a stray quote swallows good rows
        rows = list(csv.reader(texts, delimiter=delimiter, strict=len(group) > 1))
    except csv.Error as error:
        return BrokenRow(first.offset, length, first.line, N_("the row cannot be read: {error}").format(error=error))
    if len(rows) != 2 or rows[1] != [_NEXT]:  # more than one row, or a quote that is still open
        return BrokenRow(first.offset, length, first.line, N_("the row has a quote in the wrong place"))
    if width is not None and len(rows[0]) != width:
        reason = N_("the row has {count} cells, the header has {width}").format(count=len(rows[0]), width=width)
        return BrokenRow(first.offset, length, first.line, reason)
    return Row(first.offset, length, first.line, rows[0])
