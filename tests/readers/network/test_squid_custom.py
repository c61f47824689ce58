"""Squid's log in other forms: fields are told by their form, and nothing is guessed."""

import json

import pytest

from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.network.squid_custom import SquidCustom
from sekimori.readers.protocol import Head
from tests.readers.network.reading import read

NATIVE = (
    "1768867205.004      2 192.0.2.15 TCP_MISS/200 512 GET http://a.example/b sato HIER_DIRECT/198.51.100.7 text/html"
)


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (f"{NATIVE} extra", "source_user_name", "sato"),
        (f"{NATIVE} extra", "destination_ip", "198.51.100.7"),
        (NATIVE.replace("HIER_DIRECT", "FIRSTUP_PARENT"), "destination_ip", None),
        (NATIVE.replace(".15 ", ".15:51022 "), "source_port", 51022),
        (NATIVE.replace("192.0.2.15", "[2001:db8::1]:51022"), "source_ip", "2001:db8::1"),
        (NATIVE.replace("192.0.2.15", "2001:db8::1:51022"), "source_port", 51022),
        (f'{NATIVE} "http://r.example/" "A \\"b\\" c"', "user_agent_original", 'A "b" c'),
        (f'{NATIVE} "http://r.example/" "A"', "referrer_domain", "r.example"),
        (NATIVE.replace("b sato", "b c sato"), "url_original", "http://a.example/b c"),
    ],
)
def test_fields(line: str, column: str, value: object) -> None:
    result = read(SquidCustom(), line.encode())

    assert result.unread == {}
    assert result.records[1].get(column) == value


@pytest.mark.parametrize(
    ("url", "more", "domain", "sni"),
    [
        ("203.0.113.5:443", "peek bad.example", "bad.example", None),
        ("203.0.113.5:443", "splice -", "203.0.113.5", None),
        ("front.example:443", "splice bad.example", "front.example", "bad.example"),
        ("front.example:443", "something bad.example", "front.example", None),
    ],
)
def test_the_server_name_of_a_tunnel(url: str, more: str, domain: str, sni: str | None) -> None:
    line = NATIVE.replace("GET http://a.example/b", f"CONNECT {url}")

    record = read(SquidCustom(), f"{line} {more}".encode()).records[1]

    assert record["url_domain"] == domain
    assert json.loads(record["message"]).get("sni") == sni


@pytest.mark.parametrize(
    ("line", "is_custom"),
    [
        (NATIVE, False),
        (f"{NATIVE} extra", True),
        (f'{NATIVE} "-" "curl"', True),
        (f"{NATIVE} splice www.example.jp", True),
        (NATIVE.replace(".15 ", ".15:51022 "), True),
        (NATIVE.replace("1768867205.004", "2026/01/20 09:00:05"), True),
        (NATIVE.replace("1768867205.004", "[20/Jan/2026:09:00:05 +0900]"), True),
        (f"Jan 20 09:00:06 proxy1 squid[77]: {NATIVE}", True),
        (f"Jan 20 09:00:06 proxy1 squid[77]: (squid-1): {NATIVE}", True),
        ('192.0.2.1 - - [20/Jan/2026:19:31:16 +0900] "GET / HTTP/1.1" 200 12 "-" "TCP_MISS:HIER_DIRECT"', False),
    ],
)
def test_recognition(line: str, is_custom: bool) -> None:
    head = Head("access.log", f"{line}\n".encode() * 3)

    assert SquidCustom().recognises(head) is is_custom
    assert not (is_custom and SquidAccess().recognises(head))
