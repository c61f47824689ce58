"""Archives and compressed files in memory, as mails carry them: their members, within limits.

zip, tar, 7z, RAR, cabinets, LHA, and single streams of gzip, bzip2, xz and Zstandard (a `.tar.gz` is a gzip stream
whose member is a tar).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sekimori.formats.archive_foreign import LockedNames, foreign_entries
from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_rar import rar_entries
from sekimori.formats.archive_stream import (
    Bounds,
    BrokenMember,
    Entry,
    codec_of,
    compressed_entry,
    within,
)
from sekimori.formats.archive_tar import is_tar, tar_entries
from sekimori.formats.archive_zip import is_zip, is_zip_document, zip_entries
from sekimori.model.report import N_

__all__ = ["ArchiveMember", "ArchiveProblem", "Limits", "is_archive", "members"]

_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far an archive is expanded.

    `member_bytes` of one member, `total_bytes` of all; `ratio` is expanded to packed bytes after a member's first MiB;
    `seconds` for what a process of its own opens.
    """

    members: int = 10_000
    member_bytes: int = 64 << 20
    total_bytes: int = 256 << 20
    ratio: int = 200
    ratio_after: int = 1 << 20
    seconds: float = 20.0

    @property
    def bounds(self) -> Bounds:
        """The limits of one member."""
        return Bounds(bytes=self.member_bytes, ratio=self.ratio, ratio_after=self.ratio_after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMember:
    """One file of an archive. `data` is None where it needs a password; `size` is its length when expanded."""

    name: str
    size: int
    encrypted: bool
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProblem:
    """A member (or, under the archive's own name, the rest of the archive) that could not be read, and why.

    `encrypted` where a password is needed even for the names.
    """

    name: str
    reason: str
    encrypted: bool = False


_DEFAULT = Limits()


def is_archive(head: bytes) -> bool:
    """Whether what begins with `head` (up to 64 KiB) is an archive or compressed file that `members` opens.

    Office documents, OpenDocument, jar and apk are ZIP files, yet documents and programs: no archives here.
    """
    if is_zip(head):
        return not is_zip_document(head)
    return codec_of(head) is not None or foreign_format(head) != "" or is_tar(head)


def members(stream: BinaryIO, name: str, limits: Limits = _DEFAULT) -> Iterator[ArchiveMember | ArchiveProblem]:
    """Every file in the archive called `name`, in its order, and what could not be read.

    `stream` is seekable. Archives inside are members like any other; to open them is the caller's.
    """
    left = limits.total_bytes
    try:
        for number, entry in enumerate(_entries(stream, name, limits)):
            if number >= limits.members:
                raise BrokenMember(N_("it has more than {count} members").format(count=f"{limits.members:,}"))
            found, expanded_bytes = _member(entry, limits, left)
            yield found
            left -= expanded_bytes
            if left < 0:
                reason = N_("its members expand to more than {count} bytes")
                raise BrokenMember(reason.format(count=f"{limits.total_bytes:,}"))
    except BrokenMember as broken:
        yield ArchiveProblem(name=name, reason=broken.reason, encrypted=isinstance(broken, LockedNames))


def _member(entry: Entry, limits: Limits, left: int) -> tuple[ArchiveMember | ArchiveProblem, int]:
    """The member or what is wrong with it, and how many bytes it took to find out."""
    if entry.encrypted:
        return ArchiveMember(name=entry.name, size=entry.size, encrypted=True, data=None), 0
    if entry.pieces is None:
        return ArchiveProblem(name=entry.name, reason=entry.problem), 0
    if entry.size > limits.member_bytes:
        reason = N_("it is larger than {count} bytes").format(count=f"{limits.member_bytes:,}")
        return ArchiveProblem(name=entry.name, reason=reason), 0
    data = bytearray()
    try:
        for piece in within(entry, limits.bounds):
            data += piece
            if len(data) > left:
                return ArchiveProblem(name=entry.name, reason=N_("the archive expands too far")), len(data)
    except BrokenMember as broken:
        return ArchiveProblem(name=entry.name, reason=broken.reason), len(data)
    return ArchiveMember(name=entry.name, size=len(data), encrypted=False, data=bytes(data)), len(data)


def _entries(stream: BinaryIO, name: str, limits: Limits) -> Iterator[Entry]:
    head = stream.read(_HEAD)
    stream.seek(0)
    if is_zip(head):
        return zip_entries(stream)
    if foreign := foreign_format(head):
        if foreign == "RAR":
            return rar_entries(stream, seconds=limits.seconds)
        return foreign_entries(stream, foreign, seconds=limits.seconds)
    if is_tar(head):
        return tar_entries(stream)
    codec = codec_of(head)
    if codec is None:
        raise BrokenMember(N_("it is no archive"))
    return iter((compressed_entry(stream, name, codec, stream.seek(0, 2)),))
