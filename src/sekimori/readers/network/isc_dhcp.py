r"""Messages of the ISC DHCP server in syslog: which address went to which machine.

    Jan 30 09:00:00 gw1 dhcpd[11]: DHCPACK on 192.0.2.15 to 00:00:5e:00:53:15 (pc15) via eth0
    Jan 30 09:00:05 gw1 dhcpd[11]: DHCPRELEASE of 192.0.2.15 from 00:00:5e:00:53:15 (pc15) via eth0 (found)

Reference: dhcpd(8) of ISC DHCP, and kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpd. The time has no zone and mostly no
year. A request or offer names an address that the machine may not get: `event_action` tells them apart. Messages
without an address hold no record.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log
from sekimori.readers.network.text_rows import Row, read_lines, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["IscDhcp"]

_MAC = r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){3,19}"
_LEASE = re.compile(
    rf"(?P<action>DHCP[A-Z]{{3,12}}) (?:on|for|of|from|to) (?P<address>{ADDRESS})(?: \((?P<server>{ADDRESS})\))?"
    rf"(?: (?:to|from) (?:\([^)]{{0,80}}\) )?(?P<mac>{_MAC}))?(?: \((?P<host>[^()\s]{{1,255}})\))?"
    r"(?: via (?P<interface>[^\s:]{1,60}))?(?P<more>.*)"
)


class IscDhcp(Reader):
    """Leases of the ISC DHCP server."""

    name: ClassVar[str] = "dhcpd"
    title: ClassVar[str] = "ISC DHCP server log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are the server's, and one names an address."""
        return is_log(head, lambda text: unwrapped(text).program == "dhcpd", _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a message that names an address."""
        times = Times(context)
        return read_lines(source, lambda line: _row(line, times))


def _tells(text: str) -> bool:
    wrapped = unwrapped(text)
    return wrapped.program == "dhcpd" and _LEASE.fullmatch(wrapped.message) is not None


def _row(line: TextLine, times: Times) -> Row | str | None:
    wrapped = unwrapped(line.text)
    if wrapped.program != "dhcpd":
        return None if wrapped.program else NO_LINE
    found = _LEASE.fullmatch(wrapped.message)
    if found is None:
        return None
    time = times.at(wrapped.time)
    if time is None:
        return NO_TIME
    left = {**found.groupdict(), "more": found["more"].strip(" :"), "server_name": wrapped.host}
    return {
        "timestamp": time,
        "event_dataset": IscDhcp.name,
        "event_action": found["action"],
        "source_ip": found["address"],
        "source_domain": found["host"],
        "network_protocol": "dhcp",
        "message": rest(left, "action", "address", "host"),
    }
