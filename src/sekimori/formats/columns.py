"""Lines to columns: delimited text becomes Arrow arrays by arithmetic on positions, without an object per line.

A field is a pair of positions in the text. Where the fields of all lines are known, one column is one gather: the
positions of its fields, and of the gaps between them, are the offsets of an array over the whole text, of which every
second value is taken.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.lines import LineChunk, Positions
from sekimori.model.schema import TIME

__all__ = [
    "Column",
    "Delimiters",
    "Mask",
    "Octets",
    "absent",
    "constant",
    "decimals",
    "delimiters",
    "first_of",
    "has_byte",
    "integers",
    "is_address",
    "last_of",
    "mask_of",
    "micros",
    "nulled",
    "octets_at",
    "parts_of",
    "places_of",
    "scalar",
    "slices",
]

Column: TypeAlias = "pa.Array[Any]"
"""An Arrow array, one value a row."""

Mask = npt.NDArray[np.bool_]
"""True or false for each row."""

Octets = npt.NDArray[np.uint8]
"""The bytes of a text."""

_LATEST = 253_402_300_800  # 1 January of the year 10000: what lies behind has no place in a timestamp


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The delimiters of all lines in order; those of line i are `at[first[i]]` to before `at[last[i]]`."""

    at: Positions
    first: Positions
    last: Positions

    @property
    def counts(self) -> Positions:
        """How many delimiters each line has."""
        return self.last - self.first


def delimiters(chunk: LineChunk, delimiter: bytes) -> Delimiters:
    """Where the delimiter, one byte, stands in each line."""
    at = places_of(chunk.data, delimiter)
    last = np.searchsorted(at, chunk.ends)
    return Delimiters(at, np.concatenate(([0], last[:-1])), last)


def slices(text: bytes | pa.Buffer, starts: Positions, ends: Positions, null: Mask | None = None) -> Column:
    """The texts between positions as one column; rows must follow one another in the text. Null where `null` says so.

    The text between must be valid UTF-8.
    """
    rows = len(starts)
    if not rows:
        return pa.array([], pa.string())
    borders = np.empty(2 * rows, np.int32)
    borders[0::2], borders[1::2] = starts, ends
    data = text if isinstance(text, pa.Buffer) else pa.py_buffer(text)
    every: Column = pa.StringArray.from_buffers(2 * rows - 1, pa.py_buffer(borders.data), data)
    return pc.take(every, pa.array(np.arange(0, 2 * rows, 2, dtype=np.int32), pa.int32(), mask=null), boundscheck=False)


def nulled(column: Column, null: Mask) -> Column:
    """The column without nulls of its own, with nulls where the mask says so; no text is copied."""
    if not null.any():
        return column
    _, offsets, data = column.buffers()
    valid = pa.py_buffer(np.packbits(~null, bitorder="little").data)
    return pa.Array.from_buffers(column.type, len(column), [valid, offsets, data], offset=column.offset)


def parts_of(column: Column) -> tuple[Octets, Positions, Positions]:
    """The bytes of a column's texts one behind the other, and where each begins and ends; a null is empty."""
    if not len(column):
        nothing = np.zeros(0, np.int64)
        return np.zeros(0, np.uint8), nothing, nothing
    _, offsets, data = column.buffers()
    numbers: Column = pa.Array.from_buffers(pa.int32(), len(column) + 1, [None, offsets], offset=column.offset)
    borders = numbers.to_numpy().astype(np.int64)
    octets: Column = pa.Array.from_buffers(pa.uint8(), int(borders[-1]), [None, data])
    return octets.to_numpy(), borders[:-1], borders[1:]


def octets_at(data: Octets, positions: Positions) -> Octets:
    """The byte at each position; positions outside give the nearest byte, or NUL where there are no bytes at all."""
    if not len(data):
        return np.zeros(len(positions), np.uint8)
    return np.take(data, positions, mode="clip")


def absent(data: Octets, starts: Positions, ends: Positions) -> Mask:
    """Which fields are empty or a single hyphen, as logs write what is not there."""
    length = ends - starts
    single = octets_at(data, starts) == 0x2D
    return np.asarray((length <= 0) | ((length == 1) & single), np.bool_)


def places_of(data: Octets, wanted: bytes) -> Positions:
    """Where any of the wanted bytes stands, ascending."""
    found = data == wanted[0]
    for byte in wanted[1:]:
        found |= data == byte
    return np.flatnonzero(found) if found.any() else np.zeros(0, np.int64)


def first_of(places: Positions, starts: Positions, ends: Positions) -> Positions:
    """The first of the ascending places in each stretch; its end where none is there."""
    if not len(places):
        return ends
    found = np.take(places, np.searchsorted(places, starts), mode="clip")
    return np.where((found >= starts) & (found < ends), found, ends)


def last_of(places: Positions, starts: Positions, ends: Positions) -> Positions:
    """The last of the ascending places in each stretch; one before its start where none is there."""
    if not len(places):
        return starts - 1
    found = np.take(places, np.searchsorted(places, ends) - 1, mode="clip")
    return np.where((found >= starts) & (found < ends), found, starts - 1)


def mask_of(column: Column) -> Mask:
    """An Arrow column of truth values as a mask; null is false."""
    return np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)


def is_address(column: Column) -> Mask:
    """Which texts have the form of an IPv4 or IPv6 address, told from host names; brackets are allowed.

    It tells forms apart and does not validate: an address has two colons, or begins with a digit, is as long as
    0.0.0.0 and has no letter.
    """
    data, starts, ends = parts_of(column)
    digit = np.asarray(octets_at(data, starts) - np.uint8(0x30) <= 9, np.bool_) & (ends - starts >= 7)
    beyond_digits = data > 0x39
    if not beyond_digits.any():
        return digit
    result = digit & (first_of(np.flatnonzero(beyond_digits), starts, ends) == ends)
    colons = places_of(data, b":")
    return np.asarray(result | (first_of(colons, starts, ends) < last_of(colons, starts, ends)), np.bool_)


def integers(column: Column) -> Column:
    """Decimal integers; null where the text is none, or null."""
    return _numbers(column, pa.int64(), r"^-?[0-9]{1,18}$")


def decimals(column: Column) -> Column:
    """Decimal numbers, as double; null where the text is none, or null."""
    return _numbers(column, pa.float64(), r"^-?[0-9]{1,30}(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?$")


def _numbers(column: Column, type_: pa.DataType, form: str) -> Column:
    try:
        return pc.cast(column, type_)
    except pa.ArrowInvalid:
        nothing: Column = pa.nulls(len(column), pa.string())
        fitting: Column = pc.if_else(pc.match_substring_regex(column, form), column, nothing)
        return pc.cast(fitting, type_)


def micros(column: Column) -> Column:
    """Times from seconds since 1970 with decimals, exact to the microsecond; null where the text is none."""
    values = decimals(column).to_numpy(zero_copy_only=False)  # null becomes NaN
    valid = (values >= 0) & (values < _LATEST)
    whole = np.rint(np.where(valid, values, 0.0) * 1e6).astype(np.int64)
    return pa.array(whole, pa.int64(), mask=~valid).cast(TIME)


def constant(text: str, rows: int) -> Column:
    """The same text in every row."""
    return pa.repeat(scalar(text), rows)


def scalar(text: str) -> pa.StringScalar:
    """A text for a computation; with its type, as finding that out costs Arrow a search for modules each time."""
    return pa.scalar(text, pa.string())


def has_byte(column: Column, wanted: bytes) -> bool:
    """Whether any text of the column has any of these bytes."""
    data, _, _ = parts_of(column)
    return any((data == byte).any() for byte in wanted)
