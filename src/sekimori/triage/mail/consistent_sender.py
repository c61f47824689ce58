"""The sender's domain is authenticated and its own in all places: speaks against forgery."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["ConsistentSender"]

from sekimori.triage.domains import alike, known_parties, plays_official
from sekimori.triage.facts import domain_in, registered
from sekimori.triage.mail.abused_account import AbusedAccount
from sekimori.triage.mail.inside_name import InsideName
from sekimori.triage.mail.never_sent import carries_never_sent
from sekimori.triage.mail.partner_name import PartnerName
from sekimori.triage.providers import provider


class ConsistentSender(Rule):
    """An organisation's own domain, authenticated, the same in all places."""

    name = "sender.consistent"
    title = Bilingual("差出人の記載が一貫している", "The sender is consistent")
    why = Bilingual(
        "認証に通った組織のドメインが、返信先やリンクでも同じなら、詐称の疑いは薄れる。",
        "An authenticated domain that is the same in From, Reply-To and links is less likely to be forged.",
    )
    reference = "RFC 7489"
    facet = Facet.SENDER
    weights = points(targeted=-20, bulk=-15, bec=-15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Authenticated, no provider's domain, answers and links of the same party or an own one.

        An own domain clears neither a file that no business sends, nor an account used from elsewhere than before,
        nor a partner's or department's name that is not its own.
        """
        party = facts.sender_party
        if not facts.is_authenticated or provider(facts.sender_domain):
            return
        known = known_parties(facts)
        if plays_official(facts.sender_domain) or _is_doubtful(facts):
            return
        own = {party, *(registered(name) for name in facts.profile.domains)}
        others = {registered(domain_in(one)) for one in facts.addresses("reply-to", "return-path")} | facts.link_parties
        if others <= own and (party in known or not any(alike(party, one) for one in known)):
            ja, en = (
                f"{facts.sender_domain} は認証され、一貫している",
                f"{facts.sender_domain} is authenticated and consistent",
            )
            yield self.found(facts.header("from"), ja=ja, en=en)


def _is_doubtful(facts: MailFacts) -> bool:
    """Whether what authentication shows, that the domain is its own, does not answer what is odd about the mail."""
    claims = (AbusedAccount(), PartnerName(), InsideName())
    return carries_never_sent(facts) or any(rule.findings(facts) for rule in claims)
