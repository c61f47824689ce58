"""URLs: by their host in the dictionary first, then the URLs of the records that name it.

Patterns that name no host (a part of a URL, an expression) cost a look at every URL there is.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ahocorasick_rs
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.hunt.expressions import Searched, folded
from sekimori.hunt.matching import EQUAL
from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.report import N_
from sekimori.model.role import Role
from sekimori.values import url
from sekimori.values.address import is_address
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.normal import host_or_address
from sekimori.values.types import ObservableType

__all__ = ["URL_KINDS", "Hidden", "UrlPatterns", "Urls", "hidden_urls", "sight_urls"]

URL_KINDS = ("network", "message", "event", "work")
"""The kinds whose records hold URLs (`url_original`, with their hosts in `url_domain`)."""


class Urls(Protocol):
    """The URLs of the evidence, as the store holds them."""

    def equal(self, ids: pa.Array) -> pa.Table:
        """Values of these ids: `nth`, `id`, `type`, `value`."""
        ...

    def grouped(self, kind: str, *, by: Sequence[str], where: Mapping[str, Sequence[object]]) -> pa.Table:
        """Records counted by some columns: those, `first`, `last`, `count`."""
        ...

    def pathless(self) -> tuple[int, int]:
        """How many records of the kind `network` show no path of a URL, and how many there are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Why a URL that was not seen may have been asked for; `wholly` where no record could have shown it."""

    reason: str
    wholly: bool


_COLUMNS = ("url_original", "source")
_AT_ONCE = 200_000
_BEGINS = N_("{value} begins with {pattern}")
_CONTAINS = N_("{value} contains {pattern}")
_AGREES = N_("{value} agrees with the expression {pattern}")
_HOST_ALONE = N_("its host was contacted {count} times in ways that show no path (encrypted)")
_PATHLESS = N_("{count} of {records} records show no path (encrypted connections, look-ups of names)")


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
    wanted = UrlPatterns(patterns.filter(pc.equal(patterns.column("type"), ObservableType.URL.value)))
    hosts = _observed_hosts(wanted.hosts, urls) if wanted.hosts else []
    if not hosts and not wanted.is_anywhere:
        return []
    found: dict[tuple[str, str, str], list[tuple[Match, Seen]]] = {}
    for kind in URL_KINDS:
        where = {} if wanted.is_anywhere else {"url_domain": hosts}
        for batch in urls.grouped(kind, by=_COLUMNS, where=where).to_batches(max_chunksize=_AT_ONCE):
            for match, row in _matches(wanted, batch.to_pylist()):
                found.setdefault((kind, match.indicator, match.value), []).append((match, _seen(kind, row)))
    return [_sighting(kind, pairs) for (kind, _, _), pairs in found.items()]


def _matches(wanted: "UrlPatterns", rows: list[dict[str, Any]]) -> Iterator[tuple[Match, dict[str, Any]]]:
    """The agreements of each record's URL, or URLs, each value once for an indicator."""
    agreeing = wanted.agreeing({text for row in rows for text in _texts(row)})
    for row in rows:
        found = {(one.indicator, one.value): one for text in _texts(row) for one in agreeing.get(text, ())}
        yield from ((one, row) for one in found.values())


def _texts(row: Mapping[str, Any]) -> list[str]:
    original = row["url_original"]
    return [text for text in (original if isinstance(original, list) else [original]) if text]


def hidden_urls(patterns: pa.Table, urls: Urls) -> dict[str, Hidden]:
    """By indicator, what the network's records do not show of its URL: tunnels, TLS and names have no path.

    Of a pattern that names its host, the contacts with that host; of one that could agree with a URL of any host, all
    records without a path.
    """
    wanted = UrlPatterns(patterns.filter(pc.equal(patterns.column("type"), ObservableType.URL.value)))
    found = {
        indicator: Hidden(reason=_HOST_ALONE.format(count=count), wholly=True)
        for indicator, count in _hidden_contacts(wanted, urls).items()
    }
    if wanted.is_anywhere:
        count, records = urls.pathless()
        if count:
            hidden = Hidden(reason=_PATHLESS.format(count=count, records=records), wholly=count == records)
            found |= dict.fromkeys(wanted.anywhere, hidden)
    return found


def _hidden_contacts(wanted: "UrlPatterns", urls: Urls) -> Counter[str]:
    found: Counter[str] = Counter()
    hosts = _observed_hosts(wanted.hosts, urls) if wanted.hosts else []
    if not hosts:
        return found
    rows = urls.grouped(
        "network", by=["url_domain", "url_original", "http_request_method"], where={"url_domain": hosts}
    )
    for row in rows.to_pylist():
        if row["http_request_method"] == "CONNECT" or "/" not in (row["url_original"] or ""):
            for indicator in wanted.of_host(row["url_domain"]):
                found[indicator] += row["count"]
    return found


class UrlPatterns:
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

    def of_host(self, host: str) -> list[str]:
        """The indicators of prefixes and whole URLs of a host."""
        return [one.indicator for one in self._by_host.get(host, ())]

    @property
    def is_anywhere(self) -> bool:
        """Whether any pattern could agree with a URL of any host."""
        return bool(self._parts or self._expressions)

    @property
    def anywhere(self) -> list[str]:
        """The indicators of the patterns that could."""
        return [one.indicator for one in (*self._parts, *self._expressions)]

    def agreeing(self, texts: Collection[str]) -> dict[str, list[Match]]:
        """The agreements of each of some URLs, as written; of those that have none, nothing."""
        values = {text: value for text in texts if (value := _normal(text))}
        found: dict[str, list[Match]] = {}
        for text, value in values.items():
            if agreed := [_match(one, value) for one in (*self._of_host(text, value), *self._with_part(value))]:
                found[text] = agreed
        if self._expressions:
            written = list(values)
            searched = Searched(ObservableType.URL, pa.array(values.values(), pa.string()))
            for one in self._expressions:
                for text in map(written.__getitem__, searched.agreeing(one.pattern)):
                    found.setdefault(text, []).append(_match(one, values[text]))
        return found

    def _of_host(self, text: str, value: str) -> Iterator[_Wanted]:
        host = url.host_of(text)
        for one in self._by_host.get(_host(host), ()) if host else ():
            if value == one.pattern or (one.mode is MatchMode.URL_PREFIX and url.is_prefix(one.pattern, text)):
                yield one

    def _with_part(self, value: str) -> Iterator[_Wanted]:
        if self._parts:
            hits = self._automaton.find_matches_as_indexes(folded(ObservableType.URL, value), overlapping=True)
            yield from (self._parts[at] for at in sorted({hit[0] for hit in hits}))


def _normal(text: str) -> str | None:
    try:
        return url.normal(text)
    except InvalidValue:
        return None


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
