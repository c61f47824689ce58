"""Where a hit stands in the text as written, which fields agreed, and the excerpt that shows it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.query import Between, Field
from sekimori.search.agreeing import agreed, values_of
from sekimori.search.locating import spans_of
from sekimori.search.parsing import parse
from sekimori.values.text import fold

TOKYO = ZoneInfo("Asia/Tokyo")
MESSAGE = {
    "email_from_address": "info@tide-sync.example",
    "email_from_name": "山田 太郎",
    "email_to_address": ["sato@example.jp"],
    "email_subject": "輸出管理に関する会議",
    "email_body_text": "佐藤様\n\nいつもお世話になっております。来週の輸出\n管理会議の議事録です。" + "長" * 200,
    "email_sender_domain": ["mail.tide-sync.example"],
    "hash_sha256": "ab" * 32,
    "email_message_id": None,
}
ATTACHMENTS: list[dict[str, object]] = [
    {"file_name": "議事録.zip", "file_text": None},
    {"file_name": "a.txt", "file_text": "secret plan"},
]
VALUES = values_of(MESSAGE, ATTACHMENTS, ["sato"])


@pytest.mark.parametrize(
    ("text", "parts", "hits"),
    [
        ("ABC", ("b",), ["B"]),
        ("これはｶﾞﾗｽです", ("ガラス",), ["ｶﾞﾗｽ"]),
        ("ＥＴＣカード", ("etc",), ["ＥＴＣ"]),
        ("etcｶｰﾄﾞ", ("ＥＴＣ", "カード"), ["etc", "ｶｰﾄﾞ"]),
        ("use after\n   free", ("after free",), ["after\n   free"]),
        ("輸出\r\n管理", ("輸出管理",), ["輸出\r\n管理"]),
        ("輸出；\n管理", ("出; 管",), ["出；\n管"]),
        ("輸出 管理", ("輸出管理",), None),
        ("㈱日本", ("(株)",), ["㈱"]),
        ("ﬁne", ("i",), ["ﬁ"]),
        ("a\u200bb", ("ab",), ["a\u200bb"]),
        ("b a", ("a", "b"), None),
        ("", ("a",), None),
    ],
)
def test_hit_stands_where_it_was_written(text: str, parts: tuple[str, ...], hits: list[str] | None) -> None:
    spans = spans_of(text, parts)

    assert (None if spans is None else [text[first:end] for first, end in spans]) == hits


@given(st.text(max_size=20), st.text(alphabet="aＡか\u3099ﾊﾟ輸 1", min_size=1, max_size=6), st.text(max_size=20))
def test_what_is_within_is_found_whole(before: str, text: str, after: str) -> None:
    wanted = fold(text)
    spans = spans_of(f"{before} {text} {after}", (text,))

    assert (spans is None) == (not wanted)
    for first, end in spans or []:
        assert fold(wanted) in fold(f"{before} {text} {after}"[first:end])


@pytest.mark.parametrize(
    ("text", "fields", "marked"),
    [
        ("輸出管理", (Field.SUBJECT, Field.BODY), "輸出\n管理"),
        ("件名:輸出", (Field.SUBJECT,), "輸出"),
        ("議事録", (Field.BODY, Field.ATTACHMENT), "議事録"),
        ("添付:議事録 from:太郎", (Field.FROM, Field.ATTACHMENT), "議事録"),
        ("内容:SECRET", (Field.CONTENT,), "secret"),
        ("domain:tide-sync.example", (Field.DOMAIN,), "tide-sync.example"),
        ("de-sync.exam", (Field.FROM, Field.DOMAIN), "de-sync.exam"),
        ("hash:" + "AB" * 32, (Field.HASH,), "ab" * 32),
        ("mailbox:sat -件名:輸出", (Field.MAILBOX,), "sat"),
        ("件名:x OR 宛先:SATO@", (Field.TO,), "sato@"),
        ("NOT NOT 件名:会議", (Field.SUBJECT,), "会議"),
        ("本文:世話*議事録", (Field.BODY,), "世話"),
    ],
)
def test_fields_that_agreed_and_the_excerpt(text: str, fields: tuple[Field, ...], marked: str) -> None:
    found = agreed(parse(text, TOKYO), VALUES)

    assert found.fields == fields
    assert found.excerpt is not None
    first, end = found.excerpt.hits[0]
    assert found.excerpt.text[first:end] == marked


def test_excerpt_is_short_and_says_where_it_is_cut() -> None:
    excerpt = agreed(parse("本文:議事録", TOKYO), VALUES).excerpt

    assert excerpt is not None
    assert (excerpt.cut_before, excerpt.cut_after) == (True, True)
    assert len(excerpt.text) < 140


def test_excerpt_cuts_no_word_at_its_beginning() -> None:
    values = values_of({"email_body_text": "x" * 50 + " see http://evil.example/a/path for plans"}, [])
    excerpt = agreed(parse("本文:plans", TOKYO), values).excerpt

    assert excerpt is not None
    assert excerpt.text.startswith("http://evil")


@pytest.mark.parametrize("text", ["domain:sync.example", "件名:長"])
def test_nothing_is_shown_of_what_does_not_stand_there(text: str) -> None:
    assert agreed(parse(text, TOKYO), VALUES).fields == ()


def test_time_alone_shows_no_excerpt() -> None:
    found = agreed(Between(after=datetime(2026, 1, 1, tzinfo=UTC)), VALUES)

    assert (found.fields, found.excerpt) == ((), None)
