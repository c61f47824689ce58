"""It changes where money goes, or asks to send it: business e-mail compromise."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Money"]

from sekimori.triage.words import words_in


class Money(Rule):
    """A changed account, a hidden or pressing transfer."""

    name = "theme.money"
    title = Bilingual("振込先の変更・送金の指示", "A changed account or a transfer")
    why = Bilingual(
        "ビジネスメール詐欺は、取引先や経営者を名乗って、振込先の変更や内密の送金を求める。",
        "Business e-mail compromise asks in a partner's or chief's name to change accounts or to send money in secret.",
    )
    reference = "IPA「ビジネスメール詐欺(BEC)対策特設ページ」 https://www.ipa.go.jp/security/bec/"
    facet = Facet.THEME
    weights = points(bec=40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of transfers; more with words of secrecy."""
        words = words_in("lures", "money", facts.folded[:30_000])
        quiet = words_in("lures", "secrecy", facts.folded[:30_000])
        if words:
            shown, weight = "、".join([*words[:3], *quiet[:2]]), 40 if quiet or len(words) > 1 else 30
            text = {"ja": f"送金の語: {shown}", "en": f"words of transfers: {shown}"}
            yield self.found(facts.where_says(words[0]), **text, weights=points(bec=weight))
