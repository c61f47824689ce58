"""The files that a mail carries: attachments, and what is inside archives, mails and documents among them, with hashes.

What is in one another is opened to a fixed depth and size; an archive that needs a password is told by its members,
whose names an ordinary encrypted ZIP, 7z or RAR file shows. Formats of the archives: `sekimori.formats.archive`; mails
that are files: `sekimori.formats.mail_file`; objects in documents: `sekimori.formats.office_objects`; texts of the
files: `sekimori.formats.document_text`.

    part 2              議事録.zip
    part 2!議事録.exe    議事録.exe, its member
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import md5, sha1, sha256
from time import monotonic

from sekimori.formats.archive import ArchiveMember, ArchiveProblem, Limits, is_archive, members
from sekimori.formats.document_text import NOTHING, Budget, DocumentText, document_text
from sekimori.formats.mail_file import carried_files, is_mail_file, mail_of
from sekimori.formats.mail_structure import Mail, Part, Problem
from sekimori.formats.office_objects import holds_objects, objects, too_many
from sekimori.formats.qr_codes import Code, PictureBudget, codes_of
from sekimori.formats.sealed import blocks, sealed
from sekimori.model.report import N_

__all__ = ["ARCHIVE_DEPTH", "ARCHIVE_MEMBERS", "Attached", "attached", "files_in", "holds_files"]

ARCHIVE_DEPTH = 5
"""Archives inside one another are opened to this depth."""

ARCHIVE_MEMBERS = 10_000
"""So many members of archives are read in one mail."""

_TOTAL_BYTES = 256 << 20
_SECONDS = 30.0
_HEAD = 1 << 16
_REASONS = 3
# Archives, images of disks and a mail's long rich text that are known by their marks (where they stand), not opened.
_UNOPENED = {
    "LZFu": (8, b"LZFu"),
    "MELA": (8, b"MELA"),
    "ACE": (7, b"**ACE**"),
    "WIM": (0, b"MSWIM\0\0\0"),
    "VHDX": (0, b"vhdxfile"),
    "UDF": (0x8001, b"BEA01"),
    "VHD": (-512, b"conectix"),
}
_ARJ = b"\x60\xea"
_ARJ_HEADERS = range(30, 2601)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One attachment or archive member.

    `path` is the number of the part, then `!` and the name for each archive level. The hashes are lower-case
    hexadecimal, and empty where a password is needed to read the content. `encrypted` is also true of an archive
    with such a member, of what S/MIME or PGP encrypted, and of a document where texts are asked for. `text` is what a
    search finds in it, `unsearched` why that is not all of it; `locked` are the bytes of an archive or document that a
    password may open. `codes` are the QR codes in its pictures, where they are asked for.
    """

    path: str
    name: str
    mime_type: str
    size: int
    encrypted: bool
    part: Part
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    text: str = ""
    unsearched: str = ""
    locked: bytes = field(default=b"", repr=False)
    codes: tuple[Code, ...] = ()

    @property
    def is_member(self) -> bool:
        """Whether it is inside an archive."""
        return "!" in self.path


def attached(
    mail: Mail, problems: list[Problem], *, texts: bool = False, pictures: PictureBudget | None = None
) -> Iterator[Attached]:
    """Every file that the mail and the mails in it carry; what could not be read is added to `problems`.

    With `texts`, the text of each is read too, within a budget for the whole mail; with `pictures`, its QR codes.
    """
    opening = _Opening(problems, Budget() if texts else None, pictures)
    for part in mail.walk():
        if part.is_attachment:
            yield from opening.file(part, part.number, part.name, part.data, 0)
        for number, block in enumerate(blocks(part), start=1):
            yield _sealed(part, f"{part.number}.{number}", block)


