"""Compressed single files: one member, named without the suffix, decompressed as it is read."""

from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.archive_stream import CODECS, codec_of, compressed_entry
from sekimori.readers.containers.stream import item_of
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["Compressed"]


class Compressed(Reader):
    """What the readers of compressed files share; a subclass says which codec of `formats.archive_stream` is its."""

    codec: ClassVar[str]

    def recognises(self, head: Head) -> bool:
        """By the magic bytes."""
        return codec_of(head.data) is CODECS[self.codec]

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - nothing is assumed
        """One member. Its stream raises `BrokenMember` where the data is corrupt, cut short or beyond the bounds."""
        with source.open() as raw:
            yield item_of(compressed_entry(raw, source.name, CODECS[self.codec], source.size))
