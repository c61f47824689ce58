r"""Log of the DHCP server of Windows (`DhcpSrvLog-Mon.log`): which address went to which machine.

    ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,Probationtime, CorrelationID
    10,01/30/26,09:00:00,Assign,192.0.2.15,pc15.example.jp,00005E005315,,1234,0,,,
    11,01/30/26,13:00:00,Renew,192.0.2.15,pc15.example.jp,00005E005315,,1235,0,,,

learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd183591 (log file format); the
header and the list of event numbers above it are in the machine's language. The date is month, day, year in two
digits, the time is local. A file of a weekday is written over after a week. Lines without an address (start, stop,
clean-up) hold no record. The log for IPv6 (`DhcpV6SrvLog`) has the same four first columns and then the address.
"""  # noqa: E501 - the header is as long as Windows writes it

import csv
import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log
from sekimori.readers.network.text_rows import Row, read_lines, rest, shown
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["WindowsDhcp"]

_ENTRY = re.compile(
    r"\d{1,5},(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d\d),(?P<clock>\d\d:\d\d:\d\d),(?P<rest>[^,]*,.*)"
)
_HEADER = re.compile(r"ID,[^,]{1,20},[^,]{1,20},[^,]{1,20},\s*IP")
_ADDRESS = re.compile(ADDRESS)
_LEGEND = re.compile(r"\d\d(?:,|\+|\s|$)")
_NAMES6 = ("host", "error", "duid_length", "duid", "user")
_NAMES = ("host", "mac", "user", "transaction", "result")
_MOST_CELLS = 40


class WindowsDhcp(Reader):
    """Leases of the DHCP server of Windows."""

    name: ClassVar[str] = "windows.dhcp"
    title: ClassVar[str] = "Windows DHCP server log"

    def recognises(self, head: Head) -> bool:
        """Its header, or its lines alone; above the header stands a list of event numbers."""
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line that names an address."""
        times = Times(context)
        return read_lines(source, lambda line: _row(line, times))


def _belongs(text: str) -> bool:
    return not text[:1].isdigit() or _ENTRY.fullmatch(text) is not None or _LEGEND.match(text) is not None


def _tells(text: str) -> bool:
    return _HEADER.match(text) is not None or (_ENTRY.fullmatch(text) is not None and _lease(text) is not None)


def _lease(text: str) -> list[str] | None:
    """The cells of a line, where the fifth is an address."""
    if '"' in text:
        try:
            cells = next(csv.reader([text]), [])
        except csv.Error:
            return None
    else:
        cells = text.split(",", _MOST_CELLS)
    return cells if len(cells) > 6 and _ADDRESS.fullmatch(cells[4].strip()) else None


def _row(line: TextLine, times: Times) -> Row | str | None:
    found = _ENTRY.fullmatch(line.text)
    if found is None:
        return NO_LINE if _looks_broken(line.text) else None
    cells = _lease(line.text)
    if cells is None:
        return None
    time = times.at(f"20{found['year']}-{found['month']}-{found['day']} {found['clock']}")
    if time is None:
        return NO_TIME
    fields = dict(zip(_NAMES6 if ":" in cells[4] else _NAMES, cells[5:], strict=False))
    return {
        "timestamp": time,
        "event_dataset": WindowsDhcp.name,
        "event_action": shown(cells[3]),
        "source_ip": cells[4].strip(),
        "source_domain": shown(fields.get("host")),
        "source_user_name": shown(fields.get("user")),
        "network_protocol": "dhcp",
        "message": rest({"event": cells[0], **fields}, "host", "user"),
    }


def _looks_broken(text: str) -> bool:
    """An entry that was cut or overwritten: it begins like one, which the list of numbers does not."""
    return re.match(r"\d{1,5},\d", text) is not None
