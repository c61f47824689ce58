"""Work in child processes that can be killed, and what must hold of a workspace after that."""

import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from sekimori.app import ingest, recognising
from sekimori.app.opening import open_workspace
from sekimori.model.organisation import Organisation
from sekimori.store import segments, tables
from sekimori.store.catalogue import Catalogue
from sekimori.store.purging import purge
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from tests.app.ingesting import BY, added, mail, mailbox, squid, written, zipped

KILLS = int(os.environ.get("SEKIMORI_KILLS", "5"))
"""How often a kind of work is killed; the benchmarks ask for more."""

# The server has everything imported, so that a child is at work in a moment.
CONTEXT: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
CONTEXT.set_forkserver_preload([__name__])
recognising.readers()


def evidence_in(folder: Path) -> Path:
    """Evidence of all sizes: what is staged, what is kept as files, containers and what stands in several."""
    mails = [mail(n, attachments=[("a.bin", bytes([n]) * 3000)]) for n in range(16)]
    files = [(f"mail/{n}.eml", one) for n, one in enumerate(mails[:8])]
    files += [("sato.mbox", mailbox(mails[5:])), ("a.zip", zipped([("x.eml", mails[3]), ("y.log", squid(200))]))]
    files += [(f"logs/{n}.log", squid(100 * (n + 1), host=f"s{n}.example")) for n in range(3)]
    return written(folder, files)


def small_portions() -> None:
    """Many commits and many files, so that whatever moment is chosen, something is half done."""
    ingest.COMMIT_BYTES = 10_000
    segments._STAGE_BYTES = 5_000
    segments._CUT_BYTES = 10_000
    segments._BUFFER_ROWS = 100


def add_in(root: Path, folder: Path) -> None:
    """Add a folder to the workspace's organisation."""
    small_portions()
    with open_workspace(root) as workspace:
        added(workspace, workspace.organisation(), folder)


def compact_in(root: Path) -> None:
    """Merge everything."""
    with open_workspace(root) as workspace:
        compact(workspace, workspace.organisation(), by=BY, everything=True)


def purge_in(root: Path, evidence: list[int]) -> None:
    """Purge evidence."""
    with open_workspace(root) as workspace:
        purge(workspace, workspace.organisation(), evidence, by=BY, why="test")


def seconds_of(work: Callable[..., None], *args: Any) -> float:
    """How long a piece of work takes in a child."""
    start = time.monotonic()
    child = CONTEXT.Process(target=work, args=args)
    child.start()
    child.join()
    assert child.exitcode == 0
    return time.monotonic() - start


def moments(seconds: float) -> Iterator[float]:
    """Moments spread over a time, chosen by a seed."""
    chance = random.Random(20261001)
    return ((n + chance.random()) / KILLS * seconds for n in range(KILLS))


def killed(after: float, work: Callable[..., None], *args: Any) -> None:
    """Begin a piece of work in a child and kill it."""
    child = CONTEXT.Process(target=work, args=args)
    child.start()
    child.join(after)
    child.kill()
    child.join()


def check_tidy(workspace: Workspace, organisation: Organisation) -> None:
    """Nothing is left of who died: no claims, no batches, no folder that is in no row, no row without its file."""
    with workspace.reading() as connection:
        assert connection.execute(select(tables.batch.c.id)).fetchall() == []
        claims = select(tables.evidence.c.id).where(tables.evidence.c.batch.is_not(None))
        assert connection.execute(claims).fetchall() == []
        known = set(connection.execute(select(tables.segment.c.name)).scalars())
    folders = {path.name for path in workspace.layout.segments.glob("*/*/*")}
    assert folders <= known
    for segment in Catalogue(workspace, organisation).segments():
        assert all(path.stat().st_size > 0 for path in segment.files.values())


def check_whole(state: dict[str, Any], reference: dict[str, Any]) -> None:
    """Every piece of evidence that is there has all its records, values and bytes; nothing else is there."""
    kept = {one[0] for one in state["evidence"]}
    assert _without_places(state["evidence"]) == [
        one for one in _without_places(reference["evidence"]) if one[0] in kept
    ]
    for kind, rows in reference["records"].items():
        expected = Counter(row for row in rows if row[2:66] in kept)
        assert Counter(state["records"][kind]) == expected, kind
    assert state["observed"] == [one for one in reference["observed"] if one[1] in kept]
    assert state["content"] == {sha: digest for sha, digest in reference["content"].items() if sha in state["content"]}
    assert all(sha == digest for sha, digest in state["content"].items())


def _without_places(evidence: list[Any]) -> list[Any]:
    """A place that another piece's commit would have brought may be missing."""
    return [(sha, size, dataset, unread, statements) for sha, size, dataset, _, unread, statements in evidence]
