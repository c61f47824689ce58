"""URL prefixes: by their host in the dictionary first, then the URLs of the records that name it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ahocorasick_rs
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.hunt.matching import EQUAL
from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.report import N_
from sekimori.model.schema import Role
from sekimori.values import url
from sekimori.values.address import is_address
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.normal import host_or_address
from sekimori.values.text import fold
from sekimori.values.types import ObservableType

__all__ = ["URL_KINDS", "Urls", "sight_urls"]

URL_KINDS = ("network", "message", "event")
"""The kinds whose records hold URLs (`url_original`, with their hosts in `url_domain`)."""


class Urls(Protocol):
    """The URLs of the evidence, as the store holds them."""

    def equal(self, ids: pa.Array) -> pa.Table:
        """Values of these ids: `nth`, `id`, `type`, `value`."""
        ...

    def grouped(self, kind: str, *, by: Sequence[str], where: Mapping[str, Sequence[object]]) -> pa.Table:
        """Records counted by some columns: those, `first`, `last`, `count`."""
        ...


_COLUMNS = ("url_original", "source")
_AT_ONCE = 200_000
_BEGINS = N_("{value} begins with {pattern}")


_CONTAINS = N_("{value} contains {pattern}")
_AGREES = N_("{value} agrees with the expression {pattern}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    indicator: str
    mode: MatchMode
    pattern: str
    clause: str


def sight_urls(patterns: pa.Table, urls: Urls) -> list[Sighting]:
    """Sightings of the patterns of type `url` in the records.

    Prefixes and whole URLs are sought in the records of their hosts; substrings and expressions in all records.
    """
    wanted = _UrlPatterns(patterns.filter(pc.equal(patterns.column("type"), ObservableType.URL.value)))
    hosts = _observed_hosts(wanted.hosts, urls) if wanted.hosts else []
    if not hosts and not wanted.is_anywhere:
        return []
    found: dict[tuple[str, str, str], list[tuple[Match, Seen]]] = {}
    for kind in URL_KINDS:
        where = {} if wanted.is_anywhere else {"url_domain": hosts}
        rows = urls.grouped(kind, by=["url_original", "source"], where=where)
        for row in rows.to_pylist():
            for match in wanted.matches(row["url_original"]):
                found.setdefault((kind, match.indicator, match.value), []).append((match, _seen(kind, row)))
    return [_sighting(kind, pairs) for (kind, _, _), pairs in found.items()]


class _UrlPatterns:
    """Patterns of type `url`, made ready to be compared with many URLs."""

    def __init__(self, patterns: pa.Table) -> None:
        self._by_host: dict[str, list[_Wanted]] = {}
        self._parts: list[_Wanted] = []
        self._expressions: list[_Wanted] = []
        for row in patterns.to_pylist():
            mode = MatchMode(row["mode"])
            one = _Wanted(row["indicator"], mode, row["pattern"], _CLAUSES[mode])
            if mode is MatchMode.CONTAINS:
                self._parts.append(one)
            elif mode is MatchMode.REGEX:
                self._expressions.append(one)
            elif (host := url.host_of(one.pattern)) is not None:
                self._by_host.setdefault(_host(host), []).append(one)
        self._automaton = ahocorasick_rs.AhoCorasick([one.pattern for one in self._parts])

    @property
    def hosts(self) -> list[str]:
        """The hosts of prefixes and whole URLs."""
        return list(self._by_host)

    @property
    def is_anywhere(self) -> bool:
        """Whether any pattern could agree with a URL of any host."""
        return bool(self._parts or self._expressions)

    def matches(self, original: object) -> list[Match]:
        """The agreements of a record's URL, or URLs, each value once for an indicator."""
        found: dict[tuple[str, str], Match] = {}
        for text in original if isinstance(original, list) else [original]:
            if isinstance(text, str) and text:
                for one, value in self._agreeing(text):
                    found.setdefault((one.indicator, value), _match(one, value))
        return list(found.values())

    def _agreeing(self, text: str) -> Iterator[tuple[_Wanted, str]]:
        try:
            value = url.normal(text)
        except InvalidValue:
            return
        host = url.host_of(text)
        for one in self._by_host.get(_host(host), ()) if host else ():
            if value == one.pattern or (one.mode is MatchMode.URL_PREFIX and url.is_prefix(one.pattern, text)):
                yield one, value
        if self._parts:
            for at in {hit[0] for hit in self._automaton.find_matches_as_indexes(fold(value), overlapping=True)}:
                yield self._parts[at], value
        for one in self._expressions:
            if pc.match_substring_regex(pa.scalar(value), one.pattern).as_py():
                yield one, value


_CLAUSES = {
    MatchMode.EQUAL: EQUAL,
    MatchMode.URL_PREFIX: _BEGINS,
    MatchMode.CONTAINS: _CONTAINS,
    MatchMode.REGEX: _AGREES,
    MatchMode.BELOW: EQUAL,
    MatchMode.CIDR: EQUAL,
}


def _host(text: str) -> str:
    try:
        return host_or_address(text)[1]
    except InvalidValue:
        return text


def _observed_hosts(hosts: Sequence[str], urls: Urls) -> list[str]:
    """Those hosts that stand in the dictionary at all."""
    ids = [value_id(_type_of(host), host) for host in hosts]
    return list(dict.fromkeys(urls.equal(pa.array(ids, pa.int64())).column("value").to_pylist()))


def _type_of(host: str) -> ObservableType:
    return ObservableType.ADDRESS if is_address(host) else ObservableType.DOMAIN


def _match(one: _Wanted, value: str) -> Match:
    return Match(
        indicator=one.indicator,
        mode=one.mode,
        pattern=one.pattern,
        type=ObservableType.URL,
        value=value,
        value_id=value_id(ObservableType.URL, value),
        clause=one.clause.format(value=value, pattern=one.pattern),
    )


def _seen(kind: str, row: Mapping[str, Any]) -> Seen:
    return Seen(
        evidence=row["source"],
        kind=kind,
        field="url_original",
        first=row["first"],
        last=row["last"],
        count=row["count"],
    )


def _sighting(kind: str, pairs: Sequence[tuple[Match, Seen]]) -> Sighting:
    agreed = pairs[0][0]
    by_evidence: dict[int, list[Seen]] = {}
    for _, seen in pairs:
        by_evidence.setdefault(seen.evidence, []).append(seen)
    return Sighting(
        indicator=agreed.indicator,
        match=agreed,
        kind=kind,
        field="url_original",
        role=KINDS[kind].field("url_original").role or Role.MENTION,
        seen=tuple(_together(some) for some in by_evidence.values()),
    )


def _together(some: Sequence[Seen]) -> Seen:
    one = some[0]
    return Seen(
        evidence=one.evidence,
        kind=one.kind,
        field=one.field,
        first=min((seen.first for seen in some if seen.first), default=None),
        last=max((seen.last for seen in some if seen.last), default=None),
        count=sum(seen.count for seen in some),
    )
