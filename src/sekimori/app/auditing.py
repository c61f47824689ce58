"""`org audit`: who changed what, and when."""

from sekimori.model.organisation import Organisation
from sekimori.store.audit import Change, newest
from sekimori.store.workspace import Workspace

__all__ = ["changes"]


def changes(workspace: Workspace, organisation: Organisation, *, limit: int, skip: int = 0) -> tuple[int, list[Change]]:
    """How many lines an organisation's audit log has, and the newest after `skip`, newest first."""
    return newest(workspace.database, organisation, limit=limit, skip=skip)
