"""The catalogue: which segments, files, evidence and places there are."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store import tables
from sekimori.store.errors import NoSuchThing, SeveralSuchThings
from sekimori.store.originals import Pack, Packed
from sekimori.store.segments import PACK
from sekimori.store.workspace import Workspace

__all__ = ["Catalogue", "Evidence", "KindTotal", "Segment", "UnreadEvidence"]

_SOME = 5
"""So many pieces of evidence of the same name are named."""

_BEGINNING = re.compile("[0-9A-Fa-f]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence as the catalogue has it, with every place where it was found."""

    id: int
    sha256: str
    size: int
    name: str
    dataset: str | None
    arrived: datetime
    parent: int | None
    offset: int | None
    statements: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    mailboxes: tuple[str, ...]
    unread: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadEvidence:
    """Evidence of which something could not be read for a reason: its first path, how many stretches, its format.

    `dataset` is None where no reader knew it.
    """

    evidence: int
    path: str
    reason: str
    count: int
    dataset: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment: its table files, or the names of its staged payloads."""

    id: int
    name: str
    hunted_to: int
    bytes: int
    files: dict[str, Path]
    staged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTotal:
    """How many records of a kind there are, from how much evidence, and over which time."""

    kind: str
    records: int
    sources: int
    encrypted: int
    first: datetime | None
    last: datetime | None


class Catalogue:
    """What exists of one organisation. Every call reads the present state."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace = workspace
        self._organisation = organisation.id

    def segments(self) -> list[Segment]:
        """All segments, oldest first."""
        segment, file, staged = tables.segment, tables.segment_file, tables.staged
        present = (segment.c.organisation == self._organisation) & segment.c.superseded.is_(None)
        with self._workspace.reading() as connection:
            rows = connection.execute(select(segment).where(present).order_by(segment.c.id)).fetchall()
            ids = select(segment.c.id).where(present)
            files = connection.execute(select(file).where(file.c.segment.in_(ids))).fetchall()
            names = connection.execute(
                select(staged.c.segment, staged.c.name).where(staged.c.segment.in_(ids))
            ).fetchall()
        in_database = {(row.segment, row.name) for row in names}
        by_segment = _grouped(files, "segment")
        return [_segment(self._workspace, row, by_segment.get(row.id, []), in_database) for row in rows]

    def has_segments(self, ids: Iterable[int]) -> bool:
        """Whether all these segments are there, superseded or not."""
        table = tables.segment
        with self._workspace.reading() as connection:
            own = connection.execute(select(table.c.id).where(table.c.organisation == self._organisation)).scalars()
            return set(ids) <= set(own)

    def payloads(self, name: str, segments: Container[int]) -> list[bytes]:
        """The staged payloads of this name in some segments, superseded ones too, in order of arrival."""
        staged, segment = tables.staged, tables.segment
        query = (
            select(staged.c.segment, staged.c.payload)
            .join(segment, segment.c.id == staged.c.segment)
            .where(segment.c.organisation == self._organisation, staged.c.name == name)
            .order_by(staged.c.segment)
        )
        with self._workspace.reading() as connection:
            return [row.payload for row in connection.execute(query) if row.segment in segments]

    def evidence(self, ids: Sequence[int]) -> dict[int, Evidence]:
        """Evidence by id; unknown ids are left out."""
        table = tables.evidence
        found: dict[int, Evidence] = {}
        with self._workspace.reading() as connection:
            for begin in range(0, len(ids), 500):
                some = list(ids[begin : begin + 500])
                rows = connection.execute(self._kept().where(table.c.id.in_(some))).fetchall()
                found |= _evidence(connection, rows)
        return found

    def evidence_named(self, name: str) -> Evidence:
        """The evidence of an id (`e-12` or `12`), else of the beginning of a SHA-256, else of a path or name as added.

        Raises `NoSuchThing`, `SeveralSuchThings`.
        """
        with self._workspace.reading() as connection:
            for where in _named(name):
                rows = connection.execute(self._kept().where(where).limit(_SOME + 1)).fetchall()
                if len(rows) > 1:
                    names = [f"e-{row.id}" for row in rows[:_SOME]]
                    raise SeveralSuchThings(N_("evidence"), name, [*names, *(["…"] if len(rows) > _SOME else [])])
                if rows:
                    return _evidence(connection, rows)[rows[0].id]
        raise NoSuchThing(N_("evidence"), name)

    def all_evidence(self) -> list[Evidence]:
        """All evidence, in order of arrival."""
        with self._workspace.reading() as connection:
            rows = connection.execute(self._kept().order_by(tables.evidence.c.id)).fetchall()
            found: dict[int, Evidence] = {}
            for begin in range(0, len(rows), 500):
                found |= _evidence(connection, rows[begin : begin + 500])
        return list(found.values())

    def within(self, container: int) -> list[Evidence]:
        """The evidence that was found directly within other evidence, in order of arrival."""
        table, place = tables.evidence, tables.place
        inside = select(place.c.evidence).where(place.c.container == container)
        with self._workspace.reading() as connection:
            rows = connection.execute(self._kept().where(table.c.id.in_(inside)).order_by(table.c.id)).fetchall()
            return list(_evidence(connection, rows).values())

    def at(self, path: str) -> list[Evidence]:
        """The evidence that was found at this path, in order of arrival."""
        place = tables.place
        here = (place.c.organisation == self._organisation) & (place.c.path == path)
        with self._workspace.reading() as connection:
            ids = list(connection.execute(select(place.c.evidence).where(here).order_by(place.c.id)).scalars())
        return list(self.evidence(sorted(set(ids))).values())

    def open(self, evidence: int) -> BinaryIO:
        """A seekable stream over the bytes of a piece of evidence; of a slice, over its parent's (see `offset`)."""
        table = tables.evidence
        with self._workspace.reading() as connection:
            rows = connection.execute(self._kept().where(table.c.id == evidence)).fetchall()
            if not rows:
                raise NoSuchThing(N_("evidence"), str(evidence))
            row = rows[0]
            if row.parent is not None:
                return self.open(row.parent)
            segment = connection.execute(select(tables.segment).where(tables.segment.c.id == row.segment)).one()
            held = connection.execute(
                select(tables.staged.c.payload).where(
                    tables.staged.c.segment == row.segment, tables.staged.c.name == PACK
                )
            ).fetchall()
        layout = self._workspace.layout
        source = held[0].payload if held else layout.segment(self._organisation, segment.month, segment.name) / PACK
        start, index, length = row.packed
        return Pack(source, self._workspace.key).open(Packed(start, index, length, row.size))

    def read(self, evidence: Evidence, offset: int, length: int) -> bytes:
        """`length` bytes at `offset` of the evidence, without reading the rest of it."""
        begin = offset + (evidence.offset or 0) if evidence.parent is not None else offset
        length = max(0, min(length, evidence.size - offset))
        with self.open(evidence.id) as stream:
            stream.seek(begin)
            pieces = []
            while length and (piece := stream.read(length)):
                pieces.append(piece)
                length -= len(piece)
        return b"".join(pieces)

    def totals(self) -> list[KindTotal]:
        """What there is, by kind of record."""
        kind, table = tables.evidence_kind, tables.evidence
        query = (
            select(
                kind.c.kind,
                func.sum(kind.c.records),
                func.count(),
                func.sum(kind.c.encrypted),
                func.min(kind.c.first),
                func.max(kind.c.last),
            )
            .join(table, table.c.id == kind.c.evidence)
            .where(table.c.organisation == self._organisation, table.c.batch.is_(None))
            .group_by(kind.c.kind)
            .order_by(kind.c.kind)
        )
        with self._workspace.reading() as connection:
            rows = connection.execute(query).fetchall()
        return [
            KindTotal(kind=row[0], records=row[1], sources=row[2], encrypted=row[3], first=row[4], last=row[5])
            for row in rows
        ]

    def unread(self) -> list[tuple[str | None, str, int]]:
        """What could not be read: dataset (None where no reader knew it), reason, how many places."""
        unread, table = tables.evidence_unread, tables.evidence
        query = (
            select(table.c.dataset, unread.c.reason, func.sum(unread.c.count))
            .join(table, table.c.id == unread.c.evidence)
            .where(table.c.organisation == self._organisation, table.c.batch.is_(None))
            .group_by(table.c.dataset, unread.c.reason)
            .order_by(table.c.dataset, unread.c.reason)
        )
        with self._workspace.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def unread_evidence(self) -> list[UnreadEvidence]:
        """What could not be read, by evidence and reason."""
        unread, table, place = tables.evidence_unread, tables.evidence, tables.place
        path = (
            select(place.c.path).where(place.c.evidence == table.c.id).order_by(place.c.id).limit(1).scalar_subquery()
        )
        query = (
            select(table.c.id, path.label("path"), unread.c.reason, unread.c.count.label("times"), table.c.dataset)
            .join(table, table.c.id == unread.c.evidence)
            .where(table.c.organisation == self._organisation, table.c.batch.is_(None))
            .order_by(table.c.id, unread.c.reason)
        )
        with self._workspace.reading() as connection:
            return [
                UnreadEvidence(
                    evidence=row.id, path=row.path or "", reason=row.reason, count=row.times, dataset=row.dataset
                )
                for row in connection.execute(query)
            ]

    def _own(self, table: object) -> "Select[tuple[object, ...]]":
        return select(table).where(table.c.organisation == self._organisation)  # type: ignore[call-overload,attr-defined,no-any-return]

    def _kept(self) -> "Select[tuple[object, ...]]":
        return self._own(tables.evidence).where(tables.evidence.c.batch.is_(None))


