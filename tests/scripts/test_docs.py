import sys
from enum import IntEnum
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Annotated

import pytest
import typer

from scripts import docs

app = typer.Typer()
case = typer.Typer()
app.add_typer(case, name="case")


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH")],
    by: Annotated[str, typer.Option(help="Who | what.")] = "nobody",
    strict: Annotated[bool, typer.Option("--strict", help="All or nothing.")] = False,
) -> None:
    """Adds evidence."""


@case.command("open")
def open_case(
    mail: Annotated[str, typer.Argument()] = "",
    strict: Annotated[bool, typer.Option("--strict", help="All or nothing.")] = False,
) -> None:
    """Opens a case."""


@app.command(hidden=True)
def secret() -> None:
    """Nobody is told."""


class Exit(IntEnum):
    """What a command ends with."""

    DONE = 0
    """Done."""
    USAGE = 2
    """Wrong | misspelt."""


@pytest.fixture(autouse=True)
def faces(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("sekimori.cli")
    made.__dict__["application"] = lambda: app
    monkeypatch.setitem(sys.modules, "sekimori.cli", made)
    exits = ModuleType("sekimori.cli.exits")
    exits.__dict__["Exit"] = Exit
    monkeypatch.setitem(sys.modules, "sekimori.cli.exits", exits)


def test_commands_are_named_as_typed() -> None:
    assert list(docs.commands()) == ["sekimori add", "sekimori case open"]


def test_commands_are_written_with_arguments_and_options() -> None:
    text = docs.PARTS["commands"]() or ""

    assert "### `sekimori add PATH…`\n\nAdds evidence.\n\n| option | meaning |" in text
    assert text.startswith("### Options of every command\n\n| option | meaning |\n|---|---|\n| `--strict` | All or")
    assert text.count("`--strict`") == 1
    assert "Who \\| what." in text
    assert "### `sekimori case open [MAIL]`\n\nOpens a case.\n" in text


def test_exit_codes_are_explained_by_the_texts_below_them() -> None:
    assert docs.exit_codes() == {0: "Done.", 2: "Wrong | misspelt."}
    assert "| 2 | Wrong \\| misspelt. |" in (docs.PARTS["exit codes"]() or "")


def test_formats_are_listed_with_the_first_sentence_of_their_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = SimpleNamespace(name="made.log", title="Made log", __module__="made_up")
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up", "A log\nof two lines.\n\nMore."))
    monkeypatch.setattr(docs, "classes_of", lambda base, package: (made,))

    assert "| `made.log` | Made log | A log of two lines. |" in (docs.PARTS["readers"]() or "")


def test_measured_tables_are_kept_where_nothing_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    assert docs.PARTS["bench"]() is None

    report = tmp_path / "build/bench/core.json"
    report.parent.mkdir(parents=True)
    report.write_text('[{"name": "add", "value": 31, "unit": "MB", "peers": {}, "bar": "", "holds": null}]', "utf-8")

    assert "### core\n\n| measured" in (docs.PARTS["bench"]() or "")
