"""Writing one segment: records by kind, the roll-up and the pack.

A segment lives in memory until it has something worth a file. A small one ends up as staged payloads in the desk
database; a large one as a folder of Parquet files and a pack. Records are buffered per kind and written in the order in
which they stand in the evidence: places and times then shrink to almost nothing. Memory stays bounded.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sekimori.model.kinds import KINDS
from sekimori.model.schema import Kind
from sekimori.store.originals import PackWriter
from sekimori.store.rollup import REPLACED, RollUp
from sekimori.store.shapes import table_schema
from sekimori.store.veil import Veil

__all__ = ["PACK", "Finished", "SegmentWriter", "TableWriter", "ipc_bytes", "ipc_table"]

PACK = "originals.pack"
GROUP_ROWS = 491_520
_DICTIONARY_BYTES = 16 << 20
"""A row group is what is buffered, so that each distinct text is written once for it."""

_RISING = frozenset({"offset", "line", "timestamp", "first"})
"""Columns that rise from record to record: kept as differences."""

_SPREAD = frozenset({"source_bytes", "destination_bytes"})
"""Numbers that hardly repeat: kept in as many bits as they need."""
_BUFFER_ROWS = GROUP_ROWS
_BUFFER_BYTES = 96 << 20
_SMALL_BATCHES = 256
_STAGE_BYTES = 256 << 10
_CUT_BYTES = 256 << 20
_CUT_DISTINCT = 1_500_000
_CUT_OBSERVATIONS = 3_500_000
"""The roll-up is sorted in memory when a segment ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """One file of a finished segment; `payload` where it is to be staged, else it stands in the folder."""

    name: str
    kind: str
    rows: int
    size: int
    payload: bytes | None = None


class SegmentWriter:
    """Writes the segment whose folder is `folder`; nothing is in it before `finish`, unless it grows large."""

    def __init__(self, folder: Path, key: bytes, organisation: int) -> None:
        self._folder = folder
        self._organisation = organisation
        self.pack = PackWriter(folder / PACK, key)
        self._rollup = RollUp()
        self._veil = Veil(key)
        self._buffers: dict[str, _Buffer] = {}
        self._writers: dict[str, TableWriter] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added yet, neither records nor bytes."""
        return not (self._writers or self._buffers or self.pack.size)

    @property
    def is_large(self) -> bool:
        """Whether it is time to begin another segment."""
        written = sum(writer.bytes for writer in self._writers.values())
        rollup = self._rollup
        is_full = rollup.distinct >= _CUT_DISTINCT or rollup.observations >= _CUT_OBSERVATIONS
        return is_full or written >= _CUT_BYTES

    def add(self, kind: Kind, source: int, batch: pa.RecordBatch) -> None:
        """Add records of one piece of evidence; `batch` has the columns of `kind.schema`."""
        if not len(batch):
            return
        buffer = self._buffers.setdefault(kind.name, _Buffer())
        buffer.add(source, batch)
        if buffer.rows >= _BUFFER_ROWS:
            self._writer(kind.name).write(self._rolled(kind.name))
        elif self._buffered >= _BUFFER_BYTES:
            self._write_buffered()

    def finish(self) -> list[Finished]:
        """End the segment; the files, or the payloads to stage where it is small."""
        if not self._writers and self._buffered < _STAGE_BYTES and self.pack.in_memory:
            tables = {name: self._rolled(name) for name in list(self._buffers)}
            tables |= {name: pa.concat_tables(portions) for name, portions in self._parts()}
            return list(_staged(tables, self.pack.content()))
        self._write_buffered()
        for name, portions in self._parts():
            for table in portions:
                self._writer(name).write(table)
        self.pack.close()
        files = [writer.finish() for writer in self._writers.values()]
        return [*files, Finished(name=PACK, kind="pack", rows=0, size=self.pack.size)]

    def discard(self) -> None:
        """Leave nothing behind."""
        self.pack.discard()
        for writer in self._writers.values():
            writer.discard()
        if self._folder.is_dir():
            self._folder.rmdir()

    def _parts(self) -> Iterator[tuple[str, Iterable[pa.Table]]]:
        """The roll-up, as little of it at a time as can be: it is what takes most memory."""
        yield "names", [self._rollup.names()]
        yield "suffixes", [self._rollup.suffixes()]
        yield "observed", self._rollup.observed()

    def _write_buffered(self) -> None:
        for name in list(self._buffers):
            self._writer(name).write(self._rolled(name))

    def _rolled(self, kind: str) -> pa.Table:
        """What is buffered of a kind, counted into the roll-up, in its order of arrival."""
        table = self._buffers.pop(kind).table(kind, self._organisation)
        return self._veil.drawn(self._rollup.add(KINDS[kind], table))

    @property
    def _buffered(self) -> int:
        return sum(buffer.bytes for buffer in self._buffers.values())

    def _writer(self, kind: str) -> "TableWriter":
        if kind not in self._writers:
            self._writers[kind] = TableWriter(self._folder, kind)
        return self._writers[kind]


class _Buffer:
    """Records of one kind that wait to be written, with the evidence that each batch comes from."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        self._batches: list[pa.RecordBatch] = []
        self._small: list[pa.RecordBatch] = []
        self._lengths: list[int] = []
        self._sources: list[int] = []

    def add(self, source: int, batch: pa.RecordBatch) -> None:
        """Take a batch with the columns of its kind's schema."""
        self._small.append(batch)
        self._lengths.append(len(batch))
        self._sources.append(source)
        self.rows += len(batch)
        self.bytes += batch.get_total_buffer_size()
        if len(self._small) >= _SMALL_BATCHES:
            # Forty columns of one mail take more room than what stands in them.
            self._batches.append(pa.concat_batches(self._small))
            self._small = []

    def table(self, kind: str, organisation: int) -> pa.Table:
        """All of it, with the store's own columns before the kind's."""
        table = pa.Table.from_batches([*self._batches, *self._small])
        own = [
            pa.repeat(pa.scalar(organisation, pa.int32()), len(table)),
            pa.array(np.repeat(np.array(self._sources, dtype=np.int64), self._lengths)),
        ]
        return pa.table([*own, *table.columns], schema=table_schema(kind))


