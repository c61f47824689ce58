"""Real event logs: as many records as the parser itself finds, in every file, and the same content."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from evtx import PyEvtxParser

from sekimori.formats.evtx import Record, records
from sekimori.readers.protocol import Head
from sekimori.readers.windows.event_xml import EventXml
from sekimori.readers.windows.evtx import EventLog
from tests.readers.windows.reading import read


@pytest.fixture(scope="module")
def logs(real_data: Path) -> list[Path]:
    found = sorted((real_data / "endpoint/evtx").rglob("*.evtx"))
    if not found:
        pytest.skip("there are no event logs among the real data")
    return found


def _content(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as stream:
        for record in records(stream):
            assert isinstance(record, Record), (path, record)
            yield record.number, record.json


def test_every_record_of_every_file(logs: list[Path]) -> None:
    count = 0
    for path in logs:
        theirs = (
            (found["event_record_id"], found["data"]) for found in PyEvtxParser(str(path), 1).records_json() if found
        )
        for ours, expected in itertools.zip_longest(_content(path), theirs):
            assert ours == expected, path
            count += 1

    assert count == 24_661


def test_xml_gives_the_same_columns(logs: list[Path]) -> None:
    ignored = {"offset", "length", "event_data", "event_dataset"}
    for path in logs[::25]:
        data = path.read_bytes()
        xml = "".join(
            found["data"].partition("?>")[2] for found in PyEvtxParser(str(path), 1).records() if found
        ).encode()

        binary, text = read(EventLog(), data), read(EventXml(), xml)

        assert EventLog().recognises(Head(path.name, data[:4096]))
        assert text.unread == binary.unread == []
        assert [{k: v for k, v in row.items() if k not in ignored} for row in text.records] == [
            {k: v for k, v in row.items() if k not in ignored} for row in binary.records
        ]
