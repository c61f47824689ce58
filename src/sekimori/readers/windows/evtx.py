r"""Windows event logs as the system keeps them (`%SystemRoot%\System32\winevt\Logs\*.evtx`).

    45 6c 66 46 69 6c 65 00  …                     ElfFile, then chunks of 64 KiB that begin with ElfChnk
    {"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":4624,
     "TimeCreated":{"#attributes":{"SystemTime":"2026-01-15T01:02:03.456789Z"}},"EventRecordID":1001,
     "Channel":"Security","Computer":"pc01.example.jp"},"EventData":{"TargetUserName":"tanaka","LogonType":3}}}

Layout: `sekimori.formats.evtx`, after github.com/libyal/libevtx; fields: `sekimori.readers.windows.event_fields`.
"""

from collections.abc import Iterator
from typing import ClassVar

import orjson

from sekimori.formats.evtx import MAGIC, records
from sekimori.model.place import Unread
from sekimori.model.report import N_
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.readers.windows.event_fields import EventBatch, event_row

__all__ = ["EventLog"]


class EventLog(Reader):
    """Windows event logs in their binary form."""

    name: ClassVar[str] = "windows.evtx"
    title: ClassVar[str] = "Windows event log (EVTX)"

    def recognises(self, head: Head) -> bool:
        """By its magic."""
        return head.data.startswith(MAGIC)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:  # noqa: ARG002 - the times are UTC
        """One record an event, numbered as they stand in the file."""
        batch = EventBatch(self.name)
        number = 0
        with source.open() as stream:
            for record in records(stream):
                if isinstance(record, Unread):
                    yield record
                    continue
                number += 1
                event = _event(record.json)
                if event is None:
                    reason = N_("the record holds no event")
                    yield unread(reason, offset=record.offset, length=record.length, line=number)
                    continue
                if batch.add(event_row(event), offset=record.offset, length=record.length, line=number):
                    yield from batch.taken()
        yield from batch.taken()


def _event(text: str) -> dict[str, object] | None:
    try:
        event = orjson.loads(text)["Event"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return event if isinstance(event, dict) else None
