"""`dev`: for those who work on the program itself."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori import scenario
from sekimori.app import golden
from sekimori.cli.session import Session, command, noun
from sekimori.model.report import N_

__all__ = ["register"]

_NONE = ("workspace", "organisation")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = noun(app, "dev", N_("For those who work on the program: scenario, golden files."))
    command(
        group,
        "scenario",
        N_("Write the built-in incident: an invented organisation's month, and the truth."),
        without=_NONE,
    )(write_scenario)
    command(
        group,
        "golden",
        N_("Compare the readers' results on the samples with the golden files, or renew these."),
        without=_NONE,
    )(golden_files)


def write_scenario(
    session: Session,
    folder: Annotated[Path, typer.Argument()],
    seed: Annotated[int, typer.Option(help=N_("The same seed writes the same bytes."))] = 20261001,
    scale: Annotated[float, typer.Option(min=0.01, max=100, help=N_("How much noise, as a factor."))] = 1.0,
) -> None:
    """Write the incident."""
    scenario.write(folder, seed=seed, scale=scale)
    session.give(
        {"folder": str(folder), "seed": seed, "scale": scale},
        lambda: session.say(N_("Wrote the incident to {folder}."), folder=folder),
    )


def golden_files(
    session: Session,
    root: Annotated[Path, typer.Option(help=N_("Folder of the samples."))] = Path("tests/data"),
    update: Annotated[bool, typer.Option("--update", help=N_("Write the golden files anew."))] = False,
) -> None:
    """Compare or renew the golden files."""
    if update:
        names = [str(path) for path in golden.update(root)]
        session.give({"written": names}, lambda: "\n".join(names))
        return
    differences = [str(one) for one in golden.check(root)]
    session.give({"differences": differences}, lambda: "\n".join(differences))
    if differences:
        raise typer.Exit(1)
