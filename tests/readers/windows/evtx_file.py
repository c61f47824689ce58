"""Event logs in binary form, written from scratch: a file header, chunks, records whose elements are written out."""

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

__all__ = ["CHUNK", "HEADER", "Element", "chunk", "event", "evtx", "template_bomb"]

HEADER = 4_096
CHUNK = 65_536

Element: TypeAlias = "tuple[str, Mapping[str, str], str | Sequence[Element]]"
"""Name, attributes, and a text or elements."""

_NEW_YEAR = 134_117_136_000_000_000  # FILETIME of 2026-01-01


def event(
    provider: str, code: int, number: int, data: Mapping[str, str], *, channel: str = "Security", user: str = ""
) -> Element:
    """An event; with `user` its data stand in an element of that name in UserData."""
    system: list[Element] = [
        ("Provider", {"Name": provider}, ""),
        ("EventID", {}, str(code)),
        ("TimeCreated", {"SystemTime": f"2026-01-15T01:02:{number % 60:02d}.456789Z"}, ""),
        ("EventRecordID", {}, str(number)),
        ("Channel", {}, channel),
        ("Computer", {}, "pc01.example.jp"),
        ("Security", {"UserID": "S-1-5-18"}, ""),
    ]
    fields: list[Element] = [(name, {}, value) for name, value in data.items()]
    named: list[Element] = [("Data", {"Name": name}, value) for name, value in data.items()]
    body: Element = ("UserData", {}, [(user, {}, fields)]) if user else ("EventData", {}, named)
    return ("Event", {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"}, [("System", {}, system), body])


def evtx(*chunks: bytes) -> bytes:
    """A file of these chunks."""
    header = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, len(chunks) - 1, 1, 128, 1, 3, HEADER, len(chunks))
    return header.ljust(HEADER, b"\0") + b"".join(chunks)


def chunk(events: Sequence[Element], first: int = 1) -> bytes:
    """A chunk of these events, numbered from `first`."""
    data = bytearray(512)
    for number, tree in enumerate(events, first):
        body = b"\x0f\x01\x01\x00" + _element(tree, len(data) + 28) + b"\0"
        data += _record(number, body)
    _head(data, first, first + len(events) - 1)
    return bytes(data.ljust(CHUNK, b"\0"))


def template_bomb(depth: int, placeholders: int) -> bytes:
    """A chunk of one record whose templates nest: each writes the next as often as it has placeholders."""
    definition = 60_000 - 10 * placeholders
    name = definition + 39
    element = bytearray(b"\x01\xff\xff" + bytes(4) + struct.pack("<I", name) + _name("a") + b"\x02")
    element += struct.pack("<BHB", 0x0D, 0, 0x21) * placeholders + b"\x04"
    struct.pack_into("<I", element, 3, len(element) - 7)
    body = b"\x0f\x01\x01\x00" + bytes(element) + b"\0"
    value = b"\x0f\x01\x01\x00\x01" + bytes(4) + struct.pack("<I", name) + b"\x02" + _text("x") + b"\x04\0"
    for _ in range(depth):
        descriptor = struct.pack("<IHBB", 1, len(value), 0x21, 0)
        value = b"\x0f\x01\x01\x00\x0c\x01" + struct.pack("<II", 7, definition) + descriptor + value + b"\0"
    data = bytearray(512)
    data += _record(1, value.ljust(CHUNK - 512 - 64, b"\0"))
    data[definition : definition + 24 + len(body)] = bytes(20) + struct.pack("<I", len(body)) + body
    _head(data, 1, 1)
    return bytes(data.ljust(CHUNK, b"\0"))


def _head(data: bytearray, first: int, last: int) -> None:
    struct.pack_into("<8sQQQQIII", data, 0, b"ElfChnk\0", first, last, first, last, 128, 512, len(data))


def _record(number: int, body: bytes) -> bytes:
    size = (24 + len(body) + 4 + 7) // 8 * 8
    head = struct.pack("<4sIQQ", b"**\0\0", size, number, _NEW_YEAR)
    return (head + body).ljust(size - 4, b"\0") + struct.pack("<I", size)


def _element(tree: Element, at: int) -> bytes:
    tag, attributes, content = tree
    out = bytearray(b"\x41" if attributes else b"\x01") + bytes(4)
    out += struct.pack("<I", at + len(out) + 4) + _name(tag)
    if attributes:
        size_at = len(out)
        out += bytes(4)
        for left, (name, value) in zip(range(len(attributes) - 1, -1, -1), attributes.items(), strict=True):
            out += b"\x46" if left else b"\x06"
            out += struct.pack("<I", at + len(out) + 4) + _name(name) + _text(value)
        struct.pack_into("<I", out, size_at, len(out) - size_at - 4)
    if content:
        out += b"\x02"
        if isinstance(content, str):
            out += _text(content)
        else:
            for inner in content:
                out += _element(inner, at + len(out))
        out += b"\x04"
    else:
        out += b"\x03"
    struct.pack_into("<I", out, 1, len(out) - 5)
    return bytes(out)


def _name(text: str) -> bytes:
    checksum = 0
    for character in text:
        checksum = (checksum * 65_599 + ord(character)) & 0xFFFF_FFFF
    return struct.pack("<IHH", 0, checksum & 0xFFFF, len(text)) + text.encode("utf-16-le") + b"\0\0"


def _text(value: str) -> bytes:
    data = value.encode("utf-16-le")
    return struct.pack("<BBH", 5, 1, len(data) // 2) + data
