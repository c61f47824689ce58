"""What the catalogue says about mail: which evidence is a message, where it was found, what could not be read."""

from sqlalchemy import ColumnElement, func, select

from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.workspace import Workspace

__all__ = [
    "attachments_apart",
    "delivery_logs",
    "mail_count",
    "mail_evidence",
    "mailbox_names",
    "opened_inside",
    "purges",
    "unread_mail",
]


def mail_evidence(workspace: Workspace, organisation: Organisation) -> list[int]:
    """All evidence that is a mail, by id."""
    kind, evidence = tables.evidence_kind, tables.evidence
    query = select(kind.c.evidence).join(evidence, evidence.c.id == kind.c.evidence).where(*_own(organisation))
    with workspace.reading() as connection:
        return list(connection.execute(query.order_by(kind.c.evidence)).scalars())


def mail_count(workspace: Workspace, organisation: Organisation) -> int:
    """How much evidence is a mail."""
    kind, evidence = tables.evidence_kind, tables.evidence
    query = select(func.count()).select_from(kind).join(evidence, evidence.c.id == kind.c.evidence)
    with workspace.reading() as connection:
        return int(connection.execute(query.where(*_own(organisation))).scalar_one())


def delivery_logs(workspace: Workspace, organisation: Organisation) -> list[tuple[int, str]]:
    """Evidence that tells of many messages without being one of them: evidence and its name."""
    kind, evidence = tables.evidence_kind, tables.evidence
    query = select(evidence.c.id, evidence.c.name).join(kind, evidence.c.id == kind.c.evidence)
    with workspace.reading() as connection:
        rows = connection.execute(query.where(*_told(organisation), kind.c.records > 1).order_by(evidence.c.id))
        return [(row[0], row[1]) for row in rows]


def opened_inside(workspace: Workspace, organisation: Organisation) -> dict[int, list[int]]:
    """For each mail whose attachments were opened later: the evidence that holds what was in them."""
    kind, place = tables.evidence_kind, tables.place
    attachments = select(kind.c.evidence).where(kind.c.kind == ATTACHMENT.name)
    messages = select(kind.c.evidence).where(kind.c.kind == MESSAGE.name)
    query = (
        select(place.c.container, place.c.evidence)
        .where(
            place.c.organisation == organisation.id,
            place.c.evidence.in_(attachments),
            place.c.evidence.not_in(messages),
            place.c.container.in_(messages),
        )
        .order_by(place.c.container, place.c.evidence)
    )
    found: dict[int, list[int]] = {}
    with workspace.reading() as connection:
        for mail, opened in connection.execute(query):
            found.setdefault(mail, []).append(opened)
    return found


def attachments_apart(workspace: Workspace, organisation: Organisation) -> list[int]:
    """The evidence that holds attachments and is not itself a mail."""
    kind, evidence = tables.evidence_kind, tables.evidence
    of_mails = select(kind.c.evidence).where(kind.c.kind == MESSAGE.name, kind.c.records == 1)
    query = (
        select(kind.c.evidence)
        .join(evidence, evidence.c.id == kind.c.evidence)
        .where(
            kind.c.kind == ATTACHMENT.name,
            kind.c.evidence.not_in(of_mails),
            evidence.c.organisation == organisation.id,
            evidence.c.batch.is_(None),
        )
    )
    with workspace.reading() as connection:
        return list(connection.execute(query.order_by(kind.c.evidence)).scalars())


def purges(workspace: Workspace, organisation: Organisation) -> int:
    """A number that grows with every purge of the organisation's evidence; 0 before the first."""
    table = tables.audit
    mine = (table.c.organisation == organisation.id) & (table.c.action == "evidence.purge")
    with workspace.reading() as connection:
        return int(connection.execute(select(func.max(table.c.id)).where(mine)).scalar_one() or 0)


def mailbox_names(workspace: Workspace, organisation: Organisation) -> dict[str, list[int]]:
    """The evidence in each mailbox; where a place has none, its path stands for it."""
    place = tables.place
    name = func.coalesce(place.c.mailbox, place.c.path)
    query = select(name, place.c.evidence).where(place.c.organisation == organisation.id)
    found: dict[str, list[int]] = {}
    with workspace.reading() as connection:
        for mailbox, evidence in connection.execute(query):
            found.setdefault(mailbox, []).append(evidence)
    return found


def unread_mail(workspace: Workspace, organisation: Organisation) -> list[tuple[int, str, str]]:
    """Mail that could not be read, or not wholly: evidence, its name, why."""
    unread, evidence = tables.evidence_unread, tables.evidence
    query = (
        select(evidence.c.id, evidence.c.name, unread.c.reason)
        .join(evidence, evidence.c.id == unread.c.evidence)
        .where(
            evidence.c.organisation == organisation.id,
            evidence.c.batch.is_(None),
            evidence.c.dataset.startswith("mail."),
        )
        .order_by(evidence.c.id, unread.c.reason)
    )
    with workspace.reading() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _own(organisation: Organisation) -> tuple[ColumnElement[bool], ...]:
    """Mails: evidence of one message each. A log of deliveries tells of many."""
    return (*_told(organisation), tables.evidence_kind.c.records == 1)


def _told(organisation: Organisation) -> tuple[ColumnElement[bool], ...]:
    kind, evidence = tables.evidence_kind, tables.evidence
    return (
        kind.c.kind == MESSAGE.name,
        evidence.c.organisation == organisation.id,
        evidence.c.batch.is_(None),
    )
