"""A name turned around by control characters (IPA checklist D 5)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["RightToLeft"]

import re

_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


class RightToLeft(Rule):
    """RLO in a file's name."""

    name = "file.right_to_left"
    title = Bilingual("拡張子の偽装(RLO)", "A name turned around (RLO)")
    why = Bilingual(
        "制御文字で名前の並びを逆にすると、exe が文書に見える。",
        "Control characters turn the name around, so that exe looks like a document.",
    )
    reference = f"{IPA} エ⑤; MITRE ATT&CK T1036.002"
    facet = Facet.FILE
    weights = points(targeted=40, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Control characters of direction in the name of a file or archive member."""
        for file in facts.files:
            if _TURNS.search(file.name):
                shown = _TURNS.sub("[RLO]", cut(file.name))
                yield self.found(facts.file(file), ja=f"「{shown}」", en=f"“{shown}”")
