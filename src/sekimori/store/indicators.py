"""Indicators in the desk database, and their derived tables for the hunt.

Every import that brings something new gets the next sequence number; its indicators carry it. A hunt asks for the
patterns above a number.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from sekimori.model.indicator import Indicator, Marking, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.errors import room_told
from sekimori.store.patterns import PATTERNS, Derived
from sekimori.store.texts import storable
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType

__all__ = ["PATTERNS", "Indicators", "patterns_of"]

_AT_ONCE = 20_000
_SAID = ("origin", "description", "confidence", "marking", "valid_from", "valid_until", "labels", "added")


def patterns_of(indicators: Iterable[Indicator], *, sequence: int = 0) -> pa.Table:
    """The pattern table of indicators that need not be in any workspace."""
    rows = [(one.identity, one.type.value, one.mode.value, one.pattern, sequence) for one in indicators]
    return _patterns(rows)


class Indicators:
    """The indicators of one organisation."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace = workspace
        self._organisation = organisation.id

    def add(self, indicators: Iterable[Indicator], *, by: str, source: str) -> int:
        """Keep indicators; returns how many were not known yet.

        One that is known gets this source beside the others; what the same source said before, it says anew. `source`
        names an indicator's source where it has none of its own.
        """
        new = 0
        given = iter(indicators)
        with self._workspace.writing() as connection:
            sequence = self._last(connection) + 1
            while some := list(islice(given, _AT_ONCE)):
                new += self._insert(connection, some, sequence, source)
            detail = {"new": new, "sequence": sequence if new else sequence - 1}
            record(
                connection,
                by=by,
                organisation=self._organisation,
                action="indicator.add",
                subject=source,
                detail=detail,
            )
        return new

    def last_sequence(self) -> int:
        """The highest sequence number given so far; 0 where there are no indicators."""
        with self._workspace.reading() as connection:
            return self._last(connection)

    def patterns(self, after: int = 0) -> pa.Table:
        """Patterns (`PATTERNS`) with a sequence number above `after`."""
        with room_told(self._workspace.layout.root):
            folder = self._workspace.layout.patterns / str(self._organisation)
            lock = f"patterns-{self._organisation}"
            derived = Derived(folder, self._made, lambda: self._workspace.lock(lock))
            table = derived.read(after, self.last_sequence())
        return table.filter(pc.greater(table.column("sequence"), after)) if after else table

    def all(self, identities: Sequence[str] | None = None) -> list[Indicator]:
        """Indicators by identity, or all of them; of several sources the one with the highest confidence."""
        one, source = tables.indicator, tables.indicator_source
        query = (
            select(one, source)
            .join(source, (source.c.indicator == one.c.id) & (source.c.organisation == one.c.organisation))
            .where(one.c.organisation == self._organisation)
            .order_by(one.c.id, source.c.confidence, source.c.added)
        )
        found: dict[str, Indicator] = {}
        with self._workspace.reading() as connection:
            for some in _portions(identities):
                rows = connection.execute(query if some is None else query.where(one.c.id.in_(some)))
                for row in rows:
                    found[row.id] = Indicator(
                        type=ObservableType(row.type),
                        mode=MatchMode(row.mode),
                        pattern=row.pattern,
                        description=row.description,
                        confidence=row.confidence,
                        source=row.source,
                        origin=row.origin,
                        marking=Marking(row.marking),
                        valid_from=row.valid_from,
                        valid_until=row.valid_until,
                        labels=tuple(row.labels),
                    )
        return list(found.values())

    def _last(self, connection: Connection) -> int:
        where = tables.indicator.c.organisation == self._organisation
        return connection.execute(select(func.max(tables.indicator.c.sequence)).where(where)).scalar() or 0

    def _insert(self, connection: Connection, some: Sequence[Indicator], sequence: int, source: str) -> int:
        now = datetime.now(UTC)
        rows = [
            {
                "organisation": self._organisation,
                "id": one.identity,
                "type": one.type.value,
                "mode": one.mode.value,
                "pattern": storable(one.pattern),
                "sequence": sequence,
            }
            for one in some
        ]
        before = connection.exec_driver_sql("select total_changes()").scalar_one()
        connection.execute(upsert(tables.indicator).on_conflict_do_nothing(), rows)
        new = int(connection.exec_driver_sql("select total_changes()").scalar_one() - before)
        sources = [
            {
                "organisation": self._organisation,
                "indicator": row["id"],
                "source": storable(one.source or source),
                "origin": storable(one.origin),
                "description": storable(one.description),
                "confidence": one.confidence,
                "marking": one.marking.value,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "labels": [storable(label) for label in one.labels],
                "added": now,
            }
            for one, row in zip(some, rows, strict=True)
        ]
        said = upsert(tables.indicator_source)
        anew = {name: said.excluded[name] for name in _SAID}
        keys = list(tables.indicator_source.primary_key)
        connection.execute(said.on_conflict_do_update(index_elements=keys, set_=anew), sources)
        return new

    def _made(self, first: int, last: int) -> pa.Table:
        one = tables.indicator
        query = select(one.c.id, one.c.type, one.c.mode, one.c.pattern, one.c.sequence).where(
            one.c.organisation == self._organisation, one.c.sequence >= first, one.c.sequence <= last
        )
        with self._workspace.reading() as connection:
            return _patterns([tuple(row) for row in connection.execute(query)])


def _patterns(rows: Sequence[tuple[str, str, str, str, int]]) -> pa.Table:
    ids = [value_id(ObservableType(type_), pattern) for _, type_, _, pattern, _ in rows]
    columns = [[row[n] for row in rows] for n in range(4)]
    return pa.table([*columns, ids, [row[4] for row in rows]], schema=PATTERNS)


def _portions(identities: Sequence[str] | None) -> Iterator[Sequence[str] | None]:
    if identities is None:
        yield None
        return
    for begin in range(0, len(identities), 500):
        yield identities[begin : begin + 500]
