r"""Suricata's EVE log (`eve.json`): one event a line as a JSON object.

    {"timestamp":"2026-02-03T09:00:00.123456+0900","flow_id":1,"event_type":"dns","src_ip":"192.0.2.15","src_port":51515,
     "dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","rrname":"www.example.jp","rrtype":"A"}}

docs.suricata.io/en/latest/output/eve/eve-json-format.html; DNS in its versions 1 to 3. Each object is one line in
truth. Source and destination are of the packet for some events and of the connection for others: where an event says
that it goes to the client, or comes from a server's port, they are turned, so that the source is who asked. What the
columns do not hold stays in `message`; events about Suricata itself (`stats`, `engine`) hold no record.
"""

from collections.abc import Iterator
from typing import ClassVar

import orjson

from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.server_lines import NO_TIME, Times
from sekimori.readers.network.suricata_fields import columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["SuricataEve"]

_NO_OBJECT = N_("the line is no JSON object")
_ITSELF = {"stats", "engine"}
_DEEPEST = 200


class SuricataEve(Reader):
    """Suricata's events."""

    name: ClassVar[str] = "suricata.eve"
    title: ClassVar[str] = "Suricata EVE log (JSON lines)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are objects with the fields that every event has."""
        return b'"event_type"' in head.data and mostly(head, _is_event)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record an event; the dataset is `suricata.` and its type."""
        times = Times(context)
        return read_lines(source, lambda line: _row(line, times))


def _is_event(text: str) -> bool:
    event = _object(text)
    if event is None or not (isinstance(event.get("timestamp"), str) and isinstance(event.get("event_type"), str)):
        return False
    return event["event_type"] in _ITSELF or "src_ip" in event or "flow_id" in event


def _object(text: str) -> dict[str, object] | None:
    try:
        event = orjson.loads(text)
        if text.count("[") + text.count("{") > _DEEPEST:
            orjson.dumps(event)  # has a limit of its own
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return event if isinstance(event, dict) else None


def _row(line: TextLine, times: Times) -> Row | str | None:
    event = _object(line.text)
    if event is None:
        return _NO_OBJECT
    kind = event.get("event_type")
    if isinstance(kind, str) and kind in _ITSELF:
        return None
    written = event.pop("timestamp", None)
    time = times.at(written) if isinstance(written, str) else None
    if time is None:
        return NO_TIME
    columns = columns_of(event)
    return {
        **columns,
        "timestamp": time,
        "event_dataset": f"suricata.{kind}" if isinstance(kind, str) and kind else "suricata",
        "message": rest(event, "event_type"),
    }
