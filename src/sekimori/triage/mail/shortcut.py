"""A Windows shortcut (IPA checklist D 3)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["Shortcut"]

_MAGIC = b"\x4c\x00\x00\x00\x01\x14\x02\x00"


class Shortcut(Rule):
    """A .lnk file."""

    name = "file.shortcut"
    title = Bilingual("ショートカット(LNK)の添付", "A shortcut (LNK) attached")
    why = Bilingual(
        "ショートカットはコマンドを実行し、アイコンは文書に見せられる。",
        "A shortcut runs a command, under the icon of a document.",
    )
    reference = f"{IPA} エ③; MITRE ATT&CK T1204.002; [MS-SHLLINK]"
    facet = Facet.FILE
    weights = points(targeted=35, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By extension or first bytes."""
        for file in facts.files:
            if file.extension == "lnk" or file.head.startswith(_MAGIC):
                ja, en = f"「{cut(file.name)}」はショートカット", f"“{cut(file.name)}” is a shortcut"
                yield self.found(facts.file(file), ja=ja, en=en)
