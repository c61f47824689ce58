"""Which mails may carry the password of another mail's attachment: ranked, with reasons.

By who sent them and to whom, the thread, the subject, the time between, and whether they speak of a password.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sekimori.extract.mail_proposal import without_prefixes
from sekimori.extract.passwords import speaks_of_password
from sekimori.model.report import N_
from sekimori.values.text import fold

__all__ = ["Letter", "Paired", "ranked"]

_SAME_MAIL = N_("the mail itself")
_SAME_SENDER = N_("the same sender")
_SAME_DOMAIN = N_("a sender of the same domain")
_THREAD = N_("the same thread")
_SUBJECT = N_("the subject is alike")
_RECIPIENTS = N_("{count} recipients in common")
_WORDING = N_("it speaks of a password")
_NEAR = N_("{minutes} minutes apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What matters of a mail here; addresses and domains in lower case, `thread` the ids that it answers to."""

    evidence: int
    time: datetime | None
    sender: str
    domains: frozenset[str]
    recipients: frozenset[str]
    message_id: str
    thread: frozenset[str]
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Paired:
    """A mail that may carry the password, and why; `weight` orders them."""

    letter: Letter
    weight: int
    reasons: tuple[str, ...]


def ranked(locked: Letter, others: Iterable[Letter]) -> list[Paired]:
    """The mails, most likely first; without anything in common with the locked one a mail is left out."""
    paired = (_paired(locked, other) for other in others)
    return sorted((one for one in paired if one.weight), key=lambda one: (-one.weight, one.letter.evidence))


def _paired(locked: Letter, other: Letter) -> Paired:
    grounds: list[tuple[int, str]] = []
    if other.evidence == locked.evidence:
        grounds.append((60, _SAME_MAIL))
    else:
        grounds += _relation(locked, other)
        if not grounds:
            return Paired(other, 0, ())
        grounds += _nearness(locked.time, other.time)
    if speaks_of_password(f"{other.subject}\n{other.text}"):
        grounds.append((40, _WORDING))
    return Paired(other, sum(weight for weight, _ in grounds), tuple(reason for _, reason in grounds))


def _relation(locked: Letter, other: Letter) -> Sequence[tuple[int, str]]:
    grounds = []
    if locked.sender and locked.sender == other.sender:
        grounds.append((40, _SAME_SENDER))
    elif locked.domains & other.domains:
        grounds.append((15, _SAME_DOMAIN))
    if locked.message_id in other.thread or other.message_id in locked.thread or locked.thread & other.thread:
        grounds.append((35, _THREAD))
    if _are_alike(locked.subject, other.subject):
        grounds.append((25, _SUBJECT))
    if common := len(locked.recipients & other.recipients):
        grounds.append((20, _RECIPIENTS.format(count=common)))
    return grounds


def _are_alike(one: str, other: str) -> bool:
    """Whether two subjects are the same without their prefixes, or one stands in the other."""
    first, second = (without_prefixes(fold(text)) for text in (one, other))
    return bool(first and second) and (first in second or second in first)


def _nearness(one: datetime | None, other: datetime | None) -> Sequence[tuple[int, str]]:
    if one is None or other is None:
        return []
    apart = abs(one - other)
    weight = 20 if apart <= timedelta(hours=1) else 10 if apart <= timedelta(days=1) else 1
    return [(weight, _NEAR.format(minutes=round(apart.total_seconds() / 60)))]
