"""Headers of packets: links, tags, IPv4, IPv6, TCP, UDP, fragments."""

import io
import socket
import struct

import numpy as np
import pytest

from sekimori.formats.packets import Transport, network, transport
from sekimori.formats.pcap import Frames, pcap_frames
from tests.formats.capture_file import arp, ethernet, ipv4, ipv6, pcap, tcp, udp

V4 = ipv4("192.0.2.1", "198.51.100.2", 17, udp(1000, 53, b"payload"))
V6 = ipv6("2001:db8::1", "2001:db8::2", 6, tcp(1000, 443, 7, b"payload"))


def _read(data: bytes, link: int = 1) -> tuple[Frames, Transport, list[int]]:
    (frames,) = pcap_frames(io.BytesIO(pcap([(1, data)], link=link)))
    assert isinstance(frames, Frames)
    octets = np.frombuffer(frames.data, np.uint8)
    _, packets, broken = network(octets, frames)
    whole = packets.only(~packets.is_fragment)
    payloads, worse = transport(octets, whole)
    return frames, payloads, [*broken.tolist(), *worse.tolist()]


def _payload(data: bytes, link: int = 1) -> bytes:
    frames, payloads, broken = _read(data, link)
    assert broken == []
    assert payloads.size.tolist() == (payloads.end - payloads.start).tolist()
    return frames.data[payloads.start[0] : payloads.end[0]]


@pytest.mark.parametrize(
    ("data", "link"),
    [
        (ethernet(V4), 1),
        (ethernet(V6, 0x86DD), 1),
        (ethernet(V4, tags=[0x8100]), 1),
        (ethernet(V6, 0x86DD, tags=[0x88A8, 0x8100]), 1),
        (ethernet(bytes.fromhex("0001003f 00020 13f".replace(" ", "")) + V4, 0x8847), 1),
        (ethernet(struct.pack(">BBHHH", 0x11, 0, 1, len(V6) + 2, 0x57) + V6, 0x8864), 1),
        (V4, 101),
        (V6, 101),
        (V4, 228),
        (bytes(14) + b"\x08\x00" + V4, 113),
        (b"\x86\xdd" + bytes(18) + V6, 276),
        (b"\2\0\0\0" + V4, 0),
        (b"\0\0\0\x1e" + V6, 108),
        (ethernet(V4 + b"padding of the frame"), 1),
    ],
)
def test_the_way_to_the_payload(data: bytes, link: int) -> None:
    assert _payload(data, link) == b"payload"


def test_extension_headers_are_passed_over() -> None:
    packet = ipv6("2001:db8::1", "2001:db8::2", 17, udp(1, 2, b"payload"), extensions=[0, 60, 43])

    assert _payload(ethernet(packet, 0x86DD)) == b"payload"


def test_columns() -> None:
    _, payloads, _ = _read(ethernet(V6, 0x86DD))

    assert (payloads.source_port[0], payloads.target_port[0], payloads.sequence[0]) == (1000, 443, 7)
    assert payloads.source.astype(">u8").tobytes() == socket.inet_pton(socket.AF_INET6, "2001:db8::1")


@pytest.mark.parametrize("data", [ethernet(V4)[:-30], ethernet(V4[:9] + b"\x06" + V4[10:]), ethernet(b"\x41" + V4[1:])])
def test_broken_headers_are_told(data: bytes) -> None:
    _, payloads, broken = _read(data)

    assert (len(payloads), broken) == (0, [0])


@pytest.mark.parametrize("data", [arp(), ethernet(V4)[:10], b"", ethernet(V6, 0x0800)[:14]])
def test_what_is_not_ip_is_not_broken(data: bytes) -> None:
    _, payloads, broken = _read(data)

    assert (len(payloads), broken) == (0, [])


def test_a_fragment_says_where_it_stands() -> None:
    packet = ipv4("192.0.2.1", "192.0.2.2", 17, b"12345678", number=77, part=16, more=True)
    (frames,) = pcap_frames(io.BytesIO(pcap([(1, ethernet(packet))])))
    assert isinstance(frames, Frames)

    _, packets, _ = network(np.frombuffer(frames.data, np.uint8), frames)

    assert (packets.datagram[0], packets.part[0], packets.more[0]) == (77, 16, True)
