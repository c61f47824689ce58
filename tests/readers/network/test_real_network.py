"""Zeek's own logs of one capture, in both forms: nothing is lost, places are right, both say the same."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.network.zeek_json import ZeekJson
from sekimori.readers.network.zeek_tsv import ZeekTsv
from sekimori.readers.protocol import HEAD_BYTES, Head
from tests.readers.network.reading import Result, read

LARGEST = 300_000  # the first lines of larger logs will do
READERS = (ZeekTsv(), ZeekJson(), SquidAccess())


@pytest.fixture(scope="module")
def zeek(real_data: Path) -> Path:
    folder = real_data / "network/zeek"
    if not folder.is_dir():
        pytest.skip("there are no Zeek logs among the real data")
    return folder


def _logs(folder: Path) -> Iterator[tuple[str, bytes]]:
    paths = sorted(folder.glob("*.gz"))
    assert paths
    for path in paths:
        yield path.name.removesuffix(".gz"), _first(path)


def _first(path: Path) -> bytes:
    with gzip.open(path) as stream:
        return stream.read(LARGEST) + stream.readline()


def _recognising(name: str, data: bytes) -> list[str]:
    return [reader.name for reader in READERS if reader.recognises(Head(name, data[:HEAD_BYTES]))]


def _check_places(data: bytes, result: Result) -> None:
    lines = data.split(b"\n")
    for number, (offset, length) in result.places.items():
        assert data[offset : offset + length] == lines[number - 1]


def test_every_tab_separated_log_is_read(zeek: Path) -> None:
    for name, data in _logs(zeek / "zeek-default"):
        head = Head(name, data[:HEAD_BYTES])
        assert [reader.name for reader in (ZeekTsv(), ZeekJson(), SquidAccess()) if reader.recognises(head)] == [
            "zeek.tsv"
        ]

        result = read(ZeekTsv(), data, name)

        lines = {n: line for n, line in enumerate(data.decode().split("\n"), 1) if line and not line.startswith("#")}
        assert (name, result.unread) == (name, {})
        assert list(result.records) == list(lines)
        _check_places(data, result)
        _compare_with_cells(data, lines, result)


def _compare_with_cells(data: bytes, lines: dict[int, str], result: Result) -> None:
    """An oracle in plain Python for the fields that all logs share."""
    fields = next(line for line in data.decode().split("\n") if line.startswith("#fields")).split("\t")[1:]
    for number, line in lines.items():
        cells = {name: cell for name, cell in zip(fields, line.split("\t"), strict=True) if cell != "-"}
        record = result.records[number]
        for field, column in (("id.orig_h", "source_ip"), ("id.resp_h", "destination_ip")):
            if field in fields and "src" not in fields:
                assert record.get(column) == cells.get(field)
        if "ts" in fields:
            assert record["timestamp"] == datetime.fromtimestamp(0, UTC) + _micros(cells["ts"])
        if "uid" in cells:
            assert json.loads(record["message"])["uid"] == cells["uid"]


def _micros(text: str) -> timedelta:
    seconds, _, fraction = text.partition(".")
    return timedelta(seconds=int(seconds), microseconds=int(fraction))


def test_every_json_log_is_read(zeek: Path) -> None:
    for name, data in _logs(zeek / "zeek-json"):
        head = Head(name, data[:HEAD_BYTES])
        assert [reader.name for reader in (ZeekTsv(), ZeekJson(), SquidAccess()) if reader.recognises(head)] == [
            "zeek.json"
        ]

        result = read(ZeekJson(), data, name)

        assert (name, result.unread) == (name, {})
        assert len(result.records) == data.count(b"\n")
        _check_places(data, result)


def test_both_forms_say_the_same(zeek: Path) -> None:
    for name in ("dns", "ssl", "smtp", "x509", "ntlm", "notice", "ftp", "smb_files", "weird"):
        forms = [
            read(reader, _first(zeek / folder / f"{name}.{ending}.gz"), f"{name}.{ending}").records.values()
            for reader, folder, ending in ((ZeekTsv(), "zeek-default", "log"), (ZeekJson(), "zeek-json", "json"))
        ]
        for tsv, of_json in zip(*forms, strict=False):
            assert {key: value for key, value in tsv.items() if key not in {"message", "event_duration"}} == {
                key: value for key, value in of_json.items() if key not in {"message", "event_duration"}
            }
