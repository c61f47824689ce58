"""TNEF alone in a file (`winmail.dat`): the body and the files that Outlook wrapped, rendered as one mail.

    78 9f 3e 22 …    signature, key, then attributes: level, number, length, content, checksum

Inside a mail the part is opened with the mail.
Reference: [MS-OXTNEF].
"""

import io
from collections.abc import Iterator

from sekimori.formats.tnef import MAGIC, tnef_mail
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Source, unread

__all__ = ["Tnef"]

_BYTES = 64 << 20


class Tnef(Reader):
    """What Outlook wrapped."""

    name = "mail.tnef"
    title = "TNEF (winmail.dat)"

    def recognises(self, head: Head) -> bool:
        """By the signature, and the level of the first attribute."""
        return head.data.startswith(MAGIC) and head.data[6:7] in {b"\x01", b"\x02"}

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is local
        """The content as a mail."""
        with source.open() as stream:
            mail = tnef_mail(stream.read(_BYTES + 1))
        if mail is None:
            yield unread(N_("the TNEF wrapping cannot be read"), length=source.size)
        else:
            yield Member(name="message.eml", stream=io.BytesIO(mail))
