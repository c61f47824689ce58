"""The unencrypted beginning of TLS: the hellos of client and server, and the server's certificate up to TLS 1.2.

    16 03 01 length  01 length  03 03 random …     record of a handshake, ClientHello inside
    type (16 bits)  length (16 bits)  bytes        one extension of a hello

RFC 8446 (TLS 1.3), RFC 5246, RFC 6066 (server name), RFC 7301 (ALPN); DTLS: RFC 6347. Lengths are never trusted: a
hello that is cut short is read as far as it goes.
"""

import struct
from typing import NamedTuple

__all__ = [
    "CLIENT_HELLO",
    "ClientHello",
    "Flight",
    "Offer",
    "Piece",
    "ServerHello",
    "client_hello",
    "datagram_piece",
    "flight",
    "is_grease",
]

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, _DONE = 1, 2, 11, 14
_HANDSHAKE = 22
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")  # RFC 8446, 4.1.3
_NAME, _GROUPS, _FORMATS, _SIGNATURES, _ALPN, _VERSIONS = 0, 10, 11, 13, 16, 43
_two = struct.Struct(">H").unpack_from


class Offer(NamedTuple):
    """What a client offers, in the order in which it does: two programs of a kind offer the same."""

    version: int
    ciphers: tuple[int, ...] = ()
    extensions: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    formats: tuple[int, ...] = ()
    signatures: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    alpn: bytes = b""


class ClientHello(NamedTuple):
    """The hello of a client: its offer, and the name that it asks for."""

    offer: Offer
    server_name: bytes = b""


class ServerHello(NamedTuple):
    """What the server chose. `is_retry` where it asks for another ClientHello (RFC 8446, section 4.1.4)."""

    version: int
    cipher: int
    extensions: tuple[int, ...] = ()
    alpn: bytes = b""
    is_retry: bool = False


class Flight(NamedTuple):
    """What one side says before encryption: its handshake messages, and whether all that can be read is there."""

    messages: tuple[tuple[int, bytes], ...] = ()
    whole: bool = False

    def message(self, kind: int) -> bytes | None:
        """The first message of that type."""
        return next((body for one, body in self.messages if one == kind), None)

    @property
    def server(self) -> ServerHello | None:
        """The server's hello, if it is there and sound."""
        body = self.message(SERVER_HELLO)
        return None if body is None else _server_hello(body)

    @property
    def certificate(self) -> bytes | None:
        """The server's own certificate as DER, the first of its chain."""
        body = self.message(CERTIFICATE) or b""
        length = int.from_bytes(body[3:6], "big")
        return body[6 : 6 + length] if 0 < length <= len(body) - 6 else None


def is_grease(value: int) -> bool:
    """Values that mean nothing and are there to be ignored (RFC 8701)."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def flight(data: bytes) -> Flight:
    """The handshake messages of records, up to the first record of another type or the end of what is there.

    It is whole where nothing that follows would be of use: after a ClientHello, a certificate, the end of the hello,
    or the first record that is no handshake.
    """
    record, message = int.from_bytes(data[3:5], "big"), int.from_bytes(data[6:9], "big")
    if data[5:6] == b"\1" and 4 + message <= record <= len(data) - 5:  # nearly every hello of a client
        return Flight(((CLIENT_HELLO, data[9 : 9 + message]),), whole=True)
    at, parts, ended = 0, [], False
    while at + 5 <= len(data):
        if data[at] != _HANDSHAKE or data[at + 1] != 3:
            ended = True
            break
        length = data[at + 3] << 8 | data[at + 4]
        parts.append(data[at + 5 : at + 5 + length])
        at += 5 + length
    return _messages(b"".join(parts), ended)


class Piece(NamedTuple):
    """A piece of a handshake message of DTLS: which message, how long that is, and where in it this stands."""

    message: int
    length: int
    offset: int
    data: bytes


def datagram_piece(data: bytes) -> Piece | None:
    """The piece of a ClientHello in a datagram of DTLS (RFC 6347, section 4.2.2); None where it is none."""
    if len(data) < 25 or data[0] != _HANDSHAKE or data[1] != 0xFE or data[13] != CLIENT_HELLO:
        return None
    length, offset, here = (int.from_bytes(data[at : at + 3], "big") for at in (14, 19, 22))
    return Piece(int.from_bytes(data[17:19], "big"), length, offset, data[25 : 25 + here])


def _messages(stream: bytes, ended: bool) -> Flight:
    at, found = 0, []
    while at + 4 <= len(stream):
        kind, length = stream[at], int.from_bytes(stream[at + 1 : at + 4], "big")
        if at + 4 + length > len(stream):
            break
        found.append((kind, stream[at + 4 : at + 4 + length]))
        at += 4 + length
        if kind in {CLIENT_HELLO, CERTIFICATE, _DONE}:
            ended = True
            break
    if not found and ended and len(stream) > 4:  # what there is of a message that does not end
        found.append((stream[0], stream[4:]))
    return Flight(messages=tuple(found), whole=ended)


def client_hello(body: bytes, *, datagram: bool = False) -> ClientHello | None:
    """The hello in a handshake message; None where not even its ciphers are there."""
    if len(body) < 38:
        return None
    version: int = _two(body, 0)[0]
    at = 35 + body[34]
    if datagram and at < len(body):  # the cookie
        at += 1 + body[at]
    if at + 2 > len(body):
        return None
    length: int = _two(body, at)[0]
    ciphers = _numbers(body[at + 2 : at + 2 + length])
    at += 2 + length
    at += 1 + body[at] if at < len(body) else 0
    kinds, bodies = _extensions(body, at)
    get = bodies.get
    offer = Offer(
        version=version,
        ciphers=ciphers,
        extensions=kinds,
        groups=_numbers(get(_GROUPS, b"")[2:]),
        formats=tuple(get(_FORMATS, b"")[1:]),
        signatures=_numbers(get(_SIGNATURES, b"")[2:]),
        versions=_numbers(get(_VERSIONS, b"")[1:]),
        alpn=_first_alpn(get(_ALPN, b"")),
    )
    return ClientHello(offer, _server_name(get(_NAME, b"")))


def _server_hello(body: bytes) -> ServerHello | None:
    if len(body) < 38:
        return None
    at = 35 + body[34]
    if at + 3 > len(body):
        return None
    kinds, bodies = _extensions(body, at + 3)
    chosen = bodies.get(_VERSIONS, b"")
    return ServerHello(
        version=_two(chosen)[0] if len(chosen) == 2 else _two(body, 0)[0],
        cipher=_two(body, at)[0],
        extensions=kinds,
        alpn=_first_alpn(bodies.get(_ALPN, b"")),
        is_retry=body[2:34] == _RETRY,
    )


def _extensions(body: bytes, at: int) -> tuple[tuple[int, ...], dict[int, bytes]]:
    """The types in order, and the bodies of the first of each type."""
    at, end = at + 2, len(body)
    kinds: list[int] = []
    bodies: dict[int, bytes] = {}
    while at + 4 <= end:
        kind, length = body[at] << 8 | body[at + 1], body[at + 2] << 8 | body[at + 3]
        at += 4
        kinds.append(kind)
        if kind not in bodies:
            bodies[kind] = body[at : at + length]
        at += length
    return tuple(kinds), bodies


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1])


def _server_name(body: bytes) -> bytes:
    if len(body) < 5 or body[2]:
        return b""
    return body[5 : 5 + (body[3] << 8 | body[4])]


def _first_alpn(body: bytes) -> bytes:
    return body[3 : 3 + body[2]] if len(body) > 2 else b""
