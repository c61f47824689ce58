"""tar archives: headers of 512 bytes, each followed by its file (POSIX.1-1988 ustar, GNU and pax long names).

Format: pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html; gnu.org/software/tar/manual, "Basic Tar Format".
A reader of our own, because nothing in it may grow with the archive: no list of members, no header of any size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sekimori.formats.archive_stream import BrokenMember, Entry, label, pieces
from sekimori.model.report import N_

__all__ = ["is_tar", "tar_entries"]

_BLOCK = 512
_LONGEST_NAME = 1 << 16
_FILES = frozenset((b"0", b"\0", b"7"))
_LONG_NAME, _PAX, _SPARSE = b"L", b"x", b"S"


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    size: int
    kind: bytes


def is_tar(head: bytes) -> bool:
    """Whether it begins with a tar header whose checksum agrees."""
    return len(head) >= _BLOCK and head[0] != 0 and _checksum_agrees(head[:_BLOCK])


def tar_entries(raw: BinaryIO) -> Iterator[Entry]:
    """Every file, in order; links, folders and devices have no bytes and are left out.

    Raises `BrokenMember` where the archive is cut short or corrupt.
    """
    at, long_name, long_size = 0, b"", -1
    while True:
        raw.seek(at)
        block = raw.read(_BLOCK)
        if not block.strip(b"\0"):
            return
        header = _header(block)
        size = long_size if long_size >= 0 else header.size
        start = at + _BLOCK
        at = start + -(-size // _BLOCK) * _BLOCK
        if header.kind in (_LONG_NAME, _PAX):
            long_name, long_size = _extended(raw, header, start, long_name, long_size)
            continue
        if entry := _entry(raw, header, long_name, start, size):
            yield entry
        long_name, long_size = b"", -1


def _checksum_agrees(block: bytes) -> bool:
    # Specification: the sum of all bytes, with the checksum's own eight taken as blanks.
    return _number(block[148:156]) == sum(block) - sum(block[148:156]) + 8 * 32


def _number(field: bytes) -> int:
    if field[0] & 0x80:  # GNU: base 256 for what octal digits cannot hold
        return int.from_bytes(field[1:], "big") if field[0] == 0x80 else -1
    digits = field.strip(b"\0 ")
    return int(digits, 8) if digits and not digits.strip(b"01234567") else -1 if digits else 0


def _header(block: bytes) -> _Header:
    if len(block) < _BLOCK or not _checksum_agrees(block):
        raise BrokenMember(N_("the archive is cut short or corrupt"))
    size = _number(block[124:136])
    if size < 0:
        raise BrokenMember(N_("a member has no size"))
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    return _Header(prefix + b"/" + name if prefix else name, size, block[156:157])


def _extended(raw: BinaryIO, header: _Header, start: int, name: bytes, size: int) -> tuple[bytes, int]:
    if header.size > _LONGEST_NAME:
        raise BrokenMember(N_("the name of a member is too long"))
    raw.seek(start)
    data = raw.read(header.size)
    if header.kind == _LONG_NAME:
        return data.split(b"\0", 1)[0], size
    return _pax(data, name, size)


def _pax(data: bytes, name: bytes, size: int) -> tuple[bytes, int]:
    """`path` and `size` of a pax header: lines "LENGTH KEY=VALUE", LENGTH counting the whole line."""
    while data:
        digits, _, _ = data.partition(b" ")
        if not (digits.isdigit() and len(digits) < 8 and int(digits) > len(digits)):
            break
        line, data = data[: int(digits)], data[int(digits) :]
        key, _, value = line[len(digits) + 1 :].rstrip(b"\n").partition(b"=")
        if key == b"path":
            name = value
        elif key == b"size" and value.isdigit() and len(value) < 20:
            size = int(value)
    return name, size


def _entry(raw: BinaryIO, header: _Header, long_name: bytes, start: int, size: int) -> Entry | None:
    name = label(long_name or header.name)
    if header.kind == _SPARSE:
        return Entry(name=name, size=size, packed=size, problem=N_("sparse files are not read"))
    if header.kind not in _FILES or name.endswith("/"):
        return None
    return Entry(name=name, size=size, packed=size, pieces=lambda: _whole(raw, start, size))


def _whole(raw: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    left = size
    for piece in pieces(raw, start, size):
        left -= len(piece)
        yield piece
    if left:
        raise BrokenMember(N_("the archive is cut short"))
