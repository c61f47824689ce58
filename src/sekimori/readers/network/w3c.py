"""Extended log files of web servers and proxies, whose columns a line `#Fields:` names.

    #Software: Microsoft Internet Information Services 10.0
    #Date: 2026-02-03 00:00:00
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status
    2026-02-03 00:00:01 192.0.2.80 GET /owa/ id=1 443 EXAMPLE\\sato 198.51.100.7 Mozilla/5.0+(Windows+NT+10.0) 200

IIS and HTTP.SYS, Blue Coat ProxySG (ELFF: `main`, `bcreportermain_v1`), ISA Server and TMG, Amazon CloudFront. The
line may be repeated, also with other columns, as after every start of IIS. Times are UTC, as the format has it, unless
a line of the header says local or gives an offset, or the column itself does (`localtime`, `date-local`). Where only
`time` is logged the day is that of `#Date`, and the next one when the clock jumps back.

A web server is the organisation's own: its address is the destination; behind a load balancer of its own the asker is
the last public address of X-Forwarded-For. The address of a proxy (`s-ip`) is not, and
stands in `message`; where the proxy went is `r-ip`. Reference: w3.org/TR/WD-logfile.html,
learn.microsoft.com/en-us/windows/win32/http/w3c-logging, and the ELFF fields of
techdocs.broadcom.com/us/en/symantec-security-software/web-and-network-security/proxysg/7-3.html.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import ClassVar
from zoneinfo import ZoneInfo

from sekimori.formats.encoding import TextLine, decode_line, sniff
from sekimori.formats.lines import head_lines
from sekimori.model.report import N_
from sekimori.readers.network.text_rows import Row, read_lines
from sekimori.readers.network.w3c_columns import TIME_FIELDS, row_of_fields
from sekimori.readers.network.web_fields import time_of
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source

__all__ = ["W3cLog"]

_FIELDS = re.compile(r"#\s?fields:\s*(.*)", re.IGNORECASE)
_WEB_FIELD = re.compile(
    r"(?:c|s|r|cs|sc|sr|rs)(?:-(?:ip|port|host|dns|agent|status|method|uri|uri-\w+|username|bytes|version|referred)"
    r"|\([\w-]+\))"
)
_HEADER_LINES = 20
_CELL = re.compile(
    r'"((?:[^"]|"")*+)"(?=[ \t]|$)'
    r'|"(.*?)"(?=[ \t]|$)'  # a quote within that nobody doubled
    r"|([^ \t]+)",
    re.DOTALL,
)
_WORD = re.compile(r"[^ \t]+")
_LOCAL = re.compile(r"#[^:]*time[^:]*:.*\blocal\b|#date:.*\blocal\b", re.IGNORECASE)
_OFFSET = re.compile(r"#date:.*\d\d:\d\d(?::\d\d)? ?(?:GMT)?([+-])(\d\d):?(\d\d)\s*", re.IGNORECASE)
_DATE = re.compile(r"#date:\s*(\d{4}-\d\d-\d\d)", re.IGNORECASE)
_NO_FIELDS = N_("no line #Fields stands before it")
_OTHER_COUNT = N_("the line has not the {count} fields that #Fields names")
_NO_TIME = N_("the time of the line cannot be read")
_WHOLE_TIME = re.compile(r"\[|\d+(?:\.\d+)?$|\d{4}-\d\d-\d\d[T ]")
_TURN = timedelta(hours=12)
_UTC = ZoneInfo("UTC")


class W3cLog(Reader):
    """W3C extended log files of web servers and proxies."""

    name: ClassVar[str] = "web.w3c"
    title: ClassVar[str] = "W3C extended log (IIS, ProxySG and others)"

    def recognises(self, head: Head) -> bool:
        """One of the first lines names columns of the web, with blanks between them, and a time."""
        encoding = sniff(head.data)
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)[:_HEADER_LINES]
        return any(_names_web_fields(decode_line(line, encoding)) for line in lines)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, _Log(context.zone).row_of)


def _names_web_fields(line: str) -> bool:
    found = _FIELDS.match(line.lstrip("\ufeff"))
    names = _names(found[1]) if found else []
    return sum(_WEB_FIELD.fullmatch(name) is not None for name in names) >= 2 and not TIME_FIELDS.isdisjoint(names)


def _names(text: str) -> list[str]:
    """The names of fields; those between tabs may have blanks."""
    parts = text.strip().split("\t") if "\t" in text.strip() else text.split()
    return [name.strip().lower() for name in parts]


class _Log:
    """What the header lines read so far say of the lines that follow."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._local = zone
        self._zone: ZoneInfo = _UTC
        self._offset: timezone | None = None
        self._names: list[str] = []
        self._day = ""
        self._before: datetime | None = None

    def row_of(self, line: TextLine) -> Row | str | None:
        """The row of a line, why it is none, or nothing for a header."""
        text = line.text.strip("\0\ufeff")  # IIS makes room ahead in its files, and leaves it after a crash
        if not text:
            return None
        if text.startswith("#"):
            self._take_header(text)
            return None
        if not self._names:
            return _NO_FIELDS
        cells = self._cells(text)
        if cells is None:
            return _OTHER_COUNT.format(count=len(self._names))
        row = row_of_fields(dict(zip(self._names, cells, strict=True)))
        time = self._time(row.pop("date", None), row.pop("time", None))
        if time is None:
            return _NO_TIME
        return {"timestamp": time, "event_dataset": W3cLog.name, **row}

    def _take_header(self, text: str) -> None:
        if found := _FIELDS.match(text):
            self._names = _names(found[1])
            if "time-local" in self._names and "time" not in self._names:
                self._zone = self._local
            return
        if _LOCAL.match(text):
            self._zone = self._local
        if found := _OFFSET.fullmatch(text):
            sign, hours, minutes = found.groups()
            offset = timedelta(hours=min(int(hours), 14), minutes=min(int(minutes), 59))
            self._offset = timezone(-offset if sign == "-" else offset)
        if found := _DATE.match(text):
            self._day, self._before = found[1], None

    def _cells(self, text: str) -> list[tuple[str, bool]] | None:
        """The fields with whether they were quoted; None where there are not as many as names."""
        wanted = len(self._names)
        if wanted > 1 and text.count("\t") == wanted - 1:
            cells = [_without_quotes(cell) for cell in text.split("\t")]
        elif '"' in text:
            cells = _quoted_cells(text, wanted)
        else:
            cells = [(cell, False) for cell in _WORD.findall(text)]
        return cells if len(cells) == wanted else None

    def _time(self, date: object, clock: object) -> datetime | None:
        """The time of a line. A column without a day has that of the header, going on when the clock jumps back."""
        is_whole = bool(_WHOLE_TIME.match(str(clock)))
        has_day = bool(date) or is_whole
        text = " ".join(str(part) for part in (None if is_whole else date or self._day, clock) if part)
        found = time_of(text, self._zone) if has_day or self._day else None
        if found is None:
            return None
        if self._offset and self._zone is _UTC and not is_whole:
            found = found.replace(tzinfo=self._offset).astimezone(UTC)
        return found if has_day else self._going_on(found)

    def _going_on(self, found: datetime) -> datetime:
        if self._before and found < self._before - _TURN:
            found += timedelta(days=1)
            self._day = (datetime.fromisoformat(self._day) + timedelta(days=1)).date().isoformat()
        self._before = found
        return found


def _without_quotes(cell: str) -> tuple[str, bool]:
    is_quoted = len(cell) > 1 and cell.startswith('"') and cell.endswith('"')
    return (cell[1:-1].replace('""', '"'), True) if is_quoted else (cell, False)


def _quoted_cells(text: str, wanted: int) -> list[tuple[str, bool]]:
    """Fields between blanks; one that begins with a quote goes on to a quote before a blank.

    A quote inside a field is part of it, and so is one that nobody closes. One field more than wanted is enough.
    """
    found = (cell.groups() for cell in islice(_CELL.finditer(text), wanted + 1))
    return [
        (plain, False) if plain is not None else ((doubled or loose or "").replace('""', '"'), True)
        for doubled, loose, plain in found
    ]
