"""The sender's domain looks like a known one."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Lookalike"]

from sekimori.triage.domains import alike, known_parties
from sekimori.triage.providers import provider


class Lookalike(Rule):
    """A domain that differs from an own, partner's or known one by little."""

    name = "sender.lookalike"
    title = Bilingual("よく似たドメイン", "A look-alike domain")
    why = Bilingual(
        "一字違い、語の追加、別のトップレベルドメインは、急いで読む人には同じに見える。",
        "One letter off, a word added, another top-level domain: to a hasty reader it is the same.",
    )
    reference = "MITRE ATT&CK T1583.001 (Acquire Infrastructure: Domains)"
    facet = Facet.SENDER
    weights = points(targeted=45, bulk=5, bec=45)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The party is none of the known ones nor a provider, and close to one of them."""
        known = known_parties(facts)
        if not facts.sender_party or facts.sender_party in known or facts.is_known or provider(facts.sender_domain):
            return
        if like := next((one for one in sorted(known) if alike(facts.sender_party, one)), ""):
            ja, en = f"{facts.sender_domain} は {like} に似ている", f"{facts.sender_domain} looks like {like}"
            yield self.found(facts.header("from"), ja=ja, en=en)
