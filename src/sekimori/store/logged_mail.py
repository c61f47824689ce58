"""Messages that only logs tell of: who sent what to whom and when, asked the same question as the mails.

A log has the head of a message and neither its body nor its files. So a question has three answers here: the message
agrees, it does not, or the log cannot tell, because what was asked for may stand where the log does not look. Logs are
gone through batch by batch, and a value is looked at once however many messages share it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.model.kinds import MESSAGE
from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.mail_index.folding import FIELD_END, folded
from sekimori.store.mail_index.mails import Part
from sekimori.store.mail_index.matching import Candidate, Matcher, matcher
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.values.wording import N_

__all__ = ["NOT_TOLD", "Told", "ToldByLogs", "told_by_logs"]

NOT_TOLD = N_("it tells of deliveries without their bodies, and what was asked for may stand there")
"""Why a log was not wholly searched."""

_COLUMNS = (
    *("source", "line", "timestamp", "event_dataset", "email_message_id", "email_subject"),
    *("email_from_address", "email_sender_domain", "email_delivered_to", "email_recipient_domain"),
    "email_hop_address",
)
_PLACES: dict[Field, tuple[tuple[str, Part], ...]] = {
    Field.FROM: (("email_from_address", Part.FROM),),
    Field.TO: (("email_delivered_to", Part.TO),),
    Field.SUBJECT: (("email_subject", Part.SUBJECT),),
    Field.MESSAGE_ID: (("email_message_id", Part.MESSAGE_ID),),
    Field.DOMAIN: (("email_sender_domain", Part.DOMAIN), ("email_recipient_domain", Part.DOMAIN)),
    Field.IP: (("email_hop_address", Part.IP),),
}
"""Where a field of a question is looked for. The others are not told by logs."""
_WHOLE = frozenset((Field.FROM, Field.TO, Field.MAILBOX))
"""What a log tells wholly: where it does not agree, the message does not. A mailbox is told by its recipient."""
_WHOLE_WHERE_THERE = frozenset((Field.SUBJECT, Field.MESSAGE_ID))
_KNOWN_VALUES = 1 << 16

_Asking = Callable[[pa.RecordBatch], pa.BooleanArray]
"""Says of each message of a batch that it agrees, that it does not, or null."""
Row = dict[str, object]
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that logs tell of; of more lines with its Message-ID and sender the first, and all recipients.

    `evidence`, `line` and `name` are the place in the log, `dataset` the log's format.
    """

    evidence: int
    line: int
    name: str
    dataset: str
    time: datetime | None
    sender: str
    subject: str
    message_id: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldByLogs:
    """The messages that agree, newest first, and the logs (evidence and name) that cannot tell of all of theirs."""

    messages: Sequence[Told] = ()
    silent: Sequence[tuple[int, str]] = ()


def told_by_logs(search: MailSearch, query: Query) -> ToldByLogs:
    """What the logs answer to a question, without the messages of which a mail is here that agrees too."""
    logs = dict(search.logs)
    if not logs:
        return ToldByLogs()
    ask = _asking(query)
    told: dict[Key, list[Told]] = {}
    silent: set[int] = set()
    with Reading(search.workspace, search.organisation) as reading:
        for batch in reading.stream(MESSAGE.name, columns=_COLUMNS, sources=list(logs)):
            answers = ask(batch)
            for row in batch.filter(pc.fill_null(answers, False)).to_pylist():
                _take(told, _told(row, logs))
            silent |= set(batch.column("source").filter(pc.is_null(answers)).to_pylist())
        messages = [one for each in told.values() for one in each]
        here = _here(search, query, reading, {one.message_id for one in messages if one.message_id})
    newest = sorted((one for one in messages if one.message_id not in here), key=_newest, reverse=True)
    return ToldByLogs(newest, [(evidence, name) for evidence, name in logs.items() if evidence in silent])


def _here(search: MailSearch, query: Query, reading: Reading, ids: set[str]) -> set[str]:
    """Those of some Message-IDs of which a mail is here that agrees."""
    logs = {evidence for evidence, _ in search.logs}
    where = {"email_message_id": sorted(ids)}
    found = reading.records(MESSAGE.name, columns=("source", "email_message_id"), where=where) if ids else None
    mails = [row for row in found.to_pylist() if row["source"] not in logs] if found else []
    agree = search.agreeing(query, [row["source"] for row in mails])
    return {row["email_message_id"] for row in mails if row["source"] in agree}


def _asking(query: Query) -> _Asking:
    """The question, as it is put to a batch."""
    match query:
        case Contains():
            return _contains(query)
        case Between(after, before):
            return _between(after, before)
        case HasEncrypted():
            return _not_told
        case And(parts):
            return _joined(pc.and_kleene, map(_asking, parts))
        case Or(parts):
            return _joined(pc.or_kleene, map(_asking, parts))
        case Not(part):
            inner = _asking(part)
            return lambda batch: pc.invert(inner(batch))


