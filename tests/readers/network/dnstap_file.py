"""Makes files of dnstap for tests."""

import socket
import struct

__all__ = ["control", "dns", "dnstap", "entry", "field", "file_of"]


def _varint(value: int) -> bytes:
    data = b""
    while value > 127:
        data, value = data + bytes([value & 127 | 128]), value >> 7
    return data + bytes([value])


def field(number: int, value: int | bytes, *, fixed: bool = False) -> bytes:
    """One field of a protobuf message."""
    if isinstance(value, bytes):
        return _varint(number << 3 | 2) + _varint(len(value)) + value
    return _varint(number << 3 | 5) + struct.pack("<I", value) if fixed else _varint(number << 3) + _varint(value)


def dns(name: str, *addresses: str, kind: int = 1, flags: int = 0x0100) -> bytes:
    """A DNS message with a question, and an answer an address."""
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"
    data = struct.pack(">6H", 7, flags, 1, len(addresses), 0, 0) + question + struct.pack(">HH", kind, 1)
    for address in addresses:
        packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
        data += b"\xc0\x0c" + struct.pack(">HHIH", 28 if ":" in address else 1, 1, 60, len(packed)) + packed
    return data


def entry(
    kind: int, question: bytes, answer: bytes = b"", *, source: str = "192.0.2.15", server: str = "192.0.2.53"
) -> bytes:
    """What a message tells: kind, ends, times, and the DNS message."""
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    inner = field(1, kind) + field(2, 1) + field(3, 1)
    inner += field(4, socket.inet_pton(family, source)) + field(5, socket.inet_pton(family, server))
    inner += field(6, 40000) + field(7, 53) + field(8, 1769731200) + field(9, 500_000_000, fixed=True)
    inner += field(10, question) if question else b""
    if answer:
        inner += field(12, 1769731200) + field(13, 512_000_000, fixed=True) + field(14, answer)
    return inner


def dnstap(inner: bytes) -> bytes:
    """The message in its envelope."""
    return field(1, b"ns1.example.jp") + field(2, b"BIND 9.18.49") + field(14, inner) + field(15, 1)


def control(kind: int, content: bytes = b"") -> bytes:
    """A control frame."""
    body = struct.pack(">I", kind) + (struct.pack(">II", 1, len(content)) + content if content else b"")
    return struct.pack(">II", 0, len(body)) + body


def file_of(*frames: bytes) -> bytes:
    """A whole file."""
    data = b"".join(struct.pack(">I", len(frame)) + frame for frame in frames)
    return control(2, b"protobuf:dnstap.Dnstap") + data + control(3)
