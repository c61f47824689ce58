"""The desk database: opening it, upgrading it, and transactions.

SQLite in WAL mode, through SQLAlchemy. A few short questions that every command asks are put to SQLite itself: to
import SQLAlchemy takes longer than to answer them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sekimori.store.errors import NewerWorkspace
from sekimori.store.sqlite import WAIT_SECONDS, in_words, is_busy

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from sekimori.store.transactions import Transactions

__all__ = ["LATEST", "Database"]

LATEST = "0004"
"""The schema that this program writes: the last revision under `migrations/versions`."""

Value = str | int | None


class Database:
    """The desk database of one workspace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._plain: sqlite3.Connection | None = None
        self._begun: Transactions | None = None

    @property
    def engine(self) -> "Engine":
        """SQLAlchemy's engine, for the migrations."""
        return self._transactions.engine

    @property
    def _transactions(self) -> "Transactions":
        with self._lock:
            if self._begun is None:
                self._begun = import_module("sekimori.store.transactions").Transactions(self._path)
            return self._begun

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """The rows that answer a question in SQL, its values in place of `?`; each call sees one state."""
        with self._lock:
            try:
                if self._plain is None:
                    self._plain = sqlite3.connect(
                        self._path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
                    )
                    self._plain.execute("pragma journal_mode=wal")
                return self._plain.execute(sql, values).fetchall()
            except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
                raise  # the program's own mistake, not the database's state
            except sqlite3.DatabaseError as error:
                raise in_words(self._path, error) from error

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """A transaction that only reads: it sees one state of the database."""
        with self._transactions.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> "Iterator[Connection]":
        """A transaction that writes: all of it is kept, or nothing."""
        with self._transactions.writing() as connection:
            yield connection

    def schema_version(self) -> str | None:
        """The revision of the schema, or None where there is no schema yet."""
        if not self.rows("select 1 from sqlite_master where name = 'alembic_version'"):
            return None
        rows = self.rows("select version_num from alembic_version")
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
        with self._transactions.told():
            run.upgrade(self.engine)

    def scrub(self) -> bool:
        """Leave no deleted content behind in the database's files; whether nobody who reads stood in the way.

        Deleted rows are zeroed by `secure_delete`, but pages that were split before, and the write-ahead log, may still
        hold them.
        """
        with self._transactions.told(), self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            try:
                raw.execute("vacuum")
                (busy, *_), *_ = raw.execute("pragma wal_checkpoint(truncate)").fetchall()
            except sqlite3.OperationalError as error:
                if is_busy(error):
                    return False
                raise in_words(self._path, error) from error
        return not busy

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._plain is not None:
                self._plain.close()
                self._plain = None
            if self._begun is not None:
                self._begun.close()
