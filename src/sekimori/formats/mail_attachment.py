"""The files that a mail carries: attachments, and what is inside archives among them, with their hashes.

Archives inside archives are opened to a fixed depth and size; one that needs a password is told by its members,
whose names an ordinary encrypted ZIP file shows. Formats of the archives: `sekimori.formats.archive`; texts of the
files: `sekimori.formats.document_text`.

    part 2              議事録.zip
    part 2!議事録.exe    議事録.exe, its member
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import md5, sha1, sha256

from sekimori.formats.archive import ArchiveMember, ArchiveProblem, Limits, is_archive, members
from sekimori.formats.document_text import NOTHING, Budget, DocumentText, document_text
from sekimori.formats.mail_structure import Mail, Part, Problem
from sekimori.formats.qr_codes import Code, PictureBudget, codes_of
from sekimori.model.report import N_

__all__ = ["ARCHIVE_DEPTH", "ARCHIVE_MEMBERS", "Attached", "attached"]

ARCHIVE_DEPTH = 5
"""Archives inside one another are opened to this depth."""

ARCHIVE_MEMBERS = 10_000
"""So many members of archives are read in one mail."""

_TOTAL_BYTES = 256 << 20
_HEAD = 1 << 16
_REASONS = 3
# Archives that are known by their first bytes and not opened.
_UNOPENED = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"MSCF\0\0\0\0": "cabinet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One attachment or archive member.

    `path` is the number of the part, then `!` and the name for each archive level. The hashes are lower-case
    hexadecimal, and empty where a password is needed to read the content. `encrypted` is also true of an archive
    with such a member, and of a document where texts are asked for. `text` is what a search finds in it, `unsearched`
    why that is not all of it; `locked` are the bytes of an archive or document that a password may open. `codes` are
    the QR codes in its pictures, where they are asked for.
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


@dataclass(slots=True)
class _Opening:
    """What one mail's archives have taken so far."""

    problems: list[Problem]
    budget: Budget | None = None
    pictures: PictureBudget | None = None
    bytes_left: int = _TOTAL_BYTES
    members_left: int = ARCHIVE_MEMBERS

    def file(self, part: Part, path: str, name: str, data: bytes, depth: int) -> Iterator[Attached]:
        """A file, then what is inside it."""
        inside: list[ArchiveMember] = []
        known = len(self.problems)
        said = NOTHING
        if is_archive(data[:_HEAD]):
            inside = list(self._members(part, path, name, data, depth))
        elif unopened := _unopened(data):
            reason = N_("{path}: the content of a {format} archive is not read").format(path=path, format=unopened)
            self.problems.append(Problem(part.place, reason))
        elif self.budget is not None:
            said = self._text(part, data, depth, self.budget)
        encrypted = said.locked or any(member.encrypted for member in inside)
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
            unsearched=said.unsearched or "; ".join(problem.reason for problem in self.problems[known:][:_REASONS]),
            locked=data if encrypted else b"",
            codes=codes_of(data, self.pictures) if self.pictures is not None and not inside else (),
        )
        for member in inside:
            below = f"{path}!{member.name}"
            base = member.name.replace("\\", "/").rpartition("/")[2]
            if member.data is None:
                yield _closed(part, below, base, member.size)
            else:
                yield from self.file(part, below, base, member.data, depth + 1)

    def _text(self, part: Part, data: bytes, depth: int, budget: Budget) -> DocumentText:
        """The text of a file; a mail in a mail is searched as part of the mail's own text."""
        if depth or part.mail is None:
            return document_text(data, budget, declared="" if depth else part.text)
        return NOTHING

    def _members(self, part: Part, path: str, name: str, data: bytes, depth: int) -> Iterator[ArchiveMember]:
        if depth >= ARCHIVE_DEPTH:
            reason = N_("{path}: archives are opened to a depth of {depth}").format(path=path, depth=ARCHIVE_DEPTH)
            self.problems.append(Problem(part.place, reason))
            return
        limits = Limits(members=self.members_left, total_bytes=self.bytes_left)
        for member in members(io.BytesIO(data), name or path, limits):
            if isinstance(member, ArchiveProblem):
                where = path if member.name == (name or path) else f"{path}!{member.name}"
                reason = N_("{path}: {reason}").format(path=where, reason=member.reason)
                self.problems.append(Problem(part.place, reason))
                continue
            self.members_left -= 1
            self.bytes_left = max(0, self.bytes_left - len(member.data or b""))
            yield member


def _closed(part: Part, path: str, name: str, size: int) -> Attached:
    """A member under a password."""
    reason = N_("it needs a password")
    return Attached(path=path, name=name, mime_type="", size=size, encrypted=True, part=part, unsearched=reason)


def _unopened(data: bytes) -> str:
    """The name of an archive format that is known but not opened; empty for anything else."""
    if data[2:5] == b"-lh" and data[6:7] == b"-":
        return "LHA"
    return next((name for magic, name in _UNOPENED.items() if data.startswith(magic)), "")
