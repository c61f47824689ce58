"""It presses, and tells where to click."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import BULK_LIST, Found, Rule, points

__all__ = ["Urgency"]

from sekimori.triage.words import words_in


class Urgency(Rule):
    """Haste, and a link to follow."""

    name = "theme.urgency"
    title = Bilingual("急がせてリンクを押させる", "It presses, and says where to click")
    why = Bilingual(
        "考える暇を与えないのは、ばらまき型の決まった形。", "To leave no time to think is the common form of bulk mail."
    )
    reference = BULK_LIST
    facet = Facet.THEME
    weights = points(bulk=15, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of haste or of clicking, beside a link; both give more."""
        if not facts.links:
            return
        haste = words_in("lures", "urgency", facts.folded[:30_000])
        click = words_in("lures", "click", facts.folded[:30_000])
        if words := [*haste[:3], *click[:3]]:
            shown, weight = "、".join(words), 15 if haste and click else 6
            text = {"ja": f"急がせる語: {shown}", "en": f"words that press: {shown}"}
            yield self.found(facts.where_says(words[0]), **text, weights=points(bulk=weight, bec=3))
