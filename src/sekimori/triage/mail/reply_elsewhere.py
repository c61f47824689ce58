"""Answers would go to another party than the sender's."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["ReplyElsewhere"]

from sekimori.triage.facts import domain_in, registered
from sekimori.triage.providers import provider


class ReplyElsewhere(Rule):
    """Reply-To of another party than From."""

    name = "sender.reply_elsewhere"
    title = Bilingual("返信先が差出人と違う", "Answers go elsewhere")
    why = Bilingual(
        "差出人を詐称したメールは、返信だけを攻撃者のアドレスに導く。",
        "A forged sender needs the answer to go to the attacker's own address.",
    )
    reference = "RFC 5322 3.6.2; MITRE ATT&CK T1656"
    facet = Facet.SENDER
    weights = points(targeted=25, bulk=5, bec=35)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The parties of Reply-To and From differ; a mailing list's own addresses do not count."""
        if facts.mail.first("list-id") or facts.mail.first("list-post") or not facts.sender_party:
            return
        for address in facts.addresses("reply-to"):
            party = registered(domain_in(address))
            if party and party != facts.sender_party:
                weights = self.weights if provider(domain_in(address)) else points(targeted=10, bulk=5, bec=20)
                ja = f"差出人は {facts.sender_address}、返信先は {address}"
                en = f"the sender is {facts.sender_address}, answers go to {address}"
                yield self.found(facts.header("reply-to"), ja=ja, en=en, weights=weights)
                return
