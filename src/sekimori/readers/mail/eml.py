"""One mail in a file: `.eml`, a file of a Maildir, a saved message.

Reference: RFC 5322 and RFC 2045; recognised by the names of its header fields.

    Received: from mx.freemail.example ([192.0.2.7]) by mail.example.jp; Mon, 6 Oct 2014 09:00:01 +0900
    From: =?utf-8?B?5bGx55Sw?= <yamada@freemail.example>
    To: sato@example.jp
    Subject: =?utf-8?B?5Lya6K2w44Gu5Lu2?=
    Date: Mon, 6 Oct 2014 09:00:00 +0900

    http://evil.example/a
"""

import re
from collections.abc import Iterator

from sekimori.formats.mail import parse
from sekimori.formats.mail_attachment import attached
from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.place import Unread
from sekimori.model.report import N_
from sekimori.readers.mail.rows import attachment_rows, date_statement, message_row, records
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["BECKY_SUFFIX", "MESSAGE_BYTES", "Eml", "has_field", "looks_like_mail"]

MESSAGE_BYTES = 128 << 20
"""A mail is read up to this length."""

BECKY_SUFFIX = ".bmf"
"""So mailbox files of Becky! are called: they begin as their first mail does."""

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
# A field that only mails (and news) have, and one that tells of people or the way: both are needed.
_TECHNICAL = frozenset(
    b"received message-id return-path date mime-version delivered-to content-type x-mailer dkim-signature "
    b"content-transfer-encoding x-originating-ip authentication-results x-original-to envelope-to".split()
)
_HUMAN = frozenset(b"from to subject cc reply-to sender received return-path delivered-to".split())
_LINES = 200


class Eml(Reader):
    """One mail. Rows of the message and of every file that it carries, archive members included."""

    name = "mail.eml"
    title = "Mail (.eml, Maildir)"

    def recognises(self, head: Head) -> bool:
        """Whether the evidence begins with the header of a mail."""
        return not head.name.lower().endswith(BECKY_SUFFIX) and looks_like_mail(head.data)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - dates have offsets
        """The message, the files it carries, and what of it could not be read."""
        with source.open() as stream:
            data = stream.read(MESSAGE_BYTES)
        mail = parse(data)
        problems = list(mail.problems)
        files = list(attached(mail, problems, texts=True))
        yield from date_statement(mail)
        yield records(MESSAGE, [message_row(mail, data, size=source.size)])
        if files:
            yield records(ATTACHMENT, attachment_rows(mail, files))
        yield from (Unread(place=problem.place, reason=problem.reason) for problem in problems)
        if len(data) < source.size:
            reason = N_("mails are read up to {count} bytes").format(count=MESSAGE_BYTES)
            yield unread(reason, offset=len(data), length=source.size - len(data))


def looks_like_mail(head: bytes) -> bool:
    """Whether the beginning of a file is the header of a mail."""
    data = head.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data:
        # Line ends of the old Mac OS, which no mailbox file has.
        data = data.replace(b"\r", b"\n").lstrip(b">")
        data = data.partition(b"\n")[2] if data.startswith(b"From ") else data
    names = set(_leading_names(data.lstrip(b"\r\n")))
    technical, human = names & _TECHNICAL, names & _HUMAN
    if len(technical | human) >= 3 or names >= {b"mime-version", b"content-type"}:
        return True
    return bool(technical and human) and len(technical | human) == 2


def has_field(head: bytes) -> bool:
    """Whether the beginning of a file is a field of any name."""
    return any(_leading_names(head.lstrip(b"\xef\xbb\xbf\r\n")))


def _leading_names(data: bytes) -> Iterator[bytes]:
    """The lower-case names of the fields at the beginning, up to the first line that is none."""
    for number, line in enumerate(data.split(b"\n", _LINES)[:_LINES]):
        if found := _NAME.match(line):
            yield found[1].lower()
        elif not (line[:1] in (b" ", b"\t") or (number == 0 and line.startswith(b">From "))):
            return
