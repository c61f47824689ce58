"""Kinds of records: one type per field name everywhere, observables in columns of text."""

import re

import pyarrow as pa
import pytest

from sekimori.model.kinds import KINDS
from sekimori.model.schema import HOST_OR_ADDRESS, MACHINE_OR_ADDRESS, Kind
from sekimori.values.types import ObservableType

by_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)

# One value in one table, several in another: the hunt tells them by the kind's schema, and a name for each would hide
# that they mean the same.
_ONE_OR_MORE = {"file_name", "host_name", "source_domain", "url_domain", "url_original", "user_name"}


def _types(name: str) -> set[pa.DataType]:
    fields = (field for kind in KINDS.values() for field in kind.fields if field.name == name)
    return {field.type for field in fields}


@pytest.mark.parametrize("name", sorted({field.name for kind in KINDS.values() for field in kind.fields}))
def test_field_name_has_one_type(name: str) -> None:
    values = {kind.value_type if isinstance(kind, pa.ListType) else kind for kind in _types(name)}

    assert len(values) == 1
    assert (len(_types(name)) > 1) == (name in _ONE_OR_MORE)


@by_kind
def test_names_are_unique_and_lower_case(kind: Kind) -> None:
    assert len(set(kind.schema.names)) == len(kind.schema.names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in kind.schema.names)


@by_kind
def test_observables_are_texts_with_a_role(kind: Kind) -> None:
    for field in kind.observable_fields:
        assert field.type in {pa.string(), pa.list_(pa.string())}
        assert field.observable in {*ObservableType, HOST_OR_ADDRESS, MACHINE_OR_ADDRESS}
        assert field.role is not None


@by_kind
def test_rows_are_sorted_by_a_column_of_their_own(kind: Kind) -> None:
    assert kind.field(kind.key) in kind.fields


@by_kind
def test_columns_are_plain_parquet(kind: Kind) -> None:
    plain = {pa.string(), pa.list_(pa.string()), pa.int64(), pa.bool_(), pa.timestamp("us", "UTC")}

    assert {field.type for field in kind.schema} <= plain
