"""What a hunt should find, by going over every record in plain Python: no dictionary, no roll-up, no suffix table."""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Sighting
from sekimori.model.schema import typed
from sekimori.store.reading import Reading
from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold
from sekimori.values.types import ObservableType as T

Value = tuple[T, str]
Cell = tuple[str, str, int, Value]
"""Kind, field, evidence, value."""
Found = dict[tuple[str, str, str, str, int], int]
"""How many records, by indicator, value, kind, field and evidence."""

_CASE_KEPT = {T.MESSAGE_ID, T.USER_AGENT, T.MAILER}


def cells(reading: Reading) -> Counter[Cell]:
    """In how many records of each piece of evidence each value stands, by kind and field."""
    found: Counter[Cell] = Counter()
    for kind in KINDS.values():
        fields = [field for field in kind.fields if field.observable or field.name == "url_original"]
        if not fields:
            continue
        table = reading.records(kind.name, columns=["source", *(field.name for field in fields)], where={})
        sources = table.column("source").to_pylist()
        for field in fields:
            held = map(_texts, table.column(field.name).to_pylist())
            for (source, texts), count in Counter(zip(sources, held, strict=True)).items():
                for value in {value for text in texts if (value := _value(str(field.observable), text))}:
                    found[kind.name, field.name, source, value] += count
    return found


def _texts(held: object) -> tuple[str, ...]:
    return tuple(held) if isinstance(held, list) else (held,) if isinstance(held, str) else ()


@cache
def _value(observable: str, text: str) -> Value | None:
    try:
        return (T.URL, url.normal(text)) if observable == "None" else typed(observable, text)
    except InvalidValue:
        return None


class Oracle:
    """Indicators, each compared with each value by the logic of its mode."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self._same: dict[Value, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        self._prefixes: dict[str | None, list[tuple[str, str]]] = {}
        self._networks: list[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]] = []
        self._parts: dict[T, list[tuple[str, str]]] = {}
        self._expressions: dict[T, list[tuple[str, re.Pattern[str]]]] = {}
        for one in indicators:
            match one.mode:
                case MatchMode.EQUAL:
                    self._same.setdefault((one.type, one.pattern), []).append(one.identity)
                case MatchMode.BELOW:
                    self._below.setdefault(one.pattern, []).append(one.identity)
                case MatchMode.URL_PREFIX:
                    self._prefixes.setdefault(url.host_of(one.pattern), []).append((one.identity, one.pattern))
                case MatchMode.CIDR:
                    self._networks.append((one.identity, ipaddress.ip_network(one.pattern)))
                case MatchMode.CONTAINS:
                    self._parts.setdefault(one.type, []).append((one.identity, one.pattern))
                case MatchMode.REGEX:
                    # Values have no capitals, what people write has.
                    expression = re.compile(one.pattern, 0 if one.type in _CASE_KEPT else re.IGNORECASE)
                    self._expressions.setdefault(one.type, []).append((one.identity, expression))

    def found(self, counted: Counter[Cell]) -> Found:
        """Everything that agrees."""
        agreeing: dict[Value, list[str]] = {}
        found: Found = {}
        for (kind, field, source, value), count in counted.items():
            if value not in agreeing:
                agreeing[value] = list(self._agreeing(*value))
            for identity in agreeing[value]:
                found[identity, value[1], kind, field, source] = count
        return found

    def _agreeing(self, type_: T, value: str) -> Iterator[str]:
        yield from self._same.get((type_, value), ())
        if type_ is T.DOMAIN:
            labels = value.split(".")
            for at in range(len(labels)):
                yield from self._below.get(".".join(labels[at:]), ())
        if type_ is T.ADDRESS:
            address = ipaddress.ip_address(value)
            yield from (identity for identity, network in self._networks if address in network)
        if type_ is T.URL:
            prefixes = self._prefixes.get(url.host_of(value), ())
            yield from (identity for identity, prefix in prefixes if url.is_prefix(prefix, value))
        writings = {value, _read(type_, value)}
        folded = [fold(text) for text in writings]
        for identity, part in self._parts.get(type_, ()):
            if any(part in text for text in folded):
                yield identity
        for identity, pattern in self._expressions.get(type_, ()):
            if any(map(pattern.search, writings)):
                yield identity


def _read(type_: T, value: str) -> str:
    """What a person reads in place of a normal form."""
    if type_ is T.REGISTRY_KEY:
        hive, separator, rest = value.partition("\\")
        long = {"hklm": "hkey_local_machine", "hkcu": "hkey_current_user", "hku": "hkey_users"}
        return long.get(hive, hive) + separator + rest
    if type_ is T.URL:
        host = url.split(value).host
        scheme, _, rest = value.partition("://")
        return unquote(f"{scheme}://{rest.replace(host, _letters(host), 1)}")
    return _letters(value) if type_ in {T.DOMAIN, T.MAIL_ADDRESS} else value


def _letters(name: str) -> str:
    """A-labels as the letters that they stand for."""
    return re.sub(r"(?<![^.@])xn--([a-z0-9-]+)", lambda found: found[1].encode().decode("punycode"), name)


def told(sightings: Iterable[Sighting]) -> Found:
    """What a hunt found, in the oracle's words."""
    found: Found = {}
    for one in sightings:
        for seen in one.seen:
            key = (one.indicator, one.match.value, one.kind, one.field, seen.evidence)
            assert key not in found, "a sighting twice"
            found[key] = seen.count
    return found
