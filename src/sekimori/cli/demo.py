"""`demo`: the main job on the built-in incident."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.app.demo import run_demo
from sekimori.cli import jsons
from sekimori.cli.session import Session, command
from sekimori.cli.texts import case_answer_text
from sekimori.model.report import N_

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(
        app,
        "demo",
        N_("Show the main job on the built-in incident: one suspicious mail in, the answer out."),
        without=("workspace", "organisation"),
    )(demo)


def demo(
    session: Session,
    folder: Annotated[Path | None, typer.Argument()] = None,
    scale: Annotated[float, typer.Option(min=0.01, max=100, help=N_("How much noise, as a factor."))] = 1.0,
) -> None:
    """Run the demonstration."""
    with session.progress() as progress:
        answer = run_demo(folder, scale=scale, by=session.by, lang=session.lang, progress=progress)
    session.give(jsons.answer(answer), lambda: case_answer_text(session, answer))
