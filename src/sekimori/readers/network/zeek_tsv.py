r"""Zeek's logs in their own form: columns between tabs, described by lines that begin with `#`.

    #separator \x09
    #set_separator	,
    #empty_field	(empty)
    #unset_field	-
    #path	dns
    #open	2026-02-03-09-00-00
    #fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	query	answers
    #types	time	string	addr	port	addr	port	enum	string	vector[string]
    1770076800.250000	CHhAvV1	192.0.2.15	51515	192.0.2.53	53	udp	www.example.jp	198.51.100.7
    #close	2026-02-03-10-00-00

docs.zeek.org/en/master/log-formats.html. A file may hold several such blocks (rotated logs put together). Bytes that
the form needs for itself are written as `\xHH`, a backslash as two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import (
    Column,
    Mask,
    absent,
    constant,
    delimiters,
    has_byte,
    mask_of,
    octets_at,
    scalar,
    slices,
)
from sekimori.formats.lines import LineChunk, head_lines
from sekimori.model.kinds import NETWORK
from sekimori.model.report import N_
from sekimori.readers.network.batches import place_of, record_batch, text_chunks, unread_lines
from sekimori.readers.network.json_columns import members, number_members, objects, of_distinct, raw_members
from sekimori.readers.network.zeek_columns import Mapped, consumed, mapped, wanted
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Records, Source

__all__ = ["ZeekTsv"]

_HASH = ord("#")
_MOST_FIELDS = 1_000
_NUMERIC = {"count", "int", "port", "double", "interval", "time"}
_ESCAPED = re.compile(r"(?:\\x[0-9a-fA-F]{2})+|\\\\")
_KEPT_ESCAPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_HEADER = N_("no #fields line before it says what the columns are")
_WRONG_COUNT = N_("the line has not as many fields as the #fields line names")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What the lines with `#` have said so far."""

    separator: str = "\t"
    set_separator: str = ","
    empty: str = "(empty)"
    unset: str = "-"
    path: str = "unknown"
    fields: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def type_of(self, index: int) -> str:
        """The type of a field, `string` where the header says none."""
        return self.types[index] if index < len(self.types) else "string"


class ZeekTsv(Reader):
    """Zeek logs, tab-separated."""

    name: ClassVar[str] = "zeek.tsv"
    title: ClassVar[str] = "Zeek log (tab-separated)"

    def recognises(self, head: Head) -> bool:
        """The lines that say how the columns are written and what they are."""
        lines = head_lines(head.data)
        for index, line in enumerate(lines):
            if line.startswith(b"#separator "):
                rest = lines[index:]
                return any(one.startswith(b"#path") for one in rest) and any(one.startswith(b"#fields") for one in rest)
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line; the dataset is `zeek.` and the log's path."""
        del context  # times are seconds since 1970
        form = _Form()
        for chunk in text_chunks(source):
            if not isinstance(chunk, LineChunk):
                yield chunk
                continue
            start = 0
            for row in np.flatnonzero(_starts_with_hash(chunk)).tolist():
                told = _told(form, chunk.line(row).decode("utf-8"))
                if told != form and row > start:
                    yield from _records(chunk.part(start, row), form)
                    start = row
                form = told
            yield from _records(chunk.part(start, len(chunk)), form)


def _starts_with_hash(chunk: LineChunk) -> Mask:
    return np.asarray((octets_at(chunk.data, chunk.starts) == _HASH) & (chunk.ends > chunk.starts), np.bool_)


def _told(form: _Form, line: str) -> _Form:
    """The form after one more line with `#`."""
    if line.startswith("#separator "):
        separator = _unescaped(line.removeprefix("#separator ").strip(" "))
        return _Form(separator=separator if len(separator.encode()) == 1 else "\t")
    name, *values = line.split(form.separator)
    match name, values:
        case "#fields", _ if len(values) <= _MOST_FIELDS:
            return replace(form, fields=tuple(values), types=())
        case "#types", _:
            return replace(form, types=tuple(values))
        case "#path", [path, *_] if path:
            return replace(form, path=path)
        case "#set_separator", [text, *_] if text:
            return replace(form, set_separator=_unescaped(text))
        case "#empty_field", [text, *_]:
            return replace(form, empty=text)
        case "#unset_field", [text, *_]:
            return replace(form, unset=text)
    return form


