"""Microsoft Purview content search and eDiscovery: the Keyword Query Language (KQL) for Exchange Online mailboxes.

    subject:"輸出管理" AND attachmentnames:"議事録" AND sent>=2026-10-07T15:00:00Z

Only the properties of the vendor's list are used: header fields beyond them are not indexed. Operators in capitals,
`property:value` without a blank, prefixes (`export*`) but neither suffixes nor infixes, times in UTC.
Reference: learn.microsoft.com/purview/edisc-keyword-queries-and-search-conditions (search tips, searchable email
properties), learn.microsoft.com/purview/edisc-limits-investigations (prefixes of 3 characters at least),
learn.microsoft.com/purview/edisc-ref-partially-indexed-items (encrypted files), and
learn.microsoft.com/sharepoint/dev/general-development/keyword-query-language-kql-syntax-reference (operators, times).
"""

import re
from datetime import UTC, datetime
from typing import ClassVar

from sekimori.model.query import Between, Field
from sekimori.search.translation import Said, Translation, one_of, phrase
from sekimori.values.wording import N_

__all__ = ["Purview"]

_PROPERTIES = {
    Field.FROM: "from",
    Field.TO: "recipients",
    Field.CC: "cc",
    Field.NAME: "from",
    Field.SUBJECT: "subject",
    Field.ATTACHMENT: "attachmentnames",
}
_NEVER = {
    Field.IP: N_("IP addresses in header lines are not indexed there"),
    Field.HASH: N_("hashes of attachments are not indexed there"),
    Field.MESSAGE_ID: N_("Message-IDs are not indexed there: find them with a message trace"),
    Field.MAILBOX: N_("mailboxes are not part of the query there: choose them as locations"),
}
_PREFIX = re.compile(r"[A-Za-z0-9]{3,}")
"""A word that may be a prefix: at least three letters or digits, and nothing at which words are cut."""


class Purview(Translation):
    """KQL as it is typed into the keyword box of a content search."""

    name = "purview"
    title = "Microsoft Purview (KQL)"
    always_lost: ClassVar[tuple[str, ...]] = (
        N_("only whole words and beginnings of words of three letters or more are found, nothing inside words"),
        N_("Japanese is cut into words by the system: a text that does not begin and end at a word is missed"),
        N_("half-width and full-width kana are not taken for the same by every version"),
        N_("encrypted and oversized attachments are indexed in part or not at all (partially indexed items)"),
    )

    def text(self, field: Field, part: str) -> Said | None:
        """A property with a phrase, or a prefix; texts that no property holds are looked for anywhere."""
        if field in _NEVER:
            self.lose(_NEVER[field])
            return None
        value = f"{part}*" if _PREFIX.fullmatch(part) else phrase(part)
        if field is Field.DOMAIN:
            return Said(one_of((f"participants:{value}", value)), is_wide=True)
        if field in _PROPERTIES:
            return Said(f"{_PROPERTIES[field]}:{value}", is_wide=field in {Field.TO, Field.NAME})
        if field is not Field.ANY:
            self.lose(N_("body, URLs and texts of attachments have no field of their own there: they are one text"))
        return Said(value, is_wide=field is not Field.ANY)

    def between(self, query: Between) -> str:
        """The time of sending, in UTC."""
        limits = ((">=", query.after), ("<", query.before))
        texts = [f"sent{sign}{_time(time)}" for sign, time in limits if time is not None]
        return texts[0] if len(texts) == 1 else f"({' AND '.join(texts)})"

    def encrypted(self) -> Said | None:
        """That there is an attachment at all."""
        self.lose(N_("encryption is not indexed there: any attachment counts"))
        return Said("hasattachment:true", is_wide=True)


def _time(time: datetime) -> str:
    return time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
