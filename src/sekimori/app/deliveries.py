"""Who received the mails that a search found: every copy of each, in every mailbox, and whether it was read.

Copies of one message have the same Message-ID, though their bytes differ (each mailbox has its own hop lines). Copies
count that do not agree with the question themselves. A Message-ID is the sender's word: every copy is listed with
its own sender and subject, and one whose sender or subject is another than those of what was found is marked, for it
may be another mail. Logs of deliveries tell of the copies that are not here: each recipient's address stands for its
mailbox.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sekimori.app.mail_states import UNKNOWN, MailStates, State
from sekimori.app.owners import Owners
from sekimori.app.searching import mailbox_at
from sekimori.model.organisation import Organisation
from sekimori.readers.mail.eml import Eml
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.logged_mail import Told
from sekimori.store.mail_index.folding import folded
from sekimori.store.places import places
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["Delivery", "deliveries"]

_COLUMNS = (
    *("source", "event_dataset", "timestamp", "email_message_id", "email_subject", "email_sender_domain"),
    *("email_from_address", "email_from_name", "email_to_address", "email_cc_address", "email_delivered_to"),
)
_TOLD_APART_BY = ("event_dataset", "email_from_address", "email_subject", "email_sender_domain")
_ADDRESSED = ("email_to_address", "email_cc_address")

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One copy of a message in one mailbox.

    `mailbox` is empty where the evidence names none; `is_read` is None where the source does not say; `is_deleted` is
    true where its mailbox marks it as deleted and still holds it. `delivered_to` are those of the recipients that the
    copy's own header or a log says it was delivered to. `is_logged`: a log tells of it, and no copy out of this
    mailbox is here; `is_here`: the mail itself is, as this evidence. `differs`: it shares the Message-ID of what was
    found, but not the sender and the subject.
    """

    mailbox: str
    path: str
    evidence: int
    message_id: str
    time: datetime | None
    sender: str
    name: str
    subject: str
    recipients: tuple[str, ...]
    is_read: bool | None
    is_deleted: bool = False
    delivered_to: tuple[str, ...] = ()
    is_logged: bool = False
    is_here: bool = True
    differs: bool = False

    @property
    def message(self) -> tuple[str, ...]:
        """What tells its message from others."""
        id_ = self.message_id or f"e-{self.evidence}"
        return (id_, self.sender, self.subject) if self.differs else (id_,)


def deliveries(
    workspace: Workspace, organisation: Organisation, ids: Sequence[int], logged: Sequence[Told] = ()
) -> list[Delivery]:
    """Every delivery of the mails of these ids, and of messages known from logs, by mailbox, then newest first."""
    catalogue = Catalogue(workspace, organisation)
    from_logs = [_logged_row(one) for one in logged]
    rows = [*_rows(workspace, organisation, ids, logged), *from_logs]
    messages = {int(str(row["source"])): row for row in rows if row["event_dataset"] == Eml.name}
    told = [row for row in rows if row["event_dataset"] != Eml.name]
    found = set(ids)
    asked = _Asked([*(row for source, row in messages.items() if source in found), *from_logs])
    where = places(workspace, organisation, list(messages))
    containers = (one.container for one in where if one.container is not None)
    evidence = catalogue.evidence(list({*messages, *(int(str(row["source"])) for row in told), *containers}))
    states = MailStates(catalogue, evidence)
    copies = [
        _delivery(
            row := messages[place.evidence],
            asked,
            mailbox_at(place),
            place.path,
            states.of(place, str(row["email_message_id"] or "")),
        )
        for place in where
        if place.evidence in evidence
    ]
    return sorted(_with_logs(Owners(organisation), copies, told, asked, evidence), key=_newest_in_each_mailbox)


