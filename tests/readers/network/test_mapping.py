from zoneinfo import ZoneInfo

import pytest

from sekimori.model.kinds import NETWORK
from sekimori.readers.network.mapping import MappingError, TableMapping, table_mapping

MAPPING: dict[str, object] = {"format": "csv", "dataset": "acme.proxy", "columns": {"source_ip": "client"}}


def test_defaults() -> None:
    assert table_mapping(MAPPING) == TableMapping(
        format="csv",
        kind=NETWORK,
        dataset="acme.proxy",
        delimiter=",",
        zone=None,
        time=(),
        time_format=None,
        columns={"source_ip": "client"},
        skip_header=0,
        header=True,
    )


def test_everything_said() -> None:
    mapping = table_mapping(
        MAPPING
        | {
            "delimiter": "\t",
            "zone": "Asia/Tokyo",
            "time": {"column": ["date", "time"], "format": "%Y"},
            "skip_header": 2,
            "columns": {"source_ip": "client", "source_user_name": "client"},
        }
    )

    assert mapping.zone == ZoneInfo("Asia/Tokyo")
    assert mapping.needed == ["date", "time", "client"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colums": {}}, "colums: no such key; there are format, kind, dataset"),
        ({"kind": "proxy"}, "kind: no kind 'proxy'; there are message, attachment, network"),
        ({"kind": "unread"}, "kind: no kind 'unread'"),
        ({"format": None}, "format: it is missing"),
        ({"format": "xml"}, "format: 'xml' is none of csv, jsonl"),
        ({"dataset": 5}, "dataset: 5 is no text"),
        ({"delimiter": "::"}, "delimiter: '::' is not one character"),
        ({"delimiter": '"'}, "is not one character"),
        ({"zone": "Tokyo"}, "zone: no time zone 'Tokyo'"),
        ({"zone": "../etc"}, "zone: no time zone"),
        ({"time": "date"}, "time: it has the keys column and, if need be, format"),
        ({"time": {"column": "a", "zone": "b"}}, "time: it has the keys"),
        ({"time": {"column": []}}, r"time: \[\] is no column"),
        ({"time": {"column": True}}, "time: True is no column"),
        ({"time": {"column": "a", "format": 1}}, "time: 1 is no format"),
        ({"columns": None}, "columns: it is missing"),
        ({"columns": {"client": "source_ip"}}, "columns: network has no field 'client'; it has .*source_ip"),
        ({"columns": {"timestamp": "date"}}, "columns: timestamp is not mapped; the time has a key of its own"),
        ({"columns": {"source_ip": ["a"]}}, "columns: the column of source_ip is"),
        ({"skip_header": -1}, "skip_header: -1 is no number of lines"),
        ({"skip_header": True}, "skip_header: True is no number of lines"),
        ({"header": "no"}, "header: 'no' is neither true nor false"),
        ({"header": False}, "columns: without a header columns are numbers from 1"),
    ],
)
def test_what_cannot_be_followed(changes: dict[str, object], message: str) -> None:
    with pytest.raises(MappingError, match=message):
        table_mapping(MAPPING | changes)
