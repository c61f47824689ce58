"""What a mail carries locked, opened for judging: with the passwords that other mails tell, within a short time.

Passwords that opened the same message before come first; so one given by hand once is known here too. Nothing is
kept: that is `mail unlock`'s work.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from sekimori.app.openings import Carrier, Opening
from sekimori.app.unlocking import open_locked
from sekimori.formats.mail import parse
from sekimori.formats.opened_files import OpenedFiles, carrier_of
from sekimori.formats.unlocking import OpenedFile
from sekimori.model.organisation import Organisation
from sekimori.readers.mail.opened import OpenedAttachment
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoSuchThing
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.triage.files import Opened

__all__ = ["opened_contents"]

SECONDS = 15.0
"""So long are passwords tried on one attachment before a verdict."""

_HEAD = 1 << 16


def opened_contents(workspace: Workspace, organisation: Organisation, data: bytes) -> Mapping[str, Opened]:
    """What opens of the files of the mail that the bytes are, by path; the mail need not be in the store."""
    mail, digest = parse(data), sha256(data).hexdigest()
    catalogue = Catalogue(workspace, organisation)
    try:
        evidence = catalogue.evidence_named(digest)
        carrier = Carrier(mail, evidence.id, evidence.name, digest)
    except NoSuchThing:
        carrier = Carrier(mail, 0, "", digest)
    told = {one.password: one for one in _told(workspace, organisation, carrier)}
    found = open_locked(workspace, organisation, carrier, passwords=list(told), seconds=SECONDS)
    return {one.part: _opened(one, carrier, told) for one in found if one.trial is not None}


def _opened(opening: Opening, carrier: Carrier, told: Mapping[str, OpenedFiles]) -> Opened:
    parts = parse(opening.content).parts
    files = tuple(OpenedFile(part.name, part.data) for part in parts)
    trial = opening.trial
    if trial is not None and trial.evidence is not None:
        is_own = trial.evidence == carrier.evidence
        return Opened(files=files, told_by=trial.mail or carrier.sha256, is_separate=not is_own)
    before = told.get(trial.password) if trial is not None else None
    told_by = before.password_from if before is not None else ""
    return Opened(files=files, told_by=told_by, is_separate=told_by not in {"", carrier.sha256})


def _told(workspace: Workspace, organisation: Organisation, carrier: Carrier) -> Iterator[OpenedFiles]:
    """What opened files of this mail, or of another copy of the same message, say of their password."""
    catalogue = Catalogue(workspace, organisation)
    kept = {one.id: one for one in catalogue.within(carrier.evidence)} if carrier.evidence else {}
    if carrier.mail.message_id:
        where: dict[str, list[object]] = {"email_message_id": [carrier.mail.message_id]}
        with Reading(workspace, organisation) as reading:
            rows = reading.records("attachment", columns=["source"], where=where)
        kept |= catalogue.evidence(sorted(set(rows.column("source").to_pylist())))
    for evidence in kept.values():
        if evidence.dataset == OpenedAttachment.name:
            yield carrier_of(parse(catalogue.read(evidence, 0, min(evidence.size, _HEAD))))
