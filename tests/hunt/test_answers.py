"""Three answers, never two."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.hunt.answers import answers, fields_for, totals
from sekimori.hunt.urls import Hidden
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import AREAS, KINDS
from sekimori.model.match import Answer, Answered, Coverage, Match, Seen, Sighting
from sekimori.model.role import Role
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType as T
from tests.hunt.small import indicator

FIRST, LAST = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)
DOMAIN = indicator(T.DOMAIN, "evil.example", MatchMode.BELOW)
FILLED = {("network", "url_domain"): 7, ("message", "url_domain"): 3, ("message", "email_from_address"): 9}


def _coverage(area: str, records: int = 100, encrypted: int = 0, gaps: tuple[str, ...] = ()) -> Coverage:
    return Coverage(
        area=area, records=records, sources=2, first=FIRST, last=LAST, unread={}, encrypted=encrypted, gaps=gaps
    )


COVERAGE = {area: _coverage(area) for area in AREAS}


def _sighting(kind: str, field: str, *counts: int) -> Sighting:
    value = "a.evil.example"
    match = Match(
        indicator=DOMAIN.identity,
        mode=DOMAIN.mode,
        pattern=DOMAIN.pattern,
        type=T.DOMAIN,
        value=value,
        value_id=value_id(T.DOMAIN, value),
        clause="",
    )
    seen = [
        Seen(evidence=nth, kind=kind, field=field, first=FIRST.replace(day=nth + 2), last=LAST, count=count)
        for nth, count in enumerate(counts)
    ]
    role = KINDS[kind].field(field).role
    assert role is not None
    return Sighting(indicator=DOMAIN.identity, match=match, kind=kind, field=field, role=role, seen=tuple(seen))


def _answer(area: str, found: list[Answered]) -> Answered:
    (answer,) = [one for one in found if one.area == area]
    return answer


def test_seen_says_how_often_in_how_much_and_when() -> None:
    seen = [_sighting("network", "url_domain", 3, 4), _sighting("network", "dns_question_name", 5)]
    answer = _answer("network", answers([DOMAIN], seen, COVERAGE, FILLED))
    assert (answer.answer, answer.count, answer.records) == (Answer.SEEN, 12, 100)
    assert (answer.first, answer.last, answer.reasons) == (FIRST.replace(day=2), LAST, ())


def test_not_seen_says_in_how_much_and_from_when_to_when() -> None:
    answer = _answer("network", answers([DOMAIN], [], COVERAGE, FILLED))
    assert (answer.answer, answer.count, answer.records) == (Answer.NOT_SEEN, 0, 100)
    assert (answer.first, answer.last, answer.reasons) == (FIRST, LAST, ())


@pytest.mark.parametrize("coverage", [{}, {"network": _coverage("network", records=0)}])
def test_without_evidence_nobody_can_tell(coverage: dict[str, Coverage]) -> None:
    answer = _answer("network", answers([DOMAIN], [], coverage, FILLED))
    assert (answer.answer, answer.count, answer.records) == (Answer.CANNOT_TELL, 0, 0)
    assert answer.reasons == ("no evidence of this kind",)


def test_without_a_single_value_of_the_type_nobody_can_tell() -> None:
    answer = _answer("endpoint", answers([DOMAIN], [], COVERAGE, FILLED))
    assert answer.answer is Answer.CANNOT_TELL
    assert answer.reasons == ("no record here holds a value of the type domain",)


def test_urls_are_sought_in_the_records_where_any_has_a_host() -> None:
    one = indicator(T.URL, "http://evil.example/a", MatchMode.URL_PREFIX)
    found = {answer.area: answer.answer for answer in answers([one], [], COVERAGE, FILLED)}
    searched = {"mail": Answer.NOT_SEEN, "network": Answer.NOT_SEEN}
    assert found == {**dict.fromkeys(AREAS, Answer.CANNOT_TELL), **searched}


def test_a_mere_mention_is_not_seen_and_says_so() -> None:
    mention = _sighting("network", "referrer_domain", 2, 3)
    assert mention.role is Role.MENTION
    answer = _answer("network", answers([DOMAIN], [mention], COVERAGE, FILLED))
    assert (answer.answer, answer.count) == (Answer.NOT_SEEN, 0)
    assert answer.reasons == ("merely mentioned 5 times, for instance as a referrer",)


def test_mentions_beside_contacts_are_not_counted() -> None:
    seen = [_sighting("network", "referrer_domain", 5), _sighting("network", "url_domain", 2)]
    answer = _answer("network", answers([DOMAIN], seen, COVERAGE, FILLED))
    assert (answer.answer, answer.count) == (Answer.SEEN, 2)
    assert answer.reasons == ("merely mentioned 5 times, for instance as a referrer",)


def test_a_mention_alone_does_not_make_a_field_searchable() -> None:
    mention = _sighting("network", "referrer_domain", 5)
    answer = _answer("network", answers([DOMAIN], [mention], COVERAGE, {("network", "referrer_domain"): 5}))
    assert answer.answer is Answer.CANNOT_TELL
    assert len(answer.reasons) == 2


def test_limits_stand_with_every_not_seen() -> None:
    limited = Coverage(
        area="mail",
        records=10,
        sources=1,
        first=FIRST,
        last=LAST,
        unread={"empty": 1, "cut off": 3},
        encrypted=2,
        gaps=("2026-10-04", "2026-10-05"),
    )
    unread, encrypted, gaps = (
        "4 stretches could not be read",
        "2 encrypted attachments could not be looked into",
        "no records on 2 days between the first and the last",
    )
    found = answers([DOMAIN], [], {"mail": limited}, FILLED)
    assert _answer("mail", found).reasons == (unread, encrypted, gaps)
    sender = indicator(T.MAIL_ADDRESS, "spy@freemail.example")
    found = answers([sender], [], {"mail": limited}, FILLED)
    assert _answer("mail", found).reasons == (unread, gaps), "no sender stands inside an attachment"


def test_limits_stand_with_cannot_tell_too() -> None:
    coverage = {"mail": _coverage("mail", gaps=("2026-10-04",))}
    found = _answer("mail", answers([indicator(T.HASH, "0" * 32)], [], coverage, FILLED))
    assert found.answer is Answer.CANNOT_TELL
    assert found.reasons[0] == "no record here holds a value of the type hash"
    assert len(found.reasons) == 2


def test_the_areas_of_an_indicator_are_those_that_can_hold_it() -> None:
    def areas(type_: T) -> set[str]:
        return {one.area for one in answers([indicator(type_, "x")], [], COVERAGE, FILLED)}

    assert areas(T.DOMAIN) == areas(T.URL) == areas(T.ADDRESS) == set(AREAS)
    assert areas(T.HASH) == areas(T.FILE_NAME) == {"mail", "network", "endpoint"}
    assert areas(T.USER) == areas(T.HOST) == {"network", "endpoint", "administration"}
    assert areas(T.MAIL_ADDRESS) == {"mail", "network"}
    assert areas(T.SUBJECT) == areas(T.DISPLAY_NAME) == {"mail"}
    assert areas(T.REGISTRY_KEY) == areas(T.SERVICE) == {"endpoint"}


def test_every_type_can_be_sought_somewhere_and_never_in_a_mention() -> None:
    for type_ in T:
        fields = [KINDS[kind].field(name) for area in AREAS for kind, name in fields_for(type_, area)]
        assert fields, type_
        assert all(field.role is not Role.MENTION for field in fields)


def test_each_indicator_has_its_own_answer() -> None:
    others: list[Indicator] = [indicator(T.DOMAIN, "other.example", MatchMode.BELOW), DOMAIN]
    found = answers(others, [_sighting("network", "url_domain", 1)], COVERAGE, FILLED)
    network = {one.indicator: one.answer for one in found if one.area == "network"}
    assert network == {others[0].identity: Answer.NOT_SEEN, DOMAIN.identity: Answer.SEEN}


def test_a_mail_is_one_record_however_many_of_its_fields_agree() -> None:
    fields = ("url_domain", "email_sender_domain", "body_domain")
    answer = _answer("mail", answers([DOMAIN], [_sighting("message", name, 1, 1) for name in fields], COVERAGE, FILLED))
    assert (answer.answer, answer.count) == (Answer.SEEN, 2)


def test_a_host_in_ways_that_show_no_path_leaves_a_url_open() -> None:
    one = indicator(T.URL, "https://evil.example/gate", MatchMode.URL_PREFIX)
    hidden = {one.identity: Hidden(reason="tunnels", wholly=True)}
    found = {told.area: told for told in answers([one], [], COVERAGE, FILLED, hidden)}
    assert (found["network"].answer, found["network"].reasons) == (Answer.CANNOT_TELL, ("tunnels",))
    assert (found["mail"].answer, found["mail"].reasons) == (Answer.NOT_SEEN, ())


def test_records_without_a_path_beside_others_weaken_a_not_seen() -> None:
    one = indicator(T.URL, "/gate", MatchMode.CONTAINS)
    hidden = {one.identity: Hidden(reason="tunnels", wholly=False)}
    found = {told.area: told for told in answers([one], [], COVERAGE, FILLED, hidden)}
    assert (found["network"].answer, found["network"].reasons) == (Answer.NOT_SEEN, ("tunnels",))
    assert (found["mail"].answer, found["mail"].reasons) == (Answer.NOT_SEEN, ())


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        (None, None, ()),
        (FIRST, LAST, ()),
        (None, FIRST, ("seen only after the indicator's validity ended (2026-10-01)",)),
        (LAST + timedelta(days=1), None, ("seen only before the indicator's validity began (2026-11-01)",)),
        (FIRST + timedelta(days=9), None, ()),
    ],
)
def test_what_was_seen_outside_the_validity_is_seen_and_says_so(
    begins: datetime | None, ends: datetime | None, reason: tuple[str, ...]
) -> None:
    one = replace(DOMAIN, valid_from=begins, valid_until=ends)
    answer = _answer("network", answers([one], [_sighting("network", "url_domain", 1)], COVERAGE, FILLED))
    assert (answer.answer, answer.reasons) == (Answer.SEEN, reason)


def test_totals_count_what_the_answers_say() -> None:
    others = [indicator(type_, f"{nth}.example") for type_ in (T.DOMAIN, T.HASH, T.SUBJECT) for nth in range(3)]
    urls = [indicator(T.URL, f"https://{nth}.example/a", MatchMode.URL_PREFIX) for nth in range(3)]
    indicators = [DOMAIN, *others, *urls]
    seen = [_sighting("network", "url_domain", 2), _sighting("network", "referrer_domain", 1)]
    hidden = {one.identity: Hidden(reason="tunnels", wholly=not nth) for nth, one in enumerate(urls[:2])}
    coverage = {"mail": _coverage("mail", encrypted=1), "network": _coverage("network")}
    each = answers(indicators, seen, coverage, FILLED, hidden)
    expected = Counter((one.area, one.answer, one.reasons) for one in each)
    counted = {
        (one.area, one.answer, one.reasons): one.count for one in totals(indicators, seen, coverage, FILLED, hidden)
    }
    assert counted == expected
    assert {one.answer for one in each} == set(Answer)
