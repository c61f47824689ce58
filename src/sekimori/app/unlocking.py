"""`mail unlock`: what a mail carries encrypted is opened with the password that another mail tells (PPAP).

For an encrypted attachment the mails around it that may carry its password are looked for, earlier or later; the
candidates in them are tried within limits. What opens becomes evidence of its own within the mail
(`sekimori.formats.opened_files`), so that it is kept, searched and hunted like any other.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any

from sekimori.app.adding import add_made
from sekimori.app.openings import Carrier, OpenedName, Opening, Trial
from sekimori.app.pairing import Letter, Paired, ranked
from sekimori.app.pieces import Piece, Progress, silent
from sekimori.extract.mail import extract_opened, subject_of
from sekimori.extract.passwords import candidates
from sekimori.formats.compound_file import MAGIC
from sekimori.formats.mail import Mail, parse
from sekimori.formats.mail_attachment import Attached, attached
from sekimori.formats.opened_files import OpenedFiles, as_carried, carrier_of, write
from sekimori.formats.unlocking import TRIES, unlock
from sekimori.model.organisation import Organisation, Profile
from sekimori.model.proposal import Extracted
from sekimori.model.report import N_
from sekimori.readers.mail.eml import Eml
from sekimori.readers.mail.opened import OpenedAttachment
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.errors import Refused
from sekimori.store.places import places
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = [
    "DAYS",
    "NothingToUnlock",
    "open_locked",
    "unlock_all",
    "unlock_copies",
    "unlock_mail",
    "unlock_named",
    "with_opened",
]

DAYS = 3
"""Mails so many days before and after are looked through for a password."""

SECONDS = 60.0
"""So long are passwords tried on one attachment."""

_AT_ONCE = 4  # so many times as long on all attachments of a mail

_MAILS = 40
_DEEPEST = 3
_COPIES = 500
_WAITING_BYTES = 64 << 20
_RECIPIENTS = ("email_to_address", "email_cc_address", "email_delivered_to")
_COLUMNS = (
    *("source", "timestamp", "email_from_address", "email_sender_domain", *_RECIPIENTS),
    *("email_message_id", "email_in_reply_to", "email_subject", "email_body_text"),
)
_PART_COLUMNS = ("source", "mime_part", "encrypted", "hash_sha256")
_BY_DEFAULT = "VelvetSweatshop"  # [MS-OFFCRYPTO] 2.4.2.3: what Excel takes without asking
_DEFAULT = N_("the password that Excel takes without asking")
_GIVEN = N_("given by hand")


class NothingToUnlock(Refused):
    """Evidence that is no mail, or carries nothing encrypted."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("{name} is no mail with an encrypted attachment").format(name=name))


def unlock_named(
    workspace: Workspace,
    organisation: Organisation,
    name: str,
    *,
    by: str,
    days: int = DAYS,
    passwords: Sequence[str] = (),
) -> list[Opening]:
    """Unlock what the mail of that evidence carries. Raises `NoSuchThing`, `NothingToUnlock`."""
    evidence = Catalogue(workspace, organisation).evidence_named(name)
    found = unlock_mail(workspace, organisation, evidence, by=by, days=days, passwords=passwords)
    if not found:
        raise NothingToUnlock(name)
    return found


def unlock_all(
    workspace: Workspace,
    organisation: Organisation,
    *,
    by: str,
    days: int = DAYS,
    passwords: Sequence[str] = (),
    progress: Progress = silent,
) -> list[Opening]:
    """Unlock what all mails carry; the answers come without the opened bytes."""
    with Reading(workspace, organisation) as reading:
        rows = reading.records("attachment", columns=["source"], where={"encrypted": [True]})
    mails = Catalogue(workspace, organisation).evidence(sorted(set(rows.column("source").to_pylist())))
    found: list[Opening] = []
    waiting: list[Opening] = []
    for evidence in mails.values():
        progress(evidence.name, 0)
        waiting += _unlocked(workspace, organisation, evidence, days, passwords)
        if sum(len(one.content) for one in waiting) >= _WAITING_BYTES:
            _keep(workspace, organisation, waiting, by)
            found += [replace(one, content=b"") for one in waiting]
            waiting = []
    _keep(workspace, organisation, waiting, by)
    return found + [replace(one, content=b"") for one in waiting]


