"""Lists without columns, one value a line, and prose that holds values.

    # Reference: https://reports.example/2026/05
    evil.example
    203.0.113.9:443
    evil.example/gate.php
    The dropper (hxxps://dl[.]evil[.]example/a.exe) came by mail.

A comment describes the lines up to the next one. A line that is one value is taken as it is; of any other line,
everything that is recognised in it. Lists of hashes, of domain names and maltrail's trails are read
(github.com/stamparm/maltrail).
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.extract.refang import refang
from sekimori.extract.scan import Found, scan
from sekimori.model.indicator import Indicator, MatchMode, RefusedRow
from sekimori.model.report import N_
from sekimori.sharing.csv_list import CsvList
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.sharing.taking import NotTaken, Taken, examine, shown
from sekimori.sharing.text_file import is_text, text_of
from sekimori.values.errors import InvalidValue
from sekimori.values.types import ObservableType as T

__all__ = ["PlainText"]

_COMMENT = re.compile(r"\s*(?:#|;|//(?!\S*\.))+\s*")
_TRAILING_COMMENT = re.compile(r"\s+#.*")
_BULLET = re.compile(r"\s*(?:[-*+•・◦▪]|[0-9]{1,4}[.)])\s+")
_HASH = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-F]{128}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32})(?![0-9A-Z])", re.IGNORECASE
)
_LONGEST_LINE = 100_000
_LONGEST_DESCRIPTION = 500


class PlainText(IndicatorFormat):
    """A list of values, or prose."""

    name: ClassVar[str] = "text"
    title: ClassVar[str] = "text, one value a line or prose"

    def recognises(self, name: str, data: bytes) -> bool:
        """Any text that is not a list in columns."""
        return is_text(data) and not CsvList().recognises(name, data)

    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        """Each line's indicators; a line with none that is neither blank nor a comment is refused."""
        comments: list[str] = []
        description, in_comments = "", False
        for number, line in enumerate(text_of(data).split("\n"), 1):
            text = line.strip()
            if not text:
                continue
            if comment := _COMMENT.match(line):
                comments = [*comments, text[len(comment.group()) :]] if in_comments else [line[comment.end() :].strip()]
                in_comments = True
                continue
            if in_comments:
                description, in_comments = shown("; ".join(filter(None, comments)), _LONGEST_DESCRIPTION), False
            yield from _line(N_("{name}, line {line}").format(name=name, line=number), text, description, name)


def _line(origin: str, text: str, description: str, source: str) -> Iterator[Indicator | RefusedRow]:
    if len(text) > _LONGEST_LINE or "\0" in text:
        reason = N_("it holds a NUL character") if "\0" in text else N_("the line is too long")
        yield RefusedRow(origin=origin, text=shown(text), reason=reason)
        return
    found, reason = _values(text)
    for taken in found:
        note = f"{description} ({taken.note})".strip() if taken.note else description
        yield Indicator(
            type=taken.type, mode=taken.mode, pattern=taken.pattern, description=note, source=source, origin=origin
        )
    if not found:
        yield RefusedRow(origin=origin, text=shown(text), reason=reason)


def _values(text: str) -> tuple[list[Taken], str]:
    """What the line is or holds; the reason where it is nothing."""
    prose = " " in text or "\t" in text
    if prose:
        text = _TRAILING_COMMENT.sub("", _BULLET.sub("", text))
    try:
        return [examine(text)], ""
    except (InvalidValue, NotTaken) as error:
        return list(_within(text)), N_("nothing in it is recognised") if prose else str(error)


def _within(text: str) -> Iterator[Taken]:
    """Everything that is recognised in running text."""
    plain = refang(text)
    for match in _HASH.finditer(plain):
        yield Taken(T.HASH, MatchMode.EQUAL, match.group().lower())
    scanned = scan(plain)
    kinds: tuple[tuple[tuple[Found, ...], T, MatchMode], ...] = (
        (scanned.urls, T.URL, MatchMode.URL_PREFIX),
        (scanned.domains, T.DOMAIN, MatchMode.BELOW),
        (scanned.addresses, T.ADDRESS, MatchMode.EQUAL),
        (scanned.mail_addresses, T.MAIL_ADDRESS, MatchMode.EQUAL),
    )
    seen: set[str] = set()
    for places, type_, mode in kinds:
        for place in places:
            if place.value not in seen:
                seen.add(place.value)
                yield Taken(type_, mode, place.value)
