"""Thunderbird's summary of a folder (`.msf`), in the database format Mork: what its list of mails shows.

It is made anew from the mailbox file beside it and holds nothing that is not there; nothing of it is read. Known, it
does not count as evidence that was left unread.
Reference: searchfox.org/comm-central/source/mailnews/db/mork (the first line is the format's magic).

    // <!-- <mdb:mork:z v="1.4"/> -->
    < <(a=c)> // (f=iso-8859-1)
      (B8=numMsgs)(B9=numNewMsgs)>
"""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Msf"]

_MAGIC = b"// <!-- <mdb:mork:z v="


class Msf(Reader):
    """The summary of one folder. Yields no records."""

    name: ClassVar[str] = "mail.msf"
    title: ClassVar[str] = "Thunderbird folder summary (.msf)"

    def recognises(self, head: Head) -> bool:
        """By the first line, and the extension: address books were kept in Mork too."""
        return head.data.startswith(_MAGIC) and head.name.lower().endswith(".msf")

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is read
        """What it is."""
        yield Statement(N_("summary of the folder"), N_("its mails stand in the mailbox file beside it"))
