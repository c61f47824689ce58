"""The indicators of a sweep as a table: made of files once, and kept beside the user's other caches.

A million indicators take half a minute to be understood, and less than a second to be read again. What is kept is
found by the hash of the files' names and bytes. It is only taken from a folder that nobody else can write to, and only
where it is whole.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from sekimori.app.pieces import Progress, silent
from sekimori.hunt.lines_sought import LinesSought, compiled, literals_of
from sekimori.model.indicator import Indicator, Marking, MatchMode, RefusedRow
from sekimori.model.report import N_
from sekimori.sharing.reading import indicator_rows
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType

__all__ = ["PATTERNS", "IndicatorSet", "cache_folder", "load_set", "set_of"]

PATTERNS = ("indicator", "type", "mode", "pattern", "value_id")
_VERSION = 3
_READING = N_("reading indicators")
_SCHEMA = pa.schema(
    [
        ("indicator", pa.string()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("pattern", pa.string()),
        ("value_id", pa.int64()),
        ("description", pa.string()),
        ("confidence", pa.int64()),
        ("source", pa.string()),
        ("origin", pa.string()),
        ("marking", pa.string()),
    ]
)
_REFUSED = b"refused"
_AT_ONCE = 50_000
_OTHERS_MAY_WRITE = 0o022


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """Patterns (`PATTERNS`) for a sweep, what was refused, and the automaton for lines where there is one."""

    patterns: pa.Table
    refused: Sequence[RefusedRow]
    automaton: bytes | None
    details: Callable[[], pa.Table]

    def __len__(self) -> int:
        return len(self.patterns)

    def lines_sought(self) -> LinesSought | None:
        """What finds the lines that may hold what is sought; None where that cannot be told of a line."""
        if self.automaton:
            with suppress(ValueError):
                return LinesSought(self.automaton)
        return None

    def named(self, identities: Iterable[str]) -> dict[str, Indicator]:
        """The indicators of these identities."""
        wanted = pa.array(sorted(set(identities)), pa.string())
        if not len(wanted):
            return {}
        table = self.details()
        rows = table.filter(pa.compute.is_in(table.column("indicator"), wanted)).to_pylist()
        return {row["indicator"]: _indicator(row) for row in rows}


def load_set(paths: Sequence[Path], cache: Path | None, *, progress: Progress = silent) -> IndicatorSet:
    """The indicators of some files; out of the cache where they are there.

    Raises `UnknownIndicatorFormat` for a file of no known format, `OSError` for one that cannot be read.
    """
    progress(_READING, 0)
    files = [(path.name, path.read_bytes()) for path in paths]
    key = _key(files)
    kept = cache / f"{key}.parquet" if cache else None
    if kept and (found := _kept(kept, key)):
        return found
    table, refused = _table(files)
    if kept is None:
        return _made(table, refused, None)
    with suppress(OSError):
        _write(kept, lambda file: pq.write_table(_with_refused(table, refused), file, compression="zstd"))
    return _made(table, refused, kept.with_suffix(".lines"))


def set_of(indicators: Iterable[Indicator], also: IndicatorSet | None = None) -> IndicatorSet:
    """The set of some indicators, together with another."""
    columns = _Columns()
    for one in indicators:
        columns.add(one)
    tables = [columns.table()]
    if also is not None:
        details = also.details()
        known = pa.compute.is_in(details.column("indicator"), tables[0].column("indicator").combine_chunks())
        tables.append(details.filter(pa.compute.invert(known)))
    return _made(pa.concat_tables(tables), also.refused if also else (), None)


def cache_folder() -> Path | None:
    """A folder for sets of indicators that nobody else can write to; None where there is none."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 never raises
    if not base or not os.path.isabs(base):  # noqa: PTH117
        return None
    folder = Path(base) / "sekimori" / "indicators"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder if _is_own(folder) else None
    except OSError:
        return None


def _is_own(path: Path) -> bool:
    """Whether nobody else can write to it."""
    if sys.platform != "win32":
        found = path.lstat()
        is_own = found.st_uid == os.getuid() and not found.st_mode & _OTHERS_MAY_WRITE
    else:
        is_own = True  # the folder belongs to the user's profile
    return is_own


