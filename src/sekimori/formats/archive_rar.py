"""RAR archives: names, sizes and what needs a password by their headers, the contents by libarchive.

The headers are read here, as libarchive takes encrypted members of RAR 5 for broken ones and stops there.
Reference: rarlab.com/technote.htm (RAR 5); of RAR 4 the headers as libarchive's archive_read_support_format_rar.c
names them.

    52 61 72 21 1a 07 00       RAR 4; blocks: CRC, type (74: a file), flags (4: encrypted), size
    52 61 72 21 1a 07 01 00    RAR 5; blocks: CRC, size, type (2: a file, 4: all that follows is encrypted), flags
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sekimori.formats.archive_foreign import LockedNames, foreign_entries
from sekimori.formats.archive_stream import BrokenMember, Entry, label
from sekimori.model.report import N_

__all__ = ["rar_entries"]

_MAGIC_4, _MAGIC_5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
_HEADER = 1 << 13
_MOST = 20_000
_LOCKED = N_("a password is needed even for the names in it")
_BESIDE = N_("it stands behind members that need a password")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file as its header has it."""

    name: str
    size: int
    is_encrypted: bool


def rar_entries(raw: BinaryIO, *, seconds: float) -> Iterator[Entry]:
    """Every file, in order. Raises `BrokenMember`, `LockedNames` as `foreign_entries` does."""
    packed = raw.seek(0, 2)
    listed, names_are_locked = _listed(raw)
    if names_are_locked:
        raise LockedNames(_LOCKED)
    if not any(one.is_encrypted for one in listed):
        yield from foreign_entries(raw, "RAR", seconds=seconds)
        return
    waiting = {one.name: one for one in listed}
    if not all(one.is_encrypted for one in listed):
        try:
            for entry in foreign_entries(raw, "RAR", seconds=seconds):
                known = waiting.get(entry.name)
                if known is not None and not known.is_encrypted:
                    del waiting[entry.name]
                    yield entry
        except BrokenMember:
            pass  # at the first one with a password; what is left is told below
    for one in waiting.values():
        problem = "" if one.is_encrypted else _BESIDE
        yield Entry(name=one.name, size=one.size, packed=packed, encrypted=one.is_encrypted, problem=problem)


def _listed(raw: BinaryIO) -> tuple[list[_Listed], bool]:
    """The files that the headers tell of as far as they can be read, and whether there are encrypted headers."""
    size = raw.seek(0, 2)
    raw.seek(0)
    magic = raw.read(8)
    at, walk = (8, _block_5) if magic == _MAGIC_5 else (7, _block_4)
    found: list[_Listed] = []
    try:
        for _ in range(_MOST):
            raw.seek(at)
            head = raw.read(_HEADER)
            length, listed, is_locked = walk(head)
            if is_locked:
                return found, True
            if listed is not None:
                found.append(listed)
            at += length
            if length <= 0 or at >= size:
                break
    except (struct.error, IndexError):
        pass
    return found, False


def _block_4(head: bytes) -> tuple[int, _Listed | None, bool]:
    """How long a block of RAR 4 is, the file that it begins, and whether what follows is encrypted."""
    kind, flags, size = struct.unpack_from("<2xBHH", head)
    if kind == 0x73:
        return size, None, bool(flags & 0x80)
    more = struct.unpack_from("<I", head, 7)[0] if flags & 0x8000 or kind == 0x74 else 0
    if kind != 0x74:
        return (0 if kind == 0x7B else size + more), None, False
    (expanded,) = struct.unpack_from("<I", head, 11)
    (name_size,) = struct.unpack_from("<H", head, 26)
    start = 32
    if flags & 0x100:
        high_packed, high_expanded = struct.unpack_from("<II", head, 32)
        more, expanded, start = more | high_packed << 32, expanded | high_expanded << 32, 40
    name = head[start : start + name_size].split(b"\0", 1)[0]
    is_folder = flags & 0xE0 == 0xE0
    listed = None if is_folder else _Listed(label(name).replace("\\", "/"), expanded, bool(flags & 4))
    return size + more, listed, False


def _block_5(head: bytes) -> tuple[int, _Listed | None, bool]:
    """The same of a block of RAR 5."""
    size, start = _number(head, 4)
    kind, at = _number(head, start)
    flags, at = _number(head, at)
    extra, at = _number(head, at) if flags & 1 else (0, at)
    more, at = _number(head, at) if flags & 2 else (0, at)
    end = start + size
    if kind == 4:
        return 0, None, True
    if kind != 2:
        return (0 if kind == 5 or not size else end + more), None, False
    file_flags, at = _number(head, at)
    expanded, at = _number(head, at)
    _, at = _number(head, at)
    at += 4 * bool(file_flags & 2) + 4 * bool(file_flags & 4)
    _, at = _number(head, at)
    _, at = _number(head, at)
    name_size, at = _number(head, at)
    name = label(head[at : at + name_size], utf8=True)
    is_encrypted = _has_record(head[max(at, end - extra) : end], 1)
    return end + more, None if file_flags & 1 else _Listed(name, expanded, is_encrypted), False


def _has_record(extra: bytes, wanted: int) -> bool:
    """Whether the extra area of a header has a record of this kind."""
    at = 0
    while at < len(extra):
        size, start = _number(extra, at)
        kind, _ = _number(extra, start)
        if kind == wanted:
            return True
        at = start + max(size, 1)
    return False


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80 or shift > 63:
            return value, at
