r"""Windows event logs (EVTX): chunks of 64 KiB, each complete in itself, to the JSON of their records.

    0      ElfFile\0 …          file header, 4,096 bytes
    4096   ElfChnk\0 …          chunk header, 512 bytes; at 48 where its free space begins
    4608   **\0\0 size id time  record: four bytes, length, EventRecordID, FILETIME; binary XML; length once more

Layout: github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc. The binary
XML is read by the `evtx` package, chunk by chunk and only after this module has looked at the chunk:

- the tables of shared strings and templates in the chunk's header are blanked, as a circle in them never ends; the
  names stand in the records too, and what is read is the same;
- a record whose header is broken is bridged, so that the ones behind it are read;
- a record whose templates repeat their values beyond all measure is left out (nested templates grow like powers);
- a chunk cut short is filled up, one without its magic is read if records stand in it.
"""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
from evtx import PyEvtxParser

from sekimori.model.place import Place, Unread
from sekimori.model.report import N_

__all__ = ["MAGIC", "Record", "records"]

MAGIC = b"ElfFile\0"

_CHUNK_MAGIC = b"ElfChnk\0"
_RECORD_MAGIC = b"**\0\0"
_CHUNK = 65_536
_HEADER = 4_096
_FIRST_RECORD = 512
_TABLES = slice(128, 512)
_FREE_SPACE = 48
_RECORD_HEADER = 24
_SMALLEST = 32
_EMPTY = bytes(_CHUNK)
_DIRTY = 0xFF  # no token of binary XML: the parser gives up on the record and goes on to the next

_FRAGMENT = 0x0F
_TEMPLATE = 0x0C
_NESTED = 0x21  # type of a value that is binary XML itself
_INSTANCE = struct.Struct("<BxxxxxII")  # token, id, place of the definition, number of values
_HEAD = struct.Struct("<4sIQ")  # magic, length, EventRecordID
_DEFINITION = 24  # place of the next one, GUID, length
_DEEPEST = 6
_SCATTERED_MAX = 4
_GROWTH_MAX = 128 << 20
"""Characters that a record's templates may make of its values, generously reckoned; real ones stay below 10 MB."""

_POWER_MAX = 64
"""Beyond it a growth as a power of two is beyond all measure anyway."""

_WHOLE = struct.pack("<8sQQQIHHHH", MAGIC, 0, 0, 1, 128, 1, 3, _HEADER, 1).ljust(_HEADER, b"\0")
"""A file header for a single chunk."""


class Record(NamedTuple):
    """One record: its place in the file, its number (EventRecordID in its header), its content as JSON."""

    offset: int
    length: int
    number: int
    json: str


class _Slot(NamedTuple):
    """A record the parser will come across, or with `reason` a stretch in its place that it cannot read."""

    start: int
    length: int
    number: int
    reason: str = ""


def records(stream: BinaryIO) -> Iterator[Record | Unread]:
    """All records of the file in its order, and every stretch that could not be read. One chunk is held at a time."""
    if len(stream.read(_HEADER)) < _HEADER:
        yield _lost(0, 0, N_("the file ends within its header"))
    offset = _HEADER
    while data := stream.read(_CHUNK):
        yield from _of_chunk(data, offset)
        offset += len(data)


def _of_chunk(data: bytes, offset: int) -> Iterator[Record | Unread]:
    if data == _EMPTY[: len(data)]:
        return  # room kept for later
    if not data.startswith(_CHUNK_MAGIC) and data[_FIRST_RECORD : _FIRST_RECORD + 4] != _RECORD_MAGIC:
        yield _lost(offset, len(data), N_("no chunk of an event log stands here"))
        return
    chunk = bytearray(data).ljust(_CHUNK, b"\0")
    stated = _stated_end(chunk)
    slots, end = _bridged(chunk, min(stated, len(data)))
    yield from _parsed(chunk, slots, offset)
    if len(data) < stated:
        yield _lost(offset + end, len(data) - end, N_("the chunk is cut short"))


def _stated_end(chunk: bytearray) -> int:
    (end,) = struct.unpack_from("<I", chunk, _FREE_SPACE)
    return end if _FIRST_RECORD <= end <= _CHUNK else _CHUNK


def _bridged(chunk: bytearray, end: int) -> tuple[list[_Slot], int]:
    """Makes the chunk fit for the parser; the records it will come across, and where they end."""
    slots: list[_Slot] = []
    at = _FIRST_RECORD
    while at + _RECORD_HEADER <= end:
        magic, length, number = _HEAD.unpack_from(chunk, at)
        if magic == _RECORD_MAGIC and _SMALLEST <= length <= end - at:
            slots.append(_Slot(at, length, number))
        elif chunk[at:end] == _EMPTY[: end - at]:
            break
        else:
            length = _next_record(chunk, at + _SMALLEST, end) - at
            slots.append(_Slot(at, length, 0, N_("the header of a record is broken")))
        at += length
    slots = _all_measured(chunk, slots)
    chunk[_TABLES] = bytes(_TABLES.stop - _TABLES.start)
    last = slots[-1].start if slots else 0
    struct.pack_into("<8s", chunk, 0, _CHUNK_MAGIC)
    struct.pack_into("<III", chunk, 40, 128, last, at)
    return slots, min(at, end)


def _next_record(chunk: bytearray, at: int, end: int) -> int:
    """Where the next record stands: its magic, and a length that stands once more at its end."""
    while (at := chunk.find(_RECORD_MAGIC, at, end)) >= 0:
        (length,) = struct.unpack_from("<I", chunk, at + 4)
        if _SMALLEST <= length <= end - at and chunk[at + 4 : at + 8] == chunk[at + length - 4 : at + length]:
            return at
        at += 4
    return end


