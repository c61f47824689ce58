import json
from datetime import UTC, datetime

import pytest

from sekimori.readers.network.bind import Bind
from sekimori.readers.protocol import Head
from tests.readers.network.reading import read

_TIME = "03-Feb-2026 09:00:00.123 "
_QUERY = "query: www.example.jp IN A +E(0)K (192.0.2.53)"


def _one(line: str) -> dict[str, object]:
    result = read(Bind(), line.encode())
    assert result.unread == {}
    return result.records[1]


@pytest.mark.parametrize(
    "head",
    [
        _TIME + "client @0x7f1c2c 192.0.2.15#51515 (www.example.jp): ",
        _TIME + "queries: info: client 192.0.2.15#51515 (www.example.jp): view internal: ",
        _TIME + "queries: client 192.0.2.15#51515: ",
        _TIME + "info: client 192.0.2.15#51515/key tsig.example (www.example.jp): ",
        "2026-02-03T00:00:00.123Z queries: info: client @0x7f1c2c 192.0.2.15#51515 (www.example.jp): ",
        "2026-02-03T00:00:00.123Z client @0x7f1c2c 192.0.2.15#51515 (www.example.jp): ",
        "2026-02-03T09:00:00.123+09:00 ns1 named[464]: client @0x7f1c2c 192.0.2.15#51515 (www.example.jp): ",
        "<30>1 2026-02-03T00:00:00.123Z ns1 named 464 - - client @0x7f1c2c 192.0.2.15#51515 (www.example.jp): ",
        "Feb  3 2026 09:00:00.123 ns1 named[464]: " + _TIME + "queries: info: client 192.0.2.15#51515: ",
    ],
)
def test_every_form_of_the_head(head: str) -> None:
    record = _one(head + _QUERY)

    assert record["timestamp"] == datetime(2026, 2, 3, 0, 0, 0, 123_000, UTC)
    assert (record["source_ip"], record["source_port"]) == ("192.0.2.15", 51515)
    assert (record["dns_question_name"], record["dns_question_type"]) == ("www.example.jp", "A")
    assert (record["destination_ip"], record["network_transport"]) == ("192.0.2.53", "udp")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "query: A.example. IN TYPE65 -T (2001:db8::53)",
            {"dns_question_name": "A.example", "network_transport": "tcp"},
        ),
        (r"query: a\032b\(c.example IN A +", {"dns_question_name": r"a\032b\(c.example"}),
        ("query: a.example IN A", {"event_action": "query", "dns_question_type": "A"}),
        (
            "query failed (timed out) for a/b.example/IN/AAAA at query.c:1",
            {"dns_question_name": "a/b.example", "dns_question_type": "AAAA", "dns_response_code": "timed out"},
        ),
        ("query 'a.example/MX/IN' denied", {"event_action": "denied", "dns_question_type": "MX"}),
        (
            "disabled rpz IP PASSTHRU rewrite a.example via 24.0.2.0.192.rpz-ip.rpz.example",
            {"event_action": "disabled rpz IP PASSTHRU", "dns_question_name": "a.example"},
        ),
        (
            "rpz QNAME Local-Data rewrite a.example/A/IN via a.example.rpz.example",
            {"event_action": "rpz QNAME Local-Data", "dns_question_name": "a.example"},
        ),
        ("zone transfer 'example.jp/AXFR/IN' denied", {"event_action": None, "source_ip": "192.0.2.15"}),
    ],
)
def test_what_is_said_of_a_client(said: str, expected: dict[str, object]) -> None:
    record = _one(f"{_TIME}client 192.0.2.15#1: {said}")

    assert {name: record.get(name) for name in expected} == expected


def test_what_is_not_understood_stands_in_the_message() -> None:
    record = _one(f"{_TIME}client @0x1 192.0.2.15#1 (a.example): bad zone transfer request")

    assert json.loads(str(record["message"])) == {"more": "bad zone transfer request"}
    assert record["dns_question_name"] == "a.example"


def test_other_lines() -> None:
    lines = [
        _TIME + "client 192.0.2.15#1: " + _QUERY,
        _TIME + "general: info: reloading configuration",
        "no line of the log",
        "99-Feb-2026 09:00:00.123 client 192.0.2.15#1: " + _QUERY,
        _TIME + "client 192.0.2.999999#1: " + _QUERY,
        _TIME + "client " + "1." * 100_000,
        "client 192.0.2.15#1: " + _QUERY,
    ]

    result = read(Bind(), "\n".join(lines).encode())

    assert list(result.records) == [1]
    assert result.unread == {
        3: "not a line of this log",
        4: "the time of the line cannot be read",
        7: "the time of the line cannot be read",
    }


@pytest.mark.parametrize(
    ("text", "is_bind"),
    [
        (_TIME + "client 192.0.2.15#1: " + _QUERY, True),
        (_TIME + "general: info: reloading", False),
        ("Feb  3 09:00:00 ns1 named[4]: exiting\n" * 5 + "Feb  3 09:00:00 ns1 named[4]: client 192.0.2.1#2: x", True),
        ("Feb  3 09:00:00 ns1 sshd[4]: text\n" * 5 + "Feb  3 09:00:00 ns1 named[4]: client 192.0.2.1#2: x", False),
        ("", False),
    ],
)
def test_recognition(text: str, is_bind: bool) -> None:
    assert Bind().recognises(Head("x", text.encode())) is is_bind
