"""The sender writes from free mail or from an access provider's mail (IPA checklist B 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["FreeMail"]

from sekimori.triage.providers import provider


class FreeMail(Rule):
    """From an address that anybody gets."""

    name = "sender.free_mail"
    title = Bilingual("フリーメール・プロバイダメールからの送信", "Sent from free mail or a provider's mail")
    why = Bilingual(
        "標的型攻撃メールの多くは、実在の人や組織を名乗りながら、だれでも取れるアドレスから届く。",
        "Many targeted mails claim a real person or body, yet come from an address that anybody gets.",
    )
    reference = f"{IPA} イ①"
    facet = Facet.SENDER
    weights = points(targeted=20, bec=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The domain of From is on the list of providers."""
        if kind := provider(facts.sender_domain):
            ja = {"free": "フリーメール", "provider": "プロバイダメール"}[kind]
            en = {"free": "free mail", "provider": "an access provider's mail"}[kind]
            yield self.found(
                facts.header("from"), ja=f"{facts.sender_domain} は{ja}", en=f"{facts.sender_domain} is {en}"
            )
