"""A workspace with one organisation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekimori.model.organisation import Organisation
from sekimori.store.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A new workspace."""
    with Workspace.create(tmp_path / "w", by="tanaka") as workspace:
        yield workspace


@pytest.fixture
def organisation(workspace: Workspace) -> Organisation:
    """Its organisation."""
    return workspace.organisation()
