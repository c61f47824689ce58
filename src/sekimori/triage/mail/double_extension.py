"""A second extension, or blanks that push it out of sight (IPA checklist D 5)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, cut, points

__all__ = ["DoubleExtension"]

import re

from sekimori.triage.words import listed

# From the beginning of the padding alone: a name may be as long as a mail.
_PADDED = re.compile(r"(?<![\s\u3000\u2003_.])[\s\u3000\u2003_.]{8,}+[A-Za-z0-9]{2,5}$")


class DoubleExtension(Rule):
    """document.pdf.exe, or a name padded with blanks."""

    name = "file.double_extension"
    title = Bilingual("二重拡張子・空白による拡張子の隠蔽", "A double extension, or one pushed out of sight")
    why = Bilingual(
        "既定では最後の拡張子が表示されず、文書に見える。",
        "The last extension is not shown by default, and what is left looks like a document.",
    )
    reference = f"{IPA} エ⑤; MITRE ATT&CK T1036.007"
    facet = Facet.FILE
    weights = points(targeted=30, bulk=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A document's extension before one that runs; many blanks before the last."""
        runs = listed("file_types", "executable") | listed("file_types", "disk") | {"lnk"}
        for file in facts.files:
            pieces = [one.strip(" \u3000_").lower() for one in file.name.rsplit(".", 2)]
            double = len(pieces) == 3 and pieces[1] in listed("file_types", "document") and pieces[2] in runs
            if double or _PADDED.search(file.name):
                yield self.found(facts.file(file), ja=f"「{cut(file.name)}」", en=f"“{cut(file.name)}”")
