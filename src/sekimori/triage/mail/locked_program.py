"""What runs, put under a password."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.files import Carried
from sekimori.triage.mail.executable import is_program
from sekimori.triage.rule import Found, Rule, cut, points
from sekimori.triage.words import listed

__all__ = ["LockedProgram"]

_SHORTCUT = b"\x4c\x00\x00\x00\x01\x14\x02\x00"


class LockedProgram(Rule):
    """A program, script, shortcut or disk image in a locked archive."""

    name = "file.locked_program"
    title = Bilingual("パスワードで隠した実行ファイル", "A program hidden under a password")
    why = Bilingual(
        "パスワード付きの書庫は経路上で検査できない。その中身が文書でなく実行されるものなら、隠すための暗号化といえる。",
        "No check on the way looks into a locked archive; a thing that runs in it was locked up to be hidden.",
    )
    reference = "MITRE ATT&CK T1027.013, T1204.002; https://www.ipa.go.jp/security/emotet/ (パスワード付き ZIP)"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """What was opened with a password; by its name where no password is known."""
        for file in facts.files:
            if file.is_opened or not (file.key is not None or file.data is None) or not _runs(file):
                continue
            ja, en = _how(file)
            yield self.found(facts.file(file), ja=f"「{cut(file.name)}」({ja})", en=f"“{cut(file.name)}” ({en})")


def _runs(file: Carried) -> bool:
    kinds = listed("file_types", "executable") | listed("file_types", "disk") | {"lnk"}
    return file.extension in kinds or is_program(file.head) or file.head.startswith(_SHORTCUT)


def _how(file: Carried) -> tuple[str, str]:
    """How it is known: with whose password it opened, or only by its name."""
    if file.key is None:
        return "名前だけが読める", "only its name can be read"
    if not file.key.told_by:
        return "与えられたパスワードで開いた", "opened with a password given by hand"
    if not file.key.is_separate:
        return "同じメールに書かれたパスワードで開いた", "opened with the password in the same mail"
    mail = file.key.told_by[:12]
    return (
        f"別に送られたメール {mail} のパスワードで開いた",
        f"opened with the password sent separately, in mail {mail}",
    )
