"""Patterns made ready for values that come a few at a time, as when files are swept that are in no store.

What may agree is narrowed first: equal values and names below by sorted ids, networks by their prefix lengths, parts
by one automaton for each type. What is left goes through `sekimori.hunt.matching`, so that a sweep and a hunt cannot
differ in what agrees. The cost hardly depends on the number of patterns.
"""

from collections.abc import Iterable, Sequence

import ahocorasick_rs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.hunt.expressions import folded
from sekimori.hunt.matching import match
from sekimori.hunt.networks import Networks
from sekimori.model.indicator import MatchMode
from sekimori.model.match import Match
from sekimori.store.vocabulary import Ids, order_of
from sekimori.values.domain import suffixes
from sekimori.values.identity import value_id, value_ids
from sekimori.values.types import ObservableType

__all__ = ["Compiled", "Value"]

Value = tuple[ObservableType, str]
"""A value in normal form."""

_COLUMNS = ("indicator", "type", "mode", "pattern", "value_id")
_REMEMBERED = 1_000_000
"""Names above others whose answers are remembered before that begins anew."""


class Compiled:
    """Patterns (`indicator`, `type`, `mode`, `pattern`, `value_id`) of every type but `url`."""

    def __init__(self, patterns: pa.Table) -> None:
        types = patterns.column("type")
        self._patterns = patterns.select(_COLUMNS).filter(pc.not_equal(types, ObservableType.URL.value))
        self.types = frozenset(ObservableType(one) for one in pc.unique(self._patterns.column("type")).to_pylist())
        """The types of values that any pattern is for."""
        self._equal = _ById(self._patterns, MatchMode.EQUAL)
        self._below = _ById(self._patterns, MatchMode.BELOW)
        self._above: dict[str, bool] = {"": False}
        rows = _rows(self._patterns, MatchMode.CIDR)
        self._network_rows = rows
        self._networks = Networks(self._texts(rows))
        self._parts = self._automata()
        self._expressions = self._by_type(_rows(self._patterns, MatchMode.REGEX))

    def agreeing(self, values: Sequence[Value]) -> dict[Value, list[Match]]:
        """The agreements of those values that have any."""
        by_type: dict[ObservableType, list[str]] = {}
        for type_, value in values:
            by_type.setdefault(type_, []).append(value)
        found: dict[Value, list[Match]] = {}
        for type_, several in by_type.items():
            rows, some = self._narrowed(type_, list(dict.fromkeys(several)))
            if len(rows) and some:
                for one in match(self._patterns.take(pa.array(np.unique(rows))), _Few(type_, some)):
                    found.setdefault((one.type, one.value), []).append(one)
        return found

    def may_agree(self, type_: ObservableType, values: list[str]) -> list[str]:
        """Those values of a type that may agree with a pattern: the others need not be looked at again."""
        return values if type_ in self._expressions else self._narrowed(type_, values)[1]

    def _narrowed(self, type_: ObservableType, values: list[str]) -> tuple[Ids, list[str]]:
        """Rows of patterns, and those values, that may agree with one another."""
        if type_ in self._expressions:
            rows, _ = self._candidates(type_, values)
            return np.concatenate([rows, self._expressions[type_]]), values
        return self._candidates(type_, values)

    def _candidates(self, type_: ObservableType, values: list[str]) -> tuple[Ids, list[str]]:
        if type_ not in self.types:
            return np.zeros(0, np.int64), []
        ids: Ids = np.array(value_ids(type_, values), np.int64)
        rows = [self._equal.rows(ids)]
        may = self._equal.have(ids)
        if type_ is ObservableType.DOMAIN and len(self._below):
            may |= self._below.have(ids)
            parents = [value.partition(".")[2] for value in values]
            may |= np.fromiter(self._are_below(parents), np.bool_, len(values))
            names = {name for at in np.flatnonzero(may).tolist() for name in suffixes(values[at])}
            rows.append(self._below.rows(np.array(value_ids(type_, list(names)), np.int64)))
        if type_ is ObservableType.ADDRESS and len(self._network_rows):
            at, network = self._networks.of(values)
            may[at] = True
            rows.append(self._network_rows[network])
        if type_ in self._parts:
            rows += self._with_parts(type_, values, may)
        return np.concatenate(rows), [values[at] for at in np.flatnonzero(may).tolist()]

    def _with_parts(self, type_: ObservableType, values: list[str], may: np.ndarray) -> Iterable[Ids]:
        automaton, rows = self._parts[type_]
        for at, value in enumerate(values):
            if hits := automaton.find_matches_as_indexes(folded(type_, value), overlapping=True):
                may[at] = True
                yield rows[[hit[0] for hit in hits]]

    def _are_below(self, parents: Sequence[str]) -> Iterable[bool]:
        """For each parent whether a pattern is this name or one above it."""
        above = self._above
        if len(above) > _REMEMBERED:
            above = self._above = {"": False}
        new: dict[str, None] = {}
        for parent in dict.fromkeys(parents):
            while parent not in above and parent not in new:
                new[parent] = None
                parent = parent.partition(".")[2]  # noqa: PLW2901 up to a name that is known
        names = list(new)
        own = dict(
            zip(names, self._below.have(np.array(value_ids(ObservableType.DOMAIN, names), np.int64)), strict=True)
        )
        for name in sorted(names, key=len):
            above[name] = bool(own[name]) or above[name.partition(".")[2]]
        return map(above.__getitem__, parents)

    def _automata(self) -> dict[ObservableType, tuple[ahocorasick_rs.AhoCorasick, Ids]]:
        by_type = self._by_type(_rows(self._patterns, MatchMode.CONTAINS))
        return {type_: (ahocorasick_rs.AhoCorasick(self._texts(rows)), rows) for type_, rows in by_type.items()}

    def _by_type(self, rows: Ids) -> dict[ObservableType, Ids]:
        types = self._patterns.column("type").take(pa.array(rows)).to_pylist()
        return {
            ObservableType(type_): rows[[at for at, own in enumerate(types) if own == type_]] for type_ in set(types)
        }

    def _texts(self, rows: Ids) -> list[str]:
        return list(self._patterns.column("pattern").take(pa.array(rows)).to_pylist())


