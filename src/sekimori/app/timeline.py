"""`timeline`: everything that the evidence tells of one machine or one person, in order of time.

What is asked for is taken with all that the profile knows of it: a machine by its name and its addresses, a person by
accounts, mail addresses and machines. A record is told once, however often it names them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sekimori.app.hunting import Hunted, hunt_once
from sekimori.app.locating import records_of
from sekimori.desk.affected import machine_key
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation, Profile
from sekimori.model.place import Place
from sekimori.model.role import Role
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType

__all__ = ["Moment", "Timeline", "timeline"]

_TYPES = (ObservableType.HOST, ObservableType.ADDRESS, ObservableType.USER, ObservableType.MAIL_ADDRESS)
_UNASKED = frozenset({Role.MENTION, Role.HOP, Role.CONTENT})
"""Roles in which a record says nothing of what the machine or person did."""

_TOLD: Mapping[str, Sequence[str]] = {
    "message": ("email_from_address", "email_to_address", "email_subject"),
    "network": (
        *("source_ip", "source_domain", "source_user_name", "event_action", "http_request_method", "url_original"),
        *("url_domain", "dns_question_name", "destination_ip", "destination_port", "http_response_status_code"),
    ),
    "event": (
        *("host_name", "event_code", "event_provider", "user_name", "logon_type", "source_ip", "source_domain"),
        *("destination_ip", "destination_domain", "process_executable", "process_command_line", "service_name"),
        *("task_name", "registry_key", "file_path"),
    ),
    "work": ("person", "user_name", "source_domain", "host_name", "work_text"),
}
"""The columns that say what happened, in the order in which they are read. Attachments are told by their mails."""

_ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One record: when, what kind and dataset, what it tells (column -> text), and its place in the evidence."""

    time: datetime | None
    kind: str
    dataset: str
    role: Role
    told: dict[str, str]
    evidence: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is known of a machine or person.

    `names` are the values that were taken for it; `is_cut` where there are more records than were asked for,
    `is_part` where a time was asked for; `hunted` has the answer of each area, for where nothing was seen.
    """

    text: str
    names: tuple[str, ...]
    moments: tuple[Moment, ...]
    is_cut: bool
    is_part: bool
    hunted: Hunted


def timeline(
    workspace: Workspace,
    organisation: Organisation,
    text: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
) -> Timeline:
    """The first records that tell of a machine or person, at most `limit`; those without a time come last.

    With `since` or `until` (both included) only records that have a time. Raises `InvalidValue` for what is no name.
    """
    indicators = _indicators(_names(text, organisation.profile))
    if not indicators:
        normal(ObservableType.HOST, text)  # raises, and says why
    between = (since or _ALWAYS[0], until or _ALWAYS[1]) if since or until else None
    hunted = hunt_once(workspace, organisation, indicators)
    found: dict[object, Moment] = {}
    with Reading(workspace, organisation) as reading:
        for sighting in _asked(hunted.sightings):
            for moment in _moments(reading, sighting, limit + 1, between):
                found.setdefault((moment.kind, moment.evidence, moment.place), moment)
    ordered = sorted(found.values(), key=_order)
    return Timeline(
        text=text,
        names=tuple(dict.fromkeys(one.pattern for one in indicators)),
        moments=tuple(ordered[:limit]),
        is_cut=len(ordered) > limit,
        is_part=between is not None,
        hunted=hunted,
    )


def _names(text: str, profile: Profile) -> list[str]:
    """All names of what is asked for, as the profile has them; the text itself first."""
    wanted = text.strip()
    names = [wanted]
    lower = wanted.lower()
    for person in profile.people:
        own = (person.name, *person.addresses, *person.accounts)
        if lower in {one.lower() for one in own}:
            names += [*person.addresses, *person.accounts, *person.hosts]
    keys = {machine_key(name, profile) for name in names}
    for address, host in profile.hosts.items():
        if machine_key(address, profile) in keys:
            names += [host, address]
    return list(dict.fromkeys(names))


def _indicators(names: Iterable[str]) -> list[Indicator]:
    found: dict[tuple[ObservableType, str], Indicator] = {}
    for name in names:
        for type_ in _TYPES:
            try:
                pattern = normal(type_, name)
            except InvalidValue:
                continue
            found.setdefault((type_, pattern), Indicator(type=type_, mode=MatchMode.EQUAL, pattern=pattern))
    return list(found.values())


def _asked(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    return (one for one in sightings if one.kind in _TOLD and one.role not in _UNASKED)


def _moments(
    reading: Reading, sighting: Sighting, limit: int, between: tuple[datetime, datetime] | None
) -> Iterator[Moment]:
    told = _TOLD[sighting.kind]
    columns = ["timestamp", "source", "offset", "length", "line", "event_dataset", *told]
    for row in records_of(reading, sighting, columns, limit, between).to_pylist():
        yield Moment(
            time=row["timestamp"],
            kind=sighting.kind,
            dataset=row["event_dataset"] or "",
            role=sighting.role,
            told=_filled(row, told),
            evidence=row["source"],
            place=Place(offset=row["offset"], length=row["length"], line=row["line"]),
        )


def _filled(row: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str]:
    texts = {name: _text(row[name]) for name in columns}
    if texts.get("url_domain") and texts["url_domain"] in texts.get("url_original", ""):
        del texts["url_domain"]
    return {name: text for name, text in texts.items() if text}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _order(moment: Moment) -> tuple[bool, datetime, str, int, int]:
    return moment.time is None, moment.time or _ALWAYS[1], moment.kind, moment.evidence, moment.place.offset
