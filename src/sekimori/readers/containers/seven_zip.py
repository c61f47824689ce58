"""7z archives, read by py7zr.

Reference: 7-zip.org/sdk.html (7zFormat.txt). In hexadecimal, the signature and the version:

    37 7a bc af 27 1c 00 04 ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_foreign import foreign_entries
from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_stream import Entry
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["SevenZip"]

_SECONDS = 3600.0


class SevenZip(Archived):
    """One archive, opened by a process of its own."""

    name: ClassVar[str] = "archive.7z"
    title: ClassVar[str] = "7z archive"

    def recognises(self, head: Head) -> bool:
        """By the first bytes."""
        return foreign_format(head.data) == "7z"

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return foreign_entries(raw, "7z", seconds=_SECONDS)
