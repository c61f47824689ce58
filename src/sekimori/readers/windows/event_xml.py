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
from dataclasses import dataclass, field
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from sekimori.formats.encoding import decode_line, sniff
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.windows.event_fields import EventBatch, event_row
from sekimori.readers.windows.event_rules import Data

__all__ = ["EventXml"]

_PIECE = 1 << 20
_LONGEST = 4 << 20
_KEPT = 64  # more than a tag of which the end is still to come
_DEEPEST = 50
_RECOGNISED = re.compile(r"<Event\b[^>]{0,500}schemas\.microsoft\.com/win/2004/08/events/event")
_BETWEEN = re.compile(r"(?:\s|\ufeff|<\?xml[^>]*>|</?Events\b[^>]*>|<!--[^>]*-->)*")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,7}|x[0-9A-Fa-f]{1,6});)?")


class EventXml(Reader):
    """Windows events as XML."""

    name: ClassVar[str] = "windows.event_xml"
    title: ClassVar[str] = "Windows events as XML (wevtutil, Event Viewer)"

    def recognises(self, head: Head) -> bool:
        """By its beginning: an XML declaration or nothing, a root or none, then the element `Event` of Windows."""
        text = decode_line(head.data[:4096], sniff(head.data)).lstrip("\ufeff \t\r\n")
        return text.startswith(("<?xml", "<Event")) and _RECOGNISED.search(text) is not None

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - the times are UTC
        """One record an event, numbered as they stand in the file."""
        encoding = sniff(source.head.data)
        yield Statement(N_("encoding"), encoding)
        batch = EventBatch(self.name)
        with source.open() as stream:
            for number, piece in enumerate(_pieces(stream, encoding), 1):
                place = {"offset": piece.offset, "length": piece.length, "line": number}
                event = piece.reason or _parsed(decode_line(piece.data, encoding))
                if isinstance(event, str):
                    yield unread(event, **place)
                elif batch.add(event_row(event), **place):
                    yield from batch.taken()
        yield from batch.taken()


@dataclass(frozen=True, slots=True)
class _Piece:
    """An element `Event`, or with `reason` a stretch that is none."""

    offset: int
    length: int
    data: bytes
    reason: str = ""


def _pieces(stream: BinaryIO, encoding: str) -> Iterator[_Piece]:
    width = 2 if encoding.startswith("utf-16") else 1
    end = _mark("</Event>", encoding)
    for offset, data in _segments(stream, encoding, width):
        begins = data.startswith(_mark("<Event", encoding)) and not data.startswith(_mark("<Events", encoding))
        closed = data.rfind(end) + len(end) if begins and len(data) <= _LONGEST else -1
        if closed >= len(end):
            yield _Piece(offset, closed, data[:closed])
        elif begins:
            reason = N_("an event that does not end") if len(data) <= _LONGEST else N_("an event of more than 4 MiB")
            yield _Piece(offset, len(data), b"", reason)
            continue
        behind = max(closed, 0)
        if not _BETWEEN.fullmatch(decode_line(data[behind:], encoding)):
            yield _Piece(offset + behind, len(data) - behind, b"", N_("what stands here is no event"))


def _segments(stream: BinaryIO, encoding: str, width: int) -> Iterator[tuple[int, bytes]]:
    """The stream cut before every tag `Event`; what grows too long is given out as it is."""
    tag = _tag(encoding)
    offset, data = 0, b""
    while more := stream.read(_PIECE):
        data += more
        at = 0
        for found in tag.finditer(data):
            if found.start() and not (offset + found.start()) % width:
                yield offset + at, data[at : found.start()]
                at = found.start()
        offset, data = offset + at, data[at:]
        if len(data) > _LONGEST + _PIECE:
            cut = len(data) - _KEPT - len(data) % width
            yield offset, data[:cut]
            offset, data = offset + cut, data[cut:]
    if data:
        yield offset, data


def _mark(text: str, encoding: str) -> bytes:
    return text.encode(encoding if encoding.startswith("utf-16") else "ascii")


def _tag(encoding: str) -> re.Pattern[bytes]:
    """The beginning of the tag `Event`, and of no other."""
    behind = b"|".join(re.escape(_mark(mark, encoding)) for mark in " >\t\r\n/")
    return re.compile(re.escape(_mark("<Event", encoding)) + b"(?=" + behind + b")")


@dataclass(slots=True)
class _Open:
    """An element that is being read."""

    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    parts: Data = field(default_factory=dict)


def _parsed(text: str) -> Data | str:
    """The event as objects, or why it is none."""
    try:
        return _tree(text)
    except expat.ExpatError:
        pass
    try:
        return _tree(_AMPERSAND.sub(_allowed, _ILLEGAL.sub("\ufffd", text)))
    except expat.ExpatError as error:
        return N_("not well-formed XML: {reason}").format(reason=error)


def _allowed(found: re.Match[str]) -> str:
    number = found[1]
    if not number:
        return "&amp;"
    code = int(number[1:], 16) if number.startswith("x") else int(number)
    allowed = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return found[0] if allowed else "\ufffd"


def _tree(text: str) -> Data:
    """Raises `ExpatError`. A document type declaration cannot stand in an element, and so no entity is ever defined."""
    root = _Open("", {})
    stack = [root]
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEEPEST:
            raise expat.ExpatError(N_("elements are nested too deeply"))
        stack.append(_Open(name, attributes))

    def end(name: str) -> None:  # noqa: ARG001 - expat has checked it
        _close(stack[-2], stack.pop())

    def text_read(value: str) -> None:
        stack[-1].texts.append(value)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text_read
    parser.Parse(text, True)
    event = root.parts.get("Event")
    return event if isinstance(event, dict) else {}


def _close(parent: _Open, element: _Open) -> None:
    """Puts a whole element into its parent, in the form of the `evtx` package."""
    text = "".join(element.texts)
    if text.isspace():  # the indentation of a file that was made readable
        text = ""
    if parent.name == "EventData" and element.name == "Data" and not element.parts:
        if name := element.attributes.get("Name"):
            parent.parts[_free(parent.parts, name)] = text
        else:
            unnamed = parent.parts.setdefault("Data", {"#text": []})
            if isinstance(unnamed, dict):
                unnamed["#text"].append(text)
        return
    value: object = text or None
    if element.attributes or element.parts:
        attributes = {"#attributes": element.attributes} if element.attributes else {}
        own = {"#text": text} if text else {}
        value = {**attributes, **own, **element.parts}
    parent.parts[_free(parent.parts, element.name)] = value


def _free(parts: Data, name: str) -> str:
    """The name, with a number where it is taken."""
    if name not in parts:
        return name
    number = 1
    while f"{name}_{number}" in parts:
        number += 1
    return f"{name}_{number}"
