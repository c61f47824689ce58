"""`init`, `status`: the workspace itself."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.opening import create_workspace
from sekimori.app.status import status_of
from sekimori.cli.session import Session, command
from sekimori.cli.texts import status_text
from sekimori.model.report import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "init", N_("Make a workspace: one folder."), without=("workspace",))(init)
    command(app, "status", N_("Say what a workspace holds, and what could not be read."))(status)


def init(session: Session, folder: Annotated[Path, typer.Argument()]) -> None:
    """Make a workspace."""
    name = session.organisation or "default"
    create_workspace(folder, organisation=name, by=session.by).close()
    message = N_("{folder} is a workspace now, with the organisation {name}.")
    session.give(
        {"workspace": str(folder), "organisation": name}, lambda: session.say(message, folder=folder, name=name)
    )


def status(session: Session) -> None:
    """Say what is there."""
    with session.open() as (workspace, organisation):
        found = status_of(workspace, organisation)
    session.give(found, lambda: status_text(session, found))
