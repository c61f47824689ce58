"""i-FILTER's logs: three layouts of the access log, and the block log."""

import json
from datetime import UTC, datetime

import pytest

from sekimori.readers.network.ifilter import IfilterAccess, IfilterBlock
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read

LINE = (
    "Jan 20 09:00:01 4872 1000/01/ - 198.51.100.7:443 192.0.2.1 192.0.2.15 - sato [20/Jan/2026:09:00:00 +0900] "
    "200 0 1207 allow 63 87 87/127/151 -1 0 1518 0 group01 - 0 - "
    '"GET https://a.example/b HTTP/1.1" - Mozilla%2F5.0+%28X%29 text%2Fhtml%3B+charset%3Dutf-8 A667FEFF'
)
BLOCK = "4582 192.0.2.15 sato g 7 20/Jan/2026:09:00:01 +0900 http://a.example/ block 43 3 99 28 0 -1 0 -"


def test_the_columns_are_as_many_as_the_vendor_says() -> None:
    assert [len(line.split()) for line in (LINE, BLOCK)] == [35, 17]


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("", "", "timestamp", datetime(2026, 1, 20, tzinfo=UTC)),
        ("+0900]", "GMT]", "timestamp", datetime(2026, 1, 20, 9, tzinfo=UTC)),
        (" +0900]", "+0900]", "timestamp", datetime(2026, 1, 20, tzinfo=UTC)),
        ("", "", "source_ip", "192.0.2.15"),
        ("192.0.2.15", "unknown", "source_ip", "192.0.2.1"),
        ("192.0.2.15 -", "192.0.2.15 pc15.example.jp", "source_domain", "pc15.example.jp"),
        ("sato", "EXAMPLE%5Csato", "source_user_name", "EXAMPLE\\sato"),
        ("sato", "%E4%BD%90%E8%97%A4", "source_user_name", "佐藤"),
        ("sato", "-", "source_user_name", None),
        ("", "", "destination_ip", "198.51.100.7"),
        ("198.51.100.7:443", "-", "destination_ip", None),
        ("", "", "destination_port", 443),
        ("", "", "user_agent_original", "Mozilla/5.0 (X)"),
        ("Mozilla%2F5.0+%28X%29", "a%2Bb+c", "user_agent_original", "a+b c"),
        ("", "", "mime_type", "text/html"),
        ("GET https://a.example/b", "CONNECT a.example:443", "url_domain", "a.example"),
        ("a.example/b", "a.example/b c", "url_original", "https://a.example/b c"),
        ("a.example/b", 'a.example/"b"', "url_original", 'https://a.example/"b"'),
        ("allow", "block", "event_action", "block"),
        ("Jan 20 09:00:01 4872", "<134>Jan 20 09:00:02 gw1 Jan 20 09:00:01 4872", "source_ip", "192.0.2.15"),
        ("Jan 20", "Jan  2", "source_ip", "192.0.2.15"),
    ],
)
def test_fields(old: str, new: str, column: str, value: object) -> None:
    result = read(IfilterAccess(), LINE.replace(old, new, 1).encode())

    assert result.unread == {}
    assert result.records[1].get(column) == value


def test_what_has_no_column_stands_under_its_number() -> None:
    message = json.loads(read(IfilterAccess(), LINE.encode()).records[1]["message"])

    assert message["group"] == "group01"
    assert {name: value for name, value in message.items() if name.startswith("column_")} == {
        "column_15": "0",
        "column_16": "1207",
        "column_21": "-1",
        "column_22": "0",
        "column_23": "1518",
        "column_24": "0",
        "column_27": "0",
    }
    assert (message["peer"], message["rule"], message["categories"]) == ("192.0.2.1", "63", "87/127/151")


def test_every_layout_gives_the_same_columns() -> None:
    records = read(IfilterAccess(), (SAMPLES / "ifilter/access.log0000").read_bytes()).records

    assert {"source_ip", "url_original", "url_domain", "event_action", "http_response_status_code"} <= set(records[4])
    assert [records[line]["url_domain"] for line in (4, 5)] == ["bad.example", "old.example"]
    assert [records[line]["user_agent_original"] for line in (4, 5)] == ["Mozilla/5.0", "Mozilla/4.0"]


@pytest.mark.parametrize(
    "line", [b"\0" * 50, b"\xff\xfe", b'"' * 5000, LINE[:200].encode(), b"- " * 400_000, b"x" * 3_000_000]
)
def test_a_hostile_line_costs_itself_alone(line: bytes) -> None:
    for reader, good in ((IfilterAccess(), LINE), (IfilterBlock(), BLOCK)):
        result = read(reader, b"\n".join([good.encode(), line, good.encode()]))

        assert list(result.unread) == [2]
        assert list(result.records) == [1, 3]


@pytest.mark.parametrize(
    ("text", "takers"),
    [
        (LINE, ["ifilter.access"]),
        (BLOCK, ["ifilter.block"]),
        (LINE.replace("A667FEFF", "not"), []),
        (BLOCK + " more", []),
        ("Jan 20 09:00:01 gw1 sshd[4872]: Accepted password for sato from 192.0.2.15 port 4242 ssh2", []),
    ],
)
def test_recognition(text: str, takers: list[str]) -> None:
    head = Head("access.log0000", f"{text}\n".encode() * 3)

    assert [reader.name for reader in (IfilterAccess(), IfilterBlock()) if reader.recognises(head)] == takers
