"""The timeline of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sekimori.model.report import Lane, OnwardLogon, TimelinePoint

__all__ = ["Point", "timeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something that happened. Points of one `key` tell of the same thing (two indicators in one mail)."""

    time: datetime
    lane: Lane
    label: str
    count: int
    sighting: str
    key: object


def timeline(points: Iterable[Point], logons: Iterable[OnwardLogon]) -> list[TimelinePoint]:
    """All points in order of time, each thing once, with the logons from affected machines and the work that covers."""
    once: dict[object, Point] = {}
    for point in points:
        once.setdefault((point.lane, point.key), point)
    found = [
        TimelinePoint(time=one.time, lane=one.lane, label=one.label, count=one.count, sighting=one.sighting)
        for one in once.values()
    ]
    for logon in logons:
        source = logon.from_host or logon.from_address
        label = f"{source} → {logon.to_host} ({logon.account})"
        found.append(TimelinePoint(time=logon.time, lane=Lane.LOGON, label=label))
        if logon.work and logon.work.start:
            found.append(TimelinePoint(time=logon.work.start, lane=Lane.WORK, label=logon.work.person))
    return sorted(found, key=lambda one: (one.time, one.lane, one.label))
