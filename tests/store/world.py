"""What the tests of the store share: workspaces, made-up records, and what a plain reading of them expects."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sekimori.model.kinds import KINDS
from sekimori.model.organisation import Organisation
from sekimori.model.schema import Field, Kind, typed
from sekimori.store.adding import Adding, Claimed, Found
from sekimori.store.catalogue import Catalogue
from sekimori.store.originals import BLOCK
from sekimori.store.reading import Reading
from sekimori.store.rollup import REPLACED
from sekimori.store.shapes import PARTS
from sekimori.store.workspace import Workspace
from sekimori.values.domain import suffixes
from sekimori.values.errors import InvalidValue
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType

Row = dict[str, Any]
BY = "tanaka"
OWN = ("organisation", "source")


def batch_of(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> pa.RecordBatch:
    """Rows as a reader yields them; what a row lacks is empty."""
    columns = [pa.array([row.get(one.name) for row in rows], one.type) for one in kind.schema]
    return pa.record_batch(columns, schema=kind.schema)


def claimed(adding: Adding, content: bytes, name: str, **found: Any) -> tuple[int, Claimed]:
    """Claim a piece of evidence with these bytes, and begin it if it is new; its id and the outcome.

    With an `offset` it is a slice of its container, and not packed a second time.
    """
    packed = None
    if found.get("offset") is None:
        packed = adding.writer.pack.add(content[at : at + BLOCK] for at in range(0, len(content), BLOCK))
    what = Found(
        sha256=hashlib.sha256(content).hexdigest(), size=len(content), name=name, path=found.pop("path", name), **found
    )
    claim = adding.claim(what)
    if claim.outcome is Claimed.NEW:
        adding.begin(claim.evidence, what, packed)
    elif packed:
        adding.writer.pack.drop(packed)
    return claim.evidence, claim.outcome


def add(
    workspace: Workspace,
    organisation: Organisation,
    content: bytes,
    *batches: tuple[Kind, Sequence[Mapping[str, Any]]],
    name: str = "some.log",
    **found: Any,
) -> int:
    """Add one piece of evidence with its records, as one commit; its id."""
    with Adding(workspace, organisation, by=BY) as adding:
        evidence, outcome = claimed(adding, content, name, **found)
        if outcome is Claimed.NEW:
            for kind, rows in batches:
                adding.add_records(evidence, kind, batch_of(kind, rows))
            adding.describe(evidence, "made.up", [])
        adding.commit()
    return evidence


def visit(number: int, host: str = "evil.example", **row: Any) -> Row:
    """A line of a proxy's log."""
    time = datetime(2026, 10, 1, number % 24, number % 60, tzinfo=UTC)
    place = {"offset": number * 100, "length": 100, "line": number + 1, "timestamp": time}
    return {**place, "event_dataset": "made.up", "source_ip": f"10.0.0.{number % 250}", "url_domain": host, **row}


def rows_of(workspace: Workspace, organisation: Organisation) -> dict[str, list[Row]]:
    """Every record of every kind, in one order whatever segments they are in."""
    with Reading(workspace, organisation) as reading:
        return rows_by(reading)


def rows_by(reading: Reading) -> dict[str, list[Row]]:
    """`rows_of` that a reading sees."""
    return {
        name: sorted(
            reading.records(name, columns=[*OWN, *kind.schema.names], where={}).to_pylist(),
            key=lambda row: (row["source"], row["offset"] or 0, row["line"] or 0),
        )
        for name, kind in KINDS.items()
    }


def state_of(workspace: Workspace, organisation: Organisation) -> dict[str, Any]:
    """What a user can find out, without ids: two stores with the same state hold the same."""
    catalogue = Catalogue(workspace, organisation)
    evidence = {one.id: one for one in catalogue.all_evidence()}
    sha = {id_: one.sha256 for id_, one in evidence.items()}
    with Reading(workspace, organisation) as reading:
        stored = rows_by(reading)
        names = reading.names([type_.value for type_ in ObservableType])
        observed = [
            (row["id"], sha[row["source"]], row["kind"], row["field"], row["first"], row["last"], row["count"])
            for row in reading.observed(names.column("id").combine_chunks()).to_pylist()
        ]
        filled = reading.filled()
    records = {
        kind: sorted(str([sha[row["source"]], *[row[name] for name in sorted(row) if name not in OWN]]) for row in rows)
        for kind, rows in stored.items()
    }
    return {
        "evidence": sorted(
            (one.sha256, one.size, one.dataset or "", sorted(one.places), sorted(one.unread.items()), one.statements)
            for one in evidence.values()
        ),
        "records": records,
        "names": sorted((row["type"], row["value"], row["id"]) for row in names.to_pylist()),
        "observed": sorted(observed, key=str),
        "filled": filled,
        "content": {one.sha256: _digest(catalogue, one.id) for one in evidence.values() if one.parent is None},
        "totals": catalogue.totals(),
    }


