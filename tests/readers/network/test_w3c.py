"""Extended log files: the header drives the columns, line by line."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from sekimori.readers.network.w3c import W3cLog
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read

IIS = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status"
LINE = "2026-01-20 15:00:01 192.0.2.80 GET /a - 80 - 198.51.100.7 Mozilla/5.0+(X11) 200"
PROXY = "#Fields: date time c-ip cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query s-ip s-action"


def _one(fields: str, line: str, *before: str) -> dict[str, Any]:
    result = read(W3cLog(), "\n".join([*before, fields, line]).encode())
    assert result.unread == {}
    (record,) = result.records.values()
    return record


@pytest.mark.parametrize(
    ("fields", "line", "column", "value"),
    [
        (IIS, LINE, "source_ip", "198.51.100.7"),
        (IIS, LINE, "destination_ip", "192.0.2.80"),
        (IIS, LINE, "url_original", "/a"),
        (IIS, LINE, "url_domain", None),
        (IIS, LINE, "user_agent_original", "Mozilla/5.0 (X11)"),
        (IIS, LINE.replace("80 - 198", "444  EXAMPLE\\sato 198"), "source_user_name", "EXAMPLE\\sato"),
        (IIS, LINE.replace("/a -", "/a @bad.example/owa"), "url_domain", None),
        (f"{IIS} cs-host", f"{LINE} www.example.jp", "url_original", "www.example.jp/a"),
        (f"{IIS} cs-host", f"{LINE} www.example.jp:8080", "url_domain", "www.example.jp"),
        (f"{IIS} cs(Cookie)", f'{LINE} SID="{{A', "message", '{"cs(cookie)":"SID=\\"{A"}'),
        (f"{IIS} cs(Cookie)", f'{LINE} "open', "message", '{"cs(cookie)":"\\"open"}'),
        (f"{IIS} cs-categories", f'{LINE} "a ""b"" c"', "destination_ip", None),
        (f"{IIS} cs(Cookie)", f'{LINE} "a ""b"" c"', "message", '{"cs(cookie)":"a \\"b\\" c"}'),
        (f"{IIS} cs(Cookie)", f'{LINE} "a"b c"', "message", '{"cs(cookie)":"a\\"b c"}'),
        (f"{IIS} X-Forwarded-For", f"{LINE} 203.0.113.9", "source_ip", "198.51.100.7"),
        (
            f"{IIS} X-Forwarded-For",
            f"{LINE} 203.0.113.9,+10.0.0.1".replace("198.51.100.7", "10.0.0.1"),
            "source_ip",
            "203.0.113.9",
        ),
        (IIS, "\0\0\0" + LINE, "source_ip", "198.51.100.7"),
        (
            "#Fields: date time c-ip s-ip cs-host cs-uri",
            "2026-01-20 00:00:02 192.0.2.9 - a.example /x?y",
            "url_original",
            "a.example/x?y",
        ),
        (f"{IIS} cs-host cs-protocol", f"{LINE} a.example https", "url_original", "https://a.example/a"),
        (f"{IIS} time-taken", f"{LINE} 15", "event_duration", 15),
        (f"{IIS} time-taken", f"{LINE} 0.015", "event_duration", 15),
        (PROXY, "2026-01-20 00:00:02 192.0.2.9 GET http a.example 8080 /x ?q=1 192.0.2.3 M", "destination_ip", None),
        (
            PROXY,
            "2026-01-20 00:00:02 192.0.2.9 GET http a.example 8080 /x ?q=1 192.0.2.3 M",
            "url_original",
            "http://a.example:8080/x?q=1",
        ),
        (PROXY, "2026-01-20 00:00:02 192.0.2.9 CONNECT tcp a.example 443 / - - M", "url_original", "a.example:443"),
        (
            PROXY,
            "2026-01-20 00:00:02 192.0.2.9 GET https 2001:db8::7 443 / - - M",
            "url_original",
            "https://[2001:db8::7]/",
        ),
        (
            "#Fields:\tc-ip\tcs-username\tc-agent\tdate\ttime\tcs-referred\tr-host\tr-ip\tr-port\tcs-uri",
            "192.0.2.9\tanonymous\tMozilla (X)\t2026-01-20\t00:00:02\t-\ta.example\t203.0.113.5\t80\thttp://a.example/x",
            "url_domain",
            "a.example",
        ),
        (
            "#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-h",
            "2026-01-20\t00:00:02\tNRT1\t192.0.2.9\tGET\td1.example\t/x\t200\tMozilla/5.0%20(X11)\tx",
            "user_agent_original",
            "Mozilla/5.0 (X11)",
        ),
    ],
)
def test_fields(fields: str, line: str, column: str, value: object) -> None:
    assert _one(fields, line).get(column) == value


@pytest.mark.parametrize(
    ("result", "action"), [("OBSERVED", "TCP_NC_MISS"), ("DENIED", "DENIED"), ("PROXIED", "TCP_NC_MISS")]
)
def test_what_the_policy_refused_is_a_contact_all_the_same(result: str, action: str) -> None:
    line = f"2026-01-20 00:00:02 192.0.2.9 GET http bad.example 80 /x - - TCP_NC_MISS {result}"

    record = _one(f"{PROXY} sc-filter-result", line)

    assert (record["event_action"], record["url_domain"]) == (action, "bad.example")
    assert set(json.loads(record.get("message", "{}"))) == (
        {"s-action"} if result == "DENIED" else {"sc-filter-result"}
    )


@pytest.mark.parametrize(
    ("header", "fields", "line", "hour"),
    [
        ("#Date: 2026-01-20 15:00:00", "date time c-ip cs-method", "2026-01-20 15:00:01 192.0.2.1 GET", 15),
        ("#Time Format: Local", "date time c-ip cs-method", "2026-01-20 15:00:01 192.0.2.1 GET", 6),
        ("#Date: 2026-01-20 15:00:00 +0900", "date time c-ip cs-method", "2026-01-20 15:00:01 192.0.2.1 GET", 6),
        ("#Version: 1.0", "date-local time-local c-ip cs-method", "2026-01-20 15:00:01 192.0.2.1 GET", 6),
        ("#Version: 1.0", "x-timestamp-unix c-ip cs-method", "1768921201 192.0.2.1 GET", 15),
        ("#Version: 1.0", "localtime c-ip cs-method", '"[20/Jan/2026:15:00:01 +0900]" 192.0.2.1 GET', 6),
        ("#Date: 2026-01-20 14:00:00", "time c-ip cs-method", "15:00:01 192.0.2.1 GET", 15),
    ],
)
def test_the_zone_of_times(header: str, fields: str, line: str, hour: int) -> None:
    assert _one(f"#Fields: {fields}", line, header)["timestamp"] == datetime(2026, 1, 20, hour, 0, 1, tzinfo=UTC)


def test_times_without_a_day_go_on_past_midnight() -> None:
    lines = ["#Date: 2026-01-31 22:00:00", "#Fields: time c-ip cs-method"]
    lines += [f"{clock} 192.0.2.1 GET" for clock in ("23:59:58", "23:59:57", "00:00:01", "00:00:02")]

    result = read(W3cLog(), "\n".join(lines).encode())

    assert [record["timestamp"].day for record in result.records.values()] == [31, 31, 1, 1]


def test_each_line_has_the_columns_of_the_header_before_it() -> None:
    result = read(W3cLog(), (SAMPLES / "w3c/iis.log").read_bytes())

    assert [record["source_ip"] for record in result.records.values()] == [
        "198.51.100.7",
        "2001:db8::7",
        "::1",
        "203.0.113.9",
    ]
    assert result.records[12]["url_original"] == "www.example.jp/入札/一覧.html"
    assert result.unread == {13: "the line has not the 17 fields that #Fields names"}


@pytest.mark.parametrize(
    "line",
    [
        b"\0\0x" * 50,
        b"\xff\xfe\x80",
        b'"' * 5000,
        b'"a ' * 300_000,
        b"2026-01-20 15:00:01 192.0.2.80",
        LINE.encode() + b" more",
        LINE.replace("15:00:01", "never").encode(),
        b"x" * 3_000_000,
    ],
)
def test_a_hostile_line_costs_itself_alone(line: bytes) -> None:
    result = read(W3cLog(), b"\n".join([IIS.encode(), LINE.encode(), line, LINE.encode()]))

    assert list(result.unread) == [3]
    assert list(result.records) == [2, 4]


def test_room_that_iis_left_is_nothing() -> None:
    result = read(W3cLog(), f"{IIS}\n{LINE}\n".encode() + b"\0" * 5000)

    assert (list(result.records), result.unread) == ([2], {})


def test_lines_before_any_header_are_unread() -> None:
    result = read(W3cLog(), f"{LINE}\n{IIS}\n{LINE}".encode())

    assert result.unread == {1: "no line #Fields stands before it"}
    assert list(result.records) == [3]


def test_files_of_windows_in_utf16() -> None:
    result = read(W3cLog(), f"{IIS}\r\n{LINE}\r\n".encode("utf-16"))

    assert result.records[2]["source_ip"] == "198.51.100.7"


@pytest.mark.parametrize(
    ("text", "is_web"),
    [
        (IIS, True),
        (f"{LINE}\n{IIS}\n{LINE}", True),
        ("\ufeff" + IIS, True),
        ("#Fields: date-time,client-ip,server-ip,sender-address,recipient-address,message-id", False),
        ("#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags", False),
        ("#separator \\x09\n#fields\tts\tuid\tid.orig_h", False),
        (f"some text that quotes\n> {IIS}\n", False),
        ("\n" * 5 + "word\n" * 30 + IIS, False),
    ],
)
def test_recognition(text: str, is_web: bool) -> None:
    assert W3cLog().recognises(Head("u_ex.log", f"{text}\n".encode())) is is_web
