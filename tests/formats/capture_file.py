"""Packet captures by hand: what a packet is made of, from the inside to the file around it."""

import socket
import struct
from collections.abc import Iterable, Sequence

__all__ = [
    "arp",
    "certificate_der",
    "client_hello",
    "dns",
    "ethernet",
    "extension",
    "ipv4",
    "ipv6",
    "pcap",
    "pcapng",
    "server_flight",
    "tcp",
    "tls_record",
    "udp",
]

SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
Packet = tuple[int, bytes]
"""Microseconds since 1970, and the bytes from the link layer on."""


def ethernet(payload: bytes, type_: int = 0x0800, tags: Iterable[int] = ()) -> bytes:
    """A frame; `tags` are types of VLAN tags, outermost first."""
    types = [*tags, type_]
    tagged = b"".join(struct.pack(">HH", 7, following) for following in types[1:])
    return bytes.fromhex("020000000001020000000002") + struct.pack(">H", types[0]) + tagged + payload


def arp() -> bytes:
    """A frame that carries no IP."""
    return ethernet(bytes(28), 0x0806)


def ipv4(
    source: str, target: str, protocol: int, payload: bytes, *, number: int = 1, part: int = 0, more: bool = False
) -> bytes:
    """A packet; `part` is where a fragment's payload stands in its datagram, in bytes."""
    flags = part // 8 | (0x2000 if more else 0)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), number, flags, 64, protocol, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(target) + payload


def ipv6(source: str, target: str, protocol: int, payload: bytes, extensions: Sequence[int] = ()) -> bytes:
    """A packet; `extensions` are types of empty extension headers."""
    kinds = [*extensions, protocol]
    headers = b"".join(bytes([following, 0, 1, 4, 0, 0, 0, 0]) for following in kinds[1:])
    head = struct.pack(">IHBB", 0x60000000, len(headers) + len(payload), kinds[0], 64)
    return (
        head + socket.inet_pton(socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, target) + headers + payload
    )


def tcp(source: int, target: int, sequence: int, payload: bytes = b"", flags: int = ACK) -> bytes:
    """A segment."""
    return struct.pack(">HHIIBBHHH", source, target, sequence & 0xFFFF_FFFF, 1, 0x50, flags, 65535, 0, 0) + payload


def udp(source: int, target: int, payload: bytes) -> bytes:
    """A datagram."""
    return struct.pack(">HHHH", source, target, 8 + len(payload), 0) + payload


def pcap(packets: Iterable[Packet], *, order: str = "<", nanoseconds: bool = False, link: int = 1) -> bytes:
    """A capture in the old form."""
    magic, per_micro = (0xA1B23C4D, 1000) if nanoseconds else (0xA1B2C3D4, 1)
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262144, link)]
    for micros, data in packets:
        seconds, fraction = divmod(micros, 1_000_000)
        parts.append(struct.pack(f"{order}IIII", seconds, fraction * per_micro, len(data), len(data)) + data)
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of the new form."""
    padded = body + bytes(-len(body) % 4)
    length = struct.pack(f"{order}I", len(padded) + 12)
    return struct.pack(f"{order}I", kind) + length + padded + length


def section(order: str = "<") -> bytes:
    """The block that begins a section."""
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(
    link: int = 1, *, order: str = "<", snapshot: int = 0, resolution: int | None = None, offset: int = 0
) -> bytes:
    """The block that describes an interface."""
    body = struct.pack(f"{order}HHI", link, 0, snapshot)
    if resolution is not None:
        body += struct.pack(f"{order}HHB3x", 9, 1, resolution)
    if offset:
        body += struct.pack(f"{order}HHq", 14, 8, offset)
    return block(1, body + struct.pack(f"{order}HH", 0, 0), order)


def enhanced(number: int, ticks: int, data: bytes, order: str = "<") -> bytes:
    """The block of a packet, with its time in the interface's ticks."""
    head = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFF_FFFF, len(data), len(data))
    return block(6, head + data, order)


def simple(data: bytes, order: str = "<", wire: int | None = None) -> bytes:
    """The block of a packet without time."""
    return block(3, struct.pack(f"{order}I", len(data) if wire is None else wire) + data, order)


def pcapng(packets: Iterable[Packet], *, order: str = "<", link: int = 1) -> bytes:
    """A capture in the new form, of one interface."""
    blocks = [enhanced(0, micros, data, order) for micros, data in packets]
    return section(order) + interface(link, order=order) + b"".join(blocks)


def name(text: str) -> bytes:
    """A domain name as DNS writes it."""
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".") if label) + b"\0"


