r"""Delimited text (RFC 4180) whose fields may hold line ends, record by record and each with its place.

    情報,2026/01/15 10:02:03,"one field
    over two lines",4624

A quote that is never closed would swallow the rest of a file: where a record grows beyond measure, its lines are
looked at again, each record taken to begin where a line looks like the beginning of one.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from sekimori.formats.encoding import TextLine, text_lines
from sekimori.formats.lines import LongLine
from sekimori.model.place import Place, Unread
from sekimori.model.report import N_

__all__ = ["CsvRecord", "csv_records", "fields_of"]

_LONGEST = 1 << 18
_TOO_LONG = N_("the line is too long")
_NO_END = N_("a quoted field that does not end")


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One record; `line` is the number of its first line."""

    offset: int
    length: int
    line: int
    fields: list[str]


def csv_records(
    stream: BinaryIO, encoding: str, delimiter: str, begins: Callable[[str], bool]
) -> Iterator[CsvRecord | Unread]:
    """All records that are not blank. `begins` tells whether a line looks like the beginning of a record."""
    held: list[TextLine] = []
    size = quotes = 0
    for line in text_lines(stream, encoding):
        if isinstance(line, LongLine):
            yield from _apart(held, delimiter, begins)
            yield Unread(place=Place(offset=line.offset, length=line.length, line=line.line), reason=_TOO_LONG)
            held, size, quotes = [], 0, 0
            continue
        held.append(line)
        size += len(line.text)
        quotes += line.text.count('"')
        if quotes % 2 == 0 and (len(held) == 1 or _is_sound(held, delimiter)):
            yield from _record(held, delimiter)
            held = []
        elif quotes % 2 == 0 or size > _LONGEST:
            held = yield from _apart(held, delimiter, begins, goes_on=True)
        else:
            continue
        size = sum(len(line.text) for line in held)
        quotes = _quotes(held)
    yield from _apart(held, delimiter, begins)


def fields_of(text: str, delimiter: str) -> list[str]:
    """The fields of one record; quotes around them are taken away, doubled ones within halved."""
    fields = []
    at = 0
    field = _field(delimiter)
    while found := field.match(text, at):
        quoted, plain, behind = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"') + plain)
        at = found.end()
        if not behind:
            break
    return fields


@lru_cache(maxsize=8)
def _field(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"((?:[^"]|"")*+)")?([^{mark}]*+)({mark}|\Z)')


@lru_cache(maxsize=8)
def _sound(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:(?:"(?:[^"]|"")*+"|[^{mark}"][^{mark}]*+|)(?:{mark}|\Z))*+\Z')


def _is_sound(lines: list[TextLine], delimiter: str) -> bool:
    """Whether each quote that closes stands before a delimiter or the end: else it opens another field."""
    return _sound(delimiter).match("\n".join(line.text for line in lines)) is not None


def _quotes(lines: list[TextLine]) -> int:
    return sum(line.text.count('"') for line in lines)


def _record(lines: list[TextLine], delimiter: str) -> Iterator[CsvRecord]:
    text = "\n".join(line.text for line in lines)
    if text.strip():
        first, last = lines[0], lines[-1]
        length = last.offset + last.length - first.offset
        yield CsvRecord(first.offset, length, first.line, fields_of(text, delimiter))


def _apart(
    lines: list[TextLine], delimiter: str, begins: Callable[[str], bool], *, goes_on: bool = False
) -> Generator[CsvRecord | Unread, None, list[TextLine]]:
    """The records among lines of which one opens a quote and does not close it; returns those to be read on."""
    groups: list[list[TextLine]] = []
    for line in lines:
        if not groups or begins(line.text):
            groups.append([])
        groups[-1].append(line)
    for number, group in enumerate(groups, 1):
        if _quotes(group) % 2 == 0:
            yield from _record(group, delimiter)
        elif goes_on and 1 < number == len(groups):
            return group
        else:
            first, last = group[0], group[-1]
            place = Place(offset=first.offset, length=last.offset + last.length - first.offset, line=first.line)
            yield Unread(place=place, reason=_NO_END)
    return []
