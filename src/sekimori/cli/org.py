"""`org`: organisations and their profiles."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.auditing import changes
from sekimori.app.opening import open_workspace
from sekimori.app.organisations import import_profile
from sekimori.cli import jsons
from sekimori.cli.session import Session, command, noun
from sekimori.cli.texts import audit_text, organisations_text, profile_text
from sekimori.model.report import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "org", N_("Organisations: own domains, networks, partners, people."))
    command(group, "import", N_("Replace the organisation's profile by that of a YAML file."))(import_)
    command(group, "add", N_("Add an organisation; nothing crosses from one to another."))(add)
    command(group, "list", N_("List the organisations."))(list_)
    command(group, "audit", N_("Say who changed what, and when: the audit log, newest first."))(audit)


def import_(session: Session, profile: Annotated[Path, typer.Argument()]) -> None:
    """Import a profile."""
    with session.open() as (workspace, organisation):
        found = import_profile(workspace, organisation, profile, by=session.by)
    session.give(jsons.profile(found), lambda: profile_text(session, found))


def add(session: Session, name: Annotated[str, typer.Argument()]) -> None:
    """Add an organisation."""
    with open_workspace(session.workspace) as workspace:
        workspace.add_organisation(name, by=session.by)
    session.give({"organisation": name}, lambda: session.say(N_("Added the organisation {name}."), name=name))


def list_(session: Session) -> None:
    """List the organisations."""
    with open_workspace(session.workspace) as workspace:
        all_ = workspace.organisations()
    session.give({"organisations": [one.name for one in all_]}, lambda: organisations_text(all_))


def audit(
    session: Session,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=N_("How many lines are shown."))] = 20,
    skip: Annotated[int, typer.Option(min=0, help=N_("How many of the newest are passed over."))] = 0,
) -> None:
    """Show the audit log."""
    with session.open() as (workspace, organisation):
        count, found = changes(workspace, organisation, limit=limit, skip=skip)
    session.give(jsons.audit(count, found), lambda: audit_text(session, count - skip, found))