def unlock_mail(
    workspace: Workspace,
    organisation: Organisation,
    evidence: Evidence,
    *,
    by: str,
    days: int = DAYS,
    passwords: Sequence[str] = (),
) -> list[Opening]:
    """Unlock what a mail carries; one answer for each encrypted attachment, none for evidence that is no mail."""
    found = _unlocked(workspace, organisation, evidence, days, passwords)
    _keep(workspace, organisation, found, by)
    return found


def unlock_copies(
    workspace: Workspace, organisation: Organisation, opened: Sequence[Opening], *, by: str
) -> list[Opening]:
    """Unlock the same files in other mails, with the passwords that opened them."""
    passwords = {one.sha256: one.trial.password for one in opened if one.trial is not None}
    if not passwords:
        return []
    with Reading(workspace, organisation) as reading:
        where: dict[str, Sequence[object]] = {"hash_sha256": sorted(passwords)}
        rows = reading.records("attachment", columns=["source"], where=where)
    sources = set(rows.column("source").to_pylist()) - {one.mail for one in opened}
    mails = Catalogue(workspace, organisation).evidence(sorted(sources)[:_COPIES])
    given = list(dict.fromkeys(passwords.values()))
    found = [one for mail in mails.values() for one in _unlocked(workspace, organisation, mail, 0, given)]
    _keep(workspace, organisation, found, by)
    return found


def _unlocked(
    workspace: Workspace, organisation: Organisation, evidence: Evidence, days: int, passwords: Sequence[str]
) -> list[Opening]:
    """What opens of what a mail carries; nothing is kept yet."""
    if evidence.dataset != Eml.name:
        return []
    mail = parse(Catalogue(workspace, organisation).read(evidence, 0, evidence.size))
    with Reading(workspace, organisation) as reading:
        where: dict[str, Sequence[object]] = {"source": [evidence.id], "encrypted": [True]}
        if not len(reading.records("attachment", columns=["source"], where=where, limit=1)):
            return []
        known = _known_parts(workspace, organisation, reading, mail, evidence)
    within = evidence.places[0] if evidence.places else evidence.name
    carrier = Carrier(mail, evidence.id, within, evidence.sha256, known)
    return open_locked(workspace, organisation, carrier, days=days, passwords=passwords)


def open_locked(
    workspace: Workspace,
    organisation: Organisation,
    carrier: Carrier,
    *,
    days: int = DAYS,
    passwords: Sequence[str] = (),
    seconds: float = SECONDS,
) -> list[Opening]:
    """What opens of the locked files of a mail; nothing is kept."""
    locked = [file for file in attached(carrier.mail, [], texts=True) if file.locked]
    if not locked:
        return []
    catalogue = Catalogue(workspace, organisation)
    with Reading(workspace, organisation) as reading:
        paired = _paired(reading, organisation.profile, carrier, days)[:_MAILS]
    trials = list(_trials(catalogue, paired, passwords))
    until = monotonic() + _AT_ONCE * seconds
    found: list[Opening] = []
    for file in locked:
        base = _base(file, carrier, paired)
        opening = base if base.is_known else _opening(base, file, carrier, trials, min(seconds, until - monotonic()))
        found += [opening, *_within(catalogue, opening, carrier, trials, until)]
    return found


def _within(
    catalogue: Catalogue, opened: Opening, carrier: Carrier, trials: Sequence[Trial], until: float, depth: int = 1
) -> Iterator[Opening]:
    """What is encrypted within an opened file, with the same passwords."""
    content = opened.content or (_kept(catalogue, carrier, opened.part) if opened.is_known else b"")
    if not content or depth >= _DEEPEST:
        return
    inner = parse(content)
    around = carrier_of(inner)
    for file in attached(inner, [], texts=True):
        if file.locked:
            one = replace(as_carried(file, around), name=file.name.replace("\\", "/").rpartition("/")[2])
            base = replace(_base(one, carrier, opened.mails), place=opened.place)
            opening = base if base.is_known else _opening(base, one, carrier, trials, min(SECONDS, until - monotonic()))
            yield opening
            yield from _within(catalogue, opening, carrier, trials, until, depth + 1)


