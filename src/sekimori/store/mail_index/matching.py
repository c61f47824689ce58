"""Whether a mail is what was asked for: the question's tree, folded once, over the folded text of each mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, folded, folded_question
from sekimori.store.mail_index.grams import hashes_at
from sekimori.store.mail_index.mails import Part, microseconds
from sekimori.values import address, domain
from sekimori.values.errors import InvalidValue

__all__ = [
    "PARTS",
    "Candidate",
    "Mailboxes",
    "Matcher",
    "domain_asked",
    "hash_asked",
    "holds_in_turn",
    "is_within",
    "matcher",
    "network_asked",
]

PARTS: dict[Field, tuple[Part, ...]] = {
    Field.FROM: (Part.FROM, Part.NAME, Part.SENDER),
    Field.TO: (Part.TO, Part.CC),
    Field.CC: (Part.CC,),
    Field.NAME: (Part.NAME,),
    Field.SUBJECT: (Part.SUBJECT,),
    Field.BODY: (Part.BODY,),
    Field.ATTACHMENT: (Part.ATTACHMENT,),
    Field.CONTENT: (Part.CONTENT,),
    Field.URL: (Part.URL,),
    Field.DOMAIN: (Part.DOMAIN,),
    Field.IP: (Part.IP,),
    Field.HASH: (Part.HASH, Part.FILE_HASH),
    Field.MESSAGE_ID: (Part.MESSAGE_ID,),
}
"""Where a field of a question is looked for in a mail's text."""


@dataclass(slots=True)
class Candidate:
    """A mail to be looked at. Its text is fetched only when a condition needs it. `times` are those it has."""

    evidence: int
    times: tuple[int, ...]
    is_encrypted: bool
    fetch: Callable[[], str]
    _text: str | None = None
    _fields: list[str] | None = None

    @property
    def text(self) -> str:
        """The folded text."""
        if self._text is None:
            self._text = self.fetch()
        return self._text

    def fields(self, parts: Sequence[Part]) -> list[str]:
        """Some fields of it, each with all its values."""
        if self._fields is None:
            self._fields = self.text.split(FIELD_END)
        return [self._fields[part] for part in parts]

    def values(self, parts: Sequence[Part]) -> list[str]:
        """The values of some fields."""
        return [value for one in self.fields(parts) if one for value in one.split(VALUE_END)]


Matcher = Callable[[Candidate], bool]
Mailboxes = Callable[[tuple[str, ...]], frozenset[int]]
"""The evidence whose mailbox holds the folded parts one after the other."""

_ALL = tuple(part for part in Part if part not in PARTS[Field.HASH])


def matcher(query: Query, mailboxes: Mailboxes) -> Matcher:
    """The test that a question amounts to."""
    match query:
        case Contains():
            return _contains(query, mailboxes)
        case Between(after, before):
            return _between(microseconds(after) if after else None, microseconds(before) if before else None)
        case HasEncrypted():
            return lambda one: one.is_encrypted
        case And(parts):
            return _all_of([matcher(part, mailboxes) for part in parts])
        case Or(parts):
            return _any_of([matcher(part, mailboxes) for part in parts])
        case Not(part):
            inner = matcher(part, mailboxes)
            return lambda one: not inner(one)


def domain_asked(query: Contains) -> str | None:
    """The domain name that a question asks for, in its normal form; None where what is asked for is none."""
    if query.field is not Field.DOMAIN or len(query.parts) != 1:
        return None
    try:
        return domain.normal(query.parts[0].strip().removeprefix("."))
    except InvalidValue:
        return None


def network_asked(query: Contains) -> str | None:
    """The network that a question asks for, an address as one of its own; None where a part of an address is asked."""
    if query.field is not Field.IP or len(query.parts) != 1:
        return None
    try:
        return address.network(query.parts[0].strip())
    except InvalidValue:
        return None


def is_within(value: str, network: str) -> bool:
    """Whether a value is an address of a network; what a header has in the place of one may be none."""
    try:
        return address.contains(network, value)
    except InvalidValue:
        return False


def hash_asked(query: Contains) -> str | None:
    """The hash that a question asks for."""
    is_whole = query.field is Field.HASH and len(query.parts) == 1
    return folded(query.parts[0]) if is_whole else None


def holds_in_turn(value: str, parts: Sequence[str]) -> bool:
    """Whether a value holds the parts one after the other, none over another."""
    at = 0
    for part in parts:
        at = value.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _all_of(tests: Sequence[Matcher]) -> Matcher:
    return lambda one: all(test(one) for test in tests)


def _any_of(tests: Sequence[Matcher]) -> Matcher:
    return lambda one: any(test(one) for test in tests)


def _between(after: int | None, before: int | None) -> Matcher:
    def holds(one: Candidate) -> bool:
        return any((after is None or time >= after) and (before is None or time < before) for time in one.times)

    return holds


def _contains(query: Contains, mailboxes: Mailboxes) -> Matcher:
    parts = tuple(map(folded_question, query.parts))
    if query.field is Field.MAILBOX:
        held = mailboxes(parts)
        return lambda one: one.evidence in held
    if (name := domain_asked(query)) is not None:
        return lambda one: any(domain.is_below(value, name) for value in one.values((Part.DOMAIN,)))
    if (network := network_asked(query)) is not None:
        return lambda one: any(is_within(value, network) for value in one.values((Part.IP,)))
    if (hash_ := hash_asked(query)) is not None:
        return lambda one: hash_ in one.values(PARTS[Field.HASH])
    if query.field is Field.ANY:
        return _anywhere(parts)
    where = PARTS[query.field]
    if len(parts) == 1 and parts[0]:
        return lambda one: any(parts[0] in field for field in one.fields(where))
    return lambda one: any(holds_in_turn(value, parts) for value in one.values(where))


def _anywhere(parts: tuple[str, ...]) -> Matcher:
    if len(parts) > 1 or not parts[0]:
        return lambda one: any(holds_in_turn(value, parts) for value in one.values(_ALL))
    sought = parts[0]

    def holds(one: Candidate) -> bool:
        text = one.text
        at = text.find(sought)
        # The last fields, the hashes, are none of those that are searched.
        return at >= 0 and at < hashes_at(text)

    return holds
