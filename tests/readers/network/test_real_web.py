"""Logs of real web servers: each line is read, and its place is right."""

from pathlib import Path

import pytest

from sekimori.readers.network.w3c import W3cLog
from sekimori.readers.protocol import HEAD_BYTES, Head
from tests.readers.network.reading import read


@pytest.fixture(scope="module")
def weblogs(real_data: Path) -> Path:
    folder = real_data / "network/weblogs"
    if not folder.is_dir():
        pytest.skip("there are no logs of web servers among the real data")
    return folder


def test_every_line_of_iis_is_read(weblogs: Path) -> None:
    paths = sorted((weblogs / "iis").glob("*.log"))
    assert paths
    for path in paths:
        data = path.read_bytes()
        lines = data.split(b"\n")
        wanted = [n for n, line in enumerate(lines, 1) if line.strip() and not line.startswith(b"#")]

        assert W3cLog().recognises(Head(path.name, data[:HEAD_BYTES]))
        result = read(W3cLog(), data, path.name)

        assert (path.name, result.unread) == (path.name, {})
        assert list(result.records) == wanted
        for number, (offset, length) in result.places.items():
            assert data[offset : offset + length] == lines[number - 1].removesuffix(b"\r")
            record = result.records[number]
            assert record["source_ip"].encode() in lines[number - 1]
            assert record["timestamp"].strftime("%H:%M:%S").encode() in lines[number - 1]
