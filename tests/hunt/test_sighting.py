"""From matches to sightings: where, how often, from when to when; and one identity whatever comes later."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sekimori.hunt.sighting import hunt
from sekimori.model.indicator import MatchMode
from sekimori.model.match import Sighting
from sekimori.model.role import Role
from sekimori.values.types import ObservableType as T
from tests.hunt.small import Row, Small, indicator, table_of

START = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
PATTERNS = table_of(
    indicator(T.DOMAIN, "evil.example", MatchMode.BELOW),
    indicator(T.DOMAIN, "a.evil.example"),
    indicator(T.ADDRESS, "198.51.100.0/24", MatchMode.CIDR),
    indicator(T.URL, "http://evil.example/", MatchMode.URL_PREFIX),
)


def _line(host: str, minute: int, *, path: str = "/", referrer: str | None = None) -> Row:
    return {
        "url_original": f"http://{host}{path}",
        "url_domain": host,
        "referrer_domain": referrer,
        "timestamp": START + timedelta(minutes=minute),
    }


def _by_place(found: list[Sighting]) -> dict[tuple[str, str, str], Sighting]:
    return {(one.match.pattern, one.match.value, one.field): one for one in found}


def test_a_sighting_counts_records_by_evidence_and_field() -> None:
    logs = Small()
    logs.add("network", [_line("a.evil.example", 5), _line("A.evil.example", 3), _line("other.example", 1)], source=1)
    logs.add("network", [_line("other.example", 9, referrer="a.evil.example")], source=2)
    logs.add("network", [_line("a.evil.example", 7)], source=3)
    found = _by_place(hunt(PATTERNS, logs))
    contact = found["evil.example", "a.evil.example", "url_domain"]
    assert (contact.kind, contact.role, contact.count) == ("network", Role.DESTINATION, 3)
    assert {seen.evidence: seen.count for seen in contact.seen} == {1: 2, 3: 1}
    assert (contact.first, contact.last) == (START + timedelta(minutes=3), START + timedelta(minutes=7))
    mention = found["evil.example", "a.evil.example", "referrer_domain"]
    assert (mention.role, mention.count) == (Role.MENTION, 1)
    assert found["a.evil.example", "a.evil.example", "url_domain"].count == 3
    assert len(found) == 4


def test_a_host_that_is_an_address_is_sought_as_one() -> None:
    logs = Small().add("network", [_line("198.51.100.7", 0)])
    (found,) = hunt(PATTERNS, logs)
    assert (found.match.type, found.match.value, found.field) == (T.ADDRESS, "198.51.100.7", "url_domain")


def test_records_without_a_time_have_a_sighting_without_one() -> None:
    logs = Small().add("network", [{"dns_question_name": "evil.example"}])
    (found,) = hunt(PATTERNS, logs)
    assert (found.first, found.last, found.count) == (None, None, 1)


def test_what_is_not_there_is_not_asked_for_in_the_records() -> None:
    logs = Small().add("network", [_line("other.example", 0)])
    assert hunt(PATTERNS, logs) == []
    assert {"observed", "grouped"}.isdisjoint(logs.asked)


HOSTS = st.sampled_from(["evil.example", "a.evil.example", "notevil.example", "198.51.100.7", "203.0.113.9"])
LINES = st.lists(st.builds(_line, HOSTS, st.integers(0, 99), referrer=st.none() | HOSTS), max_size=5)


@given(pieces=st.lists(LINES, min_size=1, max_size=4), turned=st.randoms(use_true_random=False))
def test_identity_and_content_are_the_same_in_whatever_order_evidence_came(
    pieces: list[list[Row]], turned: Random
) -> None:
    order = list(enumerate(pieces))
    one = Small()
    for source, rows in order:
        one.add("network", rows, source=source)
    turned.shuffle(order)
    other = Small()
    for source, rows in order:
        other.add("network", rows, source=source)
    assert _told(hunt(PATTERNS, one)) == _told(hunt(PATTERNS, other))


@given(rows=LINES, more=LINES)
def test_identity_stays_when_evidence_is_added(rows: list[Row], more: list[Row]) -> None:
    before = _told(hunt(PATTERNS, Small().add("network", rows)))
    after = _told(hunt(PATTERNS, Small().add("network", rows).add("network", more, source=2)))
    assert set(before) <= set(after)
    assert all(after[identity][0] >= count for identity, (count, *_) in before.items())


def _told(found: list[Sighting]) -> dict[str, tuple[int, datetime | None, datetime | None]]:
    told = {one.identity: (one.count, one.first, one.last) for one in found}
    assert len(told) == len(found), "two sightings of one identity"
    return told
