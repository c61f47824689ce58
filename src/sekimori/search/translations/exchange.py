"""Security & Compliance PowerShell: the commands that make and start a content search over Exchange Online mailboxes.

    New-ComplianceSearch -Name 'sekimori' -ExchangeLocation All -ContentMatchQuery 'subject:"輸出管理"'
    Start-ComplianceSearch -Identity 'sekimori'

The query is KQL as for Purview, in a literal string of PowerShell: there a quote is written twice, and the curly
quotes ‘ ’ ‚ ‛ are quotes too.
Reference: learn.microsoft.com/powershell/module/exchange/new-compliancesearch (ContentMatchQuery, ExchangeLocation),
learn.microsoft.com/powershell/module/exchange/start-compliancesearch, and
learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules.
"""

import re
from collections.abc import Sequence

from sekimori.model.query import And, Contains, Field, Query
from sekimori.search.translation import Said, Translated
from sekimori.search.translations.purview import Purview

__all__ = ["Exchange", "literal"]

_NAME = "sekimori"
_QUOTES = re.compile("['‘’‚‛]")
_ADDRESS = re.compile(r"[^\s@,;]+@[^\s@,;]+")


class Exchange(Purview):
    """The commands of Security & Compliance PowerShell, ready to be pasted."""

    name = "exchange"
    title = "Exchange Online (PowerShell)"

    def __init__(self) -> None:
        super().__init__()
        self._mailbox = ""

    def translate(self, query: Query) -> Translated:
        """The commands. A mailbox that must agree, named by its address, becomes the location searched."""
        parts: Sequence[Query] = query.parts if isinstance(query, And) else (query,)
        for part in parts:
            match part:
                case Contains(field=Field.MAILBOX, parts=(mailbox,)) if _ADDRESS.fullmatch(mailbox):
                    self._mailbox = self._mailbox or mailbox
        return super().translate(query)

    def text(self, field: Field, part: str) -> Said | None:
        """As of Purview; a mailbox that became a location is said already."""
        return None if field is Field.MAILBOX and part == self._mailbox else super().text(field, part)

    def whole(self, text: str) -> str:
        """The two commands."""
        where = literal(self._mailbox) if self._mailbox else "All"
        query = literal(text)
        return (
            f"New-ComplianceSearch -Name {literal(_NAME)} -ExchangeLocation {where} -ContentMatchQuery {query}\n"
            f"Start-ComplianceSearch -Identity {literal(_NAME)}"
        )


def literal(text: str) -> str:
    """A literal string of PowerShell, on one line whatever the text holds."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return f"'{_QUOTES.sub(lambda quote: quote[0] * 2, line)}'"
