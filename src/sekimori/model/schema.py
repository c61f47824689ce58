"""Kinds of records and their fields.

A kind is one table. Field names are those of the Elastic Common Schema (ECS 8, elastic.co/guide/en/ecs)
with `_` for `.`; what ECS lacks has a name in its manner. A field that holds observables says of which
type they are and in which role they stand: from that alone the roll-up, the hunt and the report are made.
"""

from dataclasses import dataclass

import pyarrow as pa

from sekimori.model.role import Role
from sekimori.values.normal import host_or_address, machine_or_address, normal
from sekimori.values.types import ObservableType

__all__ = ["HOST_OR_ADDRESS", "MACHINE_OR_ADDRESS", "PLACE_FIELDS", "TIME", "Field", "Kind", "typed"]

TIME = pa.timestamp("us", "UTC")
"""The one type of every time: microseconds, UTC."""


HOST_OR_ADDRESS = "host_or_address"
"""For fields that hold a domain name or an address, as the URL had it: told apart by value."""

MACHINE_OR_ADDRESS = "machine_or_address"
"""For fields in which people name a computer of theirs by its name or its address: told apart by value."""

_TOLD_APART = {HOST_OR_ADDRESS: host_or_address, MACHINE_OR_ADDRESS: machine_or_address}
_TYPES = {
    HOST_OR_ADDRESS: frozenset({ObservableType.DOMAIN, ObservableType.ADDRESS}),
    MACHINE_OR_ADDRESS: frozenset({ObservableType.HOST, ObservableType.ADDRESS}),
}


def typed(observable: str, text: str) -> tuple[ObservableType, str]:
    """What a text in a field of these observables is, and its normal form. Raises `InvalidValue`."""
    if tell := _TOLD_APART.get(observable):
        return tell(text)
    type_ = ObservableType(observable)
    return type_, normal(type_, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: name, Arrow type, meaning, and what observable it holds, if any.

    `type` of an observable field is `pa.string()` or `pa.list_(pa.string())`.
    """

    name: str
    type: pa.DataType
    meaning: str
    observable: ObservableType | str | None = None
    role: Role | None = None

    @property
    def holds(self) -> frozenset[ObservableType]:
        """The types of the observables that it can hold."""
        if self.observable is None:
            return frozenset()
        return _TYPES.get(self.observable) or frozenset({ObservableType(self.observable)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record: one table.

    `key` names the column by which a segment's rows are sorted. `area` is the question that records of this
    kind answer ("mail", "network", "endpoint", "administration"), as coverage is stated in its words.
    """

    name: str
    area: str
    key: str
    fields: tuple[Field, ...]

    @property
    def schema(self) -> pa.Schema:
        """The columns that a reader fills: place, then the kind's own."""
        return pa.schema([(f.name, f.type) for f in (*PLACE_FIELDS, *self.fields)])

    @property
    def observable_fields(self) -> tuple[Field, ...]:
        """The fields that go into the roll-up."""
        return tuple(f for f in self.fields if f.observable is not None)

    def field(self, name: str) -> Field:
        """The field of that name; `KeyError` where there is none."""
        for field in (*PLACE_FIELDS, *self.fields):
            if field.name == name:
                return field
        raise KeyError(name)


PLACE_FIELDS = (
    Field(name="offset", type=pa.int64(), meaning="first byte of the record in its evidence"),
    Field(name="length", type=pa.int64(), meaning="bytes of the record"),
    Field(name="line", type=pa.int64(), meaning="line, row or record number, from 1; 0 where there is none"),
    Field(name="timestamp", type=TIME, meaning="when it happened, in UTC; empty where the record has no time"),
)
