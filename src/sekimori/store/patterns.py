"""Indicators' patterns as Parquet files beside the desk database.

A million patterns must be at hand in milliseconds. The files are derived: `FIRST-LAST.parquet` holds those with these
sequence numbers, and what is missing or damaged is made anew from the database.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["PATTERNS", "Derived"]

PATTERNS = pa.schema(
    [
        ("indicator", pa.string()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("pattern", pa.string()),
        ("value_id", pa.int64()),
        ("sequence", pa.int64()),
    ]
)
"""What the hunt needs of an indicator. `value_id` is the id of the pattern as a value, whatever the mode."""

MOST_FILES = 16
"""So many files are put together into one."""

_TRIES = 3


@dataclass(frozen=True, slots=True, order=True)
class _File:
    first: int
    last: int
    path: Path


class Derived:
    """The derived files in a folder; `make` gives the patterns of some sequence numbers, `lock` is held to write."""

    def __init__(
        self, folder: Path, make: Callable[[int, int], pa.Table], lock: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._folder, self._make, self._lock = folder, make, lock

    def read(self, after: int, last: int) -> pa.Table:
        """Patterns (`PATTERNS`) with sequence numbers up to `last`, at least all above `after`. Raises `OSError`."""
        for _ in range(_TRIES):
            chain = self._chain(last)
            if _end(chain) < last or len(chain) > MOST_FILES:
                with self._lock():
                    chain = self._derive(last)
            parts = [_table(one.path) for one in chain if one.last > after]
            if all(part is not None for part in parts):
                return pa.concat_tables([PATTERNS.empty_table(), *parts])
        return self._make(after + 1, last)

    def _chain(self, last: int) -> Sequence[_File]:
        """Files that follow each other without a gap, from number 1 as far as they lead."""
        files = _files(self._folder)
        chain: list[_File] = []
        while following := [one for one in files if one.first == _end(chain) + 1 and one.last <= last]:
            chain.append(max(following))
        return chain

    def _derive(self, last: int) -> Sequence[_File]:
        chain = self._chain(last)
        have = _end(chain)
        if have < last:
            chain = [*chain, self._write(have + 1, last, self._make(have + 1, last))]
        if len(chain) > MOST_FILES:
            parts = [_table(one.path) for one in chain]
            sound = all(part is not None for part in parts)
            whole = pa.concat_tables(parts) if sound else self._make(1, last)
            chain = [self._write(1, last, whole)]
        for one in _files(self._folder):
            if one not in chain and one.last <= last:
                one.path.unlink(missing_ok=True)
        return chain

    def _write(self, first: int, last: int, table: pa.Table) -> _File:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{first}-{last}.parquet"
        draft = path.with_suffix(".new")
        pq.write_table(table, draft, compression="zstd")
        draft.replace(path)
        return _File(first, last, path)


def _end(chain: Sequence[_File]) -> int:
    return chain[-1].last if chain else 0


def _files(folder: Path) -> list[_File]:
    files = []
    for path in folder.glob("*-*.parquet"):
        first, _, last = path.stem.partition("-")
        if first.isdecimal() and last.isdecimal():
            files.append(_File(int(first), int(last), path))
    return files


def _table(path: Path) -> pa.Table | None:
    """The table of a file; None, and no file any more, where it is damaged."""
    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        return None
    except (OSError, pa.ArrowInvalid):
        path.unlink(missing_ok=True)
        return None
    return table.cast(PATTERNS) if table.schema.names == PATTERNS.names else None
