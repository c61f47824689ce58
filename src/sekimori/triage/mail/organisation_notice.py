"""A notice to the whole organisation (IPA checklist A 4)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["OrganisationNotice"]

from sekimori.triage.words import words_in


class OrganisationNotice(Rule):
    """Personnel changes, policies, corrected versions."""

    name = "theme.organisation_notice"
    title = Bilingual("組織全体への案内", "A notice to the whole organisation")
    why = Bilingual(
        "人事情報、新年度の方針、資料の再送・差し替えは、組織の中からのように見せかけて届く。",
        "Personnel news, policies and corrected versions come as if from inside the organisation.",
    )
    reference = f"{IPA} ア④"
    facet = Facet.THEME
    weights = points(targeted=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such notices."""
        if words := words_in("lures", "organisation_notice", facts.opening):
            shown = "、".join(words[:4])
            yield self.found(
                facts.where_says(words[0]), ja=f"組織内の案内の語: {shown}", en=f"words of such a notice: {shown}"
            )
