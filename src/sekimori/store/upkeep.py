"""Keeping the store in order: what a crash left, small segments into large ones, and real deletion.

All of it swaps catalogue rows in one transaction. A folder whose rows are gone stays for a while after a merge, because
a reader may still be using the list it started with; after a purge it goes at once.
"""

import shutil
import time
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import Timeout
from sqlalchemy import Connection, delete, insert, or_, select, update

from sekimori.model.kinds import KINDS
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.adding import insert_files
from sekimori.store.audit import record
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.originals import Pack, Packed, PackWriter
from sekimori.store.segments import PACK, Finished, ipc_table, write_parquet
from sekimori.store.shapes import table_schema
from sekimori.store.workspace import Workspace

__all__ = ["compact", "purge", "recover"]

FOLD_AT = 256
"""Staged segments that are folded into one with files."""

SMALL_BYTES = 16 << 20
MERGE_AT = 8
"""Segments with fewer bytes than `SMALL_BYTES` that are merged into one."""

GRACE_SECONDS = 600
_SUPERSEDED = "superseded"


def recover(workspace: Workspace) -> int:
    """Remove what dead batches left: claims and folders in no row. Returns how many folders went.

    Cheap when there is nothing to do; skipped while another process does it.
    """
    lock = workspace.lock_of("recovery")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return 0
    try:
        for batch in _dead_batches(workspace):
            with workspace.writing() as connection:
                _forget_batch(connection, batch)
        return _remove_orphans(workspace)
    finally:
        lock.release()


def compact(workspace: Workspace, organisation: Organisation, *, by: str, everything: bool = False) -> int:
    """Merge staged and small segments where enough have come together; returns how many were merged."""
    catalogue = Catalogue(workspace, organisation)
    staged = [one for one in catalogue.segments() if one.staged]
    small = [one for one in catalogue.segments() if not one.staged and one.bytes < SMALL_BYTES]
    if not everything and len(staged) < FOLD_AT and len(small) < MERGE_AT:
        return 0
    chosen = [*staged, *small] if everything or len(small) >= MERGE_AT else staged
    if len(chosen) < (1 if everything and staged else 2):
        return 0
    with workspace.lock(f"upkeep-{organisation.id}"):
        present = {one.name for one in catalogue.segments()}
        chosen = [one for one in chosen if one.name in present]
        _rewrite(workspace, organisation, chosen, by=by, without=frozenset(), action="store.compact")
        for one in chosen:
            if one.files:
                (_folder(workspace, organisation, one) / _SUPERSEDED).touch()
    return len(chosen)


def purge(workspace: Workspace, organisation: Organisation, evidence: Collection[int], *, by: str, why: str) -> int:
    """Delete evidence and all that was derived from it: records, values, sightings, originals. Returns how many pieces.

    What lies within a piece goes with it. Cases that were opened with it stay, without it.
    """
    with workspace.lock(f"upkeep-{organisation.id}"):
        gone = _with_members(workspace, organisation, evidence)
        if not gone:
            return 0
        touched = _segments_of(workspace, organisation, gone)
        for segment in touched:
            _rewrite(workspace, organisation, [segment], by=by, without=gone, action="store.purge")
        with workspace.writing() as connection:
            _delete_evidence(connection, organisation, gone)
            detail = {"why": why, "evidence": sorted(gone)}
            record(connection, by=by, organisation=organisation.id, action="evidence.purge", subject="", detail=detail)
        for segment in touched:
            shutil.rmtree(_folder(workspace, organisation, segment), ignore_errors=True)
        with workspace.database.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            raw.execute("vacuum")
            raw.execute("pragma wal_checkpoint(truncate)")
    return len(gone)


def _dead_batches(workspace: Workspace) -> list[str]:
    with workspace.reading() as connection:
        batches = connection.execute(select(tables.batch.c.id)).scalars().all()
    dead = []
    for batch in batches:
        lock = workspace.lock_of(f"batch-{batch}")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        lock.release()
        dead.append(batch)
    return dead


def _forget_batch(connection: Connection, batch: str) -> None:
    connection.execute(delete(tables.evidence).where(tables.evidence.c.batch == batch))
    connection.execute(delete(tables.batch).where(tables.batch.c.id == batch))


