"""Whether a crash, or what was merged or purged, left anything behind that is to be cleared up.

Looked at whenever a workspace is opened; clearing up itself (`upkeep.recover`) needs much that is slow to import.
"""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sekimori.store.mail_index.generation import stale
from sekimori.store.workspace import Workspace

__all__ = ["GRACE_SECONDS", "SPILL_SECONDS", "age", "are_there"]

GRACE_SECONDS = 600
"""So long files are kept that another process may still be reading."""

SPILL_SECONDS = 86_400
"""So long what a question put aside is kept."""


def are_there(workspace: Workspace) -> bool:
    """Whether anything may have been left; what others are still at work with counts too."""
    layout = workspace.layout
    if layout.scrub_due.exists() or any(age(path) > SPILL_SECONDS for path in layout.spill.glob("*")):
        return True
    if any(age(lock) > GRACE_SECONDS for lock in layout.locks.glob("batch-*.lock")):
        return True
    before = (datetime.now(UTC) - timedelta(seconds=GRACE_SECONDS)).replace(tzinfo=None).isoformat(" ")
    sql = "select 1 from batch union all select 1 from segment where superseded < ? limit 1"
    if workspace.rows(sql, [before]):
        return True
    known = {name for (name,) in workspace.rows("select name from segment")}
    if any(path.name not in known for path in layout.segments.glob("*/*/*") if path.is_dir()):
        return True
    if not layout.mail_index.exists():
        return False
    return any(stale(workspace, organisation) for organisation in workspace.organisations())


def age(path: Path) -> float:
    """Seconds since something was last written there; 0 where it is gone."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