@dataclass(slots=True)
class _Opening:
    """What one mail's archives have taken so far."""

    problems: list[Problem]
    budget: Budget | None = None
    pictures: PictureBudget | None = None
    bytes_left: int = _TOTAL_BYTES
    members_left: int = ARCHIVE_MEMBERS
    seconds_left: float = _SECONDS

    def file(self, part: Part, path: str, name: str, data: bytes, depth: int) -> Iterator[Attached]:
        """A file, then what is inside it."""
        known = len(self.problems)
        is_known = is_archive(data[:_HEAD]) or (depth == 0 and part.mail is not None)
        mail = mail_of(data) if not is_known and is_mail_file(data) else None
        inside, names_locked = self._inside(part, path, name, data, depth, mail)
        said = NOTHING
        if unopened := _unopened(data):
            reason = N_("{path}: the content of a {format} archive is not read").format(path=path, format=unopened)
            self.problems.append(Problem(part.place, reason))
        elif self.budget is not None and not is_archive(data[:_HEAD]):
            said = self._text(part, data, depth, mail, self.budget)
        key_needed = sealed(data, name, is_enveloped=depth == 0 and part.is_enveloped)
        encrypted = bool(key_needed) or said.locked or names_locked or any(member.encrypted for member in inside)
        yield Attached(
            path=path,
            name=name,
            mime_type=part.mime_type if depth == 0 else "",
            size=len(data),
            encrypted=encrypted,
            part=part,
            md5=md5(data, usedforsecurity=False).hexdigest(),
            sha1=sha1(data, usedforsecurity=False).hexdigest(),
            sha256=sha256(data).hexdigest(),
            text=said.text,
            unsearched=key_needed
            or said.unsearched
            or "; ".join(problem.reason for problem in self.problems[known:][:_REASONS]),
            locked=data if encrypted and not key_needed else b"",
            codes=codes_of(data, self.pictures) if self.pictures is not None and not is_archive(data[:_HEAD]) else (),
        )
        for member in inside:
            below = f"{path}!{member.name}"
            base = member.name.replace("\\", "/").rpartition("/")[2]
            if member.data is None:
                yield _closed(part, below, base, member.size)
            else:
                yield from self.file(part, below, base, member.data, depth + 1)

    def _text(self, part: Part, data: bytes, depth: int, mail: Mail | None, budget: Budget) -> DocumentText:
        """The text of a file; a mail in a mail is searched as part of the mail's own text."""
        if depth or part.mail is None:
            return document_text(data, budget, declared="" if depth else part.text, mail=mail)
        return NOTHING

    def _inside(
        self, part: Part, path: str, name: str, data: bytes, depth: int, mail: Mail | None
    ) -> tuple[list[ArchiveMember], bool]:
        """What is inside a file, and whether its names need a password."""
        if depth == 0 and part.mail is not None:
            return [], False
        limits = Limits(members=self.members_left, total_bytes=self.bytes_left, seconds=self.seconds_left)
        found = _openable(name or path, data, mail, limits)
        if found is None:
            return [], False
        if depth >= ARCHIVE_DEPTH:
            reason = N_("{path}: archives are opened to a depth of {depth}").format(path=path, depth=ARCHIVE_DEPTH)
            self.problems.append(Problem(part.place, reason))
            return [], False
        begin = monotonic()
        inside: list[ArchiveMember] = []
        names_locked = False
        for member in found:
            if isinstance(member, ArchiveProblem):
                where = path if member.name == (name or path) else f"{path}!{member.name}"
                reason = N_("{path}: {reason}").format(path=where, reason=member.reason)
                self.problems.append(Problem(part.place, reason))
                names_locked = names_locked or member.encrypted
                continue
            self.members_left -= 1
            self.bytes_left = max(0, self.bytes_left - len(member.data or b""))
            inside.append(member)
        self.seconds_left = max(0.0, self.seconds_left - (monotonic() - begin))
        return inside, names_locked


def _openable(
    name: str, data: bytes, mail: Mail | None, limits: Limits
) -> Iterator[ArchiveMember | ArchiveProblem] | None:
    """The members of an archive, the files of a mail, the objects of a document; None for any other file.

    Nothing is opened before the first is asked for.
    """
    if is_archive(data[:_HEAD]):
        return members(io.BytesIO(data), name, limits)
    if mail is not None:
        carries = any(carried_files(mail))
        return _carried(mail, name, limits.members) if carries else None
    return objects(data, limits, name) if holds_objects(data) else None


def _carried(mail: Mail, name: str, most: int) -> Iterator[ArchiveMember | ArchiveProblem]:
    """The files of the mail called `name`, no more than `most`."""
    for number, file in enumerate(carried_files(mail)):
        if number >= most:
            yield too_many(name, most)
            return
        yield file


def holds_files(data: bytes) -> bool:
    """Whether files may stand inside a file: an archive (also of a format that is not opened), a mail, a document."""
    return bool(is_archive(data[:_HEAD]) or _unopened(data) or is_mail_file(data) or holds_objects(data))


def files_in(name: str, data: bytes, limits: Limits) -> Iterator[ArchiveMember | ArchiveProblem]:
    """The files inside a file called `name`, as `attached` opens it, and what could not be read; not those deeper."""
    if unopened := _unopened(data):
        yield ArchiveProblem(name=name, reason=N_("{format} archives are not opened").format(format=unopened))
    yield from _openable(name, data, mail_of(data) if is_mail_file(data) else None, limits) or ()


def _sealed(part: Part, path: str, block: bytes) -> Attached:
    """What PGP encrypted in the middle of a text."""
    return Attached(
        path=path,
        name="",
        mime_type=part.mime_type,
        size=len(block),
        encrypted=True,
        part=part,
        unsearched=sealed(block, ""),
    )


def _closed(part: Part, path: str, name: str, size: int) -> Attached:
    """A member under a password."""
    reason = N_("it needs a password")
    return Attached(path=path, name=name, mime_type="", size=size, encrypted=True, part=part, unsearched=reason)


def _unopened(data: bytes) -> str:
    """The name of an archive format that is known but not opened; empty for anything else."""
    is_arj = data.startswith(_ARJ) and int.from_bytes(data[2:4], "little") in _ARJ_HEADERS and data[10:11] == b"\x02"
    if is_arj:
        return "ARJ"
    for name, (at, mark) in _UNOPENED.items():
        start = at if at >= 0 else max(0, len(data) + at)
        if data[start : start + len(mark)] == mark:
            return name
    return ""
