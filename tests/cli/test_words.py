"""The language of what is said: that asked for, else that of the environment, else that of the system."""

import locale
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sekimori.cli import case, hunt
from sekimori.cli.session import words, write_failure


def helped(*arguments: str) -> str:
    app = typer.Typer(rich_markup_mode=None)
    for noun in (case, hunt):
        noun.register(app)
    ran = CliRunner().invoke(app, [*arguments, "--help"], terminal_width=200)
    assert ran.exit_code == 0
    return ran.output


@pytest.mark.parametrize("lang", ["ja_JP.UTF-8", "C"])
def test_help_is_in_the_language_of_the_locale(monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("LC_ALL", lang)
    japanese = lang.startswith("ja")
    groups, command = helped(), helped("hunt")
    assert ("事案：不審メールから" in groups) is japanese, "of a group"
    assert ("インジケータのファイル（CSV" in command) is japanese, "of a command's own option"
    assert ("JSONで答えます。" in command) is japanese, "of an option that all have"
    assert ("Answer as JSON." in command) is not japanese


@pytest.mark.parametrize(
    ("system", "lang"),
    [(("Japanese_Japan", "932"), "ja"), (("ja_JP", "cp932"), "ja"), (("en_US", "UTF-8"), "en"), ((None, None), "en")],
)
def test_without_an_environment_the_system_decides(
    monkeypatch: pytest.MonkeyPatch, system: tuple[str | None, str | None], lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: system)
    assert words().lang == lang


def test_a_locale_that_python_does_not_know_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> tuple[str | None, str | None]:
        raise ValueError("unknown locale")

    monkeypatch.setattr(locale, "getlocale", unknown)
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    assert words().lang == "ja"


def test_what_the_system_says_of_a_file_is_translated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none").open()
    write_failure(caught.value)
    assert capsys.readouterr().err == f"sekimori: {tmp_path / 'none'}：ファイルまたはフォルダがありません\n"
