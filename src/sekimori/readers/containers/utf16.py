"""Text in UTF-16 of a format whose own reader takes UTF-8: a log that Windows' commands or an editor saved.

Yields one member: the text in UTF-8, where its reader finds lines and places. Only with a byte order mark, and only
where no reader takes the bytes as they are. What is no UTF-16 stands in it as an escape (`\\x00\\xd8`).
Reference: The Unicode Standard, section 23.8. In hexadecimal:

    ff fe 31 00 37 00 39 00 30 00 … (179…, the beginning of a line of Squid)
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from typing import BinaryIO, ClassVar, cast

from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.containers.stream import MemberStream
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Source
from sekimori.registry import classes_of

__all__ = ["Utf16"]

_ENCODINGS = {BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
_MARK = 2
_AT_ONCE = 1 << 20


class Utf16(Reader):
    """Text that is read in UTF-8."""

    name: ClassVar[str] = "text.utf16"
    title: ClassVar[str] = "Text in UTF-16"

    def recognises(self, head: Head) -> bool:
        """A byte order mark, bytes that no other reader takes, and text that one does."""
        if head.data[:_MARK] not in _ENCODINGS:
            return False
        inner = Head(head.name, b"".join(_in_utf8(iter([head.data]))))
        others = [reader() for reader in classes_of(Reader, "sekimori.readers") if reader is not Utf16]
        return not any(one.recognises(head) for one in others) and any(one.recognises(inner) for one in others)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - it says no times
        """The text as a member of the same name."""
        yield Statement(N_("encoding"), _encoding(source.head.data))
        with source.open() as stream:
            pieces = _in_utf8(iter(lambda: stream.read(_AT_ONCE), b""))
            yield Member(name=source.name, stream=cast("BinaryIO", MemberStream(pieces)))


def _in_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks of UTF-16 with a byte order mark, in UTF-8 without it; a character cut at the end stays away."""
    first = next(blocks, b"")
    decoder = getincrementaldecoder(_encoding(first))("backslashreplace")
    yield decoder.decode(first[_MARK:]).encode()
    for block in blocks:
        yield decoder.decode(block).encode()


def _encoding(data: bytes) -> str:
    return _ENCODINGS.get(data[:_MARK], "utf-16-le")
