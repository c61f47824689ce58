"""Packet captures in their newer form, pcapng: blocks that say their length at both ends.

    0a 0d 0d 0a  length  1a 2b 3c 4d  …  length   section: byte order of all that follows
    01 00 00 00  length  link type    …  length   interface: link type, resolution and offset of its times
    06 00 00 00  length  interface  time  captured  original  bytes  …  length   packet

ietf.org/archive/id/draft-ietf-opsawg-pcapng. Packets stand in enhanced, simple and (obsolete) packet blocks; names,
statistics, secrets and private blocks are passed over. A broken block is unread up to the next whole one.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from sekimori.formats.lines import Positions
from sekimori.formats.pcap import CHUNK_BYTES, NO_TIME, Frames, Window, rows_at, sane
from sekimori.model.place import Unread
from sekimori.model.report import N_

__all__ = ["MAGIC", "pcapng_frames"]

MAGIC = b"\x0a\x0d\x0d\x0a"
"""The first four bytes, the same in both byte orders."""

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_LEAST = {_SECTION: 28, _INTERFACE: 20, _OLD_PACKET: 32, _SIMPLE: 16, _PACKET: 32}
_RESOLUTION, _OFFSET = 9, 14  # options of an interface
_LARGEST_BLOCK = 1 << 24
_MOST_INTERFACES = 10_000
_CUT_OFF = N_("the capture ends within a block")
_BROKEN = N_("the chain of blocks is broken here")
_TOO_LONG = N_("{count} packets are longer than their block")
_NO_INTERFACE = N_("{count} packets name an interface that no block describes")


@dataclass(frozen=True, slots=True)
class _Interface:
    link: int
    snapshot: int
    per_second: float = 1e6
    offset: int = 0


@dataclass(slots=True)
class _Section:
    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """Positions of packet blocks; broken stretches; where the walk stopped, and whether at a new section."""

    heads: list[int] = field(default_factory=list)
    stretches: list[tuple[int, int]] = field(default_factory=list)
    stop: int = 0
    is_section: bool = False


def pcapng_frames(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[Frames | Unread]:
    """All packets of a pcapng file in order; stretches that are broken, and where it is cut off."""
    window, section, at, first = Window(stream, size), _Section(), 0, 1
    window.grow(0)
    while True:
        pieces: list[Frames] = []
        unread: list[Unread] = []
        walk = _Walk(stop=at, is_section=True)
        while walk.is_section:
            walk = _walked(window, walk.stop, section)
            unread += [window.lost(_BROKEN, begin, end) for begin, end in walk.stretches]
            if walk.heads:
                frames, more = _frames(window, walk.heads, section, first)
                first += len(frames)
                pieces.append(frames)
                unread += more
            if walk.is_section:
                section.order, section.interfaces = _order(window.data, walk.stop), []
                walk.stop += _total(window.data, walk.stop, section.order)
        if pieces:
            yield _joined(pieces)
        yield from unread
        if window.ended:
            if walk.stop < window.end:
                yield window.lost(_CUT_OFF, walk.stop, window.end)
            return
        window.grow(walk.stop)
        at = 0


def _joined(pieces: list[Frames]) -> Frames:
    """The packets of several sections of the same data."""
    if len(pieces) == 1:
        return pieces[0]
    return replace(
        pieces[0],
        starts=np.concatenate([one.starts for one in pieces]),
        lengths=np.concatenate([one.lengths for one in pieces]),
        wire=np.concatenate([one.wire for one in pieces]),
        micros=np.concatenate([one.micros for one in pieces]),
        links=np.concatenate([one.links for one in pieces]),
    )


def _walked(window: Window, at: int, section: _Section) -> _Walk:
    """Whole blocks up to a new section or to the end of the data."""
    walk = _Walk()
    data, end, add = window.data, window.end, walk.heads.append
    two, one = struct.Struct(f"{section.order}II").unpack_from, struct.Struct(f"{section.order}I").unpack_from
    while at + 12 <= end:
        kind, total = two(data, at)
        stop = at + total
        if kind == _SECTION:
            walk.is_section = _whole(data, at, end, _order(data, at))
            if walk.is_section or _goes_on(data, at, end):
                break
            is_sound = False
        elif total & 3 or not _LEAST.get(kind, 12) <= total <= _LARGEST_BLOCK:
            is_sound = False
        elif stop > end:
            break
        else:
            is_sound = one(data, stop - 4)[0] == total
        if not is_sound:
            stop = _next_block(data, at + 4, end, section.order)
            walk.stretches.append((at, stop))
        elif kind in {_PACKET, _SIMPLE, _OLD_PACKET}:
            add(at)
        elif kind == _INTERFACE and len(section.interfaces) < _MOST_INTERFACES:
            section.interfaces.append(_interface(data[at:stop], section.order))
        at = stop
    walk.stop = at
    return walk


def _goes_on(data: bytes, at: int, end: int) -> bool:
    """Whether the block of a section may go on behind the end of the data."""
    order = _order(data, at)
    return bool(order) and 28 <= _total(data, at, order) <= _LARGEST_BLOCK and at + _total(data, at, order) > end


def _order(data: bytes, at: int) -> str:
    return _ORDERS.get(data[at + 8 : at + 12], "")


def _total(data: bytes, at: int, order: str) -> int:
    return int(struct.unpack_from(f"{order}I", data, at + 4)[0])


def _whole(data: bytes, at: int, end: int, order: str) -> bool:
    """Whether a block stands here that says the same length at both ends."""
    if at + 12 > end or not order:
        return False
    kind, total = struct.unpack_from(f"{order}II", data, at)
    fits = not total & 3 and _LEAST.get(kind, 12) <= total <= _LARGEST_BLOCK and at + total <= end
    return bool(fits and _total(data, at + total - 8, order) == total)


def _next_block(data: bytes, at: int, end: int, order: str) -> int:
    """Where the next whole section, interface or packet block stands; the data's end where there is none."""
    kinds = b"|".join(re.escape(struct.pack(f"{order}I", kind)) for kind in (_PACKET, _INTERFACE, _SIMPLE))
    for found in re.compile(re.escape(MAGIC) + b"|" + kinds, re.DOTALL).finditer(data, at, end):
        place = found.start()
        if _whole(data, place, end, _order(data, place) if found.group() == MAGIC else order):
            return place
    return end


