"""The folders of the indexes: which one counts, and beginning a new one.

    mail-index/ORG/GENERATION/state.json    what the index was made by; written last, so an index without it is none
    mail-index/ORG/GENERATION/index         the candidate index
    mail-index/ORG/GENERATION/...           the text store, the list of words, what the catalogue said

The highest generation counts, if this program made it with the present folding and nothing was purged since.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sekimori.model.organisation import Organisation
from sekimori.store.mail_index.folding import FOLDING
from sekimori.store.mail_index.state import purges
from sekimori.store.workspace import Workspace

__all__ = ["begun", "current", "drop", "drop_stale", "finish_beginning", "index_lock", "replaced", "stale"]

_FORMAT = 3


def index_lock(organisation: Organisation) -> str:
    """The name of the lock under which an organisation's index is written."""
    return f"mail-index-{organisation.id}"


def current(workspace: Workspace, organisation: Organisation) -> Path | None:
    """The folder of the index that counts; None where there is none, or it is not to be used."""
    folders = _generations(workspace, organisation)
    if not folders:
        return None
    try:
        found = json.loads((folders[-1] / "state.json").read_bytes())
    except (OSError, ValueError):
        return None
    return folders[-1] if found == _state(workspace, organisation) else None


def begun(workspace: Workspace, organisation: Organisation) -> Path:
    """A new, empty folder. It counts when `finish_beginning` was called; the old ones go then."""
    serial = max((int(path.name) for path in _generations(workspace, organisation)), default=0) + 1
    folder = _home(workspace, organisation) / str(serial)
    (folder / "index").mkdir(parents=True)
    return folder


def finish_beginning(workspace: Workspace, organisation: Organisation, folder: Path) -> None:
    """Let a new index count. To be called before anything is read from the tables for it."""
    replaced(folder / "state.json", json.dumps(_state(workspace, organisation)).encode())
    for old in _generations(workspace, organisation):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def drop(workspace: Workspace, organisation: Organisation) -> None:
    """Remove the index of an organisation, waiting for whoever writes it; raises `WorkspaceBusy`."""
    if _home(workspace, organisation).exists():
        with workspace.lock(index_lock(organisation)):
            shutil.rmtree(_home(workspace, organisation), ignore_errors=True)


def drop_stale(workspace: Workspace) -> None:
    """Remove indexes that no longer count: they may hold what was purged. Those being written are left alone."""
    for organisation in workspace.organisations() if workspace.layout.mail_index.exists() else ():
        lock = workspace.lock_of(index_lock(organisation))
        try:
            lock.acquire(timeout=0)
        except TimeoutError:
            continue
        try:
            for folder in stale(workspace, organisation):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            lock.release()


def stale(workspace: Workspace, organisation: Organisation) -> list[Path]:
    """The folders of indexes that do not count, those being begun among them."""
    folders = _generations(workspace, organisation)
    kept = current(workspace, organisation) if folders else None
    return [folder for folder in folders if folder != kept]


def replaced(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step, on the disk itself."""
    draft = path.with_name(path.name + ".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _state(workspace: Workspace, organisation: Organisation) -> dict[str, object]:
    return {"format": _FORMAT, "folding": FOLDING, "purges": purges(workspace, organisation)}


def _home(workspace: Workspace, organisation: Organisation) -> Path:
    return workspace.layout.mail_index / str(organisation.id)


def _generations(workspace: Workspace, organisation: Organisation) -> list[Path]:
    """All of them, the oldest first."""

    def folders() -> Iterator[Path]:
        home = _home(workspace, organisation)
        if home.is_dir():
            yield from (path for path in home.iterdir() if path.name.isdecimal() and path.is_dir())

    return sorted(folders(), key=lambda path: int(path.name))
