"""The candidate index: which mails can hold what is asked for.

    w       words (`grams.Letters`), but for those of the hashes
    h       beginnings of the words of the hashes
    c       grams; tokens of a mail that is encrypted or has a word too long for the index
    order   where the mail stands among all (`mails.order_of`); received: the same by when the nearest hop took it
    number  of the mail in the text store

A `Plan` finds every mail that answers; where it is exact, only those.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import tantivy
from tantivy import Occur

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.mail_index.folding import folded_question
from sekimori.store.mail_index.grams import LONG, WORD, WORD_MAX, Letters, grams_of
from sekimori.store.mail_index.mails import UNDATED, microseconds, order_of
from sekimori.store.mail_index.matching import domain_asked, hash_asked, network_asked
from sekimori.store.mail_index.terms import TERMS_MOST, Terms
from sekimori.store.mail_index.texts import DamagedIndex

__all__ = ["ENCRYPTED", "Plan", "Planner", "told"]

ENCRYPTED = "\x03encrypted"
"""The token of a mail with an attachment that needs a password."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A question to the candidate index; None asks for all mails."""

    query: tantivy.Query | None
    is_exact: bool = False


_TERMS_OF_A_PAGE = 3_000
"""As `TERMS_MOST`, where grams exclude mails too: for the first few hits, to look up more costs more than it saves."""
_TERMS_OF_ALL = 1_000_000
"""The same for all hits: to look up however many words costs less than to read every text."""
_NO_TEXT = re.compile("[\ud800-\udfff]")
"""Halves of characters, as an argument of a command may hold them: no mail does, and the engine takes none."""
_ALL = Plan(None)
_LAST = (1 << 64) - 1


@contextmanager
def told() -> Iterator[None]:
    """What the index engine raises on damaged files, as `DamagedIndex`."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise DamagedIndex(str(error)) from error
    except BaseException as error:
        # A panic of the engine is no `Exception`, and its class has no name to import.
        if type(error).__name__ == "PanicException":
            raise DamagedIndex(str(error)) from error
        raise


class Planner:
    """Plans questions for one state of the index; for a page, of which few candidates will be looked at, cheaply."""

    def __init__(
        self, index: tantivy.Index, letters: Letters, terms: Callable[[], Terms], *, is_page: bool = False
    ) -> None:
        self._index, self._schema, self._letters, self._terms = index, index.schema, letters, terms
        self._is_page = is_page
        self._has_long = index.searcher().doc_freq("c", LONG) > 0

    def of_a_page(self) -> "Planner":
        """One for pages."""
        return Planner(self._index, self._letters, self._terms, is_page=True)

    def plan(self, query: Query) -> Plan:
        """The plan of a question."""
        match query:
            case Contains():
                return self._contains(query)
            case HasEncrypted():
                return Plan(self._term("c", ENCRYPTED), is_exact=True)
            case Between(after, before):
                return self._between(microseconds(after) if after else None, microseconds(before) if before else None)
            case And(parts):
                plans = [self.plan(part) for part in parts]
                return Plan(_all_of(one.query for one in plans), all(one.is_exact for one in plans))
            case Or(parts):
                plans = [self.plan(part) for part in parts]
                return Plan(_any_of([one.query for one in plans]), all(one.is_exact for one in plans))
            case Not(part):
                inner = self.plan(part)
                return (
                    Plan(_none_of(inner.query), is_exact=True) if inner.is_exact and inner.query is not None else _ALL
                )

    def _contains(self, query: Contains) -> Plan:
        if query.field is Field.MAILBOX:
            return _ALL
        if (name := domain_asked(query)) is not None:
            return Plan(self._holding(name, "w", is_whole=True))
        if (network := network_asked(query)) is not None:
            return Plan(self._holding(_common_start(network), "w"))
        if (hash_ := hash_asked(query)) is not None:
            return Plan(self._holding(hash_, "h", is_whole=True))
        parts = [folded_question(part) for part in query.parts]
        field = "h" if query.field is Field.HASH else "w"
        found = _all_of(self._holding(part, field) for part in parts)
        is_exact = query.field is Field.ANY and len(parts) == 1 and _is_one_token(parts[0]) and not self._has_long
        return Plan(found, is_exact=is_exact and found is not None)

    def _holding(self, text: str, field: str, *, is_whole: bool = False) -> tantivy.Query | None:
        """The mails that can hold a folded text, at a word's ends where it is a whole one."""
        if _NO_TEXT.search(text):
            return None
        conditions: list[tantivy.Query | None] = [self._term("c", gram) for gram in dict.fromkeys(grams_of(text))]
        most = (_TERMS_OF_A_PAGE if conditions else TERMS_MOST) if self._is_page else _TERMS_OF_ALL
        for found in WORD.finditer(text):
            from_start, to_end = is_whole or found.start() > 0, is_whole or found.end() < len(text)
            if is_whole or not _is_in_a_gram(text, *found.span()):
                conditions.append(self._word(found.group(), field, from_start=from_start, to_end=to_end, most=most))
        query = _all_of(conditions)
        return _any_of([query, self._term("c", LONG)]) if query is not None and self._has_long else query

    def _word(self, word: str, field: str, *, from_start: bool, to_end: bool, most: int) -> tantivy.Query | None:
        if len(word) >= WORD_MAX:
            return None
        written = self._letters.hashes(word) if field == "h" else self._letters.words(word)
        if from_start and to_end:
            return self._term(field, written)
        if field == "h":  # hashes are looked up whole; a part of one is looked for in the text
            return None
        words = self._terms().holding(written, from_start=from_start, to_end=to_end, most=most)
        if words is None:
            return None
        return tantivy.Query.term_set_query(self._schema, field, words) if words else tantivy.Query.empty_query()

    def _between(self, after: int | None, before: int | None) -> Plan:
        first = UNDATED if after is None else order_of(after, 0)
        last = _LAST if before is None else order_of(before, 0)
        ranges = [self._range(field, first, last, include_last=before is None) for field in ("order", "received")]
        return Plan(_any_of(ranges), is_exact=True)

    def undated(self) -> tantivy.Query:
        """The mails that have no time."""
        return self._range("order", 0, UNDATED, include_last=False)

    def _range(self, field: str, first: int, last: int, *, include_last: bool) -> tantivy.Query:
        kind = tantivy.FieldType.Unsigned
        return tantivy.Query.range_query(self._schema, field, kind, first, last, include_upper=include_last)

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token, index_option="basic")


