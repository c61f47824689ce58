"""The headers of many packets at once: link layer, IPv4 and IPv6, TCP and UDP, as columns.

Each step looks at one header of all packets, as rows of a matrix that begins where the header does; what differs
from packet to packet is only where that is. Link types are those of tcpdump.org/linktypes.html; Ethernet may carry
VLAN tags (IEEE 802.1Q, also stacked), MPLS labels (RFC 3032) and PPPoE (RFC 2516). Tunnels are not opened.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sekimori.formats.columns import Mask, Octets
from sekimori.formats.lines import Positions
from sekimori.formats.pcap import Frames, rows_at

__all__ = ["ICMP", "ICMP6", "TCP", "UDP", "Addresses", "Layer", "Network", "Transport", "network", "transport"]

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
"""Protocol numbers of iana.org/assignments/protocol-numbers."""

Addresses = npt.NDArray[np.uint64]
"""Two numbers an address, high and low; an IPv4 address is ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2)."""

_V4, _V6, _VLANS, _MPLS, _PPPOE = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100), (0x8847, 0x8848), 0x8864
_BY_VERSION = -2  # the first four bits tell IPv4 and IPv6 apart
_UNKNOWN_LINK = -1
_LINKS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}
"""Link type: where the type of what follows stands, and how long its header is."""
_BARE = {0: 4, 12: 0, 14: 0, 101: 0, 108: 4, 228: 0, 229: 0}
"""Link types without such a type: how long their header is."""
_MOST_TAGS = 8
_MAPPED = np.uint64(0xFFFF_0000_0000)
_EXTENSIONS = (0, 43, 60, 135)  # hop-by-hop, routing, destination options, mobility: length in units of 8
_AUTHENTICATION, _FRAGMENT = 51, 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What link layers say: where the network header of each packet begins, and its type; -1 for an unread link."""

    at: Positions
    type: Positions

    @property
    def is_ip(self) -> Mask:
        """Which packets carry IP."""
        return np.asarray((self.type == _V4) | (self.type == _V6), np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """IP packets: `packet` is the row among the frames. `end` is where the captured bytes end, `wire` the packet's end.

    `more` and `part` say which piece of a datagram this is: whether others follow, and its place in bytes.
    """

    packet: Positions
    source: Addresses
    target: Addresses
    protocol: Positions
    at: Positions
    end: Positions
    wire: Positions
    datagram: Positions
    more: Mask
    part: Positions

    def only(self, chosen: Mask | Positions) -> "Network":
        """Some of them."""
        return Network(**{name: getattr(self, name)[chosen] for name in self.__slots__})

    @property
    def is_fragment(self) -> Mask:
        """Which are pieces of larger datagrams."""
        return np.asarray(self.more | (self.part > 0), np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Payloads: from `start` to `end` in the data as captured, `size` bytes as sent. Ports are 0 beyond TCP and UDP."""

    packet: Positions
    source: Addresses
    target: Addresses
    protocol: Positions
    source_port: Positions
    target_port: Positions
    sequence: Positions
    flags: Positions
    start: Positions
    end: Positions
    size: Positions

    def __len__(self) -> int:
        return len(self.packet)


def network(octets: Octets, frames: Frames) -> tuple[Layer, Network, Positions]:
    """The link layers, the IP packets, and the rows of those that should be IP packets and are broken."""
    layer = _link(octets, frames)
    four, broken4 = _version4(octets, frames, layer)
    six, broken6 = _version6(octets, frames, layer)
    if not len(six.packet):
        return layer, four, broken4
    both = Network(**{name: np.concatenate((getattr(four, name), getattr(six, name))) for name in four.__slots__})
    return layer, both.only(np.argsort(both.packet)), np.concatenate((broken4, broken6))


def _link(octets: Octets, frames: Frames) -> Layer:
    at, type_ = frames.starts.copy(), np.full(len(frames), _UNKNOWN_LINK, np.int64)
    first = frames.links[:1]
    links = first.tolist() if (frames.links == first).all() else np.unique(frames.links).tolist()
    for link in links:
        chosen = slice(None) if len(links) == 1 else frames.links == link
        if link in _LINKS:
            where, length = _LINKS[link]
            type_[chosen] = _number(octets, frames.starts[chosen] + where)
            at[chosen] += length
        elif link in _BARE:
            type_[chosen] = _BY_VERSION
            at[chosen] += _BARE[link]
    ends = frames.starts + frames.lengths
    if not ((type_ == _V4) | (type_ == _V6)).all():
        _past_tags(octets, at, type_, ends)
    bare = np.flatnonzero(type_ == _BY_VERSION)
    if len(bare):
        version = octets[at[bare]] >> 4
        type_[bare] = np.where(version == 4, _V4, np.where(version == 6, _V6, 0))
    type_[(at >= ends) & (type_ != _UNKNOWN_LINK)] = 0
    return Layer(at=at, type=type_)


def _past_tags(octets: Octets, at: Positions, type_: Positions, ends: Positions) -> None:
    """Moves on, in place, to behind VLAN tags, MPLS labels and the head of PPPoE."""
    for _ in range(_MOST_TAGS):
        tagged = np.flatnonzero(np.isin(type_, (*_VLANS, *_MPLS, _PPPOE)) & (at + 8 <= ends))
        if not len(tagged):
            return
        here, kind = at[tagged], type_[tagged]
        label, pppoe = np.isin(kind, _MPLS), kind == _PPPOE
        following = _number(octets, here + 2)
        last_label = (octets[here + 2] & 1).astype(np.bool_)
        ppp = _number(octets, here + 6)
        ppp = np.where(ppp == 0x0021, _V4, np.where(ppp == 0x0057, _V6, 0))
        type_[tagged] = np.where(pppoe, ppp, np.where(label, np.where(last_label, _BY_VERSION, kind), following))
        at[tagged] = here + np.where(pppoe, 8, 4)


def _number(octets: Octets, positions: Positions) -> Positions:
    """Two bytes in network order."""
    return (octets[positions].astype(np.int64) << 8) | octets[positions + 1]


def _version4(octets: Octets, frames: Frames, layer: Layer) -> tuple[Network, Positions]:
    """RFC 791."""
    packet = np.flatnonzero(layer.type == _V4)
    at, ends = layer.at[packet], (frames.starts + frames.lengths)[packet]
    rows = rows_at(octets, at, 20)
    words, halves = rows.view(">u4"), rows.view(">u2")
    head = (rows[:, 0] & 15).astype(np.int64) * 4
    room = frames.starts[packet] + frames.wire[packet] - at
    total = halves[:, 1].astype(np.int64)
    total = np.where(total == 0, room, total)  # the network card cut it into packets later
    sound = (rows[:, 0] >> 4 == 4) & (head >= 20) & (total >= head) & (at + head <= ends)
    parts = halves[:, 3].astype(np.int64)
    result = Network(
        packet=packet,
        source=_mapped(words[:, 3]),
        target=_mapped(words[:, 4]),
        protocol=rows[:, 9].astype(np.int64),
        at=at + head,
        end=np.minimum(at + total, ends),
        wire=at + total,
        datagram=halves[:, 2].astype(np.int64),
        more=(parts & 0x2000) > 0,
        part=(parts & 0x1FFF) * 8,
    )
    return (result, packet[:0]) if sound.all() else (result.only(sound), packet[~sound])


def _mapped(addresses: npt.NDArray[np.generic]) -> Addresses:
    result = np.zeros((len(addresses), 2), np.uint64)
    result[:, 1] = addresses
    result[:, 1] |= _MAPPED
    return result


def _version6(octets: Octets, frames: Frames, layer: Layer) -> tuple[Network, Positions]:
    """RFC 8200."""
    packet = np.flatnonzero(layer.type == _V6)
    at, ends = layer.at[packet], (frames.starts + frames.lengths)[packet]
    rows = rows_at(octets, at, 40)
    halves, longs = rows.view(">u2"), rows.view(">u8")
    payload = halves[:, 2].astype(np.int64)
    room = frames.starts[packet] + frames.wire[packet] - at - 40
    wire = at + 40 + np.where(payload == 0, room, payload)
    sound = (rows[:, 0] >> 4 == 6) & (at + 40 <= ends) & (wire >= at + 40)
    result = Network(
        packet=packet,
        source=longs[:, 1:3].astype(np.uint64),
        target=longs[:, 3:5].astype(np.uint64),
        protocol=rows[:, 6].astype(np.int64),
        at=at + 40,
        end=np.minimum(wire, ends),
        wire=wire,
        datagram=np.zeros(len(packet), np.int64),
        more=np.zeros(len(packet), np.bool_),
        part=np.zeros(len(packet), np.int64),
    )
    _past_extensions(octets, result)
    sound &= result.at <= result.end
    return (result, packet[:0]) if sound.all() else (result.only(sound), packet[~sound])


def _past_extensions(octets: Octets, packets: Network) -> None:
    """Moves on, in place, to behind the extension headers; a fragment header stops that for all but the first."""
    known = (*_EXTENSIONS, _AUTHENTICATION, _FRAGMENT)
    for _ in range(_MOST_TAGS):
        rows = np.flatnonzero(np.isin(packets.protocol, known) & (packets.part == 0) & (packets.at + 8 <= packets.end))
        if not len(rows):
            return
        here = rows_at(octets, packets.at[rows], 8)
        kind, units = packets.protocol[rows], here[:, 1].astype(np.int64)
        fragment = kind == _FRAGMENT
        length = np.where(fragment, 8, np.where(kind == _AUTHENTICATION, units * 4 + 8, units * 8 + 8))
        parts = here.view(">u2")[:, 1].astype(np.int64)
        packets.part[rows] = np.where(fragment, parts & 0xFFF8, packets.part[rows])
        packets.more[rows] |= fragment & ((parts & 1) > 0)
        packets.datagram[rows] = np.where(fragment, here.view(">u4")[:, 1], packets.datagram[rows])
        packets.protocol[rows] = here[:, 0]
        packets.at[rows] += length


def transport(octets: Octets, packets: Network) -> tuple[Transport, Positions]:
    """Ports and payloads of IP packets that are whole, and the rows of those whose headers are broken."""
    rows = rows_at(octets, np.minimum(packets.at, len(octets) - 20), 20)
    tcp, udp = packets.protocol == TCP, packets.protocol == UDP
    ported = tcp | udp
    halves = rows.view(">u2")
    length = np.where(tcp, (rows[:, 12] >> 4).astype(np.int64) * 4, np.where(udp, 8, 0))
    sound = (packets.at + length <= packets.end) & (~tcp | (length >= 20))
    said = np.where(udp & (halves[:, 2] >= 8), packets.at + halves[:, 2], packets.wire)
    wire = np.minimum(said, packets.wire)
    start = packets.at + length
    result = Transport(
        packet=packets.packet,
        source=packets.source,
        target=packets.target,
        protocol=packets.protocol,
        source_port=np.where(ported, halves[:, 0], 0).astype(np.int64),
        target_port=np.where(ported, halves[:, 1], 0).astype(np.int64),
        sequence=rows.view(">u4")[:, 1].astype(np.int64),
        flags=np.where(tcp, rows[:, 13], 0).astype(np.int64),
        start=start,
        end=np.minimum(packets.end, wire),
        size=wire - start,
    )
    if sound.all():
        return result, packets.packet[:0]
    whole = Transport(**{name: getattr(result, name)[sound] for name in result.__slots__})
    return whole, packets.packet[~sound]