class _ById:
    """The patterns of one mode, sorted by the id of their value."""

    def __init__(self, patterns: pa.Table, mode: MatchMode) -> None:
        rows = _rows(patterns, mode)
        ids: Ids = patterns.column("value_id").take(pa.array(rows)).to_numpy()
        order = order_of(ids)
        self._ids, self._rows = ids[order], rows[order]

    def __len__(self) -> int:
        return len(self._ids)

    def have(self, ids: Ids) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """For each id whether a pattern has it."""
        if not len(self._ids):
            return np.zeros(len(ids), np.bool_)
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        return np.asarray(self._ids[at] == ids, np.bool_)

    def rows(self, ids: Ids) -> Ids:
        """The rows of all patterns with one of these ids."""
        wanted = np.unique(ids[self.have(ids)])
        first, last = np.searchsorted(self._ids, wanted), np.searchsorted(self._ids, wanted, "right")
        spans = [self._rows[start:stop] for start, stop in zip(first.tolist(), last.tolist(), strict=True)]
        return np.concatenate(spans) if spans else np.zeros(0, np.int64)


class _Few:
    """A few values of one type, as a dictionary for `match`."""

    def __init__(self, type_: ObservableType, values: Sequence[str]) -> None:
        self._type, self._values = type_, values
        self._ids = value_ids(type_, list(values))

    def equal(self, ids: pa.Array) -> pa.Table:
        """Values of these ids: `nth` (position in `ids`), `id`, `type`, `value`."""
        return self._found(ids, [(id_, at) for at, id_ in enumerate(self._ids)])

    def below(self, ids: pa.Array) -> pa.Table:
        """Domain names at or under the names of these ids; the same columns."""
        if self._type is not ObservableType.DOMAIN:
            return self._found(ids, [])
        own = [(value_id(self._type, name), at) for at, value in enumerate(self._values) for name in suffixes(value)]
        return self._found(ids, own)

    def names(self, types: Iterable[str]) -> pa.Table:
        """All values of some types: `id`, `type`, `value`."""
        return self._table(range(len(self._values)) if self._type in set(types) else [])

    def _found(self, ids: pa.Array, own: Sequence[tuple[int, int]]) -> pa.Table:
        by_id: dict[int, list[int]] = {}
        for id_, at in own:
            by_id.setdefault(id_, []).append(at)
        pairs = [(nth, at) for nth, id_ in enumerate(ids.to_pylist()) for at in by_id.get(id_, ())]
        table = self._table([at for _, at in pairs])
        return table.append_column("nth", pa.array([nth for nth, _ in pairs], pa.int64()))

    def _table(self, rows: Iterable[int]) -> pa.Table:
        rows = list(rows)
        return pa.table(
            {
                "id": pa.array([self._ids[at] for at in rows], pa.int64()),
                "type": pa.array([self._type.value] * len(rows), pa.string()),
                "value": pa.array([self._values[at] for at in rows], pa.string()),
            }
        )


def _rows(patterns: pa.Table, mode: MatchMode) -> Ids:
    found: Ids = pc.indices_nonzero(pc.equal(patterns.column("mode"), mode.value)).to_numpy().astype(np.int64)
    return found
