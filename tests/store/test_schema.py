"""The desk database's schema: the migrations make what the tables say; newer ones are refused, damaged ones told."""

import json
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from sekimori.store import tables
from sekimori.store.database import LATEST, Database
from sekimori.store.errors import NewerWorkspace, NotAWorkspace, WorkspaceError, WorkspaceExists
from sekimori.store.migrations.run import configuration
from sekimori.store.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Workspace.create(tmp_path / "w", by="tester").close()
    return tmp_path / "w"


def test_migrations_make_the_tables(folder: Path) -> None:
    with Workspace(folder) as workspace, workspace.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.METADATA) == []
        script = ScriptDirectory.from_config(configuration(workspace.database.engine))
        assert script.get_current_head() == LATEST


def test_a_database_without_a_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    database = Database(tmp_path / "desk.sqlite")
    assert database.schema_version() is None
    database.upgrade()
    assert database.schema_version() == LATEST
    database.upgrade()  # once more changes nothing
    database.close()


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_audit_log_is_append_only(folder: Path, change: str) -> None:
    statement = update(tables.audit).values(by="nobody") if change == "update" else delete(tables.audit)
    with Workspace(folder) as workspace:
        with pytest.raises(IntegrityError, match="append-only"), workspace.writing() as connection:
            connection.execute(statement)
        with workspace.reading() as connection:
            assert connection.execute(select(tables.audit.c.by)).scalars().all() == ["tester"]


def test_a_newer_schema_is_refused(folder: Path) -> None:
    with sqlite3.connect(folder / "desk.sqlite") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    with pytest.raises(NewerWorkspace, match=r"newer version.*9999"):
        Workspace(folder)


def test_a_newer_folder_is_refused(folder: Path) -> None:
    settings = folder / "workspace.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "format": 99}))
    with pytest.raises(NewerWorkspace, match="format 99"):
        Workspace(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "x"}', '{"format": 1, "key": "zz"}'])
def test_damaged_settings_are_told(folder: Path, content: str) -> None:
    (folder / "workspace.json").write_text(content)
    with pytest.raises(WorkspaceError, match=r"workspace\.json"):
        Workspace(folder)


def test_a_damaged_database_is_told(folder: Path) -> None:
    (folder / "desk.sqlite").write_bytes(b"no database" * 1000)
    for name in ("desk.sqlite-wal", "desk.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    with pytest.raises(WorkspaceError, match=r"desk\.sqlite is damaged"):
        Workspace(folder)


def test_no_workspace_and_one_too_many(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace):
        Workspace(tmp_path)
    with pytest.raises(WorkspaceExists, match="workspace already"):
        Workspace.create(folder, by="tester")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(WorkspaceExists, match="not an empty folder"):
        Workspace.create(tmp_path / "full", by="tester")
