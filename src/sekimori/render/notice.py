"""The notice to those who received a mail that should not have come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sekimori.model.report import N_, fill
from sekimori.render.messages import Translator, translator
from sekimori.render.safe import clean, shown, unfolded
from sekimori.values.types import ObservableType

__all__ = ["Sent", "notice"]

_LISTED = 20

_STEPS = (
    N_("Do not open the mail, its links or its attachments, and do not reply to it or forward it."),
    N_("If you opened a link or an attachment, or entered a password: take the machine off the network, leave it "
       "switched on, and call us at once. You will not be blamed."),
    N_("If you did not open it: leave the mail where it is. We take it out of the mailboxes."),
    N_("If you forwarded it, or received one like it that is not listed here, tell us to whom and when."),
)  # fmt: skip


class Sent(Protocol):
    """What is known of the messages of one sender and subject; `sekimori.search.purging.Message` is one."""

    @property
    def sender(self) -> str:
        """The address in From."""

    @property
    def subject(self) -> str:
        """The subject."""

    @property
    def first(self) -> datetime | None:
        """When the first was sent."""

    @property
    def last(self) -> datetime | None:
        """When the last was sent."""


def notice(messages: Sequence[Sent], lang: str, zone: str) -> str:
    """The notice in a language: which mails, defanged, and what to do. It names no recipient."""
    words = translator(lang, zone)
    lines = [
        words.gettext(N_("Notice: a suspicious mail was delivered to you")),
        "",
        words.gettext(N_("The mail below was sent to you and is suspected of being an attack:")),
        "",
        *(line for one in messages[:_LISTED] for line in _described(one, words)),
    ]
    if len(messages) > _LISTED:
        lines.append(fill(words.gettext(N_("… and {count} more")), {"count": str(len(messages) - _LISTED)}))
        lines.append("")
    lines += [f"{number}. {words.gettext(step)}" for number, step in enumerate(_STEPS, 1)]
    contact = words.gettext(N_("Contact: [name, telephone and mail address of your security team]"))
    return "\n".join([*lines, "", contact, ""])


def _described(one: Sent, words: Translator) -> list[str]:
    sender = clean(shown(ObservableType.MAIL_ADDRESS, one.sender))
    rows = (
        (words.gettext(N_("Sent")), words.span(one.first, one.last)),
        (words.gettext(N_("Sender")), sender),
        (words.gettext(N_("Subject")), unfolded(one.subject)),
    )
    colon = words.gettext(": ")
    return [*(f"  {name}{colon}{value}" for name, value in rows), ""]
