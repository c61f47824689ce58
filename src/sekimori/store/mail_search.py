"""Searching all mail of an organisation exactly.

The index only proposes; whether a mail is what was asked for is decided on its folded text. Mails that the index does
not have yet, and those of which an attachment was opened later, are read from the evidence tables. Newest first,
undated mails last.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import merge
from importlib import import_module
from itertools import islice
from types import ModuleType
from typing import TYPE_CHECKING, Self, TypeVar

from sekimori.model.organisation import Organisation
from sekimori.model.query import And, Between, Not, Or, Query
from sekimori.store.errors import WorkspaceError
from sekimori.store.mail_index.folding import folded
from sekimori.store.mail_index.generation import current
from sekimori.store.mail_index.index import MailIndex
from sekimori.store.mail_index.mails import IndexedMail
from sekimori.store.mail_index.matching import Candidate, Matcher, holds_in_turn, matcher
from sekimori.store.mail_index.searching import indexed_hits
from sekimori.store.mail_index.standing import Standing, standing
from sekimori.store.mail_index.state import evidence_names, mail_evidence, mailbox_names, unread_mail
from sekimori.store.mail_index.texts import DamagedIndex
from sekimori.store.workspace import Workspace
from sekimori.values.wording import N_

if TYPE_CHECKING:
    from sekimori.store.mail_index.unindexed import Unindexed

__all__ = ["MailSearch", "Unsearched"]

NEEDS_PASSWORD = N_("it needs a password")
"""Why what is inside an attachment was not searched."""

_LOOKED_AT = 1_000
"""So many mails are rather looked at than looked for."""

NO_TIME = N_("it has no time: no question about time finds it")
"""Why a mail was not looked at by a question about time."""

T = TypeVar("T")


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
        self.workspace, self.organisation = workspace, organisation
        self._index, self._standing = _opened(workspace, organisation)
        self._inside = self._standing.inside
        self._missing = self._not_indexed()
        self._unindexed: Unindexed | None = None

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

    @property
    def logs(self) -> Sequence[tuple[int, str]]:
        """Logs of deliveries, which hold no mails (see `store.logged_mail`): evidence and name."""
        return self._standing.logs

    def agreeing(self, query: Query, evidence: Sequence[int]) -> set[int]:
        """Those of some mails that answer."""
        if len(evidence) > _LOOKED_AT:
            return set(self.all(query)).intersection(evidence)
        holds = matcher(query, self._mailboxes)
        return {one.evidence for one in self.mails(evidence) if holds(_candidate(one))}

    def mails(self, evidence: Sequence[int]) -> list[IndexedMail]:
        """The mails of some evidence, in its order; those purged meanwhile are left out."""
        return self._answered(lambda: self._mails(evidence))

    def unsearched(self, query: Query | None = None) -> list[Unsearched]:
        """What could not be searched, or not wholly; by a question about time, mails that have none."""
        found = self._answered(lambda: list(self._unsearched_parts()))
        parts = [Unsearched(id_, part, name, why or NEEDS_PASSWORD) for id_, part, name, why in found]
        whole = [Unsearched(id_, "", name, why) for id_, name, why in unread_mail(self.workspace, self.organisation)]
        undated = self._undated() if query is not None and _asks_for_time(query) else []
        return sorted([*parts, *whole, *undated], key=lambda one: (one.evidence, one.part, one.name, one.reason))

    def _undated(self) -> list[Unsearched]:
        ids = self._answered(lambda: list(self._without_time()))
        names = evidence_names(self.workspace, self.organisation, ids)
        return [Unsearched(one, "", names.get(one, ""), NO_TIME) for one in ids]

    def _without_time(self) -> Iterator[int]:
        if self._index is not None and self._index.count:
            numbers = self._index.numbers(self._index.planner.undated(), limit=self._index.count, skip=0)
            found = (self._index.texts.evidence(number) for number in numbers)
            yield from (one for one in found if one not in self._inside)
        if self._missing:
            yield from (mail.evidence for mail in self._beyond().mails() if not mail.times)

    def _unsearched_parts(self) -> Iterator[tuple[int, str, str, str]]:
        if self._index is not None:
            for number in self._index.texts.with_unsearched():
                mail = self._index.texts.mail(number)
                if mail.evidence not in self._inside:
                    yield from ((mail.evidence, *one) for one in mail.notes.unsearched)
        if self._missing or self._standing.apart:
            yield from self._beyond().unsearched(self._standing.apart)

    def _mails(self, evidence: Sequence[int]) -> list[IndexedMail]:
        found: dict[int, IndexedMail] = {}
        if self._index is not None:
            texts = self._index.texts
            numbers = ((one, texts.number(one)) for one in evidence if one not in self._inside)
            found = {one: texts.mail(number) for one, number in numbers if number is not None}
        if others := [one for one in evidence if one not in found]:
            found |= {mail.evidence: mail for mail in self._beyond().of(others)}
        return [found[one] for one in evidence if one in found]

    def _answered(self, ask: Callable[[], T]) -> T:
        """An answer; where the index turns out to be damaged, without it, and it is made anew."""
        try:
            return ask()
        except DamagedIndex:
            self.close()
            self._index = _made_anew(self.workspace, self.organisation)
            self._missing, self._unindexed = self._not_indexed(), None
            return ask()

    def _not_indexed(self) -> list[int]:
        """The evidence with mails that the index does not have, or not as they are now."""
        if self._index is None:
            return mail_evidence(self.workspace, self.organisation)
        if self._index.count == self._standing.mails:
            return sorted(self._inside)
        new = set(mail_evidence(self.workspace, self.organisation)) - self._index.evidence
        return sorted(new | self._inside.keys())

    def _hits(self, query: Query, *, is_page: bool) -> Iterator[int]:
        """The evidence of the hits, newest first."""
        holds = matcher(query, self._mailboxes)
        scanned = sorted(self._scanned(holds), reverse=True) if self._missing else []
        if self._index is None:
            return (evidence for _, evidence in scanned)
        indexed = indexed_hits(self._index, query, holds, is_page=is_page)
        current = (hit for hit in indexed if hit[1] not in self._inside)
        return (evidence for _, evidence in merge(current, scanned, reverse=True))

    def _scanned(self, holds: Matcher) -> Iterator[tuple[int, int]]:
        """The hits among the mails that the index does not have: order and evidence."""
        for mail in self._beyond().mails():
            if holds(_candidate(mail)):
                yield mail.order, mail.evidence

    def _beyond(self) -> "Unindexed":
        if self._unindexed is None:
            # Brings the query engine, which most questions do not need.
            from sekimori.store.mail_index.unindexed import Unindexed  # noqa: PLC0415

            self._unindexed = Unindexed(self.workspace, self.organisation, self._missing, self._inside)
        return self._unindexed

    def _mailboxes(self, parts: tuple[str, ...]) -> frozenset[int]:
        names = mailbox_names(self.workspace, self.organisation)
        return frozenset(
            evidence for name, held in names.items() if holds_in_turn(folded(name), parts) for evidence in held
        )


def _candidate(mail: IndexedMail) -> Candidate:
    return Candidate(mail.evidence, mail.times, mail.is_encrypted, partial(str, mail.text))


def _asks_for_time(query: Query) -> bool:
    match query:
        case And(parts) | Or(parts):
            return any(map(_asks_for_time, parts))
        case Not(part):
            return _asks_for_time(part)
    return isinstance(query, Between)


def _opened(workspace: Workspace, organisation: Organisation) -> tuple[MailIndex | None, Standing]:
    """The index, brought up to date first where nobody else is at it, and what it is measured by.

    None where there is no index that can be used.
    """
    index, found = _as_it_is(workspace, organisation)
    if index is not None and index.count == found.mails:
        return index, found
    try:
        _feeding().catch_up(workspace, organisation, wait=0)
    except (WorkspaceError, OSError):
        return index, found  # busy, no room, no right to write: what is missing is read from the tables
    if index is not None:
        index.close()
    return _as_it_is(workspace, organisation)


def _made_anew(workspace: Workspace, organisation: Organisation) -> MailIndex | None:
    try:
        _feeding().rebuild(workspace, organisation)
    except (WorkspaceError, OSError):
        return None
    return _as_it_is(workspace, organisation)[0]


def _feeding() -> ModuleType:
    """What writes the index; it brings the query engine, which most questions do not need."""
    return import_module("sekimori.store.mail_index.feeding")


def _as_it_is(workspace: Workspace, organisation: Organisation) -> tuple[MailIndex | None, Standing]:
    folder = current(workspace, organisation)
    found = standing(workspace, organisation, folder)
    try:
        return (MailIndex(workspace, folder) if folder else None), found
    except DamagedIndex:
        return None, found
