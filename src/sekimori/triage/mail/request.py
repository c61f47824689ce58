"""A stranger's request one would answer (IPA checklist A 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Request"]

from sekimori.triage.words import words_in


class Request(Rule):
    """Press, lecture, application, enquiry, questionnaire."""

    name = "theme.request"
    title = Bilingual("開かざるを得ない依頼", "A request one has to open")
    why = Bilingual(
        "取材や講演の依頼、就職活動、製品への問い合わせ、アンケートは、知らない相手でも開かざるを得ない。",
        "Press and lecture requests, applications, enquiries and questionnaires must be opened, whoever sends them.",
    )
    reference = f"{IPA} ア①"
    facet = Facet.THEME
    weights = points(targeted=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such requests."""
        if words := words_in("lures", "request", facts.opening):
            shown = "、".join(words[:4])
            yield self.found(facts.where_says(words[0]), ja=f"依頼の語: {shown}", en=f"words of a request: {shown}")
