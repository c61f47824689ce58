"""A plain subject of business above a file (IPA checklist A 1 and 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in
from sekimori.values.text import fold

__all__ = ["PlainSubject"]

_LONGEST = 40


class PlainSubject(Rule):
    """会議の件, Report: short, at home anywhere."""

    name = "theme.plain_subject"
    title = Bilingual("業務らしい短い件名と添付", "A plain business subject above a file")
    why = Bilingual(
        "「資料」「会議の件」のような短い件名は、受信者の仕事に当てはまるまで何も語らず、開かせる。",
        "A short subject such as 'meeting' or 'report' says too little to be ignored, and makes one open the file.",
    )
    reference = f"{IPA} ア①②"
    facet = Facet.THEME
    weights = points(targeted=12)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Such a word in a subject of up to 40 characters, and a document or archive attached; not an applicant's."""
        if len(facts.subject) > _LONGEST or not any(file.name and not file.is_image for file in facts.files):
            return
        words = words_in("lures", "plain_subject", fold(facts.subject))
        if words and not words_in("lures", "applicant", facts.opening):
            shown = "、".join(words[:4])
            yield self.found(facts.header("subject"), ja=f"件名の語: {shown}", en=f"words of the subject: {shown}")
