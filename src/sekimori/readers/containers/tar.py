"""tar archives, not compressed (a `.tar.gz` is a gzip file whose member is a tar).

Reference: POSIX pax, ustar interchange format; GNU tar manual. Each file stands behind a header of 512 bytes:

    a.log            0000644 0001000 0001000 00000000014 15063210400 011247 0 ustar 00user ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_stream import Entry
from sekimori.formats.archive_tar import is_tar, tar_entries
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["Tar"]


class Tar(Archived):
    """One tar archive."""

    name: ClassVar[str] = "archive.tar"
    title: ClassVar[str] = "tar archive"

    def recognises(self, head: Head) -> bool:
        """By the checksum of the first header."""
        return is_tar(head.data)

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return tar_entries(raw)
