"""The geometry of the timeline picture: lanes, bubbles, labels and ticks, without any markup.

Sizes are units of the picture (pixels at its natural size). Points that would overlap become one bubble, labels stand
only where they are free, and every bubble carries the number of its first row in the table of points: nothing is lost
where a label is left out. Widths of texts are estimated on the safe side, as no font is at hand.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from math import log10

from sekimori.model.report import Lane, TimelinePoint
from sekimori.render.messages import Translator
from sekimori.render.safe import clean
from sekimori.render.words import word

__all__ = ["Band", "Bubble", "Picture", "Tick", "picture"]

WIDTH = 900.0
LEFT = 104.0
RIGHT = 884.0
FONT = 13.0
_TOP = 8.0
_LANE = 72.0
_EMPTY_LANE = 30.0
_AXIS = 44.0
_LABEL_CHARACTERS = 34
_MOST_TICKS = 8
_LONGEST = timedelta(days=366)
"""What the axis spans at most: one forged date must not press the rest together. Points outside stand at its ends."""

_STEPS = [timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 180, 360, 720)]
_STEPS += [timedelta(days=days) for days in (1, 2, 3, 7, 14, 28, 61)]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis; `context` (the date under an hour, the year under a day) only where it changes."""

    x: float
    text: str
    context: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One or more points at nearly one time. `label` is empty where there is no room for it."""

    x: float
    y: float = 0.0
    radius: float
    key: str
    label: str
    label_x: float = 0.0
    label_y: float = 0.0
    title: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A lane of the picture, from `top` down."""

    lane: Lane
    name: str
    top: float
    height: float
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that is drawn. The axis stands at `axis`, from `left` to `right`."""

    width: float
    height: float
    left: float
    right: float
    axis: float
    font: float
    bands: tuple[Band, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    start: datetime
    end: datetime

    def x(self, time_: datetime) -> float:
        return LEFT + 24 + (RIGHT - LEFT - 48) * ((time_ - self.start) / (self.end - self.start))

    def holds(self, time_: datetime) -> bool:
        return self.start <= time_ <= self.end


@dataclass(slots=True)
class _Cluster:
    """Points under one bubble: their numbers (from 1) with them, and where the first and last stand."""

    points: list[tuple[int, TimelinePoint]]
    first_x: float
    last_x: float
    outside: bool

    @property
    def x(self) -> float:
        return (self.first_x + self.last_x) / 2

    @property
    def count(self) -> int:
        return sum(point.count for _, point in self.points)

    @property
    def key(self) -> str:
        return f"{self.points[0][0]}" + ("+" if len(self.points) > 1 else "")

    @property
    def radius(self) -> float:
        by_count = min(7 + 4 * log10(max(self.count, 1)), 20.0)
        return max(by_count, _text_width(self.key) / 2 + 5)


def picture(points: Sequence[TimelinePoint], words: Translator) -> Picture:
    """The picture of the points, which stand in the order of their time (so their numbers are those of the table)."""
    scale, step = _rounded(_scale([point.time for point in points]), words)
    bands: list[Band] = []
    top = _TOP
    for lane in Lane:
        mine = [(number, point) for number, point in enumerate(points, 1) if point.lane is lane]
        height = _LANE if mine else _EMPTY_LANE
        bubbles = _labelled([_bubble(cluster, top + height / 2, words) for cluster in _clusters(mine, scale)])
        bands.append(Band(lane, words.gettext(word(lane)), top, height, tuple(bubbles)))
        top += height
    return Picture(
        width=WIDTH,
        height=top + _AXIS,
        left=LEFT,
        right=RIGHT,
        axis=top,
        font=FONT,
        bands=tuple(bands),
        ticks=tuple(_ticks(scale, step, words)),
    )


def _scale(times: Sequence[datetime]) -> _Scale:
    # The first and the last year of the calendar leave no room for zones and margins; they are forged anyway.
    ordered = sorted(moment for moment in times if 1 < moment.year < 9999)
    if not ordered:
        return _Scale(datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(86400, UTC))
    # The year-long stretch that holds the most points.
    ends = [bisect_right(ordered, _LONGEST, key=lambda moment: moment - start) for start in ordered]
    best = max(range(len(ordered)), key=lambda index: (ends[index] - index, index))
    start, end = ordered[best], ordered[ends[best] - 1]
    if end - start < timedelta(minutes=30):
        start, end = start - timedelta(minutes=30), end + timedelta(minutes=30)
    return _Scale(start, end)


def _clusters(points: Iterable[tuple[int, TimelinePoint]], scale: _Scale) -> list[_Cluster]:
    clusters = []
    for number, point in points:
        outside = not scale.holds(point.time)
        x = min(max(scale.x(point.time), LEFT + 24), RIGHT - 24)
        clusters.append(_Cluster([(number, point)], x, x, outside))
    while True:
        merged = _merged(clusters)
        if len(merged) == len(clusters):
            return merged
        clusters = merged


def _merged(clusters: list[_Cluster]) -> list[_Cluster]:
    merged: list[_Cluster] = []
    for cluster in clusters:
        before = merged[-1] if merged else None
        if before and cluster.x - before.x < before.radius + cluster.radius + 1:
            outside = before.outside or cluster.outside
            merged[-1] = _Cluster([*before.points, *cluster.points], before.first_x, cluster.last_x, outside)
        else:
            merged.append(cluster)
    return merged


def _bubble(cluster: _Cluster, y: float, words: Translator) -> Bubble:
    first, last = cluster.points[0][1], cluster.points[-1][1]
    label = _short(clean(first.label))
    more = f" +{len(cluster.points) - 1}" if len(cluster.points) > 1 else ""
    count = f" ×{words.number(cluster.count)}" if cluster.count > 1 and not more else ""
    span = words.span(first.time, last.time)
    return Bubble(
        x=round(cluster.x, 1),
        y=y,
        radius=round(cluster.radius, 1),
        key=cluster.key,
        label=label + more + count,
        title=f"{span}: {clean(first.label)}{more} ×{words.number(cluster.count)}",
        outside=cluster.outside,
    )


def _labelled(bubbles: list[Bubble]) -> list[Bubble]:
    """The bubbles with a place for each label that has room: beside, above or below its bubble, else none."""
    taken = [(b.x - b.radius, b.x + b.radius, b.y - b.radius, b.y + b.radius) for b in bubbles]
    placed = []
    for bubble in bubbles:
        width = _text_width(bubble.label)
        for x, y in _places(bubble, width):
            box = (x - 2, x + width + 2, y - FONT, y + 4)
            if box[0] >= LEFT + 4 and box[1] <= RIGHT and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                placed.append(replace(bubble, label_x=round(x, 1), label_y=round(y, 1)))
                break
        else:
            placed.append(replace(bubble, label=""))
    return placed


def _places(bubble: Bubble, width: float) -> Iterable[tuple[float, float]]:
    beside, gap = bubble.y + 4, bubble.radius + 5
    yield bubble.x + gap, beside
    for y in (bubble.y - 22, bubble.y + 31):
        yield bubble.x - width / 2, y
        yield max(min(bubble.x - width / 2, RIGHT - width - 4), LEFT + 8), y
    yield bubble.x - gap - width, beside


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _rounded(scale: _Scale, words: Translator) -> tuple[_Scale, timedelta]:
    """The scale from one round local time to another, and how far apart its ticks stand."""
    step = next((step for step in _STEPS if (scale.end - scale.start) / step <= _MOST_TICKS), _STEPS[-1])
    local = datetime.combine(scale.start.astimezone(words.zone).date(), time(), words.zone)
    while (local + step).astimezone(UTC) <= scale.start:
        local += step
    end = local
    while end.astimezone(UTC) < scale.end:
        end += step
    return _Scale(local.astimezone(UTC), end.astimezone(UTC)), step


def _ticks(scale: _Scale, step: timedelta, words: Translator) -> Iterable[Tick]:
    context = ""
    moment = scale.start.astimezone(words.zone)
    while moment.astimezone(UTC) <= scale.end:
        text, about = _tick_texts(moment, step)
        yield Tick(round(scale.x(moment), 1), text, about if about != context else "")
        context = about
        moment += step


def _tick_texts(moment: datetime, step: timedelta) -> tuple[str, str]:
    if step < timedelta(days=1):
        return moment.strftime("%H:%M"), moment.strftime("%Y-%m-%d")
    return moment.strftime("%m-%d"), moment.strftime("%Y")


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_CHARACTERS else text[: _LABEL_CHARACTERS - 1] + "…"


def _text_width(text: str) -> float:
    """An upper estimate, in units."""
    return sum(FONT if unicodedata.east_asian_width(char) in "WFA" else FONT * 0.62 for char in text)
