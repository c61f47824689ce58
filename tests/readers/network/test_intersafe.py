"""InterSafe's access log."""

import json
from datetime import UTC, datetime

import pytest

from sekimori.readers.network.intersafe import InterSafe
from sekimori.readers.protocol import Head
from tests.readers.network.reading import SAMPLES, read

CELLS = (
    *(
        "2026/01/20",
        "09:00:01",
        "HTTP",
        "192.0.2.15",
        "営業部\\一課",
        "sato",
        "-",
        "Blocked",
        "-",
        "403",
        "bad.example",
    ),
    *("12", "512", "100", "text/html", "-", "優先カテゴリ", "IT\\Web", "IT\\Web", "-", "-", "http://bad.example/a"),
    *("HTTP/1.1", "GET", "http://b.example/"),
)


def _line(delimiter: str = "\t", *more: str, **changes: str) -> str:
    cells = [*CELLS, *more]
    for name, value in changes.items():
        cells[int(name.removeprefix("at_"))] = value
    return delimiter.join(cells)


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (_line(), "timestamp", datetime(2026, 1, 20, 0, 0, 1, tzinfo=UTC)),
        (_line(), "source_user_name", "sato"),
        (_line(), "event_action", "Blocked"),
        (_line(), "url_domain", "bad.example"),
        (_line(), "referrer_domain", "b.example"),
        (_line(), "destination_ip", None),
        (_line(at_8="198.51.100.7"), "destination_ip", "198.51.100.7"),
        (_line(at_21="-"), "url_original", "bad.example"),
        (_line(at_10="-"), "url_domain", "bad.example"),
        (_line(" "), "url_original", "http://bad.example/a"),
        (_line("\t", "added"), "source_bytes", 512),
        ("<134>Jan 20 09:00:01 gw1 " + _line(), "source_ip", "192.0.2.15"),
    ],
)
def test_fields(line: str, column: str, value: object) -> None:
    result = read(InterSafe(), line.encode())

    assert result.unread == {}
    assert result.records[1].get(column) == value


def test_columns_of_newer_versions_stand_in_the_message() -> None:
    assert json.loads(read(InterSafe(), _line("\t", "added").encode()).records[1]["message"])["column_26"] == "added"


def test_japanese_of_cp932() -> None:
    data = (SAMPLES / "intersafe/InterSafe_http.log").read_bytes()

    assert not data.isascii()
    assert json.loads(read(InterSafe(), data).records[1]["message"])["group"] == "営業部\\営業一課"


@pytest.mark.parametrize(
    "line", [b"\0" * 50, b"\xff\xfe", _line()[:60].encode(), _line(at_0="2026/13/45").encode(), b"x" * 3_000_000]
)
def test_a_hostile_line_costs_itself_alone(line: bytes) -> None:
    result = read(InterSafe(), b"\n".join([_line().encode(), line, _line().encode()]))

    assert list(result.unread) == [2]
    assert list(result.records) == [1, 3]


@pytest.mark.parametrize(
    ("line", "is_intersafe"),
    [(_line(), True), (_line(at_7="Proxied"), True), (_line(at_7="done"), False), (_line(" ", "one", "more"), False)],
)
def test_recognition(line: str, is_intersafe: bool) -> None:
    assert InterSafe().recognises(Head("InterSafe_http.log", f"{line}\n".encode() * 3)) is is_intersafe
