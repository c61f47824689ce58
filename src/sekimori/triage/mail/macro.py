"""An Office document with macros."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["Macro"]

from sekimori.triage.words import listed

_PROJECT = "_VBA_PROJECT".encode("utf-16-le")


class Macro(Rule):
    """A VBA project, or an extension that allows one."""

    name = "file.macro"
    title = Bilingual("マクロ付きの Office 文書", "An Office document with macros")
    why = Bilingual(
        "マクロは文書を開いた人の権限でプログラムを動かす。",
        "A macro runs programs with the rights of whoever opens the document.",
    )
    reference = "MITRE ATT&CK T1059.005, T1566.001; [MS-OVBA]"
    facet = Facet.FILE
    weights = points(targeted=25, bulk=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """vbaProject.bin in a ZIP document, the stream _VBA_PROJECT in a compound file, or the extension."""
        for file in facts.files:
            data = file.data or b""
            zipped = data.startswith(b"PK") and b"vbaProject.bin" in data
            compound = data.startswith(b"\xd0\xcf\x11\xe0") and _PROJECT in data
            if zipped or compound or file.extension in listed("file_types", "macro"):
                ja, en = f"「{cut(file.name)}」にマクロ", f"“{cut(file.name)}” holds macros"
                yield self.found(facts.file(file), ja=ja, en=en)
