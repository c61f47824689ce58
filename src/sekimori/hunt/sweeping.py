"""Records as readers give them, against patterns: no store, no dictionary on disk, but the same agreements.

Each column of observables is taken by its distinct texts; a text not met before is brought to its normal form and
compared once. A batch in which no text agrees costs nothing more.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.extract.scan import scan
from sekimori.hunt.compiled import Compiled, Value
from sekimori.hunt.tally import MOST_PLACES, Swept, TextPlace
from sekimori.hunt.urls import UrlPatterns
from sekimori.model.match import Match
from sekimori.model.place import Place
from sekimori.model.role import Role
from sekimori.model.schema import Field, Kind, typed
from sekimori.store.vocabulary import ORDINARY, Ids
from sekimori.values.errors import InvalidValue
from sekimori.values.types import ObservableType

__all__ = ["QUERY", "Sweeper"]

QUERY = "url_query"
"""The field of what merely stands in the query string of a URL."""

_URL = "url_original"
_TEXTS = 2_000_000
"""Texts that are remembered for a type before it begins anew."""
_WHO = {"users": ("source_user_name", "user_name"), "hosts": ("source_domain", "host_name", "source_ip")}

Where = Callable[[Place], Place]
"""From a place in what was read to the place in the file."""


class Sweeper:
    """Patterns, and the texts that were compared with them."""

    def __init__(self, patterns: pa.Table, *, mentions: bool = False) -> None:
        self._compiled = Compiled(patterns)
        is_url = pc.equal(patterns.column("type"), ObservableType.URL.value)
        self._urls = UrlPatterns(patterns.filter(is_url))
        self._url_hosts = frozenset(self._urls.hosts)
        self._mentions = mentions
        self._types = self._compiled.types
        self._texts: dict[str, dict[str, int]] = {}
        self._entries: list[tuple[tuple[Match, ...], bool]] = [((), False)]

    def columns(self, kind: Kind) -> frozenset[str] | None:
        """The columns of a kind in which anything could agree; None where that needs all of a record."""
        if self._urls.is_anywhere or self._mentions:
            return None
        wanted = {field.name for field in kind.observable_fields if field.holds & self._types}
        return frozenset(wanted | ({"url_domain"} if self._url_hosts else set()))

    def may_agree(self, kind: Kind, batch: pa.RecordBatch) -> Ids:
        """The rows of which some text agrees, or is the host of a URL that may."""
        rows: list[Ids] = [np.zeros(0, np.int64)]
        for field in self._fields(kind):
            codes, at = self._codes(field, batch.column(field.name))
            rows.append(at[codes > 0])
        return np.unique(np.concatenate(rows))

    def sweep(self, kind: Kind, batch: pa.RecordBatch, path: str, where: Where = lambda place: place) -> list[Swept]:
        """What agrees in records of a file; `where` turns their places into places of the file."""
        found: list[Swept] = []
        url_rows: list[Ids] = []
        for field in self._fields(kind):
            codes, at = self._codes(field, batch.column(field.name))
            for code in np.unique(codes[codes > 0]).tolist():
                matches, is_host = self._entries[code]
                rows = at[codes == code]
                found += [
                    self._swept(one, kind, field.name, field.role, batch.take(pa.array(rows)), path, where)
                    for one in matches
                ]
                if is_host and field.name == "url_domain":
                    url_rows.append(rows)
        found += self._in_urls(kind, batch, url_rows, path, where)
        if self._mentions and _has(kind, _URL):
            found += self._in_queries(kind, batch, path, where)
        return _merged(found)

    def _fields(self, kind: Kind) -> Iterator[Field]:
        for field in kind.observable_fields:
            if field.holds & self._types or (field.name == "url_domain" and self._url_hosts):
                yield field

    def _codes(self, field: Field, column: pa.Array) -> tuple[Ids, Ids]:
        """The codes of the texts of a column, and in which row each stands: the same code once for a row."""
        if column.null_count == len(column):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        parents = None
        if pa.types.is_list(column.type):
            parents = pc.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64)
            column = pc.list_flatten(column)
        encoded = column.dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        known = self._known(str(field.observable), distinct)
        of: Ids = np.fromiter(map(known.__getitem__, distinct), np.int64, len(distinct))
        if not of.any():
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        codes: Ids = np.append(of, 0)[encoded.indices.fill_null(len(distinct)).to_numpy()]
        at: Ids = np.flatnonzero(codes)
        codes = codes[at]
        if parents is not None:
            pairs = np.unique(np.stack([codes, parents[at]]), axis=1)
            codes, at = pairs[0], pairs[1]
        return codes, at

    def _known(self, observable: str, distinct: Sequence[str]) -> dict[str, int]:
        """The code of each text: 0 where nothing agrees."""
        known = self._texts.setdefault(observable, {})
        if len(known) > _TEXTS:
            known = self._texts[observable] = {}
        new = [text for text in distinct if text not in known]
        if new:
            known.update(dict.fromkeys(new, 0))
            values = self._candidates(observable, new)
            agreeing = self._compiled.agreeing(list(dict.fromkeys(values.values()))) if values else {}
            codes: dict[Value, int] = {}
            for text, value in values.items():
                if value in agreeing or value[1] in self._url_hosts:
                    known[text] = codes.get(value) or codes.setdefault(value, self._entry(value, agreeing))
        return known

    def _candidates(self, observable: str, texts: Sequence[str]) -> dict[str, Value]:
        """The values of those texts that may agree."""
        found: dict[str, Value] = {}
        left = list(texts)
        for type_, ordinary in ORDINARY.get(observable, ()):
            taken = ordinary(left)
            if len(taken) == len(left):
                left = []
            else:
                known = set(taken)
                left = [text for text in left if text not in known]
            found.update((text, (type_, text)) for text in self._compiled.may_agree(type_, taken))
            if self._url_hosts:
                found.update((text, (type_, text)) for text in self._url_hosts.intersection(taken))
        return found | _values(observable, left)

    def _entry(self, value: Value, agreeing: Mapping[Value, Sequence[Match]]) -> int:
        self._entries.append((tuple(agreeing.get(value, ())), value[1] in self._url_hosts))
        return len(self._entries) - 1

    def _in_urls(
        self, kind: Kind, batch: pa.RecordBatch, rows: Sequence[Ids], path: str, where: Where
    ) -> Iterator[Swept]:
        if not _has(kind, _URL):
            return
        if self._urls.is_anywhere:
            at: Ids = np.arange(len(batch))
        else:
            at = np.unique(np.concatenate([np.zeros(0, np.int64), *rows]))
        if not len(at):
            return
        texts = [_listed(text) for text in batch.column(_URL).take(pa.array(at)).to_pylist()]
        agreeing = self._urls.agreeing({text for several in texts for text in several})
        by_value: dict[tuple[str, str], tuple[Match, list[int]]] = {}
        for row, several in zip(at.tolist(), texts, strict=True):
            for one in {(m.indicator, m.value): m for text in several for m in agreeing.get(text, ())}.values():
                by_value.setdefault((one.indicator, one.value), (one, []))[1].append(row)
        role = kind.field(_URL).role
        for one, several_rows in by_value.values():
            yield self._swept(one, kind, _URL, role, batch.take(pa.array(several_rows)), path, where)

    def _in_queries(self, kind: Kind, batch: pa.RecordBatch, path: str, where: Where) -> Iterator[Swept]:
        """Mere mentions: URLs, names and addresses in the query strings of URLs."""
        by_value: dict[tuple[str, Value], tuple[Match, set[int]]] = {}
        texts = [_listed(text) for text in batch.column(_URL).to_pylist()]
        queries = {text for several in texts for text in several if "?" in text}
        found = {text: list(_in_query(text)) for text in queries}
        agreeing = self._compiled.agreeing([value for several in found.values() for value in several])
        for row, several in enumerate(texts if agreeing else ()):
            for value in {value for text in several for value in found.get(text, ())}:
                for one in agreeing.get(value, ()):
                    by_value.setdefault((one.indicator, value), (one, set()))[1].add(row)
        for one, rows in by_value.values():
            yield self._swept(one, kind, QUERY, Role.MENTION, batch.take(pa.array(sorted(rows))), path, where)

    def _swept(
        self, one: Match, kind: Kind, field: str, role: Role | None, rows: pa.RecordBatch, path: str, where: Where
    ) -> Swept:
        times = rows.column("timestamp")
        bounds = pc.min_max(times)
        head = rows.slice(0, MOST_PLACES)
        return Swept(
            match=one,
            kind=kind.name,
            field=field,
            role=role or Role.MENTION,
            count=len(rows),
            first=bounds["min"].as_py(),
            last=bounds["max"].as_py(),
            files=Counter({path: len(rows)}),
            users=_who(rows, "users"),
            hosts=_who(rows, "hosts"),
            places=[
                TextPlace(path=path, place=where(Place(offset=offset, length=length, line=line)), time=time)
                for offset, length, line, time in zip(
                    *(head.column(name).to_pylist() for name in ("offset", "length", "line", "timestamp")), strict=True
                )
            ],
        )


def _values(observable: str, texts: Sequence[str]) -> dict[str, Value]:
    """The value of each text that is one, as the store's vocabulary has it."""
    found: dict[str, Value] = {}
    left = list(texts)
    for type_, ordinary in ORDINARY.get(observable, ()):
        taken = ordinary(left)
        found.update((text, (type_, text)) for text in taken)
        left = [text for text in left if text not in found]
    for text in left:
        try:
            found[text] = typed(observable, text)
        except InvalidValue:
            continue
    return found


