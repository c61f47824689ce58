"""The audit log: every change with time and actor, in the transaction that makes the change."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from sekimori.store import tables

__all__ = ["record"]


def record(
    connection: Connection,
    *,
    by: str,
    action: str,
    subject: str,
    detail: Mapping[str, object],
    organisation: int | None = None,
) -> None:
    """Write one line: `by` did `action` (`noun.verb`) to `subject`."""
    row = {"at": datetime.now(UTC), "by": by, "action": action, "subject": subject, "detail": dict(detail)}
    connection.execute(insert(tables.audit).values(organisation=organisation, **row))
