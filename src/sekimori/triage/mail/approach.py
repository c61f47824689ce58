"""A stranger writes personally, before there is anything to open (IPA checklist A 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["Approach"]


class Approach(Rule):
    """First words between strangers, or a name dropped."""

    name = "theme.approach"
    title = Bilingual("面識のない相手からの丁寧な接触", "A stranger's personal approach")
    why = Bilingual(
        "添付も URL もない丁寧な依頼で返信を得てから、次のメールで開かせる手口がある。",
        "A polite letter with nothing to open wins an answer; the next one brings the file.",
    )
    reference = f"{IPA} ア①; MITRE ATT&CK T1598"
    facet = Facet.THEME
    weights = points(targeted=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of a first personal letter, in a mail of no known sender and not one to many."""
        if facts.is_known or facts.mail.first("list-id"):
            return
        if words := words_in("lures", "approach", facts.opening):
            shown = "、".join(words[:4])
            yield self.found(facts.where_says(words[0]), ja=f"接触の語: {shown}", en=f"words of an approach: {shown}")
