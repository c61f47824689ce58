"""When two names are one person's, and which words of a list stand in a text."""

import pytest

from sekimori.triage.history import name_key, same_name
from sekimori.triage.words import words_in


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("山田 太郎", "山田太郎", True),
        ("山田太郎（東和精機）", "山田 太郎", True),
        ("東和精機 山田太郎", "山田太郎", True),
        ("学会事務局", "事務局", False),
        ("Taro Yamada", "taro yamada", True),
        ("Apple Support", "Support", False),
        ("山田", "山田太郎", False),
        ("", "", False),
    ],
)
def test_a_japanese_name_is_found_beside_its_office(one: str, other: str, *, same: bool) -> None:
    assert same_name(name_key(one), name_key(other)) is same


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("取材のご案内とご講演のお願い", ["取材", "ご講演"]),
        ("講演とご講演、また講演", ["講演", "ご講演"]),
        ("the interview requested", []),
        ("an interview request", ["interview request"]),
        ("", []),
    ],
)
def test_words_stand_in_their_order_the_longest_of_those_in_one_another(text: str, found: list[str]) -> None:
    assert words_in("lures", "request", text) == found
