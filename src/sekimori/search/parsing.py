"""From what people type to the question as a tree.

    件名:輸出管理 添付:議事録
    from:@evil.example (subject:"export control" OR 本文：輸出＊管理) -to:press@example.jp 以後:令和8年10月1日

- Questions beside each other must all hold (`AND`, かつ); `OR`, または binds less; `NOT`, 除く and a leading `-` bind
  most; parentheses group, also behind a field: `subject:(a OR b)`.
- A text is looked for as a substring. Quotes (`"…"`, 「…」) keep blanks and signs; a closing quote written twice stands
  for itself. `*` stands for any characters. Full-width signs and blanks are as the narrow ones.
- `ip:` takes an address, a network (`203.0.113.0/24`), or a part of an address.
- `after:` begins with the day or time it names, `before:` ends before it, `until:` and 以前 end with it.
- Bare values of `url:`, `domain:`, `ip:`, `from:`, `to:` and `cc:` may be defanged (`evil[.]example`).
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.search.errors import QueryError
from sekimori.search.lexing import Kind, Token, tokens_of
from sekimori.search.names import ENCRYPTED, HAS, Limit, Operator
from sekimori.values import address, hashes
from sekimori.values.errors import InvalidValue
from sekimori.values.text import fold
from sekimori.values.wording import N_

__all__ = ["parse"]

_CHARACTERS = 8000
_DEEPEST = 30
_TERMS = 500

_DEFANGED = frozenset((Field.URL, Field.DOMAIN, Field.IP, Field.FROM, Field.TO, Field.CC))
_DAY = 86_400
_PART_OF_ADDRESS = re.compile(r"(?=.*[0-9.:])[0-9a-f.:]+")


def parse(text: str, zone: ZoneInfo) -> Query:
    """The question that a text asks; days and times without a zone are in `zone`. Raises `QueryError`."""
    if len(text) > _CHARACTERS:
        raise QueryError(_CHARACTERS + 1, N_("a query has at most {count} characters").format(count=_CHARACTERS))
    tokens = list(tokens_of(text))
    if sum(token.kind is Kind.TEXT for token in tokens) > _TERMS:
        raise QueryError(1, N_("a query asks for at most {count} texts").format(count=_TERMS))
    if not tokens:
        raise QueryError(1, N_("it asks for nothing"))
    parser = _Parser(tokens, len(text) + 1, zone)
    found = parser.any_of(Field.ANY, 0)
    if (rest := parser.next) is not None:
        raise QueryError(rest.column, N_("this parenthesis was not opened"))
    return found


class _Parser:
    """Goes over the tokens once, by recursive descent of bounded depth."""

    def __init__(self, tokens: Sequence[Token], end: int, zone: ZoneInfo) -> None:
        self._tokens, self._end, self._zone = tokens, end, zone
        self._at = 0

    @property
    def next(self) -> Token | None:
        """The token that comes next."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def any_of(self, field: Field, depth: int) -> Query:
        """Questions with OR between them."""
        parts = [self._all_of(field, depth)]
        while self._takes(Operator.OR):
            parts.append(self._all_of(field, depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all_of(self, field: Field, depth: int) -> Query:
        parts = [self._one(field, depth)]
        while (token := self.next) is not None and token.kind is not Kind.CLOSE:
            if token.operator is Operator.OR:
                break
            self._takes(Operator.AND)
            parts.append(self._one(field, depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self, field: Field, depth: int) -> Query:
        token = self.next
        if token is None or token.kind is Kind.CLOSE or token.operator in {Operator.AND, Operator.OR}:
            raise QueryError(token.column if token else self._end, N_("something to search for is missing here"))
        if depth > _DEEPEST:
            raise QueryError(token.column, N_("it is nested more than {count} deep").format(count=_DEEPEST))
        self._at += 1
        if token.kind is Kind.MINUS or token.operator is Operator.NOT:
            return Not(self._one(field, depth + 1))
        if token.kind is Kind.OPEN:
            return self._group(token, field, depth)
        if token.kind is Kind.FIELD:
            return self._of_field(token, field, depth)
        return _contains(field, token)

    def _group(self, opened: Token, field: Field, depth: int) -> Query:
        found = self.any_of(field, depth + 1)
        if self.next is None:
            raise QueryError(opened.column, N_("this parenthesis is not closed"))
        self._at += 1
        return found

    def _of_field(self, named: Token, around: Field, depth: int) -> Query:
        if around is not Field.ANY:
            raise QueryError(named.column, N_("a field cannot stand inside the parentheses of another"))
        value = self.next
        if value is None or value.kind not in {Kind.TEXT, Kind.OPEN}:
            raise QueryError(named.column, N_("nothing stands behind this field's colon"))
        self._at += 1
        field = named.field
        if value.kind is Kind.OPEN:
            if not isinstance(field, Field):
                raise QueryError(value.column, N_("this field takes one value, no parentheses"))
            return self._group(value, field, depth)
        if isinstance(field, Limit):
            return _between(field, value, self._zone)
        return _has(value) if field == HAS else _contains(Field(field), value)

    def _takes(self, operator: Operator) -> bool:
        token = self.next
        if token is None or token.operator is not operator:
            return False
        self._at += 1
        return True


def _contains(field: Field, token: Token) -> Contains:
    parts = token.parts if token.is_quoted else _bare(field, token.parts)
    if not parts or not all(fold(part) or any(char.isspace() for char in part) for part in parts):
        raise QueryError(token.column, N_("this holds nothing that can be searched for"))
    if field is Field.HASH:
        return Contains(field, (_hash(token),))
    if field is Field.IP:
        return Contains(field, _addresses(token, parts))
    return Contains(field, parts)


def _bare(field: Field, parts: tuple[str, ...]) -> tuple[str, ...]:
    """What was written without quotes: real where it may be defanged, a message ID without its brackets."""
    if field in _DEFANGED:
        from sekimori.extract.refang import refang  # noqa: PLC0415 - slow to import, seldom needed

        return tuple(refang(part) for part in parts)
    if field is Field.MESSAGE_ID:
        return tuple(filter(None, (part.strip("<>") for part in parts)))
    return parts


def _hash(token: Token) -> str:
    try:
        return hashes.normal("*".join(token.parts))
    except InvalidValue as error:
        raise QueryError(token.column, str(error)) from error


def _addresses(token: Token, parts: tuple[str, ...]) -> tuple[str, ...]:
    """An address or a network in its normal form, or parts of addresses."""
    whole = parts[0].strip()
    if len(parts) == 1 and address.is_address(whole):
        return (address.normal(whole),)
    if len(parts) == 1 and "/" in whole:
        try:
            return (address.network(whole),)
        except InvalidValue as error:
            raise QueryError(token.column, str(error)) from error
    if not all(_PART_OF_ADDRESS.fullmatch(fold(part)) for part in parts):
        reason = N_("this is no IP address, no network (192.0.2.0/24) and no part of an address: {value}")
        raise QueryError(token.column, reason.format(value=repr("*".join(parts))))
    return parts


def _has(token: Token) -> Query:
    value = "*".join(token.parts)
    if fold(value) not in ENCRYPTED:
        reason = N_("no mail can have {value} (known: {names})")
        raise QueryError(token.column, reason.format(value=repr(value), names="encrypted"))
    return HasEncrypted()


def _between(limit: Limit, token: Token, zone: ZoneInfo) -> Between:
    from sekimori.values import times  # noqa: PLC0415 - slow to import, seldom needed

    text = "*".join(token.parts)
    try:
        time = times.parse(text, zone)
    except InvalidValue as error:
        raise QueryError(token.column, str(error)) from error
    if limit is Limit.AFTER:
        return Between(after=time)
    return Between(before=_end_of(time, times.precision(text), zone) if limit is Limit.UNTIL else time)


def _end_of(time: datetime, seconds: int, zone: ZoneInfo) -> datetime:
    """The end of the day, hour, minute or second that begins at a time; days end at the zone's midnight."""
    if seconds < _DAY:
        return time + timedelta(seconds=seconds)
    return (time.astimezone(zone) + timedelta(days=1)).astimezone(time.tzinfo)
