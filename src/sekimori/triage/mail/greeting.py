"""A greeting with a card attached (IPA checklist A 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["Greeting"]


class Greeting(Rule):
    """A greeting card to open."""

    name = "theme.greeting"
    title = Bilingual("季節の挨拶・慶弔の添付", "A greeting with something to open")
    why = Bilingual(
        "年賀状、就任祝い、訃報などの添付は、用件がなくても開きたくなる。",
        "New Year cards, congratulations and news of a death are opened though nobody has business with them.",
    )
    reference = f"{IPA} ア②"
    facet = Facet.THEME
    weights = points(targeted=12)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of greetings, in a mail with a file or a link."""
        words = words_in("lures", "greeting", facts.opening)
        if words and (facts.files or facts.links):
            shown = "、".join(words[:4])
            yield self.found(facts.where_says(words[0]), ja=f"挨拶の語: {shown}", en=f"words of greeting: {shown}")
