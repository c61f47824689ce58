"""`mail`: what is done with mails that are in the workspace."""

from typing import Annotated, Any

import typer

from sekimori.app.openings import Opening
from sekimori.app.unlocking import DAYS, unlock_all, unlock_named
from sekimori.cli.session import EVIDENCE_NAMES, Session, command, noun
from sekimori.model.report import N_
from sekimori.render.safe import clean

__all__ = ["register"]

_MAILS = 3


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "mail", N_("Mails in the workspace: open what they carry encrypted."))
    command(group, "unlock", N_("Open encrypted attachments with the passwords that other mails tell."))(unlock)


def unlock(
    session: Session,
    evidence: Annotated[str | None, typer.Argument(metavar="[EVIDENCE]", help=EVIDENCE_NAMES)] = None,
    all_: Annotated[bool, typer.Option("--all", help=N_("Every mail with an encrypted attachment."))] = False,
    days: Annotated[
        int, typer.Option(min=0, max=366, help=N_("How many days before and after to look for the password."))
    ] = DAYS,
    password: Annotated[list[str] | None, typer.Option(help=N_("A password to try first."))] = None,
) -> None:
    """Unlock."""
    if (evidence is None) == (not all_):
        raise typer.BadParameter("EVIDENCE | --all")
    given = tuple(password or ())
    with session.open() as (workspace, organisation), session.progress() as progress:
        progress(N_("opening attachments"), 0)
        if evidence is not None:
            found = unlock_named(workspace, organisation, evidence, by=session.by, days=days, passwords=given)
        else:
            found = unlock_all(workspace, organisation, by=session.by, days=days, passwords=given, progress=progress)
    session.give({"attachments": [_json(one) for one in found]}, lambda: _text(session, found))


def _json(one: Opening) -> dict[str, Any]:
    trial = one.trial
    return {
        "mail": f"e-{one.mail}",
        "part": one.part,
        "name": one.name,
        "opened": trial is not None or one.is_known,
        "password": trial.password if trial else None,
        "password_mail": f"e-{trial.evidence}" if trial and trial.evidence is not None else None,
        "password_line": trial.line if trial else None,
        "reason": trial.reason if trial else None,
        "tried": one.tried,
        "files": [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in one.files],
        "problems": list(one.problems),
        "mails": [
            {"mail": f"e-{paired.letter.evidence}", "weight": paired.weight, "reasons": list(paired.reasons)}
            for paired in one.mails
        ],
    }


def _text(session: Session, found: list[Opening]) -> str:
    say = session.say
    if not found:
        return say(N_("No mail carries anything encrypted."))
    lines: list[str] = []
    for one in found:
        lines.append(say(N_("e-{mail}, attachment {part}: {name}"), mail=one.mail, part=one.part, name=one.name))
        lines += _outcome(session, one)
    opened = sum(one.trial is not None or one.is_known for one in found)
    lines.append(say(N_("Opened: {opened} of {count} encrypted attachments."), opened=opened, count=len(found)))
    return "\n".join(lines)


def _outcome(session: Session, one: Opening) -> list[str]:
    """What became of one attachment."""
    say, reason = session.say, session.words.reason
    if one.is_known:
        return [say(N_("  opened before"))]
    lines = [f"  {clean(reason(problem))}" for problem in one.problems]
    if one.trial is None:
        lines.append(say(N_("  not opened; passwords tried: {count}"), count=one.tried))
        return lines + [
            say(
                N_("  looked for in e-{mail}: {reasons}"),
                mail=paired.letter.evidence,
                reasons=", ".join(map(reason, paired.reasons)),
            )
            for paired in one.mails[:_MAILS]
        ]
    trial = one.trial
    lines.append(say(N_("  password: {password} ({reason})"), password=trial.password, reason=reason(trial.reason)))
    for paired in one.mails:
        if paired.letter.evidence == trial.evidence:
            why = ", ".join(map(reason, paired.reasons))
            lines.append(
                say(N_("  from e-{mail}, line {line}: {reasons}"), mail=trial.evidence, line=trial.line, reasons=why)
            )
    lines += [
        say(N_("  opened: {name} ({size} bytes, SHA-256 {sha256})"), name=file.name, size=file.size, sha256=file.sha256)
        for file in one.files
    ]
    return lines
