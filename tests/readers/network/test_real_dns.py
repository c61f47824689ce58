"""Lines of name servers from other projects' samples: what tells of a client or a query is read."""

import re
from pathlib import Path

import pytest

from sekimori.readers.network.bind import Bind
from sekimori.readers.network.unbound import Unbound
from sekimori.readers.protocol import Head
from tests.readers.network.reading import Result, read

_LINE = re.compile(r"^;?log \d+ \w+ = (.*\S)", re.MULTILINE)


@pytest.fixture(scope="module")
def samples(real_data: Path) -> Path:
    folder = real_data / "network/wazuh-samples"
    if not folder.is_dir():
        pytest.skip("there are no samples of name servers among the real data")
    return folder


def _lines(path: Path, program: str) -> list[str]:
    """The lines that the program itself wrote; the samples also hold lines that are wrong on purpose."""
    found = [line for line in _LINE.findall(path.read_text("utf-8", "replace")) if f" {program}" in line[:80]]
    assert found
    return found


def _check(lines: list[str], result: Result, client: str) -> None:
    assert result.unread == {}
    told = [number for number, line in enumerate(lines, 1) if re.search(client, line)]
    assert told
    assert list(result.records) == told
    for number in told:
        address = re.search(client, lines[number - 1])
        assert address is not None
        assert result.records[number]["source_ip"] == address[1]


def test_lines_of_named(samples: Path) -> None:
    lines = _lines(samples / "named.ini", "named[")
    data = "\n".join(lines).encode()

    assert Bind().recognises(Head("named.log", data))
    _check(lines, read(Bind(), data), r"\bclient (?:@0x\w+ )?([\d.]+)#\d+(?: \([^)]*\))?:")


def test_lines_of_unbound(samples: Path) -> None:
    lines = _lines(samples / "unbound.ini", "unbound")
    data = "\n".join(lines).encode()

    assert Unbound().recognises(Head("unbound.log", data))
    _check(lines, read(Unbound(), data), r"info: ([\d.]+) \S+ [A-Z]+ IN$")
