"""`case`: a suspicious mail becomes indicators, the indicators are hunted in everything, the answer is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from sekimori.app.adding import add_evidence
from sekimori.app.case_answer import Answer
from sekimori.app.pieces import Progress, silent
from sekimori.app.report import build_report
from sekimori.app.unlocking import unlock_copies, unlock_mail, with_opened
from sekimori.extract.mail import extract, subject_of
from sekimori.formats.mail import parse
from sekimori.model.indicator import Indicator
from sekimori.model.organisation import Organisation
from sekimori.model.proposal import Proposal
from sekimori.model.report import N_, CaseReport, to_json
from sekimori.readers.mail.eml import Eml
from sekimori.render.html import case_page
from sekimori.store.cases import Case, Cases
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.errors import Refused
from sekimori.store.indicators import Indicators
from sekimori.store.workspace import Workspace

__all__ = ["NewCase", "NotAMail", "all_cases", "answer_case", "indicators_of_case", "open_case"]


class NotAMail(Refused):
    """A case was to be opened with something that is no mail, and holds none or several."""

    def __init__(self, path: Path, dataset: str | None) -> None:
        self.path, self.dataset = path, dataset
        what = N_("it was read as {dataset}").format(dataset=dataset) if dataset else N_("no reader recognises it")
        message = N_("{path} is no single mail ({what}); give one message: as it was saved, .eml or .msg")
        super().__init__(message.format(path=path, what=what))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """The case to be opened: its title, else the mail's subject; whether also where the mail has a case already.

    A title of its own wants a case of its own.
    """

    title: str | None = None
    again: bool = False


def open_case(
    workspace: Workspace,
    organisation: Organisation,
    path: Path,
    *,
    wanted: NewCase,
    by: str,
    lang: str,
    progress: Progress = silent,
) -> Answer:
    """Open a case with a mail and answer it; a mail that has a case gets that one's answer anew.

    The mail may stand alone in something: a message of Outlook, an archive. Raises `NotAMail`, `WorkspaceError`,
    `OSError`.
    """
    with path.open("rb"):
        pass  # a wrong path is the caller's mistake, not unreadable evidence
    added, _ = add_evidence(workspace, organisation, [path], by=by, progress=progress)
    catalogue = Catalogue(workspace, organisation)
    evidence = _mail_of(catalogue, path, added.evidence)
    cases = Cases(workspace, organisation)
    known = [one for one in cases.all() if one.evidence == evidence.id]
    if known and not wanted.again and wanted.title is None:
        return _answered(workspace, organisation, known[-1], by=by, lang=lang, progress=progress, is_new=False)
    data = catalogue.read(evidence, 0, evidence.size)
    mail = parse(data)
    opened = unlock_mail(workspace, organisation, evidence, by=by)
    unlock_copies(workspace, organisation, opened, by=by)
    extracted = with_opened(extract(mail, data, organisation.profile), opened, organisation.profile)
    hunted = [one.indicator for one in extracted if one.proposal is Proposal.HUNT]
    subject = subject_of(mail, organisation.profile).mail
    name = wanted.title or subject.text("subject") or path.name
    case = cases.open(name, evidence=evidence.id, extracted=extracted, by=by)
    Indicators(workspace, organisation).add(hunted, by=by, source=f"case {case.number}")
    return _answered(workspace, organisation, case, by=by, lang=lang, progress=progress, is_new=True)


def answer_case(
    workspace: Workspace,
    organisation: Organisation,
    number: int,
    *,
    by: str,
    lang: str,
    progress: Progress = silent,
) -> Answer:
    """Answer a case anew with the evidence there is now. Raises `NoSuchThing`."""
    case = Cases(workspace, organisation).named(number)
    return _answered(workspace, organisation, case, by=by, lang=lang, progress=progress, is_new=False)


def all_cases(workspace: Workspace, organisation: Organisation) -> list[Case]:
    """All cases."""
    return Cases(workspace, organisation).all()


def indicators_of_case(workspace: Workspace, organisation: Organisation, number: int) -> Sequence[Indicator]:
    """The indicators of a case that are hunted. Raises `NoSuchThing`."""
    cases = Cases(workspace, organisation)
    extracted = cases.extracted(cases.named(number))
    return [one.indicator for one in extracted if one.proposal is Proposal.HUNT]


def _mail_of(catalogue: Catalogue, path: Path, added: Sequence[int]) -> Evidence:
    """The mail that was added, or the only one directly within what was added. Raises `NotAMail`."""
    evidence = catalogue.evidence(added).get(added[0]) if added else None
    if evidence is None or evidence.dataset == Eml.name:
        found = [evidence] if evidence else []
    else:
        found = [one for one in catalogue.within(evidence.id) if one.dataset == Eml.name]
    if len(found) != 1:
        raise NotAMail(path, evidence.dataset if evidence else None)
    return found[0]


def _answered(
    workspace: Workspace,
    organisation: Organisation,
    case: Case,
    *,
    by: str,
    lang: str,
    progress: Progress,
    is_new: bool,
) -> Answer:
    report = build_report(workspace, organisation, case, by=by, progress=progress)
    return Answer(report=report, files=_write(workspace, organisation, report, lang), is_new=is_new)


def _write(workspace: Workspace, organisation: Organisation, report: CaseReport, lang: str) -> dict[str, Path]:
    folder = workspace.layout.reports / str(organisation.id)
    folder.mkdir(parents=True, exist_ok=True)
    contents: Mapping[str, bytes] = {
        "html": case_page(report, lang).encode("utf-8", "backslashreplace"),
        "json": orjson.dumps(to_json(report), option=orjson.OPT_INDENT_2),
    }
    files = {}
    for kind, content in contents.items():
        files[kind] = folder / f"case-{report.case}.{kind}"
        draft = files[kind].with_suffix(f".{kind}.new")
        draft.write_bytes(content)
        draft.replace(files[kind])
    return files
