import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.extract.passwords import CANDIDATES, candidates, speaks_of_password

WHEN = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)

TOLD = [
    ("先程お送りした議事録のパスワードをお知らせいたします。\n\n    Kaiyo1234\n\nよろしく", "Kaiyo1234"),
    ("解凍パスワード：Kaiyo1234", "Kaiyo1234"),
    ("解凍パスワードは「Kaiyo1234」です。", "Kaiyo1234"),
    ("パスワードはKaiyo1234となります", "Kaiyo1234"),
    ("添付のパスワードは以下のとおりです。\n──────\n・・・・Kaiyo1234・・・・\n──────", "Kaiyo1234"),
    ("【パスワード】\n[Kaiyo1234]", "Kaiyo1234"),
    ("ﾊﾟｽﾜｰﾄﾞ → Kaiyo1234", "Kaiyo1234"),
    ("ＰＡＳＳ：Ｋａｉｙｏ１２３４", "Kaiyo1234"),
    ("PW: Kaiyo-12;34!", "Kaiyo-12;34!"),
    ("Password = 'Kaiyo1234'", "Kaiyo1234"),
    ("The password is Kaiyo1234.", "Kaiyo1234"),
    ("Please open it with this password:\n\nKaiyo1234\n\nBest regards", "Kaiyo1234"),
    ("暗証番号　7781", "7781"),
    ("パスワードは「海洋政策」です", "海洋政策"),
    ("パスワードは本日の日付（西暦8桁）です。", "20261008"),
    ("The password is today's date (YYYYMMDD).", "20261008"),
    ("パスワードは弊社の電話番号の下4桁です。\n--\nTEL 03-0000-1234", "1234"),
]


@pytest.mark.parametrize(("text", "password"), TOLD, ids=[text[:20] for text, _ in TOLD])
def test_passwords_as_people_write_them(text: str, password: str) -> None:
    assert speaks_of_password(text)
    assert password in [one.password for one in candidates(text, WHEN)[:4]]


def test_line_and_reason_are_told_and_full_width_is_tried_both_ways() -> None:
    found = candidates("前略\n解凍パスワード：Ｋ１２３４", WHEN)

    assert [(one.password, one.line) for one in found[:2]] == [("K1234", 2), ("Ｋ１２３４", 2)]
    assert "パスワード" in found[0].reason


def test_the_many_words_of_a_long_text_take_no_time_each() -> None:
    text = "パスワード：ａ１２３\n" * 2_000 + "Kaiyo1234 " * 3_000_000

    assert [one.password for one in candidates(text)][:2] == ["a123", "ａ１２３"]


def test_text_without_a_password_gives_little() -> None:
    text = "お世話になっております。\n会議は10月8日です。\nhttp://example.jp/a1\nsato1@example.jp\n"

    assert not speaks_of_password(text)
    assert [one.password for one in candidates(text, WHEN)] == []


WORDS = st.text(st.sampled_from("ABCDEFGHJKabcdefghjk23456789!#$%+?"), min_size=6, max_size=20).filter(
    lambda word: word[-1].isalnum() and word[0].isalnum()
)
FRAMES = st.sampled_from(
    ["パスワード：{}", "パスワードは「{}」です。", "Password: {}", "the password is “{}”", "PWは以下です\n\n  {}\n"]
)


@given(WORDS, FRAMES, st.booleans())
def test_a_labelled_word_comes_first(word: str, frame: str, wide: bool) -> None:
    written = "".join(chr(ord(letter) + 0xFEE0) for letter in word) if wide else word

    assert word in [one.password for one in candidates(f"こんにちは\n{frame.format(written)}\n敬具", WHEN)[:3]]


@given(st.one_of(st.text(max_size=300), st.text("パスワード:は「」password \n桁下4電話日付09-!", max_size=200)))
def test_any_text_gives_a_bounded_list_of_what_stands_in_it(text: str) -> None:
    found = candidates(text, WHEN)

    assert len(found) <= CANDIDATES
    assert len({one.password for one in found}) == len(found)
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\u3000", "")
    for one in found:
        assert one.reason
        assert 0 <= one.line <= text.count("\n") + 1
        assert not one.line or one.password in text or one.password.replace(" ", "") in plain
