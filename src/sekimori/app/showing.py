"""`show`: from a name to the raw source, in one step."""

from dataclasses import dataclass

from sekimori.app.locating import LocatedRecord, locate, raw_source
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.sightings import Sightings
from sekimori.store.workspace import Workspace

__all__ = ["Shown", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A sighting with its first records, or a piece of evidence with its beginning."""

    sighting: Sighting | None = None
    records: tuple[LocatedRecord, ...] = ()
    evidence: Evidence | None = None
    beginning: str = ""


def show(workspace: Workspace, organisation: Organisation, name: str, *, limit: int) -> Shown:
    """What stands behind a name: `s-…` a sighting, else evidence. Raises `NoSuchThing`."""
    if name.startswith("s-"):
        sighting = Sightings(workspace, organisation).named(name)
        return Shown(sighting=sighting, records=tuple(locate(workspace, organisation, sighting, limit=limit)))
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence_named(name)
    text, _ = raw_source(catalogue, evidence, Place(length=evidence.size))
    return Shown(evidence=evidence, beginning=text)
