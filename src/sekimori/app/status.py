"""`status`: what a workspace holds of an organisation."""

from typing import Any

from sekimori.app.covering import coverage
from sekimori.model.organisation import Organisation
from sekimori.store.cases import Cases
from sekimori.store.catalogue import Catalogue, UnreadEvidence
from sekimori.store.indicators import Indicators
from sekimori.store.overrulings import Overrulings
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["UNREAD_ROWS", "status_of"]

UNREAD_ROWS = 10_000
"""So many rows of what could not be read are listed; `unread` counts all."""


def status_of(workspace: Workspace, organisation: Organisation) -> dict[str, Any]:
    """Coverage by area, segments, bytes, indicators and cases, as plain values."""
    catalogue = Catalogue(workspace, organisation)
    segments, unread = catalogue.segments(), catalogue.unread_evidence()
    with Reading(workspace, organisation, segments) as reading:
        covered = coverage(workspace, organisation, reading)
    last = Indicators(workspace, organisation).last_sequence()
    return {
        "organisation": organisation.name,
        "coverage": [
            {
                "area": one.area,
                "records": one.records,
                "sources": one.sources,
                "first": one.first,
                "last": one.last,
                "encrypted": one.encrypted,
                "unread": one.unread,
                "gaps": list(one.gaps),
            }
            for one in covered.values()
        ],
        "unread": len(unread),
        "unread_evidence": [_unread(one) for one in unread[:UNREAD_ROWS]],
        "segments": len(segments),
        "staged": sum(bool(one.staged) for one in segments),
        "bytes": sum(one.bytes for one in segments),
        "behind": sum(one.hunted_to < last for one in segments),
        "cases": len(Cases(workspace, organisation).all()),
        "overruled": [
            {"was": was.value, "verdict": verdict.value, "count": count}
            for (was, verdict), count in sorted(Overrulings(workspace, organisation).counts().items())
        ],
    }


def _unread(one: UnreadEvidence) -> dict[str, Any]:
    return {
        "evidence": f"e-{one.evidence}",
        "path": one.path,
        "reason": one.reason,
        "count": one.count,
        "dataset": one.dataset,
    }
