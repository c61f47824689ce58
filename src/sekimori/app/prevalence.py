"""`prevalence`: who has to do with a value; first, last, how often, how many hosts and users, per day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from sekimori.app.locating import records_of
from sekimori.hunt.sighting import hunt
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.model.schema import Role
from sekimori.store.indicators import patterns_of
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values import address, domain, hashes, mail_address, url
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType

__all__ = ["Prevalence", "pattern_for", "prevalence"]

HOSTS = {"network": "source_ip", "event": "host_name", "work": "host_name"}
"""Which column says, for a kind of record, what machine had to do with a value."""

USERS = {"network": "source_user_name", "event": "user_name", "message": "email_to_address", "work": "user_name"}
"""Which column says who."""


@dataclass(slots=True, kw_only=True)
class Prevalence:
    """How common a value is. `values` counts records by observed value (of a domain, also those below it)."""

    indicator: Indicator
    count: int = 0
    mentions: int = 0
    first: datetime | None = None
    last: datetime | None = None
    hosts: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)


def pattern_for(text: str, type_: ObservableType | None = None) -> Indicator:
    """What somebody means who types a value: a domain and all below it, a network, a URL prefix, else equality.

    Raises `InvalidValue` where it has no normal form of its type.
    """
    if type_ is not None:
        mode = {ObservableType.DOMAIN: MatchMode.BELOW, ObservableType.URL: MatchMode.URL_PREFIX}.get(type_)
        pattern = url.normal(text) if type_ is ObservableType.URL else normal(type_, text)
        return Indicator(type=type_, mode=mode or MatchMode.EQUAL, pattern=pattern)
    for kind, mode, normalise in (
        (ObservableType.ADDRESS, MatchMode.CIDR, address.network if "/" in text else _refuse),
        (ObservableType.ADDRESS, MatchMode.EQUAL, address.normal),
        (ObservableType.URL, MatchMode.URL_PREFIX, url.normal if "://" in text else _refuse),
        (ObservableType.HASH, MatchMode.EQUAL, hashes.normal),
        (ObservableType.MAIL_ADDRESS, MatchMode.EQUAL, mail_address.normal if "@" in text else _refuse),
        (ObservableType.DOMAIN, MatchMode.BELOW, domain.normal if "." in text else _refuse),
    ):
        try:
            return Indicator(type=kind, mode=mode, pattern=normalise(text))
        except InvalidValue:
            continue
    return Indicator(
        type=ObservableType.FILE_NAME, mode=MatchMode.EQUAL, pattern=normal(ObservableType.FILE_NAME, text)
    )


def prevalence(workspace: Workspace, organisation: Organisation, indicator: Indicator) -> Prevalence:
    """How common what `indicator` describes is in all evidence."""
    found = Prevalence(indicator=indicator)
    with Reading(workspace, organisation) as reading:
        seen = hunt(patterns_of([indicator]), reading)
        for sighting in seen:
            if sighting.role is Role.MENTION:
                found.mentions += sighting.count
                continue
            found.count += sighting.count
            found.values[sighting.match.value] = found.values.get(sighting.match.value, 0) + sighting.count
            _count_people(reading, sighting, found)
        times = [time for one in seen for time in (one.first, one.last) if time]
        found.first, found.last = min(times, default=None), max(times, default=None)
        _count_days(reading, seen, found)
    return found


def _refuse(text: str) -> str:
    raise InvalidValue("value", text, N_("it is of another type"))


def _count_people(reading: Reading, sighting: Sighting, found: Prevalence) -> None:
    host, user = HOSTS.get(sighting.kind), USERS.get(sighting.kind)
    columns = [name for name in (host, user) if name]
    if not columns:
        return
    for row in records_of(reading, sighting, columns).to_pylist():
        for column, counts in ((host, found.hosts), (user, found.users)):
            for value in _values(row.get(column) if column else None):
                counts[value] = counts.get(value, 0) + 1


def _values(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _count_days(reading: Reading, seen: list[Sighting], found: Prevalence) -> None:
    fields = {(one.match.value_id, one.kind, one.field) for one in seen if one.role is not Role.MENTION}
    ids = pa.array(sorted({id_ for id_, _, _ in fields}), pa.int64())
    for row in reading.days(ids, sorted({kind for _, kind, _ in fields})).to_pylist():
        if (row["id"], row["kind"], row["field"]) in fields and row["day"] is not None:
            found.days[row["day"]] = found.days.get(row["day"], 0) + row["count"]