def _kept(catalogue: Catalogue, carrier: Carrier, part: str) -> bytes:
    """The evidence that holds what was opened before of this attachment; empty where it is another mail's."""
    for one in catalogue.within(carrier.evidence):
        if one.dataset == OpenedAttachment.name:
            content = catalogue.read(one, 0, one.size)
            if carrier_of(parse(content)).part == part:
                return content
    return b""


def _base(file: Attached, carrier: Carrier, paired: Sequence[Paired]) -> Opening:
    """The answer for an attachment before anything is tried."""
    return Opening(
        mail=carrier.evidence,
        within=carrier.within,
        part=file.path,
        name=file.name,
        sha256=file.sha256,
        place=file.part.place,
        mails=tuple(paired),
        is_known=file.path in carrier.known,
    )


def _keep(workspace: Workspace, organisation: Organisation, found: Sequence[Opening], by: str) -> None:
    """Add the opened files as evidence within their mails, and hunt in them."""
    pieces = [_piece(one) for one in found if one.content]
    if pieces:
        add_made(workspace, organisation, pieces, by=by)


def with_opened(extracted: Sequence[Extracted], opened: Sequence[Opening], profile: Profile) -> list[Extracted]:
    """The indicators of a mail together with those of the files in it that were opened, each once."""
    found = {(one.indicator.type, one.indicator.mode, one.indicator.pattern): one for one in extracted}
    for opening in opened:
        for one in extract_opened(opening.content, profile, opening.place) if opening.content else ():
            found.setdefault((one.indicator.type, one.indicator.mode, one.indicator.pattern), one)
    return list(found.values())


def _opening(base: Opening, file: Attached, carrier: Carrier, trials: Sequence[Trial], seconds: float) -> Opening:
    """Try the passwords on one attachment."""
    if file.locked.startswith(MAGIC):
        trials = [Trial(_BY_DEFAULT, None, "", 0, _DEFAULT), *trials]
    result = unlock(file.locked, file.name or file.path, [one.password for one in trials], seconds=seconds)
    if result.nth < 0 or not result.files:
        return replace(base, tried=result.tried, problems=result.problems)
    trial = trials[result.nth]
    content = write(
        OpenedFiles(
            carrier=carrier.sha256,
            part=file.path,
            password=result.password,
            message_id=carrier.mail.message_id,
            sender=next((one.address for one in carrier.mail.addresses("from") if one.address), ""),
            time=carrier.mail.time,
            password_from=trial.mail,
            files=result.files,
        )
    )
    files = tuple(OpenedName(one.name, len(one.data), sha256(one.data).hexdigest()) for one in result.files)
    return replace(base, tried=result.tried, trial=trial, files=files, problems=result.problems, content=content)


def _piece(opening: Opening) -> Piece:
    """The opened files as evidence within the mail."""
    name = opening.name or opening.part
    return Piece(name, f"{opening.within}!{name}", lambda: io.BytesIO(opening.content), container=opening.mail)


def _known_parts(
    workspace: Workspace, organisation: Organisation, reading: Reading, mail: Mail, evidence: Evidence
) -> frozenset[str]:
    """The attachments of this mail that were opened before, or in a copy of the message that carries the same file.

    A Message-ID is the sender's word: the files must agree too.
    """
    catalogue = Catalogue(workspace, organisation)
    inside = {one.id for one in catalogue.within(evidence.id) if one.dataset == OpenedAttachment.name}
    rows = _parts(reading, "source", sorted(inside))
    if mail.message_id:
        copies = _parts(reading, "email_message_id", [mail.message_id])
        found = {(row["source"], row["mime_part"]): row["hash_sha256"] for row in copies}
        mail_of = {one.evidence: one.container for one in places(workspace, organisation, _sources(copies))}
        for row in copies:
            part = row["mime_part"].partition("!")[0]
            theirs = found.get((mail_of.get(row["source"]), part))
            if theirs is not None and theirs == found.get((evidence.id, part)):
                rows.append(row)
    # The names in an encrypted file are known before it is opened.
    paths = [row["mime_part"].split("!") for row in rows if not row["encrypted"]]
    return frozenset("!".join(path[:end]) for path in paths for end in range(1, len(path)))