def _interface(block: bytes, order: str) -> _Interface:
    link, _, snapshot = struct.unpack_from(f"{order}HHI", block, 8)
    per_second, offset, at = 1e6, 0, 16
    while at + 8 <= len(block):
        code, length = struct.unpack_from(f"{order}HH", block, at)
        if code == 0 or at + 4 + length > len(block) - 4:
            break
        if code == _RESOLUTION and length == 1:
            exponent = block[at + 4]
            per_second = 2.0 ** (exponent & 0x7F) if exponent & 0x80 else 10.0**exponent
        if code == _OFFSET and length == 8:
            offset = int(struct.unpack_from(f"{order}q", block, at + 4)[0])
        at += 4 + length + (-length & 3)
    return _Interface(link, snapshot, per_second, offset)


def _frames(window: Window, heads: list[int], section: _Section, first: int) -> tuple[Frames, list[Unread]]:
    data = window.data
    at = np.array(heads, np.int64)
    rows = rows_at(np.frombuffer(data, np.uint8), at, 28)
    words = rows.view(f"{section.order}u4").astype(np.int64)
    kind, total, interface, start, captured, wire = (
        words[:, 0],
        words[:, 1],
        words[:, 2],
        at + 28,
        words[:, 5],
        words[:, 6],
    )
    ticks = (words[:, 3].astype(np.uint64) << np.uint64(32)) | words[:, 4].astype(np.uint64)
    old, simple = kind == _OLD_PACKET, kind == _SIMPLE
    interface = np.where(simple, 0, np.where(old, rows.view(f"{section.order}u2")[:, 4], interface))
    known = interface < len(section.interfaces)
    table = section.interfaces or [_Interface(0, 0)]
    used = np.where(known, interface, 0)
    snapshot = np.array([one.snapshot or _LARGEST_BLOCK for one in table], np.int64)[used]
    wire = np.where(simple, words[:, 2], wire)
    captured = np.where(simple, np.minimum(np.minimum(wire, snapshot), total - 16), captured)
    start = np.where(simple, at + 12, start)
    fits = captured <= total - np.where(simple, 16, 32)
    frames = Frames(
        data=data,
        starts=start,
        lengths=np.where(known & fits, captured, 0),
        wire=np.maximum(wire, captured),
        micros=np.where(simple, NO_TIME, _micros(ticks, used, table)),
        links=np.where(known & fits, np.array([one.link for one in table], np.int64)[used], -1),
        offset=window.offset,
        first=first,
    )
    unread = []
    for wrong, reason in ((~known, _NO_INTERFACE), (known & ~fits, _TOO_LONG)):
        if wrong.any():
            places = np.flatnonzero(wrong)
            begin, end = int(at[places[0]]), int(at[places[-1]] + total[places[-1]])
            unread.append(window.lost(reason.format(count=len(places)), begin, end))
    return frames, unread


def _micros(ticks: npt.NDArray[np.uint64], used: Positions, table: list[_Interface]) -> Positions:
    """Ticks of each packet's interface as microseconds."""
    result = np.zeros(len(ticks), np.int64)
    for number in np.unique(used).tolist():
        chosen, one = used == number, table[number]
        if one.per_second == 1e6 or one.per_second == 1e9:  # noqa: PLR1714
            micros = (ticks[chosen] // np.uint64(one.per_second / 1e6)).astype(np.int64)
        else:
            # Seconds beyond the calendar become no time; they must only not overflow.
            micros = np.minimum(ticks[chosen] / one.per_second * 1e6, 9e18).astype(np.int64)
        seconds = max(-(2**42), min(one.offset, 2**42))
        result[chosen] = sane(np.where(micros < 2**62, micros, -1) + seconds * 1_000_000)
    return result
