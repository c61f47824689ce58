"""The query engine uses what is linked into it, and never looks for more."""

from pathlib import Path

import duckdb
import pytest

from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    workspace = Workspace.create(tmp_path / "w", by="tester")
    return Reading(workspace, workspace.organisation())


def asked(reading: Reading, sql: str) -> list[tuple[object, ...]]:
    return reading._connection.sql(sql).fetchall()


def test_nothing_is_installed_or_loaded_by_itself(reading: Reading) -> None:
    for name in ("autoinstall_known_extensions", "autoload_known_extensions"):
        assert asked(reading, f"select current_setting('{name}')") == [(False,)]


def test_what_is_loaded_is_linked_in(reading: Reading) -> None:
    for kind in ("network", "message", "observed"):
        reading.records(kind, columns=["source"], where={}) if kind != "observed" else reading.filled()
    rows = asked(reading, "select extension_name, install_mode from duckdb_extensions() where loaded")
    assert rows
    assert {mode for _, mode in rows} <= {"STATICALLY_LINKED", None}


def test_an_extension_that_is_not_there_is_not_fetched(reading: Reading) -> None:
    with pytest.raises(duckdb.Error, match="sqlite"):
        asked(reading, "select * from sqlite_scan('nothing.sqlite', 'nothing')")
