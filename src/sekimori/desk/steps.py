"""What to do next, in plain sentences that follow from the answer."""

from collections.abc import Iterable, Sequence

from sekimori.model.match import Answer, Coverage
from sekimori.model.report import (
    N_,
    AffectedHost,
    AffectedPerson,
    IndicatorRow,
    Involvement,
    OnwardLogon,
    Sentence,
    sentence,
)

__all__ = ["next_steps"]

_NAMED = 8
"""How many names one sentence lists."""


def next_steps(
    *,
    people: Sequence[AffectedPerson],
    hosts: Sequence[AffectedHost],
    logons: Sequence[OnwardLogon],
    indicators: Sequence[IndicatorRow],
    coverage: dict[str, Coverage],
) -> tuple[Sentence, ...]:
    """The sentences, most pressing first. They propose; somebody decides."""
    steps: list[Sentence] = []
    unordered = [one for one in logons if one.work is None]
    if unordered:
        accounts = _list(one.account for one in unordered)
        targets = _list(one.to_host for one in unordered)
        steps.append(
            sentence(
                N_("Ask the administrators about the logons of {accounts} on {targets}: no work record orders them."),
                accounts=accounts,
                targets=targets,
            )
        )
    if hosts:
        names = _list(one.name or one.address for one in hosts)
        steps.append(
            sentence(
                N_("Preserve the evidence of {hosts}, then take them off the network: memory first, no shutdown."),
                hosts=names,
            )
        )
    answered = [one for one in people if Involvement.REPLIED in one.what]
    if answered:
        names = _list(one.name or one.address for one in answered)
        steps.append(sentence(N_("Ask {people} what they wrote or sent: they answered the sender."), people=names))
    received = [one for one in people if Involvement.RECEIVED in one.what]
    if received:
        steps.append(
            sentence(
                N_("Tell the {count} people who got it not to open it, and take the mails out of their mailboxes."),
                count=len(received),
            )
        )
    if any(answer.answer is Answer.SEEN for one in indicators for answer in one.answers):
        steps.append(sentence(N_("Hand the indicators that were seen on to partners, within their marking.")))
    for area, message in _MISSING.items():
        if area not in coverage or not coverage[area].records:
            steps.append(sentence(message))
    return tuple(steps)


_MISSING = {
    "network": N_("Add proxy and DNS logs: without them nobody can say who talked to the servers."),
    "endpoint": N_("Add the machines' event logs: without them nobody can say which carry traces."),
    "administration": N_("Add the administrators' work records: without them no logon can be told from ordered work."),
}


def _list(names: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(name for name in names if name))
    more = len(distinct) - _NAMED
    return ", ".join(distinct[:_NAMED]) + (f" (+{more})" if more > 0 else "")
