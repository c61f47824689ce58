"""`add` as a user means it: evidence in, known indicators over it, the store kept in order."""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from sekimori.app.hunting import catch_up
from sekimori.app.ingest import Added, add, add_pieces
from sekimori.app.mappings import read_mapping
from sekimori.app.pieces import Input, Piece, Progress, silent
from sekimori.model.organisation import Organisation, Profile
from sekimori.readers.protocol import ReadingContext
from sekimori.store.errors import WorkspaceBusy, WorkspaceChanged, room_told
from sekimori.store.mail_index.state import mail_count
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace

__all__ = ["add_evidence", "add_made", "context_of", "keep_index", "settle"]


def add_evidence(
    workspace: Workspace,
    organisation: Organisation,
    inputs: Sequence[Input],
    *,
    by: str,
    mapping: Path | None = None,
    progress: Progress = silent,
) -> tuple[Added, int]:
    """Add evidence and hunt the known indicators in it; what was added, and how many sightings are new."""
    context = context_of(organisation, mapping)
    added = add(workspace, organisation, inputs, by=by, context=context, progress=progress)
    return added, settle(workspace, organisation, by=by, progress=progress)


def settle(workspace: Workspace, organisation: Organisation, *, by: str, progress: Progress = silent) -> int:
    """What follows whatever was added: the store in order, the index, the known indicators; new sightings."""
    compact(workspace, organisation, by=by)
    keep_index(workspace, organisation)
    return catch_up(workspace, organisation, by=by, progress=progress)


def keep_index(workspace: Workspace, organisation: Organisation) -> None:
    """Bring new mail into the index. What another process keeps from it, the next one brings in."""
    if not mail_count(workspace, organisation):
        return  # what writes the index takes a while to import
    feeding = import_module("sekimori.store.mail_index.feeding")
    with suppress(WorkspaceBusy, WorkspaceChanged), room_told(workspace.layout.root):
        feeding.catch_up(workspace, organisation)


def add_made(
    workspace: Workspace, organisation: Organisation, pieces: Sequence[Piece], *, by: str
) -> tuple[Added, int]:
    """Add evidence that was made from known evidence, and hunt in it, as `add_evidence` does."""
    added = add_pieces(workspace, organisation, pieces, by=by, context=context_of(organisation))
    return added, settle(workspace, organisation, by=by)


def context_of(organisation: Organisation, mapping: Path | None = None) -> ReadingContext:
    """What readers may assume of an organisation's evidence. Raises as `read_mapping`."""
    return ReadingContext(
        zone=ZoneInfo(organisation.profile.time_zone),
        mapping=read_mapping(mapping) if mapping else None,
        hosts=_hosts(organisation.profile),
    )


def _hosts(profile: Profile) -> frozenset[str]:
    """The short names of all machines that a profile names."""
    named = [*profile.hosts.values(), *(host for person in profile.people for host in person.hosts)]
    return frozenset(name.split(".")[0].lower() for name in named if name)
