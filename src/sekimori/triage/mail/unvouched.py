"""Nothing vouches for the sender, and no store can be asked."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.domains import known_parties
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Unvouched"]


class Unvouched(Rule):
    """A stranger by all that is known."""

    name = "sender.unvouched"
    title = Bilingual("差出人を裏付けるものがない", "Nothing vouches for the sender")
    why = Bilingual(
        "自組織・取引先のドメインでなく、認証の記録もない。保管されたメールがなければ、初めての相手かどうかも分からない。",
        "It is no own or partner's domain and not authenticated; without stored mail nobody can tell a first contact.",
    )
    reference = f"{IPA} ア①"
    facet = Facet.SENDER
    weights = points(targeted=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """No stored mail, no authentication, and the domain is neither the organisation's nor a partner's."""
        asked = facts.history.is_there or facts.is_authenticated or not facts.sender_party
        if asked or facts.is_from_own or facts.sender_party in known_parties(facts):
            return
        ja = f"{facts.sender_domain} は自組織・取引先のドメインではなく、認証もされていない"
        en = f"{facts.sender_domain} is neither own nor a partner's, and not authenticated"
        yield self.found(facts.header("from"), ja=ja, en=en)
