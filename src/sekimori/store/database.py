"""The desk database: opening it, upgrading it, and transactions.

SQLite in WAL mode. A transaction that writes takes the writer's lock at once, so that two processes wait for each other
rather than fail half-way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError, ProgrammingError

from sekimori.model.report import N_
from sekimori.store.errors import NewerWorkspace, NoRoom, WorkspaceBusy, WorkspaceError

__all__ = ["LATEST", "Database"]

LATEST = "0004"
"""The schema that this program writes: the last revision under `migrations/versions`."""

_WAIT_SECONDS = 60
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""A full disk; the other two are what SQLite makes of a quota, a limit on file sizes and a full disk under `-shm`."""


class Database:
    """The desk database of one workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        url = URL.create("sqlite", database=str(path))
        self._engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS})
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
        run = import_module("sekimori.store.migrations.run")
        with self._told():
            run.upgrade(self._engine)

    def scrub(self) -> bool:
        """Leave no deleted content behind in the database's files; whether nobody who reads stood in the way.

        Deleted rows are zeroed by `secure_delete`, but pages that were split before, and the write-ahead log, may still
        hold them.
        """
        with self._told(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            try:
                raw.execute("vacuum")
                (busy, *_), *_ = raw.execute("pragma wal_checkpoint(truncate)").fetchall()
            except sqlite3.OperationalError as error:
                if _code(error) in _BUSY:
                    return False
                raise self._in_words(error) from error
        return not busy

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say a full disk, a busy and a broken database in words."""
        try:
            yield
        except (IntegrityError, ProgrammingError):
            raise  # the program's own mistake, not the database's state
        except DatabaseError as error:
            raise self._in_words(error.orig) from error

    def _in_words(self, error: BaseException | None) -> WorkspaceError:
        code = _code(error)
        if code in _NO_ROOM:
            return NoRoom(self._path.parent)
        if code & 0xFF in _BUSY:
            return WorkspaceBusy(self._path.name)
        if code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return WorkspaceError(N_("{path} is damaged: {error}").format(path=self._path, error=error))
        return WorkspaceError(N_("{path} cannot be used: {error}").format(path=self._path, error=error))


def _code(error: BaseException | None) -> int:
    """SQLite's extended result code."""
    return int(getattr(error, "sqlite_errorcode", 0))


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _on_begin does
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "secure_delete=on"):
        connection.execute(f"pragma {pragma}")


def _on_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"begin {mode}")
