"""Adding evidence: claims, segments, and the one transaction that makes them exist.

A run of adding is a batch with a lock file of its own. Evidence is claimed in the desk database before its records are
written, so that two processes never store the same bytes twice; what another living batch has claimed is contested and
looked at again when that batch has ended, whichever way. Nothing of a batch is visible before `commit`.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sekimori.model.kinds import UNREAD
from sekimori.model.organisation import Organisation
from sekimori.model.place import Unread
from sekimori.model.report import N_
from sekimori.model.schema import Kind
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.batches import batch, durable, forget_batch, lock_name
from sekimori.store.checking import Span, UnfitRecords, check, measure
from sekimori.store.filing import insert_files
from sekimori.store.originals import Packed
from sekimori.store.segments import Finished, SegmentWriter
from sekimori.store.texts import storable
from sekimori.store.upkeep import upkeep_lock
from sekimori.store.workspace import Workspace

__all__ = ["Adding", "Claim", "Claimed", "Found", "UnfitRecords"]


class Claimed(Enum):
    """What a claim came to."""

    NEW = "new"
    KNOWN = "known"
    CONTESTED = "contested"


_UNREAD_ROWS = 10_000
_UNREAD_REASONS = 1_000
OTHER_REASONS = N_("other reasons")
"""What is counted when a piece of evidence has more than a thousand different reasons; the rows keep their own."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The outcome of a claim, the evidence's id, and for a contested one the batch that has it.

    `is_unread` of known evidence: when it was added, no reader knew it, and nobody has taken it up again.
    """

    outcome: Claimed
    evidence: int
    batch: str = ""
    is_unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Evidence as it was found: content hash, size, name; place; for a slice its parent and the offset there."""

    sha256: str
    size: int
    name: str
    path: str
    mailbox: str | None = None
    container: int | None = None
    offset: int | None = None


@dataclass(slots=True)
class _Kept:
    """What is known of one piece of evidence of this batch, until the commit."""

    found: Found
    packed: Packed | None
    segment: str
    is_known: bool = False
    dataset: str | None = None
    statements: list[list[str]] = field(default_factory=list)
    kinds: dict[str, Span] = field(default_factory=dict)
    unread: Counter[str] = field(default_factory=Counter)
    unread_rows: list[Unread] = field(default_factory=list)

    def count_unread(self, reasons: Iterable[str]) -> None:
        """Count reasons, as many as are worth telling apart."""
        for reason in reasons:
            known = reason in self.unread or len(self.unread) < _UNREAD_REASONS
            self.unread[reason if known else OTHER_REASONS] += 1


# Made once: a claim is made for every mail.
_CLAIM = upsert(tables.evidence).on_conflict_do_nothing()
_CLAIMED = select(
    tables.evidence.c.id, tables.evidence.c.batch, tables.evidence.c.dataset, tables.evidence.c.size
).where(tables.evidence.c.organisation == bindparam("of"), tables.evidence.c.sha256 == bindparam("content"))