def _merged(found: Iterable[Swept]) -> list[Swept]:
    """One for each indicator, value and field: different texts may be one value."""
    by_key: dict[tuple[str, str, str], Swept] = {}
    for one in found:
        key = (one.match.indicator, one.match.value, one.field)
        if known := by_key.get(key):
            known.take(one)
        else:
            by_key[key] = one
    return list(by_key.values())


def _in_query(text: str) -> Iterator[Value]:
    _, _, query = text.partition("?")
    found = scan(unquote_plus(query))
    yield from ((ObservableType.DOMAIN, one.value) for one in found.domains)
    yield from ((ObservableType.ADDRESS, one.value) for one in found.addresses)
    yield from ((ObservableType.MAIL_ADDRESS, one.value) for one in found.mail_addresses)
    for one in found.urls:
        yield from _values("host_or_address", [host] if (host := _host_of(one.value)) else []).values()


def _host_of(value: str) -> str:
    return value.partition("://")[2].partition("/")[0].rpartition("@")[2]


def _who(rows: pa.RecordBatch, what: str) -> Counter[str]:
    for name in _WHO[what]:
        if name in rows.schema.names:
            column = rows.column(name)
            if column.null_count < len(column):
                texts = pc.list_flatten(column) if pa.types.is_list(column.type) else column
                return Counter(text for text in texts.to_pylist() if text)
    return Counter()


def _has(kind: Kind, name: str) -> bool:
    return any(field.name == name for field in kind.fields)


def _listed(held: Any) -> list[str]:
    return [text for text in (held if isinstance(held, list) else [held]) if text]
