"""From facts to a verdict: every rule is asked, points add up within facets, the strongest verdict wins.

The sums are plain (docs/triage.md): a rule counts once; a facet gives a verdict no more than its cap; a verdict needs
its threshold and, for two of them, the facets that make it what it is. What was not asked lowers the confidence, and
turns "no finding" into "cannot tell" where the answer could have changed it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sekimori.model.triage import CAPS, FACETS_NEEDED, THRESHOLDS, Facet, Reason, Triage, Verdict
from sekimori.registry import classes_of
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Rule
from sekimori.triage.sender import sender_verdict
from sekimori.triage.unasked import unasked

__all__ = ["NEAR", "judge", "rules"]

NEAR = 0.7
"""From this share of a threshold on, questions that could not be asked leave the verdict open."""

_PER_QUESTION = 4


def rules(own: Iterable[Rule] = ()) -> tuple[Rule, ...]:
    """All rules: the program's, then the organisation's own."""
    return (*(one() for one in classes_of(Rule, "sekimori.triage.mail")), *own)


def judge(facts: MailFacts, *, today: date, own: Iterable[Rule] = ()) -> Triage:
    """The judgement on a mail. `today` tells whether lists are stale. Never raises on any mail."""
    reasons = [reason for rule in rules(own) for reason in _reasons(rule, facts)]
    facets = _by_facet(reasons)
    points = {verdict: sum(facets[verdict].values()) for verdict in THRESHOLDS}
    questions = unasked(facts, today)
    verdict = _verdict(facts, points, facets, open_questions=any(one.decides for one in questions))
    return Triage(
        verdict=verdict,
        confidence=_confidence(verdict, points, len(questions)),
        points=points,
        reasons=tuple(sorted(reasons, key=lambda one: -max((abs(n) for n in one.points.values()), default=0))),
        unasked=tuple(one.unasked for one in questions),
        sender=sender_verdict(facts, {reason.rule for reason in reasons}),
    )


def _reasons(rule: Rule, facts: MailFacts) -> Iterable[Reason]:
    for number, found in enumerate(rule.findings(facts)):
        weights = found.weights if found.weights is not None else rule.weights
        yield Reason(
            rule=rule.name,
            facet=rule.facet,
            title=rule.title,
            text=found.text,
            why=rule.why,
            reference=rule.reference,
            where=found.where,
            place=found.place,
            points=dict(weights) if number == 0 else {},
        )


def _by_facet(reasons: Iterable[Reason]) -> Mapping[Verdict, Mapping[Facet, int]]:
    """The points of each verdict by facet, capped. What speaks against a verdict is not capped."""
    sums: dict[Verdict, dict[Facet, int]] = {verdict: defaultdict(int) for verdict in THRESHOLDS}
    against: dict[Verdict, dict[Facet, int]] = {verdict: defaultdict(int) for verdict in THRESHOLDS}
    for reason in reasons:
        for verdict, points in reason.points.items():
            (sums if points > 0 else against)[verdict][reason.facet] += points
    return {
        verdict: {
            facet: min(CAPS[facet], sums[verdict][facet]) + against[verdict][facet]
            for facet in {*sums[verdict], *against[verdict]}
        }
        for verdict in THRESHOLDS
    }


def _verdict(
    facts: MailFacts,
    points: Mapping[Verdict, int],
    facets: Mapping[Verdict, Mapping[Facet, int]],
    *,
    open_questions: bool,
) -> Verdict:
    if not facts.sender_address and not facts.text.strip():
        return Verdict.UNKNOWN
    reached = [verdict for verdict in THRESHOLDS if _reaches(verdict, points, facets, 1.0)]
    if reached:
        # Points over the threshold, so that verdicts of different thresholds can be compared.
        return max(reached, key=lambda verdict: points[verdict] - THRESHOLDS[verdict])
    near = any(_reaches(verdict, points, facets, NEAR) for verdict in THRESHOLDS)
    return Verdict.UNKNOWN if near and open_questions else Verdict.NONE


def _reaches(
    verdict: Verdict, points: Mapping[Verdict, int], facets: Mapping[Verdict, Mapping[Facet, int]], share: float
) -> bool:
    enough = points[verdict] >= THRESHOLDS[verdict] * share
    given = facets[verdict]
    return enough and any(
        all(given.get(facet, 0) >= least for facet, least in needed.items()) for needed in FACETS_NEEDED[verdict]
    )


def _confidence(verdict: Verdict, points: Mapping[Verdict, int], questions: int) -> int:
    """0 to 100: by how far the verdict is from its border, less what could not be asked."""
    if verdict is Verdict.UNKNOWN:
        return 0
    if verdict is Verdict.NONE:
        nearest = max(points[one] / THRESHOLDS[one] for one in THRESHOLDS)
        sure = 90 - 50 * max(0.0, min(1.0, nearest))
    else:
        sure = 50 + 0.6 * (points[verdict] - THRESHOLDS[verdict])
    return int(max(5, min(95, sure) - _PER_QUESTION * questions))
