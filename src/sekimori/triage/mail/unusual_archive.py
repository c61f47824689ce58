"""An archive that few checks open."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points
from sekimori.triage.words import listed

__all__ = ["UnusualArchive"]


class UnusualArchive(Rule):
    """LZH, ACE, ARJ, CAB, UUE and the like."""

    name = "file.unusual_archive"
    title = Bilingual("検査されにくい圧縮形式", "An archive that few checks open")
    why = Bilingual(
        "古い、あるいは珍しい圧縮形式は、経路の検査を抜けやすい。",
        "Old or rare archives pass the checks on the way more easily.",
    )
    reference = "MITRE ATT&CK T1027.015; T1566.001"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By extension."""
        for file in facts.files:
            if file.extension in listed("file_types", "unusual_archive"):
                ja, en = f"「{cut(file.name)}」は {file.extension}", f"“{cut(file.name)}” is {file.extension}"
                yield self.found(facts.file(file), ja=ja, en=en)
