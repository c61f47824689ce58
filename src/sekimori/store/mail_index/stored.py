"""The mails of the evidence tables, as they are searched and shown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.store.mail_index.as_written import signs, written_all
from sekimori.store.mail_index.folding import FIELD_END, VALUE_END, without_own
from sekimori.store.mail_index.mails import NOTHING_NOTED, IndexedMail, Notes, Part
from sekimori.store.reading import Reading

__all__ = ["mails"]

_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+){3}|[0-9a-f.]*:[0-9a-f:.]*")
"""An address among hosts of URLs, which may be either."""
_MAY_BE_ADDRESSES = re.compile(rf"[0-9](?:{VALUE_END}|\Z)|:")

Row = Mapping[str, Any]

_MESSAGE_PARTS: dict[Part, tuple[str, ...]] = {
    Part.FROM: ("email_from_address",),
    Part.SENDER: ("email_more_from_address", "email_sender_address", "email_return_path", "email_reply_to_address"),
    Part.NAME: ("email_from_name", "email_more_from_name"),
    Part.TO: ("email_to_address", "email_delivered_to"),
    Part.CC: ("email_cc_address",),
    Part.SUBJECT: ("email_subject",),
    Part.BODY: ("email_body_text",),
    Part.URL: ("url_original",),
    Part.DOMAIN: ("email_sender_domain", "email_recipient_domain", "email_hop_domain", "url_domain", "body_domain"),
    Part.IP: ("email_hop_address", "body_address"),
    Part.MESSAGE_ID: ("email_message_id",),
    Part.HASH: ("hash_sha256",),
}
_ATTACHMENT_PARTS: dict[Part, tuple[str, ...]] = {
    Part.ATTACHMENT: ("file_name",),
    Part.CONTENT: ("file_text",),
    Part.FILE_HASH: ("hash_md5", "hash_sha1", "hash_sha256"),
}
_BEFORE = tuple(part for part in _MESSAGE_PARTS if part < Part.BODY)
_BEHIND = tuple(part for part in _MESSAGE_PARTS if part > Part.CONTENT)
_ATTACHED = (Part.ATTACHMENT, Part.CONTENT)
_HEADER = (Part.FROM, Part.NAME, Part.TO, Part.CC, Part.SUBJECT, Part.ATTACHMENT, Part.MESSAGE_ID)
"""Fields that are told as the mail has them, to the last blank."""
_MESSAGE_COLUMNS = (
    "source",
    "timestamp",
    "email_received",
    *(name for names in _MESSAGE_PARTS.values() for name in names),
)
_ATTACHMENT_COLUMNS = (
    *("source", "offset", "line", "mime_part", "encrypted", "file_unsearched"),
    *(name for names in _ATTACHMENT_PARTS.values() for name in names),
)


def mails(
    reading: Reading, evidence: Iterable[int], inside: Mapping[int, Sequence[int]] | None = None
) -> Iterator[IndexedMail]:
    """The mails of some evidence, in no certain order; evidence without a message is left out.

    `inside` names, for some of them, the evidence that holds what was opened of their attachments.
    """
    opened = inside or {}
    ids = list(evidence)
    carried = _Carried(reading, [one for mail in ids for one in (mail, *opened.get(mail, ()))])
    for messages in reading.stream(MESSAGE.name, columns=_MESSAGE_COLUMNS, sources=ids):
        sources = messages.column("source").to_pylist()
        rows = [[row for one in (mail, *opened.get(mail, ())) for row in carried.of(one)] for mail in sources]
        yield from _mails(messages, rows)


class _Carried:
    """The attachments of some evidence, read along with the messages: both stand in about the same order."""

    def __init__(self, reading: Reading, evidence: Sequence[int]) -> None:
        self._counts = reading.counted(ATTACHMENT.name, sources=evidence)
        # Asked only if there are any: a stream is begun when its first record is taken.
        self._stream = reading.stream(ATTACHMENT.name, columns=_ATTACHMENT_COLUMNS, sources=list(self._counts))
        self._read: dict[int, list[Row]] = {}

    def of(self, evidence: int) -> list[Row]:
        """The rows of one piece of evidence; to be asked for once."""
        count = self._counts.get(evidence, 0)
        while len(self._read.get(evidence, ())) < count:
            for row in next(self._stream).to_pylist():
                self._read.setdefault(row["source"], []).append(row)
        return sorted(self._read.pop(evidence, ()), key=lambda row: (row["offset"], row["line"]))


def _mails(messages: pa.RecordBatch, carried: Sequence[Sequence[Row]]) -> Iterator[IndexedMail]:
    """The mails of some messages, one each, with the rows of their attachments."""
    sources = messages.column("source").to_pylist()
    times, received = (messages.column(name).cast(pa.int64()).to_pylist() for name in ("timestamp", "email_received"))
    heads, bodies, tails = (_joined(messages, parts) for parts in (_BEFORE, (Part.BODY,), _BEHIND))
    raw = [
        FIELD_END.join(
            (head, body, *(_values(rows, part) for part in _ATTACHED), tail, _values(rows, Part.FILE_HASH), "")
        )
        for head, body, tail, rows in zip(heads, bodies, tails, carried, strict=True)
    ]
    every = zip(sources, times, received, carried, heads, tails, raw, written_all(raw), strict=True)
    for source, time, hop, rows, head, tail, came, kept in every:
        is_plain = kept.startswith(head) and tail.isascii() and not rows
        text = _once_each(kept)
        yield IndexedMail(
            evidence=source,
            time=time,
            received=hop,
            is_encrypted=any(row["encrypted"] for row in rows),
            written=text,
            text=signs(text),
            notes=NOTHING_NOTED if is_plain else _notes(came, kept, rows),
        )


def _joined(messages: pa.RecordBatch, parts: Iterable[Part]) -> list[str]:
    """Some fields of every message, empty values among theirs."""
    fields = [_field(messages, _MESSAGE_PARTS[part]) for part in parts]
    return pc.binary_join_element_wise(*fields, FIELD_END).to_pylist()  # type: ignore[no-any-return]


def _field(messages: pa.RecordBatch, names: Sequence[str]) -> pa.Array:
    """The values of one field of every message."""
    columns = [_texts(messages.column(name)) for name in names]
    return pc.binary_join_element_wise(*columns, VALUE_END, null_handling="replace")


def _texts(column: pa.Array) -> pa.Array:
    """A column of texts, or of lists of them, each list joined; null where there is none."""
    is_list = pa.types.is_list(column.type)
    if _has_own(column.values if is_list else column):
        cleaned = [_cleaned(value) for value in column.to_pylist()]
        column = pa.array(cleaned, column.type)
    return pc.binary_join(column, VALUE_END) if is_list else column


def _has_own(texts: pa.Array) -> bool:
    """Whether there may be characters that the index uses for itself."""
    buffer = texts.buffers()[2]
    data = buffer.to_pybytes() if buffer else b""
    return any(one in data for one in (b"\0", b"\1", b"\2", b"\3"))


def _cleaned(value: str | list[str] | None) -> str | list[str] | None:
    return [without_own(one) for one in value] if isinstance(value, list) else value and without_own(value)


def _values(rows: Sequence[Row], part: Part) -> str:
    return VALUE_END.join(without_own(row[name]) for row in rows for name in _ATTACHMENT_PARTS[part] if row[name])


def _once_each(text: str) -> str:
    """The text, each value of a field once, and the addresses among its hosts as addresses too."""
    fields = text.split(FIELD_END)
    hosts = _once(fields[Part.DOMAIN])
    fields[Part.DOMAIN] = VALUE_END.join(hosts)
    if _MAY_BE_ADDRESSES.search(fields[Part.DOMAIN]):
        fields[Part.IP] = VALUE_END.join([fields[Part.IP], *filter(_ADDRESS.fullmatch, hosts)])
    for number, values in enumerate(fields):
        if VALUE_END in values and number != Part.DOMAIN:
            fields[number] = VALUE_END.join(_once(values))
    return FIELD_END.join(fields)


def _once(values: str) -> dict[str, None]:
    each = dict.fromkeys(values.split(VALUE_END))
    each.pop("", None)
    return each


def _notes(came: str, kept: str, rows: Sequence[Row]) -> Notes:
    unsearched = [
        (row["mime_part"] or "", row["file_name"] or "", row["file_unsearched"] or "")
        for row in rows
        if row["encrypted"] or row["file_unsearched"]
    ]
    header: dict[Part, list[str]] = {}
    as_it_came, as_kept = came.split(FIELD_END), kept.split(FIELD_END)
    for part in _HEADER:
        if as_it_came[part] != as_kept[part]:
            header[part] = list(dict.fromkeys(filter(None, as_it_came[part].split(VALUE_END))))
    return Notes(header, unsearched) if header or unsearched else NOTHING_NOTED
