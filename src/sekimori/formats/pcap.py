"""Packet captures to packets: pcap in both byte orders, with micro- and nanoseconds.

    d4 c3 b2 a1  version  …  snapshot length  link type          header of the file, 24 bytes
    seconds  fraction  captured length  original length  bytes   one packet, 16 bytes before its own

ietf.org/archive/id/draft-ietf-opsawg-pcap; the newer form is `sekimori.formats.pcapng`. A capture comes as chunks of
whole packets: the bytes once, and arrays that say where each packet stands in them, without an object per packet.
What breaks the chain is unread up to the next place where two headers follow one another.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from sekimori.formats.lines import Positions
from sekimori.model.place import Place, Unread
from sekimori.model.report import N_

__all__ = [
    "CHUNK_BYTES",
    "LARGEST",
    "MAGICS",
    "NO_TIME",
    "PADDING",
    "Frames",
    "Window",
    "pcap_frames",
    "rows_at",
    "sane",
]

CHUNK_BYTES = 4 << 20
"""How much is read at once."""

LARGEST = 1 << 18
"""A packet has no more bytes, unless the file says so of itself (the limit of libpcap)."""

PADDING = 128
"""Zero bytes behind the packets of a chunk, so that a look at headers never leaves it."""

NO_TIME = np.iinfo(np.int64).min
"""The time of a packet that has none."""

MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1),
    b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1000),
}
"""The first four bytes: byte order, and how many parts of the fraction a microsecond has."""

_PADDED = bytes(PADDING)
_CUT_OFF = N_("the capture ends within a packet")
_BROKEN = N_("the chain of packets is broken here")
_HEADER, _RECORD = 24, 16
_LATEST = 253_402_300_800 * 1_000_000  # the year 10000
_DAYS_OFF = 400 * 86_400  # so far may the next packet be from the last when the chain is taken up again
_SEARCHED_FIRST, _SEARCHED = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Packets of a capture, one behind the other.

    `starts` are positions in `data`, which begins at `offset` of the evidence; `lengths` are the bytes captured of
    each, `wire` those it had. `micros` are microseconds since 1970, `links` the link types of
    tcpdump.org/linktypes.html. The first packet has the number `first`, from 1.
    """

    data: bytes
    starts: Positions
    lengths: Positions
    wire: Positions
    micros: Positions
    links: Positions
    offset: int
    first: int

    def __len__(self) -> int:
        return len(self.starts)


class Window:
    """A stretch of the evidence in memory: `data` begins at `offset`, and has `PADDING` zero bytes behind its `end`."""

    def __init__(self, stream: BinaryIO, size: int = CHUNK_BYTES) -> None:
        self._stream, self._size = stream, size
        self.data, self.offset, self.end, self.ended = _PADDED, 0, 0, False

    def grow(self, passed: int) -> None:
        """Drop what was passed, and read more behind the rest."""
        more = self._stream.read(self._size)
        self.ended = not more
        self.data = b"".join((self.data[passed : self.end], more, _PADDED))
        self.end = len(self.data) - PADDING
        self.offset += passed

    def lost(self, reason: str, start: int, end: int) -> Unread:
        """A stretch of the data that could not be read."""
        return Unread(place=Place(offset=self.offset + start, length=max(end - start, 0)), reason=reason)


def rows_at(octets: npt.NDArray[np.uint8], positions: Positions, width: int) -> npt.NDArray[np.uint8]:
    """So many bytes from each position, as rows of a matrix that may be viewed as numbers."""
    windows = np.ndarray((len(octets) - width + 1,), f"V{width}", octets.data, strides=(1,))
    return windows[positions].view(np.uint8).reshape(-1, width)


def sane(micros: Positions) -> Positions:
    """Times that a calendar has; `NO_TIME` for the others."""
    return np.where((micros >= 0) & (micros < _LATEST), micros, NO_TIME)


