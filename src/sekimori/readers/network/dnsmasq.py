r"""Log of dnsmasq, also in Pi-hole: `log-queries`, `log-queries=extra`, and the addresses it gives out by DHCP.

    Feb  3 09:00:00 dnsmasq[412]: query[A] www.example.jp from 192.0.2.15
    Feb  3 09:00:00 dnsmasq[412]: reply www.example.jp is 198.51.100.7
    Feb  3 09:00:01 gw1 dnsmasq[412]: 17 192.0.2.16/40000 query[A] bad.example from 192.0.2.16
    Feb  3 09:00:01 gw1 dnsmasq[412]: 17 192.0.2.16/40000 config bad.example is 0.0.0.0
    Feb  3 09:00:02 gw1 dnsmasq-dhcp[412]: DHCPACK(br0) 192.0.2.17 00:00:5e:00:53:17 pc17

thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html. Only `extra` writes the number of the query and who asked in front of
each answer: then the answer has its question and its asker. Without it an answer tells a name and an address alone,
and whose question it was is not guessed. `config` and Pi-hole's words for its lists say that the server answered by
itself. The time has no zone and mostly no year.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import Wrapped, unwrapped
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log, plain_name
from sekimori.readers.network.text_rows import Row, integer, read_lines, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Dnsmasq"]

_PROGRAMS = {"dnsmasq", "dnsmasq-dhcp", "dnsmasq-tftp", "pihole-FTL"}
_NAME = r"\S{1,1100}"
_SERIAL = re.compile(rf"(?:(?:UDP|TCP) )?(?P<serial>\d{{1,10}}) (?P<asker>{ADDRESS})/(?P<port>\d{{1,5}}) ")
_QUERY = re.compile(rf"(?P<action>query|auth)\[(?P<type>[^\]\s]{{1,20}})\] (?P<name>{_NAME}) from (?P<asker>{ADDRESS})")
_FORWARDED = re.compile(rf"(?P<action>forwarded) (?P<name>{_NAME}) to (?P<upstream>{ADDRESS})(?:#\d+)?")
_ANSWER = re.compile(
    rf"(?P<action>(?:[a-z]+(?:-stale)?(?: (?:blacklisted|blocked|denied))?|DHCP|/\S{{1,400}}?)) "
    rf"(?P<name>{_NAME}) is (?P<answer>\S.*)"
)
_LEASE = re.compile(
    rf"(?:\d{{1,10}} )?(?P<action>DHCP[A-Z]{{3,12}})\((?P<interface>[^)]{{1,40}})\) (?P<address>{ADDRESS}) "
    r"(?P<mac>[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){3,19})(?: (?P<host>[^\s]{1,255}))?.*"
)
_CODES = {"NXDOMAIN": "NXDOMAIN", "SERVFAIL": "SERVFAIL", "REFUSED": "REFUSED", "NODATA": "NOERROR"}
_ADDRESS = re.compile(ADDRESS)
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MOST_OPEN = 20_000


class Dnsmasq(Reader):
    """Queries to dnsmasq, its answers, and its leases."""

    name: ClassVar[str] = "dnsmasq"
    title: ClassVar[str] = "dnsmasq log (DNS and DHCP)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are dnsmasq's, and one tells of a query or a lease."""
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record for each query, forwarding, answer and lease."""
        log = _Log(Times(context))
        return read_lines(source, log.row)


def _belongs(text: str) -> bool:
    return unwrapped(text).program in _PROGRAMS


def _tells(text: str) -> bool:
    wrapped = unwrapped(text)
    if wrapped.program not in _PROGRAMS:
        return False
    serial = _SERIAL.match(wrapped.message)
    at = serial.end() if serial else 0
    forms = (_QUERY, _FORWARDED, _ANSWER, _LEASE)
    return any(form.fullmatch(wrapped.message, at) for form in forms)


class _Log:
    """The queries that have a number, so that answers find theirs."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._open: dict[tuple[str, str, str], tuple[str, str]] = {}

    def row(self, line: TextLine) -> Row | str | None:
        wrapped = unwrapped(line.text)
        if wrapped.program not in _PROGRAMS:
            return None if wrapped.program else NO_LINE
        found = self._lease(wrapped) or self._told(wrapped)
        if found is None:
            return None
        time = self._times.at(wrapped.time) if wrapped.time else None
        return NO_TIME if time is None else {**found, "timestamp": time, "event_dataset": Dnsmasq.name}

    def _lease(self, wrapped: Wrapped) -> Row | None:
        lease = _LEASE.fullmatch(wrapped.message)
        if lease is None:
            return None
        return {
            "event_action": lease["action"],
            "source_ip": lease["address"],
            "source_domain": lease["host"],
            "network_protocol": "dhcp",
            "message": rest({"mac": lease["mac"], "interface": lease["interface"], "server_name": wrapped.host}),
        }

    def _told(self, wrapped: Wrapped) -> Row | None:
        serial = _SERIAL.match(wrapped.message)
        at = serial.end() if serial else 0
        found: dict[str, str | None] = {"serial": None, "asker": None, "port": None}
        if serial:
            found |= serial.groupdict()
        row: Row = {"network_protocol": "dns"}
        if query := _QUERY.fullmatch(wrapped.message, at):
            found["asker"] = query["asker"]
            row |= {"dns_question_name": plain_name(query["name"]), "dns_question_type": query["type"]}
            self._remember(wrapped.pid, found, query)
        elif query := _FORWARDED.fullmatch(wrapped.message, at):
            row |= {"dns_question_name": plain_name(query["name"]), "destination_ip": query["upstream"]}
        elif query := _ANSWER.fullmatch(wrapped.message, at):
            question = self._open.get((wrapped.pid, found["serial"] or "", found["asker"] or ""))
            row |= _answer(query, question)
            found |= {"answer": None if _says_all(query["answer"]) else query["answer"]}
        else:
            return None
        row |= {
            "event_action": query["action"],
            "source_ip": found.pop("asker"),
            "source_port": integer(found.pop("port")),
        }
        return row | {"message": rest({**found, "server_name": wrapped.host})}

    def _remember(self, pid: str, found: dict[str, str | None], query: re.Match[str]) -> None:
        if found["serial"] is None:
            return
        while len(self._open) >= _MOST_OPEN:
            self._open.pop(next(iter(self._open)))
        self._open[pid, found["serial"], found["asker"] or ""] = (plain_name(query["name"]), query["type"])


def _says_all(answer: str) -> bool:
    return _ADDRESS.fullmatch(answer) is not None or _HOST.fullmatch(answer) is not None or answer in _CODES


def _answer(said: re.Match[str], question: tuple[str, str] | None) -> Row:
    """An answer as it stands: of a known question, or of one that nobody is known to have asked."""
    name, answer = plain_name(said["name"]), said["answer"]
    if name == "error":  # "reply error is SERVFAIL" has no name
        name = ""
    names = [answer] if _HOST.fullmatch(answer) and not _ADDRESS.fullmatch(answer) else []
    if question is not None or not said["action"].startswith(("reply", "cached")):
        asked, kind = question or (name, None)
        row: Row = {"dns_question_name": asked, "dns_question_type": kind}
        names = ([name] if name not in {"", asked} else []) + names
    else:
        row = {}
        names = ([name] if name else []) + names
    code = _CODES.get(answer.partition("-")[0])
    return row | {
        "dns_response_code": code,
        "dns_resolved_ip": [answer] if _ADDRESS.fullmatch(answer) else None,
        "dns_resolved_name": names or None,
    }
