"""Japanese that no Japanese hand writes (IPA checklist C 1)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["Unnatural"]

import re

_SLIPS = re.compile(
    r"[ぁ-ん]，[ぁ-んァ-ヶ一-龥]|(?<![のお])のの[^ろぼりげでみびこ]|をを|がが[^い]|にに[^ん]|をは|がは[^はかがき]|ですです|ますます。|親愛なる|尊敬する(?:お客様|先生|各位)|あなたのアカウント|あなたの(?:カード|情報|メール)"
    r"|ご(?:重要な)|下記をご査収(?:する)|[。、] [ぁ-んァ-ヶ一-龥]|[ぁ-ん]｡[ぁ-ん]|回复|转发|答复"
)


class Unnatural(Rule):
    """Marks and turns of phrase that show a machine's or a foreign hand."""

    name = "body.unnatural"
    title = Bilingual("不自然な日本語", "Unnatural Japanese")
    why = Bilingual(
        "言い回しの不自然さは着眼点の一つ。ただし自然な日本語でも疑いは下がらない(明らかな文法の誤りは少ない)。",
        "Unnatural wording is a point of the checklist; fluent Japanese lowers no suspicion (clear mistakes are few).",
    )
    reference = f"{IPA} ウ①"
    facet = Facet.BODY
    weights = points(targeted=8, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Chinese commas in kana, doubled particles, translated forms of address."""
        if facts.is_japanese and (found := _SLIPS.search(facts.text[:30_000])):
            around = facts.text[max(0, found.start() - 8) : found.end() + 8].replace("\n", " ")
            yield self.found(facts.where_says(found[0]), ja=f"「{around}」", en=f"“{around}”")
