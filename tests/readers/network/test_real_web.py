"""Logs of real web servers: each line is read, and its place is right."""

import re
from pathlib import Path

import pytest

from sekimori.readers.network.access import AccessLog
from sekimori.readers.network.squid_custom import SquidCustom
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


def test_every_line_of_apache_is_read(weblogs: Path) -> None:
    data = (weblogs / "apache_access.log").read_bytes()

    assert AccessLog().recognises(Head("access.log", data))
    result = read(AccessLog(), data)

    assert result.unread == {}
    assert len(result.records) == len(data.splitlines())
    for record, line in zip(result.records.values(), data.decode().splitlines(), strict=True):
        assert str(record["source_ip"]) in line
        assert str(record["url_original"]).partition("/")[2] in line


def test_lines_of_squid_in_the_rules_of_others(real_data: Path) -> None:
    path = real_data / "network/wazuh-samples/squid_rules.ini"
    if not path.is_file():
        pytest.skip("there are no samples of Squid among the real data")
    lines = [line.partition(" = ")[2] for line in path.read_text().splitlines() if " pass = " in line]
    assert lines
    form = [re.sub(r"^([\d.]+)", "[20/Jan/2026:09:00:00 +0900]", line) for line in lines if line.split()[-2].count("/")]

    result = read(SquidCustom(), "\n".join(form).encode())

    assert result.unread == {}
    assert {record["event_action"] for record in result.records.values()} == {"TCP_DENIED"}
