"""Writing one segment: records by kind, the roll-up and the pack.

A segment lives in memory until it has something worth a file. A small one ends up as staged payloads in the desk
database; a large one as a folder of Parquet files and a pack. Records are buffered per kind and written as row groups
sorted by the kind's key; memory stays bounded whatever is added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sekimori.model.kinds import KINDS
from sekimori.model.schema import Kind
from sekimori.store.originals import PackWriter
from sekimori.store.rollup import RollUp
from sekimori.store.shapes import table_schema

__all__ = ["PACK", "Finished", "SegmentWriter", "ipc_bytes", "ipc_table", "write_parquet"]

PACK = "originals.pack"
GROUP_ROWS = 122_880
_BUFFER_ROWS = 4 * GROUP_ROWS
_BUFFER_BYTES = 96 << 20
_STAGE_BYTES = 256 << 10
_CUT_BYTES = 64 << 20
_CUT_DISTINCT = 1_500_000


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
        self._buffers: dict[str, list[pa.RecordBatch]] = {}
        self._buffered: dict[str, int] = {}
        self._bytes = 0
        self._writers: dict[str, _KindWriter] = {}

    @property
    def is_large(self) -> bool:
        """Whether it is time to begin another segment."""
        written = sum(writer.bytes for writer in self._writers.values())
        return written >= _CUT_BYTES or self._rollup.distinct >= _CUT_DISTINCT

    def add(self, kind: Kind, source: int, batch: pa.RecordBatch) -> None:
        """Add records of one piece of evidence; `batch` has the columns of `kind.schema`."""
        if not len(batch):
            return
        own = [
            pa.repeat(pa.scalar(self._organisation, pa.int32()), len(batch)),
            pa.repeat(pa.scalar(source, pa.int64()), len(batch)),
        ]
        whole = pa.record_batch([*own, *batch.columns], schema=table_schema(kind.name))
        self._buffers.setdefault(kind.name, []).append(whole)
        self._buffered[kind.name] = self._buffered.get(kind.name, 0) + len(whole)
        self._bytes += whole.nbytes
        if self._buffered[kind.name] >= _BUFFER_ROWS or self._bytes >= _BUFFER_BYTES:
            for name in list(self._buffers) if self._bytes >= _BUFFER_BYTES else [kind.name]:
                self._writer(name).write(self._rolled(name))

    def finish(self) -> list[Finished]:
        """End the segment; the files, or the payloads to stage where it is small."""
        small = not self._writers and self._bytes < _STAGE_BYTES and self.pack.in_memory
        tables = {name: self._rolled(name) for name in list(self._buffers)}
        parts = {"names": self._rollup.names, "suffixes": self._rollup.suffixes, "observed": self._rollup.observed}
        if small:
            tables |= {name: make() for name, make in parts.items()}
            return list(_staged(tables, self.pack.content()))
        for name, table in tables.items():
            self._writer(name).write(table)
        for name, make in parts.items():
            self._writer(name).write(make())
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

    def _rolled(self, kind: str) -> pa.Table:
        """What is buffered of a kind, counted into the roll-up and sorted by its key."""
        table = pa.Table.from_batches(self._buffers.pop(kind))
        self._buffered[kind] = 0
        self._bytes -= min(self._bytes, table.nbytes)
        rows = self._rollup.add(KINDS[kind], table)
        return rows.take(pc.sort_indices(rows.column(KINDS[kind].key)))

    def _writer(self, kind: str) -> "_KindWriter":
        if kind not in self._writers:
            self._writers[kind] = _KindWriter(self._folder, kind)
        return self._writers[kind]


class _KindWriter:
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
        self._writer.write_table(table, row_group_size=GROUP_ROWS)

    def finish(self) -> Finished:
        """Close; what the catalogue is told."""
        self._writer.close()
        size = self._file.tell()
        self._file.close()
        return Finished(name=self._path.name, kind=self._kind, rows=self._rows, size=size)

    def discard(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _parquet_writer(file: object, kind: str) -> pq.ParquetWriter:
    # Ids are spread evenly over 63 bits and positions hardly repeat: a dictionary of them only costs.
    plain = {"id", "suffix", "first", "last", "offset", "timestamp", "value"}
    schema = table_schema(kind)
    return pq.ParquetWriter(
        file,
        schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in schema.names if name not in plain],
        write_statistics=True,
    )


def write_parquet(path: Path, kind: str, table: pa.Table) -> None:
    """Write a whole table as one file of a kind."""
    with path.open("wb") as file, _parquet_writer(file, kind) as writer:
        writer.write_table(table, row_group_size=GROUP_ROWS)


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
            payload = ipc_bytes(table)
            yield Finished(name=name, kind=name, rows=len(table), size=len(payload), payload=payload)
    yield Finished(name=PACK, kind="pack", rows=0, size=len(pack), payload=pack)
