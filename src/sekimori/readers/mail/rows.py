"""From a parsed mail to the rows of its records."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import pyarrow as pa

from sekimori.extract.mail_content import Said, said, text_of
from sekimori.formats.mail import Mail
from sekimori.formats.mail_attachment import Attached
from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.model.schema import Kind
from sekimori.readers.protocol import Records
from sekimori.values import domain, url
from sekimori.values.errors import InvalidValue

__all__ = ["attachment_row", "attachment_rows", "date_statement", "message_row", "records"]

Row = dict[str, object]

_STRUCTS = {kind.name: pa.struct(list(kind.schema)) for kind in (MESSAGE, ATTACHMENT)}


def records(kind: Kind, rows: Sequence[Row]) -> Records:
    """The rows as one batch; a column that a row does not name is empty."""
    return Records(kind, pa.RecordBatch.from_struct_array(pa.array(rows, _STRUCTS[kind.name])))


def date_statement(mail: Mail) -> Iterator[Statement]:
    """What had to be assumed about the time of the mail."""
    if mail.date is not None and mail.date.time is not None:
        return
    wrong, missing = N_("the Date field {text} cannot be read"), N_("there is no Date field")
    why = wrong.format(text=repr(mail.date.text)) if mail.date else missing
    instead = N_("the time of the nearest hop is taken") if mail.time else N_("the mail has no time")
    yield Statement(N_("time"), f"{why}; {instead}")


def message_row(mail: Mail, data: bytes, *, size: int) -> Row:
    """The row of a message of `size` bytes, of which `data` was read; a hash is given of whole messages only."""
    return {
        "offset": 0,
        "length": size,
        "line": 0,
        "timestamp": mail.time,
        "event_dataset": "mail.eml",
        "email_message_id": mail.message_id or None,
        "email_in_reply_to": mail.references or None,
        "email_subject": mail.text("subject") or None,
        "email_x_mailer": mail.text("x-mailer") or mail.text("user-agent") or None,
        "email_received": mail.received,
        "email_utc_offset": (mail.date.offset if mail.date else "") or None,
        "hash_sha256": sha256(data).hexdigest() if len(data) == size else None,
        **_people(mail),
        **_hops(mail),
        **_content(list(said(mail))),
    }


_DELIVERED = ("delivered-to", "x-original-to", "bcc")


def _people(mail: Mail) -> Row:
    senders = mail.addresses("from")
    sender = next((one for one in senders if one.address), None)
    named = sender or next(iter(senders), None)
    more = [one for one in senders if one is not named] if len(senders) > 1 else []
    return {
        "email_from_address": sender.address if sender else None,
        "email_from_name": (named.name if named else "") or None,
        "email_more_from_address": _distinct(one.address for one in more),
        "email_more_from_name": _distinct(one.name for one in more),
        "email_sender_address": next(iter(_addresses(mail, "sender") or ()), None),
        "email_return_path": next(iter(_addresses(mail, "return-path") or ()), None),
        "email_reply_to_address": _addresses(mail, "reply-to"),
        "email_to_address": _addresses(mail, "to"),
        "email_cc_address": _addresses(mail, "cc"),
        "email_delivered_to": _addresses(mail, *_DELIVERED),
        "email_sender_domain": _domains(mail, "from", "sender", "return-path", "reply-to"),
        "email_recipient_domain": _domains(mail, "to", "cc", *_DELIVERED),
    }


def _domains(mail: Mail, *names: str) -> list[str] | None:
    return _distinct(one.address.rpartition("@")[2] for one in mail.addresses(*names))


def _addresses(mail: Mail, *names: str) -> list[str] | None:
    return _distinct(one.address for one in mail.addresses(*names))


def _hops(mail: Mail) -> Row:
    names = (name for hop in mail.hops for name in (hop.by, hop.from_seen, hop.from_name))
    return {
        "email_hop_address": _distinct(hop.from_address for hop in mail.hops),
        "email_hop_domain": _distinct(name for text in names if (name := _host_name(text))),
    }


@lru_cache(maxsize=8192)  # the same relays stand in mail after mail
def _host_name(text: str) -> str:
    """The normal form of a host's full name; empty for anything else that a Received field holds in its place."""
    try:
        name = domain.normal(text.strip("();,"))
    except InvalidValue:
        return ""
    return name if "." in name else ""


def _content(parts: list[Said]) -> Row:
    urls = [seen for part in parts for seen in part.urls]
    scans = [part.scanned for part in parts]
    mailed = (target for part in parts for target in part.mail_targets)
    return {
        "email_body_text": text_of(parts) or None,
        "url_original": _distinct(seen.plain for seen in urls),
        "url_domain": _distinct(url.host_of(value) or "" for value in dict.fromkeys(seen.value for seen in urls)),
        "body_domain": _distinct(found.value for scan in scans for found in scan.domains),
        "body_address": _distinct(found.value for scan in scans for found in scan.addresses),
        "body_mail_address": _distinct([*(f.value for scan in scans for f in scan.mail_addresses), *mailed]),
    }


def _distinct(values: Iterable[str]) -> list[str] | None:
    """Each value once, in order; None for none."""
    return [value for value in dict.fromkeys(values) if value] or None


def attachment_rows(mail: Mail, files: Sequence[Attached]) -> list[Row]:
    """The rows of the files that a mail carries."""
    sender = next((one.address for one in mail.addresses("from") if one.address), "")
    time = mail.time
    return [attachment_row(file, time, mail.message_id, sender) for file in files]


def attachment_row(file: Attached, time: datetime | None, message_id: str, sender: str) -> Row:
    """The row of a file that a mail of this time, id and sender carries."""
    return {
        "offset": file.part.place.offset,
        "length": file.part.place.length,
        "line": 0,
        "timestamp": time,
        "mime_part": file.path,
        "file_name": file.name or None,
        "file_mime_type": file.mime_type or None,
        "file_size": file.size,
        "hash_md5": file.md5 or None,
        "hash_sha1": file.sha1 or None,
        "hash_sha256": file.sha256 or None,
        "encrypted": file.encrypted,
        "file_text": file.text or None,
        "file_unsearched": file.unsearched or None,
        "email_message_id": message_id or None,
        "email_from_address": sender or None,
    }
