"""Zscaler's feeds say the same in every form that an administrator may choose."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from sekimori.readers.network.zscaler import ZscalerNss
from sekimori.readers.network.zscaler_columns import FEEDS
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read

WEB = {
    **dict.fromkeys(FEEDS["web"].columns, "None"),
    "time": "Tue Jan 20 00:00:01 2026",
    "login": "sato@example.jp",
    "proto": "HTTPS",
    "eurl": "bad.example/a,b",
    "action": "Blocked",
    "cip": "192.0.2.15",
    "sip": "203.0.113.80",
    "reqmethod": "GET",
    "respcode": "403",
    "ua": "Mozilla/5.0 (X11)",
    "ereferer": "b.example/c",
}
NEWER = {
    "time": "Tue Jan 20 00:00:01 2026",
    "login": "sato%40example.jp",
    "proto": "HTTPS",
    "b64url": "YmFkLmV4YW1wbGUvYQ==",
    "b64referer": "aHR0cDovL2IuZXhhbXBsZS8=",
    "host": "bad.example",
    "cltip": "198.51.100.1",
    "cltintip": "10.0.0.15",
    "bamd5": "0" * 32,
    "sha256": "f" * 64,
    "urlclass": "Bandwidth Loss",
}
FIREWALL = dict.fromkeys(FEEDS["firewall"].columns, "0") | {
    "datetime": "2026-01-20 00:00:01",
    "action": "Drop",
    "csip": "192.0.2.15",
    "cdip": "203.0.113.80",
}
DNS = {
    "datetime": "2026-01-20 00:00:01",
    "reqaction": "REQ_ALLOW",
    "resaction": "RES_ALLOW",
    "dns_reqtype": "AAAA record",
    "dns_req": "bad.example",
    "dns_resp": "-",
    "clt_sip": "192.0.2.15",
    "srv_dip": "198.51.100.53",
}


def _json(feed: str, record: dict[str, Any]) -> str:
    return orjson.dumps({"sourcetype": f"zscalernss-{feed}", "event": record}).decode()


def _csv(record: dict[str, str]) -> str:
    return ",".join(f'"{value}"' for value in record.values())


def _record(line: str) -> dict[str, Any]:
    result = read(ZscalerNss(), line.encode())
    assert result.unread == {}
    (record,) = result.records.values()
    return record


@pytest.mark.parametrize(
    "text",
    [
        _csv(WEB),
        "\t".join(WEB.values()),
        "\t".join(f"{name}={value}" for name, value in WEB.items()),
        ",".join(WEB) + "\n" + _csv(WEB),
        "\t".join(WEB) + "\n" + "\t".join(WEB.values()),
        f"<134>Jan 20 09:00:01 nss1 zscaler: {_json('web', WEB)}",
    ],
)
def test_all_forms_say_the_same(text: str) -> None:
    assert ZscalerNss().recognises(Head("feed", text.encode()))
    assert _record(text) == _record(_json("web", WEB))


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (_json("web", WEB), "url_original", "https://bad.example/a,b"),
        (_json("web", WEB), "timestamp", datetime(2026, 1, 20, 0, 0, 1, tzinfo=UTC)),
        (_json("web", {**WEB, "tz": "Asia/Tokyo"}), "timestamp", datetime(2026, 1, 19, 15, 0, 1, tzinfo=UTC)),
        (_json("web", {**WEB, "tz": "../../etc"}), "timestamp", datetime(2026, 1, 20, 0, 0, 1, tzinfo=UTC)),
        (
            _json("web", {**WEB, "time": "", "epochtime": 1768867201}),
            "timestamp",
            datetime(2026, 1, 20, 0, 0, 1, tzinfo=UTC),
        ),
        (_json("web", WEB), "event_action", "Blocked"),
        (_json("web", WEB), "referrer_domain", "b.example"),
        (_json("web", WEB), "mime_type", None),
        (_json("web", {**WEB, "ua": "a%20b+c"}), "user_agent_original", "a b c"),
        (_json("web", {**WEB, "ua": "a+b"}), "user_agent_original", "a+b"),
        (_json("web", {**WEB, "eurl": "a.example:443", "reqmethod": "CONNECT"}), "url_original", "a.example:443"),
        (_json("web", {**WEB, "bamd5": "0" * 32}), "hash_value", ["0" * 32]),
        (_json("web", NEWER), "url_original", "https://bad.example/a"),
        (_json("web", NEWER), "referrer_domain", "b.example"),
        (_json("web", NEWER), "source_ip", "10.0.0.15"),
        (_json("web", NEWER), "url_domain", "bad.example"),
        (_json("web", NEWER), "hash_value", ["0" * 32, "f" * 64]),
        (_json("web", NEWER), "source_user_name", "sato@example.jp"),
        (_json("web", {**NEWER, "b64url": "no base64"}), "url_domain", "bad.example"),
        (_json("web", {**NEWER, "login": "Unknown"}), "source_user_name", None),
        (_json("web", {**WEB, "time": "Tue Jan  20 00:00:01 2026"}), "source_ip", "192.0.2.15"),
        (_json("fw", FIREWALL), "event_dataset", "zscaler.firewall"),
        (_csv(FIREWALL), "destination_ip", "203.0.113.80"),
        (_json("fw", {**FIREWALL, "cdip": "0.0.0.0", "sdip": "203.0.113.9"}), "destination_ip", "203.0.113.9"),
        (_json("fw", {**FIREWALL, "cdfqdn": "bad.example"}), "url_domain", "bad.example"),
        (_json("dns", DNS), "dns_question_type", "AAAA"),
        (_json("dns", DNS), "event_action", "RES_ALLOW"),
        (_json("dns", DNS), "destination_ip", "198.51.100.53"),
        (_json("dns", {**DNS, "reqaction": "REQ_BLOCK"}), "event_action", "REQ_BLOCK"),
        (
            _json("dns", {**DNS, "dns_resp": "2001:db8::1;203.0.113.9"}),
            "dns_resolved_ip",
            ["2001:db8::1", "203.0.113.9"],
        ),
        (_json("dns", {**DNS, "dns_resp": "x.bad.example"}), "dns_resolved_name", ["x.bad.example"]),
        (_json("dns", {**DNS, "dns_resp": "NXDOMAIN"}), "dns_response_code", "NXDOMAIN"),
        (_json("dns", {**DNS, "more": [1, {"a": None}]}), "message", '{"more":"[1,{\\"a\\":null}]"}'),
    ],
)
def test_fields(line: str, column: str, value: object) -> None:
    assert _record(line).get(column) == value


def test_feeds_that_are_not_read_are_told() -> None:
    result = read(ZscalerNss(), (SAMPLES / "zscaler/feeds.json").read_bytes())

    assert result.unread == {5: "the Zscaler feed audit is not read", 6: "not a line of a Zscaler feed"}
    assert [record["event_dataset"] for record in result.records.values()] == [
        *("zscaler.web", "zscaler.web", "zscaler.firewall", "zscaler.dns")
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"\0" * 50,
        b"\xff\xfe",
        b'"a,' * 300_000,
        b'{"sourcetype":"zscalernss-web","event":' + b"[" * 5000,
        b'{"sourcetype":"zscalernss-web","event":{"time":' + b'{"a":' * 400 + b"1" + b"}" * 402,
        _json("web", {**WEB, "time": "never"}).encode(),
        _csv(WEB)[:-12].encode(),
        b"x" * 3_000_000,
    ],
)
def test_a_hostile_line_costs_itself_alone(line: bytes) -> None:
    good = _json("web", WEB).encode()

    result = read(ZscalerNss(), b"\n".join([good, line, good]))

    assert list(result.unread) == [2]
    assert list(result.records) == [1, 3]


@pytest.mark.parametrize(
    ("text", "is_zscaler"),
    [
        (_json("audit", {"time": "Tue Jan 20 00:00:01 2026"}), False),
        ('{"ts":1,"id.orig_h":"192.0.2.1"}', False),
        ("time,src,user,url,method,status,bytes,agent,referer,action\n", False),
        (_csv({**WEB, "sip": "www.example.jp"}), False),
        (_csv({**WEB, "action": "GET"}), False),
        ("datetime=2026-01-20 00:00:01\tuser=a\turl=b\tc=d\te=f", False),
        (_csv(FIREWALL), True),
    ],
)
def test_recognition(text: str, is_zscaler: bool) -> None:
    assert ZscalerNss().recognises(Head("feed", f"{text}\n".encode())) is is_zscaler
