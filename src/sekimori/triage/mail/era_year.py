"""A year of the era that does not suit the western year beside it."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["EraYear"]

import re

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_PAIR = re.compile(
    r"(令和|平成|昭和)\s?(元|\d{1,2})\s?年\s?[(（]\s?(\d{4})\s?年?\s?[)）]|(\d{4})\s?年\s?[(（]\s?(令和|平成|昭和)\s?(元|\d{1,2})\s?年?\s?[)）]"
)


class EraYear(Rule):
    """Era and western year that differ."""

    name = "body.era_year"
    title = Bilingual("元号と西暦の食い違い", "Era and western year do not fit")
    why = Bilingual(
        "元号と西暦を併記する日本の公文書で、年がずれることはまずない。",
        "In Japanese documents, where both stand side by side, they hardly ever differ.",
    )
    reference = "sekimori docs: triage (careless slips)"
    facet = Facet.BODY
    weights = points(targeted=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """令和5年(2024年) and the like."""
        for found in _PAIR.finditer(facts.text[:30_000]):
            era, count, western = (found[1], found[2], found[3]) if found[1] else (found[5], found[6], found[4])
            if _ERAS[era] + (1 if count == "元" else int(count)) != int(western):
                ja, en = f"「{found[0]}」の年が合わない", f"the years of “{found[0]}” differ"
                yield self.found(facts.where_says(found[0]), ja=ja, en=en)
