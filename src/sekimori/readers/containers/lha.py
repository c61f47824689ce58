"""LHA archives, still met in Japan, read by libarchive where it is installed.

Reference: libarchive.org, manual page archive_read_format(3). In hexadecimal, a header of level 0 with `-lh0-`:

    1d 4f 2d 6c 68 30 2d 05 00 00 00 ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_foreign import foreign_entries
from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_stream import Entry
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["Lha"]

_SECONDS = 3600.0


class Lha(Archived):
    """One archive, opened by a process of its own."""

    name: ClassVar[str] = "archive.lha"
    title: ClassVar[str] = "LHA archive (.lzh)"

    def recognises(self, head: Head) -> bool:
        """By the first bytes."""
        return foreign_format(head.data) == "LHA"

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return foreign_entries(raw, "LHA", seconds=_SECONDS)
