"""Compound files ([MS-CFB]): one stream out of one.

    d0 cf 11 e0 a1 b1 1a e1 …    header; then sectors, a table of which sector follows which, a directory

Chains that lead back into themselves end where they do, and a stream is never longer than its file.
"""

import struct

__all__ = ["MAGIC", "read_stream"]

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")

_LAST_SECTOR = 0xFFFF_FFFA  # greater numbers mean something else
_END = 0xFFFF_FFFE
_ENTRY = 128
_IN_HEADER = 109  # sectors of the table that the header itself lists


def read_stream(data: bytes, name: str) -> bytes | None:
    """The content of the stream of that name, wherever it stands in the directory; None where there is none."""
    if len(data) < 512 or not data.startswith(MAGIC):
        return None
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in {9, 12} or len(data) < 1 << shift:
        return None
    file = _File(data, 1 << shift)
    (directory,) = struct.unpack_from("<I", data, 48)
    entries = file.chain(directory)
    root: tuple[int, int] = (_END, 0)
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", entries, at + 64)
        start, size = struct.unpack_from("<II", entries, at + 116)
        if kind == 5:
            root = (start, size)
        elif kind == 2 and entries[at : at + max(length - 2, 0)].decode("utf-16-le", "replace") == name:
            (cutoff, small_table) = struct.unpack_from("<II", data, 56)
            small = size < cutoff
            return (file.small_chain(start, root[0], small_table) if small else file.chain(start))[:size]
    return None


class _File:
    """The sectors of a compound file, and which follows which."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data = data
        self._size = size
        self._sectors = len(data) // size
        numbers = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
        (more,) = struct.unpack_from("<I", data, 68)
        for _ in range(self._sectors):
            listed = _numbers(self._sector(more))
            if not listed:
                break
            more = listed[-1]
            numbers += listed[:-1]
        tables = (number for number in numbers[: self._sectors + _IN_HEADER] if number < _LAST_SECTOR)
        self._next = _numbers(b"".join(map(self._sector, tables)))

    def chain(self, start: int) -> bytes:
        """The sectors from `start` on, one behind the other."""
        return b"".join(map(self._sector, _followed(start, self._next, self._sectors)))

    def small_chain(self, start: int, container: int, table: int) -> bytes:
        """The same for short streams, which stand in parts of 64 bytes in a stream of the root."""
        following, content = _numbers(self.chain(table)), self.chain(container)
        parts = _followed(start, following, len(content) // 64)
        return b"".join(content[64 * part : 64 * part + 64] for part in parts)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size] if number < _LAST_SECTOR else b""


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) & ~3])


def _followed(start: int, following: tuple[int, ...], most: int) -> list[int]:
    numbers: list[int] = []
    while start < len(following) and len(numbers) < most:
        numbers.append(start)
        start = following[start]
    return numbers
