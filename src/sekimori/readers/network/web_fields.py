"""What the readers of proxy and web server logs share: clients, user agents, requests, URLs, times.

Each of these logs writes the same few things with small differences (blanks of a user agent as `+` or `%20`, control
characters as `\\x0a`, a client with its port); they are made one here, and nowhere else.
"""

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote, unquote_plus
from zoneinfo import ZoneInfo

from sekimori.formats.syslog import unwrapped
from sekimori.readers.network.text_rows import Row, shown
from sekimori.values import times
from sekimori.values.address import is_address, is_private
from sekimori.values.errors import InvalidValue

__all__ = [
    "agent",
    "asker",
    "bare",
    "client",
    "host_and_port",
    "request",
    "spelled_out",
    "time_of",
    "unescaped",
    "url_of",
]

_SYSLOG = re.compile(r"<|[A-Z][a-z]{2} |\d{4}-\d\d-")
_ESCAPE = re.compile(r"""((?:\\x[0-9A-Fa-f]{2})+)|\\(["'\\ntrbfv])""")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_HOST_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\s\[\]]+)(?::(\d{1,5}))?")
_LONGEST_TIME = 64
_LONGEST_HOST = 300
_REQUEST = re.compile(r"([A-Za-z][A-Za-z_-]{0,30}) (.*?)(?: HTTP/\d(?:\.\d)?)?", re.DOTALL)


def time_of(text: str, zone: ZoneInfo, year_from: datetime | None = None) -> datetime | None:
    """The time in UTC; `zone` holds where it names none. None for what is no time."""
    return _time_of(text, zone, year_from) if len(text) <= _LONGEST_TIME else None


@lru_cache(maxsize=4096)  # a log has many lines of the same second
def _time_of(text: str, zone: ZoneInfo, year_from: datetime | None) -> datetime | None:
    try:
        return times.parse(text, zone, year_from=year_from)
    except InvalidValue:
        return None


def bare(text: str) -> str:
    """The message of a line without syslog's head; most lines have none, and their first characters tell."""
    text = text.strip("\0")
    return unwrapped(text).message if _SYSLOG.match(text) else text


def unescaped(text: str) -> str:
    r"""A text without the escapes of Apache and nginx: `\"`, `\\`, `\n`, `\xE3`."""
    return _ESCAPE.sub(_plain, text) if "\\" in text else text


def _plain(found: re.Match[str]) -> str:
    if found[1]:
        return bytes.fromhex(found[1].replace("\\x", "")).decode("utf-8", "backslashreplace")
    return _CONTROLS.get(found[2], found[2])


def agent(text: str | None, *, quoted: bool = False, escaped: bool = False) -> str | None:
    """A user agent with its blanks.

    Logs without quotes write a blank as `+`, or as `%20` where they escape the whole as in a URL; `escaped` says that
    a log always does.
    """
    found = shown(text)
    if found is None or quoted or " " in found:
        return found
    return unquote_plus(found) if escaped or "%20" in found else found.replace("+", " ")


def spelled_out(text: str | None) -> str | None:
    """A field that is escaped as in a URL (`%E5%96%B6`), in plain text; None where nothing stands there."""
    found = shown(text)
    return shown(unquote(found)) if found and "%" in found else found


def host_and_port(text: str | None) -> tuple[str | None, int | None]:
    """A host, without the brackets of an IPv6 address, and its port where one is written."""
    found = shown(text)
    return _host_and_port(found) if found and len(found) <= _LONGEST_HOST else (found, None)


@lru_cache(maxsize=4096)  # and of the same client
def _host_and_port(found: str) -> tuple[str | None, int | None]:
    if is_address(found):
        return found, None
    parts = _HOST_PORT.fullmatch(found)
    if parts:
        return parts[1].strip("[]"), int(parts[2]) if parts[2] else None
    address, _, port = found.rpartition(":")  # IPv6 without brackets
    return (address, int(port)) if port.isdecimal() and len(port) < 6 and is_address(address) else (found, None)


def client(text: str | None) -> Row:
    """The columns of who asked: an address with or without a port, or the name of a host."""
    host, port = host_and_port(text)
    if host is None:
        return {}
    is_numeric = len(host) <= _LONGEST_HOST and _is_address(host)
    return {"source_ip" if is_numeric else "source_domain": host, "source_port": port}


def asker(row: Row, forwarded: str | None) -> tuple[Row, str | None]:
    """The columns of who asked, and what of client and X-Forwarded-For is left for the message.

    `row` is `client` of a web server's peer. Behind a load balancer of one's own (its address is private) the asker
    is the last public address that was forwarded: the balancer itself wrote it, while those before it are the asker's
    own words.
    """
    peer = str(row.get("source_ip") or "")
    if not forwarded or not peer or not is_private(peer):
        return row, forwarded
    public = [one for one in forwarded.replace(",", " ").split() if is_address(one) and not is_private(one)]
    return ({"source_ip": public[-1]}, peer) if public else (row, forwarded)


_is_address = lru_cache(maxsize=4096)(is_address)


def request(text: str) -> tuple[str, str] | None:
    """Method and target of a request line, whose HTTP version may be missing; None for what is no request."""
    found = _REQUEST.fullmatch(text)
    return (found[1], found[2]) if found and found[2] else None


def url_of(host: str | None, target: str | None, *, scheme: str | None = None, port: int | None = None) -> str | None:
    """A URL from its parts; None where neither host nor target is known.

    A target that is whole, or the `host:port` of CONNECT, stays as it is. Without a scheme it is host and path, as
    lists have them.
    """
    target = target or ""
    if not host or (not target.startswith(("/", "?")) and target):
        return target or host or None
    place = f"[{host}]" if ":" in host and not host.startswith("[") else host
    if port is not None and port != {"http": 80, "https": 443, None: 80}.get(scheme):
        place = f"{place}:{port}"
    return f"{scheme}://{place}{target}" if scheme else f"{place}{target or '/'}"
