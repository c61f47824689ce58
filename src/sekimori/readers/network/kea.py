r"""Log of the DHCP server Kea, and its file of leases.

    2026-01-30 09:00:00.123 INFO  [kea-dhcp4.leases/11.1] DHCP4_LEASE_ALLOC [hwtype=1 00:00:5e:00:53:15], cid=[no info], tid=0x1a: lease 192.0.2.15 has been allocated for 3600 seconds

    address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
    192.0.2.15,00:00:5e:00:53:15,,3600,1769734800,1,0,0,pc15.example.jp,0,,0

kea.readthedocs.io/en/latest/arm/logging.html and its list of messages; the columns of the file (`kea-leases4.csv`) are
those of its first line. A lease began `valid_lifetime` seconds before it expires. Lines of the log without a lease
hold no record; of the file for IPv6 the same columns are read.
"""  # noqa: E501 - the sample's lines are as long as Kea writes them

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log
from sekimori.readers.network.text_rows import Row, integer, read_lines, rest, shown
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Kea"]

_ENTRY = re.compile(
    r"(?:(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) )?(?:FATAL|ERROR|WARN|INFO|DEBUG) +\[kea-[^\]]{1,80}\] "
    r"(?P<said>\S.*)"
)
_LEASE = re.compile(
    r"(?P<action>DHCP[46]_(?:LEASE|RELEASE|DECLINE)[A-Z0-9_]*) .{0,400}?"
    r"(?:\b(?P<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b.{0,400}?)?"
    rf"(?:lease|address|prefix)(?: for address)? (?P<address>{ADDRESS})\b.*"
)
_HEADER = "address,hwaddr,client_id,valid_lifetime,expire,"
_HEADER6 = "address,duid,valid_lifetime,expire,"
_STATES = {"0": "assigned", "1": "declined", "2": "expired", "3": "released"}


class Kea(Reader):
    """Leases of Kea."""

    name: ClassVar[str] = "kea"
    title: ClassVar[str] = "Kea DHCP server log and leases"

    def recognises(self, head: Head) -> bool:
        """The header of its file of leases, or mostly lines of its log."""
        if head.data.startswith((_HEADER.encode(), _HEADER6.encode())):
            return True
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line that tells of a lease."""
        times = Times(context)
        if source.head.data.startswith((_HEADER.encode(), _HEADER6.encode())):
            names = source.head.data.partition(b"\n")[0].decode("ascii", "replace").strip().split(",")
            return read_lines(source, lambda line: _stored(line, names, times))
        return read_lines(source, lambda line: _row(line, times))


def _entry(text: str) -> re.Match[str] | None:
    return _ENTRY.fullmatch(text) or _ENTRY.fullmatch(unwrapped(text).message)


def _belongs(text: str) -> bool:
    return _entry(text) is not None


def _tells(text: str) -> bool:
    entry = _entry(text)
    return entry is not None and _LEASE.fullmatch(entry["said"]) is not None


def _row(line: TextLine, times: Times) -> Row | str | None:
    entry = _entry(line.text)
    if entry is None:
        return NO_LINE
    lease = _LEASE.fullmatch(entry["said"])
    if lease is None:
        return None
    time = times.at(entry["time"] or unwrapped(line.text).time)
    if time is None:
        return NO_TIME
    return {
        "timestamp": time,
        "event_dataset": Kea.name,
        "event_action": lease["action"],
        "source_ip": lease["address"],
        "network_protocol": "dhcp",
        "message": rest({"text": entry["said"], "mac": lease["mac"]}),
    }


def _stored(line: TextLine, names: list[str], times: Times) -> Row | str | None:
    """A lease of the file; a comma in a cell stands there as `&#x2c`."""
    if line.line == 1:
        return None
    cells = dict(zip(names, line.text.split(",", len(names)), strict=False))
    expire, lifetime = integer(cells.get("expire")), integer(cells.get("valid_lifetime"))
    address = cells.get("address", "")
    if len(cells) < len(names) - 3 or not re.fullmatch(ADDRESS, address) or expire is None or lifetime is None:
        return NO_LINE
    time = times.at(str(expire - lifetime)) if expire > lifetime else None
    if time is None:
        return NO_TIME
    state = cells.get("state", "")
    return {
        "timestamp": time,
        "event_dataset": Kea.name,
        "event_action": _STATES.get(state, state or None),
        "source_ip": address,
        "source_domain": (shown(cells.get("hostname")) or "").rstrip(".") or None,
        "network_protocol": "dhcp",
        "message": rest(cells, "address", "hostname"),
    }
