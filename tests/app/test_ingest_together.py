"""Several processes at once: every piece of evidence once, nobody waits for ever, and who is left has everything."""

import hashlib
import io
import random
import threading
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sekimori.app.ingest import add
from sekimori.app.opening import open_workspace
from sekimori.app.pieces import Input
from sekimori.model.organisation import Organisation
from sekimori.readers.protocol import ReadingContext
from sekimori.store import tables
from sekimori.store.adding import Adding, Claimed, Found
from sekimori.store.catalogue import Catalogue
from sekimori.store.workspace import Workspace
from tests.app.dying import CONTEXT, add_in, check_tidy, compact_in, evidence_in, small_portions
from tests.app.ingesting import BY, added, mail, mailbox, squid, written, zipped
from tests.store.world import state_of

PATIENCE = 120


def _meet(barrier: Barrier, root: Path, folder: Path) -> None:
    barrier.wait(PATIENCE)
    add_in(root, folder)


def _crosswise(barrier: Barrier, root: Path, first: list[Path], then: list[Path]) -> None:
    """Claim the first inputs, wait until the other has claimed his, then go for those."""

    def inputs() -> Iterator[Input]:
        yield from first
        barrier.wait(PATIENCE)
        yield from then

    with open_workspace(root) as workspace:
        organisation = workspace.organisation()
        result = add(workspace, organisation, inputs(), by=BY, context=ReadingContext())
        # The ids that are told are those of the evidence, whoever added it.
        assert len(Catalogue(workspace, organisation).evidence(result.evidence)) == len(first) + len(then)


def _claim_and_stall(root: Path, found: list[Found], claimed: Event) -> None:
    with open_workspace(root) as workspace, Adding(workspace, workspace.organisation(), by="other") as adding:
        assert all(adding.claim(one).outcome is Claimed.NEW for one in found)
        claimed.set()
        threading.Event().wait()


def _reference(folder: Path, *inputs: Input) -> dict[str, Any]:
    """The state after adding in peace."""
    with Workspace.create(folder, by=BY) as workspace:
        organisation = workspace.organisation()
        added(workspace, organisation, *inputs)
        return state_of(workspace, organisation)


def _started(*children: Any) -> None:
    for child in children:
        child.start()


def _ended(*children: Any) -> None:
    """All of them, without an error; a child that still waits is killed, and the test fails."""
    for child in children:
        child.join(PATIENCE)
    codes = [child.exitcode for child in children]
    for child in children:
        child.kill()
    assert codes == [0] * len(children)


def test_two_add_the_same_at_once(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    folder = evidence_in(tmp_path / "e")
    barrier = CONTEXT.Barrier(2)
    root = workspace.layout.root
    children = [CONTEXT.Process(target=_meet, args=(barrier, root, folder)) for _ in range(2)]
    _started(*children)
    _ended(*children)
    check_tidy(workspace, organisation)
    assert state_of(workspace, organisation) == _reference(tmp_path / "r", folder)


def test_two_that_want_what_the_other_has_claimed(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    files = [(f"{n}.log", squid(50, host=f"h{n}.example")) for n in range(4)]
    files += [("a.zip", zipped([files[0], files[2], ("z.eml", mail(1))])), ("b.mbox", mailbox([mail(1), mail(2)]))]
    folder = written(tmp_path / "e", files)
    left, right = (
        [folder / "0.log", folder / "1.log", folder / "a.zip"],
        [folder / "2.log", folder / "3.log", folder / "b.mbox"],
    )
    barrier = CONTEXT.Barrier(2)
    root = workspace.layout.root
    children = [
        CONTEXT.Process(target=_crosswise, args=(barrier, root, left, right)),
        CONTEXT.Process(target=_crosswise, args=(barrier, root, right, left)),
    ]
    _started(*children)
    _ended(*children)
    check_tidy(workspace, organisation)
    assert state_of(workspace, organisation) == _reference(tmp_path / "r", folder)


def _found(content: bytes) -> Found:
    return Found(sha256=hashlib.sha256(content).hexdigest(), size=len(content), name="x", path="x")


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_who_waits_for_one_that_dies_adds_it_himself(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, large: bool
) -> None:
    """The files are gone and the pipe is empty by then: the bytes were kept."""
    log = random.Random(1).randbytes(3 << 20) if large else squid(10, host="x.example")
    inner, slice_ = mail(1), mail(2).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    folder = written(tmp_path / "e", [("a.zip", zipped([("in.eml", inner)])), ("b.mbox", mailbox([slice_, mail(3)]))])
    root = workspace.layout.root
    claimed = CONTEXT.Event()
    other = CONTEXT.Process(
        target=_claim_and_stall, args=(root, [_found(one) for one in (log, inner, slice_)], claimed)
    )
    other.start()
    assert claimed.wait(PATIENCE)

    results = []
    thread = threading.Thread(
        target=lambda: results.append(added(workspace, organisation, ("log", io.BytesIO(log)), folder)), daemon=True
    )
    thread.start()
    _wait_until_three_batches(workspace)
    (folder / "a.zip").unlink()
    (folder / "b.mbox").unlink()
    other.kill()
    other.join()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    (result,) = results
    assert not result.unreadable
    written(folder, [("a.zip", zipped([("in.eml", inner)])), ("b.mbox", mailbox([slice_, mail(3)]))])
    reference = _reference(tmp_path / "r", ("log", io.BytesIO(log)), folder)
    state = state_of(workspace, organisation)
    # The slice was kept by itself: its bytes are there, but not as a stretch of the mailbox.
    assert state.pop("content").items() >= reference.pop("content").items()
    assert state == reference
    names = [Catalogue(workspace, organisation).evidence([id_])[id_].name for id_ in result.evidence]
    assert names == ["log", "a.zip", "b.mbox"]
    check_tidy(workspace, organisation)


def _wait_until_three_batches(workspace: Workspace) -> None:
    """The one that stalls, the one that keeps the bytes, the one that waits: then the run is in its second round."""
    table = tables.evidence
    kept = select(table.c.id).where(table.c.batch.is_(None))
    for _ in range(PATIENCE * 20):
        with workspace.reading() as connection:
            batches = connection.execute(select(tables.batch.c.id)).fetchall()
            if len(batches) == 3 and connection.execute(kept).fetchall():
                return
        threading.Event().wait(0.05)
    pytest.fail("nobody waits")


def test_merging_while_others_add(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    folder = evidence_in(tmp_path / "e")
    root = workspace.layout.root
    adding = CONTEXT.Process(target=_one_by_one, args=(root, folder))
    adding.start()
    rounds = 0
    while adding.is_alive() and rounds < 1000:
        compact_in(root)
        rounds += 1
    _ended(adding)
    assert rounds > 1
    check_tidy(workspace, organisation)
    assert state_of(workspace, organisation) == _reference(tmp_path / "r", folder)


def _one_by_one(root: Path, folder: Path) -> None:
    small_portions()
    for path in sorted(folder.rglob("*.*")):
        add_in(root, path)
