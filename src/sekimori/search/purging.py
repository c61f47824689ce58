"""Commands with which an administrator takes messages out of the mailboxes of Exchange Online."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sekimori.search.translation import phrase
from sekimori.search.translations.exchange import literal

__all__ = ["Message", "purge_commands"]

_WHEN = timedelta(days=1)
"""The sender's clock may be wrong, so a day on either side counts too."""


@dataclass(frozen=True, slots=True)
class Message:
    """What messages are found by: they share sender and subject, and were sent between `first` and `last`."""

    sender: str
    subject: str
    first: datetime | None
    last: datetime | None
    message_ids: tuple[str, ...]


def purge_commands(found: Sequence[Message]) -> str:
    """A script for Security & Compliance PowerShell: for each message a search, and the purge of what it found.

    The purge is commented out, as the found items have to be looked at first. It takes away up to 10 items of a
    mailbox at a time, softly (learn.microsoft.com/powershell/module/exchange/new-compliancesearchaction,
    learn.microsoft.com/purview/edisc-search-mailbox-data). Message-IDs are not indexed for such a search, so each
    stands beside it with its message trace. Where no subject is known there is no search: by sender and day alone it
    would find other mail too.
    """
    lines = [
        "# Look at what each search finds (Get-ComplianceSearch, preview) before you take the # off a purge.",
        "Connect-IPPSSession -EnableSearchOnlySession",
    ]
    for number, one in enumerate(found, 1):
        name = literal(f"sekimori-recall-{number}")
        traced = (literal(f"<{id_}>") for id_ in one.message_ids)
        lines += ["", *(f"# Get-MessageTraceV2 -MessageId {id_}" for id_ in traced)]
        query = _query(one)
        if query is None:
            lines.append(f"# From {literal(one.sender)}: no subject is known, so no search finds this message alone.")
            continue
        lines += [
            f"New-ComplianceSearch -Name {name} -ExchangeLocation All -ContentMatchQuery {literal(query)}",
            f"Start-ComplianceSearch -Identity {name}",
            f"# New-ComplianceSearchAction -SearchName {name} -Purge -PurgeType SoftDelete",
        ]
    return "\r\n".join([*lines, ""])


def _query(one: Message) -> str | None:
    """What finds the message; None where no subject is known."""
    subject = phrase(one.subject)
    if subject == '""':
        return None
    parts = ["kind:email", *([f"from:{phrase(one.sender)}"] if one.sender else []), f"subject:{subject}"]
    if one.first is not None and one.last is not None:
        first, last = (time.astimezone(UTC) for time in (one.first - _WHEN, one.last + _WHEN))
        parts.append(f"sent>={first:%Y-%m-%d} AND sent<={last:%Y-%m-%d}")
    return " AND ".join(parts)
