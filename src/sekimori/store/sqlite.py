"""What SQLite says when something is wrong, in words."""

import sqlite3
from pathlib import Path

from sekimori.store.errors import NoRoom, WorkspaceBusy, WorkspaceError
from sekimori.values.wording import N_

__all__ = ["WAIT_SECONDS", "in_words", "is_busy"]

WAIT_SECONDS = 60
"""So long one waits for another process's transaction."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""A full disk; the other two are what SQLite makes of a quota, a limit on file sizes and a full disk under `-shm`."""


def in_words(path: Path, error: BaseException | None) -> WorkspaceError:
    """What a driver's error means for the workspace of a database."""
    code = _code(error)
    if code in _NO_ROOM:
        return NoRoom(path.parent)
    if is_busy(error):
        return WorkspaceBusy(path.name)
    if code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return WorkspaceError(N_("{path} is damaged: {error}").format(path=path, error=error))
    return WorkspaceError(N_("{path} cannot be used: {error}").format(path=path, error=error))


def is_busy(error: BaseException | None) -> bool:
    """Whether another connection stood in the way."""
    return _code(error) & 0xFF in _BUSY


def _code(error: BaseException | None) -> int:
    """SQLite's extended result code."""
    return int(getattr(error, "sqlite_errorcode", 0))
