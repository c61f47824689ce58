"""An attached document that shows nothing, or nothing but the wish that macros be allowed; or in another's fonts."""

import re
from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.files import Carried
from sekimori.triage.rule import Found, Rule, cut, points
from sekimori.triage.words import listed, words_in
from sekimori.values.text import fold

__all__ = ["DecoyLayout"]

_SHORT = 600
_EMPTY = 5
_KANA = re.compile("[ぁ-ゖァ-ヺ]")


class DecoyLayout(Rule):
    """The text of a document and how it is set."""

    name = "file.decoy_layout"
    title = Bilingual("おとり文書の文面と体裁", "Text and layout of the document")
    why = Bilingual(
        "おとりの文書は粗く不自然なことがある: 中身がない、マクロの許可を求めるだけ、"
        "日本語の文が別の国のフォントで組まれている。",
        "A decoy is often crude: it is empty, only asks to allow macros, or sets Japanese in another country's fonts.",
    )
    reference = "IPA J-CRAT 活動報告(おとり文書); MITRE ATT&CK T1204.002"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The prompt first, then what weighs little."""
        weak = points(targeted=4, bulk=4)
        for file, text in facts.contents.texts:
            if prompt := _prompt(text):
                ja, en = f"「{cut(file.name)}」は「{prompt}」と求める", f"“{cut(file.name)}” asks: “{prompt}”"
                yield self.found(facts.file(file), ja=ja, en=en)
        for file, text in facts.contents.texts:
            if len(text) < _EMPTY and _shows_nothing(file):
                ja, en = f"「{cut(file.name)}」は空", f"“{cut(file.name)}” is empty"
                yield self.found(facts.file(file), ja=ja, en=en, weights=weak)
        texts = {file.path: text for file, text in facts.contents.texts}
        for file, told in facts.contents.documents:
            fonts = [font for font in told.fonts if fold(font) in listed("decoys", "chinese_fonts")]
            if fonts and len(_KANA.findall(texts.get(file.path, "")[:20_000])) >= 5:
                ja = f"「{cut(file.name)}」の日本語が {cut(fonts[0])} で組まれている"
                en = f"“{cut(file.name)}” sets Japanese in {cut(fonts[0])}"
                yield self.found(facts.file(file), ja=ja, en=en, weights=weak)


def _prompt(text: str) -> str:
    """The words that ask for macros, in a text so short that it says little else."""
    return next(iter(words_in("decoys", "macro_prompts", fold(text))), "") if len(text) <= _SHORT else ""


def _shows_nothing(file: Carried) -> bool:
    """Whether there is no picture in it either; a PDF without text is a scanned page."""
    data = file.data or b""
    if data.startswith(b"PK"):
        return b"media/" not in data and b"embeddings/" not in data and b"Pictures/" not in data
    return data.lstrip()[:4] == b"{\\rt" and b"\\pict" not in data and b"\\object" not in data
