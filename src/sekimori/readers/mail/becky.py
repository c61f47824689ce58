"""A mailbox file of Becky! Internet Mail (`.bmf`): mails one after another, each ended by a line with a dot alone.

A line of a mail that begins with a dot has a second one before it, as on the way by SMTP; such a mail is told as its
own, the others are stretches of the file. Attachments that Becky! keeps beside the mail (`#Attach`) are named by a
line `X-Becky-Include` in the body, and are told as unread. Whether a mail was read stands in the folder's index
(`sekimori.readers.mail.becky_index`) and in the field X-Becky-Status.
Reference: searchfox.org/comm-central/source/mailnews/import/src/nsBeckyMail.cpp (as Thunderbird imports it).

    From: yamada@freemail.example
    To: sato@example.jp
    Subject: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=
    X-Becky-Status: 00000001,,,

    Kaigi.
    ..hidden
    .
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar, cast

from sekimori.model.place import Unread
from sekimori.model.report import N_
from sekimori.readers.containers.stream import MemberStream
from sekimori.readers.mail.eml import BECKY_SUFFIX, looks_like_mail
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Source, unread

__all__ = ["Becky"]

_BLOCK = 1 << 20
_LOOK = 512
"""A line that matters, and the name of the field behind it, are looked for in so many bytes."""
# What ends a mail (behind it stands a field, or nothing), a line with a dot put before it, an attachment elsewhere.
_MARK = re.compile(
    rb"\n(?:(\.\r?\n)(?=[!-9;-~]{1,80}[ \t]*:|[ \t\r\n]{0,80}\Z)|(\.)\.|(X-Becky-Include[ \t]*:[^\r\n]{0,300}))"
)
_INCLUDES = 1_000


@dataclass(slots=True)
class _Stretch:
    """One mail of the file, without the line that ends it."""

    start: int
    end: int
    is_stuffed: bool = False
    includes: list[tuple[int, int, str]] = field(default_factory=list)


class Becky(Reader):
    """Mails of one folder of Becky!. Yields the mails as members."""

    name: ClassVar[str] = "mail.becky"
    title: ClassVar[str] = "Becky! mailbox file (.bmf)"

    def recognises(self, head: Head) -> bool:
        """Whether it is called `.bmf` and begins with the header of a mail: the first of them could be an `.eml`."""
        return head.name.lower().endswith(BECKY_SUFFIX) and looks_like_mail(head.data)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - only cuts
        """The mails, named by their number from 1, and the attachments that are not in the file."""
        with source.open() as scanned, source.open() as handed_out:
            for number, mail in enumerate(_mails(scanned, source.size), start=1):
                yield _member(handed_out, number, mail)
                yield from _kept_elsewhere(number, mail)


def _member(stream: BinaryIO, number: int, mail: _Stretch) -> Member:
    length = mail.end - mail.start
    pieces = _pieces(stream, mail.start, mail.end)
    if mail.is_stuffed:
        return Member(name=f"{number}.eml", stream=cast("BinaryIO", MemberStream(_unstuffed(pieces))))
    whole = cast("BinaryIO", MemberStream(pieces))
    return Member(name=f"{number}.eml", stream=whole, offset=mail.start, length=length)


def _kept_elsewhere(number: int, mail: _Stretch) -> Iterator[Unread]:
    reason = N_("mail {number}: the attachment {name} is kept in another file")
    for offset, length, name in mail.includes:
        yield unread(reason.format(number=number, name=name), offset=offset, length=length)


def _mails(stream: BinaryIO, size: int) -> Iterator[_Stretch]:
    """Every mail from its first byte to the line that ends it; the last one may end with the file."""
    current = _Stretch(0, size)
    for at, found in _marks(stream):
        if found[2]:
            current.is_stuffed = True
        elif found[3] and len(current.includes) < _INCLUDES:
            name = found[3].partition(b":")[2].strip().decode("cp932", "replace")
            current.includes.append((at, len(found[3]), name))
        elif found[1]:
            current.end = at
            if current.end > current.start:
                yield current
            current = _Stretch(at + len(found[1]), size)
    if _has_content(stream, current):
        yield current


def _marks(stream: BinaryIO) -> Iterator[tuple[int, re.Match[bytes]]]:
    """The lines that matter with where they begin, in blocks of bounded size."""
    position = 0
    while True:
        stream.seek(position)
        block = stream.read(_BLOCK + _LOOK)
        for found in _MARK.finditer(block):
            if found.start() >= _BLOCK:
                break
            yield position + found.start() + 1, found
        if len(block) <= _BLOCK:
            return
        position += _BLOCK


def _has_content(stream: BinaryIO, mail: _Stretch) -> bool:
    stream.seek(mail.start)
    return bool(stream.read(min(_LOOK, mail.end - mail.start)).strip())


def _pieces(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        stream.seek(start)
        piece = stream.read(min(_BLOCK, end - start))
        if not piece:
            return
        start += len(piece)
        yield piece


def _unstuffed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Without the dots that were put before lines that begin with one."""
    held, skip = b"\n", 1
    for piece in pieces:
        data = held + piece
        keep = 2 if data.endswith(b"\n.") else int(data.endswith(b"\n"))
        held = data[len(data) - keep :]
        if data := data[: len(data) - keep]:
            yield data.replace(b"\n..", b"\n.")[skip:]
            skip = 0
    yield held[skip:]
