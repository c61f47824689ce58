r"""notmuch, the mail indexer for Maildirs, as the argument of `notmuch search`.

    (subject:"輸出管理" OR subject:"/輸出管理/") AND attachment:"議事録" AND date:@1791385200..

`from:`, `subject:`, `mid:` and `path:` also take a regular expression of POSIX, which finds substrings inside words;
it is asked beside the words, which are found in any case. `date:` takes seconds since 1970, both ends included.
Reference: notmuchmail.org/manpages/notmuch-search-terms-7 (prefixes, regular expressions, date and time search); for
Japanese in words xapian.org/docs/apidoc/html/classXapian_1_1TermGenerator.html (FLAG_NGRAMS, XAPIAN_CJK_NGRAM).
"""

import re
from typing import ClassVar

from sekimori.model.query import Between, Field
from sekimori.search.translation import Said, Translation, one_of, phrase
from sekimori.values.wording import N_

__all__ = ["Notmuch"]

_PREFIXES = {
    Field.FROM: ("from",),
    Field.TO: ("to",),
    Field.CC: ("to",),
    Field.NAME: ("from",),
    Field.SUBJECT: ("subject",),
    Field.BODY: ("body",),
    Field.URL: ("body",),
    Field.ATTACHMENT: ("attachment",),
}
_WITH_EXPRESSION = frozenset((Field.FROM, Field.NAME, Field.SUBJECT))
_NEVER = {
    Field.IP: N_("IP addresses in header lines are not indexed there"),
    Field.HASH: N_("hashes of attachments are not indexed there"),
    Field.CONTENT: N_("texts inside attachments are not indexed there"),
}
_SPECIAL = re.compile(r"[][\\.*^$+?{}()|]")
_PREFIX_WORD = re.compile(r"[a-z][a-z0-9]*", re.IGNORECASE)


class Notmuch(Translation):
    """Search terms of notmuch."""

    name = "notmuch"
    title = "notmuch"
    always_lost: ClassVar[tuple[str, ...]] = (
        N_("outside sender, subject and Message-ID only whole words and beginnings of words are found"),
        N_("Japanese is found only where XAPIAN_CJK_NGRAM=1 was set when indexing, and is set when searching"),
        N_("full-width and half-width letters and kana are not taken for the same"),
        N_("what stands inside attachments and archives is not searched"),
    )

    def text(self, field: Field, part: str) -> Said | None:
        """Words behind a prefix, and an expression where the field takes one."""
        if field in _NEVER:
            self.lose(_NEVER[field])
            return None
        if field is Field.MESSAGE_ID:
            return Said(_expression("mid", part))
        if field is Field.MAILBOX:
            self.lose(N_("a mailbox is told by the path there"))
            return Said(_expression("path", part), is_wide=True)
        words = f"{part}*" if _PREFIX_WORD.fullmatch(part) else phrase(part)
        if field is Field.DOMAIN:
            return Said(one_of(f"{name}:{words}" for name in ("from", "to", "body")), is_wide=True)
        if field is Field.ANY:
            return Said(one_of((words, f"attachment:{words}")))
        texts = [f"{name}:{words}" for name in _PREFIXES[field]]
        if field in _WITH_EXPRESSION:
            texts.append(_expression(texts[0].partition(":")[0], part))
        return Said(one_of(texts), is_wide=field in {Field.CC, Field.NAME})

    def between(self, query: Between) -> str:
        """Seconds since 1970; the last one is the one before the end."""
        after = f"@{int(query.after.timestamp())}" if query.after else ""
        before = f"@{int(query.before.timestamp()) - 1}" if query.before else ""
        return f"date:{after}..{before}"

    def encrypted(self) -> Said | None:
        """That there is an attachment at all: notmuch marks these mails itself."""
        self.lose(N_("encryption is not indexed there: any attachment counts"))
        return Said("tag:attachment", is_wide=True)


def _expression(name: str, text: str) -> str:
    """A prefix with an expression that holds for the text wherever it stands; any sign for one that cannot be written.

    It stands in quotes, in which a quote cannot stand for itself.
    """
    plain = "".join("." if char == '"' or not char.isprintable() else _SPECIAL.sub(r"\\\g<0>", char) for char in text)
    return f'{name}:"/{plain}/"'
