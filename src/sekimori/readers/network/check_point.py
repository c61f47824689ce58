r"""Check Point's logs as Log Exporter and the old LEA tools write them, but for CEF and LEEF.

    <134>1 2026-10-06T00:00:01Z cp1 CheckPoint 123 - [action:"Drop"; ifdir:"inbound"; src:"192.0.2.15";
      dst:"198.51.100.7"; service:"443"; proto:"6"; s_port:"51515"; product:"VPN-1 & FireWall-1"; time:"1791244801"]
    time=1791244802|hostname=cp1|product=URL Filtering|action=Block|src=192.0.2.16|dst=198.51.100.8|resource=http://…

Reference: Check Point sk122323 (Log Exporter: the formats syslog, splunk and generic).

Only a part of the field list was
available when this was written: names that are not known stand in `message`. A line is one line in truth.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["CheckPoint"]

_COLONS = re.compile(r'(?:^|[\[;\s])([A-Za-z_][\w.-]{0,63}) ?: ?"((?:[^"\\]|\\.)*+)"?')
_BARS = re.compile(r"(?:^|\|)([A-Za-z_][\w.-]{0,63})=([^|]*)")
_BY_COLON = re.compile(r'\b(?:action|src|product|origin|ifdir) ?: ?"[^"]{0,200}"; ')
_BY_BAR = re.compile(r"(?:^|[\s|])(?:time|loc|hostname|product|action)=[^|]{0,200}\|[A-Za-z_][\w.-]{0,63}=")
_OURS = re.compile(r"CheckPoint|Check Point|\b(?:ifdir|loguid|originsicname|origin_sic_name|product)(?:=| ?: ?\")")
_ESCAPE = re.compile(r'\\(["\\\]\[=|])')
_START = re.compile(r"(?:^|\s)([A-Za-z_]\w{0,63}=[^|]*\|)")
_NOT_CHECK_POINT = N_("not a line of Check Point's log")
_COLUMNS: Columns = {
    "event_action": ("action", "rule_action"),
    "source_ip": ("src",),
    "source_port": ("s_port",),
    "source_user_name": ("src_user_name", "user"),
    "source_domain": ("src_machine_name",),
    "destination_ip": ("dst",),
    "destination_port": ("service",),
    "network_transport": ("proto",),
    "network_protocol": ("service_id", "appi_name"),
    "http_request_method": ("method",),
    "url_original": ("resource", "url"),
    "url_domain": ("dst_domain_name", "domain", "sni"),
    "http_response_status_code": ("http_status",),
    "http_request_referrer": ("referrer",),
    "user_agent_original": ("web_client_type", "user_agent"),
    "dns_question_name": ("dns_query",),
    "dns_question_type": ("dns_type",),
    "file_name": ("file_name",),
    "hash_value": ("file_sha256", "file_sha1", "file_md5"),
    "email_address": ("from",),
    "source_bytes": ("sent_bytes", "client_outbound_bytes"),
    "destination_bytes": ("received_bytes", "client_inbound_bytes"),
}


class CheckPoint(Reader):
    """Check Point, `name:"value";` or `name=value|`."""

    name: ClassVar[str] = "check_point.log"
    title: ClassVar[str] = "Check Point log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines have Check Point's fields in one of the two forms."""
        return mostly(head, _fits)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _fits(text: str) -> bool:
    if _OURS.search(text) is None or "CEF:" in text[:200] or "LEEF:" in text[:200]:
        return False
    return _BY_COLON.search(text) is not None or _BY_BAR.search(text) is not None


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    if not _fits(line.text):
        return _NOT_CHECK_POINT
    wrapped = unwrapped(line.text)
    fields = _fields(line.text)  # RFC 5424 would take the brackets for its own
    row = columns_of({"device": wrapped.host, **fields}, _COLUMNS, "time")
    row["timestamp"] = clock(fields.get("time")) or clock(wrapped.time)
    return {**row, "event_dataset": CheckPoint.name}


def _fields(text: str) -> dict[str, str]:
    if _BY_COLON.search(text):
        found = _COLONS.finditer(text)
    else:
        start = _START.search(text)
        found = _BARS.finditer(text[start.start(1) :] if start else text)
    return {pair.group(1): _ESCAPE.sub(r"\1", pair.group(2)).strip() for pair in found}
