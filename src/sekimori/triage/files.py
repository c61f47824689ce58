"""The files that a mail carries, with their bytes: what judgement looks into. Archives are opened two levels deep."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from sekimori.formats.archive import ArchiveMember, Limits, is_archive, members
from sekimori.formats.mail import Mail, Part

__all__ = ["Carried", "carried"]

_DEPTH = 2
_LIMITS = Limits(members=500, member_bytes=16 << 20, total_bytes=48 << 20)
_FILES = 1_000


@dataclass(frozen=True)
class Carried:
    """One attachment or archive member. `data` is None where a password is needed."""

    path: str
    name: str
    mime_type: str
    data: bytes | None
    encrypted: bool
    part: Part
    members: tuple[str, ...] = ()
    """Names of the members, for an archive."""

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


def carried(mail: Mail) -> Iterator[Carried]:
    """Every file of a mail, each archive before its members."""
    left = _FILES
    for part in mail.walk():
        if not part.is_attachment or part.mail is not None:
            continue
        for file in _opened(part, part.number, part.name, part.data, 0):
            if left <= 0:
                return
            left -= 1
            yield file


def _opened(part: Part, path: str, name: str, data: bytes, depth: int) -> Iterator[Carried]:
    found = list(members(io.BytesIO(data), name or path, _LIMITS)) if depth < _DEPTH and _opens(data) else []
    inside = [one for one in found if isinstance(one, ArchiveMember)]
    yield Carried(
        path=path,
        name=name,
        mime_type=part.mime_type if depth == 0 else "",
        data=data,
        encrypted=any(one.encrypted for one in found) or _is_locked(data),
        part=part,
        members=tuple(one.name for one in inside),
    )
    for one in inside:
        below, base = f"{path}!{one.name}", one.name.replace("\\", "/").rpartition("/")[2]
        if one.data is None:
            yield Carried(path=below, name=base, mime_type="", data=None, encrypted=True, part=part)
        else:
            yield from _opened(part, below, base, one.data, depth + 1)


def _opens(data: bytes) -> bool:
    return is_archive(data[: 1 << 16])


def _is_locked(data: bytes) -> bool:
    """Whether it is a document or archive that shows by its first bytes that it needs a password.

    Encrypted Office documents are compound files with a stream of this name ([MS-OFFCRYPTO] 2.3.4.4); a PDF names
    /Encrypt in its trailer; RAR 5 has an encryption header (type 4) right after its mark.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "EncryptedPackage".encode("utf-16-le") in data[: 4 << 20]
    if data.startswith(b"%PDF-"):
        return b"/Encrypt" in data[-4096:]
    return data.startswith(b"Rar!\x1a\x07\x01\x00") and data[12:14].find(b"\x04") >= 0