class TableWriter:
    """One Parquet file."""

    def __init__(self, folder: Path, kind: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{kind}.parquet"
        self._kind = kind
        self._rows = 0
        self._file = self._path.open("wb")
        self._writer = _parquet_writer(self._file, kind)

    @property
    def bytes(self) -> int:
        """Bytes written so far."""
        return self._file.tell()

    def write(self, table: pa.Table) -> None:
        """Append rows."""
        self._rows += len(table)
        self._writer.write_table(_plain(table, self._writer.schema), row_group_size=GROUP_ROWS)

    def finish(self) -> Finished:
        """Close; what the catalogue is told."""
        self._writer.close()
        size = self._file.tell()
        self._file.close()
        return Finished(name=self._path.name, kind=self._kind, rows=self._rows, size=size)

    def discard(self) -> None:
        """Remove the file, as far as it was written."""
        self._writer.is_open = False  # or it would write its end when it is collected
        with suppress(OSError):  # what was buffered finds no room on a full disk
            self._file.close()
        self._path.unlink(missing_ok=True)


def _parquet_writer(file: BinaryIO, kind: str) -> pq.ParquetWriter:
    schema = _written_schema(kind)
    # Ids are spread evenly over 63 bits, times and URLs hardly repeat: a dictionary of them only costs.
    packed = _RISING | _SPREAD
    plain = {"id", "suffix", "value", "url_original", *packed}
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=[_leaf(one) for one in schema if one.name not in plain],
        column_encoding={name: "DELTA_BINARY_PACKED" for name in schema.names if name in packed},
        # Records stand in the order of their evidence: the least and greatest text of a group rule nothing out.
        write_statistics=[one.name for one in schema if kind not in KINDS or not _is_text(one.type)],
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
        store_schema=False,
    )


def _leaf(field: pa.Field) -> str:
    """The path of a column's values, as Parquet names it: those of a list stand below it."""
    return f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_dictionary(type_) or pa.types.is_list(type_))


@cache
def _written_schema(kind: str) -> pa.Schema:
    """The columns as they are handed to the writer: those that the roll-up encoded stay encoded. Files are the same."""
    schema = table_schema(kind)
    if kind in KINDS:
        encoded = {field.name for field in KINDS[kind].observable_fields if field.observable in REPLACED}
    else:
        encoded = {"kind", "field"}
    texts = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [(one.name, texts if one.name in encoded and one.type == pa.string() else one.type) for one in schema]
    )


def _plain(table: pa.Table, schema: pa.Schema) -> pa.Table:
    return table if table.schema.equals(schema) else table.cast(schema)


def ipc_bytes(table: pa.Table) -> bytes:
    """A table as a compressed Arrow stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def ipc_table(payload: bytes) -> pa.Table:
    """The table of an Arrow stream."""
    with pa.ipc.open_stream(payload) as reader:
        return reader.read_all()


def _staged(tables: dict[str, pa.Table], pack: bytes) -> Iterator[Finished]:
    for name, table in tables.items():
        if len(table):
            payload = ipc_bytes(_plain(table, table_schema(name)))
            yield Finished(name=name, kind=name, rows=len(table), size=len(payload), payload=payload)
    yield Finished(name=PACK, kind="pack", rows=0, size=len(pack), payload=pack)
