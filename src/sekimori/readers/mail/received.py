"""What readers of mail logs share: who received a message, told without the message itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sekimori.model.kinds import MESSAGE
from sekimori.readers.mail.rows import records
from sekimori.readers.protocol import Records
from sekimori.values import address
from sekimori.values.errors import InvalidValue

__all__ = ["Received", "as_records", "hop_address"]

RECIPIENTS = 100_000
"""So many recipients of one message are kept."""


@dataclass(slots=True)
class Received:
    """One message of a log, at the place of its first line. `recipients` is a dict for its order, without doubles."""

    dataset: str
    offset: int
    length: int
    line: int
    time: datetime | None
    message_id: str = ""
    sender: str = ""
    subject: str = ""
    recipients: dict[str, None] = field(default_factory=dict)
    hops: dict[str, None] = field(default_factory=dict)

    def add(self, recipients: Iterable[str], hop: str = "") -> None:
        """More recipients, and the address that the message came from."""
        for one in recipients:
            if "@" in one and len(self.recipients) < RECIPIENTS:
                self.recipients[one] = None
        if hop:
            self.hops[hop] = None


def hop_address(text: str) -> str:
    """The normal form of an address; empty for anything else."""
    try:
        return address.normal(text.strip("[] "))
    except InvalidValue:
        return ""


def as_records(messages: Iterable[Received]) -> Records:
    """The messages as records."""
    return records(MESSAGE, [_row(one) for one in messages])


def _row(one: Received) -> dict[str, object]:
    sender = one.sender if "@" in one.sender else ""
    domains = dict.fromkeys(domain for who in one.recipients if (domain := who.rpartition("@")[2]))
    return {
        "offset": one.offset,
        "length": one.length,
        "line": one.line,
        "timestamp": one.time,
        "event_dataset": one.dataset,
        "email_message_id": one.message_id.strip().strip("<>") or None,
        "email_from_address": sender or None,
        "email_return_path": sender or None,
        "email_sender_domain": [sender.rpartition("@")[2]] if sender else None,
        "email_delivered_to": list(one.recipients) or None,
        "email_recipient_domain": list(domains) or None,
        "email_subject": one.subject or None,
        "email_hop_address": list(one.hops) or None,
    }
