"""A small body of evidence in memory: what a hunt asks of the store, answered by plain Python."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.schema import Field, typed
from sekimori.store.indicators import patterns_of
from sekimori.values import domain
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType as T

Row = dict[str, Any]
Observed = tuple[T, str, int, str, str, datetime | None]


class Small:
    """Rows of records; says what it was asked for."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, Row]] = []
        self.asked: list[str] = []

    def add(self, kind: str, rows: Iterable[Row], *, source: int = 1) -> "Small":
        """More records of a kind, from one piece of evidence."""
        self._rows += [(kind, {"timestamp": None, **row, "source": source}) for row in rows]
        return self

    def equal(self, ids: pa.Array) -> pa.Table:
        """As `Reading.equal`."""
        self.asked.append("equal")
        wanted = list(enumerate(ids.to_pylist()))
        return _table([(nth, one) for nth, id_ in wanted for one in self._names() if value_id(*one) == id_])

    def below(self, ids: pa.Array) -> pa.Table:
        """As `Reading.below`."""
        self.asked.append("below")
        above = {
            name: {value_id(T.DOMAIN, parent) for parent in domain.suffixes(name)}
            for type_, name in self._names()
            if type_ is T.DOMAIN
        }
        wanted = list(enumerate(ids.to_pylist()))
        return _table([(nth, (T.DOMAIN, name)) for nth, id_ in wanted for name, own in above.items() if id_ in own])

    def names(self, types: Iterable[str]) -> pa.Table:
        """As `Reading.names`."""
        self.asked.append("names")
        wanted = set(types)
        return _table([(0, one) for one in self._names() if one[0] in wanted]).drop_columns("nth")

    def observed(self, ids: pa.Array) -> pa.Table:
        """As `Reading.observed`, but a row for each observation."""
        self.asked.append("observed")
        wanted = set(ids.to_pylist())
        rows = [
            {"id": id_, "source": source, "kind": kind, "field": name, "first": time, "last": time, "count": 1}
            for type_, value, source, kind, name, time in self._observed()
            if (id_ := value_id(type_, value)) in wanted
        ]
        return pa.Table.from_pylist(_summed(rows, "id", "source", "kind", "field"))

    def grouped(self, kind: str, *, by: Sequence[str], where: Mapping[str, Sequence[object]]) -> pa.Table:
        """As `Reading.grouped`."""
        self.asked.append("grouped")
        rows = [
            {key: row.get(key) for key in by} | {"first": row["timestamp"], "last": row["timestamp"], "count": 1}
            for own, row in self._rows
            if own == kind and all(_holds(KINDS[kind].field(name), row, wanted) for name, wanted in where.items())
        ]
        return pa.Table.from_pylist(_summed(rows, *by))

    def pathless(self) -> tuple[int, int]:
        """As `Reading.pathless`."""
        self.asked.append("pathless")
        rows = [row for kind, row in self._rows if kind == "network"]
        shown = [r for r in rows if "/" in (r.get("url_original") or "") and r.get("http_request_method") != "CONNECT"]
        return len(rows) - len(shown), len(rows)

    def _names(self) -> list[tuple[T, str]]:
        return list(dict.fromkeys((type_, value) for type_, value, *_ in self._observed()))

    def _observed(self) -> Iterator[Observed]:
        for kind, row in self._rows:
            for field in KINDS[kind].observable_fields:
                for type_, value in dict.fromkeys(_values(field, row)):
                    yield type_, value, row["source"], kind, field.name, row["timestamp"]


def _values(field: Field, row: Row) -> Iterator[tuple[T, str]]:
    """The values of a field in their normal forms; what has none is no value."""
    held = row.get(field.name)
    for text in held if isinstance(held, list) else [held]:
        try:
            if text is not None:
                yield typed(str(field.observable), text)
        except InvalidValue:
            continue


def _holds(field: Field, row: Row, wanted: Sequence[object]) -> bool:
    return any(value in wanted for _, value in _values(field, row))


def _summed(rows: Iterable[Row], *by: str) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        one = found.setdefault(repr([row[name] for name in by]), {**row, "count": 0})
        one["count"] += row["count"]
        one["first"] = min((time for time in (one["first"], row["first"]) if time), default=None)
        one["last"] = max((time for time in (one["last"], row["last"]) if time), default=None)
    return list(found.values())


def _table(hits: Iterable[tuple[int, tuple[T, str]]]) -> pa.Table:
    rows = [
        {"nth": nth, "id": value_id(type_, value), "type": type_.value, "value": value} for nth, (type_, value) in hits
    ]
    columns = [("nth", pa.int64()), ("id", pa.int64()), ("type", pa.string()), ("value", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema(columns))


def indicator(type_: T, pattern: str, mode: MatchMode = MatchMode.EQUAL) -> Indicator:
    """An indicator for a pattern in normal form."""
    return Indicator(type=type_, mode=mode, pattern=pattern)


def table_of(*indicators: Indicator) -> pa.Table:
    """Their patterns, as a hunt takes them."""
    return patterns_of(indicators)
