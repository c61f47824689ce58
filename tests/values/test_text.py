import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import text
from sekimori.values.errors import InvalidValue

PROFILE = settings(derandomize=True, max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  Hello\t WORLD ", "hello world"),
        ("Ｈｅｌｌｏ　１２３", "hello 123"),
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
        ("か\u3099", "が"),
        ("Straße", "strasse"),
        ("in\u00advoi\u200bce", "invoice"),
        ("葛\U000e0100城", "葛城"),
        ("①㈱", "1(株)"),
        ("10〜12", "10~12"),
        ("10～12", "10~12"),
        ("a−b", "a-b"),
        ("a－b", "a-b"),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert text.fold(written) == folded


def test_fold_keeps_hiragana_and_katakana_apart() -> None:
    assert text.fold("さくら") != text.fold("サクラ")


def test_fold_is_stable_for_every_character() -> None:
    ideographs = range(0x3400, 0xF900)  # and Hangul, surrogates, private use: nothing folds there
    folded = [text.fold(chr(code)) for code in range(0x20000) if code not in ideographs]
    assert [character for character in folded if text.fold(character) != character] == []


@PROFILE
@given(st.text())
def test_fold_laws(written: str) -> None:
    folded = text.fold(written)
    assert text.fold(folded) == folded
    assert text.fold(f" {written}\n") == folded
    assert {text.fold(unicodedata.normalize(form, written)) for form in ("NFC", "NFD", "NFKC", "NFKD")} == {folded}
    assert "  " not in folded


@PROFILE
@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_fold_agrees_with_the_long_way(written: str) -> None:
    assert text.fold(written + "\u00ad") == text.fold(written)


def test_subject() -> None:
    assert text.subject("RE: Fwd:  【重要】会議 ") == "re: fwd: 【重要】会議"


@pytest.mark.parametrize("written", ["", " ", "-", "\u200b", "a\0"])
def test_subject_refuses(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        text.subject(written)
    assert (caught.value.type, caught.value.text) == ("subject", written)
