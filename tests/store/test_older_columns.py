"""Segments written before a kind had all its columns: these read as empty, and are merged with new ones."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from sekimori.model.kinds import KINDS, WORK
from sekimori.model.organisation import Organisation
from sekimori.model.schema import Kind
from sekimori.store import filing, segments, tables
from sekimori.store.reading import Reading
from sekimori.store.shapes import SCHEMA_VERSION
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from tests.store.world import BY, add

NEW = ("url_original", "url_domain", "text_domain", "text_address")
OLD = replace(WORK, fields=tuple(one for one in WORK.fields if one.name not in NEW))
COLUMNS = ("person", "host_name", *NEW)


def _add(workspace: Workspace, organisation: Organisation, kind: Kind, number: int, **row: Any) -> None:
    rows = [{"offset": 0, "person": f"p{number}", "host_name": ["192.0.2.77", "SRV01"], **row}]
    add(workspace, organisation, f"evidence {number}".encode(), (kind, rows))


def _versions(workspace: Workspace) -> set[int]:
    table = tables.segment_file
    with workspace.reading() as connection:
        return set(connection.execute(select(table.c.schema_version).where(table.c.kind == "work")).scalars())


@pytest.fixture(params=["staged", "files"])
def old_and_new(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Workspace:
    """Work records of the first schema, and such of the present one; staged, or in files."""
    if request.param == "files":
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    with monkeypatch.context() as old:
        old.setitem(KINDS, "work", OLD)
        old.setattr(filing, "SCHEMA_VERSION", 1)
        segments._written_schema.cache_clear()
        _add(workspace, organisation, OLD, 1)
    segments._written_schema.cache_clear()
    _add(workspace, organisation, WORK, 2, text_domain=["evil.example"])
    if request.param == "files":
        assert _versions(workspace) == {1, SCHEMA_VERSION}
    return workspace


def _rows(workspace: Workspace, organisation: Organisation) -> list[dict[str, Any]]:
    with Reading(workspace, organisation) as reading:
        rows = reading.records("work", columns=COLUMNS, where={}).to_pylist()
        found = reading.records("work", columns=["person"], where={"text_domain": ["evil.example"]}).to_pylist()
    assert found == [{"person": "p2"}]
    return sorted(rows, key=lambda row: str(row["person"]))


def test_what_an_older_segment_lacks_is_empty(old_and_new: Workspace, organisation: Organisation) -> None:
    machines = ["192.0.2.77", "srv01"]
    nothing = dict.fromkeys(NEW)
    expected = [
        {"person": "p1", "host_name": machines, **nothing},
        {"person": "p2", "host_name": machines, **nothing, "text_domain": ["evil.example"]},
    ]
    assert _rows(old_and_new, organisation) == expected
    assert compact(old_and_new, organisation, by=BY, everything=True) == 2
    assert _rows(old_and_new, organisation) == expected
    merged = [pq.read_schema(path).names for path in _newest(old_and_new.layout.root)]
    assert all(set(NEW) <= set(names) for names in merged)


def _newest(root: Path) -> list[Path]:
    return sorted(root.rglob("work.parquet"), key=lambda path: path.stat().st_mtime_ns)[-1:]
