"""What people type, the question it is, and what is said where it is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.render.messages import translator
from sekimori.search.errors import QueryError
from sekimori.search.names import typed
from sekimori.search.parsing import parse
from sekimori.search.printing import printed
from sekimori.values import address
from sekimori.values.text import fold

TOKYO = ZoneInfo("Asia/Tokyo")


def said(text: str) -> Query:
    return parse(text, TOKYO)


def has(field: Field, *parts: str) -> Contains:
    return Contains(field, parts)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("輸出管理", has(Field.ANY, "輸出管理")),
        ("件名:輸出管理 添付:議事録", And((has(Field.SUBJECT, "輸出管理"), has(Field.ATTACHMENT, "議事録")))),
        ("件名：「輸出 管理」　本文：x", And((has(Field.SUBJECT, "輸出 管理"), has(Field.BODY, "x")))),
        ("ＳＵＢＪＥＣＴ：ＡＢＣ", has(Field.SUBJECT, "ＡＢＣ")),
        ("件名: 輸出管理", has(Field.SUBJECT, "輸出管理")),
        ('"a ""b"" c"', has(Field.ANY, 'a "b" c')),
        ("“it's one”", has(Field.ANY, "it's one")),
        ("『「輸出」』", has(Field.ANY, "「輸出」")),
        ('5"disk 輸出「管理」', And((has(Field.ANY, '5"disk'), has(Field.ANY, "輸出「管理」")))),
        ("本文:輸出*管理", has(Field.BODY, "輸出", "管理")),
        ('body:"a b"＊"c d"', has(Field.BODY, "a b", "c d")),
        ("*export*", has(Field.ANY, "export")),
        ('"*"', has(Field.ANY, "*")),
        ('body:" "', has(Field.BODY, " ")),
        ("a OR b c", Or((has(Field.ANY, "a"), And((has(Field.ANY, "b"), has(Field.ANY, "c")))))),
        ("a または b かつ c", Or((has(Field.ANY, "a"), And((has(Field.ANY, "b"), has(Field.ANY, "c")))))),
        ("（a または b） c", And((Or((has(Field.ANY, "a"), has(Field.ANY, "b"))), has(Field.ANY, "c")))),
        ("件名:(a OR 「b c」)", Or((has(Field.SUBJECT, "a"), has(Field.SUBJECT, "b c")))),
        ("a -to:b", And((has(Field.ANY, "a"), Not(has(Field.TO, "b"))))),
        ("a －（b c）", And((has(Field.ANY, "a"), Not(And((has(Field.ANY, "b"), has(Field.ANY, "c"))))))),
        ("NOT a 除く b", And((Not(has(Field.ANY, "a")), Not(has(Field.ANY, "b"))))),
        ("well-known and small", And((has(Field.ANY, "well-known"), has(Field.ANY, "and"), has(Field.ANY, "small")))),
        ("a - b", And((has(Field.ANY, "a"), has(Field.ANY, "-"), has(Field.ANY, "b")))),
        ("http://evil.example/a:b", has(Field.ANY, "http://evil.example/a:b")),
        ("2001:db8::1", has(Field.ANY, "2001:db8::1")),
        ("件名:Re:-会議", has(Field.SUBJECT, "Re:-会議")),
        ("件名:-5 本文:または", And((has(Field.SUBJECT, "-5"), has(Field.BODY, "または")))),
        ("12:30", has(Field.ANY, "12:30")),
        ("ip:203[.]0[.]113[.]7", has(Field.IP, "203.0.113.7")),
        ("ip:203.0.113.0/24", has(Field.IP, "203.0.113.0/24")),
        ("ip:203.0.113.0/255.255.255.0", has(Field.IP, "203.0.113.0/24")),
        ("ip:2001:DB8:0::1", has(Field.IP, "2001:db8::1")),
        ("ip:203.0.113.", has(Field.IP, "203.0.113.")),
        ("ip:203*7", has(Field.IP, "203", "7")),
        ("url:hxxp://evil[.]example/a", has(Field.URL, "http://evil.example/a")),
        ("差出人:taro[@]evil[.]example", has(Field.FROM, "taro@evil.example")),
        ('url:"evil[.]example"', has(Field.URL, "evil[.]example")),
        ("メッセージID:<a@b.example>", has(Field.MESSAGE_ID, "a@b.example")),
        ("hash:" + "AB" * 16, has(Field.HASH, "ab" * 16)),
        ("条件:暗号化", HasEncrypted()),
        ("has:encrypted", HasEncrypted()),
        ("以後:令和8年10月8日", Between(after=datetime(2026, 10, 7, 15, tzinfo=UTC))),
        ("after:2026/10/8", Between(after=datetime(2026, 10, 7, 15, tzinfo=UTC))),
        ("before:2026-10-08", Between(before=datetime(2026, 10, 7, 15, tzinfo=UTC))),
        ("以前:2026年10月8日", Between(before=datetime(2026, 10, 8, 15, tzinfo=UTC))),
        ('until:"2026-10-08 09:30"', Between(before=datetime(2026, 10, 8, 0, 31, tzinfo=UTC))),
        ('after:"2026-10-08T09:30:00Z"', Between(after=datetime(2026, 10, 8, 9, 30, tzinfo=UTC))),
    ],
)
def test_what_is_typed_is_understood(text: str, query: Query) -> None:
    assert said(text) == query


def test_a_day_ends_at_the_zones_midnight() -> None:
    found = parse("until:2026-03-29", ZoneInfo("Europe/Berlin"))  # a day of 23 hours
    assert found == Between(before=datetime(2026, 3, 29, 22, tzinfo=UTC))


@pytest.mark.parametrize("name", typed())
def test_every_name_that_is_listed_is_known(name: str) -> None:
    value = {"after": "2026-10-08", "before": "2026-10-08", "until": "2026-10-08", "has": "encrypted", "ip": "::1"}
    assert said(f"{name}:{value.get(name, 'ab' * 16)}")


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("", 1, "nothing"),
        ("　 ", 1, "nothing"),
        ("a (b", 3, "not closed"),
        ("a b)", 4, "not opened"),
        ("()", 2, "missing"),
        ("a OR", 5, "missing"),
        ("OR a", 1, "missing"),
        ("a AND OR b", 7, "missing"),
        ("-(a", 2, "not closed"),
        ('件名:"輸出', 4, "not closed"),
        ("「輸出", 1, "not closed"),
        ("件名:", 1, "colon"),
        ("件名: )", 1, "colon"),
        (":a", 1, "colon"),
        ("a sbject:b", 3, "no field is called"),
        ("Re:会議", 1, "no field is called"),
        ("subject:(to:b)", 10, "another"),
        ("before:(a)", 8, "parentheses"),
        ("*", 1, "nothing"),
        ('""', 1, "nothing"),
        ("件名:\u200b", 4, "nothing"),
        ("a hash:12*4", 8, "hash"),
        ("ip:abc", 4, "no part of an address"),
        ("a ip:203.0.113.0/33", 6, "prefix length"),
        ("ip:203.0.113.7/24", 4, "203.0.113.0/24"),
        ("has:paper", 5, "known: encrypted"),
        ("after:soon", 7, "time"),
        ("after:10月8日", 7, "year"),
        ("以後:2026-02-30", 4, "no day 30"),
        ("(" * 40 + "a", 32, "deep"),
        ("-" * 40 + "a", 32, "deep"),
        ("a " * 501, 1, "500"),
        ("a" * 8001, 8001, "8000"),
    ],
)
def test_misuse_is_told_with_its_column(text: str, column: int, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        said(text)
    assert caught.value.column == column
    assert reason in str(caught.value)
    assert f"{column}文字目" in translator("ja").reason(str(caught.value))
    assert translator("ja").reason(caught.value.reason) != caught.value.reason


_TEXTS = st.text(min_size=1, max_size=8).filter(lambda text: bool(fold(text) or text.strip() != text))
_TYPED = st.text(alphabet=st.sampled_from('ab輸-－:：*＊()（）「」"“” \u3000.@件名'), max_size=30)
_TIMES = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def _leaves() -> st.SearchStrategy[Query]:
    fields = st.sampled_from([field for field in Field if field not in {Field.HASH, Field.IP}])
    addresses = st.ip_addresses().map(lambda one: address.normal(str(one)))
    return st.one_of(
        st.builds(lambda one: has(Field.IP, one), addresses),
        st.builds(Contains, fields, st.lists(_TEXTS, min_size=1, max_size=3).map(tuple)),
        st.builds(lambda hexed: has(Field.HASH, hexed), st.text("0123456789abcdef", min_size=40, max_size=40)),
        st.builds(lambda time: Between(after=time), _TIMES),
        st.builds(lambda time: Between(before=time), _TIMES),
        st.just(HasEncrypted()),
    )


def _above(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, parts))


@given(st.recursive(_leaves(), _above, max_leaves=8))
def test_what_is_printed_is_read_as_it_was(query: Query) -> None:
    assert said(printed(query)) == query


@given(_TYPED)
def test_nothing_typed_raises_anything_else_and_all_of_it_is_printed(text: str) -> None:
    try:
        query = said(text)
    except QueryError as error:
        column = error.column
    else:
        assert said(printed(query)) == query
        column = 1
    assert 1 <= column <= len(text) + 1


def test_a_stretch_with_both_ends_is_printed_as_two() -> None:
    after, before = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC)
    query = Not(Between(after=after, before=before))
    assert said(printed(query)) == Not(And((Between(after=after), Between(before=before))))