def _remove_orphans(workspace: Workspace) -> int:
    folders = [path for path in workspace.layout.segments.glob("*/*/*") if path.is_dir()]
    with workspace.reading() as connection:
        alive = set(connection.execute(select(tables.batch.c.id)).scalars())
        known = set(connection.execute(select(tables.segment.c.name)).scalars())
    removed = 0
    for folder in folders:
        # A batch is in its table before its first folder is made, so an unknown prefix means that it has ended.
        if folder.name in known or folder.name.split("-")[0] in alive or _in_grace(folder):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        removed += 1
    for lock in workspace.layout.locks.glob("batch-*.lock"):
        if lock.stem.removeprefix("batch-") not in alive and time.time() - lock.stat().st_mtime > GRACE_SECONDS:
            lock.unlink(missing_ok=True)
    return removed


def _in_grace(folder: Path) -> bool:
    mark = folder / _SUPERSEDED
    return mark.exists() and time.time() - mark.stat().st_mtime < GRACE_SECONDS


def _rewrite(
    workspace: Workspace,
    organisation: Organisation,
    segments: Sequence[Segment],
    *,
    by: str,
    without: Collection[int],
    action: str,
) -> None:
    """Put one new segment in the place of some, without the records and bytes of some evidence."""
    batch = uuid.uuid4().hex
    lock = workspace.lock_of(f"batch-{batch}")
    with lock:
        with workspace.writing() as connection:
            connection.execute(insert(tables.batch).values(id=batch, started=datetime.now(UTC)))
        month = datetime.now(UTC).strftime("%Y-%m")
        folder = workspace.layout.segment(organisation.id, month, f"{batch}-1")
        folder.mkdir(parents=True)
        files = list(_merged_files(workspace, organisation, segments, folder, without))
        pack = PackWriter(folder / PACK, workspace.key)
        moved = _move_originals(workspace, organisation, segments, pack, without)
        pack.close()
        files.append(Finished(name=PACK, kind="pack", rows=0, size=pack.size))
        with workspace.writing() as connection:
            values = {"name": folder.name, "month": month, "created": datetime.now(UTC)}
            size = sum(file.size for file in files)
            hunted = min(one.hunted_to for one in segments)
            row = connection.execute(
                insert(tables.segment).values(organisation=organisation.id, bytes=size, hunted_to=hunted, **values)
            )
            assert row.inserted_primary_key is not None
            id_ = int(row.inserted_primary_key[0])
            insert_files(connection, id_, files)
            for evidence, packed in moved.items():
                place = [packed.start, packed.index, packed.index_length]
                where = tables.evidence.c.id == evidence
                connection.execute(update(tables.evidence).where(where).values(segment=id_, packed=place))
            old = [one.id for one in segments]
            connection.execute(update(tables.evidence).where(tables.evidence.c.segment.in_(old)).values(segment=None))
            connection.execute(delete(tables.segment).where(tables.segment.c.id.in_(old)))
            connection.execute(delete(tables.batch).where(tables.batch.c.id == batch))
            detail = {"from": [one.name for one in segments], "to": folder.name}
            record(connection, by=by, organisation=organisation.id, action=action, subject="", detail=detail)


def _merged_files(
    workspace: Workspace,
    organisation: Organisation,
    segments: Sequence[Segment],
    folder: Path,
    without: Collection[int],
) -> "list[Finished]":
    catalogue = Catalogue(workspace, organisation)
    files = []
    values: pa.Array | None = None
    # `observed` comes first: it says which values are left for the other two.
    for kind in ("observed", "names", "suffixes", *KINDS):
        table = _table(catalogue, segments, kind)
        if kind == "observed":
            table = _without(table, without)
            values = pc.unique(table.column("id"))
        elif kind in ("names", "suffixes"):
            assert values is not None
            table = table.filter(pc.is_in(table.column("id"), values)).group_by(table.schema.names).aggregate([])
        else:
            table = _without(table, without)
        if not len(table):
            continue
        order = {"observed": "id", "names": "id", "suffixes": "suffix"}.get(kind) or KINDS[kind].key
        table = table.take(pc.sort_indices(table, sort_keys=[(order, "ascending")]))
        path = folder / f"{kind}.parquet"
        write_parquet(path, kind, table.cast(table_schema(kind)))
        files.append(Finished(name=path.name, kind=kind, rows=len(table), size=path.stat().st_size))
    return files


