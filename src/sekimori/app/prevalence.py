"""`prevalence`: who has to do with a value; first, last, how often, how many hosts and users, per day."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from sekimori.app.hunting import Hunted, hunt_once
from sekimori.app.locating import records_of
from sekimori.desk.affected import machine_key
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation, Profile
from sekimori.model.role import Role
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values import address, url
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType

__all__ = ["Prevalence", "patterns_for", "prevalence"]

_LIKE_AN_ADDRESS = re.compile(r"[0-9.]+(?:/[0-9]+)?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]+)?")

HOSTS = {"network": "source_ip", "event": "host_name", "work": "host_name"}
"""Which column says, for a kind of record, what machine had to do with a value."""

USERS = {"network": "source_user_name", "event": "user_name", "message": "email_to_address", "work": "user_name"}
"""Which column says who."""


@dataclass(slots=True, kw_only=True)
class Prevalence:
    """How common a value is. `values` counts records by observed value (of a domain, also those below it).

    `hunted` holds what the value was taken for, and the answer in each area, for where it was not seen.
    """

    text: str
    hunted: Hunted
    count: int = 0
    mentions: int = 0
    first: datetime | None = None
    last: datetime | None = None
    hosts: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)
    undated: int = 0
    """Records that have no time, and so no day."""


def patterns_for(text: str, type_: ObservableType | None = None) -> list[Indicator]:
    """Everything that somebody can mean who types a value: of a domain all below it, of a URL all that begins with it.

    Raises `InvalidValue` where the text has no normal form of `type_`, or looks like an address and is none.
    """
    if type_ is not None:
        return [_pattern(text, type_)]
    if _LIKE_AN_ADDRESS.fullmatch(text):
        if "/" in text:
            return [Indicator(type=ObservableType.ADDRESS, mode=MatchMode.CIDR, pattern=address.network(text))]
        return [_pattern(text, ObservableType.ADDRESS)]
    if "://" in text:
        return [_pattern(text, ObservableType.URL)]
    found = []
    for one in ObservableType:
        if one is ObservableType.URL or (one is ObservableType.DOMAIN and "." not in text):
            continue
        try:
            found.append(_pattern(text, one))
        except InvalidValue:
            continue
    if not found:
        return [_pattern(text, ObservableType.FILE_NAME)]
    return found


def _pattern(text: str, type_: ObservableType) -> Indicator:
    mode = {ObservableType.DOMAIN: MatchMode.BELOW, ObservableType.URL: MatchMode.URL_PREFIX}.get(type_)
    pattern = url.normal(text) if type_ is ObservableType.URL else normal(type_, text)
    return Indicator(type=type_, mode=mode or MatchMode.EQUAL, pattern=pattern)


def prevalence(
    workspace: Workspace, organisation: Organisation, text: str, type_: ObservableType | None = None
) -> Prevalence:
    """How common a value is in all evidence. Raises `InvalidValue`."""
    hunted = hunt_once(workspace, organisation, patterns_for(text, type_))
    found = Prevalence(text=text, hunted=hunted)
    with Reading(workspace, organisation) as reading:
        for sighting in hunted.sightings:
            if sighting.role is Role.MENTION:
                found.mentions += sighting.count
                continue
            found.count += sighting.count
            found.values[sighting.match.value] = found.values.get(sighting.match.value, 0) + sighting.count
            _count_people(reading, sighting, organisation.profile, found)
        times = [time for one in hunted.sightings for time in (one.first, one.last) if time]
        found.first, found.last = min(times, default=None), max(times, default=None)
        _count_days(reading, hunted.sightings, found)
    return found


def _count_people(reading: Reading, sighting: Sighting, profile: Profile, found: Prevalence) -> None:
    """Machines by the name that the profile knows, users without their domain: each is one, however logged."""
    host, user = HOSTS.get(sighting.kind), USERS.get(sighting.kind)
    columns = [name for name in (host, user) if name]
    if not columns:
        return
    for row in records_of(reading, sighting, columns).to_pylist():
        for value in _values(row.get(host) if host else None):
            machine = machine_key(value, profile)
            found.hosts[machine] = found.hosts.get(machine, 0) + 1
        for value in _values(row.get(user) if user else None):
            name = _user(value)
            found.users[name] = found.users.get(name, 0) + 1


def _user(text: str) -> str:
    try:
        return normal(ObservableType.USER, text)
    except InvalidValue:
        return text


def _values(value: object) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def _count_days(reading: Reading, seen: Sequence[Sighting], found: Prevalence) -> None:
    fields = {(one.match.value_id, one.kind, one.field) for one in seen if one.role is not Role.MENTION}
    ids = pa.array(sorted({id_ for id_, _, _ in fields}), pa.int64())
    for row in reading.days(ids, sorted({kind for _, kind, _ in fields})).to_pylist():
        if (row["id"], row["kind"], row["field"]) not in fields:
            continue
        if row["day"] is None:
            found.undated += row["count"]
        else:
            found.days[row["day"]] = found.days.get(row["day"], 0) + row["count"]
