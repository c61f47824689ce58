"""From facts to a verdict: every rule is asked, points add up within facets, the strongest verdict wins.

The sums are plain (docs/triage.md): a rule counts once; a facet gives a verdict no more than its cap; a verdict needs
its threshold and, for two of them, the facets that make it what it is. What was not asked lowers the confidence, and
turns "no finding" into "cannot tell" where the answer could have changed it; so does what an honest sender's mail would
look like all the same (`sekimori.triage.honest`). What a mail carries or asks can forbid
"no finding" by itself (`sekimori.triage.floors`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sekimori.model.triage import CAPS, FACETS_NEEDED, THRESHOLDS, Bilingual, Facet, Reason, Triage, Verdict
from sekimori.registry import classes_of
from sekimori.triage.facts import MailFacts
from sekimori.triage.floors import floor
from sekimori.triage.honest import could_be_honest
from sekimori.triage.rule import Rule
from sekimori.triage.sender import sender_verdict
from sekimori.triage.unasked import unasked

__all__ = ["NEAR", "judge", "rules"]

NEAR = 0.7
"""From this share of a threshold on, questions that could not be asked leave the verdict open."""

_FACETS: Mapping[Facet, Bilingual] = {
    Facet.SENDER: Bilingual("差出人", "sender"),
    Facet.THEME: Bilingual("主題", "theme"),
    Facet.BODY: Bilingual("本文", "body"),
    Facet.FILE: Bilingual("ファイル", "file"),
    Facet.SPREAD: Bilingual("広がり", "spread"),
}
_VERDICTS: Mapping[Verdict, Bilingual] = {
    Verdict.TARGETED: Bilingual("標的型", "targeted"),
    Verdict.BULK: Bilingual("ばらまき型", "bulk"),
    Verdict.BEC: Bilingual("ビジネスメール詐欺", "business e-mail compromise"),
}
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
    verdict, border = _verdict(facts, points, facets, frozenset().union(*(one.decides for one in questions)))
    if verdict is Verdict.TARGETED and (said := could_be_honest(facts, reasons)):
        verdict, border = Verdict.UNKNOWN, said
    return Triage(
        verdict=verdict,
        confidence=_confidence(verdict, points, len(questions)),
        points=points,
        reasons=tuple(sorted(reasons, key=lambda one: -max((abs(n) for n in one.points.values()), default=0))),
        unasked=tuple(one.unasked for one in questions),
        sender=sender_verdict(facts, {reason.rule for reason in reasons}),
        border=border,
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
    open_: frozenset[Facet],
) -> tuple[Verdict, Bilingual | None]:
    """The verdict, and what it hung on. `open_` are the facets in which a question was not asked."""
    if not facts.sender_address and not facts.text.strip():
        return Verdict.UNKNOWN, None
    reached = [one for one in THRESHOLDS if points[one] >= THRESHOLDS[one] and not _lacking(one, facets)]
    if reached:
        # Points over the threshold, so that verdicts of different thresholds can be compared.
        return max(reached, key=lambda verdict: points[verdict] - THRESHOLDS[verdict]), None
    for one in sorted(THRESHOLDS, key=lambda verdict: points[verdict] / THRESHOLDS[verdict], reverse=True):
        # What is missing of a facet in which a question is open may be what the answer would have given.
        if open_ and points[one] >= THRESHOLDS[one] * NEAR and not _lacking(one, facets, open_):
            return Verdict.UNKNOWN, _border(one, points, facets)
    return floor(facts, facets) or (Verdict.NONE, None)


def _lacking(
    verdict: Verdict, facets: Mapping[Verdict, Mapping[Facet, int]], open_: frozenset[Facet] = frozenset()
) -> dict[Facet, int]:
    """The facets, with the points, that a verdict still needs by the nearest of its ways; those `open_` left out."""
    given = facets[verdict]
    ways = (
        {facet: least - given.get(facet, 0) for facet, least in way.items() if given.get(facet, 0) < least}
        for way in FACETS_NEEDED[verdict]
    )
    # An open question stands for what a facet still lacks, but not against what clears the sender.
    open_ = frozenset(facet for facet in open_ if given.get(facet, 0) >= 0)
    closed = ({facet: number for facet, number in way.items() if facet not in open_} for way in ways)
    return min(closed, key=lambda way: sum(way.values()))


def _border(
    verdict: Verdict, points: Mapping[Verdict, int], facets: Mapping[Verdict, Mapping[Facet, int]]
) -> Bilingual:
    """What a near verdict misses: points of its sum, of a facet, or both."""
    missing = max(0, THRESHOLDS[verdict] - points[verdict])
    lacking = _lacking(verdict, facets)
    ja = [f"合計 {missing} 点"] if missing else []
    en = [f"{missing} points of the sum"] if missing else []
    ja += [f"{_FACETS[facet].ja}の {number} 点" for facet, number in lacking.items()]
    en += [f"{number} points of {_FACETS[facet].en}" for facet, number in lacking.items()]
    name = _VERDICTS[verdict]
    return Bilingual(
        f"{name.ja}まであと{'と'.join(ja)}。答えの得られなかった問いで変わりうる",
        f"{name.en} lacks {' and '.join(en)}; a question that could not be asked may give them",
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
