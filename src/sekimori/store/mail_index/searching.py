"""Hits in the index: candidates, newest first, in pages that grow, each verified on its text."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby, takewhile

import tantivy

from sekimori.model.query import Contains, Query
from sekimori.store.mail_index.index import MailIndex
from sekimori.store.mail_index.matching import Candidate, Matcher

__all__ = ["indexed_hits"]

_FIRST_PAGE = 64
_GROWTH = 16
_NEWEST = 300
_SHORT = 4
_TRIED, _FREQUENT = 60, 4
"""A text that stands in fewer than the second of the first so many mails is not among the frequent ones."""


def indexed_hits(index: MailIndex, query: Query, holds: Matcher, *, is_page: bool) -> Iterator[tuple[int, int]]:
    """The hits, newest first: order and evidence. `is_page`: only the first few will be taken."""
    if not index.count:
        return
    read = _Records(index, holds)
    seen: dict[int, bool] = {}
    if is_page and _is_short(query):
        for number in _among_the_newest(index, read, seen):
            yield read.order(number), read.evidence(number)
    plan = (index.planner.of_a_page() if is_page else index.planner).plan(query)
    numbers = _candidates(index, plan.query or tantivy.Query.all_query(), is_page=is_page)
    for order, group in groupby(numbers, read.order):
        # The index knows no order among mails of the same moment.
        for number in sorted(group, key=read.evidence, reverse=True):
            if number not in seen and (plan.is_exact or read.holds(number)):
                yield order, read.evidence(number)


def _among_the_newest(index: MailIndex, read: "_Records", seen: dict[int, bool]) -> Iterator[int]:
    """The hits among the newest mails, as long as there are many.

    Most short texts stand in many mails: looking at the newest is quicker than looking up all words that match.
    """
    newest = index.numbers(tantivy.Query.all_query(), limit=_NEWEST, skip=0)
    if index.count > _NEWEST:  # of the last moment some may be beyond
        last = read.order(newest[-1])
        newest = list(takewhile(lambda number: read.order(number) != last, newest))
    newest.sort(key=lambda number: (read.order(number), read.evidence(number)), reverse=True)
    for count, number in enumerate(newest):
        if count == _TRIED and sum(seen.values()) < _FREQUENT:
            return
        seen[number] = read.holds(number)
        if seen[number]:
            yield number


def _candidates(index: MailIndex, query: tantivy.Query, *, is_page: bool) -> Iterator[int]:
    limit, skip = _FIRST_PAGE if is_page else index.count, 0
    while found := index.numbers(query, limit=limit, skip=skip):
        yield from found
        if len(found) < limit:
            return
        skip += limit
        limit *= _GROWTH


def _is_short(query: Query) -> bool:
    if not isinstance(query, Contains) or len(query.parts) != 1:
        return False
    return len(query.parts[0]) <= _SHORT and query.parts[0].isascii()


class _Records:
    """The mails of the index, by number."""

    def __init__(self, index: MailIndex, holds: Matcher) -> None:
        self._texts, self._holds = index.texts, holds
        self.order, self.evidence = index.texts.order, index.texts.evidence

    def holds(self, number: int) -> bool:
        """Whether a mail is what was asked for."""
        texts = self._texts
        times, is_encrypted = texts.times(number), texts.is_encrypted(number)
        return self._holds(Candidate(texts.evidence(number), times, is_encrypted, partial(texts.text, number)))
