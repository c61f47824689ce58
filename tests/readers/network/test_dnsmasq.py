import json

import pytest

from sekimori.readers.network.dnsmasq import Dnsmasq
from sekimori.readers.protocol import Head
from tests.readers.network.reading import Result, read


def _read(*messages: str, program: str = "dnsmasq[4]") -> Result:
    return read(Dnsmasq(), "\n".join(f"Feb  3 2026 09:00:00 {program}: {one}" for one in messages).encode())


def test_an_answer_without_number_belongs_to_nobody() -> None:
    records = _read("query[A] a.example from 192.0.2.1", "reply a.example is 198.51.100.7").records

    assert "source_ip" not in records[2]
    assert "dns_question_name" not in records[2]
    assert (records[2]["dns_resolved_name"], records[2]["dns_resolved_ip"]) == (["a.example"], ["198.51.100.7"])


def test_an_answer_with_a_number_has_its_question() -> None:
    records = _read(
        "17 192.0.2.1/5 query[A] a.example from 192.0.2.1",
        "18 192.0.2.2/5 query[AAAA] b.example from 192.0.2.2",
        "17 192.0.2.1/5 reply a.example is <CNAME>",
        "17 192.0.2.1/5 reply cdn.example is 198.51.100.7",
        "18 192.0.2.2/5 cached b.example is 2001:db8::7",
        "19 192.0.2.2/5 reply late.example is 198.51.100.8",
    ).records

    assert [(r["source_ip"], r.get("dns_question_name")) for r in records.values()] == [
        *(("192.0.2.1", "a.example"), ("192.0.2.2", "b.example"), ("192.0.2.1", "a.example")),
        *(("192.0.2.1", "a.example"), ("192.0.2.2", "b.example"), ("192.0.2.2", None)),
    ]
    assert records[4]["dns_resolved_name"] == ["cdn.example"]
    assert records[5]["dns_resolved_ip"] == ["2001:db8::7"]
    assert json.loads(records[3]["message"]) == {"serial": "17", "answer": "<CNAME>"}


def test_a_number_of_another_run_is_another_query() -> None:
    lines = (
        "Feb  3 2026 09:00:00 dnsmasq[4]: 1 192.0.2.1/5 query[A] a.example from 192.0.2.1",
        "Feb  3 2026 09:00:00 dnsmasq[5]: 1 192.0.2.1/5 reply b.example is 198.51.100.7",
    )

    assert "dns_question_name" not in read(Dnsmasq(), "\n".join(lines).encode()).records[2]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("config bad.example is NXDOMAIN", {"dns_question_name": "bad.example", "dns_response_code": "NXDOMAIN"}),
        ("/etc/hosts pc1.example is 192.0.2.9", {"event_action": "/etc/hosts", "dns_resolved_ip": ["192.0.2.9"]}),
        ("regex blacklisted bad.example is 0.0.0.0", {"event_action": "regex blacklisted"}),
        ("DHCP pc1.example is 192.0.2.9", {"dns_question_name": "pc1.example"}),
        ("reply error is SERVFAIL", {"dns_response_code": "SERVFAIL", "dns_resolved_name": None}),
        ("reply 192.0.2.9 is pc1.example", {"dns_resolved_name": ["192.0.2.9", "pc1.example"]}),
        ("forwarded a.example to 192.0.2.53#5353", {"destination_ip": "192.0.2.53", "source_ip": None}),
        ("query[type=65] a.example from 2001:db8::1", {"dns_question_type": "type=65", "source_ip": "2001:db8::1"}),
        ("reply a.example is text with blanks", {"message": '{"answer":"text with blanks"}'}),
    ],
)
def test_what_is_said(said: str, expected: dict[str, object]) -> None:
    result = _read(said)

    assert result.unread == {}
    assert {name: result.records[1].get(name) for name in expected} == expected


def test_leases() -> None:
    result = _read(
        "DHCPACK(br0) 192.0.2.17 00:00:5e:00:53:17 pc17",
        "3342 DHCPACK(br0) 192.0.2.18 00:00:5e:00:53:18",
        "DHCPDISCOVER(br0) 00:00:5e:00:53:17",
        program="gw1 dnsmasq-dhcp[4]",
    )

    assert [(r["source_ip"], r.get("source_domain")) for r in result.records.values()] == [
        ("192.0.2.17", "pc17"),
        ("192.0.2.18", None),
    ]


def test_other_lines() -> None:
    lines = [
        "Feb  3 2026 09:00:00 dnsmasq[4]: started, version 2.90",
        "Feb  3 2026 09:00:00 gw1 kernel: text",
        "nothing",
        "Feb 31 2026 09:00:00 dnsmasq[4]: query[A] a.example from 192.0.2.1",
        "Feb  3 2026 09:00:00 dnsmasq[4]: query[A] a.example from nowhere",
    ]

    result = read(Dnsmasq(), "\n".join(lines).encode())

    assert result.records == {}
    assert result.unread == {3: "not a line of this log", 4: "the time of the line cannot be read"}


@pytest.mark.parametrize(
    ("text", "is_dnsmasq"),
    [
        ("Feb  3 09:00:00 dnsmasq[4]: started\nFeb  3 09:00:00 dnsmasq[4]: query[A] a.example from 192.0.2.1", True),
        ("Feb  3 09:00:00 dnsmasq[4]: started", False),
        ("Feb  3 09:00:00 gw1 dhcpd: DHCPACK on 192.0.2.1 to 00:00:5e:00:53:17 via eth0", False),
    ],
)
def test_recognition(text: str, is_dnsmasq: bool) -> None:
    assert Dnsmasq().recognises(Head("x", text.encode())) is is_dnsmasq
