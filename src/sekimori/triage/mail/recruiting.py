"""Somebody offers the recipient a post."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["Recruiting"]


class Recruiting(Rule):
    """A job offered to the recipient."""

    name = "theme.recruiting"
    title = Bilingual("受信者への求人・勧誘", "A post offered to the recipient")
    why = Bilingual(
        "技術者や研究者に、転職や顧問就任の話を持ちかけて、職務記述書などを開かせる手口が知られる。",
        "Engineers and researchers are offered a post, and made to open the description of it.",
    )
    reference = f"{IPA} ア①; MITRE ATT&CK T1566.001"
    facet = Facet.THEME
    weights = points(targeted=18)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of posts offered, in a mail with a file or a link."""
        words = words_in("lures", "recruiting", facts.opening)
        if words and (facts.files or facts.links):
            shown = "、".join(words[:4])
            yield self.found(
                facts.where_says(words[0]), ja=f"求人の語: {shown}", en=f"words of an offered post: {shown}"
            )
