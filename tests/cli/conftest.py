"""One workspace with evidence of every area, made by the commands themselves."""

import shutil
from pathlib import Path

import pytest

from tests.cli.running import Shell, new_workspace


@pytest.fixture(scope="session")
def samples(root: Path) -> Path:
    return root / "tests/data/readers"


@pytest.fixture(scope="session")
def filled(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A workspace that no test changes but by hunts; two cases are open in it."""
    shell = new_workspace(tmp_path_factory.mktemp("filled"))
    folders = ("mail", "network/squid", "network/zeek_tsv", "windows", "work")
    files = [path for folder in folders for path in sorted((samples / folder).rglob("*")) if path.is_file()]
    shell.done("add", *(path for path in files if not path.name.endswith(".golden.json")))
    shell.done("case", "open", samples / "mail/eml/targeted.eml")
    shell.done("case", "open", samples / "mail/eml/iso-2022-jp.eml", "--title", "二つ目")
    return shell


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_workspace(tmp_path_factory.mktemp("template")).workspace


@pytest.fixture
def empty(template: Path, tmp_path: Path) -> Shell:
    """A workspace of one's own, without evidence."""
    return Shell(shutil.copytree(template, tmp_path / "w"))
