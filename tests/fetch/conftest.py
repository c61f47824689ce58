"""A workspace with one organisation."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekimori.model.organisation import Organisation
from sekimori.store.workspace import Workspace
from tests.fetch.speaking import self_signed


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace, closed: a copy is quicker than another."""
    root = tmp_path_factory.mktemp("template") / "w"
    Workspace.create(root, by="tanaka").close()
    return root


@pytest.fixture
def workspace(tmp_path: Path, template: Path) -> Iterator[Workspace]:
    """A new workspace."""
    with Workspace(Path(shutil.copytree(template, tmp_path / "w"))) as workspace:
        yield workspace


@pytest.fixture
def organisation(workspace: Workspace) -> Organisation:
    """Its organisation."""
    return workspace.organisation()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, with its key."""
    return self_signed(tmp_path_factory.mktemp("tls") / "own.pem")
