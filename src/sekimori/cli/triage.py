"""`triage`: the verdict on what was handed in, with its reasons."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.triage_mail import triage_mail
from sekimori.cli import jsons
from sekimori.cli.session import Session, command, noun
from sekimori.cli.texts import triage_text
from sekimori.model.report import N_
from sekimori.model.triage import Verdict

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "triage", N_("Triage: a verdict with its reasons."))
    command(group, "mail", N_("Judge a suspicious mail; or overrule the verdict, and say why."))(mail)


def mail(
    session: Session,
    file: Annotated[Path, typer.Argument()],
    overrule: Annotated[Verdict | None, typer.Option(help=N_("Your own verdict in place of the program's."))] = None,
    why: Annotated[str, typer.Option(help=N_("Why the verdict is overruled; it is kept."))] = "",
    dkim_keys: Annotated[
        Path | None,
        typer.Option(help=N_("A file or folder with keys of DKIM signatures: SELECTOR._domainkey.DOMAIN.txt.")),
    ] = None,
) -> None:
    """Judge a mail."""
    with session.open() as (workspace, organisation):
        judged = triage_mail(workspace, organisation, file, overrule=overrule, why=why, by=session.by, keys=dkim_keys)
    session.give(jsons.triage(judged), lambda: triage_text(session, judged))
