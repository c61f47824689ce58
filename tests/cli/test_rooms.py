"""A command is found whether all modules of commands are imported or only its own."""

import subprocess
import sys
from importlib import import_module

import pytest
import typer

from sekimori import cli


def _names(app: typer.Typer) -> set[str]:
    return {str(one.name) for one in app.registered_commands} | {str(one.name) for one in app.registered_groups}


@pytest.mark.parametrize("room", list(cli.ROOMS))
def test_each_module_answers_to_the_words_that_are_its_own(room: str) -> None:
    app = typer.Typer()
    import_module(f"sekimori.cli.{room}").register(app)

    assert _names(app) == set(cli.ROOMS[room])
    assert all(_names(cli.application(word)) == set(cli.ROOMS[room]) for word in cli.ROOMS[room])


@pytest.mark.parametrize("word", ["", "--help", "nonsense"])
def test_any_other_word_gets_all_commands(word: str) -> None:
    assert _names(cli.application(word)) == {name for names in cli.ROOMS.values() for name in names}


def test_a_command_imports_no_library_of_another() -> None:
    code = "import sys; from sekimori.cli import application; application('add'); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)

    assert {"openpyxl", "jinja2", "alembic", "sekimori.scenario"} & set(ran.stdout.split()) == set()
