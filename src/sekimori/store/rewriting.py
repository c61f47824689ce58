"""Writing one segment anew from others, for compaction and for real deletion.

The new segment is drafted beside the old ones, in the folder of a batch; it exists when the caller's transaction has
installed it. Tables are copied portion by portion, so that memory stays bounded whatever a segment holds; only the
roll-up is sorted anew.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, insert, select, update

from sekimori.model.kinds import KINDS
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.batches import durable
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.errors import TableFault
from sekimori.store.filing import insert_files
from sekimori.store.originals import BLOCK, Pack, Packed, PackWriter
from sekimori.store.segments import GROUP_ROWS, PACK, Finished, TableWriter, ipc_table
from sekimori.store.shapes import PARTS, table_schema
from sekimori.store.workspace import Workspace

__all__ = ["Draft", "Slice", "draft_of", "install"]

_PORTION_BYTES = 64 << 20
_ORDER = {"observed": "id", "names": "id", "suffixes": "suffix"}


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a piece of evidence that is to be kept as a piece of its own: the container's id, offset, size."""

    container: int
    offset: int
    size: int


@dataclass(slots=True, kw_only=True)
class Draft:
    """A segment that is written but does not exist yet. Without files nothing is left of the `old` segments."""

    folder: Path
    old: Sequence[Segment]
    month: str
    files: list[Finished] = field(default_factory=list)
    moved: dict[int, Packed] = field(default_factory=dict)

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def draft_of(
    workspace: Workspace,
    organisation: Organisation,
    name: str,
    segments: Sequence[Segment],
    *,
    without: Collection[int] = frozenset(),
    slices: Mapping[int, Slice] | None = None,
) -> Draft:
    """Write the segment `name` from others, without the records and bytes of some evidence.

    `slices` are kept as pieces of their own, as far as these segments hold the bytes. Raises `OSError`.
    """
    month = datetime.now(UTC).strftime("%Y-%m")
    draft = Draft(folder=workspace.layout.segment(organisation.id, month, name), old=segments, month=month)
    draft.folder.mkdir(parents=True)
    try:
        draft.files += _merged(_Old(workspace, organisation, segments), draft.folder, without)
        _move_originals(workspace, organisation, draft, without, slices or {})
        durable(draft.folder / file.name for file in draft.files)
    except BaseException:
        draft.discard()
        raise
    if not draft.files:
        draft.discard()
    return draft


def install(connection: Connection, organisation: Organisation, draft: Draft) -> None:
    """Put the drafted segment into the catalogue; what becomes of the old ones is the caller's."""
    if not draft.files:
        return
    values = {
        "organisation": organisation.id,
        "name": draft.folder.name,
        "month": draft.month,
        "created": datetime.now(UTC),
        "bytes": sum(file.size for file in draft.files),
        "hunted_to": min(one.hunted_to for one in draft.old),
    }
    key = connection.execute(insert(tables.segment).values(**values)).inserted_primary_key
    assert key is not None
    insert_files(connection, int(key[0]), draft.files)
    table = tables.evidence
    for evidence, packed in draft.moved.items():
        place = {"segment": int(key[0]), "packed": [packed.start, packed.index, packed.index_length]}
        own = {"parent": None, "offset": None}
        connection.execute(update(table).where(table.c.id == evidence).values(**place, **own))


class _Old:
    """The tables of the old segments."""

    def __init__(self, workspace: Workspace, organisation: Organisation, segments: Sequence[Segment]) -> None:
        self._catalogue = Catalogue(workspace, organisation)
        self._segments = segments

    def portions(self, kind: str) -> Iterator[pa.Table]:
        """All rows of a kind, each portion with the present columns; those that an older segment lacks are empty."""
        empty = table_schema(kind).empty_table()
        for table in self._tables(kind):
            yield pa.concat_tables([empty, table], promote_options="default").select(empty.schema.names)

    def _tables(self, kind: str) -> Iterator[pa.Table]:
        for one in self._segments:
            if kind in one.files:
                try:
                    with pq.ParquetFile(one.files[kind]) as file:
                        yield from (file.read_row_group(group) for group in range(file.num_row_groups))
                except (OSError, pa.ArrowException) as error:
                    raise TableFault(one.files[kind]) from error
        staged = {one.id for one in self._segments if kind in one.staged}
        yield from map(ipc_table, self._catalogue.payloads(kind, staged) if staged else ())


