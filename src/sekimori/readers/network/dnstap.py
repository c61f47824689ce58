r"""dnstap: what a name server (BIND, Unbound, Knot, PowerDNS) asked and answered, as it stood on the wire.

    Frame Streams: 00000000 00000022 00000002 00000001 00000016 protobuf:dnstap.Dnstap, then a length and a frame:
    72 … (message) 08 05 (CLIENT_QUERY) 10 01 (IPv4) 18 01 (UDP) 22 04 c000020f (who asked) 30 … (its port) 52 … (DNS)

Reference: dnstap.info, and `dnstap.proto` (github.com/dnstap/dnstap.pb); the DNS message is RFC 1035. The type of the
message is `event_action`: `CLIENT_…` is between a client and the resolver, `RESOLVER_…` and `FORWARDER_…` between it
and other servers, where the server itself is the source. The time is that of the answer where there is one.
"""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pyarrow as pa

from sekimori.formats.dns_message import message
from sekimori.formats.frame_stream import Frame, content_type, frames
from sekimori.formats.protobuf import fields
from sekimori.model.kinds import NETWORK
from sekimori.model.report import N_
from sekimori.readers.network.text_rows import Row, rest
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Records, Source, unread

__all__ = ["Dnstap"]

_CONTENT = b"protobuf:dnstap.Dnstap"
_NO_MESSAGE = N_("the frame is no dnstap message")
_NO_DNS = N_("the frame's DNS message cannot be read")
_NO_TIME = N_("the frame has no time")
_KINDS = ("AUTH", "RESOLVER", "CLIENT", "FORWARDER", "STUB", "TOOL", "UPDATE")
_TRANSPORTS = {1: ("udp", ""), 2: ("tcp", ""), 3: ("tcp", "DOT"), 4: ("tcp", "DOH"), 5: ("udp", "DNSCrypt"),
               6: ("tcp", "DNSCrypt"), 7: ("udp", "DOQ")}  # fmt: skip
_FAMILIES = {4: socket.AF_INET, 16: socket.AF_INET6}
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_END = 4_102_444_800  # the year 2100
_BATCH_ROWS = 5_000
_STRUCT = pa.struct(list(NETWORK.schema))
_Fields = dict[int, int | bytes]


class Dnstap(Reader):
    """Frames of dnstap."""

    name: ClassVar[str] = "dnstap"
    title: ClassVar[str] = "dnstap file"

    def recognises(self, head: Head) -> bool:
        """The first control frame names the content."""
        return content_type(head.data) == _CONTENT

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a frame; its number stands for the line."""
        del context  # times are in UTC
        rows: list[Row] = []
        with source.open() as stream:
            for frame in frames(stream, source.size):
                if not isinstance(frame, Frame):
                    yield unread(frame.reason, offset=frame.offset, length=frame.length, line=frame.number)
                    continue
                row = _row(frame.data)
                if isinstance(row, str):
                    yield unread(row, offset=frame.offset, length=len(frame.data), line=frame.number)
                else:
                    rows.append(row | {"offset": frame.offset, "length": len(frame.data), "line": frame.number})
                if len(rows) >= _BATCH_ROWS:
                    yield _records(rows)
                    rows = []
        if rows:
            yield _records(rows)


def _records(rows: list[Row]) -> Records:
    return Records(NETWORK, pa.RecordBatch.from_struct_array(pa.array(rows, _STRUCT)))


def _row(data: bytes) -> Row | str:
    outer = fields(data)
    inner = fields(_bytes(outer, 14)) if outer else None
    if not outer or not inner:
        return _NO_MESSAGE
    asked, answered = _time(inner, 8), _time(inner, 12)
    time = answered or asked
    if time is None:
        return _NO_TIME
    kind, told = inner.get(1), _bytes(inner, 14) or _bytes(inner, 10)
    one = message(told)
    if one is None:
        return _NO_DNS
    transport, over = _TRANSPORTS.get(_number(inner, 3), (None, ""))
    server = _bytes(outer, 1).decode("utf-8", "backslashreplace")
    return {
        "timestamp": time,
        "event_dataset": Dnstap.name,
        "event_action": _action(kind),
        "source_ip": _address(inner, 4),
        "source_port": inner.get(6) if _number(inner, 6) < 65536 else None,
        "destination_ip": _address(inner, 5),
        "destination_port": inner.get(7) if _number(inner, 7) < 65536 else None,
        "network_transport": transport,
        "network_protocol": "dns",
        "dns_question_name": one.name,
        "dns_question_type": one.type,
        "dns_response_code": one.code if one.is_response else None,
        "dns_resolved_ip": list(one.addresses) or None,
        "dns_resolved_name": list(one.names) or None,
        "event_duration": round((answered - asked) / timedelta(milliseconds=1)) if answered and asked else None,
        "message": rest({"server_name": server, "over": over, "cut": None if one.whole else True}),
    }


def _action(kind: int | bytes | None) -> str | None:
    if not isinstance(kind, int) or not 1 <= kind <= 2 * len(_KINDS):
        return None
    return f"{_KINDS[(kind - 1) // 2]}_{'QUERY' if kind % 2 else 'RESPONSE'}"


def _time(inner: _Fields, number: int) -> datetime | None:
    """Seconds in one field, nanoseconds in the next."""
    seconds, nanos = _number(inner, number), _number(inner, number + 1)
    if not 0 < seconds < _END or nanos >= 1_000_000_000:
        return None
    return _FIRST + timedelta(seconds=seconds, microseconds=nanos // 1000)


def _address(inner: _Fields, number: int) -> str | None:
    data = _bytes(inner, number)
    return socket.inet_ntop(_FAMILIES[len(data)], data) if len(data) in _FAMILIES else None


def _number(inner: _Fields, number: int) -> int:
    value = inner.get(number)
    return value if isinstance(value, int) else 0


def _bytes(inner: _Fields, number: int) -> bytes:
    value = inner.get(number)
    return value if isinstance(value, bytes) else b""
