r"""i-FILTER and D-SPA: access log (35 columns, older ones 33 and 29) and block log (17 columns).

    Feb  3 09:00:01 4872 1000/01/ - 198.51.100.7 192.0.2.1 192.0.2.15 - sato [03/Feb/2026:09:00:01 +0900] 503 0 1207 block 63 87 87/127/151 -1 0 1518 0 group01 - 0 - "GET https://a.example/b HTTP/1.1" - Mozilla%2F5.0 text%2Fhtml A667FEFF
    4582 192.0.2.15 sato group01 7 03/Feb/2026:09:00:01 +0900 http://a.example/ block 43 3 99 28 0 -1 0 EICAR-Test-File

Columns are separated by blanks; user agent, media type, users and groups are escaped as in a URL. The access log
begins like syslog, without a year; its time is that in brackets. Address connected to, address connected from, client
(that of X-Forwarded-For, where that is switched on), its name, user, time, status, action, rule, categories, group,
request, referrer, user agent, media type. Reference: the vendor's pages pa-solution.net/daj/bs/faq/detail.aspx?id=4301
(35 columns), id=2800 (block log), id=2196 (29 columns), id=5614, id=3306. They were available only in part: columns
whose meaning was not seen there stand in `message` under their number, and a layout changed by the administrator is
not read.
"""  # noqa: E501 - the sample's lines are as long as they are written

import re
from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.model.report import N_
from sekimori.readers.network.text_rows import Row, integer, mostly, read_lines, rest, shown
from sekimori.readers.network.web_fields import agent, client, host_and_port, request, spelled_out, time_of
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source
from sekimori.values.address import is_address

__all__ = ["IfilterAccess", "IfilterBlock"]

_BEGIN = (
    r"[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d (?P<process>\d{1,10}) (?P<version>\d{1,6}/\d{1,4}/\S{0,20}) "
    r"(?P<upstream>\S+) "
)
_TIME = r"\[(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d) ?(?P<zone>[+-]\d{4}|GMT)\] "
_REQUEST = r'"(?P<request>[^"]*+|.*?)"'
_ACCESS = re.compile(
    rf"{_BEGIN}(?P<destination>\S+) (?P<peer>\S+) (?P<client>\S+) (?P<computer>\S+) (?P<user>\S+) {_TIME}"
    r"(?P<status>\d{3}|-) (?P<column_15>\S+) (?P<column_16>\S+) (?P<action>\S+) (?P<rule>\S+) (?P<category>\S+) "
    r"(?P<categories>\S+) (?P<middle>(?:\S+ ){4,8})"
    rf"{_REQUEST} (?P<referrer>\S+) (?P<agent>\S+) (?P<type>\S+) (?P<id>[0-9A-Fa-f]{{8}})\s*",
    re.DOTALL,
)
_OLD_ACCESS = re.compile(
    rf"{_BEGIN}(?P<client>\S+) (?P<computer>\S+) (?P<user>\S+) {_TIME}"
    rf'{_REQUEST} ?"?(?P<referrer>[^\s"]+)"? ?"?(?P<agent>[^\s"]+)"? '
    r"(?P<status>\d{3}|-) (?P<column_18>\S+) (?P<column_19>\S+) (?P<action>\S+) (?P<column_21>\S+) (?P<column_22>\S+) "
    r"(?P<column_23>\S+) (?P<group>\S+) (?P<type>\S+) (?P<column_26>\S+) (?P<column_27>\S+) (?P<column_28>\S+) "
    r"(?P<id>[0-9A-Fa-f]{8})\s*",
    re.DOTALL,
)
_BLOCK = re.compile(
    r"(?P<process>\d{1,10}) (?P<client>[0-9a-fA-F.:]{3,45}) (?P<user>\S+) (?P<group>\S+) (?P<column_5>\S+) "
    r"(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d) (?P<zone>[+-]\d{4}) (?P<url>\S+) (?P<action>[a-z_-]{2,20}) "
    r"(?P<column_10>\S+) (?P<column_11>\S+) (?P<column_12>\S+) (?P<column_13>\S+) (?P<column_14>\S+) "
    r"(?P<column_15>\S+) (?P<column_16>\S+) (?P<virus>\S+)\s*"
)
_FIRST_OF_MIDDLE = 21
_BEHIND_MIDDLE = ("group", "column_26", "column_27", "column_28")  # the last four, also of the form with 33 columns
_NO_LINE = N_("not a line of i-FILTER's log")
_NO_TIME = N_("the time of the line cannot be read")
_MAPPED = ("client", "user", "time", "zone", "action", "status", "request", "referrer", "agent", "type", "url")


