"""A file is not what its name says."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["TypeMismatch"]

from sekimori.triage.mail.executable import is_program

_MAGICS = (
    (b"%PDF-", frozenset({"pdf", "ai"})),
    (b"{\\rt", frozenset({"rtf", "doc", "docx", "dot"})),
    (b"\x89PNG", frozenset({"png", "apng"})),
    (b"\xff\xd8\xff", frozenset({"jpg", "jpeg", "jpe", "jfif", "thm"})),
    (b"GIF8", frozenset({"gif"})),
    (b"\x4c\x00\x00\x00\x01\x14\x02\x00", frozenset({"lnk"})),
    (b"Rar!\x1a\x07", frozenset({"rar", "r00", "cbr"})),
    (b"7z\xbc\xaf\x27\x1c", frozenset({"7z"})),
)
_CHECKED = frozenset(
    ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "jpg", "jpeg", "png", "gif", "txt", "zip"]
)
_IMAGES = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "bmp", "thm"})


class TypeMismatch(Rule):
    """Content of another type than the extension's."""

    name = "file.type_mismatch"
    title = Bilingual("名前と中身の食い違い", "Name and content do not fit")
    why = Bilingual(
        "アイコンや拡張子を文書に見せ、中身は別のもの。",
        "Icon and extension show a document, the content is something else.",
    )
    reference = f"{IPA} エ④⑤; MITRE ATT&CK T1036.008"
    facet = Facet.FILE
    weights = points(targeted=25, bulk=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A known mark under an extension that is not its own. Pictures among one another are let pass."""
        for file in facts.files:
            if file.extension not in _CHECKED or len(file.head) < 16:
                continue
            allowed = next((names for magic, names in _MAGICS if file.head.startswith(magic)), None)
            wrong = is_program(file.head) or (allowed is not None and file.extension not in allowed)
            if wrong and not (allowed and allowed & _IMAGES and file.extension in _IMAGES):
                kind = "exe" if allowed is None else min(allowed)
                ja, en = f"「{cut(file.name)}」の中身は {kind}", f"the content of “{cut(file.name)}” is {kind}"
                yield self.found(facts.file(file), ja=ja, en=en)
