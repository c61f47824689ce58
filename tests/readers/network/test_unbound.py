from datetime import UTC, datetime

import pytest

from sekimori.readers.network.unbound import Unbound
from sekimori.readers.protocol import Head
from tests.readers.network.reading import read

_ASKED = "192.0.2.15 www.example.jp. A IN"


@pytest.mark.parametrize(
    "head",
    [
        "[1770076800] unbound[1234:0] info: ",
        "[1770076800] unbound[1234:a] query: ",
        "[1770076800] unbound[1234:a] reply: ",
        "Feb  3 2026 09:00:00 ns1 unbound: [1234:0] info: ",
        "2026-02-03T09:00:00+09:00 ns1 unbound[1234]: [1234:0] info: ",
        "2026-02-03T00:00:00.000Z unbound[1234:0] info: ",
    ],
)
def test_every_form_of_the_head(head: str) -> None:
    result = read(Unbound(), (head + _ASKED).encode())

    assert result.unread == {}
    assert result.records[1]["timestamp"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert result.records[1]["source_ip"] == "192.0.2.15"
    assert result.records[1]["dns_question_name"] == "www.example.jp"
    assert result.records[1]["event_action"] == "query"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("::1 . NS IN", {"source_ip": "::1", "dns_question_name": "."}),
        ("192.0.2.1@53 a.example. TYPE65 CH REFUSED 1.500000 0 12 extra", {"source_port": 53, "event_duration": 1500}),
        ("a.example. redirect 192.0.2.1@9 x.a.example. A IN", {"event_action": "redirect", "source_port": 9}),
        ("rpz: applied a.example. rpz-passthru ::1@9 a.example. A IN", {"event_action": "rpz-passthru"}),
        ("SERVFAIL <a.example. A IN>: exceeded", {"dns_response_code": "SERVFAIL", "source_ip": None}),
    ],
)
def test_what_is_said(said: str, expected: dict[str, object]) -> None:
    record = read(Unbound(), f"[1770076800] unbound[1:0] info: {said}".encode()).records[1]

    assert {name: record.get(name) for name in expected} == expected


def test_other_lines() -> None:
    lines = [
        "[1770076800] unbound[1:0] info: " + _ASKED,
        "[1770076800] unbound[1:0] info: server stats for thread 0: 3 queries",
        "no line of the log",
        "[1:0] info: " + _ASKED,
        "[1770076800] unbound[1:0] info: dead beef. A IN",
    ]

    result = read(Unbound(), "\n".join(lines).encode())

    assert list(result.records) == [1]
    assert result.unread == {3: "not a line of this log", 4: "the time of the line cannot be read"}


@pytest.mark.parametrize(
    ("text", "is_unbound"),
    [
        ("[1770076800] unbound[1:0] info: start\n[1770076800] unbound[1:0] info: " + _ASKED, True),
        ("[1770076800] unbound[1:0] info: start\n" * 3, False),
        ("Feb  3 09:00:00 ns1 postfix/smtpd[4]: text\n" * 5, False),
    ],
)
def test_recognition(text: str, is_unbound: bool) -> None:
    assert Unbound().recognises(Head("x", text.encode())) is is_unbound
