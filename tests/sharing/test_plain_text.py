"""Lists without columns and prose."""

import pytest

from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.sharing.plain_text import PlainText
from sekimori.sharing.reading import read_indicators


def rows(text: str) -> list[Indicator | RefusedRow]:
    return list(PlainText().read("list.txt", text.encode()))


def patterns(text: str) -> list[str]:
    return [row.pattern for row in rows(text) if isinstance(row, Indicator)]


def test_comments_describe_what_follows() -> None:
    found = rows(
        "# Reference: https://a.example/1\n# Reference: https://a.example/2\n\n"
        "evil.example\n203.0.113.9:443\n# other\nb.example"
    )
    assert [row.description for row in found if isinstance(row, Indicator)] == [
        "Reference: https://a.example/1; Reference: https://a.example/2",
        "Reference: https://a.example/1; Reference: https://a.example/2 (port 443)",
        "other",
    ]


def test_a_control_character_costs_its_line_alone() -> None:
    indicators, refused = read_indicators("list.txt", b"evil.example\nev\0il.example\n203.0.113.9\n")
    assert [one.pattern for one in indicators] == ["evil.example", "203.0.113.9"]
    assert [row.origin for row in refused] == ["list.txt, line 2"]


def test_lines_are_told_and_refused() -> None:
    found = rows("evil.example\n\n; comment\n// comment\nHashes:\nnothing here\n")
    assert [(row.origin, row.reason) for row in found if isinstance(row, RefusedRow)] == [
        ("list.txt, line 5", "'Hashes:' looks like nothing that is hunted"),
        ("list.txt, line 6", "nothing in it is recognised"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  - evil.example   # since May", ["evil.example"]),
        ("12) 203.0.113.9", ["203.0.113.9"]),
        ("//evil.example/a", ["evil.example"]),
        (f"- {'a' * 64}  document.docx", ["a" * 64]),
        (f"{'A' * 32} {'b' * 40}", ["a" * 32, "b" * 40]),
        (
            "C2はhxxps://evil[.]example/aとevil2[.]example（203[.]0[.]113[.]9）",
            ["https://evil.example/a", "evil2.example", "203.0.113.9"],
        ),
        ("taro[at]evil.example から evil.example へ", ["evil.example", "taro@evil.example"]),
        ("evil.example evil.example", ["evil.example"]),
    ],
)
def test_prose(line: str, expected: list[str]) -> None:
    assert patterns(line) == expected


def test_a_line_without_end_is_refused() -> None:
    (row,) = rows("x " * 60_000)
    assert isinstance(row, RefusedRow)
    assert row.reason == "the line is too long"
    assert len(row.text) == 200


@pytest.mark.parametrize(
    "data",
    [b"", b"  \n", b'{"Event": {}}', b'[{"a": 1}]', b"<?xml version='1.0'?>", b"<html>", bytes(50), b"%PDF-1.7\n"],
)
def test_what_is_no_text(data: bytes) -> None:
    assert not PlainText().recognises("a.txt", data)


@pytest.mark.parametrize(
    "data", [b"[.] evil", "\ufeffevil.example".encode(), "evil.example".encode("utf-16"), "通信先".encode("cp932")]
)
def test_what_is_text(data: bytes) -> None:
    assert PlainText().recognises("a.txt", data)
