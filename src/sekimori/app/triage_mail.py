"""`triage mail`: the verdict on a suspicious mail, with its reasons; and a person's verdict in its place.

An organisation's own rules and its lists of bulk mails lie in the workspace, in `triage/NUMBER/rules/*.yaml` and
`triage/NUMBER/lists/*.yaml`, keys of DKIM signatures in `triage/NUMBER/keys/` (`sekimori.app.dkim_keys`); NUMBER is
that of the organisation.
"""

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from sekimori.app.dkim_keys import dkim_keys
from sekimori.app.mail_history import history_from_store
from sekimori.app.opened_contents import opened_contents
from sekimori.formats.mail import parse
from sekimori.formats.mail_file import letter_of
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.model.triage import Triage, Verdict
from sekimori.store.cases import Case
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NothingSaid, Refused
from sekimori.store.overrulings import Overrulings
from sekimori.store.workspace import Workspace
from sekimori.triage.bulk_lists import BulkLists, InvalidList, parse_list
from sekimori.triage.facts import MailFacts, facts_of
from sekimori.triage.judging import judge
from sekimori.triage.own_rules import InvalidRule, parse_rule
from sekimori.triage.pairing import with_carrier
from sekimori.triage.rule import Rule

__all__ = ["Judged", "NoMail", "UnusableFile", "judge_bytes", "triage_mail", "triage_of_case"]

MAIL_BYTES = 128 << 20
"""A mail is judged up to this length."""

_USUAL = ("from", "to", "subject", "date", "received", "message-id")

T = TypeVar("T")


class UnusableFile(Refused):
    """A rule or list of the organisation that cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(N_("{path}: {reason}").format(path=path, reason=reason))


class NoMail(Refused):
    """A file with none of the fields that every mail has."""

    def __init__(self, path: Path) -> None:
        super().__init__(N_("{path} is no mail").format(path=path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A mail's hash, and its judgement."""

    sha256: str
    triage: Triage


def triage_mail(
    workspace: Workspace,
    organisation: Organisation,
    path: Path,
    *,
    overrule: Verdict | None = None,
    why: str = "",
    by: str,
    keys: Path | None = None,
) -> Judged:
    """Judge the mail in a file, an Outlook one too; with `overrule`, keep a person's verdict instead of the program's.

    The file need not be in the store. `keys` is a file or folder with keys of DKIM signatures, beside those of the
    workspace. Raises `NoMail`, `UnusableFile`, `UnusableKey`, `NothingSaid`, `OSError`.
    """
    if overrule is not None and not why.strip():
        raise NothingSaid(N_("say why the verdict is overruled: the reason is kept"))
    with path.open("rb") as stream:
        data = letter_of(stream.read(MAIL_BYTES))
    if data is None or not any(parse(data).text(name) for name in _USUAL):
        raise NoMail(path)
    if keys is not None and not keys.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(keys))
    judged = judge_bytes(workspace, organisation, data, keys=dkim_keys(keys) if keys is not None else {})
    if overrule is None:
        return judged
    kept = Overrulings(workspace, organisation).add(
        judged.sha256, was=judged.triage.verdict, verdict=overrule, why=why, by=by
    )
    return replace(judged, triage=replace(judged.triage, overruled=kept))


def triage_of_case(workspace: Workspace, organisation: Organisation, case: Case) -> Triage | None:
    """The judgement on the mail of a case; None where it has none or it was purged. Raises `UnusableFile`."""
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence([case.evidence]).get(case.evidence) if case.evidence is not None else None
    if evidence is None:
        return None
    data = catalogue.read(evidence, 0, min(evidence.size, MAIL_BYTES))
    return judge_bytes(workspace, organisation, data).triage


def judge_bytes(
    workspace: Workspace, organisation: Organisation, data: bytes, *, keys: Mapping[str, str] | None = None
) -> Judged:
    """Judge a mail by its bytes, with all that the workspace tells around it.

    `keys` are keys of DKIM signatures beside those of the workspace. Raises `UnusableFile`, `UnusableKey`.
    """
    folder = workspace.layout.triage / str(organisation.id)
    known = _Known(
        workspace,
        organisation,
        own=_read(folder / "rules", parse_rule),
        lists=BulkLists(tuple(_read(folder / "lists", parse_list))),
        keys={**dkim_keys(folder / "keys"), **(keys or {})},
    )
    digest = sha256(data).hexdigest()
    facts = known.facts(data, digest)
    triage = known.judge(facts)
    if facts.history.carrier is not None and (carried := known.stored(facts.history.carrier.evidence)):
        triage = with_carrier(triage, facts, known.judge(known.facts(carried, sha256(carried).hexdigest())))
    return Judged(sha256=digest, triage=replace(triage, overruled=Overrulings(workspace, organisation).newest(digest)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What mails of one organisation are judged with."""

    workspace: Workspace = field(kw_only=False)
    organisation: Organisation = field(kw_only=False)
    own: Sequence[Rule]
    lists: BulkLists
    keys: Mapping[str, str]

    def facts(self, data: bytes, digest: str) -> MailFacts:
        """The facts of a mail, what passwords open of it and what the store tells around it included."""
        facts = facts_of(data, self.organisation.profile, lists=self.lists, keys=self.keys)
        if any(file.encrypted for file in facts.files):
            opened = opened_contents(self.workspace, self.organisation, data)
            facts = replace(facts, contents=replace(facts.contents, opened=opened))
        return replace(facts, history=history_from_store(self.workspace, self.organisation, facts, digest))

    def judge(self, facts: MailFacts) -> Triage:
        """The program's judgement."""
        return judge(facts, today=datetime.now(UTC).date(), own=self.own)

    def stored(self, evidence: int | None) -> bytes:
        """The bytes of stored evidence; none where it is gone."""
        catalogue = Catalogue(self.workspace, self.organisation)
        found = catalogue.evidence([evidence]).get(evidence) if evidence is not None else None
        return catalogue.read(found, 0, min(found.size, MAIL_BYTES)) if found else b""


def _read(folder: Path, parse: Callable[[str], T]) -> list[T]:
    """What the YAML files of a folder hold, in the order of their names."""
    found: list[T] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(parse(path.read_text(encoding="utf-8")))
        except (InvalidRule, InvalidList, UnicodeDecodeError) as error:
            raise UnusableFile(path, str(error)) from error
    return found