def _sources(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return sorted({row["source"] for row in rows})


def _parts(reading: Reading, column: str, values: Sequence[object]) -> list[dict[str, Any]]:
    """Where the attachments stand whose column has one of the values."""
    if not values:
        return []
    found = reading.records("attachment", columns=_PART_COLUMNS, where={column: values}).to_pylist()
    return list(found)


def _paired(reading: Reading, profile: Profile, carrier: Carrier, days: int) -> list[Paired]:
    """The mails that may carry the password, most likely first; the mail itself is among them."""
    subject = subject_of(carrier.mail, profile).mail
    time = subject.time or carrier.mail.time
    recipients = frozenset(one.address.lower() for one in subject.addresses("to", "cc", "delivered-to") if one.address)
    domains = _domains(one.address for one in subject.addresses("from", "sender", "return-path", "reply-to"))
    locked = Letter(
        evidence=carrier.evidence,
        time=time,
        sender=next((one.address.lower() for one in subject.addresses("from") if one.address), ""),
        domains=domains,
        recipients=recipients,
        message_id=subject.message_id,
        thread=frozenset(subject.references),
        subject=subject.text("subject"),
        text="\n".join(part.text for part in subject.walk() if part.is_text),
    )
    others: dict[int, Letter] = {}
    if time is not None:
        span = (time - timedelta(days=days), time + timedelta(days=days))
        for where in _wheres(locked):
            table = reading.records("message", columns=_COLUMNS, where=where, between=span)
            others |= {row["source"]: _letter(row) for row in table.to_pylist()}
    return ranked(locked, [locked, *(one for one in others.values() if one.evidence != carrier.evidence)])


def _wheres(locked: Letter) -> Iterator[dict[str, Sequence[object]]]:
    """The questions whose answers have something in common with a mail."""
    if locked.domains:
        yield {"email_sender_domain": sorted(locked.domains)}
    if locked.recipients:
        for column in _RECIPIENTS:
            yield {column: sorted(locked.recipients)}
    if locked.message_id:
        yield {"email_in_reply_to": [locked.message_id, *sorted(locked.thread)]}
    if locked.thread:
        yield {"email_message_id": sorted(locked.thread)}


def _letter(row: dict[str, Any]) -> Letter:
    return Letter(
        evidence=row["source"],
        time=row["timestamp"],
        sender=(row["email_from_address"] or "").lower(),
        domains=frozenset(row["email_sender_domain"] or ()),
        recipients=frozenset(one.lower() for name in _RECIPIENTS for one in row[name] or ()),
        message_id=row["email_message_id"] or "",
        thread=frozenset(row["email_in_reply_to"] or ()),
        subject=row["email_subject"] or "",
        text=row["email_body_text"] or "",
    )


def _domains(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(address.rpartition("@")[2].lower() for address in addresses if "@" in address)


def _trials(catalogue: Catalogue, paired: Sequence[Paired], given: Sequence[str]) -> Iterator[Trial]:
    """The passwords to try, each once: those given, then those of the mails in their order."""
    seen: set[str] = set()
    for password in given:
        seen.add(password)
        yield Trial(password, None, "", 0, _GIVEN)
    mails = catalogue.evidence([one.letter.evidence for one in paired])
    for one in paired:
        letter = one.letter
        mail = mails.get(letter.evidence)
        for found in candidates(f"{letter.text}\n{letter.subject}", letter.time or datetime.now(UTC)):
            if found.password not in seen and len(seen) < TRIES:
                seen.add(found.password)
                yield Trial(found.password, letter.evidence, mail.sha256 if mail else "", found.line, found.reason)
