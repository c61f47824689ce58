import pytest

from sekimori.readers.work.headers import is_header, known_words, plain_header, role_of, roles_of


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("作業者", "person"),
        ("作業者（氏名）", "person"),
        ("作業日時（開始）", "start"),
        (" 開始 時刻 ", "start"),
        ("ＩＤ", "account"),
        ("対象\nサーバ", "host"),
        ("Start Time", "start"),
        ("IP", None),
        ("", None),
        ("作業者" * 20, None),
    ],
)
def test_roles(text: str, role: str | None) -> None:
    assert role_of(text) == role


def test_the_first_column_of_a_role_counts() -> None:
    assert roles_of(["No", "作業内容", "内容", "担当"]) == {"work": 1, "person": 3}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["作業日", "作業者", "作業内容"], True),
        (["時間", "対象", "ID", "内容"], True),
        (["作業者", "作業内容"], False),
        (["作業日", "作業内容", "対象"], False),
        (["2026/1/15", "田中", "確認"], False),
    ],
)
def test_a_header_tells_who_when_and_what(cells: list[str], expected: bool) -> None:
    assert is_header(cells) is expected


def test_every_synonym_is_written_as_it_is_compared() -> None:
    assert all(plain_header(word) == word for word in known_words())
