"""A program or script, alone or in an archive (IPA checklist D 2)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["Executable"]

from sekimori.triage.words import listed


class Executable(Rule):
    """exe, scr, cpl, scripts and the like."""

    name = "file.executable"
    title = Bilingual("実行形式・スクリプトの添付", "A program or script attached")
    why = Bilingual(
        "開くとプログラムが動く。仕事の資料がこの形で届くことはない。",
        "Opening it runs a program; no document of work comes in this form.",
    )
    reference = f"{IPA} エ②; MITRE ATT&CK T1566.001, T1204.002"
    facet = Facet.FILE
    weights = points(targeted=30, bulk=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """By extension, or by the first bytes of a Windows program."""
        for file in facts.files:
            by_name = file.extension in listed("file_types", "executable")
            if by_name or is_program(file.head):
                ja, en = f"「{cut(file.name)}」は実行される", f"“{cut(file.name)}” is run when opened"
                yield self.found(facts.file(file), ja=ja, en=en)


def is_program(head: bytes) -> bool:
    """Whether bytes begin as a Windows program: MZ, and PE where its header says, or a program of DOS."""
    if not head.startswith(b"MZ") or len(head) < 64:
        return False
    at = int.from_bytes(head[60:64], "little")
    return at == 0 or at > len(head) - 4 or head[at : at + 2] in {b"PE", b"NE", b"LE"}
