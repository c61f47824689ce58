"""Compaction: by itself, without anybody noticing; and what stays of segments that are written anew."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select, update

from sekimori.model.kinds import MESSAGE, NETWORK
from sekimori.model.organisation import Organisation
from sekimori.store import segments, tables, upkeep
from sekimori.store.batches import batch
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import WorkspaceBusy, WorkspaceChanged
from sekimori.store.leftovers import GRACE_SECONDS
from sekimori.store.purging import purge
from sekimori.store.reading import Reading
from sekimori.store.sightings import Sightings
from sekimori.store.upkeep import compact, recover
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.world import BY, add, rows_of, state_of, visit


def _shape(workspace: Workspace, organisation: Organisation) -> tuple[int, int]:
    """How many segments are staged, and how many have files."""
    all_ = Catalogue(workspace, organisation).segments()
    staged = sum(bool(one.staged) for one in all_)
    return staged, len(all_) - staged


def _add(workspace: Workspace, organisation: Organisation, number: int) -> int:
    rows = [visit(number, f"h{number}.evil.example")]
    message = {"offset": 0, "email_from_address": f"a{number}@example.jp", "email_to_address": ["sato@example.jp"]}
    return add(workspace, organisation, f"evidence {number}".encode(), (NETWORK, rows), (MESSAGE, [message]))


def _hosts(reading: Reading) -> list[str]:
    return sorted(row["url_domain"] for row in reading.records("network", columns=["url_domain"], where={}).to_pylist())


def test_small_additions_are_folded_by_themselves(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "FOLD_AT", 5)
    monkeypatch.setattr(upkeep, "MERGE_AT", 3)
    shapes = []
    for number in range(20):
        _add(workspace, organisation, number)
        compact(workspace, organisation, by=BY)
        shapes.append(_shape(workspace, organisation))
    # Five staged make one with files, three of these make one again; never is anything large rewritten for little.
    assert shapes[4] == (0, 1)
    assert shapes[9] == (0, 2)
    assert shapes[14:16] == [(0, 3), (0, 1)]
    assert [row["line"] for row in rows_of(workspace, organisation)["network"]] == list(range(1, 21))


def test_large_segments_are_left_alone(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    monkeypatch.setattr(upkeep, "SMALL_BYTES", 1)
    for number in range(3):
        _add(workspace, organisation, number)
    assert compact(workspace, organisation, by=BY, everything=True) == 0
    assert _shape(workspace, organisation) == (0, 3)


def test_merging_changes_nothing_that_is_asked(workspace: Workspace, organisation: Organisation) -> None:
    for number in range(6):
        _add(workspace, organisation, number)
    before = state_of(workspace, organisation)
    assert compact(workspace, organisation, by=BY, everything=True) == 6
    assert state_of(workspace, organisation) == before
    assert compact(workspace, organisation, by=BY, everything=True) == 0


def test_only_equal_watermarks_are_merged_and_kept(workspace: Workspace, organisation: Organisation) -> None:
    for number in range(4):
        _add(workspace, organisation, number)
    ids = [one.id for one in Catalogue(workspace, organisation).segments()]
    Sightings(workspace, organisation).keep([], segments=ids[:2], hunted_to=7, by=BY)
    compact(workspace, organisation, by=BY, everything=True)
    assert sorted(one.hunted_to for one in Catalogue(workspace, organisation).segments()) == [0, 7]


def test_one_segment_of_several_files_keeps_its_evidence_whole(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence that spans segments is hunted as a whole: its parts never get different watermarks."""
    monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    monkeypatch.setattr(segments, "_BUFFER_ROWS", 2)
    monkeypatch.setattr(segments, "_CUT_BYTES", 1)
    source = add(workspace, organisation, b"1", *[(NETWORK, [visit(n), visit(n + 1)]) for n in range(3)])
    held = Catalogue(workspace, organisation).segments()
    assert len(held) > 1
    sightings = Sightings(workspace, organisation)
    sightings.keep([], segments=[one.id for one in held], hunted_to=3, by=BY)
    _add(workspace, organisation, 9)
    compact(workspace, organisation, by=BY, everything=True)
    marks: dict[Any, Any] = {}
    for one in Catalogue(workspace, organisation).segments():
        with Reading(workspace, organisation, [one]) as reading:
            for row in reading.records("network", columns=["source"], where={}).to_pylist():
                marks.setdefault(row["source"], set()).add(one.hunted_to)
    assert marks[source] == {3}


def test_a_hunt_over_segments_that_were_merged_meanwhile_is_repeated(
    workspace: Workspace, organisation: Organisation
) -> None:
    for number in range(3):
        _add(workspace, organisation, number)
    ids = [one.id for one in Catalogue(workspace, organisation).segments()]
    compact(workspace, organisation, by=BY, everything=True)
    late = _add(workspace, organisation, 4)
    ids.append(Catalogue(workspace, organisation).segments()[-1].id)
    Sightings(workspace, organisation).keep([], segments=ids, hunted_to=5, by=BY)
    assert [one.hunted_to for one in Catalogue(workspace, organisation).segments()] == [0, 0]
    assert late


