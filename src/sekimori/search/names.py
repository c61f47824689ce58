"""What fields and operators are called: in English as in the tree, and in Japanese."""

import unicodedata
from enum import StrEnum

from sekimori.model.query import Field

__all__ = ["ENCRYPTED", "HAS", "Limit", "Operator", "field_of", "operator_of", "typed"]


class Operator(StrEnum):
    """A word between questions."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"


class Limit(StrEnum):
    """A bound of the mail's time. What is meant by a day: `AFTER` and `UNTIL` include it, `BEFORE` does not."""

    AFTER = "after"
    BEFORE = "before"
    UNTIL = "until"


HAS = "has"
"""The word of the field for properties; its one value is `encrypted`."""

ENCRYPTED = frozenset(("encrypted", "暗号化"))

# 以前 includes the day that it names, as 以後 does; `before` does not.
_FIELDS: dict[str, Field | Limit | str] = {
    **{field.value: field for field in Field if field is not Field.ANY},
    **{limit.value: limit for limit in Limit},
    HAS: HAS,
    "差出人": Field.FROM,
    "送信者": Field.FROM,
    "宛先": Field.TO,
    "写し": Field.CC,
    "名前": Field.NAME,
    "件名": Field.SUBJECT,
    "本文": Field.BODY,
    "添付": Field.ATTACHMENT,
    "添付ファイル": Field.ATTACHMENT,
    "内容": Field.CONTENT,
    "ドメイン": Field.DOMAIN,
    "ハッシュ": Field.HASH,
    "メッセージid": Field.MESSAGE_ID,
    "メールボックス": Field.MAILBOX,
    "以後": Limit.AFTER,
    "以降": Limit.AFTER,
    "以前": Limit.UNTIL,
    "条件": HAS,
}
_OPERATORS = {
    "AND": Operator.AND,
    "かつ": Operator.AND,
    "OR": Operator.OR,
    "または": Operator.OR,
    "NOT": Operator.NOT,
    "除く": Operator.NOT,
}


def field_of(word: str) -> Field | Limit | str | None:
    """What the word before a colon names, in any case and width; None where it names nothing."""
    return _FIELDS.get(unicodedata.normalize("NFKC", word).lower())


def operator_of(word: str) -> Operator | None:
    """The operator that a word is: in capitals, as small `and` and `or` are words of many texts; None for others."""
    return _OPERATORS.get(unicodedata.normalize("NFKC", word))


def typed() -> list[str]:
    """What can stand before a colon, as the help lists it."""
    return [*(field.value for field in Field if field is not Field.ANY), *(limit.value for limit in Limit), HAS]
