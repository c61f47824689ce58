"""Writes TNEF streams ([MS-OXTNEF])."""

import struct


def _attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(body: str, name: str, content: bytes, page: int = 932) -> bytes:
    """A body and one file, texts in a code page."""
    codec = f"cp{page}"
    return b"".join([
        struct.pack("<IH", 0x223E9F78, 1),
        _attribute(1, 0x9006, 8, struct.pack("<I", 0x10000)),
        _attribute(1, 0x9007, 6, struct.pack("<II", page, 0)),
        _attribute(1, 0x800C, 2, body.encode(codec) + b"\0"),
        _attribute(2, 0x9002, 6, bytes(14)),
        _attribute(2, 0x8010, 1, name.encode(codec) + b"\0"),
        _attribute(2, 0x800F, 6, content),
    ])  # fmt: skip
