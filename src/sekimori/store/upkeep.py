"""Keeping the store in order: what a crash left, and small segments into large ones.

All of it swaps catalogue rows in one transaction. A merged segment keeps its rows and files for a while, because a
reader may still be using the list that it started with.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from filelock import Timeout
from sqlalchemy import delete, select, update

from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.batches import batch, dead_batches, forget_batch
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.errors import WorkspaceBusy, room_told
from sekimori.store.leftovers import GRACE_SECONDS, SPILL_SECONDS, age
from sekimori.store.mail_index.generation import drop_stale
from sekimori.store.rewriting import draft_of, install
from sekimori.store.workspace import Workspace

__all__ = ["compact", "recover", "scrub", "upkeep_lock"]

FOLD_AT = 256
"""Staged segments that are folded into one with files."""

SMALL_BYTES = 16 << 20
MERGE_AT = 8
"""Segments with fewer bytes than `SMALL_BYTES` that are merged into one."""


def upkeep_lock(organisation: Organisation) -> str:
    """The name of the lock under which an organisation's segments are written anew."""
    return f"upkeep-{organisation.id}"


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
        _forget_the_dead(workspace)
        _drop_superseded(workspace)
        if workspace.layout.scrub_due.exists():
            scrub(workspace)
        _remove_old(workspace)
        drop_stale(workspace)
        return _remove_orphans(workspace)
    finally:
        lock.release()


def scrub(workspace: Workspace) -> bool:
    """Leave nothing of deleted rows in the database's files; if a reader stands in the way, later. Whether it is done.

    That it is due is noted in a file, until it is done.
    """
    workspace.layout.scrub_due.touch()
    done = workspace.database.scrub()
    if done:
        workspace.layout.scrub_due.unlink(missing_ok=True)
    return done


def compact(workspace: Workspace, organisation: Organisation, *, by: str, everything: bool = False) -> int:
    """Merge staged and small segments where enough have come together; returns how many were merged.

    Skipped while another process does it, unless `everything` is to be merged. Raises `NoRoom`.
    """
    if not any(_worth_merging(workspace, organisation, everything=everything)):
        return 0
    merged = 0
    try:
        lock = workspace.lock(upkeep_lock(organisation), timeout=600 if everything else 0)
        with room_told(workspace.layout.root), lock:
            # Looked up again: another process may have done it while this one waited.
            for chosen in list(_worth_merging(workspace, organisation, everything=everything)):
                _merge(workspace, organisation, chosen, by)
                merged += len(chosen)
    except WorkspaceBusy:
        if everything:
            raise
    return merged


def _worth_merging(
    workspace: Workspace, organisation: Organisation, *, everything: bool
) -> Iterator[Sequence[Segment]]:
    """Groups of segments to be merged.

    Only segments with the same watermark: all records of one piece of evidence are then always hunted together, and
    what a hunt counts in it is the whole.
    """

    def hunted_to(one: Segment) -> int:
        return one.hunted_to

    for _, group in groupby(sorted(Catalogue(workspace, organisation).segments(), key=hunted_to), hunted_to):
        chosen = list(_chosen(list(group), everything=everything))
        if len(chosen) > 1 or (everything and any(one.staged for one in chosen)):
            yield chosen


def _chosen(segments: Sequence[Segment], *, everything: bool) -> Iterable[Segment]:
    staged = [one for one in segments if one.staged]
    small = [one for one in segments if not one.staged and one.bytes < SMALL_BYTES]
    if everything or len(small) >= MERGE_AT:
        return [*staged, *small]
    return staged if len(staged) >= FOLD_AT else []


def _merge(workspace: Workspace, organisation: Organisation, segments: Sequence[Segment], by: str) -> None:
    """Put one new segment in the place of some."""
    with batch(workspace) as name:
        draft = draft_of(workspace, organisation, f"{name}-1", segments)
        try:
            with workspace.writing() as connection:
                install(connection, organisation, draft)
                table = tables.segment
                old = table.c.id.in_([one.id for one in segments])
                connection.execute(update(table).where(old).values(superseded=datetime.now(UTC)))
                detail = {"from": [one.name for one in segments], "to": f"{name}-1"}
                own = organisation.id
                record(connection, by=by, organisation=own, action="store.compact", subject="", detail=detail)
        except BaseException:
            draft.discard()
            raise


def _forget_the_dead(workspace: Workspace) -> None:
    for name in dead_batches(workspace):
        with workspace.writing() as connection:
            forget_batch(connection, name)


def _drop_superseded(workspace: Workspace) -> None:
    table = tables.segment
    old = table.c.superseded < datetime.now(UTC) - timedelta(seconds=GRACE_SECONDS)
    with workspace.reading() as connection:
        if not connection.execute(select(table.c.id).where(old).limit(1)).fetchall():
            return
    with workspace.writing() as connection:
        connection.execute(delete(table).where(old))


def _remove_orphans(workspace: Workspace) -> int:
    folders = [path for path in workspace.layout.segments.glob("*/*/*") if path.is_dir()]
    with workspace.reading() as connection:
        alive = set(connection.execute(select(tables.batch.c.id)).scalars())
        known = set(connection.execute(select(tables.segment.c.name)).scalars())
    removed = 0
    for folder in folders:
        # A batch is in its table before its first folder is made, so an unknown prefix means that it has ended.
        if folder.name not in known and folder.name.split("-")[0] not in alive:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    for lock in workspace.layout.locks.glob("batch-*.lock"):
        if lock.stem.removeprefix("batch-") not in alive and age(lock) > GRACE_SECONDS:
            lock.unlink(missing_ok=True)
    return removed


def _remove_old(workspace: Workspace) -> None:
    """What questions put aside whose process died."""
    for folder in workspace.layout.spill.glob("*"):
        if age(folder) > SPILL_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
