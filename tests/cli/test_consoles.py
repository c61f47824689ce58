"""Consoles that cannot hold everything: CP932, ASCII, a C locale. They never raise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import Shell
from tests.cli.test_commands import READ_ONLY

ODD = "\U0001f409 ドラゴン \u202e\u0301ｶﾞ é ☃ \udce9"


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_answer_fits_the_console(filled: Shell, encoding: str, lang: str) -> None:
    shell = Shell(filled.workspace, encoding)
    for arguments in (*READ_ONLY, ("case", "show", "1")):
        assert shell.done(*arguments, "--lang", lang).out
        assert shell.told(*arguments) == filled.told(*arguments) or arguments[0] == "case"


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_odd_names_fit_the_console(empty: Shell, tmp_path: Path, encoding: str) -> None:
    shell = Shell(empty.workspace, encoding)
    path = tmp_path / ODD
    path.write_bytes(f"From: {ODD[:-1]} <a@example.jp>\nSubject: {ODD[:-1]}\nTo: b@example.jp\n\n{ODD[:-1]}\n".encode())
    gone = tmp_path / f"{ODD} gone"
    assert shell.done("add", path, gone).out
    assert shell.done("case", "open", path, "--title", ODD).out
    for arguments in (("case", "list"), ("case", "show", "1"), ("show", "e-1"), ("prevalence", ODD), ("hunt",)):
        assert shell.done(*arguments).out
        assert shell.told(*arguments)
    ran = shell.run("hunt", "--indicators", gone)
    assert (ran.code, ran.out) == (2, "")
    assert shell.done("org", "add", ODD).out
    assert shell.run("status").code == 3


def test_without_colours_or_control_characters(filled: Shell, tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_bytes(b"evil.example\n\x1b[31mred\x07 nothing here\n")
    ran = filled.run("hunt", "--once", "--indicators", tmp_path / "evil.txt")
    assert ran.code == 0
    assert "\x1b" not in ran.out + ran.err
    assert "\x07" not in ran.out + ran.err


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "ja_JP.UTF-8", "PYTHONIOENCODING": "cp932"},
        {"LANG": "ja_JP.UTF-8", "PYTHONIOENCODING": "ascii"},
    ],
    ids=["C", "cp932", "ascii"],
)
def test_a_process_of_its_own(filled: Shell, environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG", "PYTHONUTF8"}}
    for arguments in (["--help"], ["case", "show", "1"], ["show", "e-99999"]):
        ran = subprocess.run(
            [sys.executable, "-c", "from sekimori.cli import main; main()", *arguments],
            env={**kept, **environment, "SEKIMORI_WORKSPACE": str(filled.workspace)},
            capture_output=True,
            check=False,
        )
        assert ran.returncode == (3 if arguments[0] == "show" else 0), ran.stderr
        assert b"Traceback" not in ran.stderr
        assert ran.stdout if ran.returncode == 0 else ran.stderr


def test_a_reader_that_goes_away(filled: Shell) -> None:
    command = [sys.executable, "-c", "from sekimori.cli import main; main()", "case", "show", "1"]
    environment = {**os.environ, "SEKIMORI_WORKSPACE": str(filled.workspace)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
