"""Sightings in the desk database, and the watermark that goes with them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.model.role import Role
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.errors import NoSuchThing
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType

__all__ = ["Sightings"]


class Sightings:
    """The sightings of one organisation."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace = workspace
        self._organisation = organisation.id

    def keep(self, sightings: Iterable[Sighting], *, segments: Collection[int], hunted_to: int, by: str) -> int:
        """Keep what a hunt of all indicators up to `hunted_to` found in some segments, and move their watermark.

        One transaction: a hunt that dies is repeated, and the same sighting twice is one. The watermarks move together
        or not at all: where a segment was written anew meanwhile, the hunt is repeated another time. Returns how many
        sightings are new.
        """
        with self._workspace.writing() as connection:
            known = self._evidence(connection)
            new = sum(self._insert(connection, one, known) for one in sightings)
            table = tables.segment
            own = (table.c.organisation == self._organisation) & table.c.superseded.is_(None)
            if set(segments) <= set(connection.execute(select(table.c.id).where(own)).scalars()):
                for some in _portions(list(segments)):
                    where = own & table.c.id.in_(some) & (table.c.hunted_to < hunted_to)
                    connection.execute(update(table).where(where).values(hunted_to=hunted_to))
            detail = {"new": new, "segments": len(segments), "hunted_to": hunted_to}
            organisation = self._organisation
            record(connection, by=by, organisation=organisation, action="hunt", subject="", detail=detail)
        return new

    def of(self, indicators: Sequence[str] | None = None) -> list[Sighting]:
        """Sightings of some indicators, or all."""
        if indicators is None:
            return self._select(None)
        column = tables.sighting.c.indicator
        return [found for some in _portions(indicators) for found in self._select(column.in_(some))]

    def named(self, identity: str) -> Sighting:
        """The sighting of an identity; raises `NoSuchThing`."""
        found = self._select(tables.sighting.c.id == identity)
        if not found:
            raise NoSuchThing(N_("sighting"), identity)
        return found[0]

    def _select(self, where: Any) -> list[Sighting]:
        one, seen = tables.sighting, tables.sighting_seen
        query = (
            select(one, seen.c.evidence, seen.c.first, seen.c.last, seen.c.count)
            .join(seen, (seen.c.sighting == one.c.id) & (seen.c.organisation == one.c.organisation))
            .where(one.c.organisation == self._organisation)
            .order_by(one.c.id, seen.c.evidence)
        )
        with self._workspace.reading() as connection:
            rows = connection.execute(query if where is None else query.where(where)).fetchall()
        grouped: dict[str, list[Any]] = {}
        for row in rows:
            grouped.setdefault(row.id, []).append(row)
        return [_sighting(some) for some in grouped.values()]

    def _evidence(self, connection: Connection) -> set[int]:
        table = tables.evidence
        where = (table.c.organisation == self._organisation) & table.c.batch.is_(None)
        return set(connection.execute(select(table.c.id).where(where)).scalars())

    def _insert(self, connection: Connection, one: Sighting, evidence: Collection[int]) -> int:
        rows = [
            {
                "organisation": self._organisation,
                "sighting": one.identity,
                "evidence": seen.evidence,
                "first": seen.first,
                "last": seen.last,
                "count": seen.count,
            }
            for seen in one.seen
            if seen.evidence in evidence  # what was purged meanwhile is not seen any more
        ]
        if not rows:
            return 0
        match = one.match
        values = {
            "organisation": self._organisation,
            "id": one.identity,
            "indicator": one.indicator,
            "mode": match.mode.value,
            "pattern": match.pattern,
            "type": match.type.value,
            "value": match.value,
            "value_id": match.value_id,
            "clause": match.clause,
            "kind": one.kind,
            "field": one.field,
        }
        result = connection.execute(upsert(tables.sighting).values(**values).on_conflict_do_nothing())
        seen_table = tables.sighting_seen
        own = (seen_table.c.organisation == self._organisation) & (seen_table.c.sighting == one.identity)
        for some in _portions([row["evidence"] for row in rows]):
            connection.execute(delete(seen_table).where(own, seen_table.c.evidence.in_(some)))
        connection.execute(seen_table.insert(), rows)
        return result.rowcount


def _portions(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The database takes only so many values at once."""
    for begin in range(0, len(ids), 500):
        yield ids[begin : begin + 500]


def _sighting(rows: Sequence[Any]) -> Sighting:
    row = rows[0]
    match = Match(
        indicator=row.indicator,
        mode=MatchMode(row.mode),
        pattern=row.pattern,
        type=ObservableType(row.type),
        value=row.value,
        value_id=row.value_id,
        clause=row.clause,
    )
    seen = tuple(
        Seen(evidence=one.evidence, kind=row.kind, field=row.field, first=one.first, last=one.last, count=one.count)
        for one in rows
    )
    role = KINDS[row.kind].field(row.field).role or Role.MENTION
    return Sighting(indicator=row.indicator, match=match, kind=row.kind, field=row.field, role=role, seen=seen)
