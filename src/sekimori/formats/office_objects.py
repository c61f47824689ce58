"""Files that stand inside Office documents: embedded documents, and whatever was put in as an object.

References: ISO/IEC 29500-2 (parts of a document), [MS-OLEDS] 2.3.6 (OLENativeStream: a file as the Packager keeps it),
[MS-DOC] 2.1.5 (ObjectPool).

    word/embeddings/oleObject1.bin    a compound file; its stream "\\1Ole10Native": 資料.exe
    word/embeddings/a.docx            a document
"""

import io
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sekimori.formats.archive import ArchiveMember, ArchiveProblem, Limits
from sekimori.formats.archive_stream import BrokenMember, Entry, label, within
from sekimori.formats.archive_zip import is_zip, is_zip_document, zip_entries
from sekimori.formats.compound_file import MAGIC
from sekimori.model.report import N_

if TYPE_CHECKING:
    import olefile

__all__ = ["holds_objects", "objects", "too_many"]

_FOLDERS = ("word/embeddings/", "xl/embeddings/", "ppt/embeddings/", "visio/embeddings/")
_NATIVE = "\x01Ole10Native"
_WHOLE = frozenset({"Package", "EmbeddedOdf"})
_POOL = re.compile(r"ObjectPool\Z|MBD[0-9A-F]{8}\Z")
_MOST = 1_000
_HEAD = 1 << 16


def holds_objects(data: bytes) -> bool:
    """Whether it is a document in which objects may stand."""
    if data.startswith(MAGIC):
        return any(name.encode("utf-16-le") in data for name in (_NATIVE, "ObjectPool", "MBD0", *_WHOLE))
    return is_zip(data) and is_zip_document(data[:_HEAD]) and b"/embeddings/" in data


def objects(data: bytes, limits: Limits, name: str = "") -> Iterator[ArchiveMember | ArchiveProblem]:
    """The files in the document called `name`: a ZIP file that is one, or a compound file.

    What is left out for its number or size is told. Never raises on any bytes.
    """
    left = limits.total_bytes
    for number, found in enumerate(_all_in(data, name, limits)):
        if number >= limits.members:
            yield too_many(name, limits.members)
            return
        left -= len(found.data or b"") if isinstance(found, ArchiveMember) else 0
        yield found
        if left < 0:
            yield ArchiveProblem(name=name, reason=N_("the archive expands too far"))
            return


def too_many(name: str, most: int) -> ArchiveProblem:
    """The rest of what holds more than so many files."""
    return ArchiveProblem(name=name, reason=N_("it has more than {count} members").format(count=f"{most:,}"))


def _all_in(data: bytes, name: str, limits: Limits) -> Iterator[ArchiveMember | ArchiveProblem]:
    if data.startswith(MAGIC):
        yield from _in_compound_file(data, "", name, limits)
        return
    try:
        for entry in zip_entries(io.BytesIO(data)):
            if entry.name.startswith(_FOLDERS) and not entry.encrypted:
                yield from _embedded(entry, limits)
    except BrokenMember:
        return  # the text of the document says so


def _embedded(entry: Entry, limits: Limits) -> Iterator[ArchiveMember | ArchiveProblem]:
    if entry.pieces is None:
        yield ArchiveProblem(name=entry.name, reason=entry.problem)
        return
    try:
        data = b"".join(within(entry, limits.bounds))
    except BrokenMember as broken:
        yield ArchiveProblem(name=entry.name, reason=broken.reason)
        return
    inside = list(_in_compound_file(data, entry.name, entry.name, limits)) if data.startswith(MAGIC) else []
    yield from inside or [_member(entry.name, data)]


def _in_compound_file(data: bytes, where: str, name: str, limits: Limits) -> Iterator[ArchiveMember | ArchiveProblem]:
    """What the objects of a compound file called `name` hold; `where` stands before those without a name."""
    import olefile  # noqa: PLC0415 - only where such a file is met

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            yield from _objects(file, where, name, limits)
    except Exception:  # noqa: BLE001 - olefile lets through whatever broken tables lead to; the text says that it is broken
        return


def _objects(
    file: "olefile.OleFileIO", where: str, name: str, limits: Limits
) -> Iterator[ArchiveMember | ArchiveProblem]:
    streams = file.listdir(streams=True, storages=False)
    held = [path for path in streams if path[-1] == _NATIVE or path[-1] in _WHOLE]
    left = min(limits.member_bytes, limits.total_bytes)
    for path in held[:_MOST]:
        # Streams of a hostile file may share their sectors: together they are more than the file.
        with file.openstream(path) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            yield ArchiveProblem(name="/".join(path), reason=N_("the archive expands too far"))
            return
        yield _object("/".join([where, *path]).strip("/"), content, is_native=path[-1] == _NATIVE)
    if len(held) > _MOST:
        yield too_many(name, _MOST)
    read = {_storage(path) for path in held}
    for storage in dict.fromkeys(_storage(path) for path in streams if _POOL.match(path[0])):
        if storage not in read:
            yield ArchiveProblem(name=storage, reason=N_("an embedded object is not read"))


def _storage(path: list[str]) -> str:
    """The storage of an object in which a stream stands."""
    return "/".join(path[: 2 if path[0] == "ObjectPool" else 1])


def _object(path: str, content: bytes, *, is_native: bool) -> ArchiveMember:
    if not is_native:
        return _member(path, content)
    name, packaged = _packaged(content)
    return _member(name or path.rpartition("/")[0], packaged)


def _packaged(native: bytes) -> tuple[str, bytes]:
    """The name and the bytes of a file that the Packager keeps; all of it without a name where it is none of these."""
    (size,) = struct.unpack_from("<I", native.ljust(4, b"\0"))
    at = 6
    texts = []
    for _ in range(2):  # the label, the path it came from
        end = native.find(b"\0", at)
        if end < 0:
            return "", native[4 : 4 + size]
        texts.append(native[at:end])
        at = end + 1
    if len(native) < at + 8:
        return "", native[4 : 4 + size]
    (path_size,) = struct.unpack_from("<I", native, at + 4)
    at += 8 + path_size
    if native[4:6] != b"\2\0" or len(native) < at + 4:
        return "", native[4 : 4 + size]
    (length,) = struct.unpack_from("<I", native, at)
    return label(texts[0]), native[at + 4 : at + 4 + length]


def _member(name: str, data: bytes) -> ArchiveMember:
    return ArchiveMember(name=name or "object", size=len(data), encrypted=False, data=data)
