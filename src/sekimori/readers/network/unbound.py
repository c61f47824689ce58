r"""Log of the resolver Unbound: `log-queries`, `log-replies`, `log-local-actions`, `log-servfail`, and policies (RPZ).

    [1770076800] unbound[1234:0] info: 192.0.2.15 www.example.jp. A IN
    [1770076800] unbound[1234:0] info: 192.0.2.15 www.example.jp. A IN NOERROR 0.012345 0 64
    Feb  3 09:00:01 ns1 unbound: [1234:0] info: bad.example. always_nxdomain 192.0.2.16@40000 bad.example. A IN
    [1770076802] unbound[1234:0] info: rpz: applied [block] bad.example. rpz-nxdomain 192.0.2.16@40001 bad.example. A IN

nlnetlabs.nl/documentation/unbound/unbound.conf. The client is who asked. A reply also has the response code, seconds,
whether it came from the cache, and bytes; without `log-replies` nothing tells what was answered. With
`log-tag-queryreply` the level is `query` or `reply`. Lines of the server's other doings hold no record.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import Wrapped, unwrapped
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log, plain_name
from sekimori.readers.network.text_rows import Row, integer, read_lines, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Unbound"]

_HEAD = re.compile(
    r"(?:\[(?P<epoch>\d{9,10})(?:\.\d{1,6})?\] )?(?:unbound)?:? ?\[\d+:[0-9a-f]+\] "
    r"(?P<level>info|notice|warning|error|fatal|debug|query|reply): "
)
_NAME = r"\S{1,1100}"
_ASKED = rf"(?P<name>{_NAME}) (?P<type>[A-Z]+[A-Z\d-]*) (?P<class>[A-Z]+\d*)"
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?P<address>{ADDRESS})(?:@(?P<port>\d{{1,5}}))? {_ASKED}"
            r"(?: (?P<code>[A-Z]+\d*) (?P<seconds>\d{1,9}\.\d{1,9}) (?P<cached>[01]) (?P<bytes>\d{1,9})"
            r"(?: (?P<more>.*))?)?"
        ),
        (
            rf"(?:rpz: applied (?:\[(?P<policy>[^\]]{{0,200}})\] )?)?(?P<zone>{_NAME}) "
            rf"(?P<action>[a-z][a-z_-]{{1,40}}) (?P<address>{ADDRESS})@(?P<port>\d{{1,5}}) {_ASKED}"
        ),
        rf"(?P<code>SERVFAIL) <{_ASKED}>: (?P<more>.*)",
    )
)
_COLUMNS = ("address", "port", "name", "type", "code", "seconds", "bytes", "action")


class Unbound(Reader):
    """Queries to Unbound."""

    name: ClassVar[str] = "unbound.query"
    title: ClassVar[str] = "Unbound resolver log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are the resolver's, and one tells of a query."""
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line that tells of a query or its reply."""
        times = Times(context)
        return read_lines(source, lambda line: _row(line, times))


def _parts(text: str) -> tuple[Wrapped, re.Match[str] | None, re.Match[str] | None]:
    wrapped = unwrapped(text)
    head = _HEAD.match(wrapped.message)
    if head is None:
        return wrapped, None, None
    said = (form.fullmatch(wrapped.message, head.end()) for form in _SAID)
    return wrapped, head, next(filter(None, said), None)


def _tells(text: str) -> bool:
    return _parts(text)[2] is not None


def _belongs(text: str) -> bool:
    wrapped, head, _ = _parts(text)
    return head is not None or wrapped.program == "unbound"


def _row(line: TextLine, times: Times) -> Row | str | None:
    wrapped, head, said = _parts(line.text)
    if said is None or head is None:
        return None if head or wrapped.time else NO_LINE
    written = head["epoch"] or wrapped.time
    time = times.at(written) if written else None
    if time is None:
        return NO_TIME
    found = {"address": None, "port": None, "action": None, **said.groupdict()}
    seconds = found.get("seconds")
    return {
        "timestamp": time,
        "event_dataset": Unbound.name,
        "event_action": found["action"] or ("reply" if found.get("code") else "query"),
        "source_ip": found["address"],
        "source_port": integer(found["port"]),
        "network_protocol": "dns",
        "dns_question_name": plain_name(found["name"] or ""),
        "dns_question_type": found["type"],
        "dns_response_code": found.get("code"),
        "event_duration": round(float(seconds) * 1000) if seconds else None,
        "destination_bytes": integer(found.get("bytes")),
        "message": rest({**found, "server_name": wrapped.host}, *_COLUMNS),
    }
