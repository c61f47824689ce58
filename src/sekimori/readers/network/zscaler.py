"""Feeds of Zscaler's Nanolog Streaming Service (NSS): web, firewall and DNS logs.

    {"sourcetype":"zscalernss-web","event":{"time":"Tue Feb  3 00:00:01 2026","login":"sato@example.jp","proto":"HTTPS",
     "eurl":"www.example.com/a","action":"Blocked","cip":"192.0.2.15","sip":"203.0.113.80","reqmethod":"GET"}}
    datetime=2026-02-03 00:00:01	user=sato@example.jp	csip=192.0.2.15	cdip=203.0.113.80	cdport=443	action=Allow

Each object is one line in truth. A feed's form is chosen by the administrator; read are JSON, key=value pairs between
tabs, and CSV or TSV, with a line that names the fields or with those of the JSON feed in its order, where addresses,
action and time stand where they should. Times are GMT unless the field `tz` says otherwise. Feeds of other logs
(tunnels, audit, alerts) are told as unread. Reference:
help.zscaler.com/zia/general-guidelines-nss-feeds-and-feed-formats
and the pages on each feed's fields; the default CSV forms were not available, their order is taken from JSON.
"""

from collections.abc import Iterator
from typing import ClassVar

import orjson

from sekimori.formats.csv_records import fields_of
from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.network.web_fields import bare
from sekimori.readers.network.zscaler_columns import FEEDS, Record, feed_of, named_fields, row_of_record
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["ZscalerNss"]

_LONGEST = 65_536
_MOST_FIELDS = 200
_DEEPEST = 200
_SOURCE = "zscalernss-"
_NO_LINE = N_("not a line of a Zscaler feed")
_OTHER_FEED = N_("the Zscaler feed {name} is not read")
_NO_TIME = N_("the time of the line cannot be read")


class ZscalerNss(Reader):
    """Zscaler's web, firewall and DNS logs."""

    name: ClassVar[str] = "zscaler.nss"
    title: ClassVar[str] = "Zscaler NSS feed (web, firewall, DNS)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are records of one of the feeds."""
        lines = _Lines()
        return mostly(head, lambda text: isinstance(lines.record(text), tuple) or lines.has_named)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        del context  # times are GMT, or name their zone
        return read_lines(source, _Lines().row_of)


class _Lines:
    """The lines of a feed, and the names of fields that one of them has given."""

    def __init__(self) -> None:
        self._names: list[str] | None = None
        self.has_named = False

    def row_of(self, line: TextLine) -> Row | str | None:
        """The row of a line, why it is none, or nothing for the names of fields."""
        found = self.record(line.text)
        if found is None:
            return None if self.has_named else _NO_LINE
        if isinstance(found, str):
            return found
        row = row_of_record(*found)
        return _NO_TIME if row is None else row

    def record(self, text: str) -> tuple[str, Record] | str | None:
        """The feed and the fields of a line; the reason why it is of none; None where it is none, or names fields."""
        self.has_named = False
        if len(text) > _LONGEST:
            return None
        message = bare(text).strip()
        if message.startswith("{"):
            return _of_json(message)
        if "\t" in message and message.count("=") >= message.count("\t") > 3:
            record = _of_pairs(message)
            feed = feed_of(record)
            return (feed, record) if feed else None
        return self._of_table(message)

    def _of_table(self, text: str) -> tuple[str, Record] | None:
        delimiter = "\t" if text.count("\t") > text.count(",") else ","
        if not 8 <= text.count(delimiter) <= _MOST_FIELDS:
            return None
        cells = [cell.strip() for cell in fields_of(text, delimiter)]
        if names := named_fields(cells):
            self._names, self.has_named = names, True
            return None
        if self._names is not None:
            record = dict(zip(self._names, cells, strict=False))
            feed = feed_of(record) if len(cells) == len(self._names) else None
            return (feed, record) if feed else None
        return next(
            ((name, dict(zip(feed.columns, cells, strict=True))) for name, feed in FEEDS.items() if feed.fits(cells)),
            None,
        )


def _of_pairs(text: str) -> Record:
    pairs = (part.partition("=") for part in text.split("\t"))
    found = {name.strip().lower(): value for name, equals, value in pairs if equals}
    first = text.partition("\t")[0]
    return found if "=" in first else {"time": first, **found}


def _of_json(text: str) -> tuple[str, Record] | str | None:
    try:
        outer = orjson.loads(text)
        if text.count("[") + text.count("{") > _DEEPEST:
            orjson.dumps(outer)  # has a limit of its own
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    source = outer.get("sourcetype") if isinstance(outer, dict) else None
    if not isinstance(source, str) or not source.startswith(_SOURCE):
        return None
    event = outer.get("event", outer)
    if not isinstance(event, dict):
        return None
    record = {str(name).lower(): _text(value) for name, value in event.items()}
    feed = feed_of(record)
    return (feed, record) if feed else _OTHER_FEED.format(name=source.removeprefix(_SOURCE)[:40])


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
