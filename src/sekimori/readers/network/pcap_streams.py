"""The beginnings of what is said over TCP: found by their first bytes, put together over segments, within bounds.

Most heads (a request, a hello) stand in one segment. Where one does not end there, the segments of the same direction
around it are put in order by their sequence numbers: what came too early or twice is no matter. What is then still
missing may come in later chunks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sekimori.formats.columns import Mask
from sekimori.formats.http_head import METHODS, head_end
from sekimori.formats.lines import Positions
from sekimori.formats.packets import TCP, Transport
from sekimori.formats.pcap import Frames, rows_at
from sekimori.formats.tls_hello import Flight, flight
from sekimori.readers.network.pcap_connections import Groups
from sekimori.readers.network.pcap_rows import Origin, origins

__all__ = ["Chunk", "Head", "Said", "Streams"]

_LONGEST = 65_536
_BEFORE, _BEHIND = 16, 256  # segments looked at around the first
_MOST_OPEN = 2_000
_MOST_HELD = 64 << 20
_MOST_DONE = 200_000
_SEEN_BEFORE = 1 << 20  # so far behind what was read may a repeated segment lie
_NOTHING_SAID = Flight()
_MAIL_PORTS = (25, 587, 2525)
_DNS = 53


def _words(*texts: bytes) -> npt.NDArray[np.uint32]:
    return np.array(sorted({int.from_bytes((text + b" ")[:4], "big") for text in texts}), np.uint32)


_REQUESTS, _RESPONSES = _words(*METHODS), _words(b"HTTP")
_MAIL = _words(
    b"EHLO", b"HELO", b"LHLO", b"MAIL", b"RCPT", b"DATA", b"BDAT", b"ehlo", b"helo", b"mail", b"rcpt", b"data"
)


class Said:
    """What a head may be. No enumeration: it is looked up for every head."""

    REQUEST: Final = "request"
    RESPONSE: Final = "response"
    CLIENT: Final = "client hello"
    SERVER: Final = "server hello"
    MAIL: Final = "mail"
    DNS: Final = "dns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Packets of a chunk, seen three ways."""

    octets: npt.NDArray[np.uint8]
    data: bytes
    frames: Frames
    packets: Transport
    groups: Groups


@dataclass(slots=True)
class Head:
    """The beginning of something said: its bytes as far as they follow one another.

    `side` is the number of the direction of the connection.
    """

    said: str
    side: int
    origin: Origin
    sequence: int
    data: bytes
    whole: bool = False
    flight: Flight = _NOTHING_SAID
    segments: int = 0
    _later: dict[int, bytes] | None = None

    @property
    def slot(self) -> int:
        """The connection."""
        return self.side >> 1

    @property
    def held(self) -> int:
        """Bytes of memory."""
        return len(self.data) + sum(map(len, (self._later or {}).values()))

    def add(self, sequence: int, payload: bytes) -> bool:
        """One more segment, wherever it belongs; whether the head is whole now, or nothing more is waited for."""
        self.segments += 1
        offset = (sequence - self.sequence) & 0xFFFF_FFFF
        known = len(self.data)
        if offset == known:
            self.data += payload
        elif offset < _LONGEST and offset + len(payload) > known:
            self._later = self._later or {}
            if len(payload) > len(self._later.get(offset, b"")):
                self._later[offset] = payload
        while self._later and (following := [one for one in self._later if one <= len(self.data)]):
            for one in sorted(following):
                self.data += self._later.pop(one)[len(self.data) - one :]
        if len(self.data) > known:
            self.look()
        return self.whole or self.segments > _BEHIND or len(self.data) >= _LONGEST

    def look(self) -> None:
        """See whether all is there."""
        match self.said:
            case Said.CLIENT | Said.SERVER:
                self.flight = flight(self.data)
                self.whole = self.flight.whole
            case Said.REQUEST | Said.RESPONSE:
                self.whole = head_end(self.data) >= 0
            case Said.DNS:
                self.whole = 2 <= len(self.data) >= 2 + int.from_bytes(self.data[:2], "big")
            case _:
                self.whole = self.data.endswith(b"\n")


