"""`search`: one question to all mail; the newest that agree, why each does, and what could not be searched."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekimori.model.organisation import Organisation
from sekimori.model.query import Field, Query
from sekimori.readers.mail.mailbox import mailbox_of
from sekimori.search.agreeing import Agreed, agreed, values_of
from sekimori.store.catalogue import Catalogue, Found
from sekimori.store.mail_index.state import opened_inside
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["Answer", "Hit", "Searching", "Unsearched", "count", "every", "hits_of", "mailbox_at", "opened", "search"]

_MESSAGE = (
    *("source", "timestamp", "email_message_id", "email_from_address", "email_from_name", "email_sender_address"),
    *("email_return_path", "email_reply_to_address", "email_to_address", "email_cc_address", "email_delivered_to"),
    *("email_sender_domain", "email_recipient_domain", "email_hop_domain", "email_hop_address", "email_subject"),
    *("email_body_text", "url_original", "url_domain", "body_domain", "body_address", "hash_sha256"),
)
_ATTACHMENT = ("source", "file_name", "file_text", "hash_md5", "hash_sha1", "hash_sha256")


class Unsearched(Protocol):
    """A part of a mail that could not be searched, and why."""

    @property
    def evidence(self) -> int:
        """The mail's evidence."""

    @property
    def part(self) -> str:
        """The MIME part, empty for the whole."""

    @property
    def name(self) -> str:
        """The name of the file, or the mail's path."""

    @property
    def reason(self) -> str:
        """Why, as English text."""


class Searching(Protocol):
    """What answers questions; `sekimori.store.mail_search.MailSearch` is it. A mail is its evidence's id."""

    def page(self, query: Query, *, limit: int, skip: int = 0) -> list[int]:
        """Some hits, newest first."""

    def all(self, query: Query) -> list[int]:
        """All hits, newest first."""

    def unsearched(self) -> Sequence[Unsearched]:
        """What could not be searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One mail that agreed. Texts are as the mail has them; `name` is the sender's display name."""

    evidence: int
    time: datetime | None
    sender: str
    name: str
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    message_id: str
    attachments: tuple[str, ...]
    mailboxes: tuple[str, ...]
    sha256: str
    agreed: Agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of hits. `total` is how many there are in all where that was counted, else None; `more` says whether
    any follow this page; `unsearched` is what no hit could come from."""

    hits: Sequence[Hit]
    total: int | None
    more: bool
    unsearched: Sequence[Unsearched]


def opened(workspace: Workspace, organisation: Organisation) -> AbstractContextManager[Searching]:
    """What answers questions to an organisation's mail. Imported only here: it brings the index's engine."""
    from sekimori.store.mail_search import MailSearch  # noqa: PLC0415

    return MailSearch(workspace, organisation)


def search(
    workspace: Workspace, organisation: Organisation, query: Query, *, limit: int, skip: int = 0, total: bool = False
) -> Answer:
    """The newest hits, after the first `skip`; with `total` all are counted."""
    with opened(workspace, organisation) as searching:
        if total:
            ids = searching.all(query)
            page, more, number = ids[skip : skip + limit], len(ids) > skip + limit, len(ids)
        else:
            ids = searching.page(query, limit=limit + 1, skip=skip)
            page, more, number = ids[:limit], len(ids) > limit, None
            if not more:
                number = skip + len(ids) if ids or not skip else None
        unsearched = list(searching.unsearched())
    return Answer(hits=hits_of(workspace, organisation, query, page), total=number, more=more, unsearched=unsearched)


def count(workspace: Workspace, organisation: Organisation, query: Query) -> Answer:
    """How many hits there are, and none of them."""
    with opened(workspace, organisation) as searching:
        number = len(searching.all(query))
        return Answer(hits=(), total=number, more=number > 0, unsearched=list(searching.unsearched()))


def every(workspace: Workspace, organisation: Organisation, query: Query) -> tuple[list[int], Sequence[Unsearched]]:
    """All hits, newest first, and what could not be searched."""
    with opened(workspace, organisation) as searching:
        return searching.all(query), list(searching.unsearched())


def hits_of(workspace: Workspace, organisation: Organisation, query: Query, ids: Sequence[int]) -> list[Hit]:
    """The mails of these ids, in their order, each with what agreed; those purged meanwhile are left out."""
    if not ids:
        return []
    inside = opened_inside(workspace, organisation)
    mail_of = {one: id_ for id_ in ids for one in (id_, *inside.get(id_, ()))}
    with Reading(workspace, organisation) as reading:
        rows = reading.records("message", columns=_MESSAGE, where={"source": ids}).to_pylist()
        files = reading.records("attachment", columns=_ATTACHMENT, where={"source": list(mail_of)}).to_pylist()
    messages = {row["source"]: row for row in rows}
    attachments: dict[int, list[Mapping[str, object]]] = {}
    for row in files:
        attachments.setdefault(mail_of[row["source"]], []).append(row)
    mailboxes: dict[int, dict[str, None]] = {}
    for place in Catalogue(workspace, organisation).places(ids):
        mailboxes.setdefault(place.evidence, {})[mailbox_at(place)] = None
    return [
        _hit(query, messages[id_], attachments.get(id_, []), [name for name in mailboxes.get(id_, {}) if name])
        for id_ in ids
        if id_ in messages
    ]


def mailbox_at(place: Found) -> str:
    """The mailbox that a place is in; empty where none is known."""
    return place.mailbox or mailbox_of(place.path.replace("\\", "/").split("/")) or ""


def _hit(
    query: Query, row: Mapping[str, object], attachments: Sequence[Mapping[str, object]], mailboxes: Sequence[str]
) -> Hit:
    values = values_of(row, attachments, mailboxes)
    recipients = dict.fromkeys((*_texts(row, "email_to_address"), *_texts(row, "email_delivered_to")))
    return Hit(
        evidence=int(str(row["source"])),
        time=time if isinstance(time := row["timestamp"], datetime) else None,
        sender=_text(row, "email_from_address"),
        name=_text(row, "email_from_name"),
        recipients=tuple(recipients),
        copies=_texts(row, "email_cc_address"),
        subject=_text(row, "email_subject"),
        message_id=_text(row, "email_message_id"),
        attachments=tuple(values.get(Field.ATTACHMENT, ())),
        mailboxes=tuple(mailboxes),
        sha256=_text(row, "hash_sha256"),
        agreed=agreed(query, values),
    )


def _text(row: Mapping[str, object], name: str) -> str:
    return str(row[name] or "")


def _texts(row: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = row[name]
    return tuple(map(str, value)) if isinstance(value, list) else ()
