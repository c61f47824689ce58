"""Matching beside a brute-force oracle: every pattern with every value, by plain string logic."""

import ipaddress
import re
from collections.abc import Iterable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.hunt.matching import match
from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match
from sekimori.values.identity import value_id
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType as T
from tests.hunt.small import Small, indicator, table_of

# Few labels, so that random names share their ends, whole and in part.
LABELS = st.sampled_from(["a", "b", "evil", "notevil", "e", "vil", "xn--eckwd4c7c", "cdn", "0"])
NAMES = st.builds(
    lambda labels, top: ".".join([*labels, top]), st.lists(LABELS, max_size=4), st.sampled_from(["example", "test"])
)


def _asked(*names: str) -> Small:
    return Small().add("network", [{"dns_question_name": name} for name in names])


def _pairs(found: Iterable[Match]) -> set[tuple[str, str]]:
    return {(one.pattern, one.value) for one in found}


@given(values=st.lists(NAMES, max_size=12), patterns=st.lists(NAMES, max_size=6, unique=True))
def test_domain_and_below_is_equality_or_an_end_of_whole_labels(values: list[str], patterns: list[str]) -> None:
    found = match(table_of(*[indicator(T.DOMAIN, p, MatchMode.BELOW) for p in patterns]), _asked(*values))
    expected = {(p, v) for p in patterns for v in values if v.split(".")[-len(p.split(".")) :] == p.split(".")}
    assert _pairs(found) == expected
    assert len(found) == len(expected)


@given(values=st.lists(NAMES, max_size=12), patterns=st.lists(NAMES, max_size=6, unique=True))
def test_equality_is_equality(values: list[str], patterns: list[str]) -> None:
    found = match(table_of(*[indicator(T.DOMAIN, p) for p in patterns]), _asked(*values))
    assert _pairs(found) == {(p, p) for p in patterns if p in values}


@given(values=st.lists(NAMES, max_size=12), patterns=st.lists(NAMES.map(lambda n: n[1:-2]), max_size=6, unique=True))
def test_contains_is_any_substring(values: list[str], patterns: list[str]) -> None:
    wanted = [pattern for pattern in patterns if pattern]
    found = match(table_of(*[indicator(T.DOMAIN, p, MatchMode.CONTAINS) for p in wanted]), _asked(*values))
    expected = {(p, v) for p in wanted for v in values if p in v}
    assert _pairs(found) == expected
    assert len(found) == len(expected)


@given(values=st.lists(NAMES, max_size=12), label=LABELS)
def test_expressions_agree_anywhere_in_the_value(values: list[str], label: str) -> None:
    patterns = [rf"(^|\.){re.escape(label)}\.[a-z]+$", rf"^{label}", "[0-9]"]
    found = match(table_of(*[indicator(T.DOMAIN, p, MatchMode.REGEX) for p in patterns]), _asked(*values))
    assert _pairs(found) == {(p, v) for p in patterns for v in values if re.search(p, v)}


@pytest.mark.parametrize(
    ("kind", "field", "type_", "written", "expression"),
    [
        ("network", "dns_question_name", T.DOMAIN, "Evil.Example", r"EVIL\.EXAMPLE$"),
        ("network", "destination_ip", T.ADDRESS, "2001:DB8::A", "^2001:DB8:.*A$"),
        ("network", "email_address", T.MAIL_ADDRESS, "Spy@Evil.example", "^Spy@"),
        ("network", "email_address", T.MAIL_ADDRESS, "spy@evil.example", "^ＳＰＹ@"),
        ("message", "email_from_name", T.DISPLAY_NAME, "Yamada Taro", "^Yamada +TARO$"),
        ("message", "email_subject", T.SUBJECT, "Ｒｅ： INVOICE", "Re: (INVOICE|Quote)"),
        ("message", "email_subject", T.SUBJECT, "【重要】システム", "^【重要】ｼｽﾃﾑ$"),
        ("message", "email_subject", T.SUBJECT, "請求書（至急）", "（至急）$"),
        ("event", "file_name", T.FILE_NAME, "Invoice.EXE", "^Invoice[.]EXE$"),
        ("event", "process_executable", T.FILE_PATH, r"C:\Users\Sato\a.exe", r"C:\\Users\\.*\.exe$"),
        ("event", "registry_key", T.REGISTRY_KEY, r"HKLM\Software\Run", r"\\Software\\Run$"),
        ("event", "hash_value", T.HASH, "AB" * 16, "^(AB)+$"),
        ("event", "user_name", T.USER, r"EXAMPLE\Sato", "^SATO$"),
        ("event", "host_name", T.HOST, "PC-031", "^PC-[0-9]+$"),
        ("event", "service_name", T.SERVICE, "EvilSvc", "^EvilS"),
        ("event", "task_name", T.TASK, r"\Evil Update", r"\\Evil"),
    ],
)
def test_expressions_agree_whatever_the_case_where_the_normal_form_has_none(
    kind: str, field: str, type_: T, written: str, expression: str
) -> None:
    held = [written] if pa.types.is_list(KINDS[kind].field(field).type) else written
    found = match(table_of(indicator(type_, expression, MatchMode.REGEX)), Small().add(kind, [{field: held}]))
    assert [(one.pattern, one.value) for one in found] == [(expression, normal(type_, written))]


