import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.app.golden import MemorySource
from sekimori.readers.network import generic_table
from sekimori.readers.network.generic import MappingError, reader_for
from sekimori.readers.network.generic_csv import GenericCsv
from sekimori.readers.network.generic_jsonl import GenericJsonl
from sekimori.readers.protocol import Head, ReadingContext, Records
from tests.readers.network.reading import SAMPLES, Result, read

MAPPING: dict[str, object] = {
    "format": "csv",
    "dataset": "acme.proxy",
    "zone": "Asia/Tokyo",
    "time": {"column": "at"},
    "columns": {"source_ip": "client", "url_original": "url"},
}
JSONL = MAPPING | {"format": "jsonl"}


def _csv(text: str, **changes: object) -> Result:
    mapping = MAPPING | changes
    return read(reader_for(mapping), text.encode(), mapping=mapping)


def _jsonl(*records: object, **changes: object) -> Result:
    mapping = JSONL | changes
    data = "\n".join(json.dumps(record) for record in records).encode()
    return read(reader_for(mapping), data, mapping=mapping)


def _sample(name: str) -> Result:
    path = SAMPLES / name
    mapping = yaml.safe_load(path.with_name(f"{path.name}.mapping.yaml").read_text(encoding="utf-8"))
    return read(reader_for(mapping), path.read_bytes(), path.name, mapping)


def test_the_reader_of_a_format() -> None:
    assert isinstance(reader_for(MAPPING), GenericCsv)
    assert isinstance(reader_for(JSONL), GenericJsonl)
    with pytest.raises(MappingError, match="format: 'xml' is none of csv, jsonl"):
        reader_for(MAPPING | {"format": "xml"})


@pytest.mark.parametrize("reader", [GenericCsv(), GenericJsonl()])
def test_nothing_is_recognised_or_read_without_a_mapping(reader: GenericCsv | GenericJsonl) -> None:
    assert not reader.recognises(Head("proxy.csv", b"at,client,url\n"))
    assert list(read(reader, b"at,client,url\n").unread.values()) == [
        "a table of this form needs a description of its columns"
    ]


def test_csv_of_a_japanese_proxy() -> None:
    result = _sample("generic_csv/proxy.csv")

    assert list(result.records) == [3, 4, 6, 11]
    assert result.records[3] == {
        "timestamp": datetime(2026, 2, 3, tzinfo=UTC),
        "event_dataset": "acme.proxy",
        "source_ip": "10.1.2.15",
        "source_user_name": "田中",
        "url_original": "http://www.example.jp/a,b",
        "url_domain": "www.example.jp",
        "http_response_status_code": 200,
    }
    assert json.loads(result.records[4]["message"]) == {"備考": "二行に\nわたる備考"}
    assert list(result.unread) == [7, 8, 9, 10]
    assert result.unread[7] == "http_response_status_code: '二百' is no number"
    assert result.statements == {"encoding": "cp932"}


def test_json_lines() -> None:
    result = _sample("generic_jsonl/gateway.jsonl")

    assert list(result.records) == [1, 2, 3, 7]
    assert result.records[1] == {
        "timestamp": datetime(2026, 2, 3, tzinfo=UTC),
        "event_dataset": "acme.gateway",
        "source_ip": "10.1.2.15",
        "source_port": 40001,
        "url_domain": "www.example.jp",
        "destination_bytes": 1024,
        "hash_value": ["0" * 31 + "1"],
    }
    assert result.records[2]["url_domain"] == "2001:db8:2::7"
    assert "timestamp" not in result.records[3]
    assert list(result.unread) == [4, 5, 6]


def test_what_is_not_mapped_stays_in_the_message() -> None:
    csv = _csv("at,client,url,note,empty\n2026-02-03 09:00:00,192.0.2.1,,x,-\n")
    jsonl = _jsonl({"at": 1770076800, "client": "192.0.2.1", "a": {"b": [1], "c": None}, "d": True})

    assert json.loads(csv.records[2]["message"]) == {"note": "x"}
    assert json.loads(jsonl.records[1]["message"]) == {"a.b": [1], "d": True}


def test_columns_without_a_header_are_numbers() -> None:
    result = _csv(
        "2026/02/03 09:00:00 192.0.2.1 http://www.example.jp/\n",
        header=False,
        delimiter=" ",
        time={"column": [1, "2"], "format": "%Y/%m/%d %H:%M:%S"},
        columns={"source_ip": 3, "url_original": "4"},
    )

    assert result.records[1]["timestamp"] == datetime(2026, 2, 3, tzinfo=UTC)
    assert result.records[1]["url_domain"] == "www.example.jp"
    assert "message" not in result.records[1]


