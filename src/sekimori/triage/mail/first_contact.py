"""Nobody of the organisation had mail from this address before."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["FirstContact"]


class FirstContact(Rule):
    """The first mail of an address."""

    name = "sender.first_contact"
    title = Bilingual("初めての相手", "First contact")
    why = Bilingual(
        "知らない相手からの用件は、標的型攻撃メールの着眼点の一つ。それだけでは何も示さない。",
        "Business from a stranger is one point of the checklist; alone it shows nothing.",
    )
    reference = f"{IPA} ア①"
    facet = Facet.SENDER
    weights = points(targeted=10, bulk=5, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """No earlier mail of the address, nor of its domain, is stored."""
        if not facts.history.is_there or not facts.sender_address or facts.is_known or facts.is_from_own:
            return
        if facts.history.domains.get(facts.sender_party, 0) > 0:
            return
        ja = f"{facts.sender_address} からのメールは、これより前に保管されていない"
        yield self.found(facts.header("from"), ja=ja, en=f"no earlier mail from {facts.sender_address} is stored")
