"""A question as text, such that parsing it gives the question again."""

import re
from datetime import UTC, datetime

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.search.names import Limit, Operator, operator_of

__all__ = ["printed"]

# What may stand without quotes: nothing that could be a sign, a name of a field or a defanged value.
_BARE = re.compile(r"\w[\w.@-]*")


def printed(query: Query) -> str:
    """The question in the words of `sekimori.search.parsing`; times in UTC.

    A stretch with both ends is printed as two questions that mean the same.
    """
    match query:
        case Contains(field=field, parts=parts):
            name = "" if field is Field.ANY else f"{field.value}:"
            return name + "*".join(_text(part, alone=len(parts) == 1) for part in parts)
        case Between():
            return _between(query)
        case HasEncrypted():
            return "has:encrypted"
        case And(parts=parts):
            return f" {Operator.AND} ".join(_grouped(part, And, Or) for part in parts)
        case Or(parts=parts):
            return f" {Operator.OR} ".join(_grouped(part, Or) for part in parts)
        case Not(part=part):
            return f"{Operator.NOT} {_grouped(part, And, Or)}"


def _grouped(part: Query, *kinds: type[Query]) -> str:
    text = printed(part)
    both = isinstance(part, Between) and part.after is not None and part.before is not None
    return f"({text})" if isinstance(part, kinds) or both else text


def _between(query: Between) -> str:
    limits = ((Limit.AFTER, query.after), (Limit.BEFORE, query.before))
    return f" {Operator.AND} ".join(f'{limit}:"{_time(time)}"' for limit, time in limits if time is not None)


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(" ")


def _text(text: str, *, alone: bool) -> str:
    if alone and _BARE.fullmatch(text) and operator_of(text) is None:
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
