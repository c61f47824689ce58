"""Logons from affected machines, and what orders them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.admin.onward import OPEN_END, SLACK, Logon, Work, covering, onward, short_name

START = datetime(2026, 10, 14, 6, 0, tzinfo=UTC)
LOGON = Logon(
    time=START + timedelta(minutes=12),
    host="SRV-FILE01.example.jp",
    account="adm-makino",
    from_address="10.20.6.13",
    from_host="ag-pc066",
    logon_type=10,
    evidence=1,
    offset=0,
    length=10,
    line=1,
)
WORK = Work(
    person="牧野 健太",
    start=START,
    end=START + timedelta(minutes=30),
    precision=60,
    accounts=("ADM-Makino",),
    sources=("AG-PC066",),
    targets=("srv-file01",),
    text="共有フォルダの調査",
    evidence=2,
    offset=0,
    length=10,
    line=5,
)
SINCE = {"ag-pc066": START, "10.20.6.13": START}


def _at(minutes: float, logon: Logon = LOGON) -> Logon:
    return replace(logon, time=START + timedelta(minutes=minutes))


def test_a_record_covers_what_it_names() -> None:
    assert covering(LOGON, [WORK]) is WORK
    assert covering(LOGON, []) is None


@given(minute=st.integers(-60, 120), length=st.none() | st.integers(0, 60), precision=st.integers(0, 3600))
def test_the_time_is_within_the_record_give_or_take_what_it_may_be_off(
    minute: int, length: int | None, precision: int
) -> None:
    end = None if length is None else START + timedelta(minutes=length)
    work = replace(WORK, end=end, precision=precision)
    slack = max(SLACK, timedelta(seconds=precision))
    reach = OPEN_END if length is None else timedelta(minutes=length)
    expected = -slack <= timedelta(minutes=minute) <= reach + slack
    assert (covering(_at(minute), [work]) is work) == expected


def test_the_target_goes_by_its_short_name_in_any_case() -> None:
    for target in ("SRV-FILE01", "srv-file01.example.jp", "\\\\srv-file01"):
        assert covering(LOGON, [replace(WORK, targets=("other", target))])
    for target in ("srv-file02", "srv-file0", "srv-file011", "10.10.1.20"):
        assert covering(LOGON, [replace(WORK, targets=(target,))]) is None


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("SRV-FILE01 の再起動", True),
        ("（srv-file01）の確認", True),
        ("srv-file01.example.jp を確認", True),
        ("srv-file011 の再起動", False),
        ("xsrv-file01 の再起動", False),
        ("old-srv-file01 の再起動", False),
        ("再起動", False),
    ],
)
def test_the_target_may_stand_in_the_text_as_a_whole_word(text: str, covers: bool) -> None:
    assert bool(covering(LOGON, [replace(WORK, targets=(), text=text)])) == covers


def test_an_account_that_is_named_must_agree() -> None:
    assert covering(LOGON, [replace(WORK, accounts=())])
    assert covering(LOGON, [replace(WORK, accounts=("adm-amano",))]) is None
    assert covering(LOGON, [replace(WORK, accounts=("adm-amano", "adm-makino"))])


def test_a_source_that_is_named_must_agree_by_name_or_address() -> None:
    assert covering(LOGON, [replace(WORK, sources=())])
    assert covering(LOGON, [replace(WORK, sources=("10.20.6.13",))])
    assert covering(LOGON, [replace(WORK, sources=("ag-pc066.example.jp",))])
    assert covering(LOGON, [replace(WORK, sources=("ag-pc110",))]) is None
    assert covering(LOGON, [replace(WORK, sources=("10.20.6.14",))]) is None


def test_a_logon_without_host_or_source_is_covered_by_nothing_that_names_one() -> None:
    assert covering(replace(LOGON, host=""), [WORK]) is None
    assert covering(replace(LOGON, host=""), [replace(WORK, targets=("",))]) is None
    assert covering(replace(LOGON, from_host="", from_address=""), [replace(WORK, sources=("", "x"))]) is None


def test_the_first_record_that_covers_is_named() -> None:
    other = replace(WORK, person="他", targets=("srv-data02",))
    assert covering(LOGON, [other, WORK, replace(WORK, line=9)]) is WORK


def test_only_logons_from_affected_machines_after_their_first_trace() -> None:
    later, earlier = _at(5), _at(-5)
    elsewhere = replace(LOGON, from_host="ag-pc110", from_address="10.20.9.1")
    assert onward([later, earlier, elsewhere], SINCE) == [later]
    assert onward([LOGON], {}) == []


def test_a_machine_is_known_by_name_or_by_address() -> None:
    for since in ({"ag-pc066": START}, {"10.20.6.13": START}):
        assert onward([LOGON], since) == [LOGON]
        assert onward([_at(-1)], since) == []
    assert onward([replace(LOGON, from_host="AG-PC066.example.jp", from_address="")], SINCE)


def test_a_logon_onto_itself_leads_nowhere() -> None:
    assert onward([replace(LOGON, host="AG-PC066.example.jp")], SINCE) == []


def test_events_of_one_logon_are_one_and_the_one_with_a_type_stays() -> None:
    announced = replace(_at(12), logon_type=None, line=1)
    logged_on = replace(_at(12.05), line=2)
    again = replace(_at(13), line=3)
    for some in permutations((announced, logged_on, again)):
        assert onward(some, SINCE) == [logged_on]


def test_another_account_host_or_time_is_another_logon() -> None:
    logons = [
        LOGON,
        replace(LOGON, account="adm-amano"),
        replace(LOGON, host="srv-data02"),
        _at(40),
        replace(_at(41), account="ADM-MAKINO"),
    ]
    found = onward(logons, SINCE)
    assert len(found) == 4
    assert [one.time for one in found] == sorted(one.time for one in found)


def test_short_names() -> None:
    assert short_name(" \\\\SRV01.example.jp ") == "srv01"
    assert short_name("10.1.2.3") == "10.1.2.3"
    assert short_name("2001:db8::1") == "2001:db8::1"
    assert short_name("") == ""
