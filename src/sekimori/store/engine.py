"""The query engine of an open workspace: started when first asked, ended with the workspace.

Starting DuckDB takes longer than most questions. Readings take a connection each: views and tables given to one are not
seen by another.
"""

import uuid
from pathlib import Path
from threading import Lock

import duckdb

__all__ = ["QueryEngine"]

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # Nothing of a file outlives the reading that asked for it: evidence may be purged between two.
    "enable_external_file_cache": "false",
}


class QueryEngine:
    """DuckDB without a database of its own; what finds no room in memory is put aside in a folder under `spill`."""

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._aside = spill / uuid.uuid4().hex
        self._lock = Lock()
        self._root: duckdb.DuckDBPyConnection | None = None

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for one reading, which closes it."""
        # Made by the engine when memory runs out, and removed when it is closed.
        self._spill.mkdir(exist_ok=True)
        with self._lock:
            if self._root is None:
                self._aside = self._spill / uuid.uuid4().hex
                self._root = duckdb.connect(config={**_CONFIG, "temp_directory": str(self._aside)})
                self._root.execute("set global TimeZone = 'UTC'")
            return self._root.cursor()

    def tidy(self) -> None:
        """After a reading: end an engine that put something aside, for only its end removes that from the disk."""
        if self._aside.exists():
            self.close()

    def close(self) -> None:
        """End the engine; another question starts it anew."""
        with self._lock:
            if self._root is not None:
                self._root.close()
                self._root = None
