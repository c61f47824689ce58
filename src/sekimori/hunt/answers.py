"""The three answers: seen, not seen (in so many records, from when to when), cannot tell (and why).

What was not searchable is never reported as clean: an area without evidence, or whose evidence holds no value of the
indicator's type, gives "cannot tell"; unread stretches, encrypted attachments and gaps are stated with every "not
seen".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekimori.hunt.urls import Hidden
from sekimori.model.indicator import Indicator
from sekimori.model.kinds import AREAS, KINDS
from sekimori.model.match import Answer, Answered, Coverage, Sighting
from sekimori.model.report import N_
from sekimori.model.role import Role
from sekimori.model.schema import Kind
from sekimori.values.types import ObservableType

__all__ = ["Total", "answers", "best_of_each_area", "fields_for", "totals"]

_MENTIONED = N_("merely mentioned {count} times, for instance as a referrer")
_NO_EVIDENCE = N_("no evidence of this kind")
_NO_VALUES = N_("no record here holds a value of the type {what}")
_UNREAD = N_("{count} stretches could not be read")
_ENCRYPTED = N_("{count} encrypted attachments could not be looked into")
_GAPS = N_("no records on {count} days between the first and the last")

_EXPIRED = N_("seen only after the indicator's validity ended ({day})")
_EARLY = N_("seen only before the indicator's validity began ({day})")
_NOTHING: Mapping[str, Hidden] = {}

_INSIDE_ATTACHMENTS = frozenset(
    {ObservableType.FILE_NAME, ObservableType.HASH, ObservableType.DOMAIN, ObservableType.URL, ObservableType.ADDRESS}
)


def fields_for(type_: ObservableType, area: str) -> list[tuple[str, str]]:
    """The fields (kind, name) of an area that can hold values of a type, mentions left out."""
    found = []
    for kind in KINDS.values():
        if kind.area == area:
            found += [(kind.name, name) for name in _fields(kind, type_)]
    return found


def answers(
    indicators: Iterable[Indicator],
    sightings: Iterable[Sighting],
    coverage: Mapping[str, Coverage],
    filled: Mapping[tuple[str, str], int],
    hidden: Mapping[str, Hidden] = _NOTHING,
) -> list[Answered]:
    """The answer for each indicator in each area that could hold it.

    `filled` says how many observations each field (kind, name) has: a field that is empty everywhere was not
    searchable. `hidden` says, by indicator, what of its URL the network's records do not show.
    """
    by_indicator: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_indicator.setdefault(sighting.indicator, []).append(sighting)
    return [
        _answer(one, area, by_indicator.get(one.identity, []), coverage.get(area), filled, hidden)
        for one in indicators
        for area in AREAS
        if fields_for(one.type, area)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How many indicators have the same answer in an area for the same reasons."""

    area: str
    answer: Answer
    reasons: tuple[str, ...]
    count: int


def totals(
    indicators: Iterable[Indicator],
    sightings: Iterable[Sighting],
    coverage: Mapping[str, Coverage],
    filled: Mapping[tuple[str, str], int],
    hidden: Mapping[str, Hidden] = _NOTHING,
) -> list[Total]:
    """The answers of any number of indicators, counted: all that were not seen and have one type have one answer."""
    seen = list(sightings)
    with_sighting = {one.indicator for one in seen}
    alike: dict[ObservableType, tuple[Indicator, int]] = {}
    apart: list[Indicator] = []
    for one in indicators:
        if one.identity in with_sighting or one.identity in hidden:
            apart.append(one)
        else:
            alike[one.type] = (one, alike.get(one.type, (one, 0))[1] + 1)
    counted: Counter[tuple[str, Answer, tuple[str, ...]]] = Counter()
    for answered in answers(apart, seen, coverage, filled, hidden):
        counted[answered.area, answered.answer, answered.reasons] += 1
    for one, count in alike.values():
        for answered in answers([one], (), coverage, filled):
            counted[answered.area, answered.answer, answered.reasons] += count
    return [
        Total(area=area, answer=answer, reasons=reasons, count=count)
        for (area, answer, reasons), count in counted.items()
    ]


