"""What the commands answer as JSON: plain values, stable keys, times ISO 8601."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sekimori.app.case_answer import Answer
from sekimori.app.hunting import Hunted
from sekimori.app.ingest import Added
from sekimori.app.prevalence import Prevalence
from sekimori.app.showing import Shown
from sekimori.app.timeline import Timeline
from sekimori.app.triage_mail import Judged
from sekimori.cli.agreements import agreement
from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.match import Sighting
from sekimori.model.organisation import Profile
from sekimori.model.report import plain, to_json
from sekimori.store.audit import Change
from sekimori.store.cases import Case
from sekimori.store.catalogue import Evidence
from sekimori.values import times

__all__ = ["added", "answer", "audit", "case", "hunted", "prevalence", "profile", "shown", "timeline", "triage"]


def added(found: Added, new_sightings: int) -> dict[str, Any]:
    """What an `add` did."""
    return {
        "new": found.new,
        "known": found.known,
        "bytes": found.bytes,
        "records": dict(found.records),
        "datasets": dict(found.datasets),
        "unread": dict(found.unread),
        "unread_evidence": [{"path": path, "reason": reason} for path, reason in found.unread_evidence],
        "unreadable": [{"path": path, "reason": reason} for path, reason in found.unreadable],
        "statements": [
            {"about": about, "value": value, "evidence": n} for (about, value), n in found.statements.items()
        ],
        "new_sightings": new_sightings,
    }


def audit(count: int, found: Sequence[Change]) -> dict[str, Any]:
    """Lines of the audit log."""
    lines = [
        {"at": times.written(one.at), "by": one.by, "action": one.action, "subject": one.subject, "detail": one.detail}
        for one in found
    ]
    return {"count": count, "changes": lines}


def hunted(found: Hunted, refused: Sequence[RefusedRow]) -> dict[str, Any]:
    """What a hunt came to."""
    return {
        "indicators": len(found.indicators),
        "refused": [{"origin": row.origin, "text": row.text, "reason": row.reason} for row in refused],
        "sightings": [_sighting(one) for one in found.sightings],
        "totals": _totals(found),
        "answers": [
            {
                "indicator": one.indicator,
                "area": one.area,
                "answer": one.answer.value,
                "count": one.count,
                "records": one.records,
                "first": _time(one.first),
                "last": _time(one.last),
                "reasons": list(one.reasons),
            }
            for one in found.answers
        ],
        "patterns": _patterns(found),
    }


def shown(found: Shown) -> dict[str, Any]:
    """What `show` shows."""
    return {
        "sighting": _sighting(found.sighting) if found.sighting else None,
        "records": [
            {
                "evidence": _evidence(one.evidence),
                "offset": one.place.offset,
                "length": one.place.length,
                "line": one.place.line,
                "columns": one.columns,
                "source": one.source,
            }
            for one in found.records
        ],
        "evidence": _evidence(found.evidence) if found.evidence else None,
        "beginning": found.beginning,
    }


def prevalence(found: Prevalence) -> dict[str, Any]:
    """How common a value is."""
    return {
        "value": found.text,
        "types": sorted({one.match.type.value for one in found.hunted.sightings}),
        "answers": _totals(found.hunted),
        "count": found.count,
        "mentions": found.mentions,
        "first": _time(found.first),
        "last": _time(found.last),
        "hosts": found.hosts,
        "users": found.users,
        "values": found.values,
        "days": {day.isoformat(): count for day, count in sorted(found.days.items())},
        "undated": found.undated,
    }


def timeline(found: Timeline) -> dict[str, Any]:
    """What a machine or person did."""
    return {
        "value": found.text,
        "names": list(found.names),
        "answers": _totals(found.hunted),
        "cut": found.is_cut,
        "records": [
            {
                "time": _time(one.time),
                "kind": one.kind,
                "dataset": one.dataset,
                "role": one.role.value,
                "told": one.told,
                "evidence": one.evidence,
                "offset": one.place.offset,
                "line": one.place.line,
            }
            for one in found.moments
        ],
    }


def profile(found: Profile) -> dict[str, Any]:
    """How much a profile holds."""
    return {
        "domains": list(found.domains),
        "networks": list(found.networks),
        "time_zone": found.time_zone,
        "partners": len(found.partners),
        "people": len(found.people),
        "hosts": len(found.hosts),
    }


def case(one: Case) -> dict[str, Any]:
    """One case."""
    return {"number": one.number, "title": one.title, "opened": _time(one.opened), "by": one.by}


def answer(one: Answer) -> dict[str, Any]:
    """A case's report, the files it was written to, and whether the case was opened just now."""
    return {**to_json(one.report), "files": {kind: str(path) for kind, path in one.files.items()}, "opened": one.is_new}


def _sighting(one: Sighting) -> dict[str, Any]:
    return {
        "id": one.identity,
        **agreement(one),
        "evidence": [seen.evidence for seen in one.seen],
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "type": one.type.value,
        "mode": one.mode.value,
        "pattern": one.pattern,
        "source": one.source,
        "origin": one.origin,
        "confidence": one.confidence,
        "marking": one.marking.value,
    }


def _totals(found: Hunted) -> list[dict[str, Any]]:
    return [
        {"area": one.area, "answer": one.answer.value, "reasons": list(one.reasons), "count": one.count}
        for one in found.totals
    ]


def _patterns(found: Hunted) -> dict[str, Any]:
    seen = {sighting.indicator for sighting in found.sightings}
    return {identity: _indicator(one) for one in found.indicators if (identity := one.identity) in seen}


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "id": one.id,
        "sha256": one.sha256,
        "size": one.size,
        "name": one.name,
        "dataset": one.dataset,
        "arrived": _time(one.arrived),
        "places": list(one.places),
        "statements": [{"about": about, "value": value} for about, value in one.statements],
        "unread": one.unread,
    }


def _time(time: datetime | None) -> str | None:
    return times.written(time) if time else None


def triage(judged: Judged) -> dict[str, Any]:
    """A verdict on a mail, as it stands in a case's report."""
    return {"sha256": judged.sha256, "triage": plain(judged.triage)}
