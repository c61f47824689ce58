"""What of a mail agreed with a question, and the excerpt that shows it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sekimori.model.query import And, Contains, Field, Not, Or, Query
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, folded, folded_question
from sekimori.store.mail_index.mails import IndexedMail
from sekimori.store.mail_index.matching import PARTS, is_within, network_asked

__all__ = ["Agreed", "Excerpt", "Values", "agreed", "values_of"]

Span = tuple[int, int]
"""First character and end."""

Values = Mapping[Field, Sequence[tuple[str, str]]]
"""The texts of a mail by field: as written, and folded to the same length; the values of each between `VALUE_END`."""

_BEFORE, _AFTER = 30, 90
"""Characters of an excerpt around the hit."""

_BLANK_BEFORE = re.compile(r"\s(\S*)$")

_ORDER = (
    *(
        Field.BODY,
        Field.CONTENT,
        Field.SUBJECT,
        Field.ATTACHMENT,
        Field.URL,
        Field.FROM,
        Field.NAME,
        Field.TO,
        Field.CC,
    ),
    *(Field.DOMAIN, Field.IP, Field.HASH, Field.MESSAGE_ID, Field.MAILBOX),
)
"""Which field an excerpt is taken from first: where a hit needs its surroundings most."""

_NOT_ANY = frozenset((Field.MAILBOX, Field.HASH))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a field around a hit: its text, and where in it the hits stand. `cut_…` where it is no end.

    Blanks and line breaks are one blank, and a line break between wide characters is none.
    """

    field: Field
    text: str
    hits: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """The fields that held something asked for, and the excerpt of the first of them; None where nothing can be
    shown (a question about time alone, or a hit in what the columns do not hold)."""

    fields: tuple[Field, ...]
    excerpt: Excerpt | None


def values_of(mail: IndexedMail, mailboxes: Sequence[str] = ()) -> Values:
    """The texts of a mail by field."""
    fields = list(zip(mail.written.split(FIELD_END), mail.text.split(FIELD_END), strict=True))
    found: dict[Field, Sequence[tuple[str, str]]] = {
        field: [fields[part] for part in parts] for field, parts in PARTS.items()
    }
    return {**found, Field.MAILBOX: list(map(_both, mailboxes))}


@lru_cache(maxsize=1024)
def _both(text: str) -> tuple[str, str]:
    as_searched = folded(text)
    return text if len(text) == len(as_searched) else as_searched, as_searched


def agreed(query: Query, values: Values) -> Agreed:
    """What agreed of a mail that a question found."""
    fields: dict[Field, None] = {}
    best: Excerpt | None = None
    for asked in _asked(query):
        for field in _ORDER if asked.field is Field.ANY else (asked.field,):
            if asked.field is Field.ANY and field in _NOT_ANY:
                continue
            found = _found(field, asked, values.get(field, ()))
            if found is None:
                continue
            fields[field] = None
            if best is None or _ORDER.index(field) < _ORDER.index(best.field):
                best = _excerpt(field, *found)
    return Agreed(tuple(field for field in Field if field in fields), best)


def _asked(query: Query) -> Iterator[Contains]:
    """The texts that a mail is to hold; not those that it must lack."""
    match query:
        case Contains():
            yield query
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _asked(part)
        case Not(part=Not(part=part)):
            yield from _asked(part)


@lru_cache(maxsize=64)
def _parts(asked: Contains) -> tuple[str, ...]:
    return tuple(map(folded_question, asked.parts))


def _found(field: Field, asked: Contains, texts: Sequence[tuple[str, str]]) -> tuple[str, list[Span]] | None:
    """The first value of a field that holds what was asked for. A domain is asked for as such only by its field."""
    parts = _parts(asked)
    is_domain = asked.field is Field.DOMAIN and len(parts) == 1
    network = network_asked(asked)
    for as_written, searched in texts:
        if not is_domain and network is None and parts[0] not in searched:
            continue
        for own, value in zip(as_written.split(VALUE_END), searched.split(VALUE_END), strict=True):
            if field is Field.HASH:
                spans = [(0, len(value))] if (value,) == parts else None
            elif network is not None:
                spans = [(0, len(value))] if is_within(value, network) else None
            else:
                spans = _below(value, parts[0].removeprefix(".")) if is_domain else _spans(value, parts)
            if spans is not None:
                return own, spans
    return None


def _spans(text: str, parts: Sequence[str]) -> list[Span] | None:
    """Where the parts stand, one behind the other, the earliest, without blanks at their ends."""
    spans, at = [], 0
    for part in parts:
        core = part.strip()
        found = text.find(part, at)
        if found < 0 or not core:
            return None
        at = found + len(part)
        begin = found + part.index(core)
        spans.append((begin, begin + len(core)))
    return spans


def _below(domain: str, above: str) -> list[Span] | None:
    return [(len(domain) - len(above), len(domain))] if f".{domain}".endswith(f".{above}") else None


def _excerpt(field: Field, text: str, spans: list[Span]) -> Excerpt:
    begin = max(0, spans[0][0] - _BEFORE)
    if begin and (blank := _BLANK_BEFORE.search(text[max(0, begin - _BEFORE) : begin])):
        begin -= len(blank[1])  # no word, and above all no address, is shown without its beginning
    end = min(len(text), spans[0][1] + _AFTER)
    hits = tuple((first - begin, last - begin) for first, last in spans if last <= end)
    return Excerpt(field, text[begin:end], hits, begin > 0, end < len(text))
