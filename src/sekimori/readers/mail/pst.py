"""Outlook's data file (`.pst`, `.ost`): every message of every folder, rendered as a mail.

    21 42 44 4e …    `!BDN`, then a tree of nodes and blocks

Members are named by their folders and their number there, and whether they were read, as in a Maildir:
`Top of Personal Folders/Inbox/1.eml:2,S`.
Reference: [MS-PST].
"""

import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sekimori.formats.pst import messages
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Source, unread

__all__ = ["Pst"]

_MAGIC = b"!BDN"
_CLIENT = (b"SM", b"SO")
_SHORTEST = 1024


class Pst(Reader):
    """Messages in a data file of Outlook."""

    name = "mail.pst"
    title = "Outlook data file (.pst, .ost)"

    def recognises(self, head: Head) -> bool:
        """By the magic numbers of the file and its client."""
        return head.data.startswith(_MAGIC) and head.data[8:10] in _CLIENT

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - times are UTC
        """The messages as mails; what could not be read."""
        reason = N_("the Outlook data file cannot be read: {error}")
        if source.size < _SHORTEST:
            yield unread(reason.format(error=N_("it is cut off")), length=source.size)
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "evidence.pst"
            with source.open() as stream, path.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
            is_empty = True
            for name, data in messages(path):
                is_empty = False
                if name:
                    yield Member(name=name, stream=io.BytesIO(data))
                else:
                    yield unread(reason.format(error=data.decode("utf-8", "replace")), length=source.size)
            if is_empty:
                yield Statement(N_("messages"), N_("its folders hold none"))
