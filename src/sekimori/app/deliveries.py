"""Who received the mails that a search found: every copy of each, in every mailbox, and whether it was read.

Copies of one message have the same Message-ID, though their bytes differ (each mailbox has its own hop lines). Copies
count that do not agree with the question themselves. A Message-ID is the sender's word: every copy is listed with
its own sender and subject, so that a forged one shows. Logs of deliveries tell of the copies that are not here: each
recipient's address stands for its mailbox.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekimori.app.mail_states import UNKNOWN, MailStates, State
from sekimori.app.searching import mailbox_at
from sekimori.model.organisation import Organisation
from sekimori.readers.mail.eml import Eml
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.places import places
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["Delivery", "deliveries"]

_COLUMNS = (
    *("source", "event_dataset", "timestamp", "email_message_id", "email_subject"),
    *("email_from_address", "email_from_name", "email_to_address", "email_cc_address", "email_delivered_to"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One copy of a message in one mailbox. `mailbox` is empty where the evidence names none; `is_read` is None
    where the source does not say; `is_deleted` is true where its mailbox marks it as deleted and still holds it."""

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


def deliveries(workspace: Workspace, organisation: Organisation, ids: Sequence[int]) -> list[Delivery]:
    """Every delivery of the mails of these ids, by mailbox, then newest first."""
    catalogue = Catalogue(workspace, organisation)
    with Reading(workspace, organisation) as reading:
        rows = reading.records("message", columns=_COLUMNS, where={"source": ids}).to_pylist() if ids else []
        known = sorted({row["email_message_id"] for row in rows if row["email_message_id"]})
        if known:
            rows += reading.records("message", columns=_COLUMNS, where={"email_message_id": known}).to_pylist()
    messages = {row["source"]: row for row in rows if row["event_dataset"] == Eml.name}
    told = [row for row in rows if row["event_dataset"] != Eml.name]
    where = places(workspace, organisation, list(messages))
    containers = (one.container for one in where if one.container is not None)
    evidence = catalogue.evidence(list({*messages, *(row["source"] for row in told), *containers}))
    states = MailStates(catalogue, evidence)
    found = [
        _delivery(row, mailbox_at(place), place.path, states.of(place, str(row["email_message_id"] or "")))
        for place in where
        if place.evidence in evidence and (row := messages[place.evidence])
    ]
    found += _told_by_logs(told, messages.values(), evidence)
    return sorted(found, key=_newest_in_each_mailbox)


def _told_by_logs(
    told: Iterable[Mapping[str, object]],
    messages: Iterable[Mapping[str, object]],
    logs: Mapping[int, Evidence],
) -> Iterator[Delivery]:
    """The deliveries in logs of which no copy is here, one for each recipient."""
    here = {
        (row["email_message_id"], address) for row in messages for address in _distinct([row["email_delivered_to"]])
    }
    for row in told:
        log = logs.get(int(str(row["source"])))
        for address in _distinct([row["email_delivered_to"]]) if log else ():
            if log and (row["email_message_id"], address) not in here:
                yield _delivery(row, address, log.places[0] if log.places else log.name, UNKNOWN)


def _newest_in_each_mailbox(one: Delivery) -> tuple[bool, str, float, str]:
    return not one.mailbox, one.mailbox, -one.time.timestamp() if one.time else 0.0, one.path


def _delivery(row: Mapping[str, object], mailbox: str, path: str, state: State) -> Delivery:
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
        recipients=_distinct(row[name] for name in ("email_to_address", "email_cc_address", "email_delivered_to")),
        is_read=state.is_read,
        is_deleted=state.is_deleted,
    )


def _distinct(columns: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one) for column in columns if isinstance(column, list) for one in column))
