"""Packet captures: what is said is found, connections are counted, nothing is lost unseen."""

import hashlib
import json
import random
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.app.golden import MemorySource
from sekimori.model.place import Place, Statement, Unread
from sekimori.readers.network.pcap import PacketCapture
from sekimori.readers.protocol import ReadingContext, Records
from tests.formats import capture_file as made
from tests.formats.capture_file import ethernet, ipv4, ipv6, tcp, udp

START = 1_770_000_000_000_000
CLIENT, SERVER = "192.0.2.15", "198.51.100.7"
SYN, ACK, FIN = 0x02, 0x10, 0x01


class Result:
    """Records by dataset, in order; what was unread; statements."""

    def __init__(self, data: bytes) -> None:
        self.datasets: dict[str, list[dict[str, Any]]] = {}
        self.unread: list[tuple[int, str]] = []
        self.statements: dict[str, str] = {}
        for item in PacketCapture().read(MemorySource("a.pcap", data), ReadingContext()):
            match item:
                case Records(kind=kind, batch=batch):
                    batch.validate(full=True)
                    assert batch.schema.equals(kind.schema)
                    for row in batch.to_pylist():
                        self._add({name: value for name, value in row.items() if value is not None})
                case Unread(place=place, reason=reason):
                    self.unread.append((place.line, reason))
                case Statement(about=about, value=value):
                    self.statements[about] = value

    def _add(self, row: dict[str, Any]) -> None:
        if "reason" in row:
            self.unread.append((row["line"], row["reason"]))
        else:
            self.datasets.setdefault(row["event_dataset"].removeprefix("pcap."), []).append(row)

    def __getitem__(self, dataset: str) -> list[dict[str, Any]]:
        return self.datasets.get(dataset, [])


def _read(frames: Iterable[bytes]) -> Result:
    return Result(made.pcap([(START + 1000 * number, frame) for number, frame in enumerate(frames)]))


def _out(segment: bytes) -> bytes:
    return ethernet(ipv4(CLIENT, SERVER, 6, segment))


def _back(segment: bytes) -> bytes:
    return ethernet(ipv4(SERVER, CLIENT, 6, segment))


def _segments(data: bytes, size: int, sequence: int = 101) -> list[bytes]:
    return [tcp(51000, 443, sequence + at, data[at : at + size]) for at in range(0, len(data), size)]


def test_a_question_and_its_answer_are_one_record() -> None:
    question = udp(51000, 53, made.dns(7, "www.example.jp"))
    answers = [(5, made.name("cdn.example")), (1, b"\xc6\x33\x64\x07")]
    answer = udp(53, 51000, made.dns(7, "www.example.jp", answers=answers))

    result = _read(
        [ethernet(ipv4(CLIENT, "192.0.2.53", 17, question)), ethernet(ipv4("192.0.2.53", CLIENT, 17, answer))]
    )

    (row,) = result["dns"]
    assert (row["source_ip"], row["source_port"], row["destination_ip"]) == (CLIENT, 51000, "192.0.2.53")
    assert (row["dns_question_name"], row["dns_question_type"]) == ("www.example.jp", "A")
    assert (row["dns_resolved_ip"], row["dns_resolved_name"]) == (["198.51.100.7"], ["cdn.example"])
    assert (row["line"], row["event_duration"], row["dns_response_code"]) == (2, 1, "NOERROR")


def test_a_question_without_an_answer_is_a_record() -> None:
    packet = ipv6("2001:db8::1", "2001:db8::53", 17, udp(51000, 53, made.dns(7, "evil.example", 28)))

    (row,) = _read([ethernet(packet, 0x86DD)])["dns"]

    assert (row["source_ip"], row["dns_question_name"], row["dns_question_type"]) == (
        "2001:db8::1",
        "evil.example",
        "AAAA",
    )
    assert "dns_response_code" not in row