def _common_start(network: str) -> str:
    """What the addresses of a network begin with, in every way to write them; empty for nothing.

    An IPv6 address may be written with leading zeros or without: its first number tells enough.
    """
    start, _, width = network.partition("/")
    if ":" in start:
        first = start.partition(":")[0]
        return f"{first}:" if first and int(width) >= 16 else ""
    octets = start.split(".")[: int(width) // 8]
    return ".".join(octets) + "." * (0 < len(octets) < 4)


def _is_in_a_gram(text: str, begin: int, end: int) -> bool:
    """Whether a word of one letter at an edge of a text is part of a gram: it need not be looked up as a word then."""
    if end - begin > 1 or (begin > 0 and end < len(text)):
        return False
    near, beyond = (text[1:2], text[2:3]) if begin == 0 else (text[-2:-1], text[-3:-2])
    return bool(near) and (not near.isascii() or (bool(beyond) and beyond.isascii()))


def _is_one_token(text: str) -> bool:
    """Whether a text is found exactly by one look-up."""
    if WORD.fullmatch(text):
        return len(text) < WORD_MAX
    return (len(text) == 1 and not text.isascii()) or (len(text) == 2 and not text.isascii())


def _all_of(queries: Iterable[tantivy.Query | None]) -> tantivy.Query | None:
    """All conditions that there are; None where there are none."""
    there = [one for one in queries if one is not None]
    if len(there) < 2:
        return there[0] if there else None
    return tantivy.Query.boolean_query([(Occur.Must, one) for one in there])


def _any_of(queries: Sequence[tantivy.Query | None]) -> tantivy.Query | None:
    """One condition of some; None where one of them is none, and so excludes nothing."""
    if not queries:
        return tantivy.Query.empty_query()
    if any(one is None for one in queries):
        return None
    return tantivy.Query.boolean_query([(Occur.Should, cast("tantivy.Query", one)) for one in queries])


def _none_of(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(Occur.Must, tantivy.Query.all_query()), (Occur.MustNot, query)])
