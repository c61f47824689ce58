"""Forms of address that no Japanese hand writes (a careless slip)."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Titles"]

_WRONG = re.compile(
    r"御中様|様御中|御中殿|様殿|殿様宛|先生様|様先生|教授様|博士様|さん様|様さん|各位様|各位殿|様各位|各位御中|御中各位|先生殿"
    r"|[一-龥]{2,4}様様|\b(?:Mr\.?|Ms\.?|Mrs\.?) (?:Dr\.?|Prof\.?|Professor)\b|\b[A-Z][a-z]+ ?-?[Ss]an[- ]?sama\b"
)


class Titles(Rule):
    """御中様, 様殿 and the like."""

    name = "body.titles"
    title = Bilingual("敬称の誤り", "Wrong forms of address")
    why = Bilingual(
        "敬称の重複や、団体への「様」、個人への「御中」は、日本の仕事の文面を知らない、または差し替えに失敗した書き手を示す。",
        "Doubled titles show a writer who does not know Japanese letters, or who filled a template badly.",
    )
    reference = f"{IPA} ウ①"
    facet = Facet.BODY
    weights = points(targeted=12, bulk=8)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Doubled or misplaced titles."""
        if found := _WRONG.search(facts.text[:30_000]):
            around = facts.text[max(0, found.start() - 8) : found.end()].replace("\n", " ")
            yield self.found(facts.where_says(found[0]), ja=f"「{around}」", en=f"“{around}”")
