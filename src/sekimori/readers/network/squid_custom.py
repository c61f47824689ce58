r"""Squid's access log in its other usual forms: `common`, `combined`, and the native one with changes.

    192.0.2.15 - sato [03/Feb/2026:09:00:00 +0900] "GET http://a.example/ HTTP/1.1" 200 512 "-" "curl/8" TCP_MISS:HIER_DIRECT
    [03/Feb/2026:09:00:01 +0900]   48 192.0.2.15 TCP_MISS/200 512 GET http://a.example/ sato HIER_DIRECT/198.51.100.7 text/html
    1770076802.004   48 192.0.2.15:51022 TCP_TUNNEL/200 512 CONNECT a.example:443 - HIER_DIRECT/198.51.100.7 - peek a.example

The first is Squid's own `logformat combined`; the others are the native format with another time (`[%tl]`,
`%{%Y/%m/%d %H:%M:%S}tl`, also before that of the native format), with the client's port (`%>a:%>p`), behind syslog's
head, or with fields appended: referrer and user agent in quotes, `%ssl::bump_mode` and `%ssl::>sni`: the server name of TLS is the host of a tunnel that was opened to an address.
Reference: squid-cache.org/Doc/config/logformat. What cannot be told safely stands in `message`; the address of a
parent cache is no destination.
"""  # noqa: E501 - the sample's lines are as long as Squid writes them

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.access_line import access_line
from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.network.text_rows import Row, integer, mostly, read_lines, rest, shown
from sekimori.readers.network.web_fields import agent, bare, client, host_and_port, time_of, unescaped, url_of
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source
from sekimori.values.address import is_address

__all__ = ["SquidCustom", "is_of_squid"]

_CLOCK = r"\d\d:\d\d:\d\d"
_TIME = (
    rf"\d{{9,10}}\.\d{{3}}|\[\d\d/[A-Z][a-z]{{2}}/\d{{4}}:{_CLOCK} [+-]\d{{4}}\]"
    rf"|\d{{4}}([-/])\d\d\2\d\d[T ]{_CLOCK}(?:\.\d{{1,6}})?(?:Z|[+-]\d\d:?\d\d)?"
)
_NATIVE = re.compile(
    rf"(?P<time>{_TIME})(?: +(?P<native>\d{{9,10}}\.\d{{3}}))? +(?P<elapsed>-?\d+) (?P<client>\S+) "
    r"(?P<result>[A-Z][A-Z_]*)/(?P<status>\d{3}) (?P<size>\d+) (?P<method>\S+) (?P<url>.+?) (?P<user>\S+) "
    r"(?P<hierarchy>[A-Z][A-Z_0-9]*)/(?P<peer>\S+) (?P<type>-|[\w.+-]+/\S+)(?P<more>(?: .*)?)",
    re.DOTALL,
)
_PROGRAM = re.compile(r"\((?:squid-\d+|logfile-daemon)\): ")
_TAIL = re.compile(
    r"(?<!\S)(?P<result>(?:TCP|UDP|NONE|TAG|INM|SWAPFAIL)[A-Z_]*)(?:/\d{3})?:(?P<hierarchy>[A-Z][A-Z_0-9]+)"
    r"(?:/(?P<peer>\S+))?(?!\S)"
)
_QUOTED = re.compile(r'(?<!\S)"(?P<referrer>(?:[^"\\]|\\.)*+)" "(?P<agent>(?:[^"\\]|\\.)*+)"(?= |$)')
_BUMP = re.compile(
    r"(?<!\S)(?P<ssl_bump>none|-|splice|bump|peek|stare|terminate|client-first|server-first|err)"
    r" (?P<sni>-|[\w-]+(?:\.[\w-]+)+)(?= |$)"
)
_HERE = re.compile(r"(?:DIRECT|ORIGINAL_DST|PINNED)$")  # Squid connected to the server itself
_NO_LINE = N_("not a line of Squid's access log")
_NO_TIME = N_("the time of the line cannot be read")


