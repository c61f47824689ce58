"""A small body of evidence in memory: what a hunt asks of the store, answered by plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import KINDS
from sekimori.store.indicators import patterns_of
from sekimori.store.rollup import RollUp
from sekimori.store.shapes import table_schema
from sekimori.values.types import ObservableType as T

Row = dict[str, Any]


class Small:
    """Rows of records with the roll-up that the store makes of them; says what it was asked for."""

    def __init__(self) -> None:
        self._rollup = RollUp()
        self._records: dict[str, list[Row]] = {}
        self.asked: list[str] = []

    def add(self, kind: str, rows: Iterable[Row], *, source: int = 1) -> "Small":
        """More records of a kind, from one piece of evidence."""
        full = [{"organisation": 1, "source": source, "offset": n, "length": 1, **row} for n, row in enumerate(rows)]
        table = self._rollup.add(KINDS[kind], pa.Table.from_pylist(full, schema=table_schema(kind)))
        self._records.setdefault(kind, []).extend(table.to_pylist())
        return self

    def equal(self, ids: pa.Array) -> pa.Table:
        """As `Reading.equal`."""
        self.asked.append("equal")
        wanted = {id_: nth for nth, id_ in enumerate(ids.to_pylist())}
        rows = [{"nth": wanted[row["id"]], **row} for row in self._names() if row["id"] in wanted]
        return _table(["nth"], rows)

    def below(self, ids: pa.Array) -> pa.Table:
        """As `Reading.below`."""
        self.asked.append("below")
        names = {row["id"]: row for row in self._names()}
        suffixes = self._rollup.suffixes().to_pylist()
        rows = [
            {"nth": nth, **names[one["id"]]}
            for nth, id_ in enumerate(ids.to_pylist())
            for one in suffixes
            if one["suffix"] == id_
        ]
        return _table(["nth"], rows)

    def names(self, types: Iterable[str]) -> pa.Table:
        """As `Reading.names`."""
        self.asked.append("names")
        wanted = set(types)
        return _table([], [row for row in self._names() if row["type"] in wanted])

    def observed(self, ids: pa.Array) -> pa.Table:
        """As `Reading.observed`, but not summed over days."""
        self.asked.append("observed")
        wanted = set(ids.to_pylist())
        return pa.Table.from_pylist([row for row in self._rollup.observed().to_pylist() if row["id"] in wanted])

    def grouped(self, kind: str, *, by: Sequence[str], where: Mapping[str, Sequence[object]]) -> pa.Table:
        """As `Reading.grouped`."""
        self.asked.append("grouped")
        found: dict[str, Row] = {}
        for row in self._records.get(kind, []):
            if all(_holds(row[name], values) for name, values in where.items()):
                time = row["timestamp"]
                key = repr([row[name] for name in by])
                one = found.setdefault(
                    key, {name: row[name] for name in by} | {"first": time, "last": time, "count": 0}
                )
                one["count"] += 1
                one["first"] = min(one["first"], time) if time else one["first"]
                one["last"] = max(one["last"], time) if time else one["last"]
        return pa.Table.from_pylist(list(found.values()))

    def _names(self) -> list[Row]:
        return list(self._rollup.names().to_pylist())


def _holds(value: object, wanted: Sequence[object]) -> bool:
    return any(one in wanted for one in value) if isinstance(value, list) else value in wanted


def _table(numbers: Sequence[str], rows: list[Row]) -> pa.Table:
    columns = [(name, pa.int64()) for name in (*numbers, "id")]
    return pa.Table.from_pylist(rows, schema=pa.schema([*columns, ("type", pa.string()), ("value", pa.string())]))


def indicator(type_: T, pattern: str, mode: MatchMode = MatchMode.EQUAL) -> Indicator:
    """An indicator for a pattern in normal form."""
    return Indicator(type=type_, mode=mode, pattern=pattern)


def table_of(*indicators: Indicator) -> pa.Table:
    """Their patterns, as a hunt takes them."""
    return patterns_of(indicators)
