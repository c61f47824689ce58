"""`search`: one question to all mail; the newest that agree, why each does, and what could not be searched.

Beside the mails stand the messages that are known from logs alone: they have no body that could be shown or searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sekimori.model.organisation import Organisation
from sekimori.model.query import Query
from sekimori.readers.mail.mailbox import mailbox_of
from sekimori.search.agreeing import Agreed, agreed, values_of
from sekimori.store.mail_index.mails import IndexedMail, Part
from sekimori.store.mail_search import MailSearch, Unsearched
from sekimori.store.places import Found, places
from sekimori.store.workspace import Workspace

if TYPE_CHECKING:
    from sekimori.store.logged_mail import Told

__all__ = ["Answer", "Every", "Hit", "count", "every", "hits_of", "mailbox_at", "search", "shown"]


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
    any follow this page; `logged` are the newest messages that agree and are known from logs alone, `logged_total`
    all of them; `unsearched` is what no hit could come from."""

    hits: Sequence[Hit]
    total: int | None
    more: bool
    unsearched: Sequence[Unsearched]
    logged: "Sequence[Told]" = ()
    logged_total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All that agree, newest first: the evidence of the mails, and the messages that are known from logs alone."""

    ids: Sequence[int]
    logged: "Sequence[Told]"
    unsearched: Sequence[Unsearched]


def search(
    workspace: Workspace, organisation: Organisation, query: Query, *, limit: int, skip: int = 0, total: bool = False
) -> Answer:
    """The newest hits, after the first `skip`; with `total` all are counted."""
    with MailSearch(workspace, organisation) as searching:
        if total:
            ids = searching.all(query)
            page, more, number = ids[skip : skip + limit], len(ids) > skip + limit, len(ids)
        else:
            ids = searching.page(query, limit=limit + 1, skip=skip)
            page, more, number = ids[:limit], len(ids) > limit, None
            if not more:
                number = skip + len(ids) if ids or not skip else None
        logged, unsearched = _beside(searching, query)
        return Answer(
            hits=shown(searching, query, page),
            total=number,
            more=more,
            unsearched=unsearched,
            logged=logged[:limit],
            logged_total=len(logged),
        )


def count(workspace: Workspace, organisation: Organisation, query: Query) -> Answer:
    """How many hits there are, and none of them."""
    with MailSearch(workspace, organisation) as searching:
        number = len(searching.all(query))
        logged, unsearched = _beside(searching, query)
        return Answer(hits=(), total=number, more=number > 0, unsearched=unsearched, logged_total=len(logged))


def every(workspace: Workspace, organisation: Organisation, query: Query) -> Every:
    """All hits, newest first, and what could not be searched."""
    with MailSearch(workspace, organisation) as searching:
        ids = searching.all(query)
        logged, unsearched = _beside(searching, query)
        return Every(ids=ids, logged=logged, unsearched=unsearched)


def _beside(searching: MailSearch, query: Query) -> "tuple[Sequence[Told], Sequence[Unsearched]]":
    """What agrees in logs alone, and all that was not searched."""
    if not searching.logs:
        return (), searching.unsearched(query)
    # Brings the query engine, which most questions do not need.
    from sekimori.store.logged_mail import NOT_TOLD, told_by_logs  # noqa: PLC0415

    told = told_by_logs(searching, query)
    silent = [Unsearched(evidence, "", name, NOT_TOLD) for evidence, name in told.silent]
    return told.messages, sorted([*searching.unsearched(query), *silent], key=lambda one: one.evidence)


def hits_of(workspace: Workspace, organisation: Organisation, query: Query, ids: Sequence[int]) -> list[Hit]:
    """The mails of these ids, in their order, each with what agreed; those purged meanwhile are left out."""
    with MailSearch(workspace, organisation) as searching:
        return shown(searching, query, ids)


def shown(searching: MailSearch, query: Query, ids: Sequence[int]) -> list[Hit]:
    """As `hits_of`, from an index that is open already."""
    mails = searching.mails(ids)
    mailboxes: dict[int, dict[str, None]] = {}
    for place in places(searching.workspace, searching.organisation, [mail.evidence for mail in mails]):
        mailboxes.setdefault(place.evidence, {})[mailbox_at(place)] = None
    return [_hit(query, mail, [name for name in mailboxes.get(mail.evidence, ()) if name]) for mail in mails]


def mailbox_at(place: Found) -> str:
    """The mailbox that a place is in; empty where none is known."""
    return place.mailbox or mailbox_of(place.path.replace("\\", "/").split("/")) or ""


def _hit(query: Query, mail: IndexedMail, mailboxes: Sequence[str]) -> Hit:
    values = mail.values()

    def first(part: Part) -> str:
        return next(iter(values[part]), "")

    return Hit(
        evidence=mail.evidence,
        time=mail.when,
        sender=first(Part.FROM),
        name=first(Part.NAME),
        recipients=values[Part.TO],
        copies=values[Part.CC],
        subject=first(Part.SUBJECT),
        message_id=first(Part.MESSAGE_ID),
        attachments=values[Part.ATTACHMENT],
        mailboxes=tuple(mailboxes),
        sha256=first(Part.HASH),
        agreed=agreed(query, values_of(mail, mailboxes)),
    )