@pytest.mark.parametrize(
    ("format_", "text", "time"),
    [
        (None, "2026-02-03T09:00:00Z", datetime(2026, 2, 3, 9, tzinfo=UTC)),
        (None, "2026/02/03 09:00:00", datetime(2026, 2, 3, tzinfo=UTC)),
        ("%d.%m.%Y %H:%M", "03.02.2026 09:30", datetime(2026, 2, 3, 0, 30, tzinfo=UTC)),
        ("%d.%m.%Y %H:%M %z", "03.02.2026 09:30 +0000", datetime(2026, 2, 3, 9, 30, tzinfo=UTC)),
        (None, "", None),
    ],
)
def test_times(format_: str | None, text: str, time: datetime | None) -> None:
    result = _csv(f"at,client,url\n{text},192.0.2.1,x\n", time={"column": "at", "format": format_})

    assert result.records[2].get("timestamp") == time


def test_a_time_that_does_not_fit_its_format() -> None:
    result = _csv("at,client,url\nsoon,192.0.2.1,x\n", time={"column": "at", "format": "%Y"})

    assert result.unread == {2: "'soon' is no time of the form %Y"}


def test_a_table_without_time_and_of_another_kind() -> None:
    result = _csv(
        "file,size,locked,name\n1.2,300,yes,a.zip\n1.3,1e3,no,b.zip\n1.4,5,perhaps,c.zip\n1.5,99999999999999999999,no,d\n",
        kind="attachment",
        time=None,
        columns={"mime_part": "file", "file_size": "size", "encrypted": "locked", "file_name": "name"},
    )

    assert result.records == {2: {"mime_part": "1.2", "file_size": 300, "encrypted": True, "file_name": "a.zip"}}
    assert result.unread == {
        3: "file_size: '1e3' is no number",
        4: "encrypted: 'perhaps' is neither true nor false",
        5: "file_size: '99999999999999999999' is too large",
    }


def test_times_and_lists_of_other_kinds() -> None:
    result = _jsonl(
        {"at": "2026-02-03 09:00", "until": "2026-02-03 10:00", "who": "田中", "on": ["srv1", None, "srv2"]},
        kind="work",
        columns={"person": "who", "event_end": "until", "host_name": "on"},
    )

    assert result.records[1]["event_end"] == datetime(2026, 2, 3, 1, tzinfo=UTC)
    assert result.records[1]["host_name"] == ["srv1", "srv2"]


def test_rest_of_an_event_is_its_data() -> None:
    result = _jsonl({"at": 1770076800, "host": "pc1", "x": 1}, kind="event", columns={"host_name": "host"})

    assert result.records[1]["event_data"] == '{"x":1}'


def test_hosts_are_without_port_and_brackets() -> None:
    columns = {"url_domain": "host", "http_request_referrer": "from"}
    result = _csv(
        "at,host,from\n,www.example.jp:80,http://a.example/x\n,[2001:db8::1],-\n,intranet,-\n", columns=columns
    )

    assert [record["url_domain"] for record in result.records.values()] == ["www.example.jp", "2001:db8::1", "intranet"]
    assert result.records[2]["referrer_domain"] == "a.example"


def test_a_header_that_lacks_a_column() -> None:
    result = _csv("at,user,link\n1,2,3\n")

    assert result.unread == {1: "there is no column client, url; there are at, user, link"}
    assert result.records == {}


def test_many_rows_make_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generic_table, "_BATCH_ROWS", 4)
    data = ("at,client,url\n" + "2026-02-03 09:00:00,192.0.2.1,x.example\n" * 9).encode()

    items = list(GenericCsv().read(MemorySource("a.csv", data), ReadingContext(mapping=MAPPING)))

    batches = [item.batch for item in items if isinstance(item, Records)]
    assert [batch.num_rows for batch in batches] == [4, 4, 1]
    assert [line for batch in batches for line in batch["line"].to_pylist()] == list(range(2, 11))


@given(st.text('at,clienturl"\n\r0-: \0', max_size=80))
def test_any_table(text: str) -> None:
    _csv(f"at,client,url\n{text}")
    read(GenericJsonl(), text.encode(), mapping=JSONL)


_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.sampled_from(["at", "client", "url", "port", "x"]), _values), max_size=5))
def test_any_values(records: list[dict[str, Any]]) -> None:
    result = _jsonl(*records, columns={"source_ip": "client", "url_original": "url", "source_port": "port"})

    assert sorted(result.places) == list(range(1, len(records) + 1))
