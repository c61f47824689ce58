from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.readers.work.work_times import date_in, span_of
from sekimori.values.errors import InvalidValue

ZONE = ZoneInfo("Asia/Tokyo")
ARRIVED = datetime(2026, 1, 31, tzinfo=UTC)


def _span(day: str, start: str = "", end: str = "") -> tuple[str, str, int]:
    span = span_of(day, start, end, ZONE, ARRIVED)
    ended = f"{span.end.astimezone(ZONE):%Y-%m-%d %H:%M}" if span.end else ""
    return f"{span.start.astimezone(ZONE):%Y-%m-%d %H:%M}", ended, span.precision


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1/15", "22:00～2:00"), ("2026-01-15 22:00", "2026-01-16 02:00", 60)),
        (("12/31", "23:00", "翌1:00"), ("2025-12-31 23:00", "2026-01-01 01:00", 60)),
        (("2026/1/15", "25:30", "27:00"), ("2026-01-16 01:30", "2026-01-16 03:00", 60)),
        (("2026/1/15～1/16",), ("2026-01-15 00:00", "2026-01-17 00:00", 86_400)),
        (("2026/1/15～1/16", "22:00", "2:00"), ("2026-01-15 22:00", "2026-01-16 02:00", 60)),
        (("", "2026/1/15 22:00", "2026/1/16 2:00"), ("2026-01-15 22:00", "2026-01-16 02:00", 60)),
        (("2026-01-15", "10:00-11:30"), ("2026-01-15 10:00", "2026-01-15 11:30", 60)),
        (("2026-01-15", "3:00 PM - 4:30 PM"), ("2026-01-15 15:00", "2026-01-15 16:30", 60)),
        (("2026-01-15", "10:00:05", "10:30:30"), ("2026-01-15 10:00", "2026-01-15 10:30", 1)),
        (("2026-01-15", "10:00頃", "90分"), ("2026-01-15 10:00", "2026-01-15 11:30", 1800)),
        (("2026-01-15", "10:00", "未定"), ("2026-01-15 10:00", "", 60)),
        (("2026-01-15", "終日"), ("2026-01-15 00:00", "", 86_400)),
        (("2026-01-15", "10:00", "2026-01-14 9:00"), ("2026-01-15 10:00", "", 60)),
    ],
)
def test_spans(cells: tuple[str, ...], expected: tuple[str, str, int]) -> None:
    assert _span(*cells) == expected


@pytest.mark.parametrize("cells", [("", "10:00"), ("", ""), ("合計", ""), ("2026/13/45", "10:00"), ("1/15", "10:99")])
def test_what_is_no_time_is_refused(cells: tuple[str, str]) -> None:
    with pytest.raises(InvalidValue):
        span_of(*cells, "", ZONE, ARRIVED)


def test_the_date_in_a_title() -> None:
    assert date_in("作業記録（令和8年1月15日 木曜日）") == "令和8年1月15日"
    assert date_in("192.0.2.15 の記録") is None


@given(*[st.text(st.sampled_from("0123456789:/-年月日時分半頃～ 午後PM翌まで."), max_size=16)] * 3)
def test_an_end_never_lies_before_its_start(day: str, start: str, end: str) -> None:
    try:
        span = span_of(day, start, end, ZONE, ARRIVED)
    except InvalidValue:
        return

    assert span.end is None or span.end >= span.start
    assert 1 <= span.precision <= 86_400
