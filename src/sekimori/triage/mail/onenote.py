"""A OneNote section."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["OneNote"]

from sekimori.triage.words import listed

_MAGIC = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3")


class OneNote(Rule):
    """A OneNote file."""

    name = "file.onenote"
    title = Bilingual("OneNote ファイルの添付", "A OneNote file attached")
    why = Bilingual(
        "OneNote には任意のファイルを埋め込み、ボタンに見せて開かせられる。",
        "OneNote carries any file, shown as a button to press.",
    )
    reference = "[MS-ONESTORE] 2.3.1; MITRE ATT&CK T1566.001"
    facet = Facet.FILE
    weights = points(targeted=30, bulk=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By extension or first bytes."""
        for file in facts.files:
            if file.extension in listed("file_types", "onenote") or file.head.startswith(_MAGIC):
                ja, en = f"「{cut(file.name)}」は OneNote", f"“{cut(file.name)}” is OneNote"
                yield self.found(facts.file(file), ja=ja, en=en)
