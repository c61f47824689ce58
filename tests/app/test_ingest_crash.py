"""Whatever the moment at which a process dies, nothing is half there, and the work can be repeated."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from sekimori.app.opening import open_workspace
from sekimori.store.catalogue import Catalogue
from sekimori.store.workspace import Workspace
from tests.app.dying import (
    add_in,
    check_tidy,
    check_whole,
    compact_in,
    evidence_in,
    killed,
    moments,
    purge_in,
    seconds_of,
)
from tests.app.ingesting import BY, added
from tests.store.world import content_hits, state_of

pytestmark = pytest.mark.posix  # children are forked from a server


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of evidence."""
    return evidence_in(tmp_path_factory.mktemp("evidence") / "e")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, evidence: Path) -> tuple[Path, float]:
    """A workspace to which it was added in peace, and how long that took."""
    root = tmp_path_factory.mktemp("undisturbed") / "w"
    Workspace.create(root, by=BY).close()
    seconds_of(add_in, root, evidence / "mail/1.eml")  # what only the first child pays for
    return root, seconds_of(add_in, root, evidence)


@pytest.fixture(scope="module")
def reference(undisturbed: tuple[Path, float]) -> dict[str, Any]:
    """What is in that workspace."""
    with open_workspace(undisturbed[0]) as workspace:
        return state_of(workspace, workspace.organisation())


def test_killed_while_adding(
    tmp_path: Path, template: Path, evidence: Path, undisturbed: tuple[Path, float], reference: dict[str, Any]
) -> None:
    for number, moment in enumerate(moments(undisturbed[1])):
        root = shutil.copytree(template, tmp_path / str(number))
        killed(moment, add_in, root, evidence)
        with open_workspace(root) as workspace:
            organisation = workspace.organisation()
            check_tidy(workspace, organisation)
            check_whole(state_of(workspace, organisation), reference)
            added(workspace, organisation, evidence)
            assert state_of(workspace, organisation) == reference


def test_killed_again_and_again(
    tmp_path: Path, evidence: Path, undisturbed: tuple[Path, float], reference: dict[str, Any]
) -> None:
    """One workspace, every run killed a little later: what was committed is kept, and the rest is added in the end."""
    root = tmp_path / "w"
    Workspace.create(root, by=BY).close()
    for moment in moments(undisturbed[1]):
        killed(moment, add_in, root, evidence)
    with open_workspace(root) as workspace:
        check_whole(state_of(workspace, workspace.organisation()), reference)
        added(workspace, workspace.organisation(), evidence)
        assert state_of(workspace, workspace.organisation()) == reference


def test_killed_while_merging(tmp_path: Path, undisturbed: tuple[Path, float], reference: dict[str, Any]) -> None:
    measured = shutil.copytree(undisturbed[0], tmp_path / "measured")
    for number, moment in enumerate(moments(seconds_of(compact_in, measured))):
        root = shutil.copytree(undisturbed[0], tmp_path / str(number))
        killed(moment, compact_in, root)
        with open_workspace(root) as workspace:
            check_tidy(workspace, workspace.organisation())
            assert state_of(workspace, workspace.organisation()) == reference
        compact_in(root)
        with open_workspace(root) as workspace:
            assert len(Catalogue(workspace, workspace.organisation()).segments()) == 1
            assert state_of(workspace, workspace.organisation()) == reference


def test_killed_while_purging(tmp_path: Path, undisturbed: tuple[Path, float], reference: dict[str, Any]) -> None:
    measured = shutil.copytree(undisturbed[0], tmp_path / "measured")
    with open_workspace(measured) as workspace:
        ids = {one.name: one.id for one in Catalogue(workspace, workspace.organisation()).all_evidence()}
    wanted = [ids[name] for name in ("sato.mbox", "a.zip", "0.log", "7.eml")]
    seconds = seconds_of(purge_in, measured, wanted)
    with open_workspace(measured) as workspace:
        after = state_of(workspace, workspace.organisation())
    assert after != reference
    assert content_hits(measured, "s0.example") == []
    for number, moment in enumerate(moments(seconds)):
        root = shutil.copytree(undisturbed[0], tmp_path / str(number))
        killed(moment, purge_in, root, wanted)
        with open_workspace(root) as workspace:
            check_tidy(workspace, workspace.organisation())
            assert state_of(workspace, workspace.organisation()) in (reference, after)
        purge_in(root, wanted)
        with open_workspace(root) as workspace:
            assert state_of(workspace, workspace.organisation()) == after
        assert content_hits(root, "s0.example", "yamada15") == []
