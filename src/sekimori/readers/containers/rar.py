"""RAR archives of versions 4 and 5: the names by their headers, the contents by libarchive where it is installed.

Reference: rarlab.com/technote.htm. In hexadecimal, the signature of version 5 and its first block:

    52 61 72 21 1a 07 01 00 ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_rar import rar_entries
from sekimori.formats.archive_stream import Entry
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["Rar"]

_SECONDS = 3600.0


class Rar(Archived):
    """One archive, opened by a process of its own."""

    name: ClassVar[str] = "archive.rar"
    title: ClassVar[str] = "RAR archive"

    def recognises(self, head: Head) -> bool:
        """By the first bytes."""
        return foreign_format(head.data) == "RAR"

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return rar_entries(raw, seconds=_SECONDS)