def _key(files: Sequence[tuple[str, bytes]]) -> str:
    # Another version of the program may read the same files otherwise.
    found = hashlib.sha256(f"{_VERSION} {version('sekimori')}".encode())
    for name, data in files:
        found.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogatepass"))
        found.update(data)
    return found.hexdigest()[:40]


def _kept(path: Path, key: str) -> IndicatorSet | None:
    try:
        if not _is_own(path):
            return None
        table = pq.read_table(path, columns=list(PATTERNS))
        refused = _refused(pq.read_schema(path))
    except (OSError, ValueError, KeyError):
        return None
    if table.schema.names != list(PATTERNS) or key not in path.name:
        return None
    return IndicatorSet(table, refused, _automaton(table, path.with_suffix(".lines")), lambda: pq.read_table(path))


def _made(table: pa.Table, refused: Sequence[RefusedRow], lines: Path | None) -> IndicatorSet:
    patterns = table.select(PATTERNS)
    return IndicatorSet(patterns, refused, _automaton(patterns, lines), lambda: table)


def _automaton(patterns: pa.Table, path: Path | None) -> bytes | None:
    """The automaton of a set; None where the set, or this machine, has none. Kept in `path`."""
    if path is not None:
        try:
            data = path.read_bytes() if _is_own(path) else b""
        except OSError:
            data = b""
        if len(data) >= 32 and hashlib.sha256(data[32:]).digest() == data[:32]:
            return data[32:] or None
    literals = literals_of(patterns)
    made = compiled(literals) if literals else None
    if path is not None and (made or literals is None):
        content = made or b""
        with suppress(OSError):
            _write(path, lambda file: Path(file).write_bytes(hashlib.sha256(content).digest() + content))
    return made


def _write(path: Path, write: Callable[[str], object]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    write(str(draft))
    draft.chmod(0o600)
    draft.replace(path)


class _Columns:
    """Collects indicators as columns, each once; what was said of one last counts."""

    def __init__(self) -> None:
        self._rows: dict[str, None] = {}
        self._some: list[Indicator] = []
        self._tables: list[pa.Table] = []

    def add(self, one: Indicator) -> None:
        """Take one."""
        if one.identity not in self._rows:
            self._rows[one.identity] = None
            self._some.append(one)
        if len(self._some) >= _AT_ONCE:
            self._flush()

    def table(self) -> pa.Table:
        """All of them."""
        self._flush()
        return pa.concat_tables([_SCHEMA.empty_table(), *self._tables])

    def _flush(self) -> None:
        rows = [
            {
                "indicator": one.identity,
                "type": one.type.value,
                "mode": one.mode.value,
                "pattern": one.pattern,
                "value_id": value_id(one.type, one.pattern),
                "description": one.description,
                "confidence": one.confidence,
                "source": one.source,
                "origin": one.origin,
                "marking": one.marking.value,
            }
            for one in self._some
        ]
        self._tables.append(pa.Table.from_pylist(rows, schema=_SCHEMA))
        self._some = []


def _table(files: Sequence[tuple[str, bytes]]) -> tuple[pa.Table, list[RefusedRow]]:
    columns = _Columns()
    refused: list[RefusedRow] = []
    for name, data in files:
        for row in indicator_rows(name, data):
            if isinstance(row, Indicator):
                columns.add(row)
            else:
                refused.append(row)
    return columns.table(), refused


def _with_refused(table: pa.Table, refused: Sequence[RefusedRow]) -> pa.Table:
    told = orjson.dumps([[row.origin, row.text, row.reason] for row in refused])
    return table.replace_schema_metadata({_REFUSED: told})


def _refused(schema: pa.Schema) -> list[RefusedRow]:
    rows = orjson.loads((schema.metadata or {})[_REFUSED])
    return [RefusedRow(origin=origin, text=text, reason=reason) for origin, text, reason in rows]


def _indicator(row: dict[str, object]) -> Indicator:
    return Indicator(
        type=ObservableType(str(row["type"])),
        mode=MatchMode(str(row["mode"])),
        pattern=str(row["pattern"]),
        description=str(row["description"]),
        confidence=int(str(row["confidence"])),
        source=str(row["source"]),
        origin=str(row["origin"]),
        marking=Marking(str(row["marking"])),
    )
