"""What of a mail agreed with a question, and the excerpt that shows it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sekimori.model.query import And, Contains, Field, Not, Or, Query
from sekimori.search.locating import Span, spans_of
from sekimori.values.text import fold

__all__ = ["Agreed", "Excerpt", "Values", "agreed", "values_of"]

Values = Mapping[Field, Sequence[str]]
"""The texts of a mail by field, as they were decoded."""

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

_MESSAGE_COLUMNS: dict[Field, tuple[str, ...]] = {
    Field.FROM: (
        *("email_from_address", "email_from_name", "email_sender_address", "email_return_path"),
        "email_reply_to_address",
    ),
    Field.TO: ("email_to_address", "email_cc_address", "email_delivered_to"),
    Field.CC: ("email_cc_address",),
    Field.NAME: ("email_from_name",),
    Field.SUBJECT: ("email_subject",),
    Field.BODY: ("email_body_text",),
    Field.URL: ("url_original",),
    Field.DOMAIN: (
        *("email_sender_domain", "email_recipient_domain", "email_hop_domain", "url_domain", "body_domain"),
    ),
    Field.IP: ("email_hop_address", "body_address", "url_domain"),
    Field.HASH: ("hash_sha256",),
    Field.MESSAGE_ID: ("email_message_id",),
}
_ATTACHMENT_COLUMNS: dict[Field, tuple[str, ...]] = {
    Field.ATTACHMENT: ("file_name",),
    Field.CONTENT: ("file_text",),
    Field.HASH: ("hash_md5", "hash_sha1", "hash_sha256"),
}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a field around a hit: its text, and where in it the hits stand. `is_cut` at either end."""

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


def values_of(
    message: Mapping[str, object], attachments: Sequence[Mapping[str, object]], mailboxes: Sequence[str] = ()
) -> Values:
    """The texts of a mail by field, from the rows of its records."""
    found: dict[Field, list[str]] = {Field.MAILBOX: list(mailboxes)}
    for field, columns in _MESSAGE_COLUMNS.items():
        found.setdefault(field, []).extend(text for name in columns for text in _texts(message.get(name)))
    for field, columns in _ATTACHMENT_COLUMNS.items():
        texts = (text for row in attachments for name in columns for text in _texts(row.get(name)))
        found.setdefault(field, []).extend(texts)
    return found


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


def _found(field: Field, asked: Contains, texts: Sequence[str]) -> tuple[str, list[Span]] | None:
    """The first text of a field that holds what was asked for. A domain is asked for as such only by its field."""
    parts = asked.parts
    for text in texts:
        if field is Field.HASH:
            spans = [(0, len(text))] if (text.lower(),) == parts else None
        elif asked.field is Field.DOMAIN and len(parts) == 1:
            spans = _below(text, fold(parts[0]).removeprefix("."))
        else:
            spans = spans_of(text, parts)
        if spans is not None:
            return text, spans
    return None


def _below(domain: str, above: str) -> list[Span] | None:
    lower = domain.lower()
    return [(len(domain) - len(above), len(domain))] if f".{lower}".endswith(f".{above}") else None


def _excerpt(field: Field, text: str, spans: list[Span]) -> Excerpt:
    begin = max(0, spans[0][0] - _BEFORE)
    if begin and (blank := _BLANK_BEFORE.search(text[max(0, begin - _BEFORE) : begin])):
        begin -= len(blank[1])  # no word, and above all no address, is shown without its beginning
    end = min(len(text), spans[0][1] + _AFTER)
    hits = tuple((first - begin, last - begin) for first, last in spans if last <= end)
    return Excerpt(field, text[begin:end], hits, begin > 0, end < len(text))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
