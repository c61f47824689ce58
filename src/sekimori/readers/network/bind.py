r"""Log of the name server BIND: queries, queries that failed or were denied, and what a response policy rewrote.

    03-Feb-2026 09:00:00.123 queries: info: client @0x7f1c 192.0.2.15#51515 (www.example.jp): query: www.example.jp IN A +E(0)K (192.0.2.53)
    03-Feb-2026 09:00:01.004 client 192.0.2.15#51516: view internal: query: mail.example.jp IN MX +T (192.0.2.53)
    Feb  3 09:00:02 ns1 named[464]: client @0x7f1c 192.0.2.16#40000 (bad.example): rpz QNAME NXDOMAIN rewrite bad.example/A/IN via bad.example.rpz.example

bind9.readthedocs.io/en/latest/reference.html (`querylog`, category `queries`, `query-errors`, `rpz`, `security`). Time,
category and severity are there as the channel says; syslog may stand before them. The client is who asked, the address
at the end is the server's own. Time without a zone is local. Lines of the server's other doings hold no record.
"""  # noqa: E501 - the sample's lines are as long as BIND writes them

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import Wrapped, unwrapped
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log, plain_name
from sekimori.readers.network.text_rows import Row, integer, read_lines, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Bind"]

_OWN_TIME = r"(?P<time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})?) "
_HEAD = re.compile(
    rf"(?:{_OWN_TIME})?(?:(?P<category>[a-z][a-z-]{{2,24}}): )?"
    r"(?:(?P<severity>info|notice|warning|error|critical|debug \d+|dynamic): )?"
)
_NAME = r"\S{1,1100}"
_CLIENT = re.compile(
    rf"(?:client )?(?:@0x[0-9a-f]+ )?(?P<address>{ADDRESS})#(?P<port>\d{{1,5}})(?:/key (?P<key>\S{{1,300}}))?"
    rf"(?: \((?P<named>(?:[^()\\\s]|\\.){{1,1100}})\))?(?:: view (?P<view>[^:\s]{{1,200}}))?: (?P<said>.*)"
)
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"(?P<action>query): (?P<name>{_NAME}) (?P<class>[A-Z]+\d*) (?P<type>[A-Z]+[A-Z\d-]*)"
            rf"(?: (?P<flags>[-+]\S*))?(?: \((?P<server>{ADDRESS})\))?(?: (?P<more>.*))?"
        ),
        (
            rf"(?P<action>query failed) \((?P<code>[^)]{{1,80}})\) for (?P<name>{_NAME})/(?P<class>[A-Z]+\d*)/"
            r"(?P<type>[A-Z]+[A-Z\d-]*)(?: at (?P<more>.*))?"
        ),
        (
            rf"query(?: \(cache\))? '(?P<name>{_NAME})/(?P<type>[A-Z]+[A-Z\d-]*)/(?P<class>[A-Z]+\d*)' "
            r"(?P<action>denied)(?: (?P<more>.*))?"
        ),
        (
            rf"(?P<action>(?:disabled )?rpz (?:QNAME|IP|CLIENT-IP|NSDNAME|NSIP) [A-Za-z-]+)(?: rewrite)? "
            rf"(?P<name>{_NAME}?)(?:/(?P<type>[A-Z]+[A-Z\d-]*)/(?P<class>[A-Z]+\d*))? via (?P<policy>{_NAME})"
        ),
    )
)
_COLUMNS = ("action", "name", "type", "code", "server")


class Bind(Reader):
    """Queries to BIND."""

    name: ClassVar[str] = "bind.query"
    title: ClassVar[str] = "BIND name server log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are the server's, and one tells of a client."""
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line that tells of a client."""
        times = Times(context)
        return read_lines(source, lambda line: _row(line, times))


def _parts(text: str) -> tuple[Wrapped, re.Match[str], re.Match[str] | None]:
    wrapped = unwrapped(text)
    head = _HEAD.match(wrapped.message)
    assert head is not None  # it may be empty
    return wrapped, head, _CLIENT.fullmatch(wrapped.message, head.end())


def _tells(text: str) -> bool:
    return _parts(text)[2] is not None


def _belongs(text: str) -> bool:
    wrapped, head, client = _parts(text)
    return client is not None or wrapped.program == "named" or bool(head["time"])


def _row(line: TextLine, times: Times) -> Row | str | None:
    wrapped, head, client = _parts(line.text)
    written = head["time"] or wrapped.time
    if client is None:
        return None if written else NO_LINE
    time = times.at(written) if written else None
    if time is None:
        return NO_TIME
    said = next(filter(None, (form.fullmatch(client["said"]) for form in _SAID)), None)
    found = said.groupdict() if said else {"more": client["said"]}
    name = found.get("name") or client["named"]
    flags = found.get("flags")
    return {
        "timestamp": time,
        "event_dataset": Bind.name,
        "event_action": found.get("action"),
        "source_ip": client["address"],
        "source_port": integer(client["port"]),
        "destination_ip": found.get("server"),
        "network_transport": ("tcp" if "T" in flags else "udp") if flags else None,
        "network_protocol": "dns",
        "dns_question_name": plain_name(name) if name else None,
        "dns_question_type": found.get("type"),
        "dns_response_code": found.get("code"),
        "message": rest(
            {**found, "view": client["view"], "key": client["key"], "server_name": _server(wrapped)}, *_COLUMNS
        ),
    }


def _server(wrapped: Wrapped) -> str | None:
    return wrapped.host if wrapped.program == "named" else None