@pytest.mark.parametrize(
    ("kind", "field", "type_", "written", "begins"),
    [
        ("message", "email_message_id", T.MESSAGE_ID, "<Ab12@evil.example>", "^Ab"),
        ("message", "email_x_mailer", T.MAILER, "EvilMailer 1.0", "^Evil"),
        ("network", "user_agent_original", T.USER_AGENT, "Evil/1.0", "^Evil"),
    ],
)
def test_case_counts_in_expressions_where_the_normal_form_keeps_it(
    kind: str, field: str, type_: T, written: str, begins: str
) -> None:
    asked = Small().add(kind, [{field: written}])
    right, wrong = (indicator(type_, text, MatchMode.REGEX) for text in (begins, begins.swapcase()))
    assert [one.indicator for one in match(table_of(right, wrong), asked)] == [right.identity]


_READ = [
    ("network", "dns_question_name", T.DOMAIN, "www.日本.example", "日本"),
    ("network", "dns_question_name", T.DOMAIN, "XN--WGV71A.example", "日本.example"),
    ("network", "dns_question_name", T.DOMAIN, "日本.example", "xn--wgv71a"),
    ("network", "email_address", T.MAIL_ADDRESS, "sato@日本.example", "sato@日本"),
    ("event", "registry_key", T.REGISTRY_KEY, "HKLM\\Software\\Evil", "hkey_local_machine\\soft"),
    ("event", "registry_key", T.REGISTRY_KEY, "HKU\\S-1-5-21-1-2-3-1001\\Run", "hkey_current_user\\run"),
]


@pytest.mark.parametrize(("kind", "field", "type_", "written", "part"), _READ)
def test_what_people_read_is_found_in_parts_and_by_expressions(
    kind: str, field: str, type_: T, written: str, part: str
) -> None:
    held = [written] if pa.types.is_list(KINDS[kind].field(field).type) else written
    asked = Small().add(kind, [{field: held}])
    contains = indicator(type_, part, MatchMode.CONTAINS)
    regex = indicator(type_, re.escape(part).upper(), MatchMode.REGEX)
    found = match(table_of(contains, regex), asked)
    value = normal(type_, written)
    assert {(one.indicator, one.value) for one in found} == {(contains.identity, value), (regex.identity, value)}
    assert len(found) == 2


def test_no_part_goes_over_from_one_writing_to_the_other() -> None:
    asked = _asked("xn--wgv71a.example")
    wanted = [indicator(T.DOMAIN, part, MatchMode.CONTAINS) for part in ("example日本", "example 日本")]
    assert match(table_of(*wanted), asked) == []


def test_folding_an_expression_makes_no_sign_of_its_language() -> None:
    asked = Small().add("message", [{"email_subject": "a(b)c"}, {"email_subject": "abc"}, {"email_subject": "a.c"}])
    wanted = [indicator(T.SUBJECT, text, MatchMode.REGEX) for text in ("ａ（ｂ）ｃ", "ａ．ｃ")]
    assert _pairs(match(table_of(*wanted), asked)) == {("ａ（ｂ）ｃ", "a(b)c"), ("ａ．ｃ", "a.c")}


_V4 = st.ip_addresses(v=4, network="198.51.100.0/22").map(str)
_V6 = st.ip_addresses(v=6, network="2001:db8::/120").map(str)


@given(values=st.lists(_V4 | _V6, max_size=12), widths=st.lists(st.tuples(_V4 | _V6, st.integers(0, 12)), max_size=6))
def test_networks_hold_what_the_standard_library_says(values: list[str], widths: list[tuple[str, int]]) -> None:
    nets = {ipaddress.ip_network(f"{a}/{(32 if '.' in a else 128) - bits}", strict=False) for a, bits in widths}
    asked = Small().add("network", [{"destination_ip": value} for value in values])
    found = match(table_of(*[indicator(T.ADDRESS, str(net), MatchMode.CIDR) for net in nets]), asked)
    assert _pairs(found) == {(str(net), v) for net in nets for v in values if ipaddress.ip_address(v) in net}


@pytest.mark.parametrize(
    ("written", "agrees"),
    [
        ("evil.example", True),
        ("EVIL.Example.", True),
        ("a.b.evil.example", True),
        ("ｅｖｉｌ。ｅｘａｍｐｌｅ", True),
        ("notevil.example", False),
        ("evil.example.cdn.example", False),
        ("evil-example", False),
        ("example", False),
        ("xn--evil.example", False),
    ],
)
def test_names_agree_however_they_are_written(written: str, agrees: bool) -> None:
    found = match(table_of(indicator(T.DOMAIN, "evil.example", MatchMode.BELOW)), _asked(written))
    assert bool(found) == agrees


