"""Matching beside a brute-force oracle: every pattern with every value, by plain string logic."""

import ipaddress
import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hunt.small import Small, indicator, table_of

from sekimori.hunt.matching import match
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import NETWORK
from sekimori.model.match import Match
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType as T

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


def test_a_name_in_unicode_is_its_name_in_ascii() -> None:
    below = indicator(T.DOMAIN, "xn--n8j6ds53lwwkrqhv28a.example", MatchMode.BELOW)
    (found,) = match(table_of(below), _asked("mail.お名前ドットコム.example.".replace("お名前ドットコム", "はじめよう")) ) or (None,)
    assert found is None
    (found,) = match(table_of(indicator(T.DOMAIN, "xn--p8j9a0d9c9a.example", MatchMode.BELOW)), _asked("www.はじめよう.example."))
    assert found is not None
