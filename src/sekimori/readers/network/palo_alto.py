r"""Palo Alto Networks' syslog of comma-separated values: TRAFFIC and THREAT (URL, WildFire, DNS, virus, spyware …).

    <14>Oct  6 09:00:01 pa1 1,2026/10/06 09:00:01,012345678901,TRAFFIC,end,2561,2026/10/06 09:00:00,192.0.2.15,
      198.51.100.7,0.0.0.0,0.0.0.0,rule1,example\yamada,,ssl,vsys1,trust,untrust,eth1,eth2,log,…

Reference: docs.paloaltonetworks.com, "Syslog Field Descriptions" of PAN-OS 8.1 to 11.1.

Later releases only add fields at the end,
so that one order holds for all. A line is one line in truth. Times are the firewall's local ones. Source and
destination stand as logged; a THREAT's `direction` is in `message`. The field for URL or file is a URL in the subtype
`url`, the name asked for in `dns` threats that give one, and else a file's name. Other types become records with
their fields in `message`.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["PaloAlto"]

_TYPES = "TRAFFIC|THREAT|SYSTEM|CONFIG|HIPMATCH|HIP-MATCH|GLOBALPROTECT|USERID|DECRYPTION|AUTHENTICATION|CORRELATION"
_START = re.compile(
    rf"(?:^|[\s,])(\d{{0,3}},\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d,[0-9A-Za-z]{{0,20}},(?:{_TYPES}|TUNNEL|GTP|SCTP),)"
)
_NOT_PALO_ALTO = N_("not a line of Palo Alto's log")
_FEW = N_("the line has fewer fields than its type needs")
_COMMON = [
    "_",
    "receive_time",
    "serial",
    "type",
    "subtype",
    "_",
    "time_generated",
    "src",
    "dst",
    "natsrc",
    "natdst",
    "rule",
    "srcuser",
    "dstuser",
    "app",
    "vsys",
    "from",
    "to",
    "inbound_if",
    "outbound_if",
    "logset",
    "_",
    "sessionid",
    "repeatcnt",
    "sport",
    "dport",
    "natsport",
    "natdport",
    "flags",
    "proto",
    "action",
]
_TRAFFIC = [
    "bytes",
    "bytes_sent",
    "bytes_received",
    "packets",
    "start",
    "elapsed",
    "category",
    "_",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "_",
    "pkts_sent",
    "pkts_received",
    "session_end_reason",
    "_",
    "_",
    "_",
    "_",
    "vsys_name",
    "device_name",
    "action_source",
    "src_uuid",
    "dst_uuid",
]
_THREAT = [
    "misc",
    "threatid",
    "category",
    "severity",
    "direction",
    "seqno",
    "actionflags",
    "srcloc",
    "dstloc",
    "_",
    "contenttype",
    "pcap_id",
    "filedigest",
    "cloud",
    "url_idx",
    "user_agent",
    "filetype",
    "xff",
    "referer",
    "sender",
    "subject",
    "recipient",
    "reportid",
    "_",
    "_",
    "_",
    "_",
    "vsys_name",
    "device_name",
    "_",
    "src_uuid",
    "dst_uuid",
    "http_method",
]
_OTHER = ["_", "receive_time", "serial", "type", "subtype", "_", "time_generated"]
_ORDERS = {"TRAFFIC": [*_COMMON, *_TRAFFIC], "THREAT": [*_COMMON, *_THREAT]}
_COLUMNS: Columns = {
    "event_action": ("action",),
    "source_ip": ("src",),
    "source_port": ("sport",),
    "source_user_name": ("srcuser",),
    "destination_ip": ("dst",),
    "destination_port": ("dport",),
    "network_transport": ("proto",),
    "network_protocol": ("app",),
    "url_original": ("url",),
    "dns_question_name": ("dns",),
    "file_name": ("file",),
    "hash_value": ("filedigest",),
    "http_request_method": ("http_method",),
    "http_request_referrer": ("referer",),
    "user_agent_original": ("user_agent",),
    "mime_type": ("contenttype",),
    "email_address": ("sender",),
    "source_bytes": ("bytes_sent",),
    "destination_bytes": ("bytes_received",),
}
_DNS_NAME = re.compile(r"(?:[\w-]{1,63}\.){1,20}[\w-]{2,63}")


class PaloAlto(Reader):
    """PAN-OS, comma-separated."""

    name: ClassVar[str] = "palo_alto.log"
    title: ClassVar[str] = "Palo Alto Networks log (CSV)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines begin with PAN-OS's first fields, behind any head."""
        return mostly(head, lambda text: _START.search(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line; the dataset is `palo_alto.` and the type."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    found = _START.search(line.text)
    if not found:
        return _NOT_PALO_ALTO
    try:
        cells = next(csv.reader([line.text[found.start(1) :]]), [])
    except csv.Error:
        return _NOT_PALO_ALTO
    order = _ORDERS.get(cells[3], _OTHER)
    if order is not _OTHER and len(cells) <= len(_COMMON):
        return _FEW
    fields = {name if name != "_" else f"field{at}": cell for at, (name, cell) in enumerate(_named(order, cells))}
    _name_object(fields)
    row = columns_of(fields, _COLUMNS, "receive_time", "time_generated", "elapsed")
    row["timestamp"] = clock(fields.get("time_generated")) or clock(fields["receive_time"])
    row["event_dataset"] = f"palo_alto.{cells[3].lower()}"
    elapsed = fields.get("elapsed", "")
    if elapsed.isascii() and elapsed.isdigit() and len(elapsed) < 12:
        row["event_duration"] = int(elapsed) * 1_000
    return row


def _named(order: list[str], cells: list[str]) -> list[tuple[str, str]]:
    """Each cell with its name; those behind the known ones are numbered."""
    return list(zip([*order, *["_"] * max(len(cells) - len(order), 0)], cells, strict=False))


def _name_object(fields: dict[str, str]) -> None:
    """What a THREAT is about, under the name of what it is."""
    misc = fields.get("misc", "")
    if not misc:
        return
    subtype = fields.get("subtype", "")
    is_dns = fields.get("app") in {"dns", "dns-base"} and _DNS_NAME.fullmatch(misc)
    if subtype == "url" or ("/" in misc and not is_dns):
        del fields["misc"]
        fields["url"] = misc if "://" in misc else f"{_scheme(fields)}://{misc}"
    elif is_dns:
        fields["dns"] = fields.pop("misc")
    else:
        fields["file"] = fields.pop("misc")


def _scheme(fields: dict[str, str]) -> str:
    """PAN-OS leaves the scheme off its URLs."""
    return "https" if fields.get("dport") == "443" or fields.get("app") == "ssl" else "http"
