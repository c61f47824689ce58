"""URLs: by their host first, then by how the records write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.hunt.urls import Hidden, hidden_urls, sight_urls
from sekimori.model.indicator import MatchMode
from sekimori.model.match import Sighting
from sekimori.model.role import Role
from sekimori.values import url
from sekimori.values.types import ObservableType as T
from tests.hunt.small import Row, Small, indicator, table_of

START = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def _line(text: str, at: int = 0) -> Row:
    return {"url_original": text, "url_domain": url.host_of(text), "timestamp": START + timedelta(minutes=at)}


def _hunted(pattern: str, *texts: str, mode: MatchMode = MatchMode.URL_PREFIX) -> list[Sighting]:
    lines = Small().add("network", [_line(text, at) for at, text in enumerate(texts)])
    wanted = pattern if mode in {MatchMode.CONTAINS, MatchMode.REGEX} else url.normal(pattern)
    return sight_urls(table_of(indicator(T.URL, wanted, mode)), lines)


@pytest.mark.parametrize(
    "written",
    [
        "http://evil.example/gate/",
        "http://evil.example/gate/in.php?id=1",
        "https://evil.example/gate/x",
        "HTTP://EVIL.example:80/gate/",
        "http://evil.example./gate/x",
        "http://evil.example//gate///x",
        "http://evil.example/%67ate/x",
        "http://evil.example/a/../gate/x",
    ],
)
def test_what_begins_with_the_prefix(written: str) -> None:
    (found,) = _hunted("http://evil.example/gate/", written)
    assert (found.match.value, found.count) == (url.normal(written), 1)
    assert (found.kind, found.field, found.role) == ("network", "url_original", Role.DESTINATION)
    assert found.match.clause == f"{url.normal(written)} begins with http://evil.example/gate/"


@pytest.mark.parametrize(
    "written",
    [
        "http://evil.example/",
        "http://evil.example/Gate/x",
        "http://notevil.example/gate/",
        "http://evil.example.cdn.example/gate/",
        "http://a.evil.example/gate/",
        "http://evil.example:8080/gate/",
        "ftp://evil.example/gate/",
        "http://search.example/?u=http://evil.example/gate/",
        "evil.example:443",
    ],
)
def test_what_does_not(written: str) -> None:
    assert _hunted("http://evil.example/gate/", written) == []


def test_a_line_of_a_tunnel_has_a_host_and_never_a_path() -> None:
    assert _hunted("https://evil.example/gate", "evil.example:443") == []
    assert len(_hunted("https://evil.example/", "evil.example:443")) == 1


def test_equality_is_of_the_whole_url() -> None:
    found = _hunted("http://evil.example/a", "http://EVIL.example/a", "http://evil.example/a?b", mode=MatchMode.EQUAL)
    assert [(one.match.value, one.count) for one in found] == [("http://evil.example/a", 1)]


PARTS = st.sampled_from(["", "/", "/a", "/a/", "/ab", "/a?x=1", "/b/../a", "//a", "/%61", "/A", "/a#top", "/a/b.php"])
HOSTS = st.sampled_from(["evil.example", "EVIL.example.", "notevil.example", "198.51.100.9", "evil.example:8080"])
URLS = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}{path}", st.sampled_from(["http", "https"]), HOSTS, PARTS
)


@given(texts=st.lists(URLS, max_size=8), patterns=st.lists(URLS, min_size=1, max_size=4))
def test_every_url_beside_every_prefix(texts: list[str], patterns: list[str]) -> None:
    wanted = {url.normal(pattern) for pattern in patterns}
    table = table_of(*[indicator(T.URL, pattern, MatchMode.URL_PREFIX) for pattern in sorted(wanted)])
    found = sight_urls(table, Small().add("network", [_line(text, at) for at, text in enumerate(texts)]))
    expected: dict[tuple[str, str], int] = {}
    for pattern in wanted:
        for text in texts:
            if url.is_prefix(pattern, text):
                key = (pattern, url.normal(text))
                expected[key] = expected.get(key, 0) + 1
    assert {(one.match.pattern, one.match.value): one.count for one in found} == expected


def test_times_and_counts_are_summed_by_evidence() -> None:
    urls = Small()
    urls.add("network", [_line("http://evil.example/a", 3), _line("http://EVIL.example/a", 9)], source=1)
    urls.add("network", [_line("https://evil.example/a", 5), _line("http://evil.example/a", 1)], source=2)
    pattern = indicator(T.URL, "http://evil.example/a", MatchMode.URL_PREFIX)
    found = {one.match.value: one for one in sight_urls(table_of(pattern), urls)}
    assert set(found) == {"http://evil.example/a", "https://evil.example/a"}
    plain = found["http://evil.example/a"]
    assert [(seen.evidence, seen.count) for seen in sorted(plain.seen, key=lambda one: one.evidence)] == [
        (1, 2),
        (2, 1),
    ]
    assert (plain.first, plain.last, plain.count) == (START + timedelta(minutes=1), START + timedelta(minutes=9), 3)


def test_a_mail_with_the_url_twice_is_one_record() -> None:
    urls = ["http://evil.example/a", "http://EVIL.example/a", "http://evil.example/b"]
    mail = {"url_original": urls, "url_domain": ["evil.example"], "timestamp": START}
    pattern = indicator(T.URL, "http://evil.example/", MatchMode.URL_PREFIX)
    found = {one.match.value: one for one in sight_urls(table_of(pattern), Small().add("message", [mail]))}
    assert {value: one.count for value, one in found.items()} == {
        "http://evil.example/a": 1,
        "http://evil.example/b": 1,
    }
    assert {one.role for one in found.values()} == {Role.CONTENT}


def test_records_are_asked_for_only_where_the_host_was_observed() -> None:
    lines = Small().add("network", [_line("http://other.example/")])
    wanted = [indicator(T.URL, f"http://evil{n}.example/", MatchMode.URL_PREFIX) for n in range(100)]
    assert sight_urls(table_of(*wanted), lines) == []
    assert lines.asked == ["equal"]


def test_a_part_is_found_on_any_host_in_any_writing() -> None:
    texts = ["http://one.example/a/Gate.php?x", "https://two.example/%67ate.php", "http://two.example/"]
    found = _hunted("/gate.php", *texts, "three.example:443", mode=MatchMode.CONTAINS)
    values = {one.match.value: one.match.clause for one in found}
    one, two = "http://one.example/a/Gate.php?x", "https://two.example/gate.php"
    assert values == {one: f"{one} contains /gate.php", two: f"{two} contains /gate.php"}


def test_a_part_is_found_as_it_is_read() -> None:
    (found,) = _hunted("日本.example/資料", "http://xn--wgv71a.example/%e8%b3%87%e6%96%99", mode=MatchMode.CONTAINS)
    assert found.match.value == "http://xn--wgv71a.example/%E8%B3%87%E6%96%99"


def test_an_expression_is_tried_on_every_url() -> None:
    texts = ["http://one.example/a1/x.php", "http://one.example/a1/x.php", "http://two.example/b/x.php"]
    (found,) = _hunted("/a[0-9]+/x[.]php$", *texts, mode=MatchMode.REGEX)
    assert (found.match.value, found.count, found.field) == ("http://one.example/a1/x.php", 2, "url_original")
    assert (found.first, found.last) == (START, START + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (r"http://Evil\.example/a", "http://evil.example/a"),
        (r"^HTTP://EVIL\.EXAMPLE/a", "http://evil.example/a"),
        (r"://evil\.example/Gate\.php", "https://EVIL.example/gate.php"),
        ("/資料/", "http://evil.example/%E8%B3%87%E6%96%99/a.zip"),
        ("/資料/", "http://evil.example/資料/a.zip"),
        ("//日本[.]example/a b", "http://日本.example/a%20b"),
    ],
)
def test_an_expression_agrees_with_a_url_whatever_the_case(expression: str, written: str) -> None:
    (found,) = _hunted(expression, written, mode=MatchMode.REGEX)
    assert (found.match.value, found.match.pattern) == (url.normal(written), expression)


@given(
    texts=st.lists(URLS, max_size=8), parts=st.lists(st.sampled_from(["/a", "b.php", "example/a", "x=1"]), unique=True)
)
def test_every_url_beside_every_part(texts: list[str], parts: list[str]) -> None:
    table = table_of(*[indicator(T.URL, part, MatchMode.CONTAINS) for part in parts])
    mails = [{"url_original": texts, "url_domain": ["evil.example"], "timestamp": START}]
    found = sight_urls(table, Small().add("message", mails))
    expected = {(part, url.normal(text)) for part in parts for text in texts if part in url.normal(text).lower()}
    assert {(one.match.pattern, one.match.value) for one in found} == expected
    assert all(one.count == 1 for one in found)


def test_contacts_that_show_no_path_are_counted_by_pattern() -> None:
    lines = Small().add(
        "network",
        [
            {"url_domain": "evil.example", "url_original": "evil.example:443", "http_request_method": "CONNECT"},
            {"url_domain": "evil.example", "url_original": "evil.example:443", "http_request_method": "CONNECT"},
            {"url_domain": "evil.example"},
            {"url_domain": "evil.example", "url_original": "http://evil.example/a", "http_request_method": "GET"},
            {"url_domain": "a.evil.example"},
            {"url_domain": "notevil.example"},
        ],
    )
    gate = indicator(T.URL, "https://evil.example/gate", MatchMode.URL_PREFIX)
    other = indicator(T.URL, "https://other.example/", MatchMode.URL_PREFIX)
    reason = "its host was contacted 3 times in ways that show no path (encrypted)"
    assert hidden_urls(table_of(gate, other), lines) == {gate.identity: Hidden(reason=reason, wholly=True)}
    assert "pathless" not in lines.asked


TUNNELS: list[Row] = [
    {"url_domain": "one.example", "url_original": "one.example:443", "http_request_method": "CONNECT"},
    {"url_domain": "one.example", "url_original": "one.example:8443"},
    {"url_domain": "two.example"},
    {"dns_question_name": "three.example"},
]
SHOWN: list[Row] = [
    {"url_domain": "four.example", "url_original": "http://four.example/", "http_request_method": "GET"}
]


@pytest.mark.parametrize("mode", [MatchMode.CONTAINS, MatchMode.REGEX])
def test_a_pattern_of_any_host_is_weakened_by_all_records_without_a_path(mode: MatchMode) -> None:
    part = indicator(T.URL, "/nothing/here", mode)
    some, none = Small().add("network", [*TUNNELS, *SHOWN]), Small().add("network", TUNNELS)
    few = "4 of 5 records show no path (encrypted connections, look-ups of names)"
    all_ = "4 of 4 records show no path (encrypted connections, look-ups of names)"
    assert hidden_urls(table_of(part), some) == {part.identity: Hidden(reason=few, wholly=False)}
    assert hidden_urls(table_of(part), none) == {part.identity: Hidden(reason=all_, wholly=True)}
    assert hidden_urls(table_of(part), Small().add("network", SHOWN)) == {}
    assert hidden_urls(table_of(part), Small()) == {}
