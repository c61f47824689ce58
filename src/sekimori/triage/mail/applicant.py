"""A job-seeker or customer writes (IPA checklist A 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["Applicant"]


class Applicant(Rule):
    """A curriculum vitae, or a complaint."""

    name = "theme.applicant"
    title = Bilingual("応募者や顧客からの連絡", "A job-seeker or customer writes")
    why = Bilingual(
        "採用や苦情の窓口は、知らない相手の添付も開かざるを得ない。個人からのフリーメールも普通なので、他の依頼より軽く見る。",
        "Whoever hires or hears complaints opens what strangers attach; honest ones use free mail too: it weighs less.",
    )
    reference = f"{IPA} ア①"
    facet = Facet.THEME
    weights = points(targeted=12)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of applications and complaints, in a mail with a file or a link."""
        words = words_in("lures", "applicant", facts.opening)
        if words and (facts.files or facts.links):
            shown = "、".join(words[:4])
            yield self.found(
                facts.where_says(words[0]),
                ja=f"応募・苦情の語: {shown}",
                en=f"words of an application or complaint: {shown}",
            )