def _named(name: str) -> "Iterator[ColumnElement[bool]]":
    """What a name of evidence may mean, the likeliest first."""
    table, place = tables.evidence, tables.place
    number = name.removeprefix("e-")
    if number.isdecimal() and len(number) < 16:  # a number that is gone must not come to mean a hash
        yield table.c.id == int(number)
    elif _BEGINNING.fullmatch(name):
        yield table.c.sha256.startswith(name.lower())
    if name:
        yield table.c.id.in_(select(place.c.evidence).where(place.c.path.in_([name, str(Path(name))])))
        yield table.c.name == name


def _segment(
    workspace: Workspace,
    row: "Row[tuple[object, ...]]",
    files: Sequence[Row[tuple[object, ...]]],
    staged: set[tuple[int, str]],
) -> Segment:
    folder = workspace.layout.segment(row.organisation, row.month, row.name)
    return Segment(
        id=row.id,
        name=row.name,
        hunted_to=row.hunted_to,
        bytes=row.bytes,
        files={file.kind: folder / file.name for file in files if (row.id, file.name) not in staged},
        staged=tuple(file.name for file in files if (row.id, file.name) in staged),
    )


def _grouped(
    rows: Iterable["Row[tuple[object, ...]]"], by: str = "evidence"
) -> "dict[int, list[Row[tuple[object, ...]]]]":
    grouped: dict[int, list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        grouped.setdefault(getattr(row, by), []).append(row)
    return grouped


def _evidence(connection: Connection, rows: Sequence["Row[tuple[object, ...]]"]) -> dict[int, Evidence]:
    ids = [row.id for row in rows]
    place, unread = tables.place, tables.evidence_unread
    found = _grouped(connection.execute(select(place).where(place.c.evidence.in_(ids)).order_by(place.c.id)))
    counted = select(unread.c.evidence, unread.c.reason, unread.c.count.label("times"))
    reasons = _grouped(connection.execute(counted.where(unread.c.evidence.in_(ids)).order_by(unread.c.reason)))
    return {
        row.id: Evidence(
            id=row.id,
            sha256=row.sha256,
            size=row.size,
            name=row.name,
            dataset=row.dataset,
            arrived=row.arrived,
            parent=row.parent,
            offset=row.offset,
            statements=tuple((about, value) for about, value in row.statements),
            places=tuple(dict.fromkeys(one.path for one in found.get(row.id, []))),
            mailboxes=tuple(dict.fromkeys(one.mailbox for one in found.get(row.id, []) if one.mailbox)),
            unread={one.reason: one.times for one in reasons.get(row.id, [])},
        )
        for row in rows
    }