class Streams:
    """Heads that are not whole yet, and how far each direction of a connection was read."""

    def __init__(self) -> None:
        self._open: dict[int, Head] = {}
        self._done: dict[int, int] = {}

    def heads(self, chunk: Chunk) -> Iterator[Head]:
        """What begins or ends in a chunk, in its order."""
        rows = self._wanted(chunk)
        if not len(rows):
            return
        packets = chunk.packets
        columns = (rows, chunk.groups.sides[rows], packets.sequence[rows], packets.start[rows], packets.end[rows])
        listed = zip(*(one.tolist() for one in columns), strict=True)
        both = zip(listed, _said(chunk, rows), origins(chunk.frames, packets, rows), strict=True)
        for (row, side, sequence, start, end), what, origin in both:
            head, payload = self._open.get(side), chunk.data[start:end]
            if head is not None:
                if head.add(sequence, payload):
                    yield self._ended(head)
            elif what is not None and not self._was_read(side, sequence):
                head = Head(what, side, origin, sequence, payload)
                head.look()
                if head.whole or _found_around(chunk, row, head):
                    yield self._ended(head)
                else:
                    self._open[side] = head
        yield from self._given_up()

    def end(self) -> Iterator[Head]:
        """What is not whole when nothing more comes."""
        for head in list(self._open.values()):
            yield self._ended(head)

    def _wanted(self, chunk: Chunk) -> Positions:
        """The payloads that may begin or go on with something."""
        packets = chunk.packets
        rows = np.flatnonzero((packets.protocol == TCP) & (packets.end > packets.start))
        first = rows_at(chunk.octets, packets.start[rows], 8)
        word = first.view(">u4")[:, 0].astype(np.uint32)
        wanted = np.isin(word, _REQUESTS) | np.isin(word, _RESPONSES) | _is_hello(first)
        to = packets.target_port[rows]
        wanted |= (packets.source_port[rows] == _DNS) | (to == _DNS) | (np.isin(word, _MAIL) & np.isin(to, _MAIL_PORTS))
        if self._open:
            wanted |= np.isin(chunk.groups.sides[rows], list(self._open))
        return rows[wanted]

    def _was_read(self, side: int, sequence: int) -> bool:
        done = self._done.get(side)
        return done is not None and 0 < ((done - sequence) & 0xFFFF_FFFF) <= _SEEN_BEFORE

    def _ended(self, head: Head) -> Head:
        self._open.pop(head.side, None)
        self._done[head.side] = (head.sequence + len(head.data)) & 0xFFFF_FFFF
        if len(self._done) > _MOST_DONE:
            for side in list(self._done)[: _MOST_DONE // 2]:
                del self._done[side]
        return head

    def _given_up(self) -> Iterator[Head]:
        """The oldest heads, where too many wait."""
        held = sum(head.held for head in self._open.values()) if len(self._open) > _MOST_HELD // _LONGEST else 0
        for head in list(self._open.values()):
            if len(self._open) <= _MOST_OPEN and held <= _MOST_HELD:
                return
            held -= head.held
            yield self._ended(head)


def _is_hello(first: npt.NDArray[np.uint8]) -> Mask:
    """A TLS record of a handshake that begins with the hello of a client or a server."""
    record = (first[:, 0] == 22) & (first[:, 1] == 3) & (first[:, 2] <= 4)
    return np.asarray(record & ((first[:, 5] == 1) | (first[:, 5] == 2)), np.bool_)


def _said(chunk: Chunk, rows: Positions) -> list[str | None]:
    """What begins at each payload; None where it can only go on with something."""
    packets = chunk.packets
    first = rows_at(chunk.octets, packets.start[rows], 8)
    word = first.view(">u4")[:, 0].astype(np.uint32)
    hello, dns = _is_hello(first), (packets.source_port[rows] == _DNS) | (packets.target_port[rows] == _DNS)
    mail = np.isin(word, _MAIL) & np.isin(packets.target_port[rows], _MAIL_PORTS)
    kinds = (None, Said.REQUEST, Said.RESPONSE, Said.CLIENT, Said.SERVER, Said.MAIL, Said.DNS)
    conditions = (
        np.isin(word, _REQUESTS),
        np.isin(word, _RESPONSES),
        hello & (first[:, 5] == 1),
        hello & (first[:, 5] == 2),
        mail,
        dns,
    )
    return [kinds[number] for number in np.select(conditions, range(1, 7), 0).tolist()]


def _found_around(chunk: Chunk, row: int, head: Head) -> bool:
    """Put the segments around the first to it; whether that ended it."""
    groups, packets = chunk.groups, chunk.packets
    rank = int(groups.rank[row])
    near = groups.order[max(0, rank - _BEFORE) : rank + _BEHIND]
    near = near[groups.sides[near] == head.side]
    columns = near, packets.sequence[near], packets.start[near], packets.end[near]
    listed = zip(*(column.tolist() for column in columns), strict=True)
    return any(
        head.add(number, chunk.data[start:end]) for one, number, start, end in listed if end > start and one != row
    )
