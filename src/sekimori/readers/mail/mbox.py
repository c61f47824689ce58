"""A mailbox in one file (mbox): mails one after another, each behind a line that begins with `From `.

Only where the mails are is told here; each is read as evidence of its own. `>From ` in a body stays as it stands,
as the bytes are evidence. All dialects are cut alike: a mail begins at the file's start or after an empty line, with
a line of sender and date (or a bare one that mailers write) and then a header field; where a Content-Length leads
exactly to the next such line or the end (mboxcl, mboxcl2), lines of this look inside the body do not cut.
Reference: RFC 4155 and the mbox family of formats that it describes.

    From yamada@freemail.example Mon Oct  6 09:00:00 2014
    From: yamada@freemail.example
    To: sato@example.jp
    Subject: =?utf-8?B?5Lya6K2w?=

    >From now on we meet on Mondays.

"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Source

__all__ = ["Mbox"]

_DATE = (
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [ \d]{0,3}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    rb"[^\r\n]{0,60}?\d:\d[^\r\n]{0,60}"
)
_MAIL_FIELD = (
    rb"(?i:From|Return-Path|Received|Date|Message-ID|Delivered-To|MIME-Version|Subject|To|Content-Type|Status"
    rb"|X-[a-z-]{1,60})[ \t]*:"
)
_LINE = re.compile(
    # Sender and date, or the bare forms of Thunderbird and Gmail before a field that mails have.
    rb"From (?! *:)[^\r\n]{0,300}?" + _DATE + rb"\r?\n(?=>?From |[!-9;-~]+[ \t]*:)"
    rb"|From (?:-|\(\)|[^\s@]{1,200}@[^\s@]{1,200})[^\r\n]{0,60}\r?\n(?=" + _MAIL_FIELD + rb")"
)
# Some writers leave out the empty line; then sender, date and a field that mails have must all be there.
_CERTAIN = re.compile(rb"From [^\s@]{1,200}@[^\s@]{1,200} " + _DATE + rb"\r?\n(?=" + _MAIL_FIELD + rb")")
_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?From (?! *:)[^\r\n]{0,400}\r?\n(?=>?From |" + _MAIL_FIELD + rb")")
_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,12})[ \t\r]*\n", re.IGNORECASE)
_BLANK = re.compile(rb"\n\r?\n")
_BLOCK = 1 << 20
_LOOK = 1 << 10
"""A From line and the name of the field after it are looked for in so many bytes."""
_HEADER = 1 << 16


class Mbox(Reader):
    """Mails in one file, as Unix mailers, Thunderbird and list archives keep them. Yields the mails as members."""

    name = "mail.mbox"
    title = "Mailbox file (mbox)"

    def recognises(self, head: Head) -> bool:
        """Whether the evidence begins with a From line and a header field."""
        return _FIRST_LINE.match(head.data) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - only cuts
        """The mails, named by their number from 1."""
        with source.open() as scanned, source.open() as handed_out:
            for number, (start, end) in enumerate(_mails(scanned, source.size), start=1):
                stream = io.BufferedReader(_Slice(handed_out, start, end - start))
                yield Member(name=f"{number}.eml", stream=stream, offset=start, length=end - start)


class _Slice(io.RawIOBase):
    """A stretch of a stream, as a stream of its own."""

    def __init__(self, parent: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        self._parent, self._start, self._length = parent, start, length
        self._position = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position inside the stretch."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = min(max(base + offset, 0), self._length)
        return self._position

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # the one type that callers hand in
        """Fill the buffer from here on."""
        self._parent.seek(self._start + self._position)
        data = self._parent.read(min(len(buffer), self._length - self._position))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


@dataclass(frozen=True, slots=True)
class _From:
    """A From line: where it begins, and where the mail behind it begins."""

    line: int
    mail: int


def _mails(stream: BinaryIO, size: int) -> Iterator[tuple[int, int]]:
    """First byte and end of every mail; the empty line before the next From line belongs to neither."""
    current: _From | None = None
    beyond = 0
    for found in _from_lines(stream):
        if found.line < beyond:
            continue
        if current is not None:
            yield current.mail, _without_blank(stream, current.mail, found.line)
        current = found
        beyond = _declared_end(stream, found.mail, size)
    if current is not None:
        yield current.mail, _without_blank(stream, current.mail, size)


def _from_lines(stream: BinaryIO) -> Iterator[_From]:
    """Every line at the start or after an empty line that looks like a From line, in blocks of bounded size."""
    position = 0
    while True:
        before = min(position, 3)
        stream.seek(position - before)
        block = stream.read(before + _BLOCK + _LOOK)
        if position == 0 and (line := _FIRST_LINE.match(block)):
            yield _From(0, line.end())
        start = block.find(b"\nFrom ") + 1
        while 0 < start < before + _BLOCK:
            after_blank = block.endswith((b"\n\n", b"\n\r\n"), 0, start)
            form = _LINE if after_blank else _CERTAIN
            if start >= before and (line := form.match(block, start)):
                yield _From(position - before + start, position - before + line.end())
            start = block.find(b"\nFrom ", start) + 1
        if len(block) <= before + _BLOCK:
            return
        position += _BLOCK


def _declared_end(stream: BinaryIO, mail: int, size: int) -> int:
    """Where the mail ends by its Content-Length, if a From line or the end of the file stands there; else 0."""
    stream.seek(mail)
    head = stream.read(_HEADER)
    blank = _BLANK.search(head)
    declared = _LENGTH.search(head, 0, blank.start() + 1) if blank else None
    if blank is None or declared is None:
        return 0
    end = mail + blank.end() + int(declared[1])
    if end > size:
        return 0
    stream.seek(end)
    following = stream.read(_LOOK).lstrip(b"\r\n")
    return end if not following or _LINE.match(following) else 0


def _without_blank(stream: BinaryIO, start: int, end: int) -> int:
    """The end of a mail without the empty line behind it."""
    first = max(start, end - 3)
    stream.seek(first)
    tail = stream.read(end - first)
    if tail.endswith(b"\n\r\n"):
        return end - 2
    return end - 1 if tail.endswith(b"\n\n") else end