class _Asked:
    """The mails that the question found: what other copies are held against."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[object, dict[str, Row]] = {}
        for row in rows:  # of a mail to everybody one of each kind is enough
            kind = repr([row[name] for name in _TOLD_APART_BY])
            self._rows.setdefault(row["email_message_id"], {}).setdefault(kind, row)

    def like(self, row: Row) -> Row | None:
        """The first of them that this one is a copy of."""
        found = self._rows.get(row["email_message_id"], {})
        return next((one for one in found.values() if _is_same(one, row)), None)


def _is_same(one: Row, other: Row) -> bool:
    """Whether two records with one Message-ID tell of one message. A log's sender is the envelope's, and it may have
    no subject."""
    if one["event_dataset"] == other["event_dataset"]:
        return all(_text(one[name]) == _text(other[name]) for name in ("email_from_address", "email_subject"))
    subjects = {text for row in (one, other) if (text := _text(row["email_subject"]))}
    senders = [{name.lower() for name in _distinct([row["email_sender_domain"]])} for row in (one, other)]
    return len(subjects) < 2 and (not all(senders) or bool(senders[0] & senders[1]))


def _text(value: object) -> str:
    return folded(str(value or ""))


def _rows(workspace: Workspace, organisation: Organisation, ids: Sequence[int], logged: Sequence[Told]) -> list[Row]:
    """The records of some mails, and of all that share a Message-ID with one, or with a message known from a log."""
    rows: list[Row] = []
    known = {one.message_id for one in logged if one.message_id}
    if not ids and not known:
        return rows
    with Reading(workspace, organisation) as reading:
        if ids:
            rows += reading.records("message", columns=_COLUMNS, where={"source": ids}).to_pylist()
            known |= {str(row["email_message_id"]) for row in rows if row["email_message_id"]}
        if known:
            where = {"email_message_id": sorted(known)}
            rows += reading.records("message", columns=_COLUMNS, where=where).to_pylist()
    return rows


def _logged_row(one: Told) -> Row:
    """A message that is known from logs, as its record would be."""
    return {
        **dict.fromkeys(_COLUMNS),
        "source": one.evidence,
        "event_dataset": one.dataset,
        "timestamp": one.time,
        "email_message_id": one.message_id or None,
        "email_subject": one.subject or None,
        "email_sender_domain": [one.sender.rpartition("@")[2]] if one.sender else None,
        "email_from_address": one.sender or None,
        "email_delivered_to": list(one.recipients),
    }


def _with_logs(
    owners: Owners,
    copies: Sequence[Delivery],
    told: Iterable[Row],
    asked: _Asked,
    logs: Mapping[int, Evidence],
) -> Iterator[Delivery]:
    """The copies that are here, and the deliveries in logs of which none is, one for each recipient.

    A copy of which the mailbox is not known, to a recipient whose delivery a log tells, is the copy of that delivery.
    """
    here = {(one.message, address) for one in copies for address in _reached(owners, one)}
    unplaced = [one for one in copies if not one.mailbox and not one.delivered_to]
    placed: set[int] = set()
    for row in told:
        log = logs.get(int(str(row["source"])))
        for address in _distinct([row["email_delivered_to"]]) if log else ():
            one = _told(row, asked, address, log.places[0] if log and log.places else "")
            if (one.message, address.lower()) in here:
                continue
            here.add((one.message, address.lower()))
            copy = next((each for each in unplaced if _may_be(each, one)), None)
            placed |= {id(copy)} if copy else set()
            yield _of_copy(one, copy) if copy else one
    yield from (one for one in copies if id(one) not in placed)


def _reached(owners: Owners, copy: Delivery) -> Iterator[str]:
    """Whom a copy certainly reached."""
    yield from (address.lower() for address in copy.delivered_to)
    if copy.mailbox:
        yield (owners.of(copy.mailbox, copy.recipients) or copy.mailbox).lower()


def _may_be(copy: Delivery, logged: Delivery) -> bool:
    addresses = {address.lower() for address in copy.recipients}
    return copy.message == logged.message and logged.mailbox.lower() in addresses


def _told(row: Row, asked: _Asked, address: str, path: str) -> Delivery:
    """The delivery to one recipient that a log tells of; sender and subject are those of the mail, if it is here."""
    named = asked.like(row) or row
    return replace(
        _delivery(row, asked, address, path, UNKNOWN),
        sender=str(named["email_from_address"] or row["email_from_address"] or ""),
        name=str(named["email_from_name"] or ""),
        subject=str(named["email_subject"] or row["email_subject"] or ""),
        recipients=(address,),
        delivered_to=(address,),
        is_logged=True,
        is_here=False,
    )


def _of_copy(logged: Delivery, copy: Delivery) -> Delivery:
    """A delivery that a log tells of, with the copy that is here."""
    return replace(logged, path=copy.path, evidence=copy.evidence, recipients=copy.recipients, is_here=True)


def _newest_in_each_mailbox(one: Delivery) -> tuple[bool, str, float, str]:
    return not one.mailbox, one.mailbox, -one.time.timestamp() if one.time else 0.0, one.path


def _delivery(row: Row, asked: _Asked, mailbox: str, path: str, state: State) -> Delivery:
    time = row["timestamp"]
    return Delivery(
        mailbox=mailbox,
        path=path,
        evidence=int(str(row["source"])),
        message_id=str(row["email_message_id"] or ""),
        time=time if isinstance(time, datetime) else None,
        sender=str(row["email_from_address"] or ""),
        name=str(row["email_from_name"] or ""),
        subject=str(row["email_subject"] or ""),
        recipients=_distinct(row[name] for name in (*_ADDRESSED, "email_delivered_to")),
        is_read=state.is_read,
        is_deleted=state.is_deleted,
        delivered_to=_distinct([row["email_delivered_to"]]),
        differs=asked.like(row) is None,
    )


def _distinct(columns: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one) for column in columns if isinstance(column, list) for one in column))
