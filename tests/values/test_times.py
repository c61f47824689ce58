from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import times
from sekimori.values.errors import InvalidValue

TOKYO = ZoneInfo("Asia/Tokyo")
PROFILE = settings(derandomize=True, max_examples=200, deadline=None)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _times(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Times between the beginnings of two years."""
    lowest, highest = (
        (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1) for year in (first, last)
    )
    return st.integers(lowest, highest).map(lambda microseconds: EPOCH + timedelta(microseconds=microseconds))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-01T10:00:32Z", "2026-10-01T10:00:32+00:00"),
        ("2026-10-01 10:00:32+09:00", "2026-10-01T01:00:32+00:00"),
        ("2026-10-01T10:00:32+0900", "2026-10-01T01:00:32+00:00"),
        ("2026-10-01T10:00:32-05", "2026-10-01T15:00:32+00:00"),
        ("2026-10-01T10:00:32.1234567Z", "2026-10-01T10:00:32.123456+00:00"),
        ("2026-10-01 10:00:32,5", "2026-10-01T01:00:32.500000+00:00"),
        ("2026-10-01T10:00", "2026-10-01T01:00:00+00:00"),
        ("2026-10-01", "2026-09-30T15:00:00+00:00"),
        ("20261001T100032Z", "2026-10-01T10:00:32+00:00"),
        ("20261001100032", "2026-10-01T01:00:32+00:00"),
        ("20261001", "2026-09-30T15:00:00+00:00"),
        ("2026-10-01 24:00", "2026-10-01T15:00:00+00:00"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00+00:00"),
        ("2026-10-01 10:00:32 UTC", "2026-10-01T10:00:32+00:00"),
        ("2026-10-01 10:00:32 GMT+9", "2026-10-01T01:00:32+00:00"),
        ("Thu, 01 Oct 2026 10:00:32 +0900 (JST)", "2026-10-01T01:00:32+00:00"),
        ("1 Oct 26 10:00 EST", "2026-10-01T15:00:00+00:00"),
        ("Thu, 1 Oct 2026 10:00:32", "2026-10-01T01:00:32+00:00"),
        ("Thu, 1 Oct 2026 10:00:32 -0000", "2026-10-01T10:00:32+00:00"),
        ("Thu, 1 Oct 2026 10:00:32 +9999", "2026-10-01T10:00:32+00:00"),
        ("Thu, 1 Oct 2026 10:00:32 XYZT", "2026-10-01T10:00:32+00:00"),
        ("Thu, 1 Oct 1998 10:00:32 JST", "1998-10-01T01:00:32+00:00"),
        ("Thu, 1 Oct 98 10:00:32 +0000", "1998-10-01T10:00:32+00:00"),
        ("[10/Oct/2026:13:55:36 +0900]", "2026-10-10T04:55:36+00:00"),
        ("Thu Oct  1 10:00:32 2026", "2026-10-01T01:00:32+00:00"),
        ("Thu Oct  1 10:00:32 UTC 2026", "2026-10-01T10:00:32+00:00"),
        ("Oct 1 2026 10:00:32", "2026-10-01T01:00:32+00:00"),
        ("October 1, 2026 3:05 p.m.", "2026-10-01T06:05:00+00:00"),
        ("10-Oct-2026 13:55:36", "2026-10-10T04:55:36+00:00"),
        ("2026/10/01 10:00:32", "2026-10-01T01:00:32+00:00"),
        ("2026/10/1 1:02", "2026-09-30T16:02:00+00:00"),
        ("2026/10/1 午後3:05", "2026-10-01T06:05:00+00:00"),
        ("2026/10/1 午前0時5分", "2026-09-30T15:05:00+00:00"),
        ("2026/10/1(木) 午後3時5分頃", "2026-10-01T06:05:00+00:00"),
        ("2026年10月1日", "2026-09-30T15:00:00+00:00"),
        ("2026年10月1日 木曜日 10時半", "2026-10-01T01:30:00+00:00"),
        ("２０２６年１０月１日　１０：００", "2026-10-01T01:00:00+00:00"),
        ("令和8年10月1日 10時5分", "2026-10-01T01:05:00+00:00"),
        ("令和元年5月1日", "2019-04-30T15:00:00+00:00"),
        ("㋿8年10月1日 10時5分30秒", "2026-10-01T01:05:30+00:00"),
        ("平成31年4月30日", "2019-04-29T15:00:00+00:00"),
        ("昭和64年1月7日", "1989-01-06T15:00:00+00:00"),
        ("R8.10.1", "2026-09-30T15:00:00+00:00"),
        ("6/5/2026 10:00:32 AM", "2026-06-05T01:00:32+00:00"),
        ("6/5/2026 12:00:32 AM", "2026-06-04T15:00:32+00:00"),
        ("6/5/2026 12:00:32 PM", "2026-06-05T03:00:32+00:00"),
        ("6/5/2026 3 pm", "2026-06-05T06:00:00+00:00"),
        ("23.05.2026 10:00:32", "2026-05-23T01:00:32+00:00"),
        ("1790816432", "2026-10-01T01:00:32+00:00"),
        ("1790816432.5", "2026-10-01T01:00:32.500000+00:00"),
        ("1790816432123", "2026-10-01T01:00:32.123000+00:00"),
        ("1790816432123456", "2026-10-01T01:00:32.123456+00:00"),
        ("999999999", "2001-09-09T01:46:39+00:00"),
    ],
)
def test_parse(written: str, expected: str) -> None:
    found = times.parse(written, TOKYO)
    assert found.isoformat() == expected
    assert found.tzinfo is UTC


def test_parse_day_first() -> None:
    assert times.parse("6/5/2026 10:00:32", TOKYO, day_first=True) == datetime(2026, 5, 6, 1, 0, 32, tzinfo=UTC)
    assert times.parse("2026/6/5", TOKYO, day_first=True) == times.parse("2026/6/5", TOKYO)


def test_parse_in_a_zone_with_summer_time() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert times.parse("2026-01-01 12:00:00", paris).hour == 11
    assert times.parse("2026-07-01 12:00:00", paris).hour == 10


@pytest.mark.parametrize(
    ("written", "now", "expected"),
    [
        ("Oct  1 10:00:00", datetime(2026, 10, 1, 1, 0, tzinfo=UTC), 2026),
        ("Oct  1 10:00:00", datetime(2026, 10, 1, 0, 59, 59, tzinfo=UTC), 2025),
        ("Jan  1 08:00:00", datetime(2025, 12, 31, 23, 30, tzinfo=UTC), 2026),
        ("Feb 29 10:00:00", datetime(2027, 6, 1, tzinfo=UTC), 2024),
        ("10月1日 10時", datetime(2026, 10, 2, tzinfo=UTC), 2026),
        ("10/1 10:00", datetime(2026, 9, 2, tzinfo=UTC), 2025),
        ("1 Oct 10:00:00", datetime(2026, 9, 2, tzinfo=UTC), 2025),
    ],
)
def test_parse_without_year(written: str, now: datetime, expected: int) -> None:
    found = times.parse(written, TOKYO, year_from=now)
    assert found.astimezone(TOKYO).year == expected
    assert found <= now


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("-", "it is empty"),
        ("2026-10-01\0", "it holds a NUL character"),
        ("yesterday", "it starts with no known form of a date"),
        ("10:00", "it starts with no known form of a date"),
        ("26/10/01", "it starts with no known form of a date"),
        ("0", "it starts with no known form of a date"),
        ("Oct  1 10:00:00", "it has no year"),
        ("2026-13-01", "there is no day 1 in a month 13"),
        ("2026-02-29 10:00:00", "there is no day 29 in a month 2"),
        ("23/05/2026", "there is no day 5 in a month 23"),
        ("2026-10-01 24:01", "there is no such time of day"),
        ("2026-10-01 25:00", "there is no such time of day"),
        ("2026-10-01 10:60", "there is no such time of day"),
        ("2026-10-01 13:00 AM", "its hour lies after noon"),
        ("2026-10-01 10:00:32 XYZ", "its time zone is unknown"),
        ("2026-10-01 10:00:32 +9999", "its time zone is unknown"),
        ("2026/10/01 10:00-11:00 及び", "'-11:00 及び' after date and time is no zone"),
        ("1969-12-31T23:59:59Z", "it lies before 1970 or after 2100"),
        ("2101-01-01T00:00:00Z", "it lies before 1970 or after 2100"),
        ("0001-01-01T00:00:00+14:00", "it lies before 1970 or after 2100"),
        ("9999-12-31 23:59:59", "it lies before 1970 or after 2100"),
        ("9999999999", "it lies before 1970 or after 2100"),
        ("2026-10-01 " * 20, "it is too long for a time"),
    ],
)
def test_parse_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        times.parse(written, TOKYO)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("time", written, reason)


def test_parse_refuses_a_day_that_no_year_has() -> None:
    with pytest.raises(InvalidValue, match="no day 30 in a month 2"):
        times.parse("Feb 30 10:00:00", TOKYO, year_from=datetime(2026, 10, 1, tzinfo=UTC))


FORMS = (
    "%d/%b/%Y:%H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S",
    "%Y年%m月%d日 %H時%M分%S秒",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%d%H%M%S",
)


@PROFILE
@given(_times(1971, 2100))
def test_round_trips(time: datetime) -> None:
    local = time.astimezone(TOKYO)
    assert times.parse(time.isoformat(), TOKYO) == time
    assert times.parse(local.isoformat(sep=" "), TOKYO) == time
    assert times.parse(local.replace(tzinfo=None).isoformat(), TOKYO) == time
    whole = time.replace(microsecond=0)
    for form in FORMS:
        assert times.parse(local.strftime(form), TOKYO) == whole, form


@PROFILE
@given(st.integers(100_000_000, 4_102_444_800))
def test_epoch_round_trips(seconds: int) -> None:
    expected = EPOCH + timedelta(seconds=seconds)
    assert times.parse(str(seconds), TOKYO) == expected
    assert times.parse(f"{seconds:010d}000", TOKYO) == expected


@PROFILE
@given(_times(1972, 2100), _times(2000, 2090))
def test_year_is_the_latest_not_after(time: datetime, now: datetime) -> None:
    found = times.parse(time.strftime("%b %d %H:%M:%S"), ZoneInfo("UTC"), year_from=now)
    assert found <= now
    assert now - found <= timedelta(days=366 if (time.month, time.day) != (2, 29) else 8 * 366)


@PROFILE
@given(st.one_of(st.text(), st.text("0123456789/-:. 年月日時分秒頃+TZ令和午後")))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert times.precision(text) in {1, 60, 1800, 3600, 86_400}
    try:
        found = times.parse(text, TOKYO, year_from=datetime(2026, 10, 1, tzinfo=UTC))
    except InvalidValue:
        return
    assert 1970 <= found.year <= 2100


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2026-10-01T10:00:32Z", 1),
        ("1790816432", 1),
        ("20261001100032", 1),
        ("10時5分3秒", 1),
        ("[10/Oct/2026:13:55:36 +0900]", 1),
        ("10:00", 60),
        ("2026/10/1 午後3時5分", 60),
        ("１０：００", 60),
        ("10時半", 60),
        ("10時", 3600),
        ("3 pm", 3600),
        ("3 p.m.", 3600),
        ("午後3", 3600),
        ("2026-10-01", 86_400),
        ("令和8年10月1日", 86_400),
        ("10:00頃", 1800),
        ("10:00ごろ", 1800),
        ("約10:00:00", 1800),
        ("10時頃", 3600),
        ("10月1日頃", 86_400),
        ("", 86_400),
    ],
)
def test_precision(written: str, seconds: int) -> None:
    assert times.precision(written) == seconds


def test_a_time_is_written_in_utc() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert times.written(datetime(2026, 1, 1, 9, tzinfo=tokyo)) == "2026-01-01T00:00:00Z"
    assert times.written(datetime(2026, 1, 1, 0, 0, 0, 123_000, tzinfo=UTC)) == "2026-01-01T00:00:00.123000Z"
    with pytest.raises(ValueError, match="no zone"):
        times.written(datetime(2026, 1, 1))  # noqa: DTZ001 that is the point