class _Ifilter(Reader):
    """What both logs share."""

    def recognises(self, head: Head) -> bool:
        """Most of the first lines fit."""
        return mostly(head, lambda text: self._match(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, lambda line: self._row(line, context))

    @abstractmethod
    def _match(self, text: str) -> re.Match[str] | None:
        """The parts of a line; None for what is none."""

    def _row(self, line: TextLine, context: ReadingContext) -> Row | str:
        found = self._match(line.text)
        if found is None:
            return _NO_LINE
        parts = {name: value or "" for name, value in found.groupdict().items()}
        time = time_of(f"{parts['time']} {parts['zone']}", context.zone)
        if time is None:
            return _NO_TIME
        destination, port = host_and_port(parts.get("destination"))
        method, url = request(parts["request"]) or (None, None) if "request" in parts else (None, parts["url"])
        return {
            "timestamp": time,
            "event_dataset": self.name,
            "event_action": shown(parts["action"]),
            **_asker(parts),
            "source_user_name": spelled_out(parts["user"]),
            "destination_ip": destination if destination and is_address(destination) else None,
            "destination_port": port,
            "http_request_method": method,
            "url_original": shown(url),
            "http_response_status_code": integer(parts.get("status")),
            "http_request_referrer": shown(parts.get("referrer")),
            "user_agent_original": agent(parts.get("agent"), escaped=True),
            "mime_type": _type(parts.get("type")),
            "message": _message(parts),
        }


class IfilterAccess(_Ifilter):
    """i-FILTER's access log."""

    name: ClassVar[str] = "ifilter.access"
    title: ClassVar[str] = "i-FILTER / D-SPA access log"

    def _match(self, text: str) -> re.Match[str] | None:
        found = _ACCESS.fullmatch(text) or _OLD_ACCESS.fullmatch(text)
        if found or " [" not in text:
            return found
        message = unwrapped(text).message
        return _ACCESS.fullmatch(message) or _OLD_ACCESS.fullmatch(message)


class IfilterBlock(_Ifilter):
    """i-FILTER's block log."""

    name: ClassVar[str] = "ifilter.block"
    title: ClassVar[str] = "i-FILTER block log"

    def _match(self, text: str) -> re.Match[str] | None:
        return _BLOCK.fullmatch(text) or _BLOCK.fullmatch(unwrapped(text).message)


def _asker(parts: dict[str, str]) -> Row:
    """The client; where X-Forwarded-For gave something that is no address, the device that connected."""
    host = host_and_port(parts["client"])[0]
    chosen = parts["client"] if host and is_address(host) else parts.get("peer") or parts["client"]
    computer = spelled_out(parts.get("computer"))
    return client(chosen) | ({"source_domain": computer} if computer else {})


def _type(text: str | None) -> str | None:
    found = agent(text, escaped=True)
    return found.partition(";")[0].strip() or None if found else None


def _message(parts: dict[str, str]) -> str | None:
    """What went into no column; the columns in the middle by their numbers."""
    others = {name: value for name, value in parts.items() if name not in _MAPPED and name != "middle"}
    middle = parts.get("middle", "").split()
    if middle:
        numbered = middle[: -len(_BEHIND_MIDDLE)]
        others |= {f"column_{number}": value for number, value in enumerate(numbered, _FIRST_OF_MIDDLE)}
        others |= dict(zip(_BEHIND_MIDDLE, middle[-len(_BEHIND_MIDDLE) :], strict=True))
    if "group" in others:
        others["group"] = spelled_out(others["group"]) or ""
    if parts.get("peer") == parts["client"]:
        others.pop("peer", None)
    for name in ("destination", "computer"):
        others.pop(name, None)
    return rest(others)