def best_of_each_area(some: Iterable[Total]) -> list[Total]:
    """One answer for each area: seen, else not seen where any of several meanings could be sought there."""
    order = (Answer.SEEN, Answer.NOT_SEEN, Answer.CANNOT_TELL)
    best: dict[str, Total] = {}
    for one in some:
        before = best.get(one.area)
        if before is None or order.index(one.answer) < order.index(before.answer):
            best[one.area] = one
    return list(best.values())


def _answer(
    indicator: Indicator,
    area: str,
    sightings: Sequence[Sighting],
    coverage: Coverage | None,
    filled: Mapping[tuple[str, str], int],
    hidden: Mapping[str, Hidden],
) -> Answered:
    here = [one for one in sightings if KINDS[one.kind].area == area]
    seen = [one for one in here if one.role is not Role.MENTION]
    mentions = sum(one.count for one in here) - sum(one.count for one in seen)
    reasons = [_MENTIONED.format(count=mentions)] if mentions else []
    if seen:
        first = min((one.first for one in seen if one.first), default=None)
        last = max((one.last for one in seen if one.last), default=None)
        return Answered(
            indicator=indicator.identity,
            area=area,
            answer=Answer.SEEN,
            count=_records(area, seen),
            records=coverage.records if coverage else 0,
            first=first,
            last=last,
            reasons=(*reasons, *_validity(indicator, first, last)),
        )
    why = _why_not_searchable(indicator, area, coverage, filled)
    unseen = hidden.get(indicator.identity) if area == "network" and not why else None
    if unseen and unseen.wholly:
        why = unseen.reason
    elif unseen:
        reasons.append(unseen.reason)
    if coverage is not None:
        reasons += _limits(indicator, coverage)
    return Answered(
        indicator=indicator.identity,
        area=area,
        answer=Answer.CANNOT_TELL if why else Answer.NOT_SEEN,
        count=0,
        records=coverage.records if coverage else 0,
        first=coverage.first if coverage else None,
        last=coverage.last if coverage else None,
        reasons=(*([why] if why else []), *reasons),
    )


def _validity(indicator: Indicator, first: datetime | None, last: datetime | None) -> list[str]:
    """What its validity says of when it was seen: an indicator of long ago may be somebody else's today."""
    if indicator.valid_until and first and first > indicator.valid_until:
        return [_EXPIRED.format(day=indicator.valid_until.date().isoformat())]
    if indicator.valid_from and last and last < indicator.valid_from:
        return [_EARLY.format(day=indicator.valid_from.date().isoformat())]
    return []


def _records(area: str, seen: Sequence[Sighting]) -> int:
    """In how many records it was seen. A mail is one record, however many of its fields agree."""
    if area == "mail":
        return len({place.evidence for one in seen for place in one.seen})
    return sum(one.count for one in seen)


def _why_not_searchable(
    indicator: Indicator, area: str, coverage: Coverage | None, filled: Mapping[tuple[str, str], int]
) -> str:
    if coverage is None or not coverage.records:
        return _NO_EVIDENCE
    fields = fields_for(indicator.type, area)
    if indicator.type is ObservableType.URL:
        # URLs are sought in the records themselves; their hosts say whether there are any.
        fields = [(kind, "url_domain") for kind, _ in fields]
    if not any(filled.get(field) for field in fields):
        return _NO_VALUES.format(what=indicator.type.value.replace("_", " "))
    return ""


def _limits(indicator: Indicator, coverage: Coverage) -> list[str]:
    limits = []
    unread = sum(coverage.unread.values())
    if unread:
        limits.append(_UNREAD.format(count=unread))
    if coverage.encrypted and indicator.type in _INSIDE_ATTACHMENTS:
        limits.append(_ENCRYPTED.format(count=coverage.encrypted))
    if coverage.gaps:
        limits.append(_GAPS.format(count=len(coverage.gaps)))
    return limits


def _fields(kind: Kind, type_: ObservableType) -> list[str]:
    if type_ is ObservableType.URL:
        return [field.name for field in kind.fields if field.name == "url_original"]
    return [one.name for one in kind.observable_fields if type_ in one.holds and one.role is not Role.MENTION]
