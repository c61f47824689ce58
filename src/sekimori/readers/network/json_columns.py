"""Columns of texts to one column of JSON objects, without an object per row.

uid: C1, null    history: ShAD, null   ->   {"uid":"C1","history":"ShAD"}   null
"""

import re
from collections.abc import Callable, Sequence

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import Column, parts_of, scalar

__all__ = ["members", "number_members", "objects", "of_distinct", "raw_members"]

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def of_distinct(column: Column, make: Callable[[str], str | None]) -> Column:
    """What `make` gives for each text, asked once for each distinct one; null stays null."""
    coded = column.dictionary_encode()
    made = pa.array([make(text) for text in coded.dictionary.to_pylist()], pa.string())
    return made.take(coded.indices)


def members(name: str, column: Column) -> Column:
    """`,"name":"text"` for each row, null where there is no text."""
    data, _, _ = parts_of(column)
    if ((data < 0x20) | (data == 0x22) | (data == 0x5C)).any():  # control characters, quote, backslash
        return raw_members(name, of_distinct(column, _string))
    return pc.binary_join_element_wise(scalar(_key(name) + '"'), column, scalar('"'), scalar(""))


def number_members(name: str, column: Column) -> Column:
    """`,"name":1.5` for each row; what is no number in JSON stands as a text."""
    try:
        return raw_members(name, pc.cast(pc.cast(column, pa.int64()), pa.string()))
    except pa.ArrowInvalid:
        return raw_members(name, of_distinct(column, _number))


def raw_members(name: str, column: Column) -> Column:
    """`,"name":value` for each row of texts that are JSON already."""
    return pc.binary_join_element_wise(scalar(_key(name)), column, scalar(""))


def objects(parts: Sequence[Column], rows: int) -> Column:
    """The JSON object of each row's members; null where it has none."""
    nothing: Column = pa.nulls(rows, pa.string())
    if not parts:
        return nothing
    # Not with null_handling="skip", which drops the rows that have nothing but nulls.
    joined: Column = pc.binary_join_element_wise(*parts, scalar(""), null_handling="replace", null_replacement="")
    inner = pc.utf8_slice_codeunits(joined, 1, stop=None)  # without the first comma
    whole: Column = pc.binary_join_element_wise(scalar("{"), inner, scalar("}"), scalar(""))
    return pc.if_else(pc.equal(joined, scalar("")), nothing, whole)


def _number(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    return orjson.dumps(text).decode()


def _key(name: str) -> str:
    return f",{_string(name)}:"
