"""ZIP archives.

Reference: PKWARE APPNOTE.TXT. Office documents, OpenDocument, jar and apk are ZIP files too, but no containers of
evidence: they are left to their own readers. In hexadecimal, a local header and the name "a.log":

    50 4b 03 04 14 00 00 00 08 00 ... 05 00 00 00 61 2e 6c 6f 67 ...
"""

from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from sekimori.formats.archive_stream import Entry
from sekimori.formats.archive_zip import is_zip, is_zip_document, zip_entries
from sekimori.readers.containers.archived import Archived
from sekimori.readers.protocol import Head

__all__ = ["Zip"]


class Zip(Archived):
    """One ZIP archive."""

    name: ClassVar[str] = "archive.zip"
    title: ClassVar[str] = "ZIP archive"

    def recognises(self, head: Head) -> bool:
        """By the first header, which must not be that of a document."""
        return is_zip(head.data) and not is_zip_document(head.data)

    def entries(self, raw: BinaryIO) -> Iterator[Entry]:
        """The files of the archive."""
        return zip_entries(raw)
