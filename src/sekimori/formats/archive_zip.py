"""ZIP archives, read through their central directory, or without it where they are cut short.

Format: PKWARE APPNOTE.TXT 6.3.10 (section numbers in the comments). A reader of our own on the standard library's
decompressors: one bad name or method costs its member and not the archive, the directory is bounded, and what is
left of a truncated archive is read.
"""

import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import igzip_lib

from sekimori.formats.archive_stream import CODECS, BrokenMember, Decompressor, Entry, label, pieces, single
from sekimori.model.report import N_

__all__ = ["is_zip", "is_zip_document", "zip_entries"]

_LOCAL, _CENTRAL, _END, _END64, _LOCATOR = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7"
_LARGEST_DIRECTORY = 64 << 20
_NAMES_LOOKED_AT = 1_000
_LARGEST_DICTIONARY = 128 << 20
_ENCRYPTED, _UNSIZED, _UTF8, _MASKED = 0x1, 0x8, 0x800, 0x2000  # 4.4.4
_AES, _STORED, _LZMA = 99, 0, 14  # 4.4.5
_DOCUMENT_PARTS = (b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/", b"visio/", b"mimetype", b"META-INF/",
                   b"AndroidManifest.xml", b"classes.dex", b"[Content_Types].xml")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Described:
    """What a header says of a member; `start` is where its local header stands, -1 where the size is unknown."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int


def is_zip(head: bytes) -> bool:
    """Whether it begins as a ZIP archive does (an empty one is its end record alone)."""
    return head.startswith((_LOCAL, _END, b"PK\7\x08" + _LOCAL))


def is_zip_document(head: bytes) -> bool:
    """Whether a ZIP archive is a document or program: Office, OpenDocument, jar, apk. They are no containers here.

    Told by the names of its own members alone: an archive may hold a document that is not compressed.
    """
    at = 0
    for _ in range(_NAMES_LOOKED_AT):
        if len(head) - at < 30 or not head.startswith(_LOCAL, at):
            return False
        flags, packed, name_length, extra_length = struct.unpack_from("<6xH10xL4xHH", head, at)
        name = head[at + 30 : at + 30 + name_length]
        if name.startswith(_DOCUMENT_PARTS):
            return True
        if flags & _UNSIZED and packed == 0:
            return b"[Content_Types].xmlPK" in head
        at += 30 + name_length + extra_length + packed
    return False


def zip_entries(raw: BinaryIO) -> Iterator[Entry]:
    """Every file, in the directory's order; folders are left out.

    Raises `BrokenMember` where the rest of the archive cannot be read.
    """
    found = _directory(raw)
    if found is None:
        yield from _without_directory(raw)
        raise BrokenMember(N_("the archive is cut short: its directory is missing"))
    directory, shift = found
    for described in _described(directory, shift):
        if not described.name.endswith(b"/"):
            yield _entry(raw, described, _data_start(raw, described))


def _directory(raw: BinaryIO) -> tuple[bytes, int] | None:
    """The central directory, and by how much all offsets are off (4.3.16; something may stand before the archive)."""
    end = raw.seek(0, 2)
    tail_start = raw.seek(max(0, end - 65_557))
    tail = raw.read(65_557)
    at = tail.rfind(_END)
    while at >= 0 and len(tail) - at < 22:
        at = tail.rfind(_END, 0, at)
    if at < 0:
        return None
    size, offset = struct.unpack_from("<LL", tail, at + 12)
    stop = tail_start + at
    if 0xFFFFFFFF in (size, offset) and (wide := _wide(raw, stop)):
        size, offset, stop = wide
    if size > _LARGEST_DIRECTORY:
        raise BrokenMember(N_("the archive's directory is too large"))
    raw.seek(max(0, stop - size))
    directory = raw.read(size)
    return (directory, stop - size - offset) if size <= stop and directory[:4] in (_CENTRAL, b"") else None


def _wide(raw: BinaryIO, end: int) -> tuple[int, int, int] | None:
    """Size and offset of a ZIP64 directory, and where it stops (4.3.14, 4.3.15)."""
    raw.seek(max(0, end - 76))
    block = raw.read(76)
    if len(block) < 76 or block[:4] != _END64 or block[56:60] != _LOCATOR:
        return None
    size, offset = struct.unpack_from("<QQ", block, 40)
    return size, offset, end - 76


def _described(directory: bytes, shift: int) -> Iterator[_Described]:
    at = 0
    while at + 46 <= len(directory) and directory.startswith(_CENTRAL, at):  # 4.3.12
        flags, method = struct.unpack_from("<HH", directory, at + 8)
        crc, packed, size, name_length, extra_length, comment_length = struct.unpack_from("<LLLHHH", directory, at + 16)
        (start,) = struct.unpack_from("<L", directory, at + 42)
        at += 46
        name = directory[at : at + name_length]
        extra = directory[at + name_length : at + name_length + extra_length]
        size, packed, start = _widened(extra, size, packed, start)
        yield _Described(name, flags, method, crc, packed, size, start + shift)
        at += name_length + extra_length + comment_length
    if at < len(directory):
        raise BrokenMember(N_("the archive's directory is corrupt"))


def _widened(extra: bytes, *values: int) -> tuple[int, ...]:
    """The values with those that did not fit in 32 bits taken from the ZIP64 extra field (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            return tuple(next(wide, value) if value == 0xFFFFFFFF else value for value in values)
        at += 4 + length
    return values


def _data_start(raw: BinaryIO, described: _Described) -> int:
    """Where the member's bytes begin, -1 where no local header stands (4.3.7)."""
    if described.start < 0:
        return -1
    raw.seek(described.start)
    header = raw.read(30)
    if len(header) < 30 or not header.startswith(_LOCAL):
        return -1
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    return described.start + 30 + int(name_length) + int(extra_length)


def _without_directory(raw: BinaryIO) -> Iterator[Entry]:
    """What the local headers tell, one behind the other, as far as sizes are known."""
    at = 0
    while True:
        raw.seek(at)
        header = raw.read(30)
        if len(header) < 30 or not header.startswith(_LOCAL):
            return
        flags, method, _, _, crc, packed, size, name_length, extra_length = struct.unpack_from("<HHHHLLLHH", header, 6)
        name = raw.read(name_length)
        size, packed = _widened(raw.read(extra_length), size, packed)
        unsized = bool(flags & _UNSIZED) and packed == 0
        start = at + 30 + name_length + extra_length
        described = _Described(name, flags, method, crc, -1 if unsized else packed, -1 if unsized else size, at)
        if not name.endswith(b"/"):
            yield _entry(raw, described, start)
        if unsized:
            return
        at = start + packed


def _entry(raw: BinaryIO, described: _Described, start: int) -> Entry:
    name = label(described.name, utf8=bool(described.flags & _UTF8))
    entry = Entry(name=name, size=described.size, packed=described.packed)
    if described.flags & (_ENCRYPTED | _MASKED) or described.method == _AES:
        return Entry(name=name, size=described.size, packed=described.packed, encrypted=True)
    if start < 0:
        return _problem(entry, N_("it is not where the directory says"))
    if described.method not in (_STORED, _LZMA, *_METHODS):
        return _problem(entry, N_("compression method {number} is not read").format(number=described.method))
    return Entry(name=name, size=entry.size, packed=entry.packed, pieces=lambda: _checked(raw, described, start))


def _problem(entry: Entry, problem: str) -> Entry:
    return Entry(name=entry.name, size=entry.size, packed=entry.packed, problem=problem)


def _checked(raw: BinaryIO, described: _Described, start: int) -> Iterator[bytes]:
    """The member's bytes; raises `BrokenMember` where length or checksum do not agree with the header."""
    crc, total = 0, 0
    for piece in _plain(raw, described, start):
        crc = zlib.crc32(piece, crc)
        total += len(piece)
        if 0 <= described.size < total:
            raise BrokenMember(N_("it is longer than the archive says"))
        yield piece
        if total == described.size:  # LZMA need not have an end mark
            break
    if described.size < 0:
        return
    if total < described.size:
        raise BrokenMember(N_("the archive is cut short"))
    if crc != described.crc:
        raise BrokenMember(N_("the checksum does not agree"))


def _plain(raw: BinaryIO, described: _Described, start: int) -> Iterator[bytes]:
    source = pieces(raw, start, None if described.packed < 0 else described.packed)
    if described.size == 0:
        return iter(())
    if described.method == _STORED:
        return source
    first = next(source, b"")
    if described.method == _LZMA:
        return single(_lzma(first), first[9:], source)
    return single(_METHODS[described.method](), first, source)


def _deflate() -> Decompressor:
    return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)


def _lzma(head: bytes) -> Decompressor:
    """LZMA's properties stand before the data: version, length 5, one byte of lc/lp/pb, dictionary size (5.8.8)."""
    mixed, dictionary = struct.unpack_from("<BL", head.ljust(9, b"\0"), 4)
    if head[2:4] != b"\5\0" or mixed >= 225 or dictionary > _LARGEST_DICTIONARY:
        raise BrokenMember(N_("the compressed data is corrupt (LZMA properties)"))
    settings = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary,
                "lc": mixed % 9, "lp": mixed // 9 % 5, "pb": mixed // 45}  # fmt: skip
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[settings])


_METHODS: dict[int, Callable[[], Decompressor]] = {
    8: _deflate,
    12: CODECS["bzip2"].start,
    93: CODECS["zstd"].start,
    95: CODECS["xz"].start,
}
