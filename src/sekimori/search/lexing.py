"""A question as typed, cut into what stands in it: parentheses, operators, field names, texts.

One pass from left to right; nothing is looked at twice, so time grows with the length alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from sekimori.model.query import Field
from sekimori.search.errors import QueryError
from sekimori.search.names import Limit, Operator, field_of, operator_of, typed
from sekimori.values.wording import N_

__all__ = ["Kind", "Token", "tokens_of"]

QUOTES = {'"': '"', "＂": "＂", "“": "”", "「": "」", "『": "』"}
_OPEN, _CLOSE = "(（", ")）"
_COLONS = ":："
_STARS = "*＊"
_MINUS = "-－−"


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    OPERATOR = auto()
    MINUS = auto()
    FIELD = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a question. `column` counts characters from 1.

    A `TEXT` has the parts around its `*`; `is_quoted` says that one at least was quoted, so all is meant as it stands.
    """

    kind: Kind
    column: int
    operator: Operator | None = None
    field: Field | Limit | str = Field.ANY
    parts: tuple[str, ...] = ()
    is_quoted: bool = False


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens of a question. Raises `QueryError`."""
    at, end, behind_colon = 0, len(text), False
    while at < end:
        sign = text[at]
        if sign.isspace():
            at += 1
            continue
        if behind_colon and not _ends(sign):
            token, at = _text(text, at)
            yield token
            behind_colon = False
            continue
        behind_colon = False
        if sign in _OPEN or sign in _CLOSE:
            yield Token(Kind.OPEN if sign in _OPEN else Kind.CLOSE, at + 1)
            at += 1
        elif sign in _MINUS and at + 1 < end and not text[at + 1].isspace():
            yield Token(Kind.MINUS, at + 1)
            at += 1
        elif sign in _COLONS:
            raise QueryError(at + 1, N_("there is no field name before the colon"))
        else:
            token, at = _word(text, at)
            yield token
            behind_colon = token.kind is Kind.FIELD


def _word(text: str, at: int) -> tuple[Token, int]:
    """The field name, operator or text that begins here, and where it ends."""
    if text[at] in QUOTES or text[at] in _STARS:
        return _text(text, at)
    end = at
    while end < len(text) and not _ends(text[end]) and text[end] not in _COLONS and text[end] not in _STARS:
        end += 1
    word = text[at:end]
    if end < len(text) and text[end] in _COLONS:
        if (field := field_of(word)) is not None:
            return Token(Kind.FIELD, at + 1, field=field), end + 1
        if word.replace("-", "").isalpha() and not text.startswith(("//", "／／", "\\\\"), end + 1):
            reason = N_(
                "no field is called {word} (known are {names}): to search for it as it stands, put it in quotes"
            )
            raise QueryError(at + 1, reason.format(word=repr(word), names=", ".join(typed())))
        return _text(text, at)
    if (operator := operator_of(word)) is not None and (end == len(text) or _ends(text[end])):
        return Token(Kind.OPERATOR, at + 1, operator=operator), end
    return _text(text, at)


def _text(text: str, at: int) -> tuple[Token, int]:
    """A text: runs of characters, quoted ones, and `*` between them."""
    begin, parts, is_quoted = at, [""], False
    may_quote = True
    while at < len(text) and not _ends(text[at]):
        sign = text[at]
        if sign in _STARS:
            parts.append("")
            at, may_quote = at + 1, True
        elif sign in QUOTES and may_quote:
            quoted, at = _quoted(text, at)
            parts[-1] += quoted
            is_quoted = True
            if at < len(text) and text[at] not in _STARS:
                break
        else:
            parts[-1] += sign
            at, may_quote = at + 1, False
    return Token(Kind.TEXT, begin + 1, parts=tuple(part for part in parts if part), is_quoted=is_quoted), at


def _quoted(text: str, at: int) -> tuple[str, int]:
    """What stands in quotes, and where they end; a closing quote written twice stands for itself."""
    closing, found = QUOTES[text[at]], []
    begin = at
    at += 1
    while at < len(text):
        end = text.find(closing, at)
        if end < 0:
            break
        found.append(text[at:end])
        if not text.startswith(closing, end + 1):
            return "".join(found), end + 1
        found.append(closing)
        at = end + 2
    raise QueryError(begin + 1, N_("the quote {quote} is not closed").format(quote=text[begin]))


def _ends(sign: str) -> bool:
    return sign.isspace() or sign in _OPEN or sign in _CLOSE
