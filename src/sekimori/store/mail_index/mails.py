"""A mail as it is searched and shown: its values, field by field.

The text of a mail is its fields in the order of `Part`, each ended by U+0002, the values within one by U+0001. A
question holds neither, so a hit never spans two values. It is kept as `folding.written`; what that changes in the
fields of the header, and what of the mail could not be searched, stand in its `Notes`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from sekimori.store.mail_index.folding import FIELD_END, VALUE_END

__all__ = ["NOTHING_NOTED", "UNDATED", "IndexedMail", "Notes", "Part", "microseconds", "order_of"]

UNDATED = 1 << 40
"""Below stand the ids of undated evidence, above the times of all other."""
_YEAR_ONE = 62_135_596_800_000_000  # microseconds from the year 1 to 1970
_MICROSECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Part(IntEnum):
    """The fields of a mail's text, in their order. Hashes come last: a search over all fields leaves them out."""

    FROM = 0
    SENDER = 1
    NAME = 2
    TO = 3
    CC = 4
    SUBJECT = 5
    BODY = 6
    ATTACHMENT = 7
    CONTENT = 8
    URL = 9
    DOMAIN = 10
    IP = 11
    MESSAGE_ID = 12
    HASH = 13
    FILE_HASH = 14


@dataclass(frozen=True, slots=True)
class Notes:
    """What is told of a mail beside its text.

    `header` has the values of fields as the mail has them, where the text does not; `unsearched` the parts that could
    not be searched: number, name, why (empty where all that is wrong is a missing password).
    """

    header: Mapping[Part, Sequence[str]] = field(default_factory=dict)
    unsearched: Sequence[tuple[str, str, str]] = ()

    def packed(self) -> str:
        """As it is kept: JSON, or empty."""
        if not self.header and not self.unsearched:
            return ""
        header = {str(int(part)): values for part, values in self.header.items()}
        return json.dumps([header, self.unsearched], ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Notes":
        """From what `packed` gave; raises `ValueError`."""
        if not text:
            return NOTHING_NOTED
        header, unsearched = json.loads(text)
        return cls(
            {Part(int(part)): values for part, values in header.items()},
            [(one[0], one[1], one[2]) for one in unsearched],
        )


NOTHING_NOTED = Notes()


@dataclass(frozen=True, slots=True)
class IndexedMail:
    """One mail: its text as it is kept, and folded.

    `time` is when it was sent and `received` when the nearest hop took it, in microseconds since 1970, None for not
    known; where Date cannot be read, both are the hop's.
    """

    evidence: int
    time: int | None
    is_encrypted: bool
    written: str
    text: str
    notes: Notes = NOTHING_NOTED
    received: int | None = None

    @property
    def order(self) -> int:
        """Where it stands among all: the newest mail has the greatest number, undated ones the least."""
        return order_of(self.time, self.evidence)

    @property
    def times(self) -> tuple[int, ...]:
        """The times that a question about time is asked of."""
        return tuple(one for one in (self.time, self.received) if one is not None)

    @property
    def when(self) -> datetime | None:
        """Its time, in UTC."""
        return None if self.time is None else _EPOCH + timedelta(microseconds=self.time)

    def values(self) -> list[tuple[str, ...]]:
        """The values of every field; those of the header's as the mail has them."""
        found = [tuple(filter(None, one.split(VALUE_END))) for one in self.written.split(FIELD_END)[: len(Part)]]
        for part, own in self.notes.header.items():
            found[part] = tuple(own)
        return found


def order_of(time: int | None, evidence: int) -> int:
    """The number by which mails are put in order; mails of the same moment share it."""
    return evidence if time is None else time + _YEAR_ONE + UNDATED


def microseconds(time: datetime) -> int:
    """An aware time in microseconds since 1970."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROSECOND + since.microseconds
