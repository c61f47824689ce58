"""`sweep`: indicators over raw files as they are."""

import errno
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.indicator_set import cache_folder, load_set, set_of
from sekimori.app.pieces import Input
from sekimori.app.sweep import Sweep, sweep
from sekimori.cli.exits import Exit
from sekimori.cli.session import Session, command, write_error
from sekimori.cli.swept import sweep_json, sweep_text
from sekimori.model.report import N_
from sekimori.readers.protocol import ReadingContext
from sekimori.store.errors import Refused

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "sweep", N_("Sweep raw files for indicators: nothing is added, no workspace is needed."))(sweep_files)


def sweep_files(
    session: Session,
    paths: Annotated[list[str], typer.Argument(metavar="LOG...")],
    indicators: Annotated[
        list[Path] | None, typer.Option(help=N_("File of indicators: CSV, text, STIX 2.0 or 2.1."))
    ] = None,
    case: Annotated[int | None, typer.Option(help=N_("Number of a case, in the workspace."))] = None,
    mentions: Annotated[
        bool, typer.Option("--mentions", help=N_("Show mere mentions too, and look into query strings."))
    ] = False,
    format_: Annotated[str, typer.Option("--format", help=N_("Format of all files, such as squid.access."))] = "",
    fail_if_seen: Annotated[bool, typer.Option(help=N_("End with code 10 where anything was seen."))] = False,
    strict: Annotated[bool, typer.Option(help=N_("End with code 6 where anything could not be read."))] = False,
) -> None:
    """Sweep."""
    if not indicators and case is None:
        raise Refused(N_("name a file of indicators (--indicators) or a case (--case)"))
    inputs = [_input(path) for path in _matching(paths)]
    with session.progress() as progress:
        wanted = load_set(indicators, cache_folder(), progress=progress) if indicators else None
        context, own = ReadingContext(), frozenset[Path]()
        with session.open() if case is not None else nullcontext() as opened:
            if opened is not None and case is not None:
                workspace, organisation = opened
                # Only this needs what a workspace is made of, which takes a while to import.
                from sekimori.app.adding import context_of  # noqa: PLC0415
                from sekimori.app.cases import indicators_of_case  # noqa: PLC0415

                wanted = set_of(indicators_of_case(workspace, organisation, case), wanted)
                context, own = context_of(organisation), workspace.layout.own
        found = sweep(
            inputs,
            wanted or set_of(()),
            context=context,
            format_=format_,
            mentions=mentions,
            own=own,
            progress=progress,
        )
    _give(session, found, mentions=mentions)
    _end(found, fail_if_seen=fail_if_seen, strict=strict)


def _give(session: Session, found: Sweep, *, mentions: bool) -> None:
    session.give(sweep_json(found, mentions=mentions), lambda: sweep_text(session, found, mentions=mentions))
    if found.refused and not session.as_json:
        from sekimori.cli.texts import refused_text  # noqa: PLC0415 - brings what other commands need

        write_error(refused_text(session, found.refused))


def _end(found: Sweep, *, fail_if_seen: bool, strict: bool) -> None:
    if fail_if_seen and found.seen:
        raise typer.Exit(Exit.SEEN)
    if strict and (found.files.unread or found.refused):
        raise typer.Exit(Exit.UNREAD)


def _matching(paths: list[str]) -> list[str]:
    """Paths, and those that a pattern stands for where the shell left it, as on Windows. Raises `FileNotFoundError`."""
    found: list[str] = []
    for path in paths:
        if path == "-" or os.path.lexists(path):
            found.append(path)
            continue
        whole = Path(path)
        some = sorted(map(str, whole.parent.glob(whole.name))) if any(sign in whole.name for sign in "*?[") else []
        if not some:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        found += some
    return found


def _input(path: str) -> Input:
    return ("stdin", sys.stdin.buffer) if path == "-" else Path(path)
