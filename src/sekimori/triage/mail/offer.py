"""It offers money, goods or meetings to anybody."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import BULK_LIST, Found, Rule, points

__all__ = ["Offer"]

from sekimori.triage.words import words_in


class Offer(Rule):
    """Offers that suit anybody."""

    name = "theme.offer"
    title = Bilingual("だれにでも当てはまる勧誘", "An offer to anybody")
    why = Bilingual(
        "副業・融資・投資・値引きの勧誘は、受信者を選ばない。",
        "Offers of side jobs, loans, investments and discounts do not choose their recipients.",
    )
    reference = BULK_LIST
    facet = Facet.THEME
    weights = points(bulk=15, targeted=-15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """At least two words of offers."""
        words = words_in("lures", "offer", facts.folded[:30_000])
        if len(words) >= 2:
            shown, weight = "、".join(words[:4]), 20 if len(words) >= 4 else 12
            text = {"ja": f"勧誘の語: {shown}", "en": f"words of offers: {shown}"}
            weights = points(bulk=weight, targeted=-15)
            yield self.found(facts.where_says(words[0]), **text, weights=weights)
