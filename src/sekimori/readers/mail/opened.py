"""Files that a password has opened, as `sekimori mail unlock` keeps them.

Format: that of `sekimori.formats.opened_files`, MIME (RFC 2045) behind a header of its own.

    Sekimori-Opened: 1
    Carrier: =?utf-8?b?M2Y4YQ==?=
    Carrier-Part: =?utf-8?b?Mg==?=
    Password: =?utf-8?b?S2FpeW8xMjM0?=
    Content-Type: multipart/mixed; boundary="sekimori"

The files are told as attachments of the mail that carried them.
"""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.mail import parse
from sekimori.formats.mail_attachment import attached
from sekimori.formats.opened_files import MARK, OpenedFiles, as_carried, carrier_of
from sekimori.model.kinds import ATTACHMENT
from sekimori.model.place import Statement, Unread
from sekimori.model.report import N_
from sekimori.readers.mail.rows import attachment_row, records
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["OpenedAttachment"]

_LARGEST = 512 << 20


class OpenedAttachment(Reader):
    """Opened files, archives among them looked into. Yields rows of attachments."""

    name: ClassVar[str] = "mail.opened"
    title: ClassVar[str] = "Files opened with a password (Sekimori)"

    def recognises(self, head: Head) -> bool:
        """Whether the evidence begins with the mark."""
        return head.data.startswith(MARK)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is assumed
        """Where the files come from, then the files."""
        with source.open() as stream:
            data = stream.read(_LARGEST)
        mail = parse(data)
        carrier = carrier_of(mail)
        problems = list(mail.problems)
        rows = [
            attachment_row(as_carried(file, carrier), carrier.time, carrier.message_id, carrier.sender)
            for file in attached(mail, problems, texts=True)
        ]
        yield from _statements(carrier)
        if rows:
            yield records(ATTACHMENT, rows)
        yield from (Unread(place=problem.place, reason=problem.reason) for problem in problems)
        if len(data) < source.size:
            reason = N_("opened files are read up to {count} bytes").format(count=_LARGEST)
            yield unread(reason, offset=len(data), length=source.size - len(data))


def _statements(carrier: OpenedFiles) -> Iterator[Statement]:
    yield Statement(
        N_("opened from"), N_("attachment {part} of the mail {mail}").format(part=carrier.part, mail=carrier.carrier)
    )
    told, given = N_("“{password}”, which stands in the mail {mail}"), N_("“{password}”, given by hand")
    shape = told if carrier.password_from else given
    yield Statement(N_("password"), shape.format(password=carrier.password, mail=carrier.password_from))
