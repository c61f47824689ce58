"""A mail that is a file in an archive, and web archives (MHTML), which are written like mails. Reference: RFC 5322.

    From: yamada@example.jp
    Subject: =?utf-8?B?6K2w5LqL6Yyy?=

What such a mail carries in turn are files of their own (`sekimori.formats.mail_file`).
"""

from collections.abc import Iterator

from sekimori.formats.document_text.limits import Budget, Unreadable
from sekimori.formats.mail_file import is_mail_file, mail_of
from sekimori.formats.mail_structure import Mail
from sekimori.model.report import N_

__all__ = ["pieces", "pieces_of", "recognises"]

_SHOWN = ("from", "to", "cc", "date", "subject")

recognises = is_mail_file


def pieces(data: bytes, budget: Budget) -> Iterator[str]:  # noqa: ARG001 - parsing is bounded by itself
    """The header and the texts. Raises `Unreadable` where it cannot be read."""
    mail = mail_of(data)
    if mail is None:
        raise Unreadable(N_("the Outlook message cannot be read"))
    yield from pieces_of(mail)


def pieces_of(mail: Mail) -> Iterator[str]:
    """The same of a mail that is parsed already."""
    yield "\n".join(mail.text(name) for name in _SHOWN if mail.text(name)) + "\n"
    for part in mail.walk():
        yield part.text + "\n" if part.is_text else part.name + "\n"
