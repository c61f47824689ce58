"""Matches, sightings, coverage and the three answers.

A match is mechanical agreement and explains itself. A sighting is the assertion that an indicator was seen: first,
last, how often, where. An answer is one of three, never two.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sekimori.model.indicator import MatchMode
from sekimori.model.role import Role
from sekimori.values.types import ObservableType

__all__ = ["Answer", "Answered", "Coverage", "Match", "Seen", "Sighting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One indicator agrees with one observed value. `clause` is the part that agreed, in words of the mode.

    For instance `evil.example` (domain_and_below) agrees with `a.evil.example`; the clause is
    `a.evil.example ends with the labels evil.example`.
    """

    indicator: str
    mode: MatchMode
    pattern: str
    type: ObservableType
    value: str
    value_id: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A matched value in one piece of evidence: how often in which field of which kind, first and last (UTC)."""

    evidence: int
    kind: str
    field: str
    first: datetime | None
    last: datetime | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An indicator seen as one value in one field of one kind of record, over all evidence."""

    indicator: str
    match: Match
    kind: str
    field: str
    role: Role
    seen: tuple[Seen, ...]

    @property
    def identity(self) -> str:
        """Stable: the same whatever evidence is added later, in whatever order."""
        text = f"{self.indicator}\0{self.match.type}\0{self.match.value}\0{self.kind}\0{self.field}"
        return "s-" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    @property
    def count(self) -> int:
        """Records in which it was seen."""
        return sum(seen.count for seen in self.seen)

    @property
    def first(self) -> datetime | None:
        """Earliest time, where any record had one."""
        return min((seen.first for seen in self.seen if seen.first), default=None)

    @property
    def last(self) -> datetime | None:
        """Latest time, where any record had one."""
        return max((seen.last for seen in self.seen if seen.last), default=None)


class Answer(StrEnum):
    """The three answers of a hunt."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What could be searched in one area ("mail", "network", "endpoint"): records, times, and what was not readable.

    `gaps` are the days between first and last without a single record.
    """

    area: str
    records: int
    sources: int
    first: datetime | None
    last: datetime | None
    unread: dict[str, int]
    encrypted: int = 0
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer for one indicator in one area, with its grounds.

    `reasons` say why it cannot be told, or what weakens a "not seen" (unread stretches, encrypted attachments, gaps).
    """

    indicator: str
    area: str
    answer: Answer
    count: int
    records: int
    first: datetime | None
    last: datetime | None
    reasons: tuple[str, ...] = ()
