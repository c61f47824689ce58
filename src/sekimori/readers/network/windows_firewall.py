r"""The log of the Windows firewall, pfirewall.log.

    #Version: 1.5
    #Software: Microsoft Windows Firewall
    #Time Format: Local
    #Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid
    2026-10-06 09:00:01 ALLOW TCP 192.0.2.15 198.51.100.7 51515 443 0 - 0 0 0 - - - SEND 4

Reference: learn.microsoft.com, "Configure Windows Firewall logging".

The columns are those of `#Fields`, which may come again.
Times are local unless `#Time Format` says UTC. `path` tells SEND from RECEIVE; source and destination are as in the
packet.
"""  # noqa: E501 - the header is one line

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sekimori.formats.encoding import TextLine, decode_line, sniff
from sekimori.formats.lines import head_lines
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, read_lines
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source

__all__ = ["WindowsFirewall"]

_FIELDS = re.compile(r"#Fields: date time action protocol src-ip dst-ip src-port dst-port\b")
_BASE = ["date", "time", "action", "protocol", "src-ip", "dst-ip", "src-port", "dst-port"]
_USUAL = [*_BASE, "size", "tcpflags", "tcpsyn", "tcpack", "tcpwin", "icmptype", "icmpcode", "info", "path", "pid"]
_NOT_A_ROW = N_("not a line of the Windows firewall's log")
_COLUMNS: Columns = {
    "event_action": ("action",),
    "network_transport": ("protocol",),
    "source_ip": ("src-ip",),
    "source_port": ("src-port",),
    "destination_ip": ("dst-ip",),
    "destination_port": ("dst-port",),
}


class WindowsFirewall(Reader):
    """pfirewall.log of Windows."""

    name: ClassVar[str] = "windows.firewall"
    title: ClassVar[str] = "Windows Firewall log (pfirewall.log)"

    def recognises(self, head: Head) -> bool:
        """The first lines hold the firewall's own list of fields."""
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)[:20]
        encoding = sniff(head.data)
        return any(_FIELDS.match(decode_line(line, encoding)) for line in lines)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, _Rows(context).row)


@dataclass(slots=True)
class _Rows:
    """What the header lines so far say."""

    context: ReadingContext
    names: list[str] = field(default_factory=lambda: _USUAL)
    clock: Callable[[str | None], datetime | None] = field(init=False)

    def __post_init__(self) -> None:
        self.clock = clock_of(self.context)

    def row(self, line: TextLine) -> Row | str | None:
        text = line.text.lstrip("\ufeff")
        if text.startswith("#"):
            self._header(text)
            return None
        cells = text.split()
        if not len(_BASE) <= len(cells) <= len(self.names):
            return _NOT_A_ROW
        fields = dict(zip(self.names, cells, strict=False))
        row = columns_of(fields, _COLUMNS, "date", "time")
        row["timestamp"] = self.clock(f"{fields['date']} {fields['time']}")
        if row["timestamp"] is None:
            return _NOT_A_ROW
        return {**row, "event_dataset": WindowsFirewall.name}

    def _header(self, text: str) -> None:
        name, _, value = text.partition(":")
        if name == "#Fields" and _FIELDS.match(text):
            self.names = value.split()
        elif name == "#Time Format":
            utc = value.strip().upper() in {"UTC", "GMT"}
            self.clock = clock_of(replace(self.context, zone=ZoneInfo("UTC")) if utc else self.context)
