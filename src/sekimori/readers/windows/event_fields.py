"""Events to rows of the kind `event`, whatever they came as.

An event is what the `evtx` package makes of it as JSON: elements are objects or texts, attributes stand under
`#attributes`, the `Data` of `EventData` under their `Name`. The XML and CSV readers bring theirs into this form.

`event_data` keeps all of `EventData` or `UserData`; what an event has beside them is added under a name with `#`, and
so is the account of the `Security` element (`#UserID`), as many events name it nowhere else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import pyarrow as pa

from sekimori.formats.columns import Column
from sekimori.model.kinds import EVENT
from sekimori.model.schema import TIME
from sekimori.readers.protocol import Records
from sekimori.readers.windows.event_rules import (
    ABSENT,
    Data,
    Draft,
    Row,
    Rule,
    column_of,
    integer,
    rules_of,
    text_of,
)
from sekimori.readers.windows.event_texts import found_in, last_part

__all__ = ["EventBatch", "event_row"]

_OWN_COLUMNS = frozenset({"#attributes", "System", "EventData", "UserData"})
_TIME_AT = EVENT.schema.get_field_index("timestamp")
_DATASET_AT = EVENT.schema.get_field_index("event_dataset")
_STRUCT = pa.struct([field for field in EVENT.schema if field.name != "timestamp"])
_NAIVE = pa.timestamp("us")
_MICROSECONDS = len("2026-01-15T01:02:03.456789")
_ROWS = 1_000
_BATCHES = 20
_TEXT = 32 << 20


class EventBatch:
    """Rows on their way to record batches."""

    def __init__(self, dataset: str) -> None:
        self._dataset = dataset
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._text = 0

    def add(self, row: Row, *, offset: int, length: int, line: int) -> bool:
        """Takes a row with its place; true when so much has come together that it should be taken out."""
        row["offset"], row["length"], row["line"] = offset, length, line
        self._rows.append(row)
        self._text += length
        if len(self._rows) < _ROWS and self._text < _TEXT:
            return False
        self._close()
        return len(self._batches) >= _BATCHES or self._text >= _TEXT

    def taken(self) -> Iterator[Records]:
        """What has come together since, if anything."""
        self._close()
        batches, self._batches, self._text = self._batches, [], 0
        if batches:
            yield Records(EVENT, pa.concat_batches(batches))

    def _close(self) -> None:
        """Rows to columns while they are still in the processor's cache."""
        rows, self._rows = self._rows, []
        if not rows:
            return
        columns = pa.RecordBatch.from_struct_array(pa.array(rows, _STRUCT))
        columns = columns.add_column(_TIME_AT, "timestamp", _times([row["timestamp"] for row in rows]))
        dataset = pa.repeat(pa.scalar(self._dataset, pa.string()), len(rows))
        self._batches.append(columns.set_column(_DATASET_AT, "event_dataset", dataset))


def _times(texts: list[object]) -> Column:
    """Times in UTC as ISO 8601 writes them, without a zone; null for what is none."""
    try:
        return pa.array(texts, pa.string()).cast(_NAIVE).cast(TIME)
    except pa.ArrowInvalid:
        pass
    try:  # some have more digits than microseconds have
        return pa.array([_cut(text) for text in texts], pa.string()).cast(_NAIVE).cast(TIME)
    except pa.ArrowInvalid:  # some are no times, or have a zone
        return pa.array([_time(text) for text in texts], TIME)


def _cut(text: object) -> object:
    """A time without the digits behind its microseconds."""
    if isinstance(text, str) and len(text) > _MICROSECONDS and text[19] == ".":
        rest = text[_MICROSECONDS:]
        return text[:_MICROSECONDS] if rest.isascii() and rest.isdigit() else text
    return text


def _time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def event_row(event: Data) -> Row:
    """The columns of an event, the time as text; its place is the batch's to add. Takes objects of any shape."""
    found = event.get("System")
    system: Data = found if isinstance(found, dict) else {}
    provider = _attribute(system, "Provider", "Name") or _attribute(system, "Provider", "EventSourceName")
    code = integer(system.get("EventID"))
    data, fields = _data(event)
    row = _filled(fields, provider, code)
    row["event_code"] = code
    row["event_provider"] = provider
    row["winlog_record_id"] = integer(system.get("EventRecordID"))
    row["winlog_channel"] = _name(system.get("Channel"))
    row["host_name"] = _name(system.get("Computer"))
    time = _attribute(system, "TimeCreated", "SystemTime")
    row["timestamp"] = time.removesuffix("Z") if time else None
    if system.get("Security") and (user := _attribute(system, "Security", "UserID")):
        data = {**data, "#UserID": user}
    if data:
        row["event_data"] = _dumped(data)
    return row


def _dumped(data: Data) -> str:
    try:
        return orjson.dumps(data).decode()
    except orjson.JSONEncodeError:  # deeper than any event
        return '{"#omitted":"nested too deeply"}'


def _name(value: object) -> str | None:
    return value or None if isinstance(value, str) else text_of(value) or None


def _attribute(system: dict[str, Any], element: str, name: str) -> str | None:
    try:
        value = system[element]["#attributes"][name]
    except (KeyError, TypeError, IndexError):
        return None
    return value if isinstance(value, str) else None


def _data(event: Data) -> tuple[Data, Data]:
    """All that is kept of an event, and the fields in it that have a meaning."""
    given, user = event.get("EventData"), event.get("UserData")
    data: Data = given if isinstance(given, dict) else {"Data": given} if given else {}
    fields = data
    if isinstance(user, dict):
        data = {**data, **user}
        inner = next((value for value in user.values() if isinstance(value, dict)), user)
        fields = {**fields, **inner}
    if len(event) > 3:
        data = {**data, **{f"#{name}": value for name, value in event.items() if name not in _OWN_COLUMNS}}
    return data, fields


@lru_cache(maxsize=4_096)
def _plan(provider: str | None, code: int | None, names: tuple[str, ...]) -> tuple[tuple[str, str, Rule], ...]:
    """The fields that mean something in such an event, in its order: name, column that it simply fills, rule."""
    rules = rules_of(provider, code)
    return tuple((name, column_of(rules[name]), rules[name]) for name in names if name in rules)


def _filled(fields: Data, provider: str | None, code: int | None) -> Row:
    draft = Draft(fields)
    row = draft.row
    for name, column, rule in _plan(provider, code, tuple(fields)):
        text = fields[name]
        if text.__class__ is not str:  # a third of the time of `isinstance`, for every field of every event
            text = text_of(text)
        if text in ABSENT:
            continue
        if column:
            row[column] = text
        else:
            rule(draft, text)
    paths = draft.paths
    if paths:
        row["file_path"] = list(dict.fromkeys(paths)) if len(paths) > 1 else paths[:]
    for name in ("process_executable", "process_parent_executable"):
        if isinstance(path := row.get(name), str):
            paths.append(path)
    if paths:
        row["file_name"] = list(_names_of(tuple(paths)))
    if draft.texts:
        row.update(found_in(draft.texts))
    return row


@lru_cache(maxsize=8_192)
def _names_of(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The last parts of paths, each once; the same few paths come again and again."""
    return tuple(name for name in dict.fromkeys(map(last_part, paths)) if name)
