"""The query engine of a workspace: DuckDB, opened once and lent as sessions.

Opening it takes longer than most questions. What a session registers or creates is its own; what the engine has
learnt of a table file (a file of that name never changes) serves all. Its extensions are those linked into it; it
never looks for others.
"""

import threading
import uuid
from pathlib import Path

import duckdb

__all__ = ["Engine"]

_CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


class Engine:
    """Opened with the first session; `spill` is the folder for what questions too large for the memory put aside."""

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._opening = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None

    def session(self) -> duckdb.DuckDBPyConnection:
        """A connection for one series of questions, to be closed; times are told in UTC."""
        with self._opening:
            if self._database is None:
                self._database = self._opened()
            session = self._database.cursor()
        session.execute("set TimeZone = 'UTC'")
        return session

    def close(self) -> None:
        """Close the engine, and every session with it."""
        with self._opening:
            if self._database is not None:
                self._database.close()
            self._database = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        # The folder is made by the engine when memory runs out, and removed when it is closed.
        self._spill.mkdir(exist_ok=True)
        folder = self._spill / uuid.uuid4().hex
        database = duckdb.connect(config={**_CONFIG, "temp_directory": str(folder)})
        database.execute("set parquet_metadata_cache = true")
        return database
