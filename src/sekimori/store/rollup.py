"""The roll-up: from records to distinct values and when each was observed.

Everything runs on distinct values: a column is dictionary-encoded, each distinct text is brought to its normal form
once, and rows are counted by the ids of the values. Where nothing is lost by it, the records get the normal forms
back, so that a value of the roll-up is found in them as it is. A text that has no normal form of its type stays as it
was read, and is no value.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.model.schema import HOST_OR_ADDRESS, MACHINE_OR_ADDRESS, Field, Kind
from sekimori.store.shapes import OBSERVED
from sekimori.store.vocabulary import NO_ID, Ids, Vocabulary, order_of
from sekimori.values.types import ObservableType

__all__ = ["REPLACED", "RollUp"]

_PORTION = 1_000_000
_DAY = 86_400_000_000
_NO_TIME = -(_DAY * 4_000_000)  # further back than any time that is accepted

REPLACED = frozenset(
    {
        ObservableType.DOMAIN,
        ObservableType.ADDRESS,
        ObservableType.MAIL_ADDRESS,
        ObservableType.HASH,
        ObservableType.HOST,
        HOST_OR_ADDRESS,
        MACHINE_OR_ADDRESS,
    }
)
"""Types whose normal form takes the place of the text in the records. A subject or a file's path is for people to read:
it stays as written, and its records are found by bringing the distinct texts of the hit evidence to normal form."""


class RollUp:
    """Collects the distinct values and the observations of one segment."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._slots: dict[tuple[str, str], int] = {}
        self._partial: list[pa.Table] = []
        self._rows = 0

    @property
    def distinct(self) -> int:
        """Distinct values so far."""
        return len(self._vocabulary)

    def add(self, kind: Kind, records: pa.Table) -> pa.Table:
        """Count the observables of `records` (shape `table_schema(kind)`); returns them with normal forms."""
        rows = records
        grid = _Grid(_chunk(rows.column("timestamp")), _chunk(rows.column("source")))
        for field in kind.observable_fields:
            column = _chunk(rows.column(field.name))
            if column.null_count == len(column):
                continue
            normalised, codes, at, ids = self._normalise(field, column)
            if field.observable in REPLACED:
                rows = rows.set_column(rows.schema.get_field_index(field.name), field.name, normalised)
            self._count(kind, field, grid.counted(codes, at, ids))
        return rows

    def names(self) -> pa.Table:
        """The distinct values (`NAMES`), sorted by id."""
        return self._vocabulary.names()

    def suffixes(self) -> pa.Table:
        """The domain names by everything above them (`SUFFIXES`), sorted by suffix."""
        return self._vocabulary.suffixes()

    @property
    def observations(self) -> int:
        """Rows that `observed` would have."""
        return self._rows

    def observed(self) -> Iterator[pa.Table]:
        """What was observed (`OBSERVED`, its texts dictionary-encoded), sorted by id, some rows at a time.

        Rows of one id and day may stand apart: they are summed when asked.
        """
        if not self._rows:
            yield OBSERVED.empty_table()
            return
        table = pa.concat_tables(self._partial)
        order = order_of(table.column("id").to_numpy())
        names = [pa.array(several) for several in zip(*self._slots, strict=True)]
        for at in range(0, len(order), _PORTION):
            part = table.take(pa.array(order[at : at + _PORTION])).combine_chunks()
            slot, first = _chunk(part.column("slot")), part.column("first")
            span = pc.subtract(part.column("last").cast(pa.int64()), first.cast(pa.int64()))
            kind, field = (pa.DictionaryArray.from_arrays(slot, several) for several in names)
            columns = [*part.select(["id", "day", "source"]).columns, kind, field, first, span, part.column("count")]
            yield pa.table(columns, names=OBSERVED.names)

    def _normalise(self, field: Field, column: pa.Array) -> tuple[pa.Array, Ids, Ids, Ids]:
        """The column in normal forms; for each value its code and its row; the id of each code."""
        observable = str(field.observable)
        if not pa.types.is_list(column.type):
            texts, codes, ids = self._vocabulary.encode(observable, column)
            at: Ids = np.arange(len(codes))
            return texts, codes, at, ids
        texts, codes, ids = self._vocabulary.encode(observable, pc.list_flatten(column))
        parents: Ids = pc.list_parent_indices(column).to_numpy(zero_copy_only=False).astype(np.int64)
        # A value that stands twice in one record is one observation.
        codes = np.unique(ids, return_inverse=True)[1][codes] if len(ids) else codes
        pairs = np.unique(np.stack([parents, codes]), axis=1)
        return _relisted(column, texts.cast(pa.string())), pairs[1], pairs[0], np.unique(ids)

    def _count(self, kind: Kind, field: Field, counted: pa.Table) -> None:
        slot = self._slots.setdefault((kind.name, field.name), len(self._slots))
        self._partial.append(counted.append_column("slot", pa.repeat(pa.scalar(slot, pa.int32()), len(counted))))
        self._rows += len(counted)


class _Grid:
    """The days and sources of some records, by which their observations are counted."""

    def __init__(self, times: pa.Array, sources: pa.Array) -> None:
        self._times = times
        self._rows: Ids = np.arange(len(times))
        moments: Ids = times.cast(pa.int64()).fill_null(_NO_TIME).to_numpy()
        self._days, day_codes = np.unique(np.floor_divide(moments, _DAY), return_inverse=True)
        self._sources, source_codes = np.unique(sources.to_numpy(), return_inverse=True)
        self._width = len(self._days) * len(self._sources)
        self._cells: Ids = day_codes * len(self._sources) + source_codes

    def counted(self, codes: Ids, at: Ids, ids: Ids) -> pa.Table:
        """Observations by value, day and source: `id`, `day`, `source`, `first`, `last`, `count`."""
        if (ids == NO_ID).any():
            known = ids[codes] != NO_ID
            codes, at = codes[known], at[known]
        # As many values as records need not be one in each: lists hold several.
        every = np.array_equal(at, self._rows)
        # One number for value, day and source: one key to group by.
        keys = pa.array(codes * self._width + (self._cells if every else self._cells[at]))
        times = self._times if every else self._times.take(pa.array(at))
        grouped = (
            pa.table({"key": keys, "time": times})
            .group_by("key", use_threads=False)
            .aggregate([("time", "min"), ("time", "max"), ([], "count_all")])
        )
        keys = grouped.column("key").to_numpy()
        cells = keys % self._width
        days = self._days[cells // len(self._sources)]
        return pa.table(
            {
                "id": pa.array(ids[keys // self._width]),
                "day": pa.array(days.astype(np.int32), mask=days == _NO_TIME // _DAY).cast(pa.date32()),
                "source": pa.array(self._sources[cells % len(self._sources)]),
                "first": grouped.column("time_min"),
                "last": grouped.column("time_max"),
                "count": grouped.column("count_all"),
            }
        )


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _relisted(lists: pa.Array, texts: pa.Array) -> pa.Array:
    """`texts` in lists of the lengths of `lists`; null where these are."""
    lengths = pc.list_value_length(lists).fill_null(0).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), texts, mask=lists.is_null())
