"""Ids of values: the same in every store and engine, today and in ten years.

The id is XXH3-64 with seed 0 (xxhash.com) of the UTF-8 bytes of the type's name, one zero byte and the value's normal
form, shifted right by one bit: 63 bits, so that every engine's signed integer holds it. Two fixed vectors, held by
the tests: domain `evil.example` is 0x185f0b88455cadca, address `192.0.2.1` is 0x062925202d4993a3.
Different values may share an id (one pair in about 3,000,000,000 values), so a match is verified on the value.
"""

from xxhash import xxh3_64_intdigest

from sekimori.values.types import ObservableType

__all__ = ["value_id", "value_ids"]


def value_id(type_: ObservableType, value: str) -> int:
    """The 63-bit id of a value in normal form."""
    return xxh3_64_intdigest(f"{type_}\0{value}".encode("utf-8", "surrogatepass")) >> 1


def value_ids(type_: ObservableType, values: list[str]) -> list[int]:
    """The ids of many values of one type, in their order."""
    head = f"{type_}\0"
    return [xxh3_64_intdigest((head + value).encode("utf-8", "surrogatepass")) >> 1 for value in values]
