"""What the readers of described tables share: rows to batches of records."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import Column
from sekimori.formats.encoding import sniff
from sekimori.formats.url_columns import hosts_and_ports
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.model.schema import TIME, Field, Kind
from sekimori.readers.network.batches import record_batch
from sekimori.readers.network.mapping import TableMapping, table_mapping
from sekimori.readers.protocol import Item, ReadingContext, Records, Source, unread
from sekimori.values import times
from sekimori.values.errors import InvalidValue

__all__ = ["Place", "Values", "read_table"]

Place = tuple[int, int, int]
"""Offset, length and line of a row."""

Values = Mapping[str, object]
"""Column -> cell: a text, or whatever JSON has."""

Rows = Callable[[Source, TableMapping], Iterator["Item | tuple[Place, Values]"]]
"""The rows of a table; and what could not be read of it."""

_BATCH_ROWS = 20_000
_NO_MAPPING = N_("a table of this form needs a description of its columns")
_REST = {"network": "message", "event": "event_data"}  # the field of a kind for whatever else there is
_HOST_OF = {"url_domain": "url_original", "referrer_domain": "http_request_referrer"}
_ABSENT: tuple[object, ...] = (None, "", "-")
_TRUE, _FALSE = {"true", "t", "yes", "1"}, {"false", "f", "no", "0"}


def read_table(source: Source, context: ReadingContext, rows: Rows) -> Iterator[Item]:
    """The records of a table as `context.mapping` describes it; raises `MappingError` where that cannot be followed."""
    if context.mapping is None:
        yield unread(_NO_MAPPING, length=source.size)
        return
    mapping = table_mapping(context.mapping)
    table = _Table(mapping, context)
    for item in rows(source, mapping):
        if not isinstance(item, tuple):
            yield item
            continue
        place, values = item
        problem = table.add(place, values)
        if problem:
            offset, length, line = place
            yield unread(problem, offset=offset, length=length, line=line)
        if table.rows == _BATCH_ROWS:
            yield table.records()
    if table.rows:
        yield table.records()
    yield Statement(N_("encoding"), sniff(source.head.data))


class _Table:
    """Collects rows and gives them as batches."""

    def __init__(self, mapping: TableMapping, context: ReadingContext) -> None:
        self._mapping = mapping
        self._zone = mapping.zone or context.zone
        self._arrived = context.arrived
        self._fields = {name: mapping.kind.field(name) for name in mapping.columns}
        self._rest = _rest_field(mapping)
        self._taken = frozenset(mapping.needed)
        self._time = lru_cache(maxsize=10_000)(self._parse)
        self._columns: dict[str, list[object]] = {}
        self.rows = 0
        self._clear()

    def add(self, place: Place, values: Values) -> str | None:
        """Takes a row; why it is no record, where it is none."""
        try:
            record = {
                name: self._value(values.get(self._mapping.columns[name]), one) for name, one in self._fields.items()
            }
            record["timestamp"] = self._timestamp(values)
        except (InvalidValue, _Unfit) as error:
            return str(error)
        if self._rest:
            record[self._rest] = self._leftover(values)
        for name, value in (*zip(("offset", "length", "line"), place, strict=True), *record.items()):
            self._columns[name].append(value)
        self.rows += 1
        return None

    def records(self) -> Records:
        """The rows since the last call, as one batch."""
        kind = self._mapping.kind
        columns: dict[str, Column] = {
            name: pa.array(values, kind.field(name).type) for name, values in self._columns.items()
        }
        if "event_dataset" in {one.name for one in kind.fields}:
            columns["event_dataset"] = pa.array([self._mapping.dataset] * self.rows, pa.string())
        _set_hosts(kind, columns)
        batch = record_batch(kind, columns, self.rows)
        self._clear()
        return Records(kind, batch)

    def _clear(self) -> None:
        names = ["offset", "length", "line", "timestamp", *self._fields, *([self._rest] if self._rest else [])]
        self._columns = {name: [] for name in names}
        self.rows = 0

    def _value(self, value: object, field: Field) -> object:
        """A cell as the field's type wants it."""
        if field.type == pa.list_(pa.string()):
            texts = [_text(one) for one in (value if isinstance(value, list) else [value])]
            return [text for text in texts if text] or None
        text = _text(value[0] if isinstance(value, list) and value else value)
        if text is None or field.type == pa.string():
            return text
        if field.type == TIME:
            return self._time(text)
        return (_integer if field.type == pa.int64() else _truth)(text, field.name)

    def _timestamp(self, values: Values) -> datetime | None:
        texts = [_text(values.get(name)) for name in self._mapping.time]
        return self._time(" ".join(text for text in texts if text)) if any(texts) else None

    def _parse(self, text: str) -> datetime:
        if self._mapping.time_format is None:
            return times.parse(text, self._zone, year_from=self._arrived)
        try:
            time = datetime.strptime(text, self._mapping.time_format)  # noqa: DTZ007 - the zone is added below
            return (time if time.tzinfo else time.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            reason = N_("{text} is no time of the form {form}")
            raise _Unfit(reason.format(text=repr(text), form=self._mapping.time_format)) from error

    def _leftover(self, values: Values) -> str | None:
        rest = {name: value for name, value in values.items() if name not in self._taken and value not in _ABSENT}
        return orjson.dumps(rest).decode() if rest else None


class _Unfit(ValueError):
    """A value that does not fit its field."""


def _rest_field(mapping: TableMapping) -> str | None:
    name = _REST.get(mapping.kind.name)
    return name if name not in mapping.columns else None


def _set_hosts(kind: Kind, columns: dict[str, Column]) -> None:
    """Hosts without port, user and brackets; out of the URL where the table has no column for them."""
    for host, url in _HOST_OF.items():
        if host in columns and columns[host].type == pa.string():
            columns[host] = pc.coalesce(hosts_and_ports(columns[host])[0], columns[host])
        elif url in columns and kind.field(url).type == pa.string():
            columns[host] = hosts_and_ports(columns[url])[0]


def _text(value: object) -> str | None:
    """The text of a cell; null where it is empty or a hyphen, as tables write what is not there."""
    if value is None:
        return None
    text = value.strip() if isinstance(value, str) else orjson.dumps(value).decode()
    return None if text in {"", "-"} else text


def _integer(text: str, name: str) -> int:
    try:
        number = int(text.replace(",", ""))
    except ValueError as error:
        raise _Unfit(N_("{name}: {text} is no number").format(name=name, text=repr(text[:80]))) from error
    if not -(2**63) <= number < 2**63:
        raise _Unfit(N_("{name}: {text} is too large").format(name=name, text=repr(text[:80])))
    return number


def _truth(text: str, name: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise _Unfit(N_("{name}: {text} is neither true nor false").format(name=name, text=repr(text[:80])))
