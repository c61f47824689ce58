"""Who received which message, as Exchange tells it: message traces of Microsoft 365, tracking logs of a server.

    origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,original_client_ip
    2014-10-06T00:00:01.0000000Z,yamada@freemail.example,sato@example.jp##Receive, Deliver,会議の件,2048,<1@freemail.example>,192.0.2.7

A tracking log names its columns in a line `#Fields: date-time,client-ip,…` and has a line for each event. One record
a message: lines with the same message id are joined. A trace has all recipients with their state; those whose mail
failed, was filtered or quarantined did not receive it. Of a tracking log's events, those of delivery count.
Reference: learn.microsoft.com/en-us/exchange/mail-flow/transport-logs/message-tracking and
learn.microsoft.com/en-us/exchange/monitoring/trace-an-email-message/message-trace-scc.
"""  # noqa: E501 - the sample's lines are as long as Exchange writes them

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from sekimori.formats.csv_records import CsvRecord, csv_records, fields_of
from sekimori.formats.encoding import sniff
from sekimori.model.report import N_
from sekimori.readers.mail.received import Received, as_records, hop_address
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source, unread
from sekimori.values import times
from sekimori.values.errors import InvalidValue

__all__ = ["MessageTrace", "TrackingLog"]

_COLUMNS = {
    "time": ("origintimestamputc", "origintimestamp", "datetimeutc", "datetime", "received", "messagetracedate"),
    "sender": ("senderaddress", "sender"),
    "recipients": ("recipientstatus", "recipientaddress", "recipients", "recipient"),
    "id": ("messageid", "internetmessageid"),
    "subject": ("messagesubject", "subject"),
    "ip": ("originalclientip", "fromip", "clientip"),
    "state": ("status", "deliverystatus"),
    "event": ("eventid",),
}
_NEEDED = ("time", "sender", "recipients", "id")
_LOST = re.compile(r"fail|filteredasspam|quarantin|pending|drop", re.IGNORECASE)
_ARRIVED = frozenset({"deliver", "duplicatedeliver", "send", "sendexternal"})
_HELD = 200_000
_NO_COLUMNS = N_("no line names the columns")
_NO_TIME = N_("the time of the line cannot be read")


class _Exchange(Reader):
    """What both formats share."""

    marked: ClassVar[bool]

    def recognises(self, head: Head) -> bool:
        """Whether a first line names the columns."""
        encoding = sniff(head.data)
        text = head.data[:16_384].decode("utf-8-sig" if encoding == "cp932" else encoding, "replace")
        for line in text.removeprefix("\ufeff").splitlines()[:8]:
            if self.marked == line.startswith("#Fields:") and _columns(_names(line)) is not None:
                return True
            if not line.startswith("#"):
                return False
        return False

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a message."""
        columns: dict[str, int] | None = None
        delimiter = ","
        held: dict[str, Received] = {}
        with source.open() as stream:
            head = source.head.data[:16_384]
            first = head.decode(sniff(head), "replace").partition("\n")[0]
            delimiter = "\t" if first.count("\t") > first.count(",") else ","
            for item in csv_records(stream, sniff(source.head.data), delimiter, lambda _: True):
                if not isinstance(item, CsvRecord):
                    yield item
                    continue
                names = _named(item.fields, columns is None, self.marked)
                if names is not None:
                    columns = _columns(names) or columns
                elif item.fields[0].startswith("#"):
                    continue
                elif columns is None:
                    yield unread(_NO_COLUMNS, offset=item.offset, length=item.length, line=item.line)
                else:
                    yield from self._taken(item, columns, held, context)
                if len(held) >= _HELD:
                    yield as_records(held.values())
                    held.clear()
        if held:
            yield as_records(held.values())

    def _taken(
        self, item: CsvRecord, columns: Mapping[str, int], held: dict[str, Received], context: ReadingContext
    ) -> Iterator[Item]:
        values = {name: item.fields[at].strip() for name, at in columns.items() if at < len(item.fields)}
        try:
            time = times.parse(_as_utc(values.get("time", "")), context.zone)
        except InvalidValue:
            yield unread(_NO_TIME, offset=item.offset, length=item.length, line=item.line)
            return
        key = values.get("id") or f"line {item.line}"
        one = held.setdefault(key, Received(self.name, item.offset, item.length, item.line, time))
        one.message_id = one.message_id or values.get("id", "")
        one.sender = one.sender or values.get("sender", "").strip("<>")
        one.subject = one.subject or values.get("subject", "")
        event = values.get("event", "").lower()
        arrived = event in _ARRIVED if event else not _LOST.search(values.get("state", ""))
        one.add(_recipients(values.get("recipients", "")) if arrived else (), hop_address(values.get("ip", "")))


class MessageTrace(_Exchange):
    """Message traces of Microsoft 365."""

    name = "mail.message_trace"
    title = "Exchange Online message trace (CSV)"
    marked = False


class TrackingLog(_Exchange):
    """Message tracking logs of Exchange Server."""

    name = "mail.tracking_log"
    title = "Exchange message tracking log (MSGTRK)"
    marked = True


def _names(line: str) -> list[str]:
    plain = line.removeprefix("#Fields:").strip()
    return fields_of(plain, "\t" if plain.count("\t") > plain.count(",") else ",")


def _named(fields: list[str], first: bool, marked: bool) -> list[str] | None:
    """The names of the columns, where the record is the line that names them."""
    if fields[0].startswith("#Fields:"):
        return [fields[0].removeprefix("#Fields:"), *fields[1:]]
    return fields if first and not marked and not fields[0].startswith("#") and _columns(fields) else None


def _columns(names: list[str]) -> dict[str, int] | None:
    """Where the columns stand; None where those that are needed are not all there."""
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in names]
    found = {what: plain.index(name) for what, known in _COLUMNS.items() for name in reversed(known) if name in plain}
    return found if all(name in found for name in _NEEDED) else None


def _as_utc(text: str) -> str:
    """All these times are UTC, whether they say so or not."""
    return text if re.search(r"(?:Z|[+-]\d\d:?\d\d)$", text) else f"{text}Z" if "T" in text else f"{text} UTC"


def _recipients(text: str) -> Iterator[str]:
    """`a@example.jp##Receive, Deliver;b@example.jp##Fail`: those whose state is not one of loss."""
    for one in text.split(";"):
        who, _, state = one.partition("##")
        if not _LOST.search(state):
            yield who.strip().strip("<>")
