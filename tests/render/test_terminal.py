import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sekimori.model.report import CaseReport
from sekimori.render.messages import LANGUAGES
from sekimori.render.terminal import case_text, wrap


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_is_a_screenful(report: CaseReport, lang: str, snapshot: Callable[[str, str], None]) -> None:
    text = case_text(report, lang, 100).plain
    assert text.count("\n") <= 40
    snapshot(f"terminal-{lang}.txt", text)


@pytest.mark.parametrize("encoding", ["cp932", "cp437", "ascii", "utf-8"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_console_can_write_it(report: CaseReport, hostile: CaseReport, lang: str, encoding: str) -> None:
    for case in (report, hostile):
        text = case_text(case, lang, 80, encoding).plain
        assert text.encode(encoding)
        assert max(map(cell_len, text.split("\n"))) <= 82


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_text_does_not_move_the_cursor(hostile: CaseReport, lang: str) -> None:
    text = case_text(hostile, lang, 80).plain
    assert {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Cs")} == {"\n"}


def test_the_answers_are_coloured_but_not_by_colour_alone(report: CaseReport) -> None:
    text = case_text(report, "en", 80)
    assert "bold red" in {str(span.style) for span in text.spans}
    assert "● Who got it? seen\n" in text.plain


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "  three"]),
        ("日本語の文章です。", ["日本語の", "  文章で", "  す。"]),
        ("abcdefghijklmnop", ["abcdefgh", "  ijklmn", "  op"]),
        ("日本語文。次", ["日本語文。", "  次"]),
    ],
)
def test_lines_break_at_spaces_and_beside_wide_characters(text: str, lines: list[str]) -> None:
    assert wrap(text, 8, 2) == lines


@given(st.text("ab あ、。 漢\u0301"), st.integers(8, 30), st.integers(0, 4))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int, indent: int) -> None:
    lines = wrap(text, width, indent)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(cell_len, lines)) <= width + 2