def _merged(old: _Old, folder: Path, without: Collection[int]) -> Iterator[Finished]:
    gone = pa.array(sorted(without), pa.int64())
    for kind in KINDS:
        yield from _written(folder, kind, _gathered(_kept(old.portions(kind), gone)))
    # `observed` comes first: it says which values are left for the other two.
    observed = pa.concat_tables([PARTS["observed"].empty_table(), *_kept(old.portions("observed"), gone)])
    left = pc.unique(observed.column("id"))
    yield from _written(folder, "observed", [_sorted("observed", observed)])
    for part in ("names", "suffixes"):
        portions = (one.filter(pc.is_in(one.column("id"), left)) for one in old.portions(part))
        table = pa.concat_tables([PARTS[part].empty_table(), *portions])
        yield from _written(folder, part, [_sorted(part, table.group_by(table.schema.names).aggregate([]))])


def _kept(portions: Iterable[pa.Table], gone: pa.Array) -> Iterator[pa.Table]:
    for one in portions:
        yield one.filter(pc.invert(pc.is_in(one.column("source"), gone))) if len(gone) else one


def _sorted(part: str, table: pa.Table) -> pa.Table:
    return table.take(pc.sort_indices(table, sort_keys=[(_ORDER[part], "ascending")]))


def _gathered(portions: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Small portions put together: what is written at once becomes a row group."""
    waiting: list[pa.Table] = []
    for one in portions:
        waiting.append(one)
        if sum(map(len, waiting)) >= GROUP_ROWS or sum(one.nbytes for one in waiting) >= _PORTION_BYTES:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _written(folder: Path, kind: str, portions: Iterable[pa.Table]) -> Iterator[Finished]:
    """The file of a kind; none where there are no rows."""
    writer: TableWriter | None = None
    try:
        for one in portions:
            if len(one):
                writer = writer or TableWriter(folder, kind)
                writer.write(one.combine_chunks())
        if writer is not None:
            yield writer.finish()
    except BaseException:
        if writer is not None:
            writer.discard()
        raise


def _move_originals(
    workspace: Workspace,
    organisation: Organisation,
    draft: Draft,
    without: Collection[int],
    slices: Mapping[int, Slice],
) -> None:
    pack = PackWriter(draft.folder / PACK, workspace.key)
    try:
        for segment in draft.old:
            source = _pack_of(workspace, organisation, segment)
            for id_, packed in _packed_in(workspace, segment).items():
                if id_ not in without:
                    draft.moved[id_] = pack.copy(source, packed)
                for inner, stretch in slices.items():
                    if stretch.container == id_:
                        with source.open(packed) as stream:
                            draft.moved[inner] = pack.add(_blocks(stream, stretch))
        pack.close()
    except BaseException:
        pack.discard()
        raise
    if draft.files or draft.moved:
        draft.files.append(Finished(name=PACK, kind="pack", rows=0, size=pack.size))


def _pack_of(workspace: Workspace, organisation: Organisation, segment: Segment) -> Pack:
    if PACK in segment.staged:
        return Pack(Catalogue(workspace, organisation).payloads(PACK, {segment.id})[0], workspace.key)
    return Pack(segment.files["pack"], workspace.key)


def _packed_in(workspace: Workspace, segment: Segment) -> dict[int, Packed]:
    """The evidence whose bytes a segment's pack holds, in order of arrival."""
    table = tables.evidence
    query = select(table.c.id, table.c.packed, table.c.size).where(table.c.segment == segment.id).order_by(table.c.id)
    with workspace.reading() as connection:
        rows = connection.execute(query).fetchall()
    found = {}
    for row in rows:
        start, index, length = row.packed
        found[row.id] = Packed(start, index, length, row.size)
    return found


def _blocks(stream: BinaryIO, stretch: Slice) -> Iterator[bytes]:
    stream.seek(stretch.offset)
    left = stretch.size
    while left and (block := stream.read(min(left, BLOCK))):
        left -= len(block)
        yield block
