"""An `add` that is killed at any moment leaves nothing half visible, and can be repeated."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from sekimori import scenario
from sekimori.app.adding import add_evidence
from sekimori.app.opening import create_workspace, open_workspace
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

KILLS = int(os.environ.get("SEKIMORI_KILLS", "5"))
CHILD = """
import sys
from pathlib import Path
from sekimori.app import ingest
from sekimori.app.adding import add_evidence
from sekimori.app.opening import open_workspace
ingest.COMMIT_BYTES = 100_000  # many commits, so that a kill falls between and into them
with open_workspace(Path(sys.argv[1])) as workspace:
    print("begun", flush=True)
    add_evidence(workspace, workspace.organisation(), [Path(sys.argv[2])], by="child")
"""

Content = tuple[Counter[tuple[str, str]], Counter[tuple[str, str, str, str, int]]]


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("incident")
    scenario.write(folder, scale=0.02)
    return folder / "evidence"


def content(workspace: Workspace) -> Content:
    """Records by evidence and kind, and what was observed, both by the evidence's hash."""
    organisation = workspace.organisation()
    named = {one.id: one.sha256 for one in Catalogue(workspace, organisation).all_evidence()}
    records: Counter[tuple[str, str]] = Counter()
    observed: Counter[tuple[str, str, str, str, int]] = Counter()
    with Reading(workspace, organisation) as reading:
        for kind in ("message", "attachment", "network", "event", "work"):
            for row in reading.grouped(kind, by=["source"], where={}).to_pylist():
                records[named[row["source"]], kind] += row["count"]
        names = reading.names(["domain", "address", "mail_address", "hash", "file_name", "host"])
        values = {row["id"]: row["value"] for row in names.to_pylist()}
        for row in reading.observed(names.column("id").combine_chunks()).to_pylist():
            cell = (named[row["source"]], row["kind"], row["field"], values[row["id"]], row["count"])
            observed[cell] += 1
    return records, observed


def kept_whole(workspace: Workspace, whole: Content) -> None:
    """Whatever is visible is visible with all its records."""
    records, observed = content(workspace)
    assert all(whole[0][key] == count for key, count in records.items())
    assert all(whole[1][key] == count for key, count in observed.items())


def killed_after(seconds: float, workspace: Path, evidence: Path) -> None:
    """Begin an `add` and kill it some time after its beginning, if it is still there."""
    command = [sys.executable, "-c", CHILD, str(workspace), str(evidence)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)


@pytest.fixture(scope="module")
def whole(evidence: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Content, float]:
    """What an undisturbed `add` comes to, and how long it took."""
    with create_workspace(tmp_path_factory.mktemp("whole") / "w", organisation="one", by="tester") as workspace:
        begun = time.monotonic()
        add_evidence(workspace, workspace.organisation(), [evidence], by="tester")
        return content(workspace), time.monotonic() - begun


def test_a_killed_add_leaves_nothing_half_and_can_be_repeated(
    evidence: Path, whole: tuple[Content, float], tmp_path: Path
) -> None:
    folder = tmp_path / "w"
    create_workspace(folder, organisation="one", by="tester").close()
    dice = random.Random(20261001)
    for _ in range(KILLS):
        killed_after(dice.uniform(0, whole[1] * 0.7), folder, evidence)
        with open_workspace(folder) as workspace:
            kept_whole(workspace, whole[0])
    with open_workspace(folder) as workspace:
        add_evidence(workspace, workspace.organisation(), [evidence], by="tester")
        assert content(workspace) == whole[0]
        kept = {one.name for one in Catalogue(workspace, workspace.organisation()).segments()}
    with open_workspace(folder) as workspace:
        folders = {path.name for path in workspace.layout.segments.glob("*/*/*")}
    assert folders <= kept


def test_two_adds_at_once_store_everything_once(evidence: Path, whole: tuple[Content, float], tmp_path: Path) -> None:
    folder = tmp_path / "w"
    create_workspace(folder, organisation="one", by="tester").close()
    command = [sys.executable, "-c", CHILD, str(folder), str(evidence)]
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    with open_workspace(folder) as workspace:
        assert content(workspace) == whole[0]


def test_the_one_that_lives_has_what_the_killed_one_claimed(
    evidence: Path, whole: tuple[Content, float], tmp_path: Path
) -> None:
    folder = tmp_path / "w"
    create_workspace(folder, organisation="one", by="tester").close()
    command = [sys.executable, "-c", CHILD, str(folder), str(evidence)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as survivor:
        killed_after(whole[1] * 0.4, folder, evidence)
        assert survivor.wait(timeout=120) == 0
    with open_workspace(folder) as workspace:
        assert content(workspace) == whole[0]