def _joined(join: Callable[[pa.BooleanArray, pa.BooleanArray], pa.BooleanArray], parts: Iterable[_Asking]) -> _Asking:
    asked = list(parts)
    return lambda batch: reduce(join, (ask(batch) for ask in asked))


def _not_told(batch: pa.RecordBatch) -> pa.BooleanArray:
    return pa.nulls(len(batch), pa.bool_())


def _between(after: datetime | None, before: datetime | None) -> _Asking:
    def ask(batch: pa.RecordBatch) -> pa.BooleanArray:
        time = batch.column("timestamp")
        answers = pc.is_valid(time)
        if after is not None:
            answers = pc.and_(answers, pc.fill_null(pc.greater_equal(time, pa.scalar(after, time.type)), False))
        if before is not None:
            answers = pc.and_(answers, pc.fill_null(pc.less(time, pa.scalar(before, time.type)), False))
        return answers

    return ask


def _contains(query: Contains) -> _Asking:
    places = _PLACES.get(query.field, ())
    if query.field is Field.ANY:
        places = tuple(place for several in _PLACES.values() for place in several)
    if query.field is Field.MAILBOX:
        places, query = _PLACES[Field.TO], Contains(Field.TO, query.parts)
        return _looking(places, query, Field.MAILBOX)
    return _looking(places, query, query.field) if places else _not_told


def _looking(places: Sequence[tuple[str, Part]], query: Contains, field: Field) -> _Asking:
    holds = matcher(query, lambda _: frozenset())
    tests = [(name, lru_cache(_KNOWN_VALUES)(_agreeing(holds, part))) for name, part in places]

    def ask(batch: pa.RecordBatch) -> pa.BooleanArray:
        found = reduce(pc.or_, (_held(batch.column(name), agrees) for name, agrees in tests))
        if field in _WHOLE:
            return found
        if field in _WHOLE_WHERE_THERE:
            is_there = pc.is_valid(batch.column(tests[0][0]))
            return pc.if_else(pc.or_(found, is_there), found, None)
        return pc.if_else(found, True, None)

    return ask


def _agreeing(holds: Matcher, part: Part) -> Callable[[str], bool]:
    """Whether a mail that has nothing but one value would agree."""
    before, behind = FIELD_END * part, FIELD_END * (len(Part) - part)

    def agrees(value: str) -> bool:
        return holds(Candidate(0, (), False, lambda: f"{before}{folded(value)}{behind}"))

    return agrees


def _held(column: pa.Array, agrees: Callable[[str], bool]) -> pa.BooleanArray:
    """For each message whether one of its values agrees."""
    is_list = pa.types.is_list(column.type)
    coded = (column.flatten() if is_list else column).dictionary_encode()
    yes = pa.array([agrees(value) for value in coded.dictionary.to_pylist()], pa.bool_())
    each = pc.fill_null(yes.take(coded.indices), False)
    if not is_list:
        return each
    return pc.is_in(pa.array(range(len(column)), pa.int64()), pc.list_parent_indices(column).filter(each))


def _take(told: dict[Key, list[Told]], one: Told) -> None:
    """Add a line to the messages: those with one Message-ID, sender and subject are one, and so is one that has no
    subject with one that has."""
    key: Key = (one.message_id, one.sender.lower()) if one.message_id else (one.evidence, one.line)
    each = told.setdefault(key, [])
    for at, other in enumerate(each):
        if one.subject == other.subject or not (one.subject and other.subject):
            first, second = (one, other) if one.subject and not other.subject else (other, one)
            recipients = tuple(dict.fromkeys((*first.recipients, *second.recipients)))
            each[at] = replace(first, recipients=recipients)
            return
    each.append(one)


def _told(row: Row, logs: Mapping[int, str]) -> Told:
    time, source, recipients = row["timestamp"], int(str(row["source"])), row["email_delivered_to"]
    return Told(
        evidence=source,
        line=int(str(row["line"] or 0)),
        name=logs[source],
        dataset=str(row["event_dataset"]),
        time=time if isinstance(time, datetime) else None,
        sender=str(row["email_from_address"] or ""),
        subject=str(row["email_subject"] or ""),
        message_id=str(row["email_message_id"] or ""),
        recipients=tuple(map(str, recipients)) if isinstance(recipients, list) else (),
    )


def _newest(one: Told) -> tuple[bool, float, int, int]:
    return one.time is not None, one.time.timestamp() if one.time else 0.0, one.evidence, one.line