def _digest(catalogue: Catalogue, evidence: int) -> str:
    with catalogue.open(evidence) as stream:
        return hashlib.sha256(stream.read()).hexdigest()


@dataclass(slots=True)
class Observation:
    """What was observed of one value in one field of one piece of evidence."""

    first: datetime | None = None
    last: datetime | None = None
    count: int = 0
    days: set[date | None] = field(default_factory=set)

    def take(self, time: datetime | None) -> None:
        """Count one record."""
        self.count += 1
        self.days.add(time.date() if time else None)
        if time is not None:
            self.first = time if self.first is None else min(self.first, time)
            self.last = time if self.last is None else max(self.last, time)


@dataclass(slots=True)
class Expected:
    """What should stand in the store after some records went in, by reading them one by one."""

    names: set[tuple[str, str]] = field(default_factory=set)
    observed: dict[tuple[int, int, str, str], Observation] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in KINDS})

    def take(self, organisation: int, source: int, kind: Kind, rows: Iterable[Mapping[str, Any]]) -> None:
        """Go through records of one piece of evidence."""
        for row in rows:
            stored = {one.name: row.get(one.name) for one in kind.schema}
            for one in kind.observable_fields:
                held: Any = stored[one.name]
                texts = held if isinstance(held, list) else [held]
                values = {found for text in texts if (found := value_of(one, text))}
                self.names |= values
                for type_, value in values:
                    key = (value_id(ObservableType(type_), value), source, kind.name, one.name)
                    self.observed.setdefault(key, Observation()).take(stored["timestamp"])
                if one.observable in REPLACED:
                    stored[one.name] = _replaced(one, stored[one.name])
            self.rows[kind.name].append({"organisation": organisation, "source": source, **stored})

    @property
    def suffixes(self) -> set[tuple[int, int]]:
        """Each domain name's id with that of every name it is or lies under."""
        domains = {value for type_, value in self.names if type_ == ObservableType.DOMAIN}
        own = ObservableType.DOMAIN
        return {(value_id(own, above), value_id(own, name)) for name in domains for above in suffixes(name)}


def value_of(one: Field, text: str | None) -> tuple[str, str] | None:
    """Type and normal form of a text in a field; None where it is no value of the field's type."""
    if text is None:
        return None
    try:
        type_, value = typed(str(one.observable), text)
    except InvalidValue:
        return None
    return type_.value, value


def _replaced(one: Field, content: Any) -> Any:
    if isinstance(content, list):
        return [_replaced(one, text) for text in content]
    value = value_of(one, content)
    return value[1] if value else content


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def raw_hits(folder: Path, marker: bytes) -> list[str]:
    """The files that hold a marker, as it is."""
    return [str(path.relative_to(folder)) for path in files_in(folder) if marker in path.read_bytes()]


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """All that a workspace holds once it is unpacked: Parquet files, staged tables, columns of the database."""
    for path in folder.rglob("*.parquet"):
        yield path.name, str(pq.read_table(path).to_pylist())
    with closing(sqlite3.connect(f"file:{folder / 'desk.sqlite'}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in connection.execute(f'select * from "{table}"'):
                is_table = table == "staged" and (row[1] in KINDS or row[1] in PARTS)
                yield table, str(pa.ipc.open_stream(row[2]).read_all().to_pylist() if is_table else row)


def content_hits(folder: Path, *texts: str) -> list[str]:
    """Where any of some texts stands in a workspace, `contents` searched."""
    return [name for name, content in contents(folder) if any(text in content for text in texts)]
