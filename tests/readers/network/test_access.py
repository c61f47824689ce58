"""Access logs of web servers: what a client wrote cannot pass for what the server wrote."""

import json

import pytest

from sekimori.readers.network.access import AccessLog
from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.network.squid_custom import SquidCustom
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read

TIME = "[20/Jan/2026:19:31:16 +0900]"
LINE = f'198.51.100.7 - - {TIME} "GET /a HTTP/1.1" 200 12 "http://b.example/" "curl/8"'
SQUID = f'198.51.100.7 - - {TIME} "GET http://a.example/ HTTP/1.1" 200 12 "-" "curl/8" TCP_MISS:HIER_DIRECT'


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (LINE, "referrer_domain", "b.example"),
        (LINE, "url_domain", None),
        (LINE.replace(" - - ", " - Taro Yamada "), "source_user_name", "Taro Yamada"),
        (LINE.replace("curl/8", r"a \"b\" \\"), "user_agent_original", 'a "b" \\'),
        (
            LINE.replace("curl/8", "(compatible; +http://bot.example/)"),
            "user_agent_original",
            "(compatible; +http://bot.example/)",
        ),
        (LINE.removesuffix('"'), "user_agent_original", "curl/8"),
        (LINE.replace("/a HTTP/1.1", r"/\xe8\xab\x8b HTTP/1.1"), "url_original", "/請"),
        (LINE.replace("/a HTTP/1.1", "/a b HTTP/1.1"), "url_original", "/a b"),
        (LINE.replace("/a HTTP/1.1", "/a"), "url_original", "/a"),
        (LINE.replace("/a HTTP", "//evil.example/a HTTP"), "url_domain", None),
        (LINE.replace("/a HTTP", '/a?x="y" HTTP'), "url_original", '/a?x="y"'),
        (LINE.replace("/a HTTP", r"/a\" 500 9 \"x HTTP"), "http_response_status_code", 200),
        (LINE.replace("GET /a", "GET http://c.example/a"), "url_domain", "c.example"),
        (LINE.replace("GET /a", "CONNECT c.example:443"), "url_domain", "c.example"),
        (f"www.example.jp:443 {LINE}", "url_original", "www.example.jp/a"),
        (f"www.example.jp:443 {LINE}", "source_ip", "198.51.100.7"),
        (f"www.example.jp:8080 {LINE}", "url_original", "www.example.jp:8080/a"),
        (f"www.example.jp {LINE}", "url_original", "www.example.jp/a"),
        (LINE.replace(".7 ", ".7:5555 ", 1), "source_port", 5555),
        (LINE.replace("198.51.100.7", "pc1.example.jp"), "source_domain", "pc1.example.jp"),
        (LINE.replace("16 +0900", "16.123 +0900"), "url_original", "/a"),
        (f"<190>Jan 20 19:31:16 web1 nginx: {LINE}", "source_ip", "198.51.100.7"),
    ],
)
def test_fields(line: str, column: str, value: object) -> None:
    result = read(AccessLog(), line.encode())

    assert result.unread == {}
    assert result.records[1].get(column) == value


@pytest.mark.parametrize(
    ("line", "source", "message"),
    [
        (f'{LINE} "-"', "198.51.100.7", {"more": '"-"'}),
        (f'{LINE} "203.0.113.9"', "198.51.100.7", {"more": '"203.0.113.9"', "forwarded": "203.0.113.9"}),
        (f"203.0.113.9, 10.0.0.9 {LINE}", "198.51.100.7", {"forwarded": "203.0.113.9, 10.0.0.9"}),
        (
            f"203.0.113.9, 203.0.113.8, 10.0.0.9 {LINE}".replace("198.51.100.7", "10.0.0.1"),
            "203.0.113.8",
            {"forwarded": "10.0.0.1"},
        ),
        (f"- {LINE}", "198.51.100.7", None),
    ],
)
def test_the_asker_behind_a_load_balancer(line: str, source: str, message: dict[str, str] | None) -> None:
    record = read(AccessLog(), line.encode()).records[1]

    assert record["source_ip"] == source
    assert (json.loads(record["message"]) if "message" in record else None) == message


@pytest.mark.parametrize(
    "line",
    [
        b"\0" * 50,
        b"\xff\xfe\x80",
        b'"' * 5000,
        b'198.51.100.7 - - [20/Jan/2026:19:31:16 +0900] "GET /a HTTP/1.1 200 12 - -',
        LINE.replace("20/Jan", "40/Jan").encode(),
        b"1.2.3.4 - - [" * 50_000,
        b"x" * 3_000_000,
    ],
)
def test_a_hostile_line_costs_itself_alone(line: bytes) -> None:
    for reader, good in ((AccessLog(), LINE), (SquidCustom(), SQUID)):
        result = read(reader, b"\n".join([good.encode(), line, good.encode()]))

        assert list(result.unread) == [2]
        assert list(result.records) == [1, 3]


@pytest.mark.parametrize(
    "name", ["access/combined.log", "squid_custom/combined.log", "squid_custom/changed.log", "squid/access.log"]
)
def test_each_is_told_from_its_neighbours(name: str) -> None:
    head = Head(name, (SAMPLES / name).read_bytes())

    taking = [reader.__module__ for reader in (AccessLog(), SquidCustom(), SquidAccess()) if reader.recognises(head)]

    assert taking == [f"sekimori.readers.network.{name.partition('/')[0]}"]
