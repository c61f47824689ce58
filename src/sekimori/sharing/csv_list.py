"""Lists in columns: CSV and TSV, with or without header, of whatever origin.

    type,value,description,confidence,TLP,valid_until
    domain,evil.example,C2 of the mail of 12 May,80,AMBER,2026-12-31
    種別,値,備考
    IPアドレス,203.0.113.9,通信先

Columns are known by their names in English and Japanese, among them MISP's CSV export, feeds of phishing URLs (date,
URL, description) and tables with several columns of values (SHA256, SHA1, MD5). Where there is no type, the value's
looks decide. Reference for quoting: RFC 4180; for MISP's columns: misp-project.org/openapi, `returnFormat=csv`.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from sekimori.model.indicator import Indicator, Marking, MatchMode, RefusedRow
from sekimori.model.report import N_
from sekimori.sharing.naming import COLUMNS, LOOSE, confidence_of, key_of, marking_of, mode_of, type_of
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.sharing.taking import NotTaken, Taken, examine, guess, shown, take
from sekimori.sharing.text_file import is_text, text_of
from sekimori.values import times
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold
from sekimori.values.types import ObservableType

__all__ = ["CsvList"]

_ZONE = ZoneInfo("Asia/Tokyo")
_DELIMITERS = ",\t;"
_BLANK = ' \t\r\u3000,;"'
_HEAD = 1 << 16
_LONGEST_QUOTED = 100
"""Lines that one quoted cell may go over; a quotation mark that is never closed costs its own line only."""
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+| ?[AaPp][Mm])?)?")


@dataclass(frozen=True, slots=True)
class _Header:
    """The header's cells, and which holds what.

    `values` are cells with a type, or None where the looks decide; `loose` ones may hold values. `type`, `mode` and
    `description` are -1 where there is no such column; `names` and `context` are the other columns that are there.
    """

    line: list[str]
    values: dict[int, ObservableType | None]
    loose: tuple[int, ...]
    type: int
    mode: int
    description: int
    names: tuple[str, ...]
    context: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Context:
    """What a row says beside its values and their description."""

    confidence: int = 50
    marking: Marking = Marking.AMBER
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    source: str = ""
    labels: tuple[str, ...] = ()


_NO_CONTEXT = _Context()


class CsvList(IndicatorFormat):
    """A list of indicators in columns."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV or TSV list"

    def recognises(self, name: str, data: bytes) -> bool:
        """By the suffix of the name, or by a header of at least two columns that names one of values."""
        if not is_text(data):
            return False
        if name.lower().endswith((".csv", ".tsv")):
            return True
        _, cells = next(_rows(text_of(data[:_HEAD])), (0, []))
        header = _header(cells)
        return header is not None and bool(header.values) and len(cells) > 1

    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        """Each row's indicators; a row of which something is not understood is refused as far as that goes."""
        header: _Header | None = None
        before_rows = True
        for line, cells in _rows(text_of(data)):
            comment = cells[0].startswith("#")
            if before_rows:
                header = _header(cells)
                before_rows = header is None and comment
            if comment or (header and header.line == cells):
                continue
            yield from _row(N_("{name}, line {line}").format(name=name, line=line), cells, header, name)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row that is not blank, and the line where it begins."""
    delimiter = _delimiter(text[:_HEAD])
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if '"' in line:
            cells, at = _quoted(lines, at, delimiter)
        else:
            cells = line.rstrip("\r").split(delimiter)
        if line.strip(_BLANK):
            yield number, cells


def _delimiter(head: str) -> str:
    lines = [line for line in head.split("\n")[:50] if line.strip() and not line.startswith("#")]
    return max(_DELIMITERS, key=lambda mark: (sum(mark in line for line in lines), mark == ","))


def _quoted(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the row that ends or goes on at line `at`, and the line behind it."""
    line = lines[at - 1]
    end = at
    if line.count('"') % 2:
        stop = min(len(lines), at + _LONGEST_QUOTED)
        closing = next((n for n in range(at, stop) if lines[n].count('"') % 2), None)
        if closing is None:
            return line.replace('"', "").rstrip("\r").split(delimiter), at
        end = closing + 1
    try:
        return next(csv.reader(["\n".join(lines[at - 1 : end]).rstrip("\r")], delimiter=delimiter)), end
    except (csv.Error, StopIteration):
        return line.replace('"', "").rstrip("\r").split(delimiter), at


def _header(cells: list[str]) -> _Header | None:
    """The row as a header, None where it is none: a header names values and holds none."""
    columns: dict[str, int] = {}
    values: dict[int, ObservableType | None] = {}
    loose: list[int] = []
    for index, cell in enumerate(cells):
        key = key_of(cell)
        column = COLUMNS.get(key)
        if column == "value":
            values[index] = None
        elif column:
            columns.setdefault(column, index)
        elif type_ := type_of(key):
            values[index] = type_
        elif LOOSE.search(fold(cell)):
            loose.append(index)
    if not (values or loose) or any(guess(cell) for cell in cells):
        return None
    return _Header(
        line=cells,
        values=values,
        loose=tuple(loose),
        type=columns.pop("type", -1),
        mode=columns.pop("mode", -1),
        description=columns.pop("description", -1),
        names=tuple(columns),
        context=tuple(columns.values()),
    )


