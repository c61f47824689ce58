"""The log of Postfix, in syslog's old form, with ISO times, or in RFC 5424's form.

    Oct  6 09:00:01 mx postfix/smtpd[11]: 4J1x: client=mx.freemail.example[192.0.2.7]
    Oct  6 09:00:01 mx postfix/cleanup[12]: 4J1x: message-id=<1@freemail.example>
    Oct  6 09:00:01 mx postfix/qmgr[13]: 4J1x: from=<yamada@freemail.example>, size=2048, nrcpt=1 (queue active)
    Oct  6 09:00:02 mx postfix/local[14]: 4J1x: to=<sato@example.jp>, relay=local, delay=1, status=sent (delivered)
    Oct  6 09:00:02 mx postfix/qmgr[13]: 4J1x: removed

One record a message: lines are joined by host and queue id until `removed`. A recipient is delivered to where the
status is `sent`; a message that was delivered to nobody has none. The sender is the envelope's.
Reference: www.postfix.org/OVERVIEW.html, RFC 5424.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from sekimori.formats.encoding import TextLine, sniff, text_lines
from sekimori.formats.lines import head_lines
from sekimori.model.report import N_
from sekimori.readers.mail.received import Received, as_records, hop_address
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source, unread
from sekimori.values import times
from sekimori.values.errors import InvalidValue

__all__ = ["Postfix"]

_BEGIN = (
    r"(?:<\d{1,3}>)?(?:1 )?(?P<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?"
    r"|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)?) "
    r"(?P<host>\S{1,255}) postfix[\w.-]{0,40}/(?P<daemon>[a-z/]{1,40})"
    r"(?:\[\d{1,9}\]:| \S{1,20} \S{1,40} (?:-|\[[^\]]{0,500}\]))"
)
_ANY = re.compile(_BEGIN)
_LINE = re.compile(_BEGIN + r" (?P<queue>[0-9A-Za-z]{4,30}): (?P<text>.*)")
_PAIR = re.compile(r"\b(client|from|to|orig_to|message-id|status)=(<[^>]*>|[^,\s]*)")
_CLIENT = re.compile(r"\[([0-9A-Fa-f.:]{2,45})\]")
_OPEN = 100_000
_BATCH = 5_000
_NO_TIME = N_("the time of the line cannot be read")


class Postfix(Reader):
    """Messages that Postfix delivered."""

    name = "mail.postfix"
    title = "Postfix log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines are Postfix's."""
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)
        fitting = sum(_ANY.match(line.decode("utf-8", "replace")) is not None for line in lines)
        return fitting > 0 and fitting >= 0.4 * (len(lines) - 1)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a message, in the order in which they left the queue."""
        waiting: dict[tuple[str, str], Received] = {}
        done: list[Received] = []
        with source.open() as stream:
            for line in text_lines(stream, sniff(source.head.data)):
                if not isinstance(line, TextLine):
                    yield unread(N_("the line is too long"), offset=line.offset, length=line.length, line=line.line)
                    continue
                found = _LINE.match(line.text)
                if found is None or found["queue"] in {"warning", "statistics", "fatal", "error"}:
                    continue
                try:
                    time = times.parse(found["time"], context.zone, year_from=context.arrived)
                except InvalidValue:
                    yield unread(_NO_TIME, offset=line.offset, length=line.length, line=line.line)
                    continue
                done += _taken(found, line, time, waiting)
                if len(done) >= _BATCH:
                    yield as_records(done)
                    done = []
        done += [one for one in waiting.values() if _tells(one)]
        if done:
            yield as_records(done)


def _taken(
    found: "re.Match[str]", line: TextLine, time: datetime, waiting: dict[tuple[str, str], Received]
) -> Iterator[Received]:
    """The message that this line ends, if any; the line's values are added to its message."""
    key = (found["host"], found["queue"])
    text = found["text"]
    if text.startswith("removed"):
        if (ended := waiting.pop(key, None)) is not None and _tells(ended):
            yield ended
        return
    values = {name: value.strip("<>") for name, value in _PAIR.findall(text)}
    if not values:
        return
    # The queue id is used again, and the end of the message before it is not in the log.
    if "client" in values and key in waiting and _tells(before := waiting.pop(key)):
        yield before
    if len(waiting) >= _OPEN and key not in waiting:
        oldest = waiting.pop(next(iter(waiting)))
        if _tells(oldest):
            yield oldest
    one = waiting.setdefault(key, Received(Postfix.name, line.offset, line.length, line.line, time))
    _add(one, found["daemon"], values)


def _add(one: Received, daemon: str, values: dict[str, str]) -> None:
    if client := _CLIENT.search(values.get("client", "")):
        one.add((), hop_address(client[1]))
    if daemon.endswith("cleanup"):
        one.message_id = one.message_id or values.get("message-id", "")
    if "from" in values and "to" not in values:
        one.sender = one.sender or values["from"]
    if values.get("status") == "sent":
        one.add([values.get("to", ""), values.get("orig_to", "")])


def _tells(one: Received) -> bool:
    return bool(one.message_id or one.recipients or one.sender)
