"""Real deletion: evidence and all that was derived from it.

All segments are written anew beside the old ones, then one transaction puts them in place and deletes the rows: a purge
that dies before has done nothing, one that dies after has left only files that are in no row.
"""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, delete, select, update

from sekimori.model.kinds import KINDS
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.batches import batch
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.errors import NothingSaid, StandsWithin, TableFault, WorkspaceBusy, room_told
from sekimori.store.mail_index.generation import drop
from sekimori.store.rewriting import Draft, Slice, draft_of, install
from sekimori.store.segments import ipc_table
from sekimori.store.upkeep import scrub, upkeep_lock
from sekimori.store.workspace import Workspace

__all__ = ["purge"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of evidence: what goes, and the slices that stay though the container of their bytes goes."""

    gone: frozenset[int]
    staying: dict[int, Slice]


def purge(workspace: Workspace, organisation: Organisation, evidence: Collection[int], *, by: str, why: str) -> int:
    """Delete evidence and all that was derived from it: records, values, sightings, originals. Returns how many pieces.

    What was found only within a piece goes with it. Cases that were opened with it stay, without it and without what
    was extracted from it; all reports of the organisation go, as any may speak of it, and the index of its mail, to be
    made anew. Indicators stay. Raises `StandsWithin` where evidence that would stay holds the same bytes,
    `NothingSaid` where `why` is blank, `NoRoom`, and `WorkspaceBusy`: then it is deleted, but what it left in the
    database's files is cleared away later.
    """
    if not why.strip():
        raise NothingSaid(N_("say why the evidence is to be deleted: the reason stands in the audit log"))
    with (
        room_told(workspace.layout.root),
        workspace.lock(upkeep_lock(organisation)),
        batch(workspace) as name,
    ):
        serial = 0
        while fate := _fate_of(workspace, organisation, evidence):
            drafts = []
            for segment in _holding(workspace, organisation, fate.gone):
                serial += 1
                drafts.append(_draft(workspace, organisation, f"{name}-{serial}", segment, fate))
            if _swap(workspace, organisation, drafts, fate, evidence, by=by, why=why):
                _clear(workspace, organisation, drafts)
                return len(fate.gone)
        return 0


def _fate_of(workspace: Workspace, organisation: Organisation, evidence: Collection[int]) -> _Fate | None:
    with workspace.reading() as connection:
        fate = _fate(connection, organisation, evidence)
    return fate if fate.gone else None


def _fate(connection: Connection, organisation: Organisation, evidence: Collection[int]) -> _Fate:
    """What goes: the evidence, and whatever was found only within what goes."""
    table, place = tables.evidence, tables.place
    own = (table.c.organisation == organisation.id) & table.c.batch.is_(None)
    rows = connection.execute(select(table.c.id, table.c.parent, table.c.offset, table.c.size).where(own)).fetchall()
    wanted = {row.id for row in rows}.intersection(evidence)
    within: dict[int, set[int | None]] = {}
    holding: dict[int | None, set[int]] = {}
    query = select(place.c.evidence, place.c.container).where(place.c.organisation == organisation.id)
    for row in connection.execute(query):
        within.setdefault(row.evidence, set()).add(row.container)
        holding.setdefault(row.container, set()).add(row.evidence)
    gone = set(wanted)
    waiting = list(wanted)
    while waiting:
        for inner in holding.get(waiting.pop(), set()) - gone:
            if within[inner] <= gone:
                gone.add(inner)
                waiting.append(inner)
    for id_ in sorted(wanted):
        if others := {one for one in within.get(id_, set()) if one is not None} - gone:
            raise StandsWithin(id_, _names(connection, others))
    orphaned = (row for row in rows if row.parent in gone and row.id not in gone)
    return _Fate(frozenset(gone), {row.id: Slice(row.parent, row.offset, row.size) for row in orphaned})


def _names(connection: Connection, ids: Collection[int]) -> list[tuple[int, str]]:
    table = tables.evidence
    some = sorted(ids)[:10]
    rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(some)).order_by(table.c.id))
    return [(row.id, row.name) for row in rows]


def _holding(workspace: Workspace, organisation: Organisation, evidence: Collection[int]) -> list[Segment]:
    """Every segment that holds records or bytes of some evidence."""
    wanted = sorted(evidence)
    catalogue = Catalogue(workspace, organisation)
    packs: set[int] = set()
    with workspace.reading() as connection:
        for some in _portions(wanted):
            query = select(tables.evidence.c.segment).where(tables.evidence.c.id.in_(some))
            packs.update(connection.execute(query).scalars())
    return [
        one
        for one in catalogue.segments()
        if one.id in packs or any(_holds(catalogue, one, kind, wanted) for kind in KINDS)
    ]


def _holds(catalogue: Catalogue, segment: Segment, kind: str, evidence: Sequence[int]) -> bool:
    if kind in segment.files:
        among = [("source", "in", evidence)]
        try:
            return len(pq.read_table(segment.files[kind], columns=["source"], filters=among)) > 0
        except (OSError, pa.ArrowException) as error:
            raise TableFault(segment.files[kind]) from error
    if kind in segment.staged:
        present = pc.unique(ipc_table(catalogue.payloads(kind, {segment.id})[0]).column("source")).to_pylist()
        return not set(present).isdisjoint(evidence)
    return False


def _draft(workspace: Workspace, organisation: Organisation, name: str, segment: Segment, fate: _Fate) -> Draft:
    return draft_of(workspace, organisation, name, [segment], without=fate.gone, slices=fate.staying)


def _swap(
    workspace: Workspace,
    organisation: Organisation,
    drafts: Sequence[Draft],
    fate: _Fate,
    evidence: Collection[int],
    *,
    by: str,
    why: str,
) -> bool:
    """The one transaction; False where something that matters was added meanwhile, then nothing is done."""
    try:
        workspace.layout.scrub_due.touch()
        with workspace.writing() as connection:
            if _fate(connection, organisation, evidence) == fate:
                for draft in drafts:
                    install(connection, organisation, draft)
                _delete_evidence(connection, organisation, fate.gone)
                _delete_segments(connection, organisation, [one.id for draft in drafts for one in draft.old])
                detail = {"why": why, "evidence": sorted(fate.gone)}
                own = organisation.id
                record(connection, by=by, organisation=own, action="evidence.purge", subject="", detail=detail)
                return True
    except BaseException:
        for draft in drafts:
            draft.discard()
        raise
    for draft in drafts:
        draft.discard()
    return False


def _delete_evidence(connection: Connection, organisation: Organisation, gone: Collection[int]) -> None:
    evidence, place, cases, extracted = tables.evidence, tables.place, tables.cases, tables.case_indicator
    for some in _portions(sorted(gone)):
        opened = select(cases.c.id).where(cases.c.evidence.in_(some))
        connection.execute(delete(extracted).where(extracted.c.case.in_(opened)))
        connection.execute(update(cases).where(cases.c.evidence.in_(some)).values(evidence=None, title=""))
        connection.execute(delete(place).where(place.c.container.in_(some)))
        connection.execute(update(evidence).where(evidence.c.parent.in_(some)).values(parent=None, offset=None))
        overruled = tables.triage_overruling
        hashes = select(evidence.c.sha256).where(evidence.c.id.in_(some))
        own = (overruled.c.organisation == organisation.id) & overruled.c.sha256.in_(hashes)
        connection.execute(delete(overruled).where(own))
    for some in _portions(sorted(gone)):
        connection.execute(delete(evidence).where(evidence.c.id.in_(some)))
    sighting, seen = tables.sighting, tables.sighting_seen
    left = select(seen.c.sighting).where(seen.c.organisation == organisation.id)
    unseen = (sighting.c.organisation == organisation.id) & sighting.c.id.not_in(left)
    connection.execute(delete(sighting).where(unseen))


def _delete_segments(connection: Connection, organisation: Organisation, old: Collection[int]) -> None:
    """The old segments, and those that were superseded before: they hold the same."""
    table = tables.segment
    gone = (table.c.organisation == organisation.id) & (table.c.superseded.is_not(None) | table.c.id.in_(old))
    connection.execute(delete(table).where(gone))


def _clear(workspace: Workspace, organisation: Organisation, drafts: Sequence[Draft]) -> None:
    """Delete the files of what is in no row any more. What cannot be deleted now is, at the next start."""
    table = tables.segment
    with workspace.reading() as connection:
        known = set(connection.execute(select(table.c.name).where(table.c.organisation == organisation.id)).scalars())
        alive = set(connection.execute(select(tables.batch.c.id)).scalars())
    for folder in _folders(workspace, organisation):
        is_draft = any(draft.folder.name == folder.name for draft in drafts)
        if folder.name not in known and (is_draft or folder.name.split("-")[0] not in alive):
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(workspace.layout.reports / str(organisation.id), ignore_errors=True)
    with suppress(WorkspaceBusy):  # whoever writes the index sees that it no longer counts
        drop(workspace, organisation)
    if not scrub(workspace):
        raise WorkspaceBusy(N_("the evidence is deleted; its traces in the database's files go at the next start"))


def _folders(workspace: Workspace, organisation: Organisation) -> list[Path]:
    return [path for path in (workspace.layout.segments / str(organisation.id)).glob("*/*") if path.is_dir()]


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), _AT_ONCE):
        yield ids[begin : begin + _AT_ONCE]
