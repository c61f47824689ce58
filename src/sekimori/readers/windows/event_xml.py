r"""Windows events as XML: `wevtutil qe Security /f:xml`, and Event Viewer's "Save as XML".

    <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='…'/>
    <EventID>4624</EventID><TimeCreated SystemTime='2026-01-15T01:02:03.4567890Z'/><Computer>pc01</Computer></System>
    <EventData><Data Name='TargetUserName'>tanaka</Data></EventData></Event>

The elements follow one another with or without a root (`Events`), in UTF-8, UTF-16 or CP932. Schema:
learn.microsoft.com/windows/win32/wes/eventschema-eventtype-complextype.

Each element is cut out and parsed by itself, so that a broken one costs no other and nothing of a document type
declaration ever reaches the parser. What XML does not allow but Windows writes (control characters) is replaced.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from sekimori.formats.encoding import decode_line, sniff
from sekimori.model.place import Statement
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.windows.event_fields import EventBatch, event_row
from sekimori.readers.windows.event_rules import Data

__all__ = ["EventXml"]

_PIECE = 1 << 20
_LONGEST = 4 << 20
_NAMESPACE = "schemas.microsoft.com/win/2004/08/events/event"
_RECOGNISED = re.compile(r"<Event\b[^>]{0,500}schemas\.microsoft\.com/win/2004/08/events/event")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,7}|x[0-9A-Fa-f]{1,6});)?")
_REPLACEMENT = "\ufffd"
_DEEPEST = 50


class EventXml(Reader):
    """Windows events as XML."""

    name: ClassVar[str] = "windows.event_xml"
    title: ClassVar[str] = "Windows events as XML (wevtutil, Event Viewer)"

    def recognises(self, head: Head) -> bool:
        """By its beginning: an XML declaration or nothing, a root or none, then the element `Event` of Windows."""
        text = decode_line(head.data[:4096], sniff(head.data)).lstrip("\ufeff \t\r\n")
        return text.startswith(("<?xml", "<Event")) and _RECOGNISED.search(text) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - times are UTC
        """One record an event, numbered in the order of the file."""
        encoding = sniff(source.head.data)
        yield Statement("encoding", encoding)
        batch = EventBatch(self.name)
        with source.open() as stream:
            for line, piece in enumerate(_elements(stream, encoding), 1):
                if isinstance(piece, _Broken):
                    yield unread(piece.reason, offset=piece.offset, length=piece.length, line=line)
                    continue
                event = _parsed(decode_line(piece.data, encoding))
                if isinstance(event, str):
                    yield unread(event, offset=piece.offset, length=len(piece.data), line=line)
                elif batch.add(event_row(event), offset=piece.offset, length=len(piece.data), line=line):
                    yield from batch.taken()
        yield from batch.taken()


@dataclass(frozen=True, slots=True)
class _Element:
    """The bytes of one element `Event`."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Broken:
    """A stretch that begins like an event and does not end like one."""

    offset: int
    length: int
    reason: str


def _elements(stream: BinaryIO, encoding: str) -> Iterator[_Element | _Broken]:
    """Every element `Event` of the stream; at most `_LONGEST` bytes and a piece are held."""
    ...
