"""`purge`: real deletion of evidence and what was derived from it."""

from collections.abc import Sequence

from sekimori.app.adding import keep_index
from sekimori.model.organisation import Organisation
from sekimori.store.catalogue import Catalogue
from sekimori.store.purging import purge
from sekimori.store.workspace import Workspace

__all__ = ["purge_evidence"]


def purge_evidence(workspace: Workspace, organisation: Organisation, names: Sequence[str], *, by: str, why: str) -> int:
    """Delete evidence by id or SHA-256; returns how many pieces went. Raises `NoSuchThing` before anything is done."""
    catalogue = Catalogue(workspace, organisation)
    ids = {catalogue.evidence_named(name).id for name in names}
    gone = purge(workspace, organisation, ids, by=by, why=why)
    keep_index(workspace, organisation)
    return gone
