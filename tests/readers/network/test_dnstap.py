from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.frame_stream import LARGEST_FRAME
from sekimori.formats.protobuf import fields
from sekimori.readers.network.dnstap import Dnstap
from sekimori.readers.protocol import Head
from tests.readers.network.dnstap_file import control, dns, dnstap, entry, field, file_of
from tests.readers.network.reading import SAMPLES, read

_QUERY = dnstap(entry(5, dns("www.example.jp")))
_ANSWER = dnstap(entry(6, b"", dns("www.example.jp", "198.51.100.7", "2001:db8::7", flags=0x8180)))


def test_the_sample_is_made_of_the_same_parts() -> None:
    assert (SAMPLES / "dnstap/queries.dnstap").read_bytes() == file_of(
        _QUERY,
        _ANSWER,
        dnstap(entry(3, dns("www.example.jp"), source="2001:db8::53", server="2001:db8::1")),
        dnstap(entry(6, b"", dns("missing.example", kind=28, flags=0x8183))),
    )


def test_a_query_and_its_answer() -> None:
    result = read(Dnstap(), file_of(_QUERY, _ANSWER))

    assert result.unread == {}
    assert result.records[1]["timestamp"] == datetime(2026, 1, 30, 0, 0, 0, 500_000, UTC)
    assert "dns_response_code" not in result.records[1]
    assert result.records[2] == {
        "timestamp": datetime(2026, 1, 30, 0, 0, 0, 512_000, UTC),
        "event_dataset": "dnstap",
        "event_action": "CLIENT_RESPONSE",
        "source_ip": "192.0.2.15",
        "source_port": 40000,
        "destination_ip": "192.0.2.53",
        "destination_port": 53,
        "network_transport": "udp",
        "network_protocol": "dns",
        "dns_question_name": "www.example.jp",
        "dns_question_type": "A",
        "dns_response_code": "NOERROR",
        "dns_resolved_ip": ["198.51.100.7", "2001:db8::7"],
        "event_duration": 12,
        "message": '{"server_name":"ns1.example.jp"}',
    }


def test_broken_frames_cost_only_themselves() -> None:
    no_time = dnstap(field(1, 5) + field(10, dns("a.example")))
    frames = (b"\xff" * 9, dnstap(entry(5, b"\0\0")), b"x" * (LARGEST_FRAME + 1), no_time, field(14, 1), _QUERY)

    result = read(Dnstap(), file_of(*frames))

    assert list(result.records) == [6]
    assert result.unread == {
        1: "the frame is no dnstap message",
        2: "the frame's DNS message cannot be read",
        3: "the frame is larger than 1,048,576 bytes",
        4: "the frame has no time",
        5: "the frame is no dnstap message",
    }


@pytest.mark.parametrize("cut", [1, 20, 21, 25])
def test_a_file_that_is_cut(cut: int) -> None:
    data = file_of(_QUERY, _ANSWER)

    result = read(Dnstap(), data[: len(data) - len(control(3)) - cut])

    assert (list(result.records), result.unread) == ([1], {2: "the frame is cut off"})
    offset, length = result.places[2]
    assert offset + length == len(data) - len(control(3)) - cut


def test_values_beyond_their_bounds() -> None:
    inner = (
        entry(99, dns("a.example"))
        + field(6, 70_000)
        + field(4, b"123")
        + field(3, 9)
        + field(9, 2**32 - 1, fixed=True)
    )
    odd = read(Dnstap(), file_of(dnstap(inner + field(9, 5, fixed=True)), dnstap(inner)))

    assert list(odd.unread) == [2]
    assert not {"source_ip", "source_port", "event_action", "network_transport"} & set(odd.records[1])


@pytest.mark.parametrize(
    "data",
    [b"\x80", b"\x08", b"\x0a\x05a", b"\x0b", b"\x00\x01", b"\x09abc", b"\x08" + b"\xff" * 11, b"\x08\x01" * 1001],
)
def test_what_is_no_protobuf(data: bytes) -> None:
    assert fields(data) is None


def test_fields_of_every_wire_type() -> None:
    data = field(1, 300) + field(2, b"a") + field(3, 7, fixed=True) + b"\x21" + bytes(8) + field(1, 5)

    assert fields(data) == {1: 5, 2: b"a", 3: 7, 4: 0}


@pytest.mark.parametrize(
    ("head", "is_dnstap"),
    [
        (file_of(_QUERY), True),
        (control(2, b"protobuf:other.Message"), False),
        (control(3, b"protobuf:dnstap.Dnstap"), False),
        (control(2), False),
        (b"\0" * 64, False),
    ],
)
def test_recognition(head: bytes, is_dnstap: bool) -> None:
    assert Dnstap().recognises(Head("x", head)) is is_dnstap


@settings(max_examples=60)
@given(st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    whole = bytearray(file_of(_QUERY, _ANSWER))
    for _ in range(3):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))

    result = read(Dnstap(), bytes(whole))

    assert all(offset + length <= len(whole) for offset, length in result.places.values())