def test_dns_over_tcp() -> None:
    message = made.dns(7, "www.example.jp", 16)
    both = 2 * (len(message).to_bytes(2, "big") + message[:2] + message[2:])
    segment = both[: len(message) // 2], both[len(message) // 2 :]
    first, second = tcp(51000, 53, 1, segment[0]), tcp(51000, 53, 1 + len(segment[0]), segment[1])

    (row,) = _read([_out(first), _out(second)])["dns"]

    assert (row["dns_question_name"], row["network_transport"]) == ("www.example.jp", "tcp")


def test_no_message_of_dns_is_unread() -> None:
    result = _read([ethernet(ipv4(CLIENT, SERVER, 17, udp(51000, 53, b"\xff" * 40)))])

    assert result["dns"] == []
    assert result.unread == [(1, "what is said here is no message of DNS")]


def test_a_request_and_its_answer() -> None:
    asked = b"GET /a HTTP/1.1\r\nHost: www.example.jp\r\nUser-Agent: A/1\r\nReferer: http://ref.example/x\r\n\r\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nHello"

    (row,) = _read([_out(tcp(51000, 80, 1, asked)), _back(tcp(80, 51000, 1, answer))])["http"]

    assert (row["url_original"], row["url_domain"]) == ("http://www.example.jp/a", "www.example.jp")
    assert (row["referrer_domain"], row["user_agent_original"]) == ("ref.example", "A/1")
    assert (row["http_response_status_code"], row["mime_type"], row["line"]) == (200, "text/html", 1)


def test_requests_that_follow_one_another_get_their_own_answers() -> None:
    asked = b"".join(b"GET /%d HTTP/1.1\r\nHost: a.example\r\n\r\n" % number for number in range(3))
    statuses = b"".join(b"HTTP/1.1 %d X\r\nContent-Length: 2\r\n\r\nxx" % number for number in (200, 404, 302))
    said = b"HTTP/1.1 100 Continue\r\n\r\n" + statuses

    rows = _read([_out(tcp(51000, 80, 1, asked)), _back(tcp(80, 51000, 1, said))])["http"]

    assert [row["http_response_status_code"] for row in rows] == [200, 404, 302]


@pytest.mark.parametrize("seed", range(8))
def test_hellos_in_many_segments_out_of_order_and_twice(seed: int) -> None:
    dice = random.Random(seed)
    der = made.certificate_der(padding=3000)
    hello = _segments(made.client_hello("www.example.jp"), 40)
    said = made.server_flight(der)
    flight = [tcp(443, 51000, 0xFFFF_FF00 + at, said[at : at + 700]) for at in range(0, len(said), 700)]
    both = []
    for segments in ([_out(one) for one in hello], [_back(one) for one in flight]):
        twice = [*segments, *dice.sample(segments, 2)]
        both += dice.sample(twice, len(twice))

    (row,) = _read(both)["tls"]

    assert (row["url_domain"], row["source_ip"], row["destination_ip"]) == ("www.example.jp", CLIENT, SERVER)
    assert row["tls_client_ja4"].startswith("t13d0406h2_")
    assert row["tls_server_hash"] == [
        hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        hashlib.sha256(der).hexdigest(),
    ]
    assert row["tls_server_name"] == ["www.example.jp", "cdn.example", "192.0.2.80"]
    assert json.loads(row["message"])["version"] == "TLS 1.2"


def test_a_hello_that_goes_on_in_a_later_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekimori.formats.pcap.pcap_frames.__defaults__", (300,))
    between = [ethernet(ipv4(SERVER, "192.0.2.99", 17, udp(9, 9, bytes(200))))] * 20
    first, *others = _segments(made.client_hello("www.example.jp"), 60)

    (row,) = _read([_out(first), *between, *(_out(one) for one in others)])["tls"]

    assert (row["url_domain"], row["line"]) == ("www.example.jp", 1)


def test_the_rest_of_a_hello_that_is_missing_is_told() -> None:
    result = _read([_out(_segments(made.client_hello("www.example.jp"), 45)[0])])

    assert result["tls"] == []
    assert [line for line, _ in result.unread] == [1]


def test_a_second_hello_after_a_retry_is_the_first() -> None:
    retry = bytearray(made.server_flight(None))
    retry[11:43] = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    hello = made.client_hello("www.example.jp")
    frames = [
        _out(tcp(51000, 443, 1, hello)),
        _back(tcp(443, 51000, 1, bytes(retry))),
        _out(tcp(51000, 443, 1 + len(hello), hello)),
        _back(tcp(443, 51000, 1 + len(retry), made.server_flight(None))),
    ]

    (row,) = _read(frames)["tls"]

    assert (row["line"], json.loads(row["message"])["version"]) == (1, "TLS 1.3")


def test_an_envelope() -> None:
    said = b"EHLO mx.example.jp\r\nMAIL FROM:<a@example.jp> SIZE=1\r\n"
    said += b"RCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n"

    (row,) = _read([_out(tcp(51000, 25, 1, said))])["smtp"]

    assert (row["source_domain"], row["email_address"]) == (
        "mx.example.jp",
        ["a@example.jp", "b@example.com", "c@example.com"],
    )


def test_a_connection() -> None:
    frames = [
        _out(tcp(51000, 22, 100, b"", SYN)),
        _back(tcp(22, 51000, 200, b"", SYN | ACK)),
        _out(tcp(51000, 22, 101, b"abc")),
        _back(tcp(22, 51000, 201, b"defgh", ACK | FIN)),
    ]

    (row,) = _read(frames)["connection"]

    assert (row["source_ip"], row["source_port"], row["destination_ip"], row["destination_port"]) == (
        CLIENT,
        51000,
        SERVER,
        22,
    )
    assert (row["source_bytes"], row["destination_bytes"], row["event_duration"], row["line"]) == (3, 5, 3, 1)
    assert json.loads(row["message"]) == {
        "source_packets": 2,
        "destination_packets": 2,
        "source_flags": "SA",
        "destination_flags": "FSA",
    }


@pytest.mark.parametrize(
    "frames",
    [
        [_back(tcp(443, 51000, 1, b"", SYN | ACK)), _out(tcp(51000, 443, 1, b""))],
        [_back(tcp(443, 51000, 1, b"x"))],
        [ethernet(ipv4(SERVER, CLIENT, 17, udp(443, 51000, b"x")))],
    ],
)
def test_who_asked_though_the_first_packet_is_an_answer(frames: list[bytes]) -> None:
    (row,) = _read(frames)["connection"]

    assert (row["source_ip"], row["destination_port"]) == (CLIENT, 443)


def test_echoes_are_one_connection_and_a_rest_of_an_hour_ends_one() -> None:
    ping, pong = ethernet(ipv4(CLIENT, SERVER, 1, b"\x08" + bytes(7))), ethernet(ipv4(SERVER, CLIENT, 1, bytes(8)))
    hour = 3_600_000_000

    result = Result(made.pcap([(START, ping), (START + 5, pong), (START + 2 * hour, ping), (START + 4 * hour, pong)]))

    rows = result["connection"]
    assert [(row["network_transport"], row["source_ip"], row["line"]) for row in rows] == [
        ("icmp", CLIENT, 1),
        ("icmp", CLIENT, 3),
        ("icmp", SERVER, 4),
    ]
    assert "source_port" not in rows[0]


def test_many_connections_against_a_plain_count() -> None:
    dice = random.Random(1)
    frames: list[bytes] = []
    expected: dict[int, tuple[int, int]] = {}
    for _ in range(3000):
        port, size = dice.randrange(1024, 1100), dice.randrange(100)
        frames.append(ethernet(ipv4(f"192.0.2.{port % 7}", SERVER, 17, udp(port, 2000, bytes(size)))))
        count, total = expected.get(port, (0, 0))
        expected[port] = count + 1, total + size

    rows = Result(made.pcap([(START + n, frame) for n, frame in enumerate(frames)]))["connection"]

    found = {row["source_port"]: (json.loads(row["message"])["source_packets"], row["source_bytes"]) for row in rows}
    assert found == expected
    assert [row["line"] for row in rows] == sorted(row["line"] for row in rows)


def test_more_connections_than_are_kept_open_are_told_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekimori.readers.network.pcap_connections._MOST_OPEN", 10)
    monkeypatch.setattr("sekimori.formats.pcap.pcap_frames.__defaults__", (500,))

    rows = _read(ethernet(ipv4(CLIENT, SERVER, 17, udp(port, 9, b"x"))) for port in range(2000, 2060))["connection"]

    assert sorted(row["source_port"] for row in rows) == list(range(2000, 2060))


def test_fragments_are_put_together() -> None:
    datagram = udp(51000, 53, made.dns(7, "a" * 60 + ".example.jp"))
    parts = [
        ipv4(CLIENT, SERVER, 17, datagram[at : at + 24], part=at, more=at + 24 < len(datagram))
        for at in range(0, len(datagram), 24)
    ]

    result = _read(map(ethernet, reversed(parts)))

    assert [row["dns_question_name"] for row in result["dns"]] == ["a" * 60 + ".example.jp"]
    assert result.unread == []


def test_missing_fragments_are_told() -> None:
    result = _read([ethernet(ipv4(CLIENT, SERVER, 17, udp(1, 2, bytes(16)), more=True))])

    assert result.unread == [(1, "other fragments of the datagram are missing")]
    assert result["connection"] == []


def test_what_is_not_read_is_counted() -> None:
    result = _read([made.arp(), ethernet(ipv4(CLIENT, SERVER, 6, b"xx"))])
    foreign = Result(made.pcap([(START, bytes(60))] * 3, link=105))

    assert result.statements == {"packets that are not IP": "1"}
    assert result.unread == [(2, "the packet's headers are broken or cut off")]
    assert foreign.unread == [(1, "3 packets of the link type 105 are not read")]


def test_the_place_is_the_packet() -> None:
    frame = _out(tcp(51000, 443, 1, made.client_hello()))
    data = made.pcapng([(START, made.arp()), (START, frame)])

    (row,) = Result(data)["tls"]

    assert data[row["offset"] : row["offset"] + row["length"]] == frame


@given(st.data())
def test_broken_captures_never_raise(data: st.DataObject) -> None:
    packets = [
        (START, ethernet(ipv4(CLIENT, SERVER, 17, udp(51000, 53, made.dns(7, "www.example.jp"))))),
        (START, _out(tcp(51000, 443, 1, made.client_hello()))),
        (START, _back(tcp(443, 51000, 1, made.server_flight(made.certificate_der())))),
        (
            START,
            ethernet(ipv6("2001:db8::1", "2001:db8::2", 6, tcp(1, 25, 1, b"MAIL FROM:<a@b>\r\n"), [0, 44]), 0x86DD),
        ),
    ]
    broken = bytearray(
        data.draw(st.sampled_from([made.pcap(packets), made.pcapng(packets), made.pcapng(packets, order=">")]))
    )
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(4, len(broken) - 1))] = data.draw(st.integers(0, 255))
    size = len(broken)

    for item in PacketCapture().read(MemorySource("a", bytes(broken)), ReadingContext()):
        if isinstance(item, Records):
            item.batch.validate(full=True)
            item.batch.to_pylist()
            ends = [
                o + n
                for o, n in zip(*(item.batch.column(name).to_pylist() for name in ("offset", "length")), strict=True)
            ]
            assert max(ends) <= size
        elif isinstance(item, Unread):
            assert isinstance(item.place, Place)
            assert item.place.offset + item.place.length <= size
