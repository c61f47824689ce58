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
@pytest.mark.parametrize("arguments", READ_ONLY[::2], ids=" ".join)
def test_every_answer_fits_the_console(filled: Shell, arguments: tuple[str, ...], encoding: str) -> None:
    shell = Shell(filled.workspace, encoding)
    assert shell.done(*arguments, "--lang", "ja").out
    assert shell.told(*arguments)


@pytest.mark.parametrize("encoding", ["cp932", "ascii"])
def test_odd_names_fit_the_console(empty: Shell, tmp_path: Path, encoding: str) -> None:
    shell = Shell(empty.workspace, encoding)
    path = tmp_path / ODD
    path.write_bytes(f"From: {ODD[:-1]} <a@example.jp>\nSubject: {ODD[:-1]}\nTo: b@example.jp\n\n{ODD[:-1]}\n".encode())
    gone = tmp_path / f"{ODD} gone"
    assert shell.done("add", path).out
    assert shell.done("case", "open", path, "--title", ODD).out
    for arguments in (("case", "list"), ("case", "show", "1"), ("show", "e-1"), ("prevalence", ODD), ("hunt",)):
        assert shell.done(*arguments).out
        assert shell.told(*arguments)
    for options in (("hunt", "--indicators"), ("add",)):
        ran = shell.run(*options, gone)
        assert (ran.code, ran.out) == (2, "")
    assert shell.done("org", "add", ODD).out
    assert shell.run("status").code == 3


def test_control_characters_never_reach_the_terminal(empty: Shell, tmp_path: Path) -> None:
    hostile = "\x1b[31mred\x07\x9b2J\u202e"
    mail = f"From: {hostile} <a@example.jp>\nSubject: {hostile}\nTo: b@example.jp\n\nhttp://evil.example/{hostile}\n"
    (tmp_path / "evil.eml").write_text(mail, "utf-8")
    (tmp_path / "evil.csv").write_text(f"value\nevil.example\n{hostile}\n", "utf-8")
    runs = [
        empty.done("case", "open", tmp_path / "evil.eml", "--title", hostile, "--by", hostile),
        empty.run("hunt", "--indicators", tmp_path / "evil.csv"),
        *(
            empty.done(*arguments)
            for arguments in (("show", "e-1"), ("case", "list"), ("hunt",), ("case", "show", "1"))
        ),
        empty.run("show", hostile),
    ]
    for ran in runs:
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.out + ran.err)
        assert ran.out or ran.err


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
    for arguments in (["--help"], ["case", "show", "1"]):
        ran = subprocess.run(
            [sys.executable, "-c", "from sekimori.cli import main; main()", *arguments],
            env={**kept, **environment, "SEKIMORI_WORKSPACE": str(filled.workspace)},
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert ran.stdout


def test_a_reader_that_goes_away(filled: Shell) -> None:
    command = [sys.executable, "-c", "from sekimori.cli import main; main()", "case", "show", "1"]
    environment = {**os.environ, "SEKIMORI_WORKSPACE": str(filled.workspace)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