class SquidCustom(Reader):
    """Squid's access log in forms other than its native one."""

    name: ClassVar[str] = "squid.custom"
    title: ClassVar[str] = "Squid access log (combined, or native with changes)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines fit one of the forms, and not the native one."""
        return mostly(head, is_of_squid) and not SquidAccess().recognises(head)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, lambda line: _row(line, context))


def is_of_squid(text: str) -> bool:
    """Whether Squid wrote the line, in one of these forms."""
    if _native(text):
        return True
    found = access_line(text)
    return found is not None and _TAIL.search(found.more) is not None


def _native(text: str) -> re.Match[str] | None:
    found = _NATIVE.fullmatch(text)
    if found or (message := bare(text)) == text:
        return found
    return _NATIVE.fullmatch(_PROGRAM.sub("", message, count=1))


def _row(line: TextLine, context: ReadingContext) -> Row | str:
    if native := _native(line.text):
        return _native_row(native, context)
    found = access_line(line.text)
    tail = _TAIL.search(found.more) if found else None
    if found is None or tail is None:
        return _NO_LINE
    row = found.row(context.zone)
    if row is None:
        return _NO_TIME
    destination, hierarchy = _peer(tail["hierarchy"], tail["peer"])
    more = (found.more[: tail.start()] + found.more[tail.end() :]).strip()
    ident = found.parts["ident"]
    row |= {"event_dataset": SquidCustom.name, "event_action": tail["result"], **destination}
    row |= {"url_original": url_of(None, found.target), **client(found.parts["client"])}
    row["message"] = rest({**hierarchy, "ident": ident, "more": more, "forwarded": shown(found.parts["before"])})
    return row


def _native_row(found: re.Match[str], context: ReadingContext) -> Row | str:
    time = time_of(found["native"] or found["time"].strip("[]"), context.zone)
    if time is None:
        return _NO_TIME
    columns, extra = _appended(found["more"].strip())
    host = host_and_port(found["url"])[0] or ""
    if extra.get("sni") and is_address(host):  # a tunnel opened to an address
        columns["url_domain"] = extra.pop("sni")
    destination, hierarchy = _peer(found["hierarchy"], found["peer"])
    return {
        "timestamp": time,
        "event_dataset": SquidCustom.name,
        "event_action": found["result"],
        **client(found["client"]),
        "source_user_name": shown(found["user"]),
        **destination,
        "http_request_method": shown(found["method"]),
        "url_original": shown(found["url"]),
        "http_response_status_code": integer(found["status"]),
        "mime_type": shown(found["type"]),
        "event_duration": integer(found["elapsed"]),
        "destination_bytes": integer(found["size"]),
        **columns,
        "message": rest({**hierarchy, **extra}),
    }


def _appended(text: str) -> tuple[Row, dict[str, str]]:
    """The columns of fields behind the native ones, and all else that stands there, for the message."""
    row: Row = {}
    extra: dict[str, str] = {}
    if quoted := _QUOTED.search(text):
        row["http_request_referrer"] = shown(unescaped(quoted["referrer"]))
        row["user_agent_original"] = agent(unescaped(quoted["agent"]), quoted=True)
        text = text[: quoted.start()] + text[quoted.end() :]
    if bump := _BUMP.search(text):
        extra |= {"ssl_bump": bump["ssl_bump"], "sni": shown(bump["sni"]) or ""}
        text = text[: bump.start()] + text[bump.end() :]
    return row, {**extra, "more": text.strip()}


def _peer(code: str, peer: str | None) -> tuple[Row, dict[str, str]]:
    """The destination, where Squid went there itself, and what of the hierarchy goes into the message."""
    address = (peer or "").strip("[]")
    if _HERE.search(code) and is_address(address):
        return {"destination_ip": address}, {"hierarchy": code}
    return {}, {"hierarchy": code, "peer": peer or ""}
