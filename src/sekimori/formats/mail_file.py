"""Mails that are files: in an archive, attached by hand, saved by Outlook; and the files that such a mail carries.

通知.eml    a header of RFC 5322        通知.msg    a compound file ([MS-OXMSG])
winmail.dat    TNEF ([MS-OXTNEF])
"""

import io
import re
from collections.abc import Iterator

from sekimori.formats.archive import ArchiveMember
from sekimori.formats.compound_file import MAGIC as COMPOUND
from sekimori.formats.mail import Mail, parse
from sekimori.formats.mapi import rendered
from sekimori.formats.msg import BrokenMsg, read_msg
from sekimori.formats.tnef import MAGIC as TNEF
from sekimori.formats.tnef import tnef_mail

__all__ = ["carried_files", "is_mail_file", "letter_of", "mail_of"]

_FIELD = re.compile(rb"(?:\A|\n)(from|to|subject|date|received|return-path|message-id|mime-version|content-type)"
                    rb"[ \t]*:", re.IGNORECASE)  # fmt: skip
_START = re.compile(rb"\s{0,8}[!-9;-~]{1,60}[ \t]*:[^\n]*\r?\n")
_HEAD = 16_384
_PROPERTIES = "__properties_version1.0"
_MSG = _PROPERTIES.encode("utf-16-le")


def is_mail_file(data: bytes) -> bool:
    """Whether it is a mail: a header that has three of the usual fields, a message of Outlook, or TNEF."""
    if data.startswith(COMPOUND):
        return _MSG in data and _is_message(data)
    return data.startswith(TNEF) or _is_letter(data)


def letter_of(data: bytes) -> bytes | None:
    """The mail that the file is, as RFC 5322 has it; None where it cannot be read."""
    if data.startswith(COMPOUND):
        try:
            return rendered(read_msg(data))
        except BrokenMsg:
            return None
    return tnef_mail(data) if data.startswith(TNEF) else data


def mail_of(data: bytes) -> Mail | None:
    """The same, parsed."""
    letter = letter_of(data)
    return None if letter is None else parse(letter)


def carried_files(mail: Mail) -> Iterator[ArchiveMember]:
    """The files that the mail and the mails in it carry, as members of it."""
    for part in mail.walk():
        if part.is_attachment and part.mail is None:
            yield ArchiveMember(name=part.name or part.number, size=len(part.data), encrypted=False, data=part.data)


def _is_letter(data: bytes) -> bool:
    if not _START.match(data[:2048]):
        return False
    header = re.split(rb"\r?\n\r?\n", data[:_HEAD].lstrip(), maxsplit=1)[0]
    return len({name.lower() for name in _FIELD.findall(header)}) >= 3


def _is_message(data: bytes) -> bool:
    """Whether the properties stand at the root: a document may hold a message as an object."""
    import olefile  # noqa: PLC0415 - only where such a file is met

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return bool(file.exists(_PROPERTIES))
    except Exception:  # noqa: BLE001 - olefile lets through whatever broken tables lead to
        return False
