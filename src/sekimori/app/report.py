"""`report`: the document of a case, from what the hunt found."""

from datetime import UTC, datetime
from importlib.metadata import version

from sekimori.app.covering import area_of
from sekimori.app.gathering import Gathered, gather
from sekimori.app.hunting import Hunted, hunt_for
from sekimori.app.mail_summary import summary_of
from sekimori.app.onward import onward_logons
from sekimori.app.pieces import EMPTY, Progress, silent
from sekimori.app.triage_mail import triage_of_case
from sekimori.desk.affected import affected_hosts, affected_people
from sekimori.desk.steps import next_steps
from sekimori.desk.timeline import timeline
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.proposal import Extracted, Proposal
from sekimori.model.report import CaseReport, IndicatorRow, SightingRow, Unsearchable
from sekimori.store.cases import Case, Cases
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType

__all__ = ["build_report"]


def build_report(
    workspace: Workspace, organisation: Organisation, case: Case, *, by: str, progress: Progress = silent
) -> CaseReport:
    """Hunt what is not hunted yet, and put the whole answer together."""
    extracted = sorted(Cases(workspace, organisation).extracted(case), key=_rank)
    wanted = [one.indicator for one in extracted if one.proposal is Proposal.HUNT]
    hunted = hunt_for(workspace, organisation, wanted, by=by, progress=progress)
    profile = organisation.profile
    with Reading(workspace, organisation) as reading:
        gathered = gather(workspace, organisation, reading, hunted.sightings)
        hosts = affected_hosts(gathered.machines, profile)
        logons = onward_logons(workspace, organisation, reading, hosts)
    people = affected_people(gathered.mails, profile)
    indicators = tuple(_indicator_row(one, hunted) for one in extracted)
    return CaseReport(
        case=str(case.number),
        title=case.title,
        organisation=organisation.name,
        made_at=datetime.now(UTC),
        time_zone=profile.time_zone,
        by=by,
        program_version=version("sekimori"),
        mail=summary_of(workspace, organisation, case),
        triage=triage_of_case(workspace, organisation, case),
        indicators=indicators,
        coverage=tuple(hunted.coverage.values()),
        sightings=tuple(_sighting_row(one, gathered) for one in _ordered(hunted)),
        people=tuple(people),
        hosts=tuple(hosts),
        timeline=tuple(timeline(gathered.points, logons)),
        logons=tuple(logons),
        unsearchable=_unsearchable(workspace, organisation),
        next_steps=next_steps(
            people=people, hosts=hosts, logons=logons, indicators=indicators, coverage=hunted.coverage
        ),
    )


def _rank(one: Extracted) -> tuple[int, int, str]:
    """What is hunted comes first, each type together."""
    types = list(ObservableType)
    return list(Proposal).index(one.proposal), types.index(one.indicator.type), one.indicator.pattern


def _ordered(hunted: Hunted) -> list[Sighting]:
    return sorted(hunted.sightings, key=lambda one: (one.first is None, one.first, one.kind, one.field, one.identity))


def _indicator_row(one: Extracted, hunted: Hunted) -> IndicatorRow:
    indicator = one.indicator
    return IndicatorRow(
        id=indicator.identity,
        type=indicator.type,
        mode=indicator.mode,
        pattern=indicator.pattern,
        proposal=one.proposal,
        reason=one.reason,
        origin=indicator.origin,
        confidence=indicator.confidence,
        marking=indicator.marking,
        answers=tuple(answer for answer in hunted.answers if answer.indicator == indicator.identity),
    )


def _sighting_row(one: Sighting, gathered: Gathered) -> SightingRow:
    match = one.match
    return SightingRow(
        id=one.identity,
        indicator=one.indicator,
        type=match.type,
        value=match.value,
        kind=one.kind,
        field=one.field,
        role=one.role,
        clause=match.clause,
        count=one.count,
        first=one.first,
        last=one.last,
        hosts=gathered.hosts.get(one.identity, ()),
        users=gathered.users.get(one.identity, ()),
        origins=gathered.origins.get(one.identity, ()),
    )


def _unsearchable(workspace: Workspace, organisation: Organisation) -> tuple[Unsearchable, ...]:
    """What weakens the answer: an empty file does not."""
    catalogue = Catalogue(workspace, organisation)
    return tuple(
        Unsearchable(area=area_of(one.dataset) or "", evidence=one.path, reason=one.reason, count=one.count)
        for one in catalogue.unread_evidence()
        if one.reason != EMPTY
    )
