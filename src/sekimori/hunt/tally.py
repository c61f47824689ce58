"""What a sweep found: for each indicator and value the field it stood in, how often, when, where, and who asked."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sekimori.model.match import Match
from sekimori.model.place import Place
from sekimori.model.role import Role

__all__ = ["MOST_PLACES", "Swept", "Tally", "TextPlace"]

MOST_PLACES = 1_000
"""So many places of one value in one field of one file are named; all are counted."""

_MOST_WHO = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """A place in a swept file, and when it happened (UTC) where the record says so."""

    path: str
    place: Place
    time: datetime | None


@dataclass(slots=True, kw_only=True)
class Swept:
    """An indicator that agreed with one value in one field: `count` records, `files` by path, users and hosts.

    `places` are the first of each file, up to `MOST_PLACES`.
    """

    match: Match
    kind: str
    field: str
    role: Role
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    files: Counter[str] = dataclasses.field(default_factory=Counter)
    users: Counter[str] = dataclasses.field(default_factory=Counter)
    hosts: Counter[str] = dataclasses.field(default_factory=Counter)
    places: list[TextPlace] = dataclasses.field(default_factory=list)

    @property
    def is_mention(self) -> bool:
        """Whether it was merely mentioned there."""
        return self.role is Role.MENTION

    def take(self, other: "Swept") -> None:
        """Add what was found elsewhere of the same."""
        self.count += other.count
        self.first = min((one for one in (self.first, other.first) if one), default=None)
        self.last = max((one for one in (self.last, other.last) if one), default=None)
        self.files.update(other.files)
        for own, more in ((self.users, other.users), (self.hosts, other.hosts)):
            if len(own) < _MOST_WHO:
                own.update(more)
        known = Counter(one.path for one in self.places)
        for one in other.places:
            if known[one.path] < MOST_PLACES:
                known[one.path] += 1
                self.places.append(one)


class Tally:
    """Everything found so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, str, str], Swept] = {}

    def add(self, several: Sequence[Swept]) -> None:
        """Count what was found in some records."""
        for one in several:
            key = (one.match.indicator, one.match.type.value, one.match.value, one.kind, one.field)
            if known := self._found.get(key):
                known.take(one)
            else:
                self._found[key] = one

    @property
    def found(self) -> list[Swept]:
        """Everything, real contacts before mere mentions, the most frequent first."""
        return sorted(self._found.values(), key=lambda one: (one.is_mention, -one.count, one.match.value, one.field))
