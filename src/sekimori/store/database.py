"""The desk database: opening it, upgrading it, and transactions.

SQLite in WAL mode. A transaction that writes takes the writer's lock at once, so that two processes wait for each other
rather than fail half-way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError

from sekimori.store.errors import NewerWorkspace, NoRoom, WorkspaceError

__all__ = ["LATEST", "Database"]

LATEST = "0001"
"""The schema that this program writes: the last revision under `migrations/versions`."""


class Database:
    """The desk database of one workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 60})
        event.listen(self._engine, "connect", _on_connect)
        event.listen(self._engine, "begin", _on_begin)

    @property
    def engine(self) -> Engine:
        """The engine, for the migrations."""
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads: it sees one state of the database."""
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or nothing."""
        with self._told(), self._engine.connect() as plain:
            connection = plain.execution_options(begin="IMMEDIATE")
            with connection.begin():
                yield connection

    def schema_version(self) -> str | None:
        """The revision of the schema, or None where there is no schema yet."""
        with self.reading() as connection:
            if not connection.execute(text("select 1 from sqlite_master where name = 'alembic_version'")).fetchall():
                return None
            rows = connection.execute(text("select version_num from alembic_version")).fetchall()
        return str(rows[0][0]) if rows else None

    def upgrade(self) -> None:
        """Bring the schema to `LATEST`; raises `NewerWorkspace` where it is beyond what this program knows."""
        found = self.schema_version()
        if found == LATEST:
            return
        if found is not None and found > LATEST:
            raise NewerWorkspace(self._path.parent, found, LATEST)
        # Alembic takes a while to import, and is needed only here.
        import_module("sekimori.store.migrations.run").upgrade(self._engine)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say a full disk and a broken database in words."""
        try:
            yield
        except OperationalError as error:
            if "disk is full" in str(error) or "disk I/O error" in str(error):
                raise NoRoom(self._path.parent) from error
            raise WorkspaceError(f"{self._path} cannot be used: {error.orig}") from error
        except DatabaseError as error:
            if "malformed" in str(error) or "not a database" in str(error):
                raise WorkspaceError(f"{self._path} is damaged: {error.orig}") from error
            raise


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "secure_delete=on"):
        connection.execute(f"pragma {pragma}")


def _on_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"begin {mode}")
