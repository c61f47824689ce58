r"""Packet captures of tcpdump, Wireshark and the like, in both forms: pcap and pcapng.

    0.000  192.0.2.15:51000 > 192.0.2.53:53   UDP  DNS  www.example.jp A?
    0.012  192.0.2.53:53 > 192.0.2.15:51000   UDP  DNS  www.example.jp A 198.51.100.7
    0.020  192.0.2.15:51001 > 198.51.100.7:443  TCP  TLS  ClientHello, server name www.example.jp

ietf.org/archive/id/draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng; link types: tcpdump.org/linktypes.html. There
is one record (`pcap.connection`) for each connection of TCP, UDP, ICMP and other protocols over IP; bytes are those of
payloads, sent twice counted twice, a datagram in fragments as one packet. Beside them stand records of what was said:
each answer to a question of DNS, or the question where none came (`pcap.dns`; also multicast, and over TCP), requests
of HTTP/1 with the status of the answer (`pcap.http`), handshakes of TLS and DTLS with server name, JA3, JA4 and up to
TLS 1.2 the server's certificate (`pcap.tls`), and envelopes of mails (`pcap.smtp`). A record's line is the number of
its packet, its place that of the packet's captured bytes.

Not looked into: QUIC (its hello is encrypted, though with a public key), HTTP/2, tunnels (GRE, VXLAN, IP in IP), and
whatever TLS hides. Streams are not put together beyond the heads that are sought: at most 64 KiB each.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, ClassVar

import numpy as np
import pyarrow as pa

from sekimori.formats.columns import Column, constant
from sekimori.formats.ip_fragments import Fragments
from sekimori.formats.lines import Positions
from sekimori.formats.packets import Layer, Network, network, transport
from sekimori.formats.pcap import MAGICS, PADDING, Frames, pcap_frames
from sekimori.formats.pcapng import MAGIC, pcapng_frames
from sekimori.model.kinds import NETWORK, UNREAD
from sekimori.model.place import Place, Statement, Unread
from sekimori.model.report import N_
from sekimori.readers.network.batches import record_batch
from sekimori.readers.network.pcap_connections import Connections
from sekimori.readers.network.pcap_dns import Questions
from sekimori.readers.network.pcap_rows import Origin, PacketRows
from sekimori.readers.network.pcap_streams import Chunk, Head, Said, Streams
from sekimori.readers.network.pcap_talk import Hellos, Mails, Requests
from sekimori.readers.protocol import Head as EvidenceHead
from sekimori.readers.protocol import Item, Reader, ReadingContext, Records, Source, unread

__all__ = ["PacketCapture"]

_BROKEN = N_("the packet's headers are broken or cut off")
_LOST = N_("other fragments of the datagram are missing")
_LINK = N_("{count} packets of the link type {number} are not read")


class PacketCapture(Reader):
    """Packets, as connections and what was said over them."""

    name: ClassVar[str] = "pcap"
    title: ClassVar[str] = "packet capture (pcap, pcapng)"

    def recognises(self, head: EvidenceHead) -> bool:
        """By its magic, and the version that has not changed since 1998, or the byte order of its first block."""
        data = head.data
        if data[:4] == MAGIC:
            return data[8:12] in {b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"}
        return data[:4] in MAGICS and data[4:8] in {b"\2\0\4\0", b"\0\2\0\4"}

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """Records of what was said as it is found, connections at the end."""
        del context  # times are seconds since 1970
        with source.open() as stream:
            yield from _Reading().all_of(stream, is_new_form=source.head.data[:4] == MAGIC)


class _Reading:
    """One capture on its way into records."""

    def __init__(self) -> None:
        self._connections, self._streams, self._fragments = Connections(), Streams(), Fragments()
        self._rows = PacketRows()
        self._questions = Questions(self._rows)
        self._requests, self._hellos, self._mails = Requests(self._rows), Hellos(self._rows), Mails(self._rows)
        self._counts: Counter[str] = Counter()
        self._links: dict[int, tuple[int, Place]] = {}

    def all_of(self, stream: BinaryIO, *, is_new_form: bool) -> Iterator[Item]:
        """Everything that a capture holds."""
        for item in pcapng_frames(stream) if is_new_form else pcap_frames(stream):
            if isinstance(item, Unread):
                yield item
                continue
            yield from self._chunk(item)
            yield from self._rows.taken()
            if self._connections.is_full:
                yield from self._told()
        yield from filter(None, map(self._heard, self._streams.end()))
        for waiting in (self._questions, self._requests, self._hellos, self._mails):
            waiting.end()
        yield from self._rows.taken(everything=True)
        yield from self._told()
        yield from self._rest()

    def _chunk(self, frames: Frames) -> Iterator[Item]:
        octets = np.frombuffer(frames.data, np.uint8)
        layer, packets, broken = network(octets, frames)
        self._count(frames, layer)
        if packets.is_fragment.any():
            frames, octets, packets = self._whole(frames, packets)
        payloads, worse = transport(octets, packets)
        yield from _broken(frames, np.concatenate((broken, worse)))
        groups = self._connections.add(frames, payloads)
        chunk = Chunk(octets=octets, data=frames.data, frames=frames, packets=payloads, groups=groups)
        self._datagrams(chunk)
        yield from filter(None, map(self._heard, self._streams.heads(chunk)))

    def _count(self, frames: Frames, layer: Layer) -> None:
        self._counts[N_("packets captured in part only")] += int((frames.wire > frames.lengths).sum())
        self._counts[N_("packets that are not IP")] += int((~layer.is_ip & (layer.type >= 0)).sum())
        unknown = np.flatnonzero((layer.type == -1) & (frames.links >= 0))
        for link in np.unique(frames.links[unknown]).tolist():
            rows = unknown[frames.links[unknown] == link]
            count, place = self._links.get(link, (0, _place(frames, int(rows[0]))))
            self._links[link] = count + len(rows), place

    def _whole(self, frames: Frames, packets: Network) -> tuple[Frames, "np.typing.NDArray[np.uint8]", Network]:
        """The packets with fragments put together, behind the bytes of the chunk."""
        pieces = np.flatnonzero(packets.is_fragment)
        joined: list[tuple[int, int, int]] = []
        end, more = len(frames.data), []
        for row in pieces.tolist():
            packet = int(packets.packet[row])
            key = (
                packets.source[row].tobytes(),
                packets.target[row].tobytes(),
                int(packets.protocol[row]),
                int(packets.datagram[row]),
            )
            whole = self._fragments.add(
                key,
                int(packets.part[row]),
                frames.data[packets.at[row] : packets.end[row]],
                more=bool(packets.more[row]),
                place=_place(frames, packet),
                micros=int(frames.micros[packet]),
            )
            if whole is not None:
                joined.append((row, end, end + len(whole)))
                more.append(whole + bytes(PADDING))
                end += len(whole) + PADDING
        packets = _with_joined(packets, joined)
        frames = _with_data(frames, frames.data + b"".join(more)) if more else frames
        return frames, np.frombuffer(frames.data, np.uint8), packets

    def _datagrams(self, chunk: Chunk) -> None:
        for found in (self._questions.look(chunk), self._hellos.look(chunk)):
            for slot, protocol in found:
                self._connections.protocols[slot] = protocol

    def _heard(self, head: Head) -> Unread | None:
        match head.said:
            case Said.REQUEST:
                found, protocol = self._requests.asked(head.slot, head.origin, head.data), "http"
            case Said.RESPONSE:
                found, protocol = self._requests.answered(head.slot, head.origin, head.data), "http"
            case Said.CLIENT:
                found, protocol = self._hellos.asked(head.slot, head.origin, head.flight, head.data), "tls"
            case Said.SERVER:
                found, protocol = self._hellos.answered(head.slot, head.origin, head.flight), "tls"
            case Said.MAIL:
                found, protocol = self._mails.said(head.slot, head.origin, head.data), "smtp"
            case Said.DNS:
                found, protocol = self._questions.stream(head.slot, head.origin, head.data), "dns"
        if found:
            self._connections.protocols.setdefault(head.slot, protocol)
        elif head.said is Said.CLIENT and not head.whole:
            reason = N_("the rest of a TLS hello is missing")
            return unread(reason, offset=head.origin.offset, length=head.origin.length, line=head.origin.line)
        return None

    def _told(self) -> Iterator[Records]:
        for columns, rows in self._connections.taken():
            columns["event_dataset"] = constant("pcap.connection", rows)
            yield Records(NETWORK, record_batch(NETWORK, columns, rows))

    def _rest(self) -> Iterator[Item]:
        yield from _unread_messages(self._questions.broken)
        self._fragments.end()
        for place in self._fragments.lost:
            yield Unread(place=place, reason=_LOST)
        for link, (count, place) in self._links.items():
            yield Unread(place=place, reason=_LINK.format(count=count, number=link))
        for about, count in self._counts.items():
            if count:
                yield Statement(about, str(count))


def _place(frames: Frames, packet: int) -> Place:
    return Place(
        offset=int(frames.starts[packet]) + frames.offset,
        length=int(frames.lengths[packet]),
        line=packet + frames.first,
    )


def _broken(frames: Frames, packets: Positions) -> Iterator[Records]:
    """Packets that could not be read, as one batch."""
    if not len(packets):
        return
    packets = np.sort(packets)
    columns = {
        "offset": pa.array(frames.starts[packets] + frames.offset, pa.int64()),
        "length": pa.array(frames.lengths[packets], pa.int64()),
        "line": pa.array(packets + frames.first, pa.int64()),
        "reason": constant(_BROKEN, len(packets)),
    }
    yield Records(UNREAD, record_batch(UNREAD, columns, len(packets)))


def _unread_messages(origins: list[Origin]) -> Iterator[Records]:
    """Messages of DNS that are none, as one batch."""
    if not origins:
        return
    places = zip(*((one.offset, one.length, one.line) for one in origins), strict=True)
    columns: dict[str, Column] = {
        name: pa.array(values, pa.int64()) for name, values in zip(("offset", "length", "line"), places, strict=True)
    }
    columns["reason"] = constant(N_("what is said here is no message of DNS"), len(origins))
    yield Records(UNREAD, record_batch(UNREAD, columns, len(origins)))


def _with_joined(packets: Network, joined: list[tuple[int, int, int]]) -> Network:
    """The packets without fragments; where a datagram became whole, it stands in the place of its last fragment."""
    keep = ~packets.is_fragment
    for row, start, end in joined:
        packets.at[row], packets.end[row], packets.wire[row] = start, end, end
        keep[row] = True
    return packets.only(keep)


def _with_data(frames: Frames, data: bytes) -> Frames:
    return replace(frames, data=data)