def dns(
    number: int, question: str, kind: int = 1, answers: Iterable[tuple[int, bytes]] | None = None, code: int = 0
) -> bytes:
    """A question; with `answers` (type and data of records) the answer to it."""
    listed = list(answers or ())
    flags = 0x0100 if answers is None else 0x8180 | code
    data = struct.pack(">6H", number, flags, 1, len(listed), 0, 0) + name(question) + struct.pack(">HH", kind, 1)
    for type_, value in listed:
        data += struct.pack(">HHHIH", 0xC00C, type_, 1, 300, len(value)) + value
    return data


def tls_record(kind: int, body: bytes, version: int = 0x0301) -> bytes:
    """One record."""
    return struct.pack(">BHH", kind, version, len(body)) + body


def handshake(kind: int, body: bytes) -> bytes:
    """One handshake message."""
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def extension(kind: int, body: bytes = b"") -> bytes:
    """One extension of a hello."""
    return struct.pack(">HH", kind, len(body)) + body


def numbers(values: Iterable[int]) -> bytes:
    """A list of 16-bit numbers behind its length."""
    listed = list(values)
    return struct.pack(f">H{len(listed)}H", 2 * len(listed), *listed)


def client_hello(
    server_name: str | None = "www.example.jp",
    *,
    ciphers: Iterable[int] = (0x1301, 0xC02B, 0xC02F, 0x009C),
    more: bytes = b"",
    versions: Sequence[int] = (0x0304, 0x0303),
    random: bytes = bytes(32),
) -> bytes:
    """A record with the hello of a client; `more` are further extensions."""
    listed = b""
    if server_name is not None:
        host = server_name.encode()
        listed += extension(0, struct.pack(">HBH", len(host) + 3, 0, len(host)) + host)
    listed += extension(10, numbers((0x001D, 0x0017))) + extension(11, b"\1\0")
    listed += extension(13, numbers((0x0403, 0x0804))) + extension(16, b"\0\x03\x02h2")
    if versions:
        listed += extension(43, bytes([2 * len(versions)]) + struct.pack(f">{len(versions)}H", *versions))
    listed += more
    body = struct.pack(">H", 0x0303) + random + b"\0" + numbers(ciphers) + b"\1\0"
    return tls_record(22, handshake(1, body + struct.pack(">H", len(listed)) + listed))


def server_flight(certificate: bytes | None, *, cipher: int = 0xC02F) -> bytes:
    """What a server of TLS 1.2 says: hello, certificate, done; without a certificate that of TLS 1.3."""
    listed = extension(0xFF01, b"\0") if certificate else extension(43, b"\x03\x04")
    hello = struct.pack(">H", 0x0303) + bytes(32) + b"\0" + struct.pack(">HB", cipher, 0)
    said = tls_record(22, handshake(2, hello + struct.pack(">H", len(listed)) + listed), 0x0303)
    if certificate is None:
        return said + tls_record(20, b"\1", 0x0303) + tls_record(23, bytes(40), 0x0303)
    one = len(certificate).to_bytes(3, "big") + certificate
    chain = len(one).to_bytes(3, "big") + one
    return said + tls_record(22, handshake(11, chain), 0x0303) + tls_record(22, handshake(14, b""), 0x0303)


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _distinguished(common: str, organisation: str) -> bytes:
    parts = (("550403", common), ("55040a", organisation))
    return _der(0x30, *(_der(0x31, _der(0x30, _der(6, bytes.fromhex(o)), _der(12, t.encode()))) for o, t in parts if t))


def certificate_der(
    common: str = "www.example.jp", names: Iterable[str] = ("www.example.jp", "*.cdn.example"), padding: int = 0
) -> bytes:
    """A certificate without any sense in its key and signature, of which `padding` bytes are the key."""
    listed = b"".join(_der(0x82, one.encode()) for one in names) + _der(0x87, socket.inet_aton("192.0.2.80"))
    alternative = _der(0x30, _der(6, bytes.fromhex("551d11")), _der(4, _der(0x30, listed)))
    algorithm = _der(0x30, _der(6, bytes.fromhex("2a864886f70d01010b")), _der(5))
    validity = _der(0x30, _der(0x17, b"260101000000Z"), _der(0x17, b"270101000000Z"))
    key = _der(0x30, algorithm, _der(3, bytes(16 + padding)))
    body = _der(
        0x30,
        _der(0xA0, _der(2, b"\2")),
        _der(2, b"\1"),
        algorithm,
        _distinguished("Example Issuing CA", "Example"),
        validity,
        _distinguished(common, ""),
        key,
        _der(0xA3, _der(0x30, alternative)),
    )
    return _der(0x30, body, algorithm, _der(3, bytes(33)))
