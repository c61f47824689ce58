"""A message saved by Outlook (`.msg`).

Yields one member: the message rendered as a mail, header as it came where Outlook kept it. Rendered and not read
into rows at once, so that every place of a record is one in bytes that can be shown, and each rule for mails holds.
Reference: [MS-OXMSG], [MS-OXPROPS].

    d0 cf 11 e0 a1 b1 1a e1 … __properties_version1.0 … __substg1.0_0037001F (the subject, UTF-16)
"""

import io
from collections.abc import Iterator

from sekimori.formats.compound_file import MAGIC
from sekimori.formats.mapi import rendered
from sekimori.formats.msg import BrokenMsg, read_msg
from sekimori.model.report import N_
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Member, Reader, ReadingContext, Source, unread

__all__ = ["Msg"]

_NAME = "__properties_version1.0".encode("utf-16-le")
_BYTES = 256 << 20


class Msg(Reader):
    """One message of Outlook."""

    name = "mail.msg"
    title = "Outlook message (.msg)"

    def recognises(self, head: Head) -> bool:
        """A compound file with a message's streams; where the directory lies further on, the name tells."""
        if not head.data.startswith(MAGIC):
            return False
        return _NAME in head.data or (len(head.data) == HEAD_BYTES and head.name.lower().endswith(".msg"))

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - times are UTC
        """The message as a mail."""
        if source.size > _BYTES:
            yield unread(N_("mails are read up to {count} bytes").format(count=_BYTES), length=source.size)
            return
        with source.open() as stream:
            data = stream.read(_BYTES)
        try:
            mail = rendered(read_msg(data))
        except BrokenMsg as error:
            reason = N_("the Outlook message cannot be read: {error}").format(error=str(error))
            yield unread(reason, length=source.size)
            return
        yield Member(name="message.eml", stream=io.BytesIO(mail))
