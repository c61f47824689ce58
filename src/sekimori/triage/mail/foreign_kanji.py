"""Characters that Japan does not use, in a Japanese mail (IPA checklist C 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["ForeignKanji"]

import re

_KANJI = re.compile("[一-鿿]")


class ForeignKanji(Rule):
    """Simplified or traditional forms among Japanese text."""

    name = "body.foreign_kanji"
    title = Bilingual("日本で使わない漢字", "Characters that Japan does not use")
    why = Bilingual(
        "簡体字・繁体字の混入は、中国語の環境で書かれたことを示す。ばらまき型にも多く、スパイ活動の証拠にはならない。",
        "Simplified or traditional forms show a Chinese environment; in bulk mail too, so they prove no espionage.",
    )
    reference = f"{IPA} ウ②; JIS X 0208, JIS X 0213"
    facet = Facet.BODY
    weights = points(targeted=8, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Characters outside Windows' Japanese set, in a text with kana; names of people may hold one."""
        if not facts.is_japanese:
            return
        strange = [one for one in dict.fromkeys(_KANJI.findall(facts.text[:30_000])) if not is_japanese(one)]
        if strange:
            shown = "".join(strange[:10])
            ja, en = f"日本の文字集合にない漢字: {shown}", f"characters outside Japan's sets: {shown}"
            yield self.found(facts.where_says(strange[0]), ja=ja, en=en)


def is_japanese(character: str) -> bool:
    """Whether a character is in JIS X 0208 with the vendors' rows (CP932), or JIS X 0213."""
    for codec in ("cp932", "euc_jis_2004"):
        try:
            character.encode(codec)
        except UnicodeEncodeError:
            continue
        return True
    return False
