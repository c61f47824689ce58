r"""Debug log of the DNS server of Windows (`dns.log`).

    2026/01/30 9:00:00 0E70 PACKET  00000000033397A0 UDP Rcv 192.0.2.15      5c1d   Q [0001   D   NOERROR] A      (3)www(7)example(2)jp(0)
    2026/01/30 9:00:00 0E70 PACKET  00000000033397A0 UDP Snd 192.0.2.15      5c1d R Q [8081   DR  NOERROR] A      (3)www(7)example(2)jp(0)

learn.microsoft.com/windows-server/networking/dns (debug logging) says what is logged; the form itself is explained in
the head of the file alone, and was taken from there and from users' samples. Received from a client, or sent to it as
an answer: the client is the source. Sent to another server, or its answer: that server is the destination. Dates are
in the form of the machine's language; whether `6/5/2013` is in May or June is told by AM and PM, or by a day above 12
in the first lines. Times are local. The details of a packet below its line, and other contexts, hold no record.
"""  # noqa: E501 - the sample's lines are as long as Windows writes them

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine, decode_line, sniff
from sekimori.formats.lines import head_lines
from sekimori.readers.network.server_lines import ADDRESS, NO_LINE, NO_TIME, Times, is_log
from sekimori.readers.network.text_rows import Row, read_lines, rest
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source

__all__ = ["WindowsDns", "name_of"]

_TIME = (
    r"(?P<time>(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}[/.-]\d{1,2}[/.-]\d{1,2}) "
    r"(?:(?:午前|午後) ?)?\d{1,2}:\d\d:\d\d(?: ?[AaPp]\.?[Mm]\.?)?)"
)
_PACKET = re.compile(
    rf"{_TIME} +(?P<thread>[0-9A-F]{{3,8}}) +PACKET +(?P<packet>[0-9A-F]{{8,16}}) +(?P<transport>UDP|TCP) "
    rf"+(?P<direction>Snd|Rcv) +(?P<address>{ADDRESS}) +(?P<xid>[0-9a-f]{{4}}) +(?P<response>R)? *(?P<opcode>[QNU?]) "
    r"+\[(?P<flags>[0-9a-f]{4}) (?P<letters>[A-Z ]{0,12}) (?P<code>[A-Z0-9]{2,10})\] +(?P<type>\S{1,20}) "
    r"+(?P<name>\S.*)"
)
_ENTRY = re.compile(rf"{_TIME} +[0-9A-F]{{3,8}} +[A-Z][A-Za-z]{{2,10}}\b")
_LABEL = re.compile(r"\((\d{1,2})\)")
_NUMBERS = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4} \d{1,2}:\d\d:\d\d(?P<half> ?[AaPp])?")
_COLUMNS = ("time", "transport", "address", "response", "code", "type", "name", "direction")


class WindowsDns(Reader):
    """Queries to and from the DNS server of Windows."""

    name: ClassVar[str] = "windows.dns"
    title: ClassVar[str] = "Windows DNS server debug log"

    def recognises(self, head: Head) -> bool:
        """Lines of packets are there; around them may stand their details and the head that explains the form."""
        return is_log(head, _belongs, _tells)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a packet."""
        times = Times(context, day_first=_day_first(source.head))
        return read_lines(source, lambda line: _row(line, times))


def _tells(text: str) -> bool:
    return _PACKET.fullmatch(text.rstrip()) is not None


def _belongs(text: str) -> bool:
    return _ENTRY.match(text) is not None or not text[:1].isdigit()


def _day_first(head: Head) -> bool:
    """Whether the day stands before the month, where both are numbers with slashes or hyphens."""
    encoding = sniff(head.data)
    lines = (
        decode_line(line, encoding) for line in head_lines(head.data, limit=500, whole=len(head.data) < HEAD_BYTES)
    )
    found = [one for one in map(_NUMBERS.match, lines) if one]
    if any(int(one[1]) > 12 for one in found):
        return True
    return bool(found) and not any(int(one[2]) > 12 or one["half"] for one in found)


def _row(line: TextLine, times: Times) -> Row | str | None:
    found = _PACKET.fullmatch(line.text.rstrip())
    if found is None:
        return NO_LINE if _ENTRY.match(line.text) and " PACKET " in line.text[:60] else None
    time = times.at(found["time"])
    if time is None:
        return NO_TIME
    sent, is_response = found["direction"] == "Snd", found["response"] is not None
    end = "source_ip" if sent == is_response else "destination_ip"
    return {
        "timestamp": time,
        "event_dataset": WindowsDns.name,
        "event_action": f"{found['direction']} {'response' if is_response else 'query'}",
        end: found["address"],
        "network_transport": found["transport"].lower(),
        "network_protocol": "dns",
        "dns_question_name": name_of(found["name"]),
        "dns_question_type": found["type"],
        "dns_response_code": found["code"] if is_response else None,
        "message": rest({**found.groupdict(), "letters": found["letters"].strip()}, *_COLUMNS),
    }


def name_of(text: str) -> str:
    """The name of `(3)www(7)example(2)jp(0)`: each label behind its length, whatever stands in it."""
    labels, at = [], 0
    while (found := _LABEL.match(text, at)) and int(found[1]):
        at = found.end() + int(found[1])
        label = text[found.end() : at]
        if len(label) < int(found[1]) or text[at : at + 1] != "(":
            return _LABEL.sub(".", text).strip(".") or "."  # the length counts bytes of another encoding, or lies
        labels.append(label)
    return ".".join(labels) or _LABEL.sub(".", text).strip(".") or "."
