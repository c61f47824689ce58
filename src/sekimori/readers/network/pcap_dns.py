"""Questions of DNS and their answers, over UDP and TCP: one record an answer, or a question that got none."""

from collections.abc import Iterator

import numpy as np

from sekimori.formats.dns_message import Message, message
from sekimori.formats.packets import UDP
from sekimori.readers.network.pcap_rows import Origin, PacketRows, origins
from sekimori.readers.network.pcap_streams import Chunk
from sekimori.readers.network.pcap_talk import milliseconds

__all__ = ["Questions"]

_PORTS = {53: "dns", 5353: "mdns", 5355: "llmnr"}
_MOST_WAITING = 20_000
_RESPONSE = 0x80  # in the third byte
_Key = tuple[int, bytes]
_Question = tuple[Origin, bytes, str, str]


class Questions:
    """Questions that wait for their answer, by connection and the message's number."""

    def __init__(self, rows: PacketRows) -> None:
        self._rows = rows
        self._open: dict[_Key, _Question] = {}
        self.broken: list[Origin] = []

    def look(self, chunk: Chunk) -> Iterator[tuple[int, str]]:
        """The datagrams of a chunk; slot and protocol of the connections that spoke so."""
        packets = chunk.packets
        ports = list(_PORTS)
        spoken = np.isin(packets.source_port, ports) | np.isin(packets.target_port, ports)
        rows = np.flatnonzero(spoken & (packets.protocol == UDP) & (packets.end - packets.start >= 12))
        slots = (chunk.groups.sides[rows] >> 1).tolist()
        starts, ends = packets.start[rows].tolist(), packets.end[rows].tolist()
        for slot, start, end, origin in zip(slots, starts, ends, origins(chunk.frames, packets, rows), strict=True):
            protocol = _PORTS.get(origin.target_port) or _PORTS[origin.source_port]
            if self._message(slot, origin, chunk.data[start:end], "udp", protocol):
                yield slot, protocol

    def stream(self, slot: int, origin: Origin, data: bytes) -> bool:
        """Messages over TCP, each behind its length; whether there is one."""
        at, found = 0, False
        while at + 14 <= len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            if not self._message(slot, origin, data[at + 2 : at + 2 + length], "tcp", "dns"):
                break
            at, found = at + 2 + length, True
        return found

    def end(self) -> None:
        """What was not answered is told as well."""
        for question in self._open.values():
            self._unanswered(*question)
        self._open.clear()

    def _message(self, slot: int, origin: Origin, data: bytes, transport: str, protocol: str) -> bool:
        """One message: a question is only looked at when it gets no answer, as the answer repeats it."""
        key = slot, data[:2]
        if not data[2] & _RESPONSE:
            self._open.setdefault(key, (origin, data, transport, protocol))
            if len(self._open) > _MOST_WAITING:
                self._unanswered(*self._open.pop(next(iter(self._open))))
            return True
        one = message(data)
        if one is None:
            self.broken.append(origin)
            return False
        question = self._open.pop(key, None)
        self._tell(origin.turned, one, transport, protocol, question[0].micros if question else None)
        return True

    def _unanswered(self, origin: Origin, data: bytes, transport: str, protocol: str) -> None:
        one = message(data)
        if one is None:
            self.broken.append(origin)
        else:
            self._tell(origin, one, transport, protocol, None)

    def _tell(self, origin: Origin, one: Message, transport: str, protocol: str, asked: int | None) -> None:
        self._rows.add(
            "dns",
            origin,
            transport,
            protocol,
            one.name or None,
            one.type,
            one.code if one.is_response else None,
            one.addresses or None,
            one.names or None,
            None if asked is None else milliseconds(asked, origin.micros),
            None if one.whole else '{"answers":"cut off"}',
        )
