"""A placeholder was left in the text."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Placeholder"]

import re

_LEFT = re.compile(
    r"\{\{?\s?[A-Za-z_]{3,20}\s?\}?\}|\[\[[^\]\n]{1,20}\]\]|##[A-Za-z_]{2,20}##|%%?[A-Za-z_]{3,20}%%?(?![0-9A-Za-z])"
    r"|\$\{?(?:name|email|user|domain)\}?|\[(?:NAME|EMAIL|Name|Email|氏名|会社名|宛名|お名前|日付)\]|(?:[〇○◯●]{2,}|[×✕]{2,}|XX|xx)(?:様|先生|殿|御中|さん|教授|会社|株式会社|大学|研究所)"
)


class Placeholder(Rule):
    """Template marks that nobody filled in."""

    name = "body.placeholder"
    title = Bilingual("埋め忘れた差し込み欄", "A placeholder left")
    why = Bilingual("雛形から作ったメールの埋め忘れ。", "The mail was made from a template, and not wholly.")
    reference = "sekimori docs: triage (careless slips)"
    facet = Facet.BODY
    weights = points(targeted=10, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Marks such as {{name}}, %NAME%, 〇〇様."""
        if found := _LEFT.search(facts.text[:30_000]):
            ja, en = f"「{found[0]}」が残っている", f"“{found[0]}” was left"
            yield self.found(facts.where_says(found[0]), ja=ja, en=en)
