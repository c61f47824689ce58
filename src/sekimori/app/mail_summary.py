"""The mail that a case began with, as the report shows it."""

from sekimori.extract.mail import Subject, subject_of
from sekimori.formats.mail import parse
from sekimori.formats.mail_attachment import Attached, attached
from sekimori.formats.mail_structure import Mail
from sekimori.model.organisation import Organisation
from sekimori.model.place import Statement
from sekimori.model.report import ArchiveMember, Attachment, Hop, MailSummary
from sekimori.store.cases import Case
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.workspace import Workspace

__all__ = ["summary_of"]

BODY_CHARACTERS = 4000


def summary_of(workspace: Workspace, organisation: Organisation, case: Case) -> MailSummary | None:
    """The case's mail, or None where it has none or it was purged."""
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence([case.evidence]).get(case.evidence) if case.evidence is not None else None
    if evidence is None:
        return None
    mail = parse(catalogue.read(evidence, 0, evidence.size))
    return _summary(subject_of(mail, organisation.profile), evidence)


def _summary(subject: Subject, evidence: Evidence) -> MailSummary:
    mail = subject.mail
    sender = next(iter(mail.addresses("from")), None)
    date = mail.date
    return MailSummary(
        from_name=sender.name if sender else "",
        from_address=sender.address if sender else "",
        reply_to=_addresses(mail, "reply-to"),
        to=_addresses(mail, "to"),
        cc=_addresses(mail, "cc"),
        subject=mail.text("subject"),
        date=date.time if date else None,
        utc_offset=date.offset if date else "",
        hops=tuple(
            Hop(name=hop.from_seen or hop.from_name, address=hop.from_address, time=hop.date.time) for hop in mail.hops
        ),
        attachments=_attachments(mail),
        body="\n".join(part.text for part in mail.walk() if part.is_text)[:BODY_CHARACTERS],
        message_id=mail.message_id,
        evidence=evidence.places[0] if evidence.places else evidence.name,
        sha256=evidence.sha256,
        statements=(
            *((subject.statement,) if subject.statement else ()),
            *(Statement(about, value) for about, value in evidence.statements),
        ),
    )


def _addresses(mail: Mail, name: str) -> tuple[str, ...]:
    return tuple(one.address for one in mail.addresses(name))


def _attachments(mail: Mail) -> tuple[Attachment, ...]:
    files = list(attached(mail, []))
    return tuple(
        Attachment(
            name=one.name,
            size=one.size,
            sha256=one.sha256,
            encrypted=one.encrypted,
            members=tuple(_member(other) for other in files if other.path.startswith(f"{one.path}!")),
        )
        for one in files
        if not one.is_member
    )


def _member(one: Attached) -> ArchiveMember:
    return ArchiveMember(name=one.path.partition("!")[2], size=one.size, sha256=one.sha256, encrypted=one.encrypted)
