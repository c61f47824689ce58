"""Asking the evidence tables: the only place where the query engine (`sekimori.store.engine`) is spoken to.

A `Reading` is one state of the store: it keeps the list of segments it started with. The engine is DuckDB over the
catalogue's file list; staged segments take part as Arrow tables. The engine's extensions are those linked into it;
it never looks for others.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.errors import TableFault, WorkspaceChanged, WorkspaceError
from sekimori.store.segments import ipc_table
from sekimori.store.shapes import table_schema
from sekimori.store.veil import VEILED, Veil
from sekimori.store.workspace import Workspace

__all__ = ["Reading"]

_STREAMED = 512
"""Records that a stream holds at once."""

_BUFFER = 1 << 20


class Reading:
    """Questions over some segments of one organisation, all of them unless told otherwise.

    Every call raises `WorkspaceChanged` where evidence was purged meanwhile, so that no answer has holes.
    """

    def __init__(
        self, workspace: Workspace, organisation: Organisation, segments: Sequence[Segment] | None = None
    ) -> None:
        self._catalogue = Catalogue(workspace, organisation)
        self.segments = list(segments) if segments is not None else self._catalogue.segments()
        if not self._catalogue.has_segments(one.id for one in self.segments):
            raise WorkspaceChanged
        self._veil = Veil(workspace.key)
        self._engine = workspace.engine
        self._connection = self._engine.connection()
        self._asked: set[str] = set()
        self._views: set[str] = set()
        self._serial = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the engine lives as long as the workspace is open."""
        self._connection.close()
        self._engine.tidy()

    def equal(self, ids: pa.Array) -> pa.Table:
        """Names whose id is among `ids`: columns `nth` (position in `ids`), `id`, `type`, `value`."""
        with self._given(pa.table({"nth": _positions(ids), "wanted": ids})) as given:
            return self._ask(
                f"select distinct nth, id, type, value from {given} join {self._view('names')} on id = wanted"
            )

    def below(self, ids: pa.Array) -> pa.Table:
        """Domain names that are, or lie under, the names of these ids; columns as of `equal`."""
        with self._given(pa.table({"nth": _positions(ids), "wanted": ids})) as given:
            hits = f"select distinct nth, id from {given} join {self._view('suffixes')} on suffix = wanted"
            return self._ask(
                f"select distinct nth, id, type, value from ({hits}) join {self._view('names')} using (id)"
            )

    def names(self, types: Iterable[str]) -> pa.Table:
        """All distinct values of some types: `id`, `type`, `value`."""
        wanted = list(types)
        return self._ask(
            f"select distinct id, type, value from {self._view('names')} where type in $types", types=wanted
        )

    def observed(self, ids: pa.Array) -> pa.Table:
        """Where values were observed: `id`, `source`, `kind`, `field`, `first`, `last`, `count`, summed over days."""
        with self._given(pa.table({"wanted": ids})) as given:
            return self._ask(
                "select id, source, kind, field, min(first) as first, max(first + to_microseconds(span)) as last, "
                "sum(count)::bigint as count "
                f"from {self._view('observed')} where id in (select wanted from {given}) "
                "group by all order by id, kind, field, source"
            )

    def days(self, ids: pa.Array | None, kinds: Sequence[str]) -> pa.Table:
        """Observations a day (UTC): `day`, `kind`, `field`, `id`, `count`; of all values where `ids` is None."""
        view = self._view("observed")
        if ids is None:
            return self._ask(
                f"select day, sum(count)::bigint as count from {view} where kind in $kinds group by day order by day",
                kinds=list(kinds),
            )
        with self._given(pa.table({"wanted": ids})) as given:
            return self._ask(
                f"select day, kind, field, id, sum(count)::bigint as count from {view} "
                f"where id in (select wanted from {given}) and kind in $kinds group by all order by day, id",
                kinds=list(kinds),
            )

    def filled(self) -> dict[tuple[str, str], int]:
        """How many observations each field (kind, name) has."""
        rows = self._ask(
            f"select kind, field, sum(count)::bigint as count from {self._view('observed')} group by kind, field"
        )
        return {(row["kind"], row["field"]): row["count"] for row in rows.to_pylist()}

    def days_covered(self, kind: str) -> list[date]:
        """The days (UTC) on which there is any record of a kind."""
        rows = self._ask(f"select distinct timestamp::date as day from {self._view(kind)} order by day")
        return [day for day in rows.column("day").to_pylist() if day is not None]

    def records(
        self,
        kind: str,
        *,
        columns: Sequence[str],
        where: Mapping[str, Sequence[object]],
        limit: int | None = None,
        between: tuple[datetime, datetime] | None = None,
        newest: bool = False,
    ) -> pa.Table:
        """Records of a kind whose every named column holds one of the given values (list columns: any of them).

        Only those whose time is `between` two times, both included, where that is given. Ordered by time, source,
        offset and line; with `newest` the other way round, those without a time last.
        """
        conditions, given = self._conditions(kind, where)
        if between is not None:
            conditions += " and timestamp between $earliest and $latest"
            given |= {"earliest": between[0], "latest": between[1]}
        way = " desc" if newest else ""
        order = f"timestamp{way} nulls last, source{way}, {_quoted('offset')}{way}, line{way}"
        listed = ", ".join(_quoted(name) for name in columns)
        sql = f"select {listed} from {self._view(kind)} where {conditions} order by {order}"
        return self._ask(sql + (f" limit {int(limit)}" if limit is not None else ""), **given)

    def stream(self, kind: str, *, columns: Sequence[str], sources: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """Records of a kind of some evidence, a few hundred at once, in the order in which they were stored.

        For `sources` that are very many: file after file is read through, without the query engine, in little memory.
        """
        wanted = pa.array(sources, pa.int64())
        with self._told():
            self._asked.add(kind)
            for batch in self._batches(kind, columns, sorted(sources)):
                found = batch.filter(pc.is_in(batch.column("source"), wanted))
                if found.num_rows:
                    yield self._veil.lifted(found)

    def _batches(self, kind: str, columns: Sequence[str], sources: Sequence[int]) -> Iterator[pa.RecordBatch]:
        """All that may be of one of the sources, which are in rising order."""
        schema = pa.schema([table_schema(kind).field(name) for name in columns])
        yield from self._staged(kind).select(columns).to_batches(_STREAMED)
        for path in (segment.files[kind] for segment in self.segments if kind in segment.files):
            with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
                there = [name for name in columns if name in file.schema_arrow.names]
                groups = [group for group in range(file.num_row_groups) if _may_hold(file, group, sources)]
                for batch in file.iter_batches(_STREAMED, row_groups=groups, columns=there, use_threads=False):
                    empty = partial(pa.nulls, len(batch))
                    filled = (batch.column(one.name) if one.name in there else empty(one.type) for one in schema)
                    yield pa.record_batch(list(filled), schema=schema)

    def counted(self, kind: str, *, sources: Sequence[int]) -> dict[int, int]:
        """How many records of a kind there are of some evidence; what has none is left out."""
        with self._given(pa.table({"wanted": pa.array(sources, pa.int64())})) as given:
            rows = self._ask(
                f"select source, count(*)::bigint as count from {self._view(kind)} "
                f"where source in (select wanted from {given}) group by source"
            )
        return dict(zip(rows.column("source").to_pylist(), rows.column("count").to_pylist(), strict=True))

    def grouped(self, kind: str, *, by: Sequence[str], where: Mapping[str, Sequence[object]]) -> pa.Table:
        """Records as of `records`, counted by some columns: those, `first`, `last`, `count`; most frequent first."""
        conditions, given = self._conditions(kind, where)
        names = ", ".join(_quoted(name) for name in by)
        return self._ask(
            f"select {names}, min(timestamp) as first, max(timestamp) as last, count(*) as count "
            f"from {self._view(kind)} where {conditions} group by {names} order by count desc, {names}",
            **given,
        )

    def pathless(self) -> tuple[int, int]:
        """How many records of the kind `network` show no path of a URL (tunnels, names alone), and how many there are.

        A tunnel is logged as host and port, without a slash.
        """
        path = "contains(url_original, '/') and http_request_method is distinct from 'CONNECT'"
        row = self._ask(
            f"select count(*) filter (where {path}) as shown, count(*) as every from {self._view('network')}"
        )
        shown, every = row.column("shown")[0].as_py(), row.column("every")[0].as_py()
        return every - shown, every

    def _conditions(self, kind: str, where: Mapping[str, Sequence[object]]) -> tuple[str, dict[str, object]]:
        schema = table_schema(kind)
        parts = ["true"]
        given: dict[str, object] = {}
        if hidden := VEILED.intersection(where):
            raise ValueError(f"the texts of {', '.join(sorted(hidden))} are not written as they are: nothing is equal")
        for number, (name, values) in enumerate(where.items()):
            given[f"w{number}"] = list(values)
            if pa.types.is_list(schema.field(name).type):
                parts.append(f"list_has_any({_quoted(name)}, $w{number})")
            else:
                parts.append(f"{_quoted(name)} in $w{number}")
        return " and ".join(parts), given

    def _view(self, kind: str) -> str:
        """The name of the view over all files and staged tables of a kind, made when first needed."""
        if kind not in self._views:
            self._asked.add(kind)
            staged = f"staged_{kind}"
            self._connection.register(staged, self._staged(kind))
            parts = [f"select * from {staged}"]
            files = [str(segment.files[kind]) for segment in self.segments if kind in segment.files]
            if files:
                listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
                parts.append(f"select * from read_parquet([{listed}], union_by_name=true, hive_partitioning=false)")
            with self._told():
                self._connection.execute(f"create temp view {kind} as " + " union all by name ".join(parts)).fetchall()
            self._views.add(kind)
        return kind

    def _staged(self, kind: str) -> pa.Table:
        schema = table_schema(kind)
        wanted = {segment.id for segment in self.segments if kind in segment.staged}
        found = [ipc_table(payload) for payload in self._catalogue.payloads(kind, wanted)] if wanted else []
        if len(found) < len(wanted):
            raise WorkspaceChanged
        return pa.concat_tables([schema.empty_table(), *found], promote_options="default")

    def _given(self, table: pa.Table) -> "_Given":
        self._serial += 1
        return _Given(self._connection, f"given_{self._serial}", table)

    def _ask(self, sql: str, **given: object) -> pa.Table:
        with self._told():
            return self._veil.lifted(self._connection.sql(sql, params=given or None).to_arrow_table())

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words that a file is gone or damaged."""
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            # What the engine raises for a damaged file depends on where the damage is: the files are looked at instead.
            raise self._fault() or WorkspaceError(
                N_("a table of the workspace cannot be read: {error}").format(error=error)
            ) from error

    def _fault(self) -> WorkspaceError | None:
        """What is wrong with the files that stand behind the questions; None where all is well with them."""
        present = {segment.id for segment in self._catalogue.segments()}
        for segment in self.segments:
            for path in segment.files.values():
                if not path.exists():
                    return TableFault(path) if segment.id in present else WorkspaceChanged()
        asked = (path for one in self.segments for kind, path in one.files.items() if kind in self._asked)
        return next((TableFault(path) for path in asked if not _is_whole(path)), None)


class _Given:
    """An Arrow table under a name in the engine, for as long as the context lasts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
        self._connection, self._name, self._table = connection, name, table

    def __enter__(self) -> str:
        self._connection.register(self._name, self._table)
        return self._name

    def __exit__(self, *exc: object) -> None:
        self._connection.unregister(self._name)


def _may_hold(file: pq.ParquetFile, group: int, sources: Sequence[int]) -> bool:
    """Whether records of one of the sources may stand in a row group, by its least and greatest source."""
    about = file.metadata.row_group(group).column(file.schema_arrow.names.index("source")).statistics
    if about is None or not about.has_min_max:
        return True
    return bisect_left(sources, about.min) < bisect_right(sources, about.max)


def _is_whole(path: Path) -> bool:
    """Whether a table file can be read from its beginning to its end, portion by portion."""
    try:
        with pq.ParquetFile(path) as file:
            for _ in file.iter_batches():
                pass
    except (OSError, pa.ArrowException):
        return False
    return True


def _positions(values: pa.Array) -> pa.Array:
    return pa.array(range(len(values)), pa.int64())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
