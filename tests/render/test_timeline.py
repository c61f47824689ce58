from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.model.report import CaseReport, Lane, TimelinePoint
from sekimori.render.messages import translator
from sekimori.render.timeline import Bubble, Picture, picture

WORDS = translator("en", "Asia/Tokyo")
START = datetime(2026, 9, 14, 0, 12, tzinfo=UTC)


def points(*after: timedelta, lane: Lane = Lane.MAIL) -> list[TimelinePoint]:
    return [TimelinePoint(time=START + delta, lane=lane, label="講演依頼") for delta in after]


def bubbles(drawn: Picture) -> list[Bubble]:
    return [bubble for band in drawn.bands for bubble in band.bubbles]


POINTS = st.lists(
    st.builds(
        TimelinePoint,
        time=st.datetimes(timezones=st.just(UTC)),
        lane=st.sampled_from(Lane),
        label=st.text(max_size=40),
        count=st.integers(0, 10**9),
    )
    | st.builds(
        TimelinePoint,
        time=st.timedeltas(timedelta(0), timedelta(days=40)).map(lambda delta: START + delta),
        lane=st.sampled_from(Lane),
        label=st.sampled_from(["cdn.example", "講演依頼のメール", ""]),
        count=st.integers(1, 500),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda point: point.time))


@settings(max_examples=40)
@given(POINTS)
def test_every_point_is_in_the_picture_and_in_its_frame(found: list[TimelinePoint]) -> None:
    drawn = picture(found, WORDS)
    assert [band.lane for band in drawn.bands] == list(Lane)
    firsts = {int(bubble.key.rstrip("+")) for bubble in bubbles(drawn)}
    for lane in Lane:
        numbers = [number for number, point in enumerate(found, 1) if point.lane is lane]
        assert not numbers or numbers[0] in firsts
    for bubble in bubbles(drawn):
        assert drawn.left <= bubble.x - bubble.radius
        assert bubble.x + bubble.radius <= drawn.width
    assert all(drawn.left <= tick.x <= drawn.right for tick in drawn.ticks)


@settings(max_examples=40)
@given(POINTS)
def test_bubbles_of_a_lane_do_not_touch(found: list[TimelinePoint]) -> None:
    for band in picture(found, WORDS).bands:
        for left, right in pairwise(band.bubbles):
            assert left.x + left.radius <= right.x - right.radius + 0.2


@settings(max_examples=40)
@given(POINTS)
def test_labels_do_not_overlap(found: list[TimelinePoint]) -> None:
    for band in picture(found, WORDS).bands:
        boxes = [
            (bubble.label_x, bubble.label_x + len(bubble.label) * 8, bubble.label_y)
            for bubble in band.bubbles
            if bubble.label.isascii() and bubble.label
        ]
        for one, other in combinations(boxes, 2):
            assert one[1] <= other[0] or other[1] <= one[0] or abs(one[2] - other[2]) >= 13


def test_nearby_points_share_a_bubble_that_counts_them() -> None:
    (bubble, far) = bubbles(picture(points(timedelta(0), timedelta(seconds=1), timedelta(days=3)), WORDS))
    assert (bubble.key, bubble.label) == ("1+", "講演依頼 +1")
    assert (far.key, far.label) == ("3", "講演依頼")


def test_more_records_make_a_larger_bubble() -> None:
    small, large = (
        TimelinePoint(time=START + timedelta(days=day), lane=Lane.NETWORK, label="x", count=10**day) for day in (1, 3)
    )
    first, second = bubbles(picture([small, large], WORDS))
    assert first.radius < second.radius


@pytest.mark.parametrize(
    ("span", "texts", "contexts"),
    [
        (timedelta(minutes=40), ["09:10", "09:15", "09:20", "09:25"], ["2026-09-14", "", "", ""]),
        (timedelta(hours=20), ["09:00", "12:00", "15:00", "18:00", "21:00", "00:00", "03:00", "06:00"], None),
        (timedelta(days=14), [f"09-{day}" for day in range(14, 30, 2)], ["2026"] + [""] * 7),
    ],
)
def test_ticks_stand_at_round_times_of_the_zone(span: timedelta, texts: list[str], contexts: list[str] | None) -> None:
    ticks = picture(points(timedelta(0), span), WORDS).ticks
    assert [tick.text for tick in ticks][: len(texts)] == texts
    if contexts is not None:
        assert [tick.context for tick in ticks][: len(contexts)] == contexts


def test_the_day_is_said_again_where_it_changes() -> None:
    ticks = picture(points(timedelta(0), timedelta(hours=20)), WORDS).ticks
    assert {tick.text: tick.context for tick in ticks if tick.context} == {"09:00": "2026-09-14", "00:00": "2026-09-15"}


def test_a_forged_date_does_not_press_the_rest_together() -> None:
    forged = TimelinePoint(time=datetime(1999, 1, 1, tzinfo=UTC), lane=Lane.MAIL, label="forged")
    drawn = picture([forged, *points(timedelta(0), timedelta(days=2))], WORDS)
    assert drawn.ticks[0].context == "2026-09-14"
    outside = [bubble for bubble in bubbles(drawn) if bubble.outside]
    assert [bubble.key for bubble in outside] == ["1"]


def test_no_point_makes_an_empty_picture() -> None:
    assert bubbles(picture([], WORDS)) == []


def test_the_sample_has_room_for_most_labels(report: CaseReport) -> None:
    drawn = bubbles(picture(sorted(report.timeline, key=lambda point: point.time), WORDS))
    assert [bubble.label for bubble in drawn if not bubble.label] == []
