"""Opening what needs a password, with passwords that may be the right one: ZIP, 7z, Office, PDF.

7z by a process of its own (`sekimori.formats.archive_foreign`), with names under the password or not. ZIP with the
traditional encryption and AES (APPNOTE.TXT 6.3.10, section 6.1; winzip.com/en/support/aes-encryption), Office documents
of all years ([MS-OFFCRYPTO]), PDF (ISO 32000-1, 7.6). Passwords are tried within limits of number and time, members
expanded within those of `sekimori.formats.archive`; nothing raises on any bytes.

    議事録.zip + Kaiyo1234    ->    議事録.exe
"""

import io
import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sekimori.formats.archive import Limits
from sekimori.formats.archive_foreign import seven_zip_with
from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_stream import Bounds, BrokenMember, label, within
from sekimori.formats.archive_zip import is_zip, is_zip_document
from sekimori.formats.compound_file import MAGIC
from sekimori.formats.document_text.limits import TooSlow, time_limit
from sekimori.model.report import N_

__all__ = ["TRIES", "OpenedFile", "Unlocked", "unlock"]

TRIES = 400
"""So many passwords are tried on one file."""

_HEAD = 1 << 16
_PIECE = 1 << 18
_DEFAULT = Limits()
_NOT_OPENED = N_("{path}: {reason}")
_TOO_LARGE = N_("it is larger than {count} bytes").format(count=_DEFAULT.member_bytes)


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file that a password has opened: its name in the archive, or that of the document, and its bytes."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """What came of it: the password and what it opened, or how many were tried, and why none could be.

    `password` is empty where none fits; a file may be named by the password's place among those given, `nth`.
    """

    password: str = ""
    nth: int = -1
    tried: int = 0
    files: tuple[OpenedFile, ...] = ()
    problems: tuple[str, ...] = ()


Opener = Callable[[str], "tuple[list[OpenedFile], list[str]] | None"]
"""Takes a password; None where it does not fit."""


def unlock(data: bytes, name: str, passwords: Sequence[str], *, seconds: float = 60.0) -> Unlocked:
    """Try the passwords in their order on a file called `name`."""
    if foreign_format(data) == "7z":
        return _seven_zip(data, passwords[:TRIES], seconds)
    tried = 0
    try:
        with time_limit(seconds):
            opener = _opener(data, name)
            if opener is None:
                return Unlocked(problems=(N_("files of this kind cannot be opened with a password"),))
            for nth, password in enumerate(passwords[:TRIES]):
                tried += 1
                opened = opener(password)
                if opened is not None:
                    files, problems = opened
                    return Unlocked(
                        password=password, nth=nth, tried=tried, files=tuple(files), problems=tuple(problems)
                    )
    except TooSlow:
        return Unlocked(tried=tried, problems=(N_("the time for trying passwords is over"),))
    except Exception as error:  # noqa: BLE001 - a library's fault on hostile bytes is a file that stays closed
        return Unlocked(tried=tried, problems=(f"{type(error).__name__}: {error}"[:200],))
    return Unlocked(tried=tried)


def _opener(data: bytes, name: str) -> Opener | None:
    if is_zip(data) and not is_zip_document(data[:_HEAD]):
        return _Zip(data)
    if data.startswith(MAGIC):
        return _office(data, name)
    if b"%PDF-" in data[:1024]:
        return _pdf(data, name)
    return None


def _seven_zip(data: bytes, passwords: Sequence[str], seconds: float) -> Unlocked:
    files: list[OpenedFile] = []
    problems: list[str] = []
    room = _DEFAULT.total_bytes
    nth = -1
    try:
        for tried in seven_zip_with(io.BytesIO(data), passwords, seconds=seconds):
            if tried.nth is None:
                return Unlocked(tried=tried.tried, problems=(tried.problem,) if tried.problem else ())
            nth = tried.nth
            for entry in islice(tried.entries, _DEFAULT.members):
                bounds = Bounds(bytes=min(room, _DEFAULT.member_bytes), ratio=_DEFAULT.ratio,
                                ratio_after=_DEFAULT.ratio_after)  # fmt: skip
                try:
                    content = b"".join(within(entry, bounds))
                except BrokenMember as broken:
                    problems.append(_NOT_OPENED.format(path=entry.name, reason=broken.reason))
                    continue
                room -= len(content)
                files.append(OpenedFile(entry.name, content))
    except BrokenMember as broken:
        if nth < 0:
            return Unlocked(problems=(broken.reason,))
        problems.append(broken.reason)
    return Unlocked(password=passwords[nth], nth=nth, tried=nth + 1, files=tuple(files), problems=tuple(problems))


class _Zip:
    """A ZIP archive; only members under a password are opened."""

    def __init__(self, data: bytes) -> None:
        import pyzipper  # noqa: PLC0415 - where there is something to open

        self._archive = pyzipper.AESZipFile(io.BytesIO(data))
        locked = [one for one in self._archive.infolist() if one.flag_bits & 1 and not one.is_dir()]
        self._locked: list[Any] = locked[: _DEFAULT.members]
        self._wrong = (RuntimeError, self._archive_fault(pyzipper), zlib.error, EOFError, OSError, ValueError)

    @staticmethod
    def _archive_fault(pyzipper: Any) -> type[Exception]:
        fault: type[Exception] = pyzipper.BadZipFile
        return fault

    def __call__(self, password: str) -> tuple[list[OpenedFile], list[str]] | None:
        """The members under this password; None where it does not open the smallest."""
        for coded in _codings(password):
            if self._locked and self._fits(coded):
                return self._members(coded)
        return None

    def _fits(self, password: bytes) -> bool:
        """Whether the smallest member opens with its checksum right; the archive's own check byte is not enough."""
        smallest = min(self._locked, key=lambda one: (one.compress_size, one.filename))
        try:
            for _ in self._pieces(smallest, password):
                pass
        except self._wrong:
            return False
        return True

    def _members(self, password: bytes) -> tuple[list[OpenedFile], list[str]]:
        files: list[OpenedFile] = []
        problems: list[str] = []
        room = _DEFAULT.total_bytes
        for one in self._locked:
            name = _name(one)
            try:
                data = b"".join(self._pieces(one, password, room))
            except self._wrong as error:
                problems.append(_NOT_OPENED.format(path=name, reason=str(error)[:100] or type(error).__name__))
                continue
            room -= len(data)
            files.append(OpenedFile(name, data))
        return files, problems

    def _pieces(self, member: Any, password: bytes, room: int = _DEFAULT.member_bytes) -> Iterator[bytes]:
        """The bytes of a member; raises one of `_wrong`, also where they are more than may be."""
        size, most = 0, min(room, _DEFAULT.member_bytes)
        with self._archive.open(member, pwd=password) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                is_bomb = size > _DEFAULT.ratio_after and size > _DEFAULT.ratio * max(1, member.compress_size)
                if size > most or is_bomb:
                    raise ValueError(_TOO_LARGE)
                yield piece