def _all_measured(chunk: bytearray, slots: list[_Slot]) -> list[_Slot]:
    """The slots, each measured; most are seen to be harmless by their length and the templates they may name."""
    weights: dict[int, int] = {}
    growths = _greatest_growths(chunk, [slot.start for slot in slots], weights)
    return [
        slot if slot.length * growth <= _GROWTH_MAX and not slot.reason else _measured(chunk, slot, weights)
        for slot, growth in zip(slots, growths, strict=True)
    ]


def _greatest_growths(chunk: bytearray, starts: list[int], weights: dict[int, int]) -> list[float]:
    """How many times its length the record at each of `starts` can become at most.

    A template is named by a token with the place of its definition six bytes behind. Were all that looks like that in
    a record named within one another, each value would be repeated by all of them: once per placeholder at each.
    """
    octets = np.frombuffer(chunk, np.uint8)
    tokens = np.flatnonzero(octets[: -_INSTANCE.size] == _TEMPLATE)
    tokens = tokens[(octets[tokens + 8] == 0) & (octets[tokens + 9] == 0)]  # definitions stand in the chunk
    definitions = (octets[tokens + 6] + (octets[tokens + 7].astype(np.int32) << 8)).tolist()
    for definition in set(definitions):
        weights[definition] = _weight(chunk, definition)
    powers = np.log2(np.array([1 + weights[definition] for definition in definitions], dtype=float))
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    borders = np.searchsorted(tokens, [*starts, _CHUNK])
    growths: list[float] = np.exp2(np.minimum(sums[borders[1:]] - sums[borders[:-1]], _POWER_MAX)).tolist()
    return growths


def _measured(chunk: bytearray, slot: _Slot, weights: dict[int, int]) -> _Slot:
    """The slot; what the parser must not or cannot read is spoilt for it so that it goes on behind it."""
    start, length, number, reason = slot
    if not reason:
        if _growth(chunk, start + _RECORD_HEADER, start + length, weights) <= _GROWTH_MAX:
            return slot
        reason = N_("its templates repeat their values beyond measure")
    _HEAD.pack_into(chunk, start, _RECORD_MAGIC, length, number)
    chunk[start + _RECORD_HEADER : start + length] = bytes([_DIRTY]) * (length - _RECORD_HEADER)
    return _Slot(start, length, number, reason)


def _growth(chunk: bytearray, at: int, end: int, weights: dict[int, int], depth: int = 0) -> int:
    """An upper bound for the characters that binary XML becomes: at each template its values once per placeholder."""
    if chunk[at] == _FRAGMENT:
        at += 4
    if at + _INSTANCE.size > end or depth > _DEEPEST:
        return 0 if depth <= _DEEPEST else _GROWTH_MAX + 1
    token, definition, count = _INSTANCE.unpack_from(chunk, at)
    if token != _TEMPLATE:
        return _scattered_growth(chunk, at, end, weights, depth)
    weight = weights.get(definition) or weights.setdefault(definition, _weight(chunk, definition))
    first = at + _INSTANCE.size
    if definition == first - 4:
        first += _DEFINITION + _number(chunk, first + _DEFINITION - 8)
        count = _number(chunk, first - 4)
    value = first + 4 * count
    if value > end:
        return 0  # the parser refuses it
    total: int = end - value
    kinds = chunk[first + 2 : value : 4]
    nested = kinds.find(_NESTED)
    if nested >= 0:
        sizes = struct.unpack_from(f"<{2 * count}H", chunk, first)
        while nested >= 0:
            start = value + sum(sizes[: 2 * nested : 2])
            total += _growth(chunk, start, min(start + sizes[2 * nested], end), weights, depth + 1)
            nested = kinds.find(_NESTED, nested + 1)
    return total * weight


def _scattered_growth(chunk: bytearray, at: int, end: int, weights: dict[int, int], depth: int) -> int:
    """The same for elements that are written out, with templates somewhere among them."""
    total, templates = end - at, 0
    while (at := chunk.find(_TEMPLATE, at, end - _INSTANCE.size)) >= 0:
        if _FIRST_RECORD <= _number(chunk, at + 6) < _CHUNK - _DEFINITION:
            total += _growth(chunk, at, end, weights, depth + 1)
            templates += 1
        if templates > _SCATTERED_MAX:
            return _GROWTH_MAX + 1
        at += 1
    return total


def _weight(chunk: bytearray, definition: int) -> int:
    """At least how many placeholders (tokens 0x0d and 0x0e) a template has; 1 where it has none."""
    start = definition + _DEFINITION
    if start > _CHUNK:
        return 1
    end = start + _number(chunk, start - 4)
    return 1 + chunk.count(0x0D, start, end) + chunk.count(0x0E, start, end)


def _number(chunk: bytearray, at: int) -> int:
    return int.from_bytes(chunk[at : at + 4], "little")


def _parsed(chunk: bytearray, slots: list[_Slot], offset: int) -> Iterator[Record | Unread]:
    """The parser goes over the same records in the same order: one result or one error for each."""
    if not slots:
        return
    parser = PyEvtxParser(io.BytesIO(_WHOLE + chunk), 1).records_json()
    for slot in slots:
        start = offset + slot.start
        try:
            found = next(parser) or {}
        except RuntimeError as error:
            reason = slot.reason or N_("the record could not be read: {error}").format(error=error)
            yield _lost(start, slot.length, reason)
            continue
        except StopIteration:
            yield _lost(start, slot.length, slot.reason or N_("the record could not be read"))
            continue
        yield Record(start, slot.length, slot.number, found["data"])


def _lost(offset: int, length: int, reason: str) -> Unread:
    return Unread(place=Place(offset=offset, length=length), reason=reason)
