"""A page attached that builds a file by itself, or asks for a password."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, cut, points

__all__ = ["HtmlSmuggling", "runs_by_itself"]

import re

_SMUGGLES = re.compile(
    rb"msSaveOrOpenBlob|createObjectURL|new\s+Blob|atob\s*\(|fromCharCode|unescape\s*\(|document\.write\s*\(",
    re.IGNORECASE,
)
_DATA = re.compile(rb"atob\s*\(|fromCharCode|Uint8Array|data:application/", re.IGNORECASE)
_FILE = re.compile(rb"msSaveOrOpenBlob|createObjectURL|new\s+Blob|\.download\b|\sdownload\s*=", re.IGNORECASE)
_SCRIPT = re.compile(rb"<script|javascript:|\son(?:load|click|begin|error|mouseover)\s*=|<foreignObject", re.IGNORECASE)
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
    weights = points(targeted=30, bulk=30)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Such marks in an attached page; all points for one that makes a file, or a picture (SVG) that runs."""
        for file in facts.files:
            data = (file.data or b"")[: 4 << 20]
            is_picture = file.extension == "svg" or data[:1000].lstrip()[:4].lower() == b"<svg"
            if not is_picture and file.extension not in _PAGES:
                continue
            seen = _SCRIPT.search(data) if is_picture else _FILE.search(data) if _DATA.search(data) else None
            weights = self.weights if seen else points(targeted=15, bulk=25)
            if seen := seen or _SMUGGLES.search(data) or _ASKS.search(data):
                text = seen[0].decode("ascii", "replace")
                ja, en = f"「{cut(file.name)}」に {text}", f"“{cut(file.name)}” holds {text}"
                yield self.found(facts.file(file), ja=ja, en=en, weights=weights)


def runs_by_itself(facts: MailFacts) -> bool:
    """Whether an attached page makes a file, or a picture runs: more than a login form or a script for its looks."""
    return any(one.weights == HtmlSmuggling.weights for one in HtmlSmuggling().findings(facts))
