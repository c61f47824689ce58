"""Gmail's search box and the `q` of its interface.

    in:anywhere subject:"輸出管理" filename:"議事録" after:1791385200

`in:anywhere` takes in spam and trash. Days are midnight in Pacific time, so times are given in seconds since 1970,
which the interface's guide allows. An `AND` binds tighter than Gmail's own blank, so every group has its parentheses.
Reference: support.google.com/mail/answer/7190 (operators), developers.google.com/gmail/api/guides/filtering (times).
"""

import re
from typing import ClassVar

from sekimori.model.query import Between, Field
from sekimori.search.translation import Said, Translation, one_of, phrase
from sekimori.values.wording import N_

__all__ = ["Gmail"]

_OPERATORS = {
    Field.FROM: ("from",),
    Field.TO: ("to", "cc", "bcc", "deliveredto"),
    Field.CC: ("cc",),
    Field.NAME: ("from",),
    Field.SUBJECT: ("subject",),
    Field.ATTACHMENT: ("filename",),
}
_NEVER = {
    Field.IP: N_("IP addresses in header lines are not indexed there"),
    Field.HASH: N_("hashes of attachments are not indexed there"),
    Field.MAILBOX: N_("a search goes over one mailbox there: administrators search all with the investigation tool"),
}


class Gmail(Translation):
    """Operators of Gmail's search."""

    name = "gmail"
    title = "Gmail"
    negation: ClassVar[str] = "-"
    always_lost: ClassVar[tuple[str, ...]] = (
        N_("only whole words are found, neither beginnings nor anything inside words"),
        N_("signs are passed over, and Japanese is cut into words by the system"),
        N_("archives, encrypted attachments and long texts of attachments are not searched"),
    )

    def text(self, field: Field, part: str) -> Said | None:
        """An operator with a phrase; a Message-ID as a whole."""
        if field in _NEVER:
            self.lose(_NEVER[field])
            return None
        value = phrase(part)
        if field is Field.MESSAGE_ID:
            self.lose(N_("a Message-ID is found there as a whole only"))
            return Said(f"rfc822msgid:{phrase(part)}" if re.search(r"[^\w.@+=$-]", part) else f"rfc822msgid:{part}")
        if field is Field.DOMAIN:
            return Said(one_of((f"from:{value}", f"to:{value}", f"cc:{value}", value)), is_wide=True)
        if field in _OPERATORS:
            return Said(one_of(f"{name}:{value}" for name in _OPERATORS[field]), is_wide=field is Field.NAME)
        if field is not Field.ANY:
            self.lose(N_("body, URLs and texts of attachments have no field of their own there: they are one text"))
        return Said(value, is_wide=field is not Field.ANY)

    def between(self, query: Between) -> str:
        """Seconds since 1970."""
        limits = (("after", query.after), ("before", query.before))
        texts = [f"{name}:{int(time.timestamp())}" for name, time in limits if time is not None]
        return texts[0] if len(texts) == 1 else f"({' AND '.join(texts)})"

    def encrypted(self) -> Said | None:
        """That there is an attachment at all."""
        self.lose(N_("encryption is not indexed there: any attachment counts"))
        return Said("has:attachment", is_wide=True)

    def whole(self, text: str) -> str:
        """Spam and trash too."""
        return f"in:anywhere {text}"
