"""Captures to packets: both forms, both byte orders, broken and cut off."""

import io

import numpy as np
import pytest

from sekimori.formats.pcap import NO_TIME, Frames, pcap_frames
from sekimori.formats.pcapng import pcapng_frames
from sekimori.model.place import Unread
from tests.formats import capture_file as made

START = 1_770_000_000_123_456
PACKETS = [(START + number, bytes([number]) * (40 + number)) for number in range(1, 30)]


def _read(data: bytes, size: int = 1 << 20) -> tuple[list[tuple[int, bytes]], list[Unread]]:
    """Time and bytes of all packets, each also found at its place; and what was unread."""
    reading = pcapng_frames if data[:4] == b"\n\r\r\n" else pcap_frames
    packets, unread, number = [], [], 1
    for item in reading(io.BytesIO(data), size):
        if isinstance(item, Unread):
            unread.append(item)
            assert 0 <= item.place.offset <= item.place.offset + item.place.length <= len(data)
            continue
        assert item.first == number
        number += len(item)
        for start, length, micros in zip(item.starts, item.lengths, item.micros, strict=True):
            packet = item.data[start : start + length]
            assert data[start + item.offset :][:length] == packet
            packets.append((int(micros), packet))
    return packets, unread


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_old_form(order: str, nanoseconds: bool, size: int) -> None:
    data = made.pcap(PACKETS, order=order, nanoseconds=nanoseconds)

    assert _read(data, size) == (PACKETS, [])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_new_form(order: str, size: int) -> None:
    assert _read(made.pcapng(PACKETS, order=order), size) == (PACKETS, [])


@pytest.mark.parametrize("keep", [5, 23, 24, 30, 50])
def test_an_old_capture_that_is_cut_off(keep: int) -> None:
    data = made.pcap(PACKETS)[:keep]

    packets, unread = _read(data)

    assert packets == []
    assert [(one.place.offset + one.place.length) for one in unread] == ([] if keep == 24 else [keep])


def test_a_new_capture_that_is_cut_off() -> None:
    data = made.pcapng(PACKETS)

    packets, unread = _read(data[:-10])

    assert packets == PACKETS[:-1]
    assert [(one.place.offset, one.place.length) for one in unread] == [(len(data) - 32 - 72, 32 + 72 - 10)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_broken_length_loses_its_packet_alone(order: str) -> None:
    data = bytearray(made.pcap(PACKETS, order=order))
    at = 24 + sum(16 + len(packet) for _, packet in PACKETS[:7])
    data[at + 8 : at + 12] = b"\xff\xff\xff\xff"

    packets, unread = _read(bytes(data))

    assert packets == PACKETS[:7] + PACKETS[8:]
    assert [(one.place.offset, one.place.length) for one in unread] == [(at, 16 + len(PACKETS[7][1]))]


def test_a_stretch_of_zeros_is_no_packets() -> None:
    whole = made.pcap(PACKETS)
    at = 24 + sum(16 + len(packet) for _, packet in PACKETS[:7])

    packets, unread = _read(whole[:at] + bytes(1000) + whole[at:])

    assert packets == PACKETS
    assert [(one.place.offset, one.place.length) for one in unread] == [(at, 1000)]


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_broken_block_loses_itself_alone(order: str) -> None:
    blocks = [made.enhanced(0, micros, packet, order) for micros, packet in PACKETS]
    broken = bytearray(blocks[3])
    broken[-4:] = b"\0\0\0\0"
    head = made.section(order) + made.interface(order=order)
    data = head + b"".join(blocks[:3]) + bytes(broken) + b"".join(blocks[4:])

    packets, unread = _read(data)

    assert packets == PACKETS[:3] + PACKETS[4:]
    assert [one.place.length for one in unread] == [len(broken)]


def test_interfaces_have_their_own_clocks_and_links() -> None:
    head = made.section() + made.interface(1, resolution=9) + made.interface(101, resolution=0x80 | 10, offset=1000)
    blocks = made.enhanced(0, START * 1000 + 999, b"a" * 20) + made.enhanced(1, 3 * 1024 + 512, b"b" * 20)

    (frames,) = pcapng_frames(io.BytesIO(head + blocks + made.interface(276) + made.enhanced(2, START, b"c" * 20)))

    assert isinstance(frames, Frames)
    assert frames.micros.tolist() == [START, 1_003_500_000, START]
    assert frames.links.tolist() == [1, 101, 276]


def test_a_new_section_begins_anew() -> None:
    data = made.pcapng(PACKETS[:3]) + made.pcapng(PACKETS[3:], order=">", link=101)

    assert _read(data) == (PACKETS, [])


def test_simple_packets_have_no_time_and_are_cut_by_their_interface() -> None:
    data = made.section() + made.interface(snapshot=16) + made.simple(b"x" * 16, wire=90)

    (frames,) = pcapng_frames(io.BytesIO(data))

    assert isinstance(frames, Frames)
    assert (frames.micros[0], frames.lengths[0], frames.wire[0]) == (NO_TIME, 16, 90)


def test_packets_of_an_interface_that_is_not_there_are_unread() -> None:
    data = made.section() + made.interface() + made.enhanced(5, START, b"x" * 20)

    items = list(pcapng_frames(io.BytesIO(data)))

    assert [type(item) for item in items] == [Frames, Unread]
    assert isinstance(items[0], Frames)
    assert items[0].links.tolist() == [-1]


def test_times_beyond_the_calendar_are_none() -> None:
    (frames,) = pcapng_frames(io.BytesIO(made.section() + made.interface() + made.enhanced(0, 2**63, b"x" * 20)))

    assert isinstance(frames, Frames)
    assert frames.micros.tolist() == [np.iinfo(np.int64).min]


@pytest.mark.parametrize("is_new", [False, True])
def test_many_breaks_cost_no_more_than_their_length(is_new: bool) -> None:
    packet = (START, b"x" * 12)
    good = made.enhanced(0, *packet) if is_new else made.pcap([packet])[24:]
    head = made.section() + made.interface() if is_new else made.pcap([])
    count = 1_000

    packets, unread = _read(head + (2 * good + b"\xff" * 16) * count)

    assert packets == [packet] * 2 * count
    assert sum(one.place.length for one in unread) == 16 * count
