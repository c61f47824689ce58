"""Where a hit stands in the text as written, which fields agreed, and the excerpt that shows it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.query import Between, Contains, Field
from sekimori.search.agreeing import agreed, values_of
from sekimori.search.parsing import parse
from sekimori.store.mail_index.as_written import signs, written
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, without_own
from sekimori.store.mail_index.mails import IndexedMail, Part
from sekimori.values.text import fold

TOKYO = ZoneInfo("Asia/Tokyo")
HELD = {
    Part.FROM: ["info@tide-sync.example"],
    Part.NAME: ["山田 太郎"],
    Part.TO: ["sato@example.jp"],
    Part.SUBJECT: ["輸出管理に関する会議"],
    Part.BODY: ["佐藤様\n\nいつも大変お世話になっております。さて、来週の輸出\n管理会議の議事録です。" + "長" * 200],
    Part.DOMAIN: ["mail.tide-sync.example"],
    Part.HASH: ["ab" * 32],
    Part.ATTACHMENT: ["議事録.zip", "a.txt"],
    Part.CONTENT: ["secret plan"],
}


def mail_of(held: Mapping[Part, Sequence[str]]) -> IndexedMail:
    """A mail of some values."""
    text = written("".join(VALUE_END.join(held.get(part, [])) + FIELD_END for part in Part))
    return IndexedMail(evidence=1, time=None, is_encrypted=False, written=text, text=signs(text))


VALUES = values_of(mail_of(HELD), ["sato"])


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("ABC", "b", ["B"]),
        ("これはｶﾞﾗｽです", "ガラス", ["ガﾗｽ"]),
        ("ＥＴＣカード", "etc", ["ＥＴＣ"]),
        ("etcｶｰﾄﾞ", "ＥＴＣ*カード", ["etc", "ｶｰド"]),
        ("use after\n   free", '"after free"', ["after free"]),
        ("輸出\r\n管理", "輸出管理", ["輸出管理"]),
        ("輸出；\n管理", '"出; 管"', ["出； 管"]),
        ("輸出 管理", "輸出管理", None),
        ("㈱日本", '"(株)"', ["(株)"]),
        ("ﬁne", "i", ["i"]),
        ("a\u200bb", "ab", ["ab"]),
        ("b a", "a*b", None),
        ("Straße", "STRASSE", ["Strasse"]),
        ("", "a", None),
    ],
)
def test_hit_is_shown_as_it_was_written(text: str, asked: str, marked: list[str] | None) -> None:
    """Case and width stay; what folds to other characters in number is shown folded."""
    found = agreed(parse(f"本文:{asked}", TOKYO), values_of(mail_of({Part.BODY: [text]})))

    excerpt = found.excerpt
    assert (excerpt and [excerpt.text[first:end] for first, end in excerpt.hits]) == marked


@given(st.text(max_size=20), st.text(alphabet="aＡか\u3099ﾊﾟ輸 1", min_size=1, max_size=6), st.text(max_size=20))
def test_what_is_within_is_found_whole(before: str, text: str, after: str) -> None:
    asked = Contains(Field.BODY, (text,))
    excerpt = agreed(asked, values_of(mail_of({Part.BODY: [without_own(f"{before} {text} {after}")]}))).excerpt

    assert (excerpt is None) == (not fold(text))
    if excerpt:
        ((first, end),) = excerpt.hits
        assert fold(text) in fold(excerpt.text[first:end])


@pytest.mark.parametrize(
    ("text", "fields", "marked"),
    [
        ("輸出管理", (Field.SUBJECT, Field.BODY), "輸出管理"),
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
    values = values_of(mail_of({Part.BODY: ["x" * 50 + " see http://evil.example/a/path for plans"]}))
    excerpt = agreed(parse("本文:plans", TOKYO), values).excerpt

    assert excerpt is not None
    assert excerpt.text.startswith("http://evil")


@pytest.mark.parametrize("text", ["domain:sync.example", "件名:長"])
def test_nothing_is_shown_of_what_does_not_stand_there(text: str) -> None:
    assert agreed(parse(text, TOKYO), VALUES).fields == ()


def test_time_alone_shows_no_excerpt() -> None:
    found = agreed(Between(after=datetime(2026, 1, 1, tzinfo=UTC)), VALUES)

    assert (found.fields, found.excerpt) == ((), None)