def _table(catalogue: Catalogue, segments: Sequence[Segment], kind: str) -> pa.Table:
    schema = table_schema(kind)
    parts = [pq.read_table(one.files[kind]) for one in segments if kind in one.files]
    parts += [ipc_table(payload) for payload in catalogue.payloads(kind, {one.id for one in segments})]
    # Columns that an older segment lacks are empty in it.
    return pa.concat_tables([schema.empty_table(), *parts], promote_options="default").select(schema.names)


def _without(table: pa.Table, evidence: Collection[int]) -> pa.Table:
    if not evidence:
        return table
    return table.filter(pc.invert(pc.is_in(table.column("source"), pa.array(sorted(evidence), pa.int64()))))


def _move_originals(
    workspace: Workspace,
    organisation: Organisation,
    segments: Sequence[Segment],
    pack: PackWriter,
    without: Collection[int],
) -> dict[int, Packed]:
    moved = {}
    catalogue = Catalogue(workspace, organisation)
    for segment in segments:
        payloads = catalogue.payloads(PACK, {segment.id})
        source = Pack(payloads[0] if payloads else segment.files["pack"], workspace.key)
        with workspace.reading() as connection:
            where = tables.evidence.c.segment == segment.id
            rows = connection.execute(select(tables.evidence).where(where).order_by(tables.evidence.c.id)).fetchall()
        for row in rows:
            if row.id not in without:
                start, index, length = row.packed
                moved[row.id] = pack.copy(source, Packed(start, index, length, row.size))
    return moved


def _with_members(workspace: Workspace, organisation: Organisation, evidence: Collection[int]) -> set[int]:
    """The evidence, and whatever was found only within it."""
    table, place = tables.evidence, tables.place
    own = table.c.organisation == organisation.id
    with workspace.reading() as connection:
        gone = set(connection.execute(select(table.c.id).where(own, table.c.id.in_(list(evidence)))).scalars())
        while True:
            # A slice lives and dies with its container; a member that also stands elsewhere stays.
            elsewhere = (
                select(place.c.evidence)
                .where(place.c.evidence == table.c.id)
                .where(or_(place.c.container.is_(None), place.c.container.not_in(gone)))
                .exists()
            )
            inside = select(place.c.evidence).where(place.c.container.in_(gone))
            query = select(table.c.id).where(
                own, table.c.id.not_in(gone), or_(table.c.parent.in_(gone), table.c.id.in_(inside) & ~elsewhere)
            )
            more = set(connection.execute(query).scalars())
            if not more:
                return gone
            gone |= more


def _segments_of(workspace: Workspace, organisation: Organisation, evidence: Collection[int]) -> list[Segment]:
    """Every segment that holds records or bytes of some evidence."""
    wanted = pa.array(sorted(evidence), pa.int64())
    catalogue = Catalogue(workspace, organisation)
    with workspace.reading() as connection:
        where = tables.evidence.c.id.in_(list(evidence))
        packs = set(connection.execute(select(tables.evidence.c.segment).where(where)).scalars())
    found = []
    for segment in catalogue.segments():
        kinds = [kind for kind in KINDS if kind in segment.files or kind in segment.staged]
        if segment.id in packs or any(
            pc.any(pc.is_in(_table(catalogue, [segment], kind).column("source"), wanted)).as_py() for kind in kinds
        ):
            found.append(segment)
    return found


def _delete_evidence(connection: Connection, organisation: Organisation, gone: Collection[int]) -> None:
    ids = list(gone)
    connection.execute(update(tables.cases).where(tables.cases.c.evidence.in_(ids)).values(evidence=None))
    connection.execute(delete(tables.place).where(tables.place.c.container.in_(ids)))
    connection.execute(update(tables.evidence).where(tables.evidence.c.parent.in_(ids)).values(parent=None))
    connection.execute(delete(tables.evidence).where(tables.evidence.c.id.in_(ids)))
    seen = select(tables.sighting_seen.c.sighting).where(tables.sighting_seen.c.organisation == organisation.id)
    connection.execute(
        delete(tables.sighting).where(
            tables.sighting.c.organisation == organisation.id, tables.sighting.c.id.not_in(seen)
        )
    )


def _folder(workspace: Workspace, organisation: Organisation, segment: Segment) -> Path:
    return next(workspace.layout.segments.glob(f"{organisation.id}/*/{segment.name}"), Path("/nonexistent"))