def _name(member: Any) -> str:
    """The name as the reader of archives gives it: CP932 where it is not flagged as UTF-8."""
    written: str = member.orig_filename
    if member.flag_bits & 0x800:
        return label(written.encode("utf-8", "surrogateescape"), utf8=True)
    try:
        return label(written.encode("cp437"))
    except UnicodeEncodeError:
        return label(written.encode("utf-8", "replace"))


def _codings(password: str) -> Iterator[bytes]:
    """The bytes that programs make of a password: those of Windows in Japan, and UTF-8."""
    seen: set[bytes] = set()
    for coding in ("utf-8", "cp932"):
        try:
            coded = password.encode(coding)
        except UnicodeEncodeError:
            continue
        if coded and coded not in seen:
            seen.add(coded)
            yield coded


def _office(data: bytes, name: str) -> Opener:
    """An Office document: the whole of it comes out without its password."""
    import msoffcrypto  # noqa: PLC0415 - where there is something to open
    from msoffcrypto import exceptions  # noqa: PLC0415

    def attempt(password: str) -> tuple[list[OpenedFile], list[str]] | None:
        document = msoffcrypto.OfficeFile(io.BytesIO(data))
        try:
            if document.format == "ooxml":
                document.load_key(password=password, verify_password=True)
            else:
                document.load_key(password=password)
            out = io.BytesIO()
            document.decrypt(out)
        except (exceptions.InvalidKeyError, exceptions.DecryptionError):
            return None
        return [OpenedFile(name, out.getvalue())], []

    return attempt


def _pdf(data: bytes, name: str) -> Opener:
    """A PDF, written anew without its encryption; its hash is that of the new writing."""
    import pypdf  # noqa: PLC0415 - where there is something to open

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)

    def attempt(password: str) -> tuple[list[OpenedFile], list[str]] | None:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if not reader.decrypt(password):
            return None
        out = io.BytesIO()
        pypdf.PdfWriter(clone_from=reader).write(out)
        return [OpenedFile(name, out.getvalue())], []

    return attempt
