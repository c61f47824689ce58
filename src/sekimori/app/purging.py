"""`purge`: real deletion of evidence and what was derived from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sekimori.app.adding import keep_index
from sekimori.model.organisation import Organisation
from sekimori.store.cases import Cases
from sekimori.store.catalogue import Catalogue
from sekimori.store.purging import purge
from sekimori.store.workspace import Workspace

__all__ = ["Purged", "purge_evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many pieces of evidence went, and the numbers of the cases that were opened with one of them.

    The indicators of these cases stay, with what they were taken from: a sender, a subject.
    """

    count: int
    cases: tuple[int, ...]


def purge_evidence(
    workspace: Workspace, organisation: Organisation, names: Sequence[str], *, by: str, why: str
) -> Purged:
    """Delete evidence by its names. Raises `NoSuchThing` before anything is done."""
    catalogue, cases = Catalogue(workspace, organisation), Cases(workspace, organisation)
    ids = {catalogue.evidence_named(name).id for name in names}
    before = {one.number for one in cases.all() if one.evidence is not None}
    gone = purge(workspace, organisation, ids, by=by, why=why)
    keep_index(workspace, organisation)
    after = {one.number for one in cases.all() if one.evidence is not None}
    return Purged(count=gone, cases=tuple(sorted(before - after)))
