"""Mails nearly the same are stored: how many people of which work got them."""

from collections.abc import Iterator, Mapping

from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["NearDuplicates"]

_WAVE = 3


class NearDuplicates(Rule):
    """A cluster of near-duplicates over all mailboxes."""

    name = "spread.near_duplicates"
    title = Bilingual("似たメールの広がり", "How far the like has spread")
    why = Bilingual(
        "同じ文面が部署と関係なく多くの人に届けばばらまき型、同じ職務の少数だけなら標的型に近い。",
        "The same text for many, whatever their work, is bulk; for a few of one kind of work it is closer to targeted.",
    )
    reference = "sekimori docs: triage"
    facet = Facet.SPREAD
    weights = points(bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Near-duplicates of another sender or to others; earlier mail of a known sender is a habit, not a wave."""
        alike = facts.history.alike
        senders = {one.address for one in alike if one.address} | {facts.sender_address}
        if not alike or (len(senders) == 1 and (facts.is_known or facts.mail.first("list-id"))):
            return
        people = frozenset().union(*(one.mailboxes for one in alike), facts.recipients)
        named = [one for one in facts.profile.people if people & set(one.addresses)]
        groups = {one.department or one.role for one in named} - {""}
        shown = "、".join(sorted(groups)[:5])
        count = len(alike)
        ja = f"似たメールが {count} 通、差出人 {len(senders)}、受信者 {len(people)}" + (
            f"、部署: {shown}" if shown else ""
        )
        en = f"{count} mails like it, {len(senders)} senders, {len(people)} recipients" + (
            f", of: {shown}" if shown else ""
        )
        yield self.found(
            facts.body_where, ja=ja, en=en, weights=_weights(count, len(senders), len(people), len(groups))
        )


def _weights(count: int, senders: int, people: int, groups: int) -> Mapping[Verdict, int]:
    if groups == 1 and people <= _WAVE * 2:
        return points(targeted=10)
    if senders > 1:
        return points(bulk=35 if senders >= _WAVE else 20, targeted=-15)
    if people > _WAVE or count > _WAVE:
        return points(bulk=20, targeted=-10)
    return points(bulk=5)
