"""The rules of the house for readers and indicator formats: each returns what it objects to.

The tests hold them over every module found by the registry, and over small made-up readers, so that a rule that
objects to nothing is noticed.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress

from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.place import Place, Statement, Unread
from sekimori.readers.containers.stream import BrokenMember
from sekimori.readers.protocol import Head, Member, Reader, ReadingContext, Records, Source
from sekimori.sharing.protocol import IndicatorFormat

__all__ = ["docstring_faults", "name_faults", "read_all", "reading_faults", "recognition_faults", "sharing_faults"]

# A specification by number, a section, a page on the web, or the words that introduce any other source.
_REFERENCE = re.compile(
    r"\bRFC \d+|\bISO/IEC \d+|\[MS-[A-Z]+\]|\b[a-z0-9-]+(\.[a-z0-9-]+)+/\w|^References?:", re.MULTILINE
)
_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_READ_AHEAD = 1 << 20


def docstring_faults(module: str) -> list[str]:
    """A module's docstring is the format's page: a reference and an indented sample."""
    text = inspect.getdoc(sys.modules[module]) or ""
    faults = []
    if not _REFERENCE.search(text):
        faults.append(f"{module}: no reference in the docstring (a specification, a page, or a line `Reference: …`)")
    if not re.search(r"\n\n {4,}\S", text):
        faults.append(f"{module}: no indented sample in the docstring")
    return faults


def name_faults(formats: Iterable[type[Reader] | type[IndicatorFormat]]) -> list[str]:
    """Names are lower-case words with dots, titles are there and told apart."""
    faults = []
    titles: dict[str, str] = {}
    for kind in formats:
        if not _NAME.fullmatch(kind.name):
            faults.append(f"{kind.__module__}: name {kind.name!r}")
        if not kind.title or (other := titles.setdefault(kind.title, kind.name)) != kind.name:
            faults.append(f"{kind.__module__}: title {kind.title!r} is empty or also that of {other}")
    return faults


def recognition_faults(head: Head, readers: Iterable[Reader], module: str, *, generic: bool = False) -> list[str]:
    """Exactly one reader recognises a sample, the one of its module; nobody recognises that of a generic one."""
    taking = [reader for reader in readers if reader.recognises(head)]
    if [reader.__module__ for reader in taking] == ([] if generic else [module]):
        return []
    return [f"{head.name} of {module} is recognised by {[reader.name for reader in taking] or 'nobody'}"]


def read_all(
    reader: Reader, source: Source, context: ReadingContext
) -> Iterator[Records | Unread | Statement | Member]:
    """Everything a reader yields, members consumed before the next item is asked for."""
    for item in reader.read(source, context):
        if isinstance(item, Member):
            with suppress(BrokenMember):
                while item.stream.read(_READ_AHEAD):
                    pass
        yield item


def reading_faults(reader: Reader, source: Source, context: ReadingContext) -> list[str]:
    """Batches have exactly their kind's columns; every place lies inside the evidence; reasons are given."""
    faults = []
    for item in read_all(reader, source, context):
        match item:
            case Records(kind=kind, batch=batch):
                if not batch.schema.equals(kind.schema):
                    faults.append(f"{reader.name}: a batch of {kind.name} has {batch.schema}")
                else:
                    columns = (batch.column(name).to_pylist() for name in ("offset", "length", "line"))
                    places = (Place(offset=o, length=n, line=i) for o, n, i in zip(*columns, strict=True))
                    faults += _place_faults(reader, source, places)
            case Unread(place=place, reason=reason):
                faults += _place_faults(reader, source, [place])
                faults += [] if reason.strip() else [f"{reader.name}: unread without a reason at {place}"]
            case Member(name=name, offset=int(offset), length=int(length)):
                faults += _place_faults(reader, source, [Place(offset=offset, length=length)])
                faults += [] if name else [f"{reader.name}: a member without a name at {offset}"]
            case Statement(about=about, value=value):
                faults += [] if about and value else [f"{reader.name}: an empty statement"]
    return faults


def sharing_faults(kind: IndicatorFormat, name: str, data: bytes) -> list[str]:
    """Indicators have a pattern, an origin and a confidence from 0 to 100; refused rows a place and a reason."""
    faults = []
    for item in kind.read(name, data):
        match item:
            case Indicator():
                sound = item.pattern and item.origin and 0 <= item.confidence <= 100
                faults += [] if sound else [f"{kind.name}: {item}"]
            case RefusedRow():
                faults += [] if item.origin and item.reason else [f"{kind.name}: {item}"]
    return faults


def _place_faults(reader: Reader, source: Source, places: Iterable[Place]) -> list[str]:
    outside = (
        place
        for place in places
        if min(place.offset, place.length, place.line) < 0 or place.offset + place.length > source.size
    )
    return [f"{reader.name}: {place} lies outside the {source.size} bytes of {source.name}" for place in outside]
