"""The name in From is not the one under the mail."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["NameMismatch"]

_PERSON = re.compile(r"([一-龥々]{1,3})[ \u3000]+([一-龥々ぁ-んァ-ヶ]{1,4})")
_OFFICE = re.compile(r"[部課室所会社学省庁局係院党店館科組団]$|株式|財団|法人|担当|事務|編集|御中")
_SAYS = re.compile(r"(?:の|、|,|\s|^)([一-龥々]{2,3})(?:[ \u3000]?[一-龥々]{1,3})?と申します", re.MULTILINE)


class NameMismatch(Rule):
    """Another name signs than stands in From."""

    name = "sender.name_mismatch"
    title = Bilingual("差出人と署名の名前が違う", "From and signature name different people")
    why = Bilingual(
        "文面を使い回すと、表示名と、名乗りや署名の名前が食い違う。",
        "Where a text is used again, the name in From is not the one that introduces itself or signs.",
    )
    reference = f"{IPA} イ②、ウ⑤"
    facet = Facet.SENDER
    weights = points(targeted=15, bec=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A Japanese person's name in From, another surname in the introduction or alone on a signature's line."""
        shown = _PERSON.fullmatch(facts.sender.name.strip())
        if not shown or _OFFICE.search(facts.sender.name) or facts.is_known or facts.is_authenticated:
            return
        signed = list(_signed(facts))
        if signed and not any(name.startswith(shown[1]) or shown[1].startswith(name) for name in signed):
            ja = f"差出人は「{cut(facts.sender.name)}」、名乗りや署名は「{cut(signed[-1])}」"
            en = f"From names “{cut(facts.sender.name)}”, the mail is signed “{cut(signed[-1])}”"
            yield self.found(facts.where_says(signed[-1]), ja=ja, en=en)


def _signed(facts: MailFacts) -> Iterator[str]:
    """Surnames by which the writer introduces or signs."""
    for found in _SAYS.finditer(facts.own_body[:2000]):
        if not _OFFICE.search(found[1]):
            yield found[1]
    for line in facts.signature.splitlines()[-8:]:
        found_line = _PERSON.fullmatch(line.strip())
        if found_line and not _OFFICE.search(found_line[0]) and not _OFFICE.search(found_line[1]):
            yield found_line[1]