def _row(origin: str, cells: list[str], header: _Header | None, source: str) -> list[Indicator | RefusedRow]:
    """What a row becomes; `source` is named where the row names none."""
    context = _NO_CONTEXT
    if header is None:
        description = _bare_description(cells)
    else:
        description = _cell(cells, header.description)
        try:
            if header.context:
                context = _context(header.names, tuple([_cell(cells, index) for index in header.context]))
        except (NotTaken, InvalidValue) as error:
            return [_refused(origin, cells, str(error))]
    found, reasons = _taken(cells, header)
    rows: list[Indicator | RefusedRow] = [
        _indicator(taken, description, context, origin, context.source or source) for taken in found
    ]
    if reasons or not found:
        rows.append(_refused(origin, cells, "; ".join(reasons) or N_("it holds no value that is recognised")))
    return rows


def _refused(origin: str, cells: list[str], reason: str) -> RefusedRow:
    return RefusedRow(origin=origin, text=shown(",".join(cells)), reason=reason)


def _indicator(taken: Taken, description: str, context: _Context, origin: str, source: str) -> Indicator:
    note = taken.note
    return Indicator(
        type=taken.type,
        mode=taken.mode,
        pattern=taken.pattern,
        description=f"{description} ({note})".strip() if note else description,
        confidence=context.confidence,
        source=source,
        origin=origin,
        marking=context.marking,
        valid_from=context.valid_from,
        valid_until=context.valid_until,
        labels=context.labels,
    )


def _taken(cells: list[str], header: _Header | None) -> tuple[list[Taken], list[str]]:
    """What the row's values are, and why some are nothing."""
    if header is None:
        return [taken for taken in map(guess, cells) if taken], []
    found: list[Taken] = []
    reasons: list[str] = []
    for index, type_ in header.values.items():
        if cell := _cell(cells, index):
            try:
                found.append(_value(cell, type_, _cell(cells, header.type), _cell(cells, header.mode)))
            except (NotTaken, InvalidValue) as error:
                reasons.append(str(error))
    for index in header.loose:
        found += [taken for taken in map(guess, _cell(cells, index).split("\n")) if taken]
    return found, reasons


def _value(cell: str, column_type: ObservableType | None, type_name: str, mode_name: str) -> Taken:
    mode = mode_of(mode_name) if mode_name else None
    if mode_name and mode is None:
        raise NotTaken(N_("{text} is no way to match").format(text=repr(shown(mode_name, 40))))
    if column_type:
        return take(column_type, cell, mode)
    if type_name:
        return _of_named_type(type_name, cell, mode)
    found = examine(cell)
    return found if mode is None else take(found.type, cell, mode)


def _of_named_type(type_name: str, cell: str, mode: MatchMode | None) -> Taken:
    """The value of a type as named in the row; of MISP's pairs (`filename|sha256`) the more telling one."""
    names, values = [type_name], [cell]
    if "|" in type_name:
        names, values = type_name.split("|"), cell.split("|")
    at = 1 if len(values) > 1 and type_of(names[1]) is ObservableType.HASH else 0
    type_ = type_of(names[at])
    if type_ is None:
        raise NotTaken(N_("values of type {text} are not hunted").format(text=repr(shown(type_name, 40))))
    taken = take(type_, values[at], mode)
    if len(values) == 1:
        return taken
    others = [f"{name} {value}" for name, value in zip(names, values, strict=False)]
    return taken._replace(note="; ".join(others[:at] + others[at + 1 :]))


@lru_cache(maxsize=4096)
def _context(names: tuple[str, ...], cells: tuple[str, ...]) -> _Context:
    """What the cells of these columns say; rows of a list repeat them. Raises `InvalidValue` or `NotTaken`."""
    named = dict(zip(names, cells, strict=True))
    if named.get("for_detection") in {"0", "False", "false"}:
        raise NotTaken(N_("its source says that it is not for detection (to_ids)"))
    labels = re.split("[,;|]", named.get("labels", ""))
    return _Context(
        confidence=_confidence(named.get("confidence", "")),
        marking=_marking(named.get("marking", "")),
        valid_from=_time(named.get("valid_from", "")) or _seen(named.get("seen", "")),
        valid_until=_time(named.get("valid_until", "")),
        source=named.get("source", ""),
        labels=tuple(label.strip() for label in labels if label.strip()),
    )


def _bare_description(cells: list[str]) -> str:
    """Without a header, all that is no value, type or date describes."""
    if len(cells) == 1:
        return ""
    texts = [cell for cell in map(str.strip, cells) if cell and not _DATE.fullmatch(cell)]
    return "; ".join(text for text in texts if not type_of(text) and not guess(text))


def _cell(cells: list[str], index: int) -> str:
    return cells[index].strip() if 0 <= index < len(cells) else ""


def _confidence(text: str) -> int:
    found = confidence_of(text) if text else 50
    if found is None:
        raise NotTaken(N_("confidence {text} is no number from 0 to 100").format(text=repr(shown(text, 40))))
    return found


def _marking(text: str) -> Marking:
    found = marking_of(text) if text else Marking.AMBER
    if found is None:
        raise NotTaken(N_("marking {text} is not one of TLP").format(text=repr(shown(text, 40))))
    return found


def _time(text: str) -> datetime | None:
    return times.parse(text, _ZONE) if text else None


def _seen(text: str) -> datetime | None:
    """A date of a sighting that merely describes: what cannot be read is left out."""
    try:
        return _time(text)
    except InvalidValue:
        return None