def pcap_frames(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[Frames | Unread]:
    """All packets of a pcap file in order; stretches that are broken, and where it is cut off."""
    window = Window(stream, size)
    window.grow(0)
    while window.end < _HEADER and not window.ended:
        window.grow(0)
    head = window.data[:_HEADER]
    if window.end < _HEADER or head[:4] not in MAGICS:
        yield window.lost(_CUT_OFF, 0, window.end)
        return
    order, per_micro = MAGICS[head[:4]]
    snapshot, link = struct.unpack_from(f"{order}II", head, 16)
    form = _Form(order, per_micro, max(LARGEST, min(snapshot, size)), link & 0x03FF_FFFF)
    yield from _packets(window, form)


@dataclass(frozen=True, slots=True)
class _Form:
    order: str
    per_micro: int
    largest: int
    link: int


def _packets(window: Window, form: _Form) -> Iterator[Frames | Unread]:
    at, first, last = _HEADER, 1, -1
    while True:
        heads, stretches, stop = _walked(window, at, form, last)
        if heads:
            frames = _frames(window, heads, form, first)
            first, last = first + len(frames), int(frames.micros[-1]) // 1_000_000
            yield frames
        for begin, end in stretches:
            yield window.lost(_BROKEN, begin, end)
        if window.ended:
            if stop < window.end:
                yield window.lost(_CUT_OFF, stop, window.end)
            return
        at = 0
        window.grow(stop)


def _walked(window: Window, at: int, form: _Form, last: int) -> tuple[list[int], list[tuple[int, int]], int]:
    """Where the headers of whole packets stand, the broken stretches between them, and where the walk stopped."""
    length_of, data, end, largest = struct.Struct(f"{form.order}I").unpack_from, window.data, window.end, form.largest
    heads: list[int] = []
    stretches: list[tuple[int, int]] = []
    add = heads.append
    while at + _RECORD <= end:
        length = length_of(data, at + 8)[0]
        if not 0 < length <= largest and (length or not any(data[at : at + _RECORD])):
            stop = _taken_up(data, at + 1, end, form, last)
            stretches.append((at, stop))
            at = stop
            continue
        if at + _RECORD + length > end:
            break
        add(at)
        at += _RECORD + length
    return heads, stretches, at


def _frames(window: Window, heads: list[int], form: _Form, first: int) -> Frames:
    positions = np.array(heads, np.int64)
    octets = np.frombuffer(window.data, np.uint8)
    numbers = rows_at(octets, positions, _RECORD).view(f"{form.order}u4").astype(np.int64)
    return Frames(
        data=window.data,
        starts=positions + _RECORD,
        lengths=numbers[:, 2],
        wire=np.maximum(numbers[:, 3], numbers[:, 2]),
        micros=sane(numbers[:, 0] * 1_000_000 + numbers[:, 1] // form.per_micro),
        links=np.full(len(positions), form.link, np.int64),
        offset=window.offset,
        first=first,
    )


def _taken_up(data: bytes, at: int, end: int, form: _Form, last: int) -> int:
    """Where the next two headers stand that fit each other and the time of the last packet; else the data's end.

    It looks at little first and then at more: many short breaks must not cost a search of everything each.
    """
    top = 3 if form.order == "<" else 0
    size = _SEARCHED_FIRST
    while at + _RECORD <= end:
        piece = np.frombuffer(data, np.uint8, min(size + _RECORD, end - at), at)
        rows = np.lib.stride_tricks.sliding_window_view(piece, _RECORD)
        # The highest bytes of both lengths are zero in all packets: few places remain to look at.
        few = np.flatnonzero((rows[:, 8 + top] == 0) & (rows[:, 12 + top] == 0) & (rows[:, top] != 0))
        for place in few.tolist():
            if _follows(data, at + place, end, form, last):
                return int(at + place)
        at, size = at + len(rows), min(2 * size, _SEARCHED)
    return end


def _follows(data: bytes, at: int, end: int, form: _Form, last: int) -> bool:
    """Whether a header stands here, and another, or the end, behind its packet."""
    stop = _stop(data, at, end, form, last)
    return stop is not None and (stop == end or _stop(data, stop, end, form, last) is not None)


def _stop(data: bytes, at: int, end: int, form: _Form, last: int) -> int | None:
    if at + _RECORD > end:
        return None
    seconds, fraction, length, wire = struct.unpack_from(f"{form.order}4I", data, at)
    near = last < 0 or abs(seconds - last) <= _DAYS_OFF
    fits = 0 < length <= min(wire, form.largest) and wire <= LARGEST and fraction < 1_000_000 * form.per_micro
    return at + _RECORD + length if near and fits else None
