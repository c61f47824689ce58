"""Connections out of packets: who with whom, from when to when, how much; kept as columns, summed by chunks.

A connection is all packets between two addresses and ports of one protocol, until an hour passes without one. Whoever
sent the first packet asked, except that an answer to an opening was not the first, and that where the opening was not
captured the side with a well-known port answered.
"""

import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import Column, Mask
from sekimori.formats.lines import Positions
from sekimori.formats.packets import ICMP, ICMP6, TCP, UDP, Transport
from sekimori.formats.pcap import NO_TIME, Frames

__all__ = ["Connections", "Groups", "address_texts", "transport_name"]

_IDLE = 3_600_000_000  # microseconds
_MOST_OPEN = 400_000
_SYN, _ACK = 0x02, 0x10
_WELL_KNOWN = 1024
_NAMES = {
    TCP: "tcp",
    UDP: "udp",
    ICMP: "icmp",
    ICMP6: "ipv6-icmp",
    2: "igmp",
    47: "gre",
    50: "esp",
    51: "ah",
    132: "sctp",
}
_INDEX_BITS = np.uint64(20)  # a chunk has fewer packets: `sekimori.formats.pcap`
_MAPPED = 0xFFFF

_ROW = np.dtype(
    [
        ("key", np.uint64),
        ("first", np.int64),
        ("last", np.int64),
        ("offset", np.int64),
        ("length", np.int64),
        ("line", np.int64),
        ("source", np.uint64, 2),
        ("target", np.uint64, 2),
        ("source_port", np.int64),
        ("target_port", np.int64),
        ("protocol", np.int64),
        ("forward", np.bool_),
        ("opening", np.int64),
        ("packets", np.int64, 2),
        ("bytes", np.int64, 2),
        ("flags", np.int64, 2),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The packets of a chunk by connection.

    `sides` is a number for each direction of each connection: twice its slot, and one. `order` are rows, those of one
    connection one behind the other; `rank` is where a row stands in it.
    """

    sides: Positions
    order: Positions
    rank: Positions


class Connections:
    """All connections that are not told yet. A slot is a number that stays with its connection."""

    def __init__(self) -> None:
        # Connections are found by a sum over their ends, salted: no capture can be made in which two fall together.
        self._salts = np.array([secrets.randbits(64) | 1 for _ in range(4)], np.uint64)
        self._rows = np.zeros(1024, _ROW)
        self._slot_of: dict[int, int] = {}
        self._count = self._base = 0
        self.protocols: dict[int, str] = {}

    def add(self, frames: Frames, packets: Transport) -> Groups:
        """Count a chunk's packets into their connections."""
        rows = len(packets)
        if not rows:
            nothing = np.zeros(0, np.int64)
            return Groups(sides=nothing, order=nothing, rank=nothing)
        source = self._mixed(packets.source, packets.source_port)
        target = self._mixed(packets.target, packets.target_port)
        key = _scattered((source + target) ^ (packets.protocol.astype(np.uint64) * self._salts[3]))
        forward = source < target
        packed = (key & ~((np.uint64(1) << _INDEX_BITS) - np.uint64(1))) | np.arange(rows, dtype=np.uint64)
        packed.sort()
        order = (packed & ((np.uint64(1) << _INDEX_BITS) - np.uint64(1))).astype(np.int64)
        rank = np.empty(rows, np.int64)
        rank[order] = np.arange(rows)
        times, sorted_key = frames.micros[packets.packet][order], key[order]
        new = sorted_key[1:] != sorted_key[:-1]
        rested = ~new & (times[1:] - times[:-1] > _IDLE)
        begins = np.concatenate(([0], np.flatnonzero(new | rested) + 1))
        slots = self._slots(sorted_key[begins], times[begins], np.concatenate(([False], rested))[begins])
        self._describe(frames, packets, forward, order[begins], slots)
        self._count_in(packets, forward, order, begins, slots, times)
        slot_of = np.empty(rows, np.int64)
        slot_of[order] = np.repeat(slots, np.diff(np.append(begins, rows)))
        return Groups(sides=(slot_of + self._base) * 2 + forward, order=order, rank=rank)

    def _mixed(self, addresses: npt.NDArray[np.uint64], ports: Positions) -> npt.NDArray[np.uint64]:
        high, low, port = self._salts[:3]
        return _scattered(addresses[:, 0] * high + _scattered(addresses[:, 1] * low) + ports.astype(np.uint64) * port)

    def _slots(self, keys: npt.NDArray[np.uint64], times: Positions, rested: Mask) -> Positions:
        """The slot of each group; a new one where the connection is new or has rested too long."""
        known, listed = self._slot_of, keys.tolist()
        get = known.get
        found = np.array([get(key, -1) for key in listed], np.int64)
        last = self._rows["last"][found]
        fresh = np.flatnonzero((found < 0) | rested | (times - last > _IDLE))
        for group in fresh.tolist():
            key = listed[group]
            found[group] = known[key] = self._count
            self._count += 1
        if len(fresh):
            # Behind a rest within the chunk the same connection may come again: the newest slot is the one in use.
            self._reserve()
            self._rows["first"][found[fresh]] = np.iinfo(np.int64).max
            self._rows["last"][found[fresh]] = NO_TIME
            self._rows["line"][found[fresh]] = 0
            self._rows["packets"][found[fresh]] = self._rows["bytes"][found[fresh]] = 0
            self._rows["flags"][found[fresh]] = 0
        return found

    def _reserve(self) -> None:
        if self._count > len(self._rows):
            grown = np.zeros(max(self._count, 2 * len(self._rows)), _ROW)
            grown[: len(self._rows)] = self._rows
            self._rows = grown

    def _describe(self, frames: Frames, packets: Transport, forward: Mask, firsts: Positions, slots: Positions) -> None:
        """Write down the first packet of connections that begin here."""
        table = self._rows
        new = np.flatnonzero(table["line"][slots] == 0)
        if not len(new):
            return
        rows, slots = firsts[new], slots[new]
        packet = packets.packet[rows]
        table["offset"][slots] = frames.starts[packet] + frames.offset
        table["length"][slots] = frames.lengths[packet]
        table["line"][slots] = packet + frames.first
        for name in ("source", "target", "source_port", "target_port", "protocol"):
            table[name][slots] = getattr(packets, name)[rows]
        table["forward"][slots] = forward[rows]
        table["opening"][slots] = packets.flags[rows] & (_SYN | _ACK)

    def _count_in(
        self, packets: Transport, forward: Mask, order: Positions, begins: Positions, slots: Positions, times: Positions
    ) -> None:
        table, ahead, size = self._rows, forward[order], packets.size[order]
        np.minimum.at(table["first"], slots, np.minimum.reduceat(times, begins))
        np.maximum.at(table["last"], slots, np.maximum.reduceat(times, begins))
        flags = packets.flags[order]
        for side, chosen in enumerate((~ahead, ahead)):
            np.add.at(table["packets"][:, side], slots, np.add.reduceat(chosen.astype(np.int64), begins))
            np.add.at(table["bytes"][:, side], slots, np.add.reduceat(np.where(chosen, size, 0), begins))
            np.bitwise_or.at(table["flags"][:, side], slots, np.bitwise_or.reduceat(np.where(chosen, flags, 0), begins))

    @property
    def is_full(self) -> bool:
        """Whether so many are open that they should be told and begun anew."""
        return self._count > _MOST_OPEN

    def taken(self) -> Iterator[tuple[dict[str, Column], int]]:
        """The columns of all connections in the order of their first packets, in pieces, and how many rows each has.

        Then all of them are forgotten.
        """
        order = np.argsort(self._rows["line"][: self._count], kind="stable")
        for begin in range(0, self._count, 50_000):
            chosen = order[begin : begin + 50_000]
            protocols = [self.protocols.get(number) for number in (chosen + self._base).tolist()]
            yield _columns(self._rows[chosen], protocols), len(chosen)
        self._base += self._count
        self._count = 0
        self._slot_of.clear()
        self.protocols.clear()


def _scattered(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of SplitMix64 (doi.org/10.1145/2714064.2660195)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _columns(rows: npt.NDArray[Any], protocols: list[str | None]) -> dict[str, Column]:
    turned = _is_turned(rows)
    ahead = rows["forward"] ^ turned  # which of both counters is that of whoever asked
    asked, answered = ahead.astype(np.int64), (~ahead).astype(np.int64)
    every = np.arange(len(rows))
    source, target = address_texts(rows["source"]), address_texts(rows["target"])
    source_port, target_port = rows["source_port"], rows["target_port"]
    mask = pa.array(turned, pa.bool_())
    ported = np.isin(rows["protocol"], (TCP, UDP))
    timed = rows["first"] != NO_TIME
    return {
        "timestamp": pa.array(rows["first"], pa.int64(), mask=~timed).cast(pa.timestamp("us", "UTC")),
        "event_duration": pa.array((rows["last"] - rows["first"]) // 1000, pa.int64(), mask=~timed),
        **{name: pa.array(rows[name], pa.int64()) for name in ("offset", "length", "line")},
        "source_ip": pc.if_else(mask, target, source),
        "destination_ip": pc.if_else(mask, source, target),
        "source_port": pa.array(np.where(turned, target_port, source_port), pa.int64(), mask=~ported),
        "destination_port": pa.array(np.where(turned, source_port, target_port), pa.int64(), mask=~ported),
        "network_transport": _transports(rows["protocol"]),
        "network_protocol": pa.array(protocols, pa.string()),
        "source_bytes": pa.array(rows["bytes"][every, asked], pa.int64()),
        "destination_bytes": pa.array(rows["bytes"][every, answered], pa.int64()),
        "message": _messages(rows["packets"], rows["flags"], asked, answered, rows["protocol"]),
    }


def _is_turned(rows: npt.NDArray[Any]) -> Mask:
    """Where the first packet captured was an answer."""
    opening = rows["opening"]
    answer = opening == (_SYN | _ACK)
    low, high = rows["source_port"] < _WELL_KNOWN, rows["target_port"] >= _WELL_KNOWN
    unknown = (opening != _SYN) & ~answer & np.isin(rows["protocol"], (TCP, UDP))
    return np.asarray(answer | (unknown & low & high & (rows["source_port"] > 0)), np.bool_)


def _messages(packets: Any, flags: Any, asked: Positions, answered: Positions, protocol: Positions) -> Column:
    every = np.arange(len(packets))
    rows = zip(
        packets[every, asked].tolist(),
        packets[every, answered].tolist(),
        flags[every, asked].tolist(),
        flags[every, answered].tolist(),
        (protocol == TCP).tolist(),
        strict=True,
    )
    return pa.array(
        [
            f'{{"source_packets":{mine},"destination_packets":{theirs}'
            + (f',"source_flags":"{_flags(sent)}","destination_flags":"{_flags(got)}"}}' if tcp else "}")
            for mine, theirs, sent, got, tcp in rows
        ],
        pa.string(),
    )


_FLAGS = ["".join(letter for bit, letter in enumerate("FSRPAUEC") if number >> bit & 1) for number in range(256)]


def _flags(number: int) -> str:
    """All flags that were seen, a letter each, FIN first."""
    return _FLAGS[number]


def _transports(protocols: Positions) -> Column:
    distinct, at = np.unique(protocols, return_inverse=True)
    names = pa.array([transport_name(number) for number in distinct.tolist()], pa.string())
    return names.take(pa.array(at, pa.int64()))


def transport_name(protocol: int) -> str:
    """The protocol's name as its registry has it, or its number."""
    return _NAMES.get(protocol, str(protocol))


def address_texts(addresses: npt.NDArray[np.uint64]) -> Column:
    """Addresses as texts; each distinct one is written once."""
    packed = np.ascontiguousarray(addresses.astype(">u8")).view("S16") if len(addresses) else np.zeros((0, 1), "S16")
    distinct, at = np.unique(packed[:, 0], return_inverse=True)
    texts = [_address(value.ljust(16, b"\0")) for value in distinct.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(at, pa.int64()))


def _address(packed: bytes) -> str:
    if packed.startswith(b"\0\0\0\0\0\0\0\0\0\0\xff\xff"):
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    return socket.inet_ntop(socket.AF_INET6, packed)
