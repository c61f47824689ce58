"""Letters of another script in the sender's domain or name that look like Latin ones."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["Homoglyph"]

import unicodedata

from sekimori.values.domain import shown

_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


class Homoglyph(Rule):
    """Letters that look like others."""

    name = "sender.homoglyph"
    title = Bilingual("見た目の同じ別の文字", "Letters that look like others")
    why = Bilingual(
        "キリル文字やギリシャ文字の а、о、ο は、ラテン文字と見分けが付かない。",
        "Cyrillic and Greek letters such as а, о, ο cannot be told from Latin ones by eye.",
    )
    reference = "Unicode UTS #39 (Security Mechanisms), 4; MITRE ATT&CK T1036"
    facet = Facet.SENDER
    weights = points(targeted=40, bulk=15, bec=40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A word of the domain or display name mixes Latin letters with letters of a script that looks like it."""
        for text in (shown(facts.sender_domain), facts.sender.name):
            for word in text.replace(".", " ").split():
                if mixed := _mixed(word):
                    ja, en = f"「{cut(word)}」に {mixed}", f"“{cut(word)}” holds {mixed}"
                    yield self.found(facts.header("from"), ja=ja, en=en)
                    return


def _mixed(word: str) -> str:
    """The name of a letter of a look-alike script beside Latin ones; empty where there is none."""
    names = [unicodedata.name(one, "") for one in word[:80] if one.isalpha()]
    strange = next((name for name in names if name.startswith(_SCRIPTS)), "")
    return strange if any(name.startswith("LATIN") for name in names) else ""
