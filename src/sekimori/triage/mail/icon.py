"""A program or shortcut under the icon of a document (IPA checklist D 4)."""

import re
from collections.abc import Iterator
from pathlib import PureWindowsPath
from time import monotonic

from sekimori.formats.program_icon import program_icon
from sekimori.formats.shortcut import Shortcut, shortcut_of
from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.files import Carried
from sekimori.triage.icons import KINDS, looks_like
from sekimori.triage.mail.executable import is_program
from sekimori.triage.rule import IPA, Found, Rule, cut, points
from sekimori.triage.words import listed

__all__ = ["Icon"]

_SECONDS = 6.0  # for all files of a mail
# Icons of documents, folders and pictures in Windows' own collections, by their number in the file.
_COLLECTIONS = {
    "shell32.dll": frozenset({0, 1, 3, 4, 70, 126, 151, 152, 224, 225, 226, 325}),
    "imageres.dll": frozenset({2, 3, 14, 19, 67, 68, 72, 85, 97, 102, 108, 153, 154}),
}
_READERS = frozenset(
    {
        *("winword.exe", "excel.exe", "powerpnt.exe", "wordicon.exe", "xlicons.exe", "pptico.exe", "onenote.exe"),
        *("acrord32.exe", "acrobat.exe", "msedge.exe", "chrome.exe", "foxitreader.exe", "wordpad.exe", "notepad.exe"),
        *("mspaint.exe", "photoviewer.dll", "taro.exe", "taro32.exe", "docuworks.exe", "hh.exe", "zipfldr.dll"),
    }
)
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{2,5})$")


class Icon(Rule):
    """The icon of a page, of Word, Excel or a PDF, of a folder or picture, on what runs."""

    name = "file.icon"
    title = Bilingual("アイコンの偽装", "The icon of something else")
    why = Bilingual(
        "拡張子は既定で表示されず、受け取った人はアイコンで文書かどうかを判断する。",
        "Extensions are hidden by default: people tell a document by its icon.",
    )
    reference = f"{IPA} エ④; MITRE ATT&CK T1036; [MS-SHLLINK] 2.4"
    facet = Facet.FILE
    weights = points(targeted=35, bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Icons inside of programs, by likeness; icons that shortcuts name, by whose they are."""
        until = monotonic() + _SECONDS
        for file in facts.files:
            left = until - monotonic()
            if left <= 0:
                return
            kind = _of_program(file, left) if is_program(file.head) else _of_shortcut(file, left)
            if kind is not None:
                ja = f"「{cut(file.name)}」のアイコンは{kind.ja}に見える"
                en = f"the icon of “{cut(file.name)}” looks like {kind.en}"
                yield self.found(facts.file(file), ja=ja, en=en)


def _of_program(file: Carried, seconds: float) -> Bilingual | None:
    icon = program_icon(file.data or b"", seconds=min(seconds, 3.0))
    return KINDS.get(looks_like(icon)) if icon is not None else None


def _of_shortcut(file: Carried, seconds: float) -> Bilingual | None:
    link = shortcut_of(file.data or b"", seconds=min(seconds, 2.0))
    if link is None or not link.icon or _is_its_own(link):
        return None
    name = _base(link.icon)
    suffix = _SUFFIX.search(name)
    is_document = suffix is not None and suffix[1].lower() in listed("file_types", "document")
    if name in _READERS or is_document or link.icon_number in _COLLECTIONS.get(name, ()):
        where = cut(f"{link.icon},{link.icon_number}")
        return Bilingual(f"文書のもの({where})", f"that of a document ({where})")
    return None


def _is_its_own(link: Shortcut) -> bool:
    """Whether the icon is that of what is started: a shortcut to Word may look like Word."""
    return _base(link.target) == _base(link.icon)


def _base(path: str) -> str:
    return PureWindowsPath(path.strip().strip('"')).name.lower()
