import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.readers.network.zeek_json import ZeekJson
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read


def _read_one(**fields: object) -> dict[str, object]:
    result = read(ZeekJson(), json.dumps({name.replace("__", "."): value for name, value in fields.items()}).encode())
    assert result.unread == {}
    return result.records[1]


def test_a_stream_of_several_logs() -> None:
    result = read(ZeekJson(), (SAMPLES / "zeek_json/stream.json").read_bytes())

    assert [record["event_dataset"] for record in result.records.values()] == [
        *("zeek.dns", "zeek.http", "zeek.ssl", "zeek.notice", "zeek.acme_plugin", "zeek.files"),
        *("zeek.conn", "zeek.ntlm", "zeek.loaded_scripts"),
    ]
    assert list(result.records) == sorted(result.records)
    assert result.unread == {
        7: "the line is no JSON object",
        8: "the line is no JSON object",
        9: "ts is no time",
        14: "the line is no JSON object",
    }
    http = result.records[2]
    assert (http["url_original"], http["url_domain"]) == ("http://www.example.jp:8080/検索?q=a", "www.example.jp")
    assert json.loads(result.records[5]["message"])["anything"] == {"deep": [1, 2, {"a": None}]}


@pytest.mark.parametrize(
    ("ts", "time"),
    [
        (1770076800, datetime(2026, 2, 3, tzinfo=UTC)),
        (1770076800.25, datetime(2026, 2, 3, 0, 0, 0, 250_000, UTC)),
        (1770076800250, datetime(2026, 2, 3, 0, 0, 0, 250_000, UTC)),
        ("1770076800.25", datetime(2026, 2, 3, 0, 0, 0, 250_000, UTC)),
        ("2026-02-03T00:00:00.250000Z", datetime(2026, 2, 3, 0, 0, 0, 250_000, UTC)),
        ("2026-02-03T09:00:00+09:00", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T00:00:00", datetime(2026, 2, 3, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)
def test_times(ts: object, time: datetime | None) -> None:
    assert _read_one(_path="conn", ts=ts, uid="C1").get("timestamp") == time


def test_times_of_several_forms_in_one_log() -> None:
    lines = [{"_path": "conn", "ts": ts} for ts in (1770076800, "2026-02-03T00:00:01Z", "2026-02-03 09:00:02+09:00")]

    records = read(ZeekJson(), b"\n".join(json.dumps(line).encode() for line in lines)).records

    assert [record["timestamp"].second for record in records.values()] == [0, 1, 2]


@pytest.mark.parametrize(
    "ts", ["never", {"a": 1}, [], True, -5, 1e300, "9999-99-99T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_time_is_unread(ts: object) -> None:
    result = read(ZeekJson(), json.dumps({"_path": "conn", "ts": ts, "uid": "C1"}).encode())

    assert result.unread == ({} if ts == [] else {1: "ts is no time"})


@pytest.mark.parametrize(
    ("value", "column"),
    [("a.example", "a.example"), (5, "5"), (True, "T"), (1.5, "1.5"), (["b", 1], "b"), ([], None), ("", None)],
)
def test_values_of_another_type(value: object, column: str | None) -> None:
    assert _read_one(_path="dns", ts=1, query=value).get("dns_question_name") == column


def test_answers_that_are_no_list() -> None:
    assert _read_one(_path="dns", ts=1, answers="192.0.2.1")["dns_resolved_ip"] == ["192.0.2.1"]
    assert _read_one(_path="dns", ts=1, answers=["192.0.2.1", None, 7])["dns_resolved_ip"] == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("name", "fields", "dataset"),
    [
        ("dns.2026-02-03.log", {"uid": "C1"}, "zeek.dns"),
        ("conn_20260203.json", {"uid": "C1"}, "zeek.conn"),
        ("smb_files.log", {"uid": "C1"}, "zeek.smb_files"),
        ("current.log", {"conn_state": "SF"}, "zeek.conn"),
        ("current.log", {"trans_depth": 1, "helo": "mx.example"}, "zeek.smtp"),
        ("current.log", {"id.orig_h": "192.0.2.1"}, "zeek.unknown"),
    ],
)
def test_logs_that_do_not_name_themselves(name: str, fields: dict[str, object], dataset: str) -> None:
    result = read(ZeekJson(), json.dumps({"ts": 1.0} | fields).encode(), name)

    assert result.records[1]["event_dataset"] == dataset


def test_unknown_logs_keep_their_names() -> None:
    data = b"\n".join(json.dumps({"_path": f"acme{number}", "ts": number}).encode() for number in range(3))

    records = read(ZeekJson(), data).records

    assert [record["event_dataset"] for record in records.values()] == ["zeek.acme0", "zeek.acme1", "zeek.acme2"]


@pytest.mark.parametrize("line", [b"[" * 500, b'{"a":' * 300 + b"1" + b"}" * 300, b'"text"', b"7", b'{"a":1', b"\xff"])
def test_lines_that_are_no_object(line: bytes) -> None:
    assert read(ZeekJson(), line).unread == {1: "the line is no JSON object"}


@pytest.mark.parametrize(
    ("data", "is_zeek"),
    [
        (b'{"_path":"dns","ts":1}\n', True),
        (b'ken":1}\n{"_path":"dns","ts":1}\n', True),
        (b'{"ts":1,"uid":"C1","id.orig_h":"192.0.2.1"}', True),
        (b'{"ts":1,"fuid":"F1","seen_bytes":4}', True),
        (b'{"_path":"loaded_scripts","_write_ts":"x","name":"a"}', True),
        (b'{"timestamp":"2026-02-03T00:00:00","event_type":"dns"}', False),
        (b'{"ts":1,"message":"anything"}', False),
        (b'{"_path":"dns"}', False),
        (b'{"_path":"dns","ts":1}\nrubbish\nrubbish\nrubbish\n', False),
        (b"", False),
    ],
)
def test_recognition(data: bytes, is_zeek: bool) -> None:
    assert ZeekJson().recognises(Head("evidence", data)) is is_zeek


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("192.0.2.1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from(
    ["ts", "id.orig_h", "id.resp_p", "query", "answers", "host", "uri", "method", "from", "to", "md5", "duration", "x"]
)


@settings(max_examples=50)
@given(
    st.lists(
        st.fixed_dictionaries({"_path": st.sampled_from(["dns", "http", "smtp", "files", "conn", 1, ""])}).flatmap(
            lambda path: st.dictionaries(_names, _json, max_size=5).map(lambda fields: path | fields)
        ),
        max_size=5,
    )
)
def test_any_values(records: list[dict[str, object]]) -> None:
    data = "\n".join(json.dumps(record) for record in records).encode()

    result = read(ZeekJson(), data)

    assert sorted(result.places) == list(range(1, len(records) + 1))
