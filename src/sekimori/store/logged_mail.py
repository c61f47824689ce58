"""Messages that only logs tell of: who sent what to whom and when, asked the same question as the mails.

A log has the head of a message and neither its body nor its files. So a question has three answers here: the message
agrees, it does not, or the log cannot tell, because what was asked for may stand where the log does not look. Logs are
gone through batch by batch, and a value is looked at once however many messages share it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial, reduce

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
    *("source", "offset", "line", "timestamp", "event_dataset", "email_message_id", "email_subject"),
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

Answers = pa.BooleanArray
"""For each message of a batch: it agrees, it does not, or null."""
_Asking = Callable[[pa.RecordBatch], Answers]
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
    rows: list[Row] = []
    silent: set[int] = set()
    with Reading(search.workspace, search.organisation) as reading:
        for batch in reading.stream(MESSAGE.name, columns=_COLUMNS, sources=list(logs)):
            answers = ask(batch)
            rows += batch.filter(pc.fill_null(answers, False)).to_pylist()
            silent |= set(batch.column("source").filter(pc.is_null(answers)).to_pylist())
        told = _messages(rows, logs)
        here = _here(search, query, reading, {one.message_id for one in told if one.message_id})
    messages = sorted((one for one in told if one.message_id not in here), key=_newest, reverse=True)
    return ToldByLogs(messages, [(evidence, name) for evidence, name in logs.items() if evidence in silent])


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


def _joined(join: Callable[[Answers, Answers], Answers], parts: Iterable[_Asking]) -> _Asking:
    asked = list(parts)
    return lambda batch: reduce(join, (ask(batch) for ask in asked))


def _not_told(batch: pa.RecordBatch) -> Answers:
    return pa.nulls(len(batch), pa.bool_())


def _between(after: datetime | None, before: datetime | None) -> _Asking:
    def ask(batch: pa.RecordBatch) -> Answers:
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
    tests = [(name, lru_cache(_KNOWN_VALUES)(partial(_agrees, holds, part))) for name, part in places]

    def ask(batch: pa.RecordBatch) -> Answers:
        found = reduce(pc.or_, (_held(batch.column(name), agrees) for name, agrees in tests))
        if field in _WHOLE:
            return found
        if field in _WHOLE_WHERE_THERE:
            is_there = pc.is_valid(batch.column(tests[0][0]))
            return pc.if_else(pc.or_(found, is_there), found, None)
        return pc.if_else(found, True, None)

    return ask


def _agrees(holds: Matcher, part: Part, value: str) -> bool:
    """Whether a mail that has nothing but this value would agree."""
    text = "".join(f"{folded(value) if each is part else ''}{FIELD_END}" for each in Part)
    return holds(Candidate(0, None, False, lambda: text))


def _held(column: pa.Array, agrees: Callable[[str], bool]) -> Answers:
    """For each message whether one of its values agrees."""
    is_list = pa.types.is_list(column.type)
    coded = (column.flatten() if is_list else column).dictionary_encode()
    yes = pa.array([agrees(value) for value in coded.dictionary.to_pylist()], pa.bool_())
    each = pc.fill_null(yes.take(coded.indices), False)
    if not is_list:
        return each
    return pc.is_in(pa.array(range(len(column)), pa.int64()), pc.list_parent_indices(column).filter(each))


def _messages(rows: Iterable[Row], logs: Mapping[int, str]) -> list[Told]:
    """The messages of some lines: those with one Message-ID, sender and subject are one, and so is one that has no
    subject with one that has."""
    alike: dict[Key, list[Row]] = {}
    with_subject: dict[Key, Key] = {}
    for row in sorted(rows, key=lambda row: row["email_subject"] is None):
        named = (row["email_message_id"], str(row["email_from_address"]).lower())
        key: Key = (*named, row["email_subject"])
        if row["email_message_id"] is None:
            key = (row["source"], row["offset"], row["line"])
        elif row["email_subject"] is None:
            key = with_subject.get(named, key)
        with_subject.setdefault(named, key)
        alike.setdefault(key, []).append(row)
    return [_message(each, logs) for each in alike.values()]


def _message(rows: Sequence[Row], logs: Mapping[int, str]) -> Told:
    first = rows[0]
    time, source = first["timestamp"], int(str(first["source"]))
    recipients = (one for row in rows for one in _listed(row["email_delivered_to"]))
    return Told(
        evidence=source,
        line=int(str(first["line"] or 0)),
        name=logs[source],
        dataset=str(first["event_dataset"]),
        time=time if isinstance(time, datetime) else None,
        sender=str(first["email_from_address"] or ""),
        subject=str(first["email_subject"] or ""),
        message_id=str(first["email_message_id"] or ""),
        recipients=tuple(dict.fromkeys(recipients)),
    )


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _newest(one: Told) -> tuple[bool, float, int, int]:
    return one.time is not None, one.time.timestamp() if one.time else 0.0, one.evidence, one.line