@pytest.mark.parametrize("written", ["関守.example", "www.関守.example.", "WWW.XN--39SZ56K.EXAMPLE"])
def test_a_name_in_unicode_is_its_name_in_ascii(written: str) -> None:
    assert match(table_of(indicator(T.DOMAIN, "xn--39sz56k.example", MatchMode.BELOW)), _asked(written))


def test_the_clause_says_which_part_agreed() -> None:
    asked = Small().add("network", [{"dns_question_name": "a.evil.example", "destination_ip": "198.51.100.9"}])
    clauses = {
        indicator(T.DOMAIN, "evil.example", MatchMode.BELOW): "a.evil.example ends with the labels evil.example",
        indicator(T.DOMAIN, "a.evil.example", MatchMode.BELOW): "a.evil.example is equal",
        indicator(T.DOMAIN, "a.evil.example"): "a.evil.example is equal",
        indicator(T.DOMAIN, "vil.ex", MatchMode.CONTAINS): "a.evil.example contains vil.ex",
        indicator(T.DOMAIN, "^a[.]", MatchMode.REGEX): "a.evil.example agrees with the expression ^a[.]",
        indicator(T.ADDRESS, "198.51.100.8/30", MatchMode.CIDR): "198.51.100.9 lies in the network 198.51.100.8/30",
    }
    found = {one.indicator: one for one in match(table_of(*clauses), asked)}
    assert {one.identity: clause for one, clause in clauses.items()} == {id_: one.clause for id_, one in found.items()}
    for one in clauses:
        agreed = found[one.identity]
        assert (agreed.mode, agreed.pattern, agreed.type) == (one.mode, one.pattern, one.type)
        assert agreed.value_id == value_id(one.type, agreed.value)


def test_a_value_agrees_only_with_an_indicator_of_its_type() -> None:
    mails = Small().add("message", [{"email_subject": "evil.example", "email_from_name": "evil.example"}])
    for mode in (MatchMode.EQUAL, MatchMode.CONTAINS, MatchMode.REGEX):
        assert not match(table_of(indicator(T.DOMAIN, "evil.example", mode)), mails)
        (found,) = match(table_of(indicator(T.SUBJECT, "evil.example", mode)), mails)
        assert found.type is T.SUBJECT


def test_a_part_is_found_whatever_the_case_and_width() -> None:
    rows = [{"user_agent_original": "Mozilla/4.0 (MSIE 6.0)", "file_name": "ＧＩＪＩＲＯＫＵ.Scr"}]
    asked = Small().add("network", rows)
    agent = indicator(T.USER_AGENT, "mozilla/4.0 (msie", MatchMode.CONTAINS)
    name = indicator(T.FILE_NAME, "gijiroku", MatchMode.CONTAINS)
    found = match(table_of(agent, name), asked)
    assert {one.indicator for one in found} == {agent.identity, name.identity}


class _Colliding(Small):
    """Gives every value for every id, as if all ids were the same."""

    def equal(self, ids: pa.Array) -> pa.Table:
        return self._every(ids)

    def below(self, ids: pa.Array) -> pa.Table:
        return self._every(ids)

    def _every(self, ids: pa.Array) -> pa.Table:
        names = self.names(list(T))
        return pa.concat_tables(
            names.append_column("nth", pa.array([nth] * len(names), pa.int64())) for nth in range(len(ids))
        )


@given(values=st.lists(NAMES, min_size=1, max_size=8), patterns=st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_ids_that_collide_make_no_match(values: list[str], patterns: list[str]) -> None:
    rows = [{"dns_question_name": name, "user_agent_original": name} for name in values]
    for mode in (MatchMode.EQUAL, MatchMode.BELOW):
        wanted = table_of(*[indicator(T.DOMAIN, pattern, mode) for pattern in patterns])
        right, wrong = Small().add("network", rows), _Colliding().add("network", rows)
        assert _pairs(match(wanted, wrong)) == _pairs(match(wanted, right))
        assert {one.type for one in match(wanted, wrong)} <= {T.DOMAIN}


def test_equality_and_suffixes_ask_for_ids_alone() -> None:
    asked = _asked("evil.example")
    wanted = [indicator(T.DOMAIN, f"{n}.evil.example", MatchMode.BELOW) for n in range(500)]
    match(table_of(*wanted, *[indicator(T.HASH, f"{n:032x}") for n in range(500)]), asked)
    assert sorted(asked.asked) == ["below", "equal"]


def test_nothing_is_asked_without_patterns() -> None:
    asked = _asked("evil.example")
    assert match(table_of(), asked) == []
    assert asked.asked == []
