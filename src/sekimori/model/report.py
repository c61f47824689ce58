"""The document of a case: what stands between judgement and every rendering (HTML, terminal, JSON).

Judgement fills a `CaseReport` and renders nothing; a rendering reads it and judges nothing. Every time is aware and
in UTC; every text is as it stood in the evidence: cleaning and defanging are the renderings' work.

`to_json` gives the same document as JSON. Its schema is stable under the name in its key `schema`: keys are added,
never renamed or removed, without a new number. The keys are the names of the fields below, nested as the classes are:

    {"schema": "sekimori.case-report/1", "case": "C-1", "title": "…", "organisation": "…",
     "made_at": "2026-10-05T01:30:00Z", "time_zone": "Asia/Tokyo", "by": "…", "program_version": "…",
     "marking": "TLP:AMBER", "mail": {…} or null, "triage": {…} or null,
     "indicators": [{…, "answers": [{…}]}], "coverage": [{…}], "sightings": [{…, "origins": [{…}]}],
     "people": [{…}], "hosts": [{…}], "timeline": [{…}], "logons": [{…}],
     "unsearchable": [{…}], "next_steps": [{"message": "…", "values": {…}, "text": "…"}]}

Times are ISO 8601 in UTC and end with Z, or null; enumerations stand as their values; sizes and offsets are bytes.
A lone surrogate, which JSON cannot carry, is written out as `\\udc80`.
"""

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum

from sekimori.model.indicator import Marking, MatchMode
from sekimori.model.match import Answered, Coverage
from sekimori.model.place import Place, Statement
from sekimori.model.proposal import Proposal
from sekimori.model.role import Role
from sekimori.model.sentence import Sentence, fill, sentence
from sekimori.model.triage import Triage
from sekimori.values import times
from sekimori.values.types import ObservableType
from sekimori.values.wording import N_

__all__ = [
    "N_",
    "SCHEMA",
    "AffectedHost",
    "AffectedPerson",
    "ArchiveMember",
    "Attachment",
    "CaseReport",
    "CoveringWork",
    "Hop",
    "IndicatorRow",
    "Involvement",
    "Lane",
    "MailSummary",
    "OnwardLogon",
    "Origin",
    "Sentence",
    "SightingRow",
    "TimelinePoint",
    "Unsearchable",
    "fill",
    "plain",
    "sentence",
    "to_json",
]

SCHEMA = "sekimori.case-report/1"
"""Name and number of the JSON document."""


class Lane(StrEnum):
    """The lanes of the timeline."""

    MAIL = "mail"
    NETWORK = "network"
    ENDPOINT = "endpoint"
    LOGON = "logon"
    WORK = "work"


class Involvement(StrEnum):
    """In what way somebody or some machine is affected."""

    RECEIVED = "received"  # got the mail or one like it
    REPLIED = "replied"
    CONTACTED = "contacted"  # talked to a server of it
    TRACE = "trace"  # a trace of it is on the machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a claim stands in the evidence, with an excerpt of the raw source.

    `evidence` is the name it came with. `excerpt` is decoded text, cut by whoever made the report.
    """

    evidence: str
    sha256: str
    place: Place
    excerpt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A relay that the mail passed, from its Received lines, nearest first."""

    name: str
    address: str
    time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMember:
    """A file in an attached archive. `name` has a `!` after each archive that it lies in further down."""

    name: str
    size: int
    sha256: str
    encrypted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment of the mail; `members` where it is an archive whose list can be read."""

    name: str
    size: int
    sha256: str
    encrypted: bool = False
    members: tuple[ArchiveMember, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSummary:
    """The mail that the case began with. `utc_offset` is the one of its Date header, as written ("+0900")."""

    from_name: str
    from_address: str
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str
    date: datetime | None
    utc_offset: str = ""
    hops: tuple[Hop, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    body: str = ""
    message_id: str = ""
    evidence: str
    sha256: str
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRow:
    """An indicator of the case, what is proposed for it, and its answers, one for each area it was hunted in.

    `id` is `Indicator.identity`; the answers' `indicator` repeats it. An indicator that was not hunted has no answers.
    """

    id: str
    type: ObservableType
    mode: MatchMode
    pattern: str
    proposal: Proposal
    reason: str
    origin: str
    confidence: int
    marking: Marking
    answers: tuple[Answered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRow:
    """An indicator that was seen: the value, the clause that agreed, how often, when, on whom, and where it stands.

    `id` is `Sighting.identity`, which `sekimori show` takes. `users` are accounts or, for mails, recipients.
    `origins` are some of the places, earliest first; `count` says how many records there are.
    """

    id: str
    indicator: str
    type: ObservableType
    value: str
    kind: str
    field: str
    role: Role
    clause: str
    count: int
    first: datetime | None
    last: datetime | None
    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedPerson:
    """Somebody of the organisation who is affected; `name` is empty where the profile does not know the address."""

    address: str
    name: str = ""
    department: str = ""
    role: str = ""
    vip: bool = False
    what: tuple[Involvement, ...]
    first: datetime | None
    last: datetime | None
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedHost:
    """A machine that is affected; `name` or `address` may be empty. `count` is of the records that say so."""

    name: str
    address: str
    user: str = ""
    what: tuple[Involvement, ...]
    first: datetime | None
    last: datetime | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePoint:
    """Something on the timeline: `count` records at that time. `sighting` is a sighting's id or empty."""

    time: datetime
    lane: Lane
    label: str
    count: int = 1
    sighting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveringWork:
    """The work record that orders a logon."""

    person: str
    start: datetime | None
    end: datetime | None
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardLogon:
    """A logon from an affected machine to another. `work` is the record that orders it, or None: nobody did.

    `logon_type` is Windows' number (2 console, 3 network, 10 remote desktop), None where the event has none.
    """

    time: datetime
    from_host: str
    from_address: str
    to_host: str
    account: str
    logon_type: int | None
    origin: Origin
    work: CoveringWork | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsearchable:
    """Evidence that could not be searched: the area, the evidence's name, why, and how many times."""

    area: str
    evidence: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """The whole answer of one case. `coverage` has a row for each area, also "administration" for work records.

    `time_zone` is the IANA name that people read times in. `mail` and `triage` are None for a case that began with a
    warning.
    """

    case: str
    title: str
    organisation: str
    made_at: datetime
    time_zone: str
    by: str
    program_version: str
    marking: Marking = Marking.AMBER
    mail: MailSummary | None = None
    triage: Triage | None = None
    indicators: tuple[IndicatorRow, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    sightings: tuple[SightingRow, ...] = ()
    people: tuple[AffectedPerson, ...] = ()
    hosts: tuple[AffectedHost, ...] = ()
    timeline: tuple[TimelinePoint, ...] = ()
    logons: tuple[OnwardLogon, ...] = ()
    unsearchable: tuple[Unsearchable, ...] = ()
    next_steps: tuple[Sentence, ...] = ()


def to_json(report: CaseReport) -> dict[str, object]:
    """The report as JSON values, by the schema in this module's docstring.

    Raises `ValueError` for a time without a zone: it would not say when.
    """
    return {"schema": SCHEMA, **{field.name: plain(getattr(report, field.name)) for field in fields(report)}}


def plain(value: object) -> object:
    """A value of the document as JSON has it. Raises `ValueError` for a time without a zone."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, datetime):
        return times.written(value)
    if isinstance(value, Sentence):
        values = {name: plain(part) for name, part in value.values}
        return {"message": value.message, "values": values, "text": plain(value.text)}
    if isinstance(value, dict):
        return {plain(key): plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
