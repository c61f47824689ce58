"""Indicators in the desk database, and their derived tables for the hunt.

Every import that brings something new gets the next sequence number; its indicators carry it. A hunt asks for the
patterns above a number. They are kept as Parquet beside the database, because a million of them must be at hand in
milliseconds; these files are derived and made anew where they are missing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from sekimori.model.indicator import Indicator, Marking, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType

__all__ = ["PATTERNS", "Indicators", "patterns_of"]

PATTERNS = pa.schema(
    [
        ("indicator", pa.string()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("pattern", pa.string()),
        ("value_id", pa.int64()),
        ("sequence", pa.int64()),
    ]
)
"""What the hunt needs of an indicator. `value_id` is the id of the pattern as a value, whatever the mode."""

_AT_ONCE = 20_000


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

        One that is known gets this source beside the others. `source` names an indicator's source where it has none
        of its own.
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
        parts = [pq.read_table(path) for first, last, path in self._derived() if last > after]
        table = pa.concat_tables([PATTERNS.empty_table(), *parts])
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
                "pattern": one.pattern,
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
                "source": one.source or source,
                "origin": one.origin,
                "description": one.description,
                "confidence": one.confidence,
                "marking": one.marking.value,
                "valid_from": one.valid_from,
                "valid_until": one.valid_until,
                "labels": list(one.labels),
                "added": now,
            }
            for one, row in zip(some, rows, strict=True)
        ]
        connection.execute(upsert(tables.indicator_source).on_conflict_do_nothing(), sources)
        return new

    def _derived(self) -> list[tuple[int, int, Path]]:
        """The pattern files up to the last sequence number: first and last number of each, path."""
        folder = self._workspace.layout.patterns / str(self._organisation)
        last = self.last_sequence()
        files = _pattern_files(folder)
        if (files[-1][1] if files else 0) < last:
            with self._workspace.lock(f"patterns-{self._organisation}"):
                files = _pattern_files(folder)
                have = files[-1][1] if files else 0
                if have < last:
                    files.append(self._derive(folder, have + 1, last))
        return [one for one in files if one[0] <= last]

    def _derive(self, folder: Path, first: int, last: int) -> tuple[int, int, Path]:
        one = tables.indicator
        query = select(one.c.id, one.c.type, one.c.mode, one.c.pattern, one.c.sequence).where(
            one.c.organisation == self._organisation, one.c.sequence >= first, one.c.sequence <= last
        )
        with self._workspace.reading() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{first}-{last}.parquet"
        draft = path.with_suffix(".new")
        pq.write_table(_patterns(rows), draft, compression="zstd")
        draft.replace(path)
        return first, last, path


def _pattern_files(folder: Path) -> list[tuple[int, int, Path]]:
    files = []
    for path in folder.glob("*-*.parquet"):
        first, last = path.stem.split("-")
        files.append((int(first), int(last), path))
    return sorted(files)


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
