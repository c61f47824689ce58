r"""AWS VPC flow logs as text: version 2, and versions 3 to 8 with their header line.

    version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
    2 123456789012 eni-0a1b2c3d 192.0.2.15 198.51.100.7 51515 443 6 10 840 1791244801 1791244861 ACCEPT OK

docs.aws.amazon.com/vpc, "Flow log records". Without a header the fields are those of version 2. `pkt-srcaddr` and
`pkt-dstaddr`, where they are, tell who spoke to whom beyond a gateway and go before `srcaddr` and `dstaddr`. A flow
goes one way: its bytes are the sender's. NODATA is no record; SKIPDATA, flows that AWS lost, is unread.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine, decode_line, sniff
from sekimori.formats.lines import head_lines
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, integer, mostly, read_lines
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source

__all__ = ["AwsVpcFlow"]

_USUAL = [
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("packets", "bytes", "start", "end", "action", "log-status"),
]
_LINE = re.compile(
    r"2 (?:\d{12}|unknown) (?:eni-[0-9a-f]{3,20}|-) (?:\S+ ){8}\d{9,10} (?:ACCEPT|REJECT|-) (?:OK|NODATA|SKIPDATA)"
)
_NAMES = re.compile(r"[a-z]+(?:-[a-z0-9]+)*(?: [a-z0-9]+(?:-[a-z0-9]+)*){3,}")
_NOT_FLOW = N_("not a line of a VPC flow log")
_SKIPPED = N_("flows were lost before they were logged (SKIPDATA)")
_COLUMNS: Columns = {
    "event_action": ("action",),
    "source_ip": ("pkt-srcaddr", "srcaddr"),
    "source_port": ("srcport",),
    "destination_ip": ("pkt-dstaddr", "dstaddr"),
    "destination_port": ("dstport",),
    "network_transport": ("protocol",),
    "source_bytes": ("bytes",),
}


class AwsVpcFlow(Reader):
    """AWS VPC flow logs."""

    name: ClassVar[str] = "aws.vpc_flow"
    title: ClassVar[str] = "AWS VPC flow log"

    def recognises(self, head: Head) -> bool:
        """The first line is a header of flow logs, or most of the first lines are of version 2."""
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)[:1]
        first = decode_line(lines[0], sniff(head.data)).strip() if lines else ""
        return _is_header(first) or mostly(head, lambda text: _LINE.fullmatch(text.strip()) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a flow."""
        clock, names = clock_of(context), list(_USUAL)

        def row_of(line: TextLine) -> Row | str | None:
            text = line.text.strip()
            if _is_header(text):
                names[:] = text.split(" ")
                return None
            cells = text.split(" ")
            fields = dict(zip(names, cells, strict=False))
            if fields.get("log-status") == "SKIPDATA":
                return _SKIPPED
            if fields.get("log-status") == "NODATA":
                return None
            start = clock(fields.get("start")) or clock(fields.get("end"))
            if len(cells) != len(names) or start is None:
                return _NOT_FLOW
            row = columns_of(fields, _COLUMNS, "start")
            first, last = integer(fields.get("start")), integer(fields.get("end"))
            lasted = (last - first) * 1_000 if first is not None and last is not None and last >= first else None
            return {**row, "timestamp": start, "event_dataset": AwsVpcFlow.name, "event_duration": lasted}

        return read_lines(source, row_of)


def _is_header(text: str) -> bool:
    names = set(text.split(" ")) if _NAMES.fullmatch(text) else set()
    return {"srcaddr", "dstaddr"} <= names or {"pkt-srcaddr", "pkt-dstaddr"} <= names
