"""`add` as a user means it: evidence in, known indicators over it, the store kept in order."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from sekimori.app.hunting import catch_up
from sekimori.app.ingest import Added, add
from sekimori.app.mappings import read_mapping
from sekimori.app.pieces import Input, Progress
from sekimori.model.organisation import Organisation, Profile
from sekimori.readers.protocol import ReadingContext
from sekimori.store.errors import WorkspaceBusy, WorkspaceChanged, room_told
from sekimori.store.mail_index.index import catch_up as catch_up_mail
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace

__all__ = ["add_evidence", "keep_index"]


def add_evidence(
    workspace: Workspace,
    organisation: Organisation,
    inputs: Sequence[Input],
    *,
    by: str,
    mapping: Path | None = None,
    progress: Progress | None = None,
) -> tuple[Added, int]:
    """Add evidence and hunt the known indicators in it; what was added, and how many sightings are new."""
    zone = ZoneInfo(organisation.profile.time_zone)
    context = ReadingContext(
        zone=zone, mapping=read_mapping(mapping) if mapping else None, hosts=_hosts(organisation.profile)
    )
    added = add(workspace, organisation, inputs, by=by, context=context, progress=progress)
    compact(workspace, organisation, by=by)
    keep_index(workspace, organisation)
    return added, catch_up(workspace, organisation, by=by)


def keep_index(workspace: Workspace, organisation: Organisation) -> None:
    """Bring new mail into the index. What another process keeps from it, the next one brings in."""
    with suppress(WorkspaceBusy, WorkspaceChanged), room_told(workspace.layout.root):
        catch_up_mail(workspace, organisation)


def _hosts(profile: Profile) -> frozenset[str]:
    """The short names of all machines that a profile names."""
    named = [*profile.hosts.values(), *(host for person in profile.people for host in person.hosts)]
    return frozenset(name.split(".")[0].lower() for name in named if name)
