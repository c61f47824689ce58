"""`hunt`: indicators over all evidence."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.cases import indicators_of_case
from sekimori.app.hunting import Hunted, hunt_all, hunt_for, hunt_once, load_indicators
from sekimori.app.pieces import Progress
from sekimori.cli import jsons
from sekimori.cli.exits import Exit
from sekimori.cli.session import Session, command, write_error
from sekimori.cli.texts import hunted_text, refused_text
from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.match import Answer
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.store.workspace import Workspace

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "hunt", N_("Hunt indicators in all evidence: of files, of a case, or all that are known."))(hunt)


def hunt(
    session: Session,
    indicators: Annotated[
        list[Path] | None, typer.Option(help=N_("File of indicators: CSV, text, STIX 2.0 or 2.1."))
    ] = None,
    case: Annotated[int | None, typer.Option(help=N_("Number of a case."))] = None,
    once: Annotated[bool, typer.Option(help=N_("Keep neither the file's indicators nor what is found."))] = False,
    fail_if_seen: Annotated[bool, typer.Option(help=N_("End with code 10 where anything was seen."))] = False,
    strict: Annotated[bool, typer.Option(help=N_("End with code 6 where a row was refused."))] = False,
) -> None:
    """Hunt."""
    with session.progress() as progress:
        wanted, refused = load_indicators(indicators or [], progress=progress)
    with session.open() as (workspace, organisation), session.progress() as progress:
        hunted = _hunt(
            session, workspace, organisation, wanted, case, once=once, from_files=bool(indicators), progress=progress
        )
    session.give(jsons.hunted(hunted, refused), lambda: hunted_text(session, hunted))
    _tell_refused(session, refused)
    if strict and refused:
        raise typer.Exit(Exit.UNREAD)
    if fail_if_seen and any(one.answer is Answer.SEEN for one in hunted.answers):
        raise typer.Exit(Exit.SEEN)


def _hunt(
    session: Session,
    workspace: Workspace,
    organisation: Organisation,
    wanted: list[Indicator],
    case: int | None,
    *,
    once: bool,
    from_files: bool,
    progress: Progress,
) -> Hunted:
    if case is not None:
        wanted = [*wanted, *indicators_of_case(workspace, organisation, case)]
    if once:
        return hunt_once(workspace, organisation, wanted, progress=progress)
    if case is None and not from_files:
        return hunt_all(workspace, organisation, by=session.by, progress=progress)
    return hunt_for(workspace, organisation, wanted, by=session.by, progress=progress)


def _tell_refused(session: Session, refused: list[RefusedRow]) -> None:
    if refused and not session.as_json:
        write_error(refused_text(session, refused))
