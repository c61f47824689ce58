"""The fields of a message of Protocol Buffers, by their numbers and without its schema.

protobuf.dev/programming-guides/encoding: a key (number and wire type), then a varint, 8 bytes, a length and so many
bytes, or 4 bytes. Groups, which nobody writes any more, are refused.
"""

__all__ = ["fields"]

_MOST_FIELDS = 1_000
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_WIDTHS = {_EIGHT: 8, _FOUR: 4}


def fields(data: bytes) -> dict[int, int | bytes] | None:
    """Number -> value, of several the last; None for what is no such message."""
    found: dict[int, int | bytes] = {}
    at = 0
    for _ in range(_MOST_FIELDS):
        if at >= len(data):
            return found
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if at < 0 or number == 0:
            return None
        if wire == _VARINT:
            found[number], at = _varint(data, at)
        elif wire == _BYTES:
            length, at = _varint(data, at)
            found[number] = data[at : at + length]
            at = at + length if at >= 0 else at
        elif width := _WIDTHS.get(wire):
            found[number] = int.from_bytes(data[at : at + width], "little")
            at += width
        else:
            return None
        if not 0 <= at <= len(data):
            return None
    return None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number and the position behind it; that is -1 where there is none of at most ten bytes."""
    value = 0
    for index, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    return 0, -1