class Adding:
    """One run of adding to one organisation. Use as a context: left by an exception, it takes everything back."""

    def __init__(self, workspace: Workspace, organisation: Organisation, *, by: str) -> None:
        self._workspace = workspace
        self._organisation = organisation
        self._by = by
        self._open = ExitStack()
        self._batch = ""
        self._serial = 0
        self._month = datetime.now(UTC).strftime("%Y-%m")
        self._finished: list[tuple[str, list[Finished]]] = []
        self._kept: dict[int, _Kept] = {}
        self._places: list[dict[str, Any]] = []
        self._is_alone = False

    def __enter__(self) -> Self:
        self._batch = self._open.enter_context(batch(self._workspace))
        self._name, self._writer = self._new_writer()
        return self

    def __exit__(self, *exc: object) -> None:
        # Files first: where the disk is full, the database needs their room.
        self._take_back()
        self._open.close()

    @property
    def writer(self) -> SegmentWriter:
        """The segment being written."""
        return self._writer

    def claim(self, found: Found) -> Claim:
        """Claim evidence for this batch; a known one only gets one more place."""
        with self._workspace.writing() as connection:
            result = connection.execute(_CLAIM, self._evidence_row(found))
            known = {"of": self._organisation.id, "content": found.sha256}
            row = connection.execute(_CLAIMED, known).one()
        if result.rowcount:
            self._add_place(row.id, found)
            return Claim(Claimed.NEW, row.id)
        if row.batch in (None, self._batch):
            self._add_place(row.id, found)
            is_unread = row.batch is None and row.dataset is None and row.size > 0 and row.id not in self._kept
            return Claim(Claimed.KNOWN, row.id, is_unread=is_unread)
        return Claim(Claimed.CONTESTED, row.id, row.batch)

    def wait_for(self, batch: str) -> None:
        """Wait until another batch has ended, however long it takes, and clear up behind it if it died.

        The other must have begun before this one: then nobody waits in a circle.
        """
        with self._workspace.lock(lock_name(batch), timeout=-1), self._workspace.writing() as connection:
            forget_batch(connection, batch)

    def begin(self, evidence: int, found: Found, packed: Packed | None) -> None:
        """Note that a claimed piece is being written, with the place of its bytes in the writer's pack."""
        self._kept[evidence] = _Kept(found=found, packed=packed, segment=self._name)

    def begin_again(self, evidence: int, found: Found) -> bool:
        """Take up known evidence that no reader knew, for one that knows it now; its bytes stay where they are.

        False where it was read or purged meanwhile, or is a slice. Raises `WorkspaceBusy` where another process does
        the same, or purges: two would keep the records twice.
        """
        if not self._is_alone:
            self._open.enter_context(self._workspace.lock(upkeep_lock(self._organisation), timeout=0))
            self._is_alone = True
        table = tables.evidence
        unread = (table.c.id == evidence) & table.c.dataset.is_(None) & table.c.offset.is_(None)
        with self._workspace.reading() as connection:
            if not connection.execute(select(table.c.id).where(unread)).fetchall():
                return False
        self._kept[evidence] = _Kept(found=found, packed=None, segment=self._name, is_known=True)
        return True

    def is_adding(self, evidence: int) -> bool:
        """Whether a piece is being written and not yet committed."""
        return evidence in self._kept

    def add_records(self, evidence: int, kind: Kind, batch: pa.RecordBatch) -> None:
        """Add records of a claimed piece; raises `UnfitRecords`, and then adds none of them."""
        check(kind, batch)
        kept = self._kept[evidence]
        if kind is UNREAD:
            kept.count_unread(batch.column("reason").to_pylist())
        else:
            measure(kept.kinds.setdefault(kind.name, Span()), kind, batch)
        self._writer.add(kind, evidence, batch)
        if self._writer.is_large:
            self._cut()

    def add_unread(self, evidence: int, unread: Unread) -> None:
        """Count and keep a stretch that could not be read."""
        kept = self._kept[evidence]
        told = Unread(place=unread.place, reason=storable(unread.reason))
        kept.count_unread([told.reason])
        kept.unread_rows.append(told)
        if len(kept.unread_rows) >= _UNREAD_ROWS:
            self._write_unread(evidence, kept)

    def describe(self, evidence: int, dataset: str | None, statements: Iterable[tuple[str, str]]) -> None:
        """Keep what the reader is and what it stated."""
        kept = self._kept[evidence]
        kept.dataset = dataset
        kept.statements.extend([storable(about), storable(value)] for about, value in statements)

    def commit(self) -> None:
        """Make everything so far exist, in one transaction."""
        if not self._kept and not self._places:
            return
        for evidence, kept in self._kept.items():
            self._write_unread(evidence, kept)
        if not self._writer.is_empty:
            self._cut()
        for name, files in self._finished:
            durable(self._folder(name) / file.name for file in files if file.payload is None)
        with self._workspace.writing() as connection:
            segments = {name: self._insert_segment(connection, name, files) for name, files in self._finished}
            self._keep_evidence(connection, segments)
            self._tell(connection, places=_insert_places(connection, self._places))
        self._finished, self._kept, self._places = [], {}, []

    @property
    def pending_pieces(self) -> int:
        """Pieces of evidence and places that wait for the commit."""
        return max(len(self._kept), len(self._places))

    @property
    def pending_bytes(self) -> int:
        """Bytes of packs that wait for the commit."""
        return self._writer.pack.size + sum(file.size for _, files in self._finished for file in files)

    def _tell(self, connection: Connection, *, places: int) -> None:
        """Put into the audit log what was added; nothing, where all was known at its place."""
        again = sum(kept.is_known for kept in self._kept.values())
        detail = {"evidence": len(self._kept) - again, "places": places, **({"read_again": again} if again else {})}
        if any(detail.values()):
            of = self._organisation.id
            record(connection, by=self._by, organisation=of, action="evidence.add", subject="", detail=detail)

    def _evidence_row(self, found: Found) -> dict[str, Any]:
        return {
            "organisation": self._organisation.id,
            "sha256": found.sha256,
            "size": found.size,
            "name": storable(found.name),
            "arrived": datetime.now(UTC),
            "batch": self._batch,
            "statements": [],
        }

    def _add_place(self, evidence: int, found: Found) -> None:
        self._places.append(
            {
                "organisation": self._organisation.id,
                "evidence": evidence,
                "path": storable(found.path),
                "mailbox": storable(found.mailbox) if found.mailbox else None,
                "container": found.container,
                "at": datetime.now(UTC),
                "by": self._by,
            }
        )

    def _new_writer(self) -> tuple[str, SegmentWriter]:
        self._serial += 1
        name = f"{self._batch}-{self._serial}"
        return name, SegmentWriter(self._folder(name), self._workspace.key, self._organisation.id)

    def _folder(self, name: str) -> Path:
        return self._workspace.layout.segment(self._organisation.id, self._month, name)

    def _cut(self) -> None:
        self._finished.append((self._name, self._writer.finish()))
        self._name, self._writer = self._new_writer()

    def _take_back(self) -> None:
        """Remove the files of whatever was not committed."""
        self._writer.discard()
        for name in [self._name, *(name for name, _ in self._finished)]:
            shutil.rmtree(self._folder(name), ignore_errors=True)

    def _write_unread(self, evidence: int, kept: _Kept) -> None:
        if kept.unread_rows:
            self._writer.add(UNREAD, evidence, _unread_batch(kept.unread_rows))
            kept.unread_rows.clear()

    def _insert_segment(self, connection: Connection, name: str, files: list[Finished]) -> int:
        values = {
            "organisation": self._organisation.id,
            "name": name,
            "month": self._month,
            "created": datetime.now(UTC),
            "bytes": sum(file.size for file in files),
            "hunted_to": 0,
        }
        key = connection.execute(insert(tables.segment).values(**values)).inserted_primary_key
        assert key is not None
        id_ = int(key[0])
        insert_files(connection, id_, files)
        return id_

    def _keep_evidence(self, connection: Connection, segments: dict[str, int]) -> None:
        table, unread = tables.evidence, tables.evidence_unread
        for id_, kept in self._kept.items():
            packed = kept.packed
            values: dict[str, Any] = {"dataset": kept.dataset, "statements": kept.statements}
            if kept.is_known:
                connection.execute(delete(unread).where(unread.c.evidence == id_))
            else:
                values |= {
                    "batch": None,
                    "segment": segments[kept.segment] if packed else None,
                    "packed": [packed.start, packed.index, packed.index_length] if packed else None,
                    "parent": kept.found.container if kept.found.offset is not None else None,
                    "offset": kept.found.offset,
                }
            connection.execute(update(table).where(table.c.id == id_).values(**values))
        if spans := list(_span_rows(self._kept)):
            connection.execute(insert(tables.evidence_kind), spans)
        counts = [
            {"evidence": id_, "reason": reason, "count": count}
            for id_, kept in self._kept.items()
            for reason, count in kept.unread.items()
        ]
        if counts:
            connection.execute(insert(unread), counts)


