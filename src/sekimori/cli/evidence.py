"""`add`, `show`, `purge`, `prevalence`, `timeline`: evidence and what stands in it."""

import errno
import os
import sys
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from sekimori.app.adding import add_evidence
from sekimori.app.ingest import Added
from sekimori.app.pieces import Input
from sekimori.app.prevalence import prevalence
from sekimori.app.purging import purge_evidence
from sekimori.app.showing import show
from sekimori.app.timeline import timeline
from sekimori.cli import jsons
from sekimori.cli.exits import Exit
from sekimori.cli.session import EVIDENCE_NAMES, Session, command
from sekimori.cli.texts import added_text, prevalence_text, purged_text, shown_text, timeline_text
from sekimori.model.report import N_
from sekimori.values import times
from sekimori.values.types import ObservableType

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "add", N_("Add evidence of any kind: files, folders, or - for standard input."))(add)
    command(app, "show", N_("Show the raw source of a sighting, or of a piece of evidence."))(show_source)
    command(app, "prevalence", N_("Say who has to do with a value: hosts, users, first, last, days."))(prevalence_of)
    command(app, "timeline", N_("Tell all that a machine or person did, in order of time."))(timeline_of)
    command(app, "purge", N_("Delete evidence and all that was derived from it."))(purge)


def add(
    session: Session,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...")],
    mapping: Annotated[Path | None, typer.Option(help=N_("Description of a generic table (YAML)."))] = None,
    strict: Annotated[bool, typer.Option(help=N_("End with code 6 where anything could not be read."))] = False,
) -> None:
    """Add evidence."""
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    inputs: list[Input] = [("stdin", sys.stdin.buffer) if path == "-" else Path(path) for path in paths]
    with session.open() as (workspace, organisation), session.progress() as progress:
        added, new = add_evidence(workspace, organisation, inputs, by=session.by, mapping=mapping, progress=progress)
    session.give(jsons.added(added, new), lambda: added_text(session, added, new))
    if strict and _unread(added):
        raise typer.Exit(Exit.UNREAD)


def show_source(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="SIGHTING|EVIDENCE", help=N_("A sighting (s-…), or evidence as `purge` takes it."))
    ],
    limit: Annotated[int, typer.Option(min=1, help=N_("How many records."))] = 5,
) -> None:
    """Show the raw source."""
    with session.open() as (workspace, organisation):
        shown = show(workspace, organisation, name, limit=limit)
    session.give(jsons.shown(shown), lambda: shown_text(session, shown))


def prevalence_of(
    session: Session,
    value: Annotated[str, typer.Argument()],
    type_: Annotated[ObservableType | None, typer.Option("--type")] = None,
) -> None:
    """Say how common a value is."""
    with session.open() as (workspace, organisation), session.working(N_("searching")):
        found = prevalence(workspace, organisation, value, type_)
    session.give(jsons.prevalence(found), lambda: prevalence_text(session, found))


_Time = typer.Option(metavar="TIME", help=N_("Only records from or to this time: 2026-10-06, or with a time of day."))


def timeline_of(
    session: Session,
    name: Annotated[str, typer.Argument(help=N_("A machine (name, address) or a person (name, account, address)."))],
    since: Annotated[str | None, _Time] = None,
    until: Annotated[str | None, _Time] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=N_("How many records."))] = 200,
) -> None:
    """Tell what a machine or person did."""
    with session.open() as (workspace, organisation), session.working(N_("searching")):
        zone = ZoneInfo(organisation.profile.time_zone)
        begin, end = (times.parse(text, zone) if text else None for text in (since, until))
        found = timeline(workspace, organisation, name, since=begin, until=end, limit=limit)
    session.give(jsons.timeline(found), lambda: timeline_text(session, found))


def purge(
    session: Session,
    names: Annotated[list[str], typer.Argument(metavar="EVIDENCE...", help=EVIDENCE_NAMES)],
    why: Annotated[str, typer.Option(help=N_("The reason, for the audit log."))],
) -> None:
    """Delete evidence."""
    with session.open() as (workspace, organisation), session.working(N_("deleting")):
        purged = purge_evidence(workspace, organisation, names, by=session.by, why=why)
    content = {"purged": purged.count, "cases": list(purged.cases)}
    session.give(content, lambda: purged_text(session, purged))


def _unread(added: Added) -> bool:
    return bool(added.unread or added.unreadable or added.unread_evidence)
