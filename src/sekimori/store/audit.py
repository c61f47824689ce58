"""The audit log: every change with time and actor, in the transaction that makes the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.database import Database

__all__ = ["Change", "newest", "record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line: `by` did `action` (`noun.verb`) to `subject`."""

    at: datetime
    by: str
    action: str
    subject: str
    detail: Mapping[str, object]


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


def newest(database: Database, organisation: Organisation, *, limit: int, skip: int = 0) -> tuple[int, list[Change]]:
    """How many lines there are of an organisation, and the newest after `skip`, newest first."""
    table = tables.audit
    own = table.c.organisation == organisation.id
    query = select(table).where(own).order_by(table.c.id.desc()).offset(skip).limit(limit)
    with database.reading() as connection:
        count = connection.execute(select(func.count()).where(own)).scalar_one()
        rows = connection.execute(query).fetchall()
    return int(count), [
        Change(at=row.at, by=row.by, action=row.action, subject=row.subject, detail=row.detail) for row in rows
    ]
