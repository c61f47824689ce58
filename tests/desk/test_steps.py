"""What to do next follows from the answer, most pressing first."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sekimori.desk.steps import next_steps
from sekimori.model.indicator import Marking, MatchMode
from sekimori.model.match import Answer, Answered, Coverage
from sekimori.model.place import Place
from sekimori.model.proposal import Proposal
from sekimori.model.report import (
    AffectedHost,
    AffectedPerson,
    CoveringWork,
    IndicatorRow,
    Involvement,
    OnwardLogon,
    Origin,
)
from sekimori.values.types import ObservableType

TIME = datetime(2026, 10, 14, 16, 42, tzinfo=UTC)
ORIGIN = Origin(evidence="x", sha256="", place=Place())
FULL = {
    area: Coverage(area=area, records=1, sources=1, first=TIME, last=TIME, unread={})
    for area in ("mail", "network", "endpoint", "administration")
}


def _person(name: str, *what: Involvement) -> AffectedPerson:
    return AffectedPerson(address=f"{name}@example.jp", name=name, what=what, first=TIME, last=TIME)


def _host(name: str) -> AffectedHost:
    return AffectedHost(name=name, address="10.1.2.15", what=(Involvement.CONTACTED,), first=TIME, last=TIME, count=1)


def _logon(account: str, *, ordered: bool) -> OnwardLogon:
    work = CoveringWork(person="牧野", start=TIME, end=None, text="", origin=ORIGIN) if ordered else None
    return OnwardLogon(
        time=TIME,
        from_host="pc01",
        from_address="10.1.2.15",
        to_host="srv-file01",
        account=account,
        logon_type=10,
        origin=ORIGIN,
        work=work,
    )


def _indicator(answer: Answer) -> IndicatorRow:
    answered = Answered(indicator="i-1", area="mail", answer=answer, count=1, records=1, first=None, last=None)
    return IndicatorRow(
        id="i-1",
        type=ObservableType.DOMAIN,
        mode=MatchMode.BELOW,
        pattern="evil.example",
        proposal=Proposal.HUNT,
        reason="",
        origin="",
        confidence=50,
        marking=Marking.AMBER,
        answers=(answered,),
    )


def _steps(
    people: Sequence[AffectedPerson] = (),
    hosts: Sequence[AffectedHost] = (),
    logons: Sequence[OnwardLogon] = (),
    indicators: Sequence[IndicatorRow] = (),
    coverage: dict[str, Coverage] | None = None,
) -> list[str]:
    found = next_steps(
        people=people,
        hosts=hosts,
        logons=logons,
        indicators=indicators,
        coverage=FULL if coverage is None else coverage,
    )
    return [step.text for step in found]


def test_nothing_seen_in_everything_asks_for_nothing() -> None:
    assert _steps(indicators=[_indicator(Answer.NOT_SEEN)]) == []


def test_all_of_it_in_order() -> None:
    steps = _steps(
        people=[_person("sato", Involvement.RECEIVED, Involvement.REPLIED), _person("ito", Involvement.RECEIVED)],
        hosts=[_host("pc01"), _host("")],
        logons=[_logon("adm-x", ordered=False), _logon("adm-x", ordered=False), _logon("adm-y", ordered=True)],
        indicators=[_indicator(Answer.SEEN)],
    )
    assert steps == [
        "Ask the administrators about the logons of adm-x on srv-file01: no work record orders them.",
        "Preserve the evidence of pc01, 10.1.2.15, then take them off the network: memory first, no shutdown.",
        "Ask sato what they wrote or sent: they answered the sender.",
        "Tell the 2 people who got it not to open it, and take the mails out of their mailboxes.",
        "Hand the indicators that were seen on to partners, within their marking.",
    ]


def test_ordered_logons_are_nobodys_question() -> None:
    assert _steps(logons=[_logon("adm-y", ordered=True)]) == []


def test_somebody_who_only_answered_did_not_get_it() -> None:
    steps = _steps(people=[_person("sato", Involvement.REPLIED)])
    assert steps == ["Ask sato what they wrote or sent: they answered the sender."]


def test_missing_evidence_is_asked_for() -> None:
    steps = _steps(coverage={"mail": FULL["mail"]})
    assert [step.split(":")[0] for step in steps] == [
        "Add proxy and DNS logs",
        "Add the machines' event logs",
        "Add the administrators' work records",
    ]
    without_records = {
        **FULL,
        "network": Coverage(area="network", records=0, sources=1, first=None, last=None, unread={}),
    }
    assert len(_steps(coverage=without_records)) == 1


def test_long_lists_are_cut() -> None:
    (first, *_) = _steps(hosts=[_host(f"pc{nth:02d}") for nth in range(20)])
    assert "pc07 (+12)" in first
    assert "pc08" not in first
