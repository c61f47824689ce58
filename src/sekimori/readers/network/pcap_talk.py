"""What is said over TCP, as records: requests with their answers, hellos with certificates, envelopes of mails.

What waits for its other half is kept for so many connections; beyond that the oldest are told as they are.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sekimori.formats.certificate import certificate
from sekimori.formats.http_head import Request, Response, head_end, request, response
from sekimori.formats.ja_fingerprints import fingerprints, ja3s
from sekimori.formats.packets import UDP
from sekimori.formats.pcap import NO_TIME, rows_at
from sekimori.formats.tls_hello import (
    CLIENT_HELLO,
    ClientHello,
    Flight,
    Offer,
    Piece,
    ServerHello,
    client_hello,
    datagram_piece,
    is_grease,
)
from sekimori.readers.network.pcap_rows import Origin, PacketRows, as_json, origins
from sekimori.readers.network.pcap_streams import Chunk

__all__ = ["Hellos", "Mails", "Requests", "milliseconds"]

_MOST_WAITING = 20_000
_MOST_REQUESTS = 1_000  # of one connection
_INTERIM = range(100, 200)
_SWITCHING = 101
_HANDSHAKE, _DATAGRAM_HELLO = 22, 25
_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_DATAGRAM_VERSIONS = {0xFEFF: "DTLS 1.0", 0xFEFD: "DTLS 1.2", 0xFEFC: "DTLS 1.3"}


def milliseconds(first: int, last: int) -> int | None:
    """The time between two packets; None where one has none, or they are in the wrong order."""
    return None if NO_TIME in (first, last) or last < first else (last - first) // 1000


class Requests:
    """HTTP/1: one record a request, with the answer's status where it came."""

    def __init__(self, rows: PacketRows) -> None:
        self._rows = rows
        self._open: dict[int, deque[tuple[Origin, Request]]] = {}

    def asked(self, slot: int, origin: Origin, data: bytes) -> bool:
        """Requests, one behind the other; whether there is one."""
        found, end = False, head_end(data)
        while (one := request(data, end)) is not None:
            found = True
            waiting = self._open.setdefault(slot, deque())
            waiting.append((origin, one))
            if len(waiting) > _MOST_REQUESTS:
                self._tell(*waiting.popleft())
            data, end = _behind(data, end, one.length)
        if len(self._open) > _MOST_WAITING:
            self._give_up(next(iter(self._open)))
        return found

    def answered(self, slot: int, origin: Origin, data: bytes) -> bool:
        """Responses, one behind the other; whether there is one."""
        found, end = False, head_end(data)
        while (one := response(data, end)) is not None:
            found = True
            waiting = self._open.get(slot)
            if waiting and (one.status not in _INTERIM or one.status == _SWITCHING):
                self._tell(*waiting.popleft(), one, origin.micros)
                if not waiting:
                    del self._open[slot]
            data, end = _behind(data, end, one.length)
        return found

    def end(self) -> None:
        """What was not answered is told as well."""
        for slot in list(self._open):
            self._give_up(slot)

    def _give_up(self, slot: int) -> None:
        for origin, one in self._open.pop(slot):
            self._tell(origin, one)

    def _tell(self, origin: Origin, one: Request, answer: Response | None = None, micros: int = NO_TIME) -> None:
        self._rows.add(
            "http",
            origin,
            one.method,
            one.url(origin.target, origin.target_port),
            one.referrer,
            one.agent,
            answer.status if answer else None,
            answer.media_type if answer else None,
            milliseconds(origin.micros, micros),
        )


def _behind(data: bytes, end: int, length: int) -> tuple[bytes, int]:
    """What follows a head and its body, and where the head in it ends."""
    rest = data[end + length :] if 0 <= end < len(data) - length else b""
    return rest, head_end(rest) if rest else -1


