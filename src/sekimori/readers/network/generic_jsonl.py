"""Tables of JSON lines that no other reader knows, by a description of the user's.

    {"at": "2026-02-03T09:00:00+09:00", "src": {"ip": "192.0.2.15"}, "host": "www.example.jp"}

jsonlines.org/examples. The description is `sekimori.readers.network.mapping`; without one the reader recognises
nothing. Keys that are not mapped go into the kind's field for whatever else there is.
"""

from collections.abc import Iterator
from typing import ClassVar

import orjson

from sekimori.formats.encoding import sniff, text_lines
from sekimori.formats.lines import LongLine
from sekimori.model.report import N_
from sekimori.readers.network.batches import long_line
from sekimori.readers.network.generic_table import Place, Values, read_table
from sekimori.readers.network.mapping import TableMapping
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread

__all__ = ["GenericJsonl"]

_DEEPEST = 200


class GenericJsonl(Reader):
    """JSON lines, by the user's description."""

    name: ClassVar[str] = "generic.jsonl"
    title: ClassVar[str] = "JSON lines with a mapping"

    def recognises(self, head: Head) -> bool:
        """Never: only the user can say what the keys are."""
        del head
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line. Raises `MappingError` where the description itself is wrong."""
        return read_table(source, context, _rows)


def _rows(source: Source, _: TableMapping) -> Iterator[Item | tuple[Place, Values]]:
    with source.open() as stream:
        for line in text_lines(stream, sniff(source.head.data)):
            if isinstance(line, LongLine):
                yield long_line(line)
                continue
            if not line.text.strip():
                continue
            record = _object(line.text)
            place = (line.offset, line.length, line.line)
            if record is None:
                yield unread(N_("the line is no JSON object"), offset=line.offset, length=line.length, line=line.line)
            else:
                yield place, dict(_flat(record))


def _object(text: str) -> dict[str, object] | None:
    try:
        record = orjson.loads(text)
        if text.count("[") + text.count("{") > _DEEPEST:
            orjson.dumps(record)  # has a limit of its own
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return record if isinstance(record, dict) else None


def _flat(record: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """The values of an object and of those inside it, with dots between the keys."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value
