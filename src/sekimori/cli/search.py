"""`search`: one question to all mail."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.asking import asked, systems, translated
from sekimori.app.export_format import Format
from sekimori.app.searching import count, every, hits_of, search
from sekimori.cli import searched
from sekimori.cli.session import Session, command
from sekimori.model.organisation import Organisation
from sekimori.model.query import Query
from sekimori.store.workspace import Workspace
from sekimori.values.wording import N_

__all__ = ["register"]

_SEARCHING, _WRITING = N_("searching"), N_("writing files")


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "search", N_("Search all mail: by sender, subject, text, attachment, address, time and more."))(ask)


def ask(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="QUERY...")],
    limit: Annotated[int, typer.Option(min=1, max=10_000, help=N_("How many mails are shown."))] = 20,
    skip: Annotated[int, typer.Option(min=0, help=N_("How many of the newest are passed over."))] = 0,
    total: Annotated[bool, typer.Option("--count", help=N_("Say only how many there are."))] = False,
    mailboxes: Annotated[
        bool, typer.Option("--mailboxes", help=N_("Say who received them, and who read them."))
    ] = False,
    format_: Annotated[
        Format | None, typer.Option("--export", help=N_("Write all that are found to --to: as they came, or a table."))
    ] = None,
    to: Annotated[Path | None, typer.Option(help=N_("Where --export writes: a folder for eml, else a file."))] = None,
    system: Annotated[
        str | None,
        typer.Option("--as", help=N_("Say the question for another system: exchange, gmail, notmuch or purview.")),
    ] = None,
    notice: Annotated[
        Path | None, typer.Option(help=N_("Folder for the notice to the recipients and the lists for the recall."))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=N_("Overwrite files that are there."))] = False,
) -> None:
    """Search."""
    _check(total, mailboxes, format_, to, system, notice)
    text = " ".join(word.encode("utf-8", "backslashreplace").decode() for word in words)
    with session.open() as (workspace, organisation):
        query = asked(organisation, text)
        if system is not None:
            found = translated(query, system)
            session.give(searched.translated_json(found), lambda: searched.translated_text(session, found))
        elif total:
            with session.working(_SEARCHING):
                answer = count(workspace, organisation, query)
            session.give(searched.answer_json(query, answer), lambda: searched.count_text(session, answer))
        elif mailboxes or format_ is not None or notice is not None:
            _all(session, workspace, organisation, query, format_=format_, to=to, notice=notice, force=force)
        else:
            with session.working(_SEARCHING):
                page = search(workspace, organisation, query, limit=limit, skip=skip)
            session.give(searched.answer_json(query, page), lambda: searched.answer_text(session, page, skip))


def _all(
    session: Session,
    workspace: Workspace,
    organisation: Organisation,
    query: Query,
    *,
    format_: Format | None,
    to: Path | None,
    notice: Path | None,
    force: bool,
) -> None:
    """What is done with all that is found. Imported only here: a question alone needs none of it."""
    from sekimori.app.deliveries import deliveries  # noqa: PLC0415
    from sekimori.app.exporting import export  # noqa: PLC0415
    from sekimori.app.recalling import recall  # noqa: PLC0415

    with session.working(_SEARCHING):
        found = every(workspace, organisation, query)
    if notice is not None:
        with session.working(_WRITING):
            done = recall(workspace, organisation, found.ids, notice, force=force, logged=found.logged)
        content = searched.recall_json(query, done, found)
        session.give(content, lambda: searched.recall_text(session, done, found))
    elif format_ is not None and to is not None:
        with session.working(_WRITING):
            hits = hits_of(workspace, organisation, query, found.ids)
            export(workspace, organisation, hits, format_, to, force=force)
        content = searched.export_json(query, len(hits), to, found)
        session.give(content, lambda: searched.export_text(session, len(hits), to, found))
    else:
        with session.working(_SEARCHING):
            each = deliveries(workspace, organisation, found.ids, found.logged)
        content = searched.mailboxes_json(query, each, found)
        session.give(content, lambda: searched.mailboxes_text(session, each, found))


def _check(
    total: bool, mailboxes: bool, format_: Format | None, to: Path | None, system: str | None, notice: Path | None
) -> None:
    """Refuse options that do not go together."""
    if sum((total, mailboxes, format_ is not None, system is not None, notice is not None)) > 1:
        raise typer.BadParameter(
            "--count, --mailboxes, --export, --as, --notice",
            param_hint="--count | --mailboxes | --export | --as | --notice",
        )
    if (format_ is None) is not (to is None):
        raise typer.BadParameter("--export, --to", param_hint="--export FORMAT --to PATH")
    if system is not None and system not in systems():
        raise typer.BadParameter(f"{system}: {', '.join(systems())}", param_hint="--as")
