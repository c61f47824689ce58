"""The files that a mail carries, with their bytes: what judgement looks into.

Archives, mails and documents are opened some levels deep, by what finds attachments for the search too
(`sekimori.formats.mail_attachment`), and what a password has opened stands in the place of what was locked.

    part 2                                議事録.zip, opened with the password of another mail
    part 2 (議事録.zip!議事録.pdf.exe)    its member
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from time import monotonic

from sekimori.formats.archive import ArchiveMember, Limits, is_archive
from sekimori.formats.mail import Mail, Part
from sekimori.formats.mail_attachment import files_in, holds_files
from sekimori.formats.unlocking import OpenedFile

__all__ = ["Carried", "Opened", "carried"]

DEPTH = 4
"""Archives, mails and documents inside one another are opened to this depth."""

_MEMBERS = 500
_FILES = 1_000
_BYTES = 96 << 20
_SECONDS = 10.0
_HEAD = 1 << 16
_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a password has opened of an attachment or archive member.

    `told_by` is the SHA-256 of the mail that tells the password, empty where none does (it was given by hand);
    `is_separate` tells whether that is another mail than the one that carries the file.
    """

    files: tuple[OpenedFile, ...]
    told_by: str = ""
    is_separate: bool = False


@dataclass(frozen=True)
class Carried:
    """One attachment, archive member or opened file. `data` is None where a password is needed.

    `within` is the name of the attachment that it lies in, empty for an attachment itself; `key` is what opened it,
    of itself or of an archive around it; `is_opened` tells that it is locked and its content follows.
    """

    path: str
    name: str
    mime_type: str
    data: bytes | None = field(repr=False)
    encrypted: bool
    part: Part = field(repr=False)
    members: tuple[str, ...] = ()
    """Names of the members, for an archive."""
    within: str = ""
    key: Opened | None = None
    is_opened: bool = False

    @property
    def where(self) -> str:
        """The part; for what lies deeper, with the attachment's name and the way inside it."""
        _, mark, below = self.path.partition("!")
        return f"part {self.part.number} ({self.within}!{below})" if mark else f"part {self.part.number}"

    @cached_property
    def extension(self) -> str:
        """The last extension, lower case, without its dot and without blanks or marks after it."""
        name = self.name.strip().rstrip(". \u3000").lower()
        return name.rpartition(".")[2].strip() if "." in name else ""

    @cached_property
    def head(self) -> bytes:
        """Its first bytes."""
        return (self.data or b"")[:4096]

    @cached_property
    def sha256(self) -> str:
        """Its hash; empty where it cannot be read or is empty."""
        return sha256(self.data).hexdigest() if self.data else ""

    @property
    def is_image(self) -> bool:
        """Whether it says that it is a picture."""
        return self.mime_type.startswith("image/")

    @property
    def is_archive(self) -> bool:
        """Whether it is an archive."""
        return is_archive(self.head)


def carried(mail: Mail, opened: Mapping[str, Opened], unread: list[str]) -> Iterator[Carried]:
    """Every file of a mail, each archive before its members.

    `opened` is what passwords opened, by path; why something inside a file was not read is added to `unread`.
    """
    walk = _Walk(opened, unread, _FILES, _BYTES)
    for part in mail.walk():
        if not part.is_attachment or part.mail is not None:
            continue
        for file in walk.file(_Found(part, part.number, part.name, part.data, "", None), 0):
            if walk.files <= 0:
                unread.append(f"more than {_FILES} files")
                return
            walk.files -= 1
            yield file


@dataclass(frozen=True, slots=True)
class _Found:
    """A file on the way: its part, path, name and bytes, the attachment that it lies in, and what opened it."""

    part: Part
    path: str
    name: str
    data: bytes
    within: str
    key: Opened | None

    def below(self, name: str, data: bytes, key: Opened | None) -> "_Found":
        """A member of it."""
        within = self.within or self.name or self.path
        return _Found(self.part, f"{self.path}!{name}", _base(name), data, within, key)


@dataclass(slots=True)
class _Walk:
    """One mail's files, and how much may still be expanded."""

    opened: Mapping[str, Opened]
    unread: list[str]
    files: int
    room: int
    until: float = field(default_factory=lambda: monotonic() + _SECONDS)

    def file(self, found: _Found, depth: int) -> Iterator[Carried]:
        """A file, then what is inside it."""
        inside, names_locked = self.members(found, depth) if holds_files(found.data) else ([], False)
        key = self.opened.get(found.path) if depth < DEPTH else None
        yield Carried(
            path=found.path,
            name=found.name,
            mime_type=found.part.mime_type if depth == 0 else "",
            data=found.data,
            encrypted=names_locked or any(one.encrypted for one in inside) or _is_locked(found.data),
            part=found.part,
            members=tuple(one.name for one in inside) if is_archive(found.data[:_HEAD]) else (),
            within=found.within,
            key=key or found.key,
            is_opened=key is not None,
        )
        for one in key.files if key else ():
            yield from self.file(found.below(one.name, one.data, key), depth + 1)
        readable = {one.name for one in key.files} if key else set()
        for member in inside:
            if member.data is not None:
                yield from self.file(found.below(member.name, member.data, found.key), depth + 1)
            elif member.name not in readable:
                yield _closed(found, member)

    def members(self, found: _Found, depth: int) -> tuple[list[ArchiveMember], bool]:
        """The files inside a file, within what is left; whether even names need a password."""
        if depth >= DEPTH or self.room <= 0 or monotonic() > self.until:
            self.unread.append(found.name or found.path)
            return [], False
        limits = Limits(
            members=min(_MEMBERS, self.files),
            total_bytes=self.room,
            seconds=max(0.1, self.until - monotonic()),
        )
        inside: list[ArchiveMember] = []
        names_locked = False
        for one in files_in(found.name or found.path, found.data, limits):
            if isinstance(one, ArchiveMember):
                self.room -= len(one.data or b"")
                inside.append(one)
            elif one.encrypted:
                names_locked = True
            else:
                self.unread.append(f"{one.name}: {one.reason}"[:_REASON])
            if monotonic() > self.until:
                self.unread.append(found.name or found.path)
                break
        return inside, names_locked


def _closed(found: _Found, member: ArchiveMember) -> Carried:
    """A member that stays under its password: its name is all there is."""
    one = found.below(member.name, b"", None)
    return Carried(
        path=one.path, name=one.name, mime_type="", data=None, encrypted=True, part=one.part, within=one.within
    )


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _is_locked(data: bytes) -> bool:
    """Whether it is a document that needs a password.

    Encrypted Office documents are compound files with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4); a PDF names
    /Encrypt in its trailer.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "EncryptedPackage".encode("utf-16-le") in data[: 4 << 20]
    return data.startswith(b"%PDF-") and b"/Encrypt" in data[-4096:]
