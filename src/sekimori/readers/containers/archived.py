"""Archives: a member for each file, in the archive's order."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import BinaryIO

from sekimori.formats.archive_stream import BrokenMember, Entry
from sekimori.model.report import N_
from sekimori.readers.containers.stream import MOST_MEMBERS, item_of
from sekimori.readers.protocol import Item, Reader, ReadingContext, Source, unread

__all__ = ["Archived"]


class Archived(Reader):
    """What the readers of archives share. Names are labels, never paths: what is in them can do no harm."""

    @abstractmethod
    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive; raises `BrokenMember` where the rest cannot be read."""

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is assumed
        """The members, and `Unread` for those that need a password or cannot be opened."""
        with source.open() as raw:
            try:
                for number, entry in enumerate(self.entries(raw)):
                    if number >= MOST_MEMBERS:
                        reason = N_("the archive has more than {count} members")
                        raise BrokenMember(reason.format(count=f"{MOST_MEMBERS:,}"))
                    yield item_of(entry)
            except BrokenMember as broken:
                yield unread(broken.reason)
