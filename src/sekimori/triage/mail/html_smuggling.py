"""A page attached that builds a file by itself, or asks for a password."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["HtmlSmuggling"]

import re

_SMUGGLES = re.compile(
    rb"msSaveOrOpenBlob|createObjectURL|new\s+Blob|atob\s*\(|fromCharCode|unescape\s*\(|document\.write\s*\(",
    re.IGNORECASE,
)
_ASKS = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)
_PAGES = frozenset({"htm", "html", "shtml", "xhtml", "svg", "mht", "mhtml"})


class HtmlSmuggling(Rule):
    """An attached page with scripts that make a file, or with a login form."""

    name = "file.html_smuggling"
    title = Bilingual("HTML 添付(スマグリング・偽ログイン)", "An attached page that makes a file or asks to log in")
    why = Bilingual(
        "ブラウザの中でファイルを組み立て、経路の検査を抜ける。偽のログイン画面にもなる。",
        "It builds the file inside the browser, past every check on the way, or is a false login page.",
    )
    reference = "MITRE ATT&CK T1027.006 (HTML Smuggling)"
    facet = Facet.FILE
    weights = points(targeted=15, bulk=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Such marks in an attached page."""
        for file in facts.files:
            if file.extension not in _PAGES:
                continue
            data = (file.data or b"")[: 4 << 20]
            if seen := _SMUGGLES.search(data) or _ASKS.search(data):
                text = seen[0].decode("ascii", "replace")
                ja, en = f"「{cut(file.name)}」に {text}", f"“{cut(file.name)}” holds {text}"
                yield self.found(facts.file(file), ja=ja, en=en)
