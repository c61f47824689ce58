"""The roll-up: from records to distinct values and when each was observed.

Everything runs on distinct values: a column is dictionary-encoded, each distinct text is brought to its normal form
once, and rows are counted by the ids of the values. Where nothing is lost by it, the records get the normal forms
back, so that a value of the roll-up is found in them as it is. A text that has no normal form of its type stays as it
was read, and is no value.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.model.schema import HOST_OR_ADDRESS, Field, Kind
from sekimori.store.shapes import NAMES, OBSERVED, SUFFIXES
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.normal import host_or_address, normal
from sekimori.values.types import ObservableType

__all__ = ["REPLACED", "RollUp"]

Ids = npt.NDArray[np.int64]
_NONE = -1  # ids are 63 bits, so never negative
_MERGE_AT = 4_000_000
_CACHED = 1_000_000
_DAY = 86_400_000_000

REPLACED = frozenset(
    {
        ObservableType.DOMAIN,
        ObservableType.ADDRESS,
        ObservableType.MAIL_ADDRESS,
        ObservableType.HASH,
        ObservableType.HOST,
        HOST_OR_ADDRESS,
    }
)
"""Types whose normal form takes the place of the text in the records. A subject or a file's path is for people to read:
it stays as written, and its records are found by bringing the distinct texts of the hit evidence to normal form."""


class RollUp:
    """Collects the distinct values and the observations of one segment."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], int] = {}
        self._cache: dict[str, dict[str, tuple[str, int]]] = {}
        self._slots: dict[tuple[str, str], int] = {}
        self._partial: list[pa.Table] = []
        self._rows = 0

    @property
    def distinct(self) -> int:
        """Distinct values so far."""
        return len(self._names)

    def add(self, kind: Kind, records: pa.Table) -> pa.Table:
        """Count the observables of `records` (shape `table_schema(kind)`); returns them with normal forms."""
        rows = records.combine_chunks()
        times = _chunk(rows.column("timestamp"))
        days = pc.floor(pc.divide(times.cast(pa.int64()).cast(pa.float64()), _DAY)).cast(pa.int32())
        for field in kind.observable_fields:
            column = _chunk(rows.column(field.name))
            if column.null_count == len(column):
                continue
            normalised, ids, at = self._normalise(field, column)
            if field.observable in REPLACED:
                rows = rows.set_column(rows.schema.get_field_index(field.name), field.name, normalised)
            self._count(kind, field, ids, at, {"day": days, "source": _chunk(rows.column("source")), "time": times})
        return rows

    def names(self) -> pa.Table:
        """The distinct values (`NAMES`), sorted by id."""
        columns = [
            pa.array(self._names.values(), pa.int64()),
            pa.array((type_ for type_, _ in self._names), pa.string()),
            pa.array((value for _, value in self._names), pa.string()),
        ]
        table = pa.table(columns, schema=NAMES)
        return table.take(pc.sort_indices(table.column("id")))

    def suffixes(self) -> pa.Table:
        """The domain names by everything above them (`SUFFIXES`), sorted by suffix."""
        above: dict[str, list[int]] = {"": []}
        suffix_ids: list[int] = []
        name_ids: list[int] = []
        for (type_, name), id_ in self._names.items():
            if type_ == ObservableType.DOMAIN:
                own = [id_, *_above(name, above)]
                suffix_ids += own
                name_ids += [id_] * len(own)
        suffixes: Ids = np.array(suffix_ids, dtype=np.int64)
        order = np.argsort(suffixes)
        columns = [pa.array(suffixes[order]), pa.array(np.array(name_ids, dtype=np.int64)[order])]
        return pa.table(columns, schema=SUFFIXES)

    def observed(self) -> pa.Table:
        """What was observed (`OBSERVED`), sorted by id.

        Rows of one id and day may stand apart: they are summed when asked.
        """
        if not self._partial:
            return OBSERVED.empty_table()
        table = pa.concat_tables(self._partial)
        table = table.take(pa.array(np.argsort(table.column("id").to_numpy())))
        slot = _chunk(table.column("slot"))
        columns = [
            table.column("id"),
            table.column("day").cast(pa.date32()),
            table.column("source"),
            pa.array([kind for kind, _ in self._slots]).take(slot),
            pa.array([field for _, field in self._slots]).take(slot),
            table.column("first"),
            table.column("last"),
            table.column("count"),
        ]
        return pa.table(columns, schema=OBSERVED)

    def _normalise(self, field: Field, column: pa.Array) -> tuple[pa.Array, Ids, Ids]:
        """The column in normal forms, the ids of its values, and the row of each."""
        if not pa.types.is_list(column.type):
            texts, ids = self._normalise_texts(field, column)
            rows: Ids = np.flatnonzero(ids != _NONE)
            return texts, ids[rows], rows
        texts, ids = self._normalise_texts(field, pc.list_flatten(column))
        parents: Ids = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
        # A value that stands twice in one record is one observation.
        pairs = np.unique(np.stack([parents, ids]), axis=1)
        pairs = pairs[:, pairs[1] != _NONE]
        return _relisted(column, texts.cast(pa.string())), pairs[1], pairs[0]

    def _normalise_texts(self, field: Field, texts: pa.Array) -> tuple[pa.Array, Ids]:
        encoded = texts.dictionary_encode()
        cache = self._cache.setdefault(str(field.observable), {})
        if len(cache) > _CACHED:
            cache.clear()
        normals: list[str] = []
        ids: list[int] = []
        for text in encoded.dictionary.to_pylist():
            found = cache.get(text)
            if found is None:
                found = cache[text] = self._value(str(field.observable), text)
            normals.append(found[0])
            ids.append(found[1])
        indices = encoded.indices
        codes: Ids = indices.fill_null(0).to_numpy() if ids else np.zeros(len(texts), dtype=np.int64)
        values: Ids = np.array(ids or [_NONE], dtype=np.int64)[codes]
        if texts.null_count:
            values[texts.is_null().to_numpy(zero_copy_only=False)] = _NONE
        return pa.DictionaryArray.from_arrays(indices, pa.array(normals, pa.string())), values

    def _value(self, observable: str, text: str) -> tuple[str, int]:
        try:
            if observable == HOST_OR_ADDRESS:
                type_, value = host_or_address(text)
            else:
                type_ = ObservableType(observable)
                value = normal(type_, text)
        except InvalidValue:
            return text, _NONE
        key = (type_.value, value)
        id_ = self._names.get(key)
        if id_ is None:
            id_ = self._names[key] = value_id(type_, value)
        return value, id_

    def _count(self, kind: Kind, field: Field, ids: Ids, at: Ids, by: dict[str, pa.Array]) -> None:
        slot = self._slots.setdefault((kind.name, field.name), len(self._slots))
        taken = {name: array if len(at) == len(array) else array.take(pa.array(at)) for name, array in by.items()}
        source = pc.min_max(taken["source"])
        one = source["min"] if source["min"].equals(source["max"]) else None
        keys = ["id", "day"] if one is not None else ["id", "day", "source"]
        grouped = (
            pa.table({"id": pa.array(ids), **taken})
            .group_by(keys, use_threads=False)
            .aggregate([("time", "min"), ("time", "max"), ([], "count_all")])
        )
        if one is not None:
            grouped = grouped.add_column(2, "source", pa.repeat(one, len(grouped)))
        grouped = grouped.rename_columns(["id", "day", "source", "first", "last", "count"])
        self._partial.append(grouped.append_column("slot", pa.repeat(pa.scalar(slot, pa.int32()), len(grouped))))
        self._rows += len(grouped)
        if self._rows > _MERGE_AT:
            self._merge()

    def _merge(self) -> None:
        """Sum rows of the same value, day, source and field, where memory would run full of them."""
        merged = (
            pa.concat_tables(self._partial)
            .group_by(["id", "day", "source", "slot"], use_threads=False)
            .aggregate([("first", "min"), ("last", "max"), ("count", "sum")])
            .rename_columns(["id", "day", "source", "slot", "first", "last", "count"])
            .select(["id", "day", "source", "first", "last", "count", "slot"])
        )
        self._partial, self._rows = [merged], 0


def _above(name: str, known: dict[str, list[int]]) -> list[int]:
    """The ids of all names above a domain name."""
    parent = name.partition(".")[2]
    ids = known.get(parent)
    if ids is None:
        ids = known[parent] = [value_id(ObservableType.DOMAIN, parent), *_above(parent, known)]
    return ids


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _relisted(lists: pa.Array, texts: pa.Array) -> pa.Array:
    """`texts` in lists of the lengths of `lists`; empty where these are null."""
    lengths = pc.list_value_length(lists).fill_null(0).to_numpy()
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), texts)
