"""The desk database: its schema, its audit log, and what is told when it cannot be used."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DatabaseError, StatementError

from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.database import LATEST, Database
from sekimori.store.errors import NewerWorkspace, WorkspaceBusy, WorkspaceError
from sekimori.store.migrations.run import configuration
from sekimori.store.workspace import Workspace
from tests.app.dying import CONTEXT
from tests.store.world import BY, add, rows_of, visit


def test_the_migrations_make_the_tables(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
    assert ScriptDirectory.from_config(configuration(workspace.database.engine)).get_current_head() == LATEST


def test_the_migrations_make_exactly_the_tables(workspace: Workspace, tmp_path: Path) -> None:
    """Also what the comparison above does not look at: keys, automatic numbers, what is deleted with what."""
    made = Database(tmp_path / "made.sqlite")
    with made.writing() as connection:
        tables.METADATA.create_all(connection)
    shapes = []
    for database in (made, workspace.database):
        with database.reading() as connection:
            shapes.append({name: _shape(connection, name) for name in tables.METADATA.tables})
    made.close()
    assert shapes[0] == shapes[1]


def _shape(connection: object, name: str) -> dict[str, object]:
    def ask(pragma: str) -> list[tuple[object, ...]]:
        rows = connection.exec_driver_sql(f"pragma {pragma}({name})").fetchall()  # type: ignore[attr-defined]
        return sorted((tuple(row)[1:] if pragma != "foreign_key_list" else tuple(row)[2:] for row in rows), key=str)

    sql = connection.execute(text("select sql from sqlite_master where name = :n"), {"n": name}).scalar_one()  # type: ignore[attr-defined]
    indexes = [index for index in ask("index_list") if not str(index[0]).startswith("sqlite_")]
    return {
        "columns": ask("table_info"),
        "keys": ask("foreign_key_list"),
        "indexes": indexes,
        "automatic": "AUTOINCREMENT" in sql.upper(),
    }


def test_ids_of_evidence_and_segments_are_automatic(workspace: Workspace) -> None:
    with workspace.reading() as connection:
        automatic = {name for name in tables.METADATA.tables if _shape(connection, name)["automatic"]}
    assert automatic == {"evidence", "segment"}


@pytest.mark.parametrize("change", ["update audit set by = 'nobody'", "delete from audit"])
def test_the_audit_log_cannot_be_changed(workspace: Workspace, change: str) -> None:
    with pytest.raises((DatabaseError, WorkspaceError), match="append-only"), workspace.writing() as connection:
        connection.exec_driver_sql(change)
    with workspace.reading() as connection:
        rows = connection.execute(select(tables.audit)).fetchall()
    assert [(row.action, row.by) for row in rows] == [("organisation.add", BY)]


def test_times_are_utc_whatever_zone_they_came_with(workspace: Workspace) -> None:
    time = datetime(2026, 10, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    with workspace.writing() as connection:
        connection.execute(insert(tables.batch).values(id="x", started=time))
        (row,) = connection.execute(select(tables.batch)).fetchall()
        assert row.started == time
        assert row.started.tzinfo is UTC
        raw = connection.execute(text("select started from batch")).scalar_one()
        assert raw == "2026-10-01 00:00:00.000000"


def test_a_time_without_a_zone_is_refused(workspace: Workspace) -> None:
    naive = datetime(2026, 10, 1)  # noqa: DTZ001 this is what must not pass
    with pytest.raises(StatementError, match="has no zone"), workspace.writing() as connection:
        connection.execute(insert(tables.batch).values(id="x", started=naive))


def test_a_transaction_is_all_or_nothing(workspace: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace.writing() as connection:  # noqa: PT012 both are one transaction
        connection.execute(insert(tables.batch).values(id="x", started=datetime.now(UTC)))
        raise ZeroDivisionError
    with workspace.reading() as connection:
        assert connection.execute(select(tables.batch.c.id)).fetchall() == []


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_database_of_the_first_revision_opens(workspace: Workspace, organisation: Organisation) -> None:
    add(workspace, organisation, b"1", (NETWORK, [visit(1)]))
    workspace.close()
    with closing(sqlite3.connect(workspace.layout.database)) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [(LATEST,)]
    with Workspace(workspace.layout.root) as again:
        assert again.database.schema_version() == LATEST
        again.database.upgrade()
        assert len(rows_of(again, organisation)["network"]) == 1


def test_a_database_of_a_newer_revision_is_refused(workspace: Workspace) -> None:
    with workspace.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0999'")
    workspace.close()
    with pytest.raises(NewerWorkspace, match=r"its schema is 0999, this program knows up to 0\d+"):
        Workspace(workspace.layout.root)


def _upgrade(path: Path) -> None:
    database = Database(path)
    database.upgrade()
    database.close()


def test_several_that_upgrade_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    children = [CONTEXT.Process(target=_upgrade, args=(path,)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0, 0]
    database = Database(path)
    assert database.schema_version() == LATEST
    database.close()


# --- damage -----------------------------------------------------------------------------------------------------------


def _overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def _folder_at(path: Path) -> None:
    path.unlink()
    path.mkdir()


_DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"this is no database, but a text of some length " * 100),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "pages overwritten": lambda path: _overwrite(path, 4096, b"\xff" * (path.stat().st_size - 4096)),
    "header overwritten": lambda path: _overwrite(path, 0, b"\0" * 100),
    "missing": lambda path: path.unlink(),
    "a folder": _folder_at,
    "empty table": lambda path: _without_table(path),  # noqa: PLW0108 it is defined below
}


def _without_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("drop table segment_file")
        connection.commit()


@pytest.mark.parametrize("how", _DAMAGE)
def test_a_damaged_database_is_told_in_words(workspace: Workspace, organisation: Organisation, how: str) -> None:
    add(workspace, organisation, b"1", (NETWORK, [visit(1)]))
    workspace.close()
    root = workspace.layout.root
    _DAMAGE[how](workspace.layout.database)
    with pytest.raises(WorkspaceError) as told, Workspace(root) as again:
        rows_of(again, again.organisation())
    assert str(workspace.layout.database) in str(told.value)


def test_a_busy_database_is_told_in_words(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekimori.store.transactions.WAIT_SECONDS", 0.1)
    with Workspace(workspace.layout.root) as other, workspace.writing():
        with pytest.raises(WorkspaceBusy), other.writing() as connection:
            connection.execute(update(tables.organisation).values(name="other"))
        with other.reading() as connection:  # who only reads is not kept waiting
            assert connection.execute(select(tables.organisation.c.name)).scalars().all() == ["default"]


@pytest.mark.parametrize("name", ["case [2024] a*b?", "100%", "what#?mode=ro", "it's", "証拠 ﾃｽﾄ", "a=b"])
def test_any_name_of_the_folder(tmp_path: Path, template: Path, name: str) -> None:
    root = Path(shutil.copytree(template, tmp_path / name / "w"))
    with Workspace(root) as workspace, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sekimori.store.segments._STAGE_BYTES", 0)
        organisation = workspace.organisation()
        add(workspace, organisation, b"1", (NETWORK, [visit(1)]))
        assert len(rows_of(workspace, organisation)["network"]) == 1
        assert {path.name for path in tmp_path.iterdir()} == {name}
