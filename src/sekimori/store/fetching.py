"""How far the mail of each folder of a server was fetched."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.workspace import Workspace

__all__ = ["fetch_states", "keep_fetch_states"]


def fetch_states(workspace: Workspace, organisation: Organisation) -> dict[str, dict[str, Any]]:
    """What was kept last for every folder."""
    table = tables.fetch_state
    with workspace.reading() as connection:
        rows = connection.execute(
            select(table.c.folder, table.c.state).where(table.c.organisation == organisation.id)
        ).fetchall()
    return {row.folder: dict(row.state) for row in rows}


def keep_fetch_states(
    workspace: Workspace, organisation: Organisation, states: Mapping[str, Mapping[str, Any]], *, by: str
) -> None:
    """Keep how far folders were fetched, once the mails up to there are committed."""
    if not states:
        return
    table, now = tables.fetch_state, datetime.now(UTC)
    rows = [
        {"organisation": organisation.id, "folder": folder, "state": dict(state), "at": now}
        for folder, state in states.items()
    ]
    this = (table.c.organisation == organisation.id, table.c.folder == bindparam("this"))
    with workspace.writing() as connection:
        connection.execute(delete(table).where(*this), [{"this": folder} for folder in states])
        connection.execute(insert(table), rows)
        detail = {"folders": len(rows)}
        record(connection, by=by, organisation=organisation.id, action="mail.fetch", subject="", detail=detail)
