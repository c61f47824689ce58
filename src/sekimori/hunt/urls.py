"""URL prefixes: by their host in the dictionary first, then the URLs of the records that name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.hunt.matching import EQUAL
from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.report import N_
from sekimori.model.schema import Role
from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.normal import host_or_address
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


_BEGINS = N_("{value} begins with {pattern}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    indicator: str
    pattern: str


def sight_urls(patterns: pa.Table, urls: Urls) -> list[Sighting]:
    """Sightings of the URL patterns (mode `url_prefix`, and `equal` of type `url`) in the records."""
    is_url = pc.equal(patterns.column("type"), ObservableType.URL.value)
    by_host = _by_host(patterns.filter(is_url))
    if not by_host:
        return []
    hosts = _observed_hosts(list(by_host), urls)
    found: dict[tuple[str, str, str], list[tuple[Match, Seen]]] = {}
    for kind in URL_KINDS:
        if not hosts:
            break
        rows = urls.grouped(kind, by=["url_original", "source"], where={"url_domain": hosts})
        for row in rows.to_pylist():
            for match, seen in _row_matches(kind, row, by_host):
                found.setdefault((kind, match.indicator, match.value), []).append((match, seen))
    return [_sighting(kind, pairs) for (kind, _, _), pairs in found.items()]


def _by_host(patterns: pa.Table) -> dict[str, list[tuple[MatchMode, _Wanted]]]:
    found: dict[str, list[tuple[MatchMode, _Wanted]]] = {}
    for row in patterns.to_pylist():
        host = url.host_of(row["pattern"])
        if host is not None:
            wanted = _Wanted(row["indicator"], row["pattern"])
            found.setdefault(_host(host), []).append((MatchMode(row["mode"]), wanted))
    return found


def _host(text: str) -> str:
    try:
        return host_or_address(text)[1]
    except InvalidValue:
        return text


def _observed_hosts(hosts: Sequence[str], urls: Urls) -> list[str]:
    """Those hosts that stand in the dictionary at all."""
    ids = [value_id(host_or_address(host)[0], host) for host in hosts]
    return list(dict.fromkeys(urls.equal(pa.array(ids, pa.int64())).column("value").to_pylist()))


def _row_matches(
    kind: str, row: dict[str, object], by_host: Mapping[str, list[tuple[MatchMode, _Wanted]]]
) -> list[tuple[Match, Seen]]:
    found: dict[tuple[str, str], tuple[Match, Seen]] = {}
    original = row["url_original"]
    texts = original if isinstance(original, list) else [original]
    for text in texts:
        host = url.host_of(str(text)) if text else None
        for mode, wanted in by_host.get(_host(host), ()) if host else ():
            match = _agreement(mode, wanted, str(text))
            if match:
                seen = Seen(
                    evidence=int(str(row["source"])),
                    kind=kind,
                    field="url_original",
                    first=row["first"],  # type: ignore[arg-type]
                    last=row["last"],  # type: ignore[arg-type]
                    count=int(str(row["count"])),
                )
                found.setdefault((match.indicator, match.value), (match, seen))
    return list(found.values())


def _agreement(mode: MatchMode, wanted: _Wanted, text: str) -> Match | None:
    try:
        value = url.normal(text)
        if mode is MatchMode.URL_PREFIX:
            agrees = url.is_prefix(wanted.pattern, text)
        else:
            agrees = mode is MatchMode.EQUAL and value == wanted.pattern
    except InvalidValue:
        return None
    if not agrees:
        return None
    clause = (_BEGINS if mode is MatchMode.URL_PREFIX else EQUAL).format(value=value, pattern=wanted.pattern)
    return Match(
        indicator=wanted.indicator,
        mode=mode,
        pattern=wanted.pattern,
        type=ObservableType.URL,
        value=value,
        value_id=value_id(ObservableType.URL, value),
        clause=clause,
    )


def _sighting(kind: str, pairs: Sequence[tuple[Match, Seen]]) -> Sighting:
    match = pairs[0][0]
    by_evidence: dict[int, list[Seen]] = {}
    for _, seen in pairs:
        by_evidence.setdefault(seen.evidence, []).append(seen)
    return Sighting(
        indicator=match.indicator,
        match=match,
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
