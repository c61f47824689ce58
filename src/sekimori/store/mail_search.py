"""Searching all mail of an organisation exactly.

The index only proposes; whether a mail is what was asked for is decided on its folded text. Mails that the index does
not have yet are read from the evidence tables. Newest first, undated mails last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Self

from sekimori.model.kinds import ATTACHMENT
from sekimori.model.organisation import Organisation
from sekimori.model.query import Query
from sekimori.model.report import N_
from sekimori.store.mail_index.folding import folded
from sekimori.store.mail_index.mails import IndexedMail, mails
from sekimori.store.mail_index.matching import Candidate, Matcher, holds_in_turn, matcher
from sekimori.store.mail_index.state import mail_evidence, mailbox_names, unread_mail
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["MailSearch", "Unsearched"]

NEEDS_PASSWORD = N_("it needs a password")
"""Why what is inside an attachment was not searched."""


@dataclass(frozen=True, slots=True)
class Unsearched:
    """What could not be searched: a part of a mail (its number and name), or, where `part` is empty, a whole mail."""

    evidence: int
    part: str
    name: str
    reason: str


class MailSearch:
    """Questions to one organisation's mail, as it is when the context is entered."""

    def __init__(self, workspace: Workspace, organisation: Organisation) -> None:
        self._workspace, self._organisation = workspace, organisation

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""

    def page(self, query: Query, *, limit: int, skip: int = 0) -> list[int]:
        """The evidence of some messages that answer, newest first: `limit` of them after the first `skip`."""
        return list(islice(self._hits(query), skip, skip + limit))

    def all(self, query: Query) -> list[int]:
        """The evidence of every message that answers, newest first."""
        return list(self._hits(query))

    def unsearched(self) -> list[Unsearched]:
        """What could not be searched, or not wholly."""
        columns = ["source", "mime_part", "file_name", "encrypted", "file_unsearched"]
        with Reading(self._workspace, self._organisation) as reading:
            rows = reading.filled_records(ATTACHMENT.name, columns=columns, filled="file_unsearched").to_pylist()
            locked = reading.records(ATTACHMENT.name, columns=columns, where={"encrypted": [True]}).to_pylist()
        rows += [{**row, "file_unsearched": NEEDS_PASSWORD} for row in locked if row["file_unsearched"] is None]
        parts = [
            Unsearched(row["source"], row["mime_part"] or "", row["file_name"] or "", row["file_unsearched"])
            for row in rows
        ]
        whole = [Unsearched(id_, "", name, why) for id_, name, why in unread_mail(self._workspace, self._organisation)]
        return sorted([*parts, *whole], key=lambda one: (one.evidence, one.part, one.name, one.reason))

    def _hits(self, query: Query) -> Iterator[int]:
        holds = matcher(query, self._mailboxes)
        found = sorted(self._scanned(holds), reverse=True)
        return (evidence for _, evidence in found)

    def _scanned(self, holds: Matcher) -> Iterator[tuple[int, int]]:
        """The hits among the mails that the index does not have: order and evidence."""
        with Reading(self._workspace, self._organisation) as reading:
            for mail in mails(reading, mail_evidence(self._workspace, self._organisation)):
                if holds(_candidate(mail)):
                    yield mail.order, mail.evidence

    def _mailboxes(self, parts: tuple[str, ...]) -> frozenset[int]:
        names = mailbox_names(self._workspace, self._organisation)
        return frozenset(
            evidence for name, held in names.items() if holds_in_turn(folded(name), parts) for evidence in held
        )


def _candidate(mail: IndexedMail) -> Candidate:
    return Candidate(mail.evidence, mail.time, mail.is_encrypted, lambda: mail.text)
