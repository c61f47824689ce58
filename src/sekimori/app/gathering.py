"""The records behind the sightings of a case: who, which machine, when, and where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from sekimori.app.locating import raw_source, records_of
from sekimori.desk.affected import MachineSeen, MailSeen, machine_key
from sekimori.desk.excerpts import around, of_header
from sekimori.desk.timeline import Point
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place
from sekimori.model.report import Involvement, Lane, Origin
from sekimori.model.role import Role
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["Gathered", "gather", "origin_of"]

ORIGINS = 3
"""Places that a report names for each sighting; `show` gives all."""

EXCERPT_BYTES = 65536
"""So much of a record is looked at for what agreed."""

_PLACE = ("source", "offset", "length", "line", "timestamp")
_RECIPIENTS = ("email_to_address", "email_cc_address", "email_delivered_to")
_MESSAGE = (*_PLACE, "email_message_id", "email_from_address", "email_subject", *_RECIPIENTS)


@dataclass(slots=True)
class Gathered:
    """What stands behind the sightings: mails, machines, points in time; hosts, users and origins by sighting."""

    mails: list[MailSeen] = field(default_factory=list)
    machines: list[MachineSeen] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    users: dict[str, tuple[str, ...]] = field(default_factory=dict)
    origins: dict[str, tuple[Origin, ...]] = field(default_factory=dict)


def gather(
    workspace: Workspace, organisation: Organisation, reading: Reading, sightings: Iterable[Sighting]
) -> Gathered:
    """Everything behind the sightings; of mere mentions only where they stand."""
    gathering = _Gathering(workspace, organisation, reading)
    for sighting in sightings:
        gathering.take(sighting)
    return gathering.found


def origin_of(
    catalogue: Catalogue, evidence: int, place: Place, kind: str, *, field: str = "", value: str = ""
) -> Origin:
    """An origin with an excerpt of its raw source around a value; of an attachment none, of a mail only of its header.

    A report is a file like any other: what an antivirus looks for must not stand in it.
    """
    found = catalogue.evidence([evidence]).get(evidence)
    if found is None:
        return Origin(evidence="", sha256="", place=place)
    excerpt = ""
    if kind != "attachment":
        text, _ = raw_source(catalogue, found, place, EXCERPT_BYTES)
        excerpt = of_header(text, field, value) if kind == "message" else around(text, value)
    path = found.places[0] if found.places else found.name
    return Origin(evidence=path, sha256=found.sha256, place=place, excerpt=excerpt)


class _Gathering:
    def __init__(self, workspace: Workspace, organisation: Organisation, reading: Reading) -> None:
        self._catalogue = Catalogue(workspace, organisation)
        self._profile = organisation.profile
        self._reading = reading
        self.found = Gathered()

    def take(self, sighting: Sighting) -> None:
        """Gather what is behind one sighting."""
        rows = records_of(self._reading, sighting, _PLACE, ORIGINS).to_pylist()
        self.found.origins[sighting.identity] = tuple(
            origin_of(
                self._catalogue,
                row["source"],
                _place(row),
                sighting.kind,
                field=sighting.field,
                value=sighting.match.value,
            )
            for row in rows
        )
        if sighting.role is Role.MENTION:
            return
        if sighting.kind in ("message", "attachment"):
            self._take_mails(sighting)
        elif sighting.kind == "network":
            self._take_traffic(sighting)
        elif sighting.kind == "event":
            self._take_events(sighting)

    def _take_mails(self, sighting: Sighting) -> None:
        if sighting.kind == "message":
            table = records_of(self._reading, sighting, _MESSAGE)
        else:
            sources = [seen.evidence for seen in sighting.seen]
            table = self._carriers(sources)
        is_answer = sighting.role is Role.RECIPIENT
        people: dict[str, None] = {}
        for row in table.to_pylist():
            recipients = [one for name in _RECIPIENTS for one in row[name] or ()]
            sender = row["email_from_address"] or ""
            self.found.mails.append(
                MailSeen(time=row["timestamp"], sender=sender, recipients=recipients, is_answer=is_answer)
            )
            people |= dict.fromkeys([sender] if is_answer else recipients)
            label = row["email_subject"] or ""
            self._point(row["timestamp"], Lane.MAIL, label, sighting, key=(row["email_message_id"] or row["source"]))
        self.found.users[sighting.identity] = tuple(people)

    def _carriers(self, sources: Sequence[int]) -> pa.Table:
        """The mails that carried attachments; files opened with a password are evidence beside their mail."""
        table = self._reading.records("message", columns=_MESSAGE, where={"source": sources})
        apart = sorted(set(sources) - set(table.column("source").to_pylist()))
        if not apart:
            return table
        rows = self._reading.records("attachment", columns=["email_message_id"], where={"source": apart})
        ids = sorted({name for name in rows.column("email_message_id").to_pylist() if name})
        known = set(table.column("email_message_id").to_pylist())
        others = self._reading.records(
            "message", columns=_MESSAGE, where={"email_message_id": [name for name in ids if name not in known]}
        )
        return pa.concat_tables([table, others])

    def _take_traffic(self, sighting: Sighting) -> None:
        by = ["source_ip", "source_user_name"]
        hosts, users = self._machines(sighting, by, Involvement.CONTACTED)
        self.found.hosts[sighting.identity], self.found.users[sighting.identity] = hosts, users
        for row in self._days(sighting, "source_ip"):
            machine = machine_key(row["source_ip"] or "", self._profile)
            label = f"{machine} → {sighting.match.value}"
            self._point(row["first"], Lane.NETWORK, label, sighting, count=row["count"])

    def _take_events(self, sighting: Sighting) -> None:
        by = ["host_name", "user_name"]
        hosts, users = self._machines(sighting, by, Involvement.TRACE)
        self.found.hosts[sighting.identity], self.found.users[sighting.identity] = hosts, users
        for row in self._days(sighting, "host_name"):
            machine = machine_key(row["host_name"] or "", self._profile)
            label = f"{machine}: {sighting.match.value}"
            self._point(row["first"], Lane.ENDPOINT, label, sighting, count=row["count"])

    def _machines(
        self, sighting: Sighting, by: Sequence[str], what: Involvement
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        machine, user = by
        hosts: dict[str, None] = {}
        users: dict[str, None] = {}
        for row in self._grouped(sighting, by):
            if row[machine]:
                seen = MachineSeen(
                    machine=row[machine],
                    user=row[user] or "",
                    what=what,
                    first=row["first"],
                    last=row["last"],
                    count=row["count"],
                )
                self.found.machines.append(seen)
                hosts[machine_key(row[machine], self._profile)] = None
            if row[user]:
                users[row[user]] = None
        return tuple(hosts), tuple(users)

    def _grouped(self, sighting: Sighting, by: Sequence[str]) -> list[dict[str, Any]]:
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in records_of(self._reading, sighting, [*by, "timestamp"]).to_pylist():
            key = tuple(row[name] for name in by)
            time = row["timestamp"]
            one = rows.setdefault(key, {**row, "first": time, "last": time, "count": 0})
            one["count"] += 1
            one["first"] = min((t for t in (one["first"], time) if t), default=None)
            one["last"] = max((t for t in (one["last"], time) if t), default=None)
        return list(rows.values())

    def _days(self, sighting: Sighting, machine: str) -> list[dict[str, Any]]:
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in records_of(self._reading, sighting, [machine, "timestamp"]).to_pylist():
            if row["timestamp"] is not None:
                key = (row[machine], row["timestamp"].date())
                one = rows.setdefault(key, {machine: row[machine], "first": row["timestamp"], "count": 0})
                one["count"] += 1
        return list(rows.values())

    def _point(
        self,
        time: datetime | None,
        lane: Lane,
        label: str,
        sighting: Sighting,
        *,
        count: int = 1,
        key: object = None,
    ) -> None:
        if time is not None:
            where = key if key is not None else (lane, label, time)
            self.found.points.append(
                Point(time=time, lane=lane, label=label, count=count, sighting=sighting.identity, key=where)
            )


def _place(row: dict[str, Any]) -> Place:
    return Place(offset=row["offset"], length=row["length"], line=row["line"])
