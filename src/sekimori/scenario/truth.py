"""The truth about the invented month: what a right search finds, and what it must leave alone.

It is written down while the month is generated, never by reading the month back.
"""

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

__all__ = [
    "AdministratorLogon",
    "CampaignMail",
    "Decoy",
    "HostEvent",
    "KnownIndicator",
    "Mark",
    "Place",
    "Sort",
    "TrafficLine",
    "Truth",
    "utc",
]


def utc(moment: datetime) -> str:
    """A moment as the truth has it: ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Sort(StrEnum):
    """What a planted line or event is."""

    MATCH = "match"
    MENTION = "mention"
    DECOY = "decoy"
    ONWARD = "onward"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Says of a planted line or event what it is.

    `value` is what it holds, `reason` why it is (or is not) to be found; `reachable` names the file whose indicators
    lead there, `decoy` the sort of a decoy, `session` the administrator's session an event belongs to, `also` a second
    value in the same event.
    """

    sort: Sort
    value: str = ""
    reason: str = ""
    reachable: str = "suspicious.eml"
    decoy: str = ""
    session: str = ""
    also: "Mark | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A planted line or event as it was written.

    `file` is relative to the folder. `line` is the line of a log (from 1, after decompression), or the data row of a
    CSV (the row after the heading is 1); `record` the EventRecordID, 0 where the format has none.
    """

    file: str
    line: int = 0
    record: int = 0
    time: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMail:
    """A mail of the campaign in one mailbox. `kind` is lure, password, follow-up or reply; `why` what leads to it."""

    message_id: str
    file: str
    mailbox: str
    sender: str
    recipient: str
    time: str
    kind: str
    wave: int
    why: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLine:
    """A line of a proxy or DNS log that holds `name`, asked for by a machine."""

    place: Place
    host_address: str
    host_name: str
    name: str
    why: str
    reachable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvent:
    """An event that holds `value`; `host` is the machine's short name. An event with two values is listed twice."""

    place: Place
    host: str
    event_code: int
    value: str
    why: str
    reachable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministratorLogon:
    """An event of an administrator's session over remote desktop, on its source or its target.

    `session` tells sessions apart; `record` is the work record that covers it, empty where nobody ordered it.
    """

    place: Place
    host: str
    event_code: int
    session: str
    account: str
    source_address: str
    source_host: str
    target_host: str
    work_record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """Something that looks as if it belonged and must not be reported, with the reason."""

    sort: str
    file: str
    line: int
    record: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIndicator:
    """An indicator in the suspicious mail. `proposals` are those that are right for it, `reason` says why."""

    type: str
    value: str
    proposals: list[str]
    reason: str


@dataclass(slots=True, kw_only=True)
class Truth:
    """Everything that is true about the month.

    `received`, `opened` and `answered` are mail addresses. `network` and `events` are what the indicators agree with,
    `mentions` lines that only name one; `onward_logons` nobody ordered, `ordered_logons` have a work record.
    """

    seed: int
    scale: float
    organisation: str
    campaign: dict[str, Any] = field(default_factory=dict)
    suspicious: dict[str, str] = field(default_factory=dict)
    mails: list[CampaignMail] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    network: list[TrafficLine] = field(default_factory=list)
    mentions: list[TrafficLine] = field(default_factory=list)
    events: list[HostEvent] = field(default_factory=list)
    onward_logons: list[AdministratorLogon] = field(default_factory=list)
    ordered_logons: list[AdministratorLogon] = field(default_factory=list)
    decoys: list[Decoy] = field(default_factory=list)
    indicators: list[KnownIndicator] = field(default_factory=list)
    warning: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The truth as plain lists, objects, texts and numbers."""
        return asdict(self)

    def note_line(self, mark: Mark, place: Place, host_address: str, host_name: str) -> None:
        """Takes down a planted line of a proxy or DNS log."""
        if mark.sort is Sort.DECOY:
            self.note_decoy(mark, place)
            return
        line = TrafficLine(
            place=place,
            host_address=host_address,
            host_name=host_name,
            name=mark.value,
            why=mark.reason,
            reachable=mark.reachable,
        )
        (self.mentions if mark.sort is Sort.MENTION else self.network).append(line)

    def note_event(self, mark: Mark, place: Place, host: str, code: int) -> None:
        """Takes down a planted event, and a second time for a second value in it."""
        self.events.append(
            HostEvent(
                place=place, host=host, event_code=code, value=mark.value, why=mark.reason, reachable=mark.reachable
            )
        )
        if mark.also is not None:
            self.note_event(mark.also, place, host, code)

    def note_decoy(self, mark: Mark, place: Place) -> None:
        """Takes down a decoy."""
        self.decoys.append(
            Decoy(
                sort=mark.decoy,
                file=place.file,
                line=place.line,
                record=place.record,
                value=mark.value,
                reason=mark.reason,
            )
        )
