"""Workbooks of Excel 97 to 2003 written from scratch: a compound file with a stream of records ([MS-CFB], [MS-XLS])."""

import struct
from collections.abc import Sequence

__all__ = ["compound", "workbook_stream", "xls"]

_FREE, _END, _FAT = 0xFFFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFD


def xls(name: str, rows: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook of one sheet."""
    return compound(workbook_stream(name, rows))


def workbook_stream(name: str, rows: Sequence[Sequence[str | float]]) -> bytes:
    """The records of a workbook of one sheet."""
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    strings = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts)
    table = _record(0xFC, struct.pack("<II", len(texts), len(texts)) + strings)
    label = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    start = len(_bof(5)) + 4 + 6 + len(label) + len(table) + 4
    sheet = _bof(0x10) + _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    text_number = 0
    for row_number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", row_number, column, 0)
            if isinstance(cell, str):
                sheet += _record(0xFD, place + struct.pack("<I", text_number))
                text_number += 1
            else:
                sheet += _record(0x203, place + struct.pack("<d", cell))
    globals_ = _bof(5) + _record(0x85, struct.pack("<IBB", start, 0, 0) + label) + table + _record(0x0A, b"")
    return globals_ + sheet + _record(0x0A, b"")


def compound(stream: bytes) -> bytes:
    """A compound file with one stream named `Workbook`."""
    content = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(content) // 512
    chain = [_FAT, _END, *range(3, 2 + sectors), _END]
    head = bytearray(b"\xff" * 512)
    head[:76] = bytes.fromhex("d0cf11e0a1b11ae1").ljust(76, b"\0")
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", head, 44, 1, 1, 0, 4096, _END, 0, _END, 0, 0)
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 2, len(content))
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    return bytes(head) + table + entries.ljust(512, b"\0") + content


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, _FREE, _FREE, child)
    return entry.ljust(116, b"\0") + struct.pack("<IQ", start, size)