class Hellos:
    """TLS: one record a handshake, of the client's hello and of what the server says unencrypted."""

    def __init__(self, rows: PacketRows) -> None:
        self._rows = rows
        self._open: dict[int, tuple[Origin, ClientHello]] = {}
        # The pieces of hellos of DTLS; nothing where it was told, as clients ask again with a cookie.
        self._asked: dict[int, tuple[Origin, bytes] | None] = {}

    def asked(self, slot: int, origin: Origin, said: Flight, data: bytes) -> bool:
        """The hello of a client; whether there is one. The second, after a retry, is that of the first."""
        body = said.message(CLIENT_HELLO) if said.messages else data[9:]  # as much as there is
        hello = client_hello(body) if body else None
        if hello is None:
            return False
        if slot not in self._open:
            self._open[slot] = origin, hello
            if len(self._open) > _MOST_WAITING:
                self._tell(*self._open.pop(next(iter(self._open))))
        return True

    def answered(self, slot: int, origin: Origin, said: Flight) -> bool:
        """What the server says to it; whether that is a hello."""
        server = said.server
        if server is None:
            return False
        if not server.is_retry:
            asked, hello = self._open.pop(slot, None) or (origin.turned, None)
            self._tell(asked, hello, server, said.certificate)
        return True

    def end(self) -> None:
        """Hellos without an answer are told as well."""
        for slot in list(self._open):
            self._tell(*self._open.pop(slot))

    def look(self, chunk: Chunk) -> Iterator[tuple[int, str]]:
        """Hellos of DTLS among the datagrams of a chunk; slot and protocol of their connections."""
        packets = chunk.packets
        rows = np.flatnonzero((packets.protocol == UDP) & (packets.end - packets.start >= _DATAGRAM_HELLO))
        first = rows_at(chunk.octets, packets.start[rows], 16)
        rows = rows[(first[:, 0] == _HANDSHAKE) & (first[:, 1] == 0xFE) & (first[:, 13] == CLIENT_HELLO)]
        for row, origin in zip(rows.tolist(), origins(chunk.frames, packets, rows), strict=True):
            piece = datagram_piece(chunk.data[packets.start[row] : packets.end[row]])
            slot = int(chunk.groups.sides[row]) >> 1
            if piece is not None and self._is_new(slot, origin, piece):
                yield slot, "dtls"

    def _is_new(self, slot: int, origin: Origin, piece: Piece) -> bool:
        """Whether this piece makes the first hello of a client of DTLS whole, which is then told."""
        if slot not in self._asked:
            self._asked[slot] = origin, b""
            if len(self._asked) > _MOST_WAITING:
                del self._asked[next(iter(self._asked))]
        first, data = self._asked[slot] or (origin, None)
        if data is None or piece.message or piece.offset != len(data):
            return False
        data += piece.data
        self._asked[slot] = first, data
        hello = client_hello(data, datagram=True) if len(data) >= piece.length else None
        if hello is None:
            return False
        self._asked[slot] = None
        self._tell(first, hello, transport="udp", protocol="dtls")
        return True

    def _tell(
        self,
        origin: Origin,
        hello: ClientHello | None,
        server: ServerHello | None = None,
        der: bytes | None = None,
        transport: str = "tcp",
        protocol: str = "tls",
    ) -> None:
        shown = certificate(der) if der else None
        offer = hello.offer if hello else None
        name = hello.server_name.decode("utf-8", "backslashreplace") if hello else ""
        self._rows.add(
            "tls",
            origin,
            transport,
            protocol,
            name or None,
            *(fingerprints(offer, "d" if transport == "udp" else "t") if offer else (None, None)),
            shown.subject or None if shown else None,
            shown.issuer or None if shown else None,
            [shown.sha1, shown.sha256] if shown else None,
            list(shown.names) or None if shown else None,
            _chosen(server) if server else _offered(offer, transport),
        )


@lru_cache(maxsize=4096)
def _chosen(server: ServerHello) -> str | None:
    return as_json(
        version=_version(server.version),
        cipher=f"0x{server.cipher:04x}",
        ja3s=ja3s(server),
        alpn=server.alpn.decode("utf-8", "backslashreplace"),
    )


@lru_cache(maxsize=4096)
def _offered(offer: Offer | None, transport: str) -> str | None:
    if offer is None:
        return None
    highest = max if transport == "tcp" else min  # the versions of DTLS count downwards
    plain = [one for one in offer.versions if not is_grease(one)]
    return as_json(offered=_version(highest(plain, default=offer.version)))


def _version(number: int) -> str:
    return _VERSIONS.get(number) or _DATAGRAM_VERSIONS.get(number) or f"0x{number:04x}"


@dataclass(slots=True)
class _Envelope:
    client: str | None = None
    origin: Origin | None = None
    addresses: list[str] = field(default_factory=list)


class Mails:
    """SMTP: one record an envelope, of who the client says that it is, and of the addresses (RFC 5321)."""

    _COMMAND = re.compile(rb"(EHLO|HELO|LHLO|MAIL FROM:|RCPT TO:|DATA|BDAT)[ \t]*([^\r\n]{0,1000})\r?\n", re.IGNORECASE)
    _ADDRESS = re.compile(rb"<([^<>\s@]+@[^<>\s@]+)>|^([^<>\s@]+@[^<>\s@]+)")
    _MOST = 1_000

    def __init__(self, rows: PacketRows) -> None:
        self._rows = rows
        self._open: dict[int, _Envelope] = {}

    def said(self, slot: int, origin: Origin, data: bytes) -> bool:
        """Commands of a client, one a line; whether there is one."""
        found, at = False, 0
        while command := self._COMMAND.match(data, at):
            found, at = True, command.end()
            verb, rest = command[1][:4].upper(), command[2]
            one = self._open.setdefault(slot, _Envelope())
            if verb in {b"EHLO", b"HELO", b"LHLO"}:
                one.client = rest.split(b" ")[0].decode("utf-8", "backslashreplace") or None
            elif verb in {b"DATA", b"BDAT"}:
                self._tell(one)
                break  # the mail itself
            else:
                self._address(one, verb, origin, self._ADDRESS.search(rest))
        if len(self._open) > _MOST_WAITING:
            self._tell(self._open.pop(next(iter(self._open))))
        return found

    def end(self) -> None:
        """Envelopes without a mail are told as well."""
        for one in self._open.values():
            self._tell(one)
        self._open.clear()

    def _address(self, one: _Envelope, verb: bytes, origin: Origin, found: re.Match[bytes] | None) -> None:
        if verb == b"MAIL":
            self._tell(one)  # one that was given up
            one.origin = origin
        if found and one.origin and len(one.addresses) < self._MOST:
            one.addresses.append((found[1] or found[2]).decode("utf-8", "backslashreplace"))

    def _tell(self, one: _Envelope) -> None:
        if one.origin and one.addresses:
            self._rows.add("smtp", one.origin, one.client, _distinct(one.addresses))
        one.origin, one.addresses = None, []


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
