"""Workspaces: made whole or not at all, opened when they are understood, and told apart from other folders."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sekimori.model.organisation import Partner, Person, Profile
from sekimori.store import tables
from sekimori.store.errors import (
    NewerWorkspace,
    NoSuchOrganisation,
    NotAWorkspace,
    OrganisationExists,
    WorkspaceBusy,
    WorkspaceError,
    WorkspaceExists,
)
from sekimori.store.originals import KEY_BYTES
from sekimori.store.workspace import FORMAT, Workspace
from tests.store.world import BY


def test_a_new_workspace(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "a/b", by=BY, organisation="Aoi") as workspace:
        assert [one.name for one in workspace.organisations()] == ["Aoi"]
        key = workspace.key
    with Workspace(tmp_path / "a/b") as workspace:
        assert workspace.key == key
        assert workspace.organisation().name == "Aoi"
    with Workspace.create(tmp_path / "other", by=BY) as workspace:
        assert workspace.key != key
        assert len(workspace.key) == KEY_BYTES


def test_an_empty_folder_will_do_and_others_not(tmp_path: Path) -> None:
    Workspace.create(tmp_path, by=BY).close()
    with pytest.raises(WorkspaceExists, match="it is a workspace already"):
        Workspace.create(tmp_path, by=BY)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").touch()
    with pytest.raises(WorkspaceExists, match="not an empty folder"):
        Workspace.create(tmp_path / "full", by=BY)
    with pytest.raises(WorkspaceExists, match="not an empty folder"):
        Workspace.create(tmp_path / "full/letter.txt", by=BY)


def test_a_folder_that_is_not_finished_is_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made last, the settings say that the rest is there."""
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):  # noqa: PT012 the patch is part of it
        patch.setattr(Path, "replace", _interrupted)
        Workspace.create(tmp_path / "w", by=BY)
    with pytest.raises(NotAWorkspace):
        Workspace(tmp_path / "w")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["nowhere", "empty", "file.txt", "file.txt/below"])
def test_other_folders_are_no_workspaces(tmp_path: Path, where: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").touch()
    with pytest.raises(NotAWorkspace, match="is not a workspace; make one with: sekimori init"):
        Workspace(tmp_path / where)


_KEY = "00" * KEY_BYTES
_DAMAGE: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b'{"format": 1, "key": "00',
    "no UTF-8": b'{"format": 1, "key": "\xff"}',
    "a list": b"[1, 2]",
    "null": b"null",
    "no key": b'{"format": 1}',
    "no format": json.dumps({"key": _KEY}).encode(),
    "a short key": b'{"format": 1, "key": "0011"}',
    "an odd key": json.dumps({"format": 1, "key": _KEY[:-1]}).encode(),
    "a number as key": b'{"format": 1, "key": 5}',
    "another format": json.dumps({"format": "next", "key": _KEY}).encode(),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("how", _DAMAGE)
def test_damaged_settings_are_told_in_words(workspace: Workspace, how: str) -> None:
    workspace.layout.settings.write_bytes(_DAMAGE[how])
    with pytest.raises(WorkspaceError, match=r"workspace\.json is damaged"):
        Workspace(workspace.layout.root)


def test_a_newer_format_is_refused(workspace: Workspace) -> None:
    workspace.layout.settings.write_text(json.dumps({"format": FORMAT + 1, "locks": "of another kind"}))
    with pytest.raises(NewerWorkspace, match=f"its schema is format {FORMAT + 1}, this program knows up to format"):
        Workspace(workspace.layout.root)


def test_organisations(workspace: Workspace) -> None:
    profile = Profile(
        domains=("example.jp",),
        networks=("10.0.0.0/8",),
        partners=(Partner(name="Beni", domains=("beni.example",)),),
        people=(Person(name="佐藤", addresses=("sato@example.jp",), vip=True),),
        hosts={"10.0.0.1": "pc-1"},
    )
    added = workspace.add_organisation("Beni", by=BY, profile=profile)
    assert workspace.organisation("Beni") == added
    with pytest.raises(OrganisationExists, match="'Beni'"):
        workspace.add_organisation("Beni", by=BY)
    with pytest.raises(NoSuchOrganisation, match="several organisations"):
        workspace.organisation()
    with pytest.raises(NoSuchOrganisation, match="known: Beni, default"):
        workspace.organisation("Kuro")
    workspace.set_profile(added, Profile(domains=("beni.example",)), by="sato")
    assert workspace.organisation("Beni").profile.domains == ("beni.example",)
    with workspace.reading() as connection:
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.id)).fetchall()
    assert [(row.action, row.by, row.organisation) for row in rows[1:]] == [
        ("organisation.add", BY, added.id),
        ("organisation.profile", "sato", added.id),
    ]
    detail: dict[str, Any] = rows[-1].detail
    assert (detail["before"]["domains"], detail["after"]["domains"]) == (["example.jp"], ["beni.example"])


def test_a_lock_keeps_others_out(workspace: Workspace) -> None:
    with workspace.lock("upkeep-1"), Workspace(workspace.layout.root) as other:
        with pytest.raises(WorkspaceBusy, match="upkeep-1"), other.lock("upkeep-1", timeout=0.05):
            pass
        with other.lock("upkeep-2", timeout=0.05):
            pass
    with workspace.lock("upkeep-1", timeout=0.05):
        pass


def test_own_files_are_told_from_evidence(workspace: Workspace) -> None:
    layout = workspace.layout
    made = {Path(entry.path) for entry in os.scandir(layout.root)}
    assert made <= layout.own
    is_own: Callable[[str], bool] = lambda name: layout.root / name in layout.own  # noqa: E731
    assert all(map(is_own, ("desk.sqlite-wal", "desk.sqlite-shm", "segments", "spill", "workspace.json")))
    assert not any(map(is_own, ("incoming", "desk.sqlite.copy", "mail.eml")))
