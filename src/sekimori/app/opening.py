"""Opening a workspace: what a crash left is cleared up first."""

from importlib import import_module
from pathlib import Path

from sekimori.store import leftovers
from sekimori.store.workspace import Workspace

__all__ = ["create_workspace", "open_workspace"]


def open_workspace(folder: Path) -> Workspace:
    """The workspace in `folder`; raises `WorkspaceError`."""
    workspace = Workspace(folder)
    if leftovers.are_there(workspace):
        import_module("sekimori.store.upkeep").recover(workspace)
    return workspace


def create_workspace(folder: Path, *, organisation: str, by: str) -> Workspace:
    """Make a workspace in `folder` with one organisation; raises `WorkspaceError`."""
    return Workspace.create(folder, by=by, organisation=organisation)
