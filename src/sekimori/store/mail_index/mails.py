"""A mail as it is searched: its values folded, field by field, read from the evidence tables.

The text of a mail is its fields in the order of `Part`, each ended by U+0002, the values within one by U+0001. A
question holds neither, so a hit never spans two values.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, folded
from sekimori.store.reading import Reading

__all__ = ["UNDATED", "IndexedMail", "Part", "mails", "microseconds", "order_of"]

_PORTION = 500
UNDATED = 1 << 40
"""Below stand the ids of undated evidence, above the times of all other."""
_YEAR_ONE = 62_135_596_800_000_000  # microseconds from the year 1 to 1970
_MICROSECOND = 1_000_000
_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+){3}|[0-9a-f.]*:[0-9a-f:.]*")
"""An address among hosts of URLs, which may be either."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Row = Mapping[str, Any]


class Part(IntEnum):
    """The fields of a mail's text, in their order. Hashes come last: a search over all fields leaves them out."""

    FROM = 0
    NAME = 1
    TO = 2
    CC = 3
    SUBJECT = 4
    BODY = 5
    ATTACHMENT = 6
    CONTENT = 7
    URL = 8
    DOMAIN = 9
    IP = 10
    MESSAGE_ID = 11
    HASH = 12


@dataclass(frozen=True, slots=True)
class IndexedMail:
    """One mail, folded. `time` is in microseconds since 1970; None where the mail has no time."""

    evidence: int
    time: int | None
    is_encrypted: bool
    text: str

    @property
    def order(self) -> int:
        """Where it stands among all: the newest mail has the greatest number, undated ones the least."""
        return order_of(self.time, self.evidence)


def order_of(time: int | None, evidence: int) -> int:
    """The number by which mails are put in order; mails of the same moment share it."""
    return evidence if time is None else time + _YEAR_ONE + UNDATED


def microseconds(time: datetime) -> int:
    """An aware time in microseconds since 1970."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * _MICROSECOND + since.microseconds


_MESSAGE_PARTS: dict[str, Part] = {
    "email_from_address": Part.FROM,
    "email_sender_address": Part.FROM,
    "email_return_path": Part.FROM,
    "email_reply_to_address": Part.FROM,
    "email_from_name": Part.NAME,
    "email_to_address": Part.TO,
    "email_delivered_to": Part.TO,
    "email_cc_address": Part.CC,
    "email_subject": Part.SUBJECT,
    "email_body_text": Part.BODY,
    "url_original": Part.URL,
    "email_sender_domain": Part.DOMAIN,
    "email_recipient_domain": Part.DOMAIN,
    "email_hop_domain": Part.DOMAIN,
    "url_domain": Part.DOMAIN,
    "body_domain": Part.DOMAIN,
    "email_hop_address": Part.IP,
    "body_address": Part.IP,
    "email_message_id": Part.MESSAGE_ID,
    "hash_sha256": Part.HASH,
}
_ATTACHMENT_PARTS: dict[str, Part] = {
    "file_name": Part.ATTACHMENT,
    "file_text": Part.CONTENT,
    "hash_md5": Part.HASH,
    "hash_sha1": Part.HASH,
    "hash_sha256": Part.HASH,
}


def mails(
    reading: Reading, evidence: Sequence[int], inside: Mapping[int, Sequence[int]] | None = None
) -> Iterator[IndexedMail]:
    """The mails of some evidence, in the order of their ids; evidence without a message is left out.

    `inside` names, for some of them, the evidence that holds what was opened of their attachments.
    """
    ids = sorted(evidence)
    opened = inside or {}
    for begin in range(0, len(ids), _PORTION):
        portion = ids[begin : begin + _PORTION]
        where = {"source": portion}
        columns = ["source", "timestamp", *_MESSAGE_PARTS]
        messages = _by_source(reading.records(MESSAGE.name, columns=columns, where=where).to_pylist())
        columns = ["source", "encrypted", *_ATTACHMENT_PARTS]
        where = {"source": [*portion, *(one for mail in portion for one in opened.get(mail, ()))]}
        attachments = _by_source(reading.records(ATTACHMENT.name, columns=columns, where=where).to_pylist())
        for source in sorted(messages):
            carried = [row for one in (source, *opened.get(source, ())) for row in attachments.get(one, [])]
            yield _mail(source, messages[source], carried)


def _by_source(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row["source"], []).append(row)
    return grouped


def _mail(evidence: int, messages: Sequence[Row], attachments: Sequence[Row]) -> IndexedMail:
    values: list[list[str]] = [[] for _ in Part]
    for rows, parts in ((messages, _MESSAGE_PARTS), (attachments, _ATTACHMENT_PARTS)):
        for row in rows:
            for name, part in parts.items():
                held = row[name]
                if isinstance(held, list):
                    values[part].extend(one for one in held if one)
                elif held:
                    values[part].append(held)
    values[Part.IP].extend(one for one in values[Part.DOMAIN] if _ADDRESS.fullmatch(one))
    times = [row["timestamp"] for row in messages if row["timestamp"] is not None]
    return IndexedMail(
        evidence=evidence,
        time=microseconds(times[0]) if times else None,
        is_encrypted=any(row["encrypted"] for row in attachments),
        text="".join(_field(one) for one in values),
    )


def _field(values: Iterable[str]) -> str:
    return VALUE_END.join(dict.fromkeys(map(folded, dict.fromkeys(values)))) + FIELD_END
