"""A public body's notice that never came before (IPA checklist A 3)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["PublicNotice"]

from sekimori.triage.words import words_in


class PublicNotice(Rule):
    """Security alerts, epidemics, disasters."""

    name = "theme.public_notice"
    title = Bilingual("公的機関などからの注意喚起", "A public notice")
    why = Bilingual(
        "これまで届いたことのない公的機関からのお知らせ(注意喚起、感染症、災害)は着眼点の一つ。",
        "A public body's notice that never came before (alerts, epidemics, disasters) is a point of the checklist.",
    )
    reference = f"{IPA} ア③"
    facet = Facet.THEME
    weights = points(targeted=12, bulk=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such notices."""
        if words := words_in("lures", "public_notice", facts.opening):
            shown = "、".join(words[:4])
            yield self.found(facts.where_says(words[0]), ja=f"注意喚起の語: {shown}", en=f"words of a notice: {shown}")
