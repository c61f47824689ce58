"""Heads of HTTP/1 requests and responses, as they stand in a stream of bytes (RFC 9112).

GET /news/ HTTP/1.1\r\n
Host: www.example.jp\r\n
\r\n
"""

import re
from typing import NamedTuple

__all__ = ["METHODS", "Request", "Response", "head_end", "request", "response"]

METHODS = (
    b"GET POST HEAD PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT "
    b"SEARCH NOTIFY SUBSCRIBE M-SEARCH RPC_IN_DATA RPC_OUT_DATA BITS_POST MERGE"
).split()
"""Methods of iana.org/assignments/http-methods, and those of Windows' own protocols over HTTP."""

_REQUEST = re.compile(rb"(" + b"|".join(map(re.escape, METHODS)) + rb") +([^ \r\n]{1,8000}) +HTTP/1\.[0-9][ \t]*\r?\n")
_RESPONSE = re.compile(rb"HTTP/1\.[0-9] +([0-9]{3})(?: [^\r\n]*)?\r?\n")
_WANTED = frozenset({b"host", b"user-agent", b"referer", b"content-type", b"content-length"})


class Request(NamedTuple):
    """What is asked for, as it was sent; `length` is the body's as announced."""

    method: str
    target: str
    host: str | None = None
    agent: str | None = None
    referrer: str | None = None
    length: int = 0

    def url(self, address: str, port: int) -> str:
        """The whole URL; the address connected to stands for a missing host. A tunnel's is its target alone."""
        if self.method == "CONNECT" or "://" in self.target[:20]:
            return self.target
        host = self.host or (f"[{address}]" if ":" in address else address)
        shown = "" if port == 80 or ":" in host.rpartition("]")[2] else f":{port}"
        return f"http://{host}{shown}{self.target if self.target.startswith('/') else '/' + self.target}"


class Response(NamedTuple):
    """What came back. `length` is the body's as announced, 0 where it is not."""

    status: int
    media_type: str | None = None
    length: int = 0


def head_end(data: bytes) -> int:
    """Where the body begins; -1 where the head does not end in these bytes."""
    end = data.find(b"\r\n\r\n")
    if end >= 0:
        return end + 4
    end = data.find(b"\n\n")
    return end + 2 if end >= 0 else -1


def request(head: bytes, end: int) -> Request | None:
    """The request that a head holds which ends there (`head_end`); None where it is none."""
    line = _REQUEST.match(head)
    if not line:
        return None
    fields = _fields(head, line.end(), end)
    return Request(
        method=line[1].decode("ascii"),
        target=_text(line[2]),
        host=_shown(fields, b"host"),
        agent=_shown(fields, b"user-agent"),
        referrer=_shown(fields, b"referer"),
        length=_length(fields),
    )


def response(head: bytes, end: int) -> Response | None:
    """The response that a head holds which ends there (`head_end`); None where it is none."""
    line = _RESPONSE.match(head)
    if not line:
        return None
    fields = _fields(head, line.end(), end)
    media = _shown(fields, b"content-type")
    shown = media.partition(";")[0].strip() if media else None
    return Response(status=int(line[1]), media_type=shown or None, length=_length(fields))


def _fields(head: bytes, at: int, end: int) -> dict[bytes, bytes]:
    """The fields that are wanted; of one that stands there twice the first."""
    found: dict[bytes, bytes] = {}
    for line in head[at : end if end >= 0 else len(head)].split(b"\n"):
        name, _, value = line.partition(b":")
        name = name.lower()
        if name in _WANTED and name not in found:
            found[name] = value.strip()
    return found


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _shown(fields: dict[bytes, bytes], name: bytes) -> str | None:
    value = fields.get(name)
    return _text(value) if value else None


def _length(fields: dict[bytes, bytes]) -> int:
    value = fields.get(b"content-length", b"")
    return int(value) if value.isdigit() and len(value) < 19 else 0
