import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.readers.network.suricata import SuricataEve
from sekimori.readers.protocol import Head
from tests.readers.network.reading import read

_CLIENT, _SERVER = ("192.0.2.15", 40000), ("198.51.100.7", 443)
_NAMES = ("event_type", "direction", "dns", "tls", "http", "alert", "flow", "email", "smtp", "src_port", "dest_port",
          "ja3", "rrname", "rrtype", "queries", "answers", "rdata", "grouped", "age", "to", "attachment")  # fmt: skip


def _event(kind: str, source: tuple[str, int] = _CLIENT, destination: tuple[str, int] = _SERVER, **more: object) -> Any:
    ends = dict(zip(("src_ip", "src_port", "dest_ip", "dest_port"), (*source, *destination), strict=True))
    return {"timestamp": "2026-02-03T09:00:00.5+0900", "flow_id": 1, "event_type": kind, **ends, **more}


def _one(*args: object, **more: object) -> dict[str, Any]:
    result = read(SuricataEve(), json.dumps(_event(*args, **more)).encode())  # type: ignore[arg-type]
    assert result.unread == {}
    return result.records[1]


@pytest.mark.parametrize(
    ("dns", "name", "addresses"),
    [
        ({"type": "query", "rrname": "a.example", "rrtype": "A"}, "a.example", None),
        ({"type": "answer", "rrname": "a.example", "rrtype": "A", "rdata": "192.0.2.1"}, "a.example", ["192.0.2.1"]),
        ({"version": 2, "rrname": "a.example", "grouped": {"A": ["192.0.2.1"]}}, "a.example", ["192.0.2.1"]),
        (
            {
                "version": 3,
                "queries": [{"rrname": "a.example", "rrtype": "A"}],
                "answers": [{"rrtype": "A", "rdata": "x"}],
            },
            "a.example",
            None,
        ),
        ({"query": [{"type": "query", "rrname": "a.example", "rrtype": "A"}]}, "a.example", None),
    ],
)
def test_dns_of_every_version(dns: dict[str, object], name: str, addresses: list[str] | None) -> None:
    record = _one("dns", dns=dns)

    assert record["dns_question_name"] == name
    assert record.get("dns_resolved_ip") == addresses


@pytest.mark.parametrize(
    ("kind", "source", "destination", "more", "asked"),
    [
        ("dns", _SERVER, _CLIENT, {}, True),
        ("dns", _CLIENT, _SERVER, {}, True),
        ("fileinfo", _SERVER, _CLIENT, {}, True),
        ("fileinfo", _SERVER, _CLIENT, {"direction": "to_server"}, False),
        ("alert", ("198.51.100.7", 8443), _CLIENT, {"direction": "to_client"}, True),
        ("flow", _SERVER, _CLIENT, {}, False),
    ],
)
def test_the_source_is_who_asked(kind: str, source: Any, destination: Any, more: dict[str, str], asked: bool) -> None:
    record = _one(kind, source, destination, **more)

    ends = (record["source_ip"], record["destination_ip"])
    assert ends == (("192.0.2.15", "198.51.100.7") if asked else ("198.51.100.7", "192.0.2.15"))


@pytest.mark.parametrize(
    ("http", "url", "host"),
    [
        ({"hostname": "a.example", "url": "/b"}, "http://a.example/b", "a.example"),
        ({"hostname": "a.example:8080", "url": "/b"}, "http://a.example:8080/b", "a.example"),
        ({"hostname": "p.example", "url": "http://a.example/b"}, "http://a.example/b", "a.example"),
        ({"hostname": "a.example", "url": "a.example:443", "http_method": "CONNECT"}, "a.example:443", "a.example"),
        ({"url": "/b"}, "/b", None),
    ],
)
def test_urls(http: dict[str, str], url: str, host: str | None) -> None:
    record = _one("http", http=http)

    assert (record["url_original"], record.get("url_domain")) == (url, host)


def test_envelope_and_header_addresses_are_both_there() -> None:
    record = _one(
        "smtp", smtp={"mail_from": "<a@a.example>", "rcpt_to": ["<b@b.example>"]}, email={"from": "C <c@c.example>"}
    )

    assert record["email_address"] == ["a@a.example", "b@b.example", "c@c.example"]


def test_what_has_no_column_stays_in_the_message() -> None:
    record = _one("alert", alert={"action": "allowed", "signature": "EXAMPLE"}, tls={"sni": 5, "version": "TLS 1.3"})

    assert record["event_action"] == "allowed"
    message = json.loads(record["message"])
    assert message["alert"] == {"signature": "EXAMPLE"}
    assert message["tls"] == {"sni": 5, "version": "TLS 1.3"}


def test_other_lines() -> None:
    deep = '{"event_type":"dns","timestamp":"2026-02-03T09:00:00Z","src_ip":' + "[" * 5000 + "]" * 5000 + "}"
    lines = [
        json.dumps(_event("stats")),
        "[1]",
        json.dumps(_event("dns") | {"timestamp": "soon"}),
        deep,
        json.dumps(_event("dns")),
    ]

    result = read(SuricataEve(), "\n".join(lines).encode())

    assert list(result.records) == [5]
    assert result.unread == {
        2: "the line is no JSON object",
        3: "the time of the line cannot be read",
        4: "the line is no JSON object",
    }


@pytest.mark.parametrize(
    ("text", "is_suricata"),
    [
        (json.dumps(_event("dns")), True),
        (json.dumps({"timestamp": "2026-02-03T09:00:00Z", "event_type": "stats", "stats": {}}), True),
        (json.dumps({"timestamp": "2026-02-03T09:00:00Z", "event_type": "login", "user": "a"}), False),
        (json.dumps({"_path": "dns", "ts": 1, "id.orig_h": "192.0.2.1"}), False),
        ('{"event_type"', False),
    ],
)
def test_recognition(text: str, is_suricata: bool) -> None:
    assert SuricataEve().recognises(Head("x", text.encode())) is is_suricata


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.text(max_size=5)
    | st.sampled_from(["A", "to_client"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(_NAMES), _values, max_size=8))
def test_values_of_any_type_do_no_harm(fields: dict[str, object]) -> None:
    result = read(SuricataEve(), json.dumps(_event("dns") | fields).encode())

    assert len(result.records) + len(result.unread) == (fields.get("event_type") not in ("stats", "engine"))
