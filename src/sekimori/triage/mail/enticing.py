"""No recollection of it, yet it entices (IPA checklist A 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Enticing"]

from sekimori.triage.words import words_in


class Enticing(Rule):
    """Minutes, drafts of speeches, visits of important people."""

    name = "theme.enticing"
    title = Bilingual("心当たりはないが気になる資料", "Material one did not ask for, yet wants to see")
    why = Bilingual(
        "議事録、演説原稿、要人の訪問日程などは、誤送信でも見たくなる。",
        "Minutes, drafts of speeches and the visits of important people are opened even when sent by mistake.",
    )
    reference = f"{IPA} ア②"
    facet = Facet.THEME
    weights = points(targeted=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such material, in a mail with a file or a link; one word alone weighs less."""
        words = words_in("lures", "enticing", facts.opening)
        if words and (facts.files or facts.links):
            shown = "、".join(words[:4])
            text = {"ja": f"資料の語: {shown}", "en": f"words of such material: {shown}"}
            weights = self.weights if len(words) > 1 else points(targeted=12)
            yield self.found(facts.where_says(words[0]), **text, weights=weights)