def _insert_places(connection: Connection, places: list[dict[str, Any]]) -> int:
    """Keep places that are new, of evidence that is still there, in what is: what was purged meanwhile is not.

    Returns how many were new.
    """
    if not places:
        return 0
    table, evidence = tables.place, tables.evidence
    held = exists().where(evidence.c.id == bindparam("container"))
    known = exists().where(
        table.c.evidence == bindparam("evidence"),
        table.c.path == bindparam("path"),
        # Not by the index of containers: thousands of files stand in none.
        func.coalesce(table.c.container, 0) == func.coalesce(bindparam("container", type_=table.c.container.type), 0),
    )
    there = exists().where(evidence.c.id == bindparam("evidence"))
    names = list(places[0])
    row = select(*(bindparam(name, type_=table.c[name].type) for name in names)).where(
        ~known, there, or_(bindparam("container").is_(None), held)
    )
    before = connection.execute(select(func.max(table.c.id))).scalar() or 0
    connection.execute(insert(table).from_select(names, row), places)
    return int(connection.execute(select(func.count()).where(table.c.id > before)).scalar_one())


def _span_rows(kept: dict[int, _Kept]) -> Iterator[dict[str, Any]]:
    for id_, one in kept.items():
        for kind, span in one.kinds.items():
            yield {
                "evidence": id_,
                "kind": kind,
                "records": span.records,
                "encrypted": span.encrypted,
                "first": span.first,
                "last": span.last,
            }


def _unread_batch(rows: list[Unread]) -> pa.RecordBatch:
    columns = {
        "offset": [row.place.offset for row in rows],
        "length": [row.place.length for row in rows],
        "line": [row.place.line for row in rows],
        "timestamp": [None] * len(rows),
        "reason": [row.reason for row in rows],
    }
    return pa.record_batch(columns, schema=UNREAD.schema)
