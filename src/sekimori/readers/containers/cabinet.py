"""Cabinet files of Windows, read by libarchive where it is installed.

Reference: [MS-CAB]. In hexadecimal, the signature, a reserved field, the size:

    4d 53 43 46 00 00 00 00 52 00 00 00 ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_foreign import foreign_entries
from sekimori.formats.archive_marks import foreign_format
from sekimori.formats.archive_stream import Entry
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["Cabinet"]

_SECONDS = 3600.0


class Cabinet(Archived):
    """One archive, opened by a process of its own."""

    name: ClassVar[str] = "archive.cabinet"
    title: ClassVar[str] = "Cabinet file (.cab)"

    def recognises(self, head: Head) -> bool:
        """By the first bytes."""
        return foreign_format(head.data) == "cabinet"

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return foreign_entries(raw, "cabinet", seconds=_SECONDS)
