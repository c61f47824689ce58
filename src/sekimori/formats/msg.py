"""Outlook's message files ([MS-OXMSG]): a compound file to a message with its properties.

__properties_version1.0    __substg1.0_0037001F    __recip_version1.0_#00000000    __attach_version1.0_#00000000
"""

import io
import struct

import olefile

from sekimori.formats.mapi import DEPTH, MapiAttachment, MapiMessage, Properties

__all__ = ["BrokenMsg", "read_msg"]

_FIXED = frozenset({0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x000B, 0x0014, 0x0040})
_TOTAL = 256 << 20
_ITEMS = 4096
_DATA = 0x3701


class BrokenMsg(Exception):
    """The bytes are no message file that can be read."""


def read_msg(data: bytes) -> MapiMessage:
    """The message in the file. Raises `BrokenMsg`."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return _Reading(file).message((), 32, 0)
    except Exception as error:  # olefile lets through whatever broken tables lead to
        raise BrokenMsg(str(error) or type(error).__name__) from error


class _Reading:
    """The streams of a file by their folders."""

    def __init__(self, file: "olefile.OleFileIO") -> None:
        self._file = file
        self._left = _TOTAL
        self._below: dict[tuple[str, ...], list[str]] = {}
        self._streams = {tuple(path) for path in file.listdir(streams=True, storages=False)}
        for path in file.listdir(streams=True, storages=True):
            self._below.setdefault(tuple(path[:-1]), []).append(path[-1])

    def stream(self, path: tuple[str, ...]) -> bytes:
        if path not in self._streams:
            return b""
        with self._file.openstream(list(path)) as stream:
            data: bytes = stream.read(self._left)
        self._left -= len(data)
        return data

    def properties(self, path: tuple[str, ...], header: int, code_page: int = 0) -> Properties:
        values: dict[int, tuple[int, bytes]] = {}
        table = self.stream((*path, "__properties_version1.0"))
        for at in range(header, len(table) - 15, 16):
            kind, number = struct.unpack_from("<HH", table, at)
            if kind in _FIXED:
                values[number] = (kind, table[at + 8 : at + 16])
        for name in self._below.get(path, [])[: 4 * _ITEMS]:
            if not name.startswith("__substg1.0_") or len(name) != 20:
                continue
            try:
                tag = int(name[12:], 16)
            except ValueError:
                continue
            values[tag >> 16] = (tag & 0xFFFF, self.stream((*path, name)))
        return Properties(values, code_page)

    def message(self, path: tuple[str, ...], header: int, depth: int) -> MapiMessage:
        properties = self.properties(path, header)
        page = properties.number(0x3FFD) or properties.number(0x3FDE)
        names = sorted(self._below.get(path, []))
        recipients = [name for name in names if name.startswith("__recip_version1.0_")][:_ITEMS]
        files = [name for name in names if name.startswith("__attach_version1.0_")][:_ITEMS]
        return MapiMessage(
            properties,
            tuple(self.properties((*path, name), 8, page) for name in recipients),
            tuple(self.attachment((*path, name), page, depth) for name in files),
        )

    def attachment(self, path: tuple[str, ...], page: int, depth: int) -> MapiAttachment:
        properties = self.properties(path, 8, page)
        inner = (*path, "__substg1.0_3701000D")
        is_message = (*inner, "__properties_version1.0") in self._streams
        message = self.message(inner, 24, depth + 1) if is_message and depth < DEPTH else None
        return MapiAttachment(properties, properties.raw(_DATA), message)
