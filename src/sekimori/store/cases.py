"""Cases in the desk database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from sekimori.model.indicator import Indicator, Marking, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place
from sekimori.model.proposal import Extracted, Proposal
from sekimori.model.report import N_
from sekimori.store import tables
from sekimori.store.audit import record
from sekimori.store.errors import NoSuchThing
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType

__all__ = ["Case", "Cases"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One investigation: its number within the organisation, and the evidence it was opened with."""

    id: int
    number: int
    title: str
    opened: datetime
    by: str
    evidence: int | None


class Cases:
    """The cases of one organisation."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace = workspace
        self._organisation = organisation.id

    def open(self, title: str, *, evidence: int, extracted: Iterable[Extracted], by: str) -> Case:
        """Open a case with a piece of evidence and what was extracted from it; raises `NoSuchThing`."""
        table, kept = tables.cases, tables.evidence
        own = (kept.c.organisation == self._organisation) & kept.c.batch.is_(None)
        with self._workspace.writing() as connection:
            if not connection.execute(select(kept.c.id).where(own, kept.c.id == evidence)).fetchall():
                raise NoSuchThing("evidence", str(evidence))
            where = table.c.organisation == self._organisation
            number = (connection.execute(select(func.max(table.c.number)).where(where)).scalar() or 0) + 1
            values = {"number": number, "title": title, "opened": datetime.now(UTC), "by": by, "evidence": evidence}
            result = connection.execute(insert(table).values(organisation=self._organisation, **values))
            assert result.inserted_primary_key is not None
            case = Case(id=int(result.inserted_primary_key[0]), **values)  # type: ignore[arg-type]
            rows = [{"case": case.id, **_row(one)} for one in extracted]
            if rows:
                connection.execute(upsert(tables.case_indicator).on_conflict_do_nothing(), rows)
            # No title: it may be a mail's subject, and what is purged must not live on in the audit log.
            detail = {"evidence": evidence, "indicators": len(rows)}
            record(
                connection,
                by=by,
                organisation=self._organisation,
                action="case.open",
                subject=str(number),
                detail=detail,
            )
        return case

    def named(self, number: int) -> Case:
        """The case of a number; raises `NoSuchThing`."""
        for case in self.all():
            if case.number == number:
                return case
        raise NoSuchThing(N_("case"), str(number))

    def all(self) -> list[Case]:
        """All cases, by number."""
        table = tables.cases
        query = select(table).where(table.c.organisation == self._organisation).order_by(table.c.number)
        with self._workspace.reading() as connection:
            rows = connection.execute(query).fetchall()
        return [
            Case(id=row.id, number=row.number, title=row.title, opened=row.opened, by=row.by, evidence=row.evidence)
            for row in rows
        ]

    def extracted(self, case: Case) -> list[Extracted]:
        """What was extracted for a case, with what was proposed."""
        table = tables.case_indicator
        own = select(tables.cases.c.id).where(tables.cases.c.organisation == self._organisation)
        query = select(table).where(table.c.case == case.id, table.c.case.in_(own)).order_by(table.c.indicator)
        with self._workspace.reading() as connection:
            rows = connection.execute(query).fetchall()
        return [_extracted(row.row, row.proposal, row.reason) for row in rows]


def _row(one: Extracted) -> dict[str, object]:
    indicator, place = one.indicator, one.indicator.place
    return {
        "indicator": indicator.identity,
        "proposal": one.proposal.value,
        "reason": one.reason,
        "row": {
            "type": indicator.type.value,
            "mode": indicator.mode.value,
            "pattern": indicator.pattern,
            "description": indicator.description,
            "confidence": indicator.confidence,
            "source": indicator.source,
            "origin": indicator.origin,
            "marking": indicator.marking.value,
            "labels": list(indicator.labels),
            "place": [place.offset, place.length, place.line] if place else None,
        },
    }


def _extracted(row: dict[str, object], proposal: str, reason: str) -> Extracted:
    values = dict(row)
    place = values.pop("place")
    labels = values.pop("labels")
    assert isinstance(labels, list)
    indicator = Indicator(
        type=ObservableType(str(values.pop("type"))),
        mode=MatchMode(str(values.pop("mode"))),
        marking=Marking(str(values.pop("marking"))),
        place=Place(offset=place[0], length=place[1], line=place[2]) if isinstance(place, list) else None,
        labels=tuple(str(label) for label in labels),
        **values,  # type: ignore[arg-type]
    )
    return Extracted(indicator=indicator, proposal=Proposal(proposal), reason=reason)
