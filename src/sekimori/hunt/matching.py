"""Which patterns agree with which observed values: dictionary first, no record touched.

Distinct values are joined with the patterns by id, suffixes by the stored suffix table, networks by one equality key
per prefix length in use, substrings by one automaton over all of them, regular expressions by RE2. Every agreement is
verified on the values themselves, since ids may collide.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

import ahocorasick_rs
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.hunt.expressions import Searched, folded
from sekimori.hunt.networks import within
from sekimori.model.indicator import MatchMode
from sekimori.model.match import Match
from sekimori.model.report import N_
from sekimori.values.types import ObservableType

__all__ = ["EQUAL", "Dictionary", "match"]

EQUAL = N_("{value} is equal")
_BELOW = N_("{value} ends with the labels {pattern}")
_WITHIN = N_("{value} lies in the network {pattern}")
_CONTAINS = N_("{value} contains {pattern}")
_AGREES = N_("{value} agrees with the expression {pattern}")


class Dictionary(Protocol):
    """The distinct values of the evidence, as the store holds them."""

    def equal(self, ids: pa.Array) -> pa.Table:
        """Values of these ids: `nth` (position in `ids`), `id`, `type`, `value`."""
        ...

    def below(self, ids: pa.Array) -> pa.Table:
        """Domain names at or under the names of these ids; the same columns."""
        ...

    def names(self, types: Iterable[str]) -> pa.Table:
        """All values of some types: `id`, `type`, `value`."""
        ...


def match(patterns: pa.Table, dictionary: Dictionary) -> list[Match]:
    """Every agreement of a pattern (columns `indicator`, `type`, `mode`, `pattern`, `value_id`) with a value.

    URLs are not in the dictionary: see `sekimori.hunt.urls`.
    """
    found: list[Match] = []
    modes = patterns.column("mode")
    for mode in pc.unique(modes).to_pylist():
        some = patterns.filter(pc.equal(modes, mode))
        found.extend(_BY_MODE[MatchMode(mode)](some, dictionary))
    return found


def _equal(patterns: pa.Table, dictionary: Dictionary) -> Iterator[Match]:
    hits = _joined(patterns, dictionary.equal(patterns.column("value_id").combine_chunks()))
    same = pc.and_(pc.equal(hits.column("pattern"), hits.column("value")), _same_type(hits))
    for row in hits.filter(same).to_pylist():
        yield _match(row, MatchMode.EQUAL, EQUAL.format(value=row["value"]))


def _below(patterns: pa.Table, dictionary: Dictionary) -> Iterator[Match]:
    hits = _joined(patterns, dictionary.below(patterns.column("value_id").combine_chunks()))
    for row in hits.filter(_same_type(hits)).to_pylist():
        value, pattern = row["value"], row["pattern"]
        if value == pattern:
            yield _match(row, MatchMode.BELOW, EQUAL.format(value=value))
        elif value.endswith(f".{pattern}"):
            yield _match(row, MatchMode.BELOW, _BELOW.format(value=value, pattern=pattern))


def _cidr(patterns: pa.Table, dictionary: Dictionary) -> Iterator[Match]:
    names = dictionary.names([ObservableType.ADDRESS])
    at, network = within(names.column("value").to_pylist(), patterns.column("pattern").to_pylist())
    hits = _side_by_side(patterns.take(pa.array(network, pa.int64())), names.take(pa.array(at, pa.int64())))
    for row in hits.to_pylist():
        yield _match(row, MatchMode.CIDR, _WITHIN.format(value=row["value"], pattern=row["pattern"]))


def _contains(patterns: pa.Table, dictionary: Dictionary) -> Iterator[Match]:
    for type_, some in _by_type(patterns):
        rows = some.to_pylist()
        automaton = ahocorasick_rs.AhoCorasick([row["pattern"] for row in rows])
        for name in dictionary.names([type_]).to_pylist():
            hits = automaton.find_matches_as_indexes(folded(ObservableType(type_), name["value"]), overlapping=True)
            for at in sorted({hit[0] for hit in hits}):
                row = {**rows[at], **name}
                yield _match(row, MatchMode.CONTAINS, _CONTAINS.format(value=row["value"], pattern=row["pattern"]))


def _regex(patterns: pa.Table, dictionary: Dictionary) -> Iterator[Match]:
    for type_, some in _by_type(patterns):
        names = dictionary.names([type_])
        searched = Searched(ObservableType(type_), names.column("value"))
        for pattern in some.to_pylist():
            agreeing = pa.array(searched.agreeing(pattern["pattern"]), pa.int64())
            for name in names.take(agreeing).to_pylist():
                row = {**pattern, **name}
                yield _match(row, MatchMode.REGEX, _AGREES.format(value=row["value"], pattern=row["pattern"]))


def _nothing(_patterns: pa.Table, _dictionary: Dictionary) -> Iterator[Match]:
    return iter(())


_BY_MODE = {
    MatchMode.EQUAL: _equal,
    MatchMode.BELOW: _below,
    MatchMode.CIDR: _cidr,
    MatchMode.CONTAINS: _contains,
    MatchMode.REGEX: _regex,
    MatchMode.URL_PREFIX: _nothing,
}


def _joined(patterns: pa.Table, hits: pa.Table) -> pa.Table:
    """Patterns beside the values that `hits` gives for them."""
    return _side_by_side(patterns.take(hits.column("nth")), hits)


def _side_by_side(patterns: pa.Table, names: pa.Table) -> pa.Table:
    columns = {name: patterns.column(name) for name in ("indicator", "pattern")}
    columns["wanted"] = patterns.column("type")
    return pa.table(columns | {name: names.column(name) for name in ("id", "type", "value")})


def _same_type(hits: pa.Table) -> pa.ChunkedArray:
    return pc.equal(hits.column("wanted"), hits.column("type"))


def _by_type(patterns: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    types = patterns.column("type")
    for type_ in pc.unique(types).to_pylist():
        yield type_, patterns.filter(pc.equal(types, type_))


def _match(row: dict[str, object], mode: MatchMode, clause: str) -> Match:
    return Match(
        indicator=str(row["indicator"]),
        mode=mode,
        pattern=str(row["pattern"]),
        type=ObservableType(str(row["type"])),
        value=str(row["value"]),
        value_id=int(str(row["id"])),
        clause=clause,
    )
