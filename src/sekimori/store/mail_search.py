"""Searching all mail of an organisation exactly.

The index only proposes; whether a mail is what was asked for is decided on its folded text. Mails that the index does
not have yet, and those of which an attachment was opened later, are read from the evidence tables. Newest first,
undated mails last.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import islice
from typing import Self

from sekimori.model.kinds import ATTACHMENT
from sekimori.model.organisation import Organisation
from sekimori.model.query import Query
from sekimori.model.report import N_
from sekimori.store.errors import WorkspaceError
from sekimori.store.mail_index.folding import folded
from sekimori.store.mail_index.generation import current
from sekimori.store.mail_index.index import MailIndex, catch_up, rebuild
from sekimori.store.mail_index.mails import IndexedMail, mails
from sekimori.store.mail_index.matching import Candidate, Matcher, holds_in_turn, matcher
from sekimori.store.mail_index.searching import indexed_hits
from sekimori.store.mail_index.state import (
    delivery_logs,
    mail_count,
    mail_evidence,
    mailbox_names,
    opened_inside,
    unread_mail,
)
from sekimori.store.mail_index.texts import DamagedIndex
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["MailSearch", "Unsearched"]

NEEDS_PASSWORD = N_("it needs a password")
"""Why what is inside an attachment was not searched."""


ONLY_A_LOG = N_("it tells of deliveries and holds no mails: it is hunted, not searched")
"""Why a log of deliveries was not searched."""

_KEPT_MAILS = 1_000
"""Mails outside the index that are kept in memory from one question to the next."""


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
        self._index = _opened(workspace, organisation)
        self._inside = opened_inside(workspace, organisation)
        self._missing = self._not_indexed()
        self._kept: list[IndexedMail] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        if self._index:
            self._index.close()

    def page(self, query: Query, *, limit: int, skip: int = 0) -> list[int]:
        """The evidence of some messages that answer, newest first: `limit` of them after the first `skip`."""
        return self._answered(lambda: list(islice(self._hits(query, is_page=True), skip, skip + limit)))

    def all(self, query: Query) -> list[int]:
        """The evidence of every message that answers, newest first."""
        return self._answered(lambda: list(self._hits(query, is_page=False)))

    def unsearched(self) -> list[Unsearched]:
        """What could not be searched, or not wholly."""
        columns = ["source", "mime_part", "file_name", "encrypted", "file_unsearched"]
        with Reading(self._workspace, self._organisation) as reading:
            rows = reading.filled_records(ATTACHMENT.name, columns=columns, filled="file_unsearched").to_pylist()
            locked = reading.records(ATTACHMENT.name, columns=columns, where={"encrypted": [True]}).to_pylist()
            opened = self._opened_parts(reading)
        rows += [{**row, "file_unsearched": NEEDS_PASSWORD} for row in locked if row["file_unsearched"] is None]
        rows = [r for r in rows if not (r["encrypted"] and (r["source"], _outermost(r["mime_part"])) in opened)]
        parts = [
            Unsearched(row["source"], row["mime_part"] or "", row["file_name"] or "", row["file_unsearched"])
            for row in rows
        ]
        whole = [Unsearched(id_, "", name, why) for id_, name, why in unread_mail(self._workspace, self._organisation)]
        logs = [Unsearched(id_, "", name, ONLY_A_LOG) for id_, name in self._logs()]
        return sorted([*parts, *whole, *logs], key=lambda one: (one.evidence, one.part, one.name, one.reason))

    def _opened_parts(self, reading: Reading) -> set[tuple[int, str]]:
        """The attachments whose content was opened later: the mail's evidence and the part."""
        mail_of = {one: mail for mail, inside in self._inside.items() for one in inside}
        where = {"source": list(mail_of)}
        rows = reading.records(ATTACHMENT.name, columns=["source", "mime_part"], where=where).to_pylist()
        return {(mail_of[row["source"]], _outermost(row["mime_part"])) for row in rows}

    def _logs(self) -> list[tuple[int, str]]:
        return delivery_logs(self._workspace, self._organisation)

    def _answered(self, ask: Callable[[], list[int]]) -> list[int]:
        """An answer; where the index turns out to be damaged, without it, and it is made anew."""
        try:
            return ask()
        except DamagedIndex:
            self.close()
            self._index = _made_anew(self._workspace, self._organisation)
            self._missing, self._kept = self._not_indexed(), None
            return ask()

    def _not_indexed(self) -> list[int]:
        """The evidence with mails that the index does not have, or not as they are now."""
        if self._index is None:
            return mail_evidence(self._workspace, self._organisation)
        if self._index.count == mail_count(self._workspace, self._organisation):
            return sorted(self._inside)
        new = set(mail_evidence(self._workspace, self._organisation)) - self._index.evidence
        return sorted(new | self._inside.keys())

    def _hits(self, query: Query, *, is_page: bool) -> Iterator[int]:
        """The evidence of the hits, newest first."""
        holds = matcher(query, self._mailboxes)
        scanned = sorted(self._scanned(holds), reverse=True)
        if self._index is None:
            return (evidence for _, evidence in scanned)
        indexed = indexed_hits(self._index, query, holds, is_page=is_page)
        current = (hit for hit in indexed if hit[1] not in self._inside)
        return (evidence for _, evidence in merge(current, scanned, reverse=True))

    def _scanned(self, holds: Matcher) -> Iterator[tuple[int, int]]:
        """The hits among the mails that the index does not have: order and evidence."""
        if not self._missing:
            return
        if self._kept is None and len(self._missing) <= _KEPT_MAILS:
            with Reading(self._workspace, self._organisation) as reading:
                self._kept = list(mails(reading, self._missing, self._inside))
        if self._kept is not None:
            yield from _hits_among(self._kept, holds)
            return
        with Reading(self._workspace, self._organisation) as reading:
            yield from _hits_among(mails(reading, self._missing, self._inside), holds)

    def _mailboxes(self, parts: tuple[str, ...]) -> frozenset[int]:
        names = mailbox_names(self._workspace, self._organisation)
        return frozenset(
            evidence for name, held in names.items() if holds_in_turn(folded(name), parts) for evidence in held
        )


def _outermost(part: str | None) -> str:
    """The number of the MIME part, without the names within its archives."""
    return (part or "").partition("!")[0]


def _opened(workspace: Workspace, organisation: Organisation) -> MailIndex | None:
    """The index, brought up to date first where nobody else is at it; None where there is none that can be used."""
    index = _as_it_is(workspace, organisation)
    if index is not None and index.count == mail_count(workspace, organisation):
        return index
    try:
        catch_up(workspace, organisation, wait=0)
    except (WorkspaceError, OSError):
        return index  # busy, no room, no right to write: what is missing is read from the tables
    if index is not None:
        index.close()
    return _as_it_is(workspace, organisation)


def _made_anew(workspace: Workspace, organisation: Organisation) -> MailIndex | None:
    try:
        rebuild(workspace, organisation)
    except (WorkspaceError, OSError):
        return None
    return _as_it_is(workspace, organisation)


def _as_it_is(workspace: Workspace, organisation: Organisation) -> MailIndex | None:
    folder = current(workspace, organisation)
    try:
        return MailIndex(workspace, folder) if folder else None
    except DamagedIndex:
        return None


def _hits_among(some: Iterable[IndexedMail], holds: Matcher) -> Iterator[tuple[int, int]]:
    for mail in some:
        if holds(Candidate(mail.evidence, mail.time, mail.is_encrypted, partial(str, mail.text))):
            yield mail.order, mail.evidence
