r"""Zeek's logs as JSON, one object a line.

    {"_path":"dns","ts":1770076800.25,"uid":"CHhAvV1","id.orig_h":"192.0.2.15","id.orig_p":51515,
     "id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","query":"www.example.jp","answers":["198.51.100.7"]}

docs.zeek.org/en/master/log-formats.html (`LogAscii::use_json`): times are seconds, milliseconds or ISO 8601. Only
some writers add `_path`; else the log is known by the file's name or by its fields. Each object is one line in truth.
"""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import Column, mask_of, scalar
from sekimori.formats.lines import LineChunk, head_lines
from sekimori.model.kinds import NETWORK
from sekimori.model.report import N_
from sekimori.readers.network.batches import place_of, record_batch, text_chunks, unread_lines
from sekimori.readers.network.zeek_columns import consumed, mapped, wanted
from sekimori.readers.network.zeek_fields import is_known, path_of
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Records, Source

__all__ = ["ZeekJson"]

_NO_OBJECT = N_("the line is no JSON object")
_TEXTS = pa.list_(pa.string())
_DEEPEST = 200
_Row = tuple[int, str, dict[str, object]]


class ZeekJson(Reader):
    """Zeek logs as JSON lines."""

    name: ClassVar[str] = "zeek.json"
    title: ClassVar[str] = "Zeek log (JSON lines)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are objects with Zeek's fields; the first may be broken."""
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)
        fitting = sum(_is_zeek(_object(line)) for line in lines)
        return fitting > 0 and fitting >= 0.6 * (len(lines) - 1)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line; the dataset is `zeek.` and the log's path."""
        del context  # times have a zone
        for chunk in text_chunks(source):
            if isinstance(chunk, LineChunk):
                yield from _records(chunk, source.name)
            else:
                yield chunk


def _is_zeek(record: dict[str, object] | None) -> bool:
    if record is None or not ("ts" in record or ("_path" in record and "_write_ts" in record)):
        return False
    return "_path" in record or "id.orig_h" in record or path_of(record) is not None


def _object(line: bytes) -> dict[str, object] | None:
    try:
        record = orjson.loads(line)
        if line.count(b"[") + line.count(b"{") > _DEEPEST:
            orjson.dumps(record)  # has a limit of its own
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return None
    return record if isinstance(record, dict) else None


def _records(chunk: LineChunk, file_name: str) -> Iterator[Records]:
    """The records of a chunk in the order of its lines, whatever logs they are of; then what could not be read."""
    logs: dict[str, list[_Row]] = {}
    bad: dict[int, str] = {}
    for row in np.flatnonzero(chunk.ends > chunk.starts).tolist():
        record = _object(chunk.line(row))
        if record is None:
            bad[row] = _NO_OBJECT
            continue
        path = record.pop("_path", None)
        if not isinstance(path, str) or not path:
            path = path_of(record, file_name) or "unknown"
        logs.setdefault(path if is_known(path) else "", []).append((row, path, record))
    batches = [_log(chunk, path, rows, bad) for path, rows in logs.items()]
    if len(batches) > 1:
        batches = pa.Table.from_batches(batches).sort_by("line").combine_chunks().to_batches()
    for batch in batches:
        if batch.num_rows:
            yield Records(NETWORK, batch)
    if bad:
        numbers = np.array(sorted(bad), np.int64)
        yield unread_lines(chunk, numbers, pa.array([bad[number] for number in sorted(bad)], pa.string()))


def _log(chunk: LineChunk, path: str, rows: list[_Row], bad: dict[int, str]) -> pa.RecordBatch:
    """The records of one log, or of all that are not known; rows that are none are added to `bad`."""
    records = [record for _, _, record in rows]
    cells = {name: _cell(records, name) for name in sorted(wanted(path))}
    result = mapped(path, {name: cell for name, cell in cells.items() if cell.null_count < len(cell)}, len(rows))
    result.columns["event_dataset"] = pa.array([f"zeek.{name}" for _, name, _ in rows], pa.string())
    taken = consumed(path)
    messages = [
        _message(record, taken, [name for name, mask in result.kept.items() if mask[index]])
        for index, record in enumerate(records)
    ]
    result.columns["message"] = pa.array(messages, pa.string())
    places = np.array([row for row, _, _ in rows], np.int64)
    batch = record_batch(NETWORK, {**place_of(chunk, places), **result.columns}, len(rows))
    if result.reasons.null_count == len(rows):
        return batch
    good = pc.is_null(result.reasons)
    wrong = np.flatnonzero(~mask_of(good))
    bad.update(zip(places[wrong].tolist(), result.reasons.drop_null().to_pylist(), strict=True))
    return batch.filter(good)


def _cell(records: list[dict[str, object]], name: str) -> Column:
    """One field of all records as texts, or as lists of texts where any record has a list."""
    values = [record.get(name) for record in records]
    try:  # one type throughout, as it should be
        column: Column = pa.array(values, from_pandas=False)
    except pa.ArrowException:
        return _mixed(values)
    if pa.types.is_string(column.type):
        return pc.if_else(pc.equal(column, scalar("")), pa.nulls(len(column), pa.string()), column)
    if pa.types.is_integer(column.type) or pa.types.is_null(column.type):
        return pc.cast(column, pa.string())
    if column.type == _TEXTS and not mask_of(pc.equal(column.flatten(), scalar(""))).any():
        return column
    return _mixed(values)


def _mixed(values: list[object]) -> Column:
    if any(isinstance(value, list) for value in values):
        return pa.array([_texts(value) for value in values], _TEXTS)
    return pa.array([_text(value) for value in values], pa.string())


def _texts(value: object) -> list[str] | None:
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_text, values) if text is not None]


def _text(value: object) -> str | None:
    """The text of a JSON value as the tab-separated form has it."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "T" if value else "F"
    return None if value is None else orjson.dumps(value).decode()


def _message(record: dict[str, object], taken: set[str], kept: list[str]) -> str | None:
    rest = {name: value for name, value in record.items() if name not in taken or name in kept}
    return orjson.dumps(rest).decode() if rest else None