@pytest.mark.parametrize("as_files", [False, True], ids=["staged", "as files"])
@pytest.mark.parametrize("asked_before", [False, True])
def test_who_began_before_a_merge_still_gets_everything(
    workspace: Workspace,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    as_files: bool,
    asked_before: bool,
) -> None:
    if as_files:
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    for number in range(4):
        _add(workspace, organisation, number)
    expected = [f"h{number}.evil.example" for number in range(4)]
    with Reading(workspace, organisation) as reading:
        if asked_before:
            assert _hosts(reading) == expected
        compact(workspace, organisation, by=BY, everything=True)
        recover(workspace)
        _add(workspace, organisation, 5)
        assert _hosts(reading) == expected
        ids = pa.array([value_id(ObservableType.DOMAIN, "evil.example")], pa.int64())
        assert len(reading.below(ids)) == 4
        assert len(reading.records("message", columns=["source"], where={})) == 4


def test_a_merged_segment_goes_after_a_while(workspace: Workspace, organisation: Organisation) -> None:
    for number in range(3):
        _add(workspace, organisation, number)
    compact(workspace, organisation, by=BY, everything=True)
    _add(workspace, organisation, 4)
    compact(workspace, organisation, by=BY, everything=True)
    before = state_of(workspace, organisation)
    folders = len(list(workspace.layout.segments.glob("*/*/*")))
    assert folders == 2
    assert recover(workspace) == 0
    long_ago = datetime.now(UTC) - timedelta(seconds=GRACE_SECONDS + 1)
    old = tables.segment.c.superseded.is_not(None)
    with workspace.writing() as connection:
        connection.execute(update(tables.segment).where(old).values(superseded=long_ago))
    assert recover(workspace) == 1
    with workspace.reading() as connection:
        assert connection.execute(select(tables.segment.c.id).where(old)).fetchall() == []
        assert connection.execute(select(tables.staged.c.segment)).fetchall() == []
    assert state_of(workspace, organisation) == before


@pytest.mark.parametrize("as_files", [False, True], ids=["staged", "as files"])
def test_who_began_before_a_purge_is_told(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, as_files: bool
) -> None:
    if as_files:
        monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    gone, _ = _add(workspace, organisation, 1), _add(workspace, organisation, 2)
    held = Catalogue(workspace, organisation).segments()
    with Reading(workspace, organisation) as before, Reading(workspace, organisation) as asked:
        assert len(_hosts(asked)) == 2
        purge(workspace, organisation, [gone], by=BY, why="test")
        with pytest.raises(WorkspaceChanged):
            _hosts(before)
        if as_files:
            with pytest.raises(WorkspaceChanged):
                _hosts(asked)
    with pytest.raises(WorkspaceChanged):
        Reading(workspace, organisation, held)
    with Reading(workspace, organisation) as after:
        assert _hosts(after) == ["h2.evil.example"]


def test_merging_is_left_to_whoever_does_it_already(workspace: Workspace, organisation: Organisation) -> None:
    for number in range(3):
        _add(workspace, organisation, number)
    with pytest.MonkeyPatch.context() as patch, workspace.lock(upkeep.upkeep_lock(organisation)):
        patch.setattr(upkeep, "FOLD_AT", 2)
        assert compact(workspace, organisation, by=BY) == 0
    assert _shape(workspace, organisation) == (3, 0)


def test_two_that_merge_everything_at_once(workspace: Workspace, organisation: Organisation) -> None:
    """The second finds nothing left to do."""
    for number in range(3):
        _add(workspace, organisation, number)
    counts: list[int] = []
    with workspace.lock(upkeep.upkeep_lock(organisation)):
        merging = [
            threading.Thread(target=lambda: counts.append(compact(workspace, organisation, by=BY, everything=True)))
            for _ in range(2)
        ]
        for one in merging:
            one.start()
    for one in merging:
        one.join(60)
    assert sorted(counts) == [0, 3]
    assert _shape(workspace, organisation) == (0, 1)


def test_deletion_waits_for_no_reader_for_ever(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds a transaction open: the evidence is deleted, the scrubbing is done at the next start."""
    gone, _ = _add(workspace, organisation, 1), _add(workspace, organisation, 2)
    monkeypatch.setattr("sekimori.store.transactions.WAIT_SECONDS", 0.1)
    with Workspace(workspace.layout.root) as other:
        with workspace.reading() as connection:
            connection.execute(select(tables.evidence.c.id)).fetchall()
            with pytest.raises(WorkspaceBusy, match="the evidence is deleted"):
                purge(other, organisation, [gone], by=BY, why="test")
        assert [row["line"] for row in rows_of(other, organisation)["network"]] == [3]
        assert workspace.layout.scrub_due.exists()
        recover(other)
        assert not workspace.layout.scrub_due.exists()


def test_leftovers_are_removed_but_not_what_is_being_written(workspace: Workspace, organisation: Organisation) -> None:
    source = _add(workspace, organisation, 1)
    layout = workspace.layout
    stray = layout.segment(organisation.id, "2026-10", "0123-1")
    stray.mkdir(parents=True)
    (stray / "network.parquet").write_bytes(b"PAR1")
    (layout.locks / "batch-0123.lock").touch()
    assert recover(workspace) == 1
    assert not stray.exists()
    assert (layout.locks / "batch-0123.lock").exists()  # it may be needed for a while
    assert rows_of(workspace, organisation)["network"][0]["source"] == source
    with batch(workspace) as name:
        busy = layout.segment(organisation.id, "2026-10", f"{name}-1")
        busy.mkdir(parents=True)
        assert recover(workspace) == 0
        assert busy.exists()
    assert recover(workspace) == 1