def _records(chunk: LineChunk, form: _Form) -> Iterator[Records]:
    """The records of lines that stand under one header."""
    lines = delimiters(chunk, form.separator.encode())
    filled = (chunk.ends > chunk.starts) & ~_starts_with_hash(chunk)
    if not form.fields:
        rows = np.flatnonzero(filled)
        if len(rows):
            yield unread_lines(chunk, rows, constant(_NO_HEADER, len(rows)))
        return
    fits = (lines.counts == len(form.fields) - 1) & filled
    rows = np.flatnonzero(fits)
    if len(rows):
        at, first = lines.at, lines.first[rows]
        borders = [at[first + step] for step in range(len(form.fields) - 1)]
        starts = [chunk.starts[rows], *(border + 1 for border in borders)]
        ends = [*borders, chunk.ends[rows]]
        raw = {
            name: _cell(slices(chunk.text, begin, end, absent(chunk.data, begin, end)), form)
            for name, begin, end in zip(form.fields, starts, ends, strict=True)
        }
        result = _network(raw, form, len(rows))
        good = pc.is_null(result.reasons)
        batch = record_batch(NETWORK, {**place_of(chunk, rows), **result.columns}, len(rows))
        yield Records(NETWORK, batch.filter(good))
        wrong = ~mask_of(good)
        if wrong.any():
            yield unread_lines(chunk, rows[wrong], result.reasons.drop_null())
    others = np.flatnonzero(filled & ~fits)
    if len(others):
        yield unread_lines(chunk, others, constant(_WRONG_COUNT, len(others)))


def _cell(column: Column, form: _Form) -> Column:
    """Null for what the header says is unset; a hyphen always is."""
    if form.unset in {"-", ""}:
        return column
    return pc.if_else(pc.equal(column, scalar(form.unset)), pa.nulls(len(column), pa.string()), column)


def _network(raw: dict[str, Column], form: _Form, rows: int) -> Mapped:
    """The columns of the records; what has none is put into the message."""
    types = {name: form.type_of(index) for index, name in enumerate(form.fields)}
    cells: dict[str, Column] = {
        name: _list(raw[name], form) if _is_list(types[name]) else _scalar(raw[name], form)
        for name in wanted(form.path).intersection(raw)
    }
    result = mapped(form.path, cells, rows)
    taken = consumed(form.path)
    parts: list[Column] = []
    for name, column in raw.items():
        shown = column
        if name in taken:
            if name not in result.kept:
                continue
            shown = pc.if_else(pa.array(result.kept[name], pa.bool_()), column, pa.nulls(rows, pa.string()))
        parts.append(_member(name, shown, types[name], form))
    result.columns["message"] = objects(parts, rows)
    return result


def _is_list(type_: str) -> bool:
    return type_.startswith(("set[", "vector[", "table["))


def _member(name: str, column: Column, type_: str, form: _Form) -> Column:
    if _is_list(type_):
        inner = type_[type_.index("[") + 1 : -1]
        return raw_members(name, of_distinct(column, lambda text: _json_list(text, inner, form)))
    if type_ == "bool":
        return raw_members(name, of_distinct(column, lambda text: {"T": "true", "F": "false"}.get(text, f'"{text}"')))
    return (number_members if type_ in _NUMERIC else members)(name, _scalar(column, form))


def _json_list(text: str, inner: str, form: _Form) -> str:
    values: list[object] = [_typed(value, inner) for value in _split(text, form)]
    return orjson.dumps(values).decode()


def _typed(text: str, type_: str) -> object:
    try:
        return float(text) if type_ in {"double", "interval", "time"} else int(text) if type_ in _NUMERIC else text
    except ValueError:
        return text


def _scalar(column: Column, form: _Form) -> Column:
    """Texts as they were before Zeek escaped them; null for the empty string."""
    if form.empty and has_byte(column, form.empty.encode()[:1]):
        column = of_distinct(column, lambda text: None if text == form.empty else text)
    return of_distinct(column, _unescaped) if has_byte(column, b"\\") else column


def _list(column: Column, form: _Form) -> Column:
    """Sets and vectors as lists of texts."""
    coded = column.dictionary_encode()
    lists = [_split(text, form) for text in coded.dictionary.to_pylist()]
    return pa.array(lists, pa.list_(pa.string())).take(coded.indices)


def _split(text: str, form: _Form) -> list[str]:
    if text == form.empty:
        return []
    return [_unescaped(value) for value in text.split(form.set_separator) if value not in {form.unset, form.empty}]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(_original, text) if "\\" in text else text


def _original(found: re.Match[str]) -> str:
    """Escaped bytes as text; control characters stay escaped, as do bytes that are no UTF-8."""
    escape = found.group()
    if escape == "\\\\":
        return "\\"
    text = bytes.fromhex(escape.replace("\\x", "")).decode("utf-8", "backslashreplace")
    return _KEPT_ESCAPED.sub(lambda control: f"\\x{ord(control.group()):02x}", text)
