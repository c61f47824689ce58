"""A mail that is a file in an archive, and web archives (MHTML), which are written like mails. Reference: RFC 5322.

    From: yamada@example.jp
    Subject: =?utf-8?B?6K2w5LqL6Yyy?=

What such a mail carries in turn is named and not opened.
"""

import re
from collections.abc import Iterator

from sekimori.formats.document_text.limits import Budget, Unreadable
from sekimori.formats.mail import parse
from sekimori.model.report import N_

__all__ = ["pieces", "recognises"]

_FIELD = re.compile(rb"(?:\A|\n)(from|to|subject|date|received|return-path|message-id|mime-version|content-type)"
                    rb"[ \t]*:", re.IGNORECASE)  # fmt: skip
_START = re.compile(rb"\s{0,8}[!-9;-~]{1,60}[ \t]*:[^\n]*\r?\n")
_HEAD = 16_384
_SHOWN = ("from", "to", "cc", "date", "subject")


def recognises(data: bytes) -> bool:
    """Whether it begins with a header that has three of the usual fields."""
    if not _START.match(data[:2048]):
        return False
    header = re.split(rb"\r?\n\r?\n", data[:_HEAD].lstrip(), maxsplit=1)[0]
    return len({name.lower() for name in _FIELD.findall(header)}) >= 3


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - parsing is bounded by itself
    """The header and the texts. Raises `Unreadable` where it carries files."""
    mail = parse(data)
    yield "\n".join(mail.text(name) for name in _SHOWN if mail.text(name)) + "\n"
    carried = []
    for part in mail.walk():
        yield part.text + "\n"
        if part.is_attachment and not part.text and part.mail is None:
            carried.append(part.name)
            yield part.name + "\n"
    if carried:
        reason = N_("files that a mail in this file carries are not read: {count}").format(count=len(carried))
        raise Unreadable(reason)
