"""What is refused ends with the code of a wrong command line: the workspace is well, and as it was before."""

import zipfile
from pathlib import Path

import pytest

from sekimori.cli.exits import Exit
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from tests.cli.running import Ran, Shell

LINE = "1790812800.000    120 10.1.2.15 TCP_MISS/200 512 GET http://www.example.jp/ - HIER_DIRECT/192.0.2.7 text/html\n"


def _refused(ran: Ran, *parts: str, code: Exit = Exit.USAGE) -> None:
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err.startswith("sekimori: ")
    assert ran.err.count("\n") == 1
    for part in parts:
        assert part in ran.err


@pytest.fixture
def shell(empty: Shell, tmp_path: Path) -> Shell:
    """A workspace with one log, which also stands within an archive."""
    log = tmp_path / "access.log"
    log.write_text(LINE * 20, "utf-8")
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.write(log, "access.log")
    empty.done("add", tmp_path / "logs.zip", log)
    return empty


def _evidence(shell: Shell, name: str) -> str:
    for number in (1, 2):
        found = shell.told("show", f"e-{number}")["evidence"]
        if found["name"].endswith(name):
            return f"e-{number}"
    raise AssertionError(name)


def test_a_case_with_something_that_is_no_mail(shell: Shell, tmp_path: Path) -> None:
    _refused(shell.run("case", "open", tmp_path / "access.log"), "is no single mail", "squid.access")


def test_an_organisation_of_an_existing_name(shell: Shell) -> None:
    _refused(shell.run("org", "add", "default"), "default")


@pytest.mark.parametrize("name", ["", " ", "\t \n", "\u3000"], ids=ascii)
def test_an_organisation_without_a_name(shell: Shell, name: str) -> None:
    _refused(shell.run("org", "add", name), "needs a name")
    assert shell.told("org", "list") == {"organisations": ["default"]}


def test_a_purge_of_what_also_stands_within_a_container(shell: Shell) -> None:
    log = _evidence(shell, "access.log")
    _refused(shell.run("purge", log, "--why", "test"), "nothing was purged", "logs.zip")
    assert shell.told("show", log)["evidence"]


@pytest.mark.parametrize("why", ["", "  ", "\u3000"], ids=ascii)
def test_a_purge_without_a_reason(shell: Shell, why: str) -> None:
    _refused(shell.run("purge", "e-1", "e-2", "--why", why), "say why")
    assert shell.told("show", "e-1")["evidence"]


def test_a_damaged_table_is_the_fault_of_the_workspace(shell: Shell) -> None:
    with Workspace(shell.workspace) as workspace:
        compact(workspace, workspace.organisation(), by="test", everything=True)
    tables = [path for path in shell.workspace.rglob("*.parquet") if path.stem in ("network", "names", "observed")]
    assert len(tables) == 3
    for path in tables:
        data = path.read_bytes()
        path.write_bytes(data[:4] + b"\xff" * (len(data) - 12) + data[-8:])
    _refused(shell.run("prevalence", "www.example.jp"), ".parquet is damaged", code=Exit.WORKSPACE)
