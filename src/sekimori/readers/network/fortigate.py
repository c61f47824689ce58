r"""FortiGate's log as key=value pairs: traffic, UTM (web filter, DNS, application, IPS, antivirus) and events.

    date=2026-10-06 time=09:00:01 devname="fw1" devid="FG100FTK00000001" eventtime=1791244801123456789 tz="+0900"
      logid="0317013312" type="utm" subtype="webfilter" level="notice" srcip=192.0.2.15 srcport=51515
      dstip=198.51.100.7 dstport=443 hostname="www.example.jp" url="https://www.example.jp/a" action="blocked"

docs.fortinet.com, FortiOS Log Message Reference. A line is one line in truth. `eventtime` is in seconds (6.0),
milliseconds or nanoseconds (6.2 on) and goes before `date`, `time` and `tz`. A path alone in `url` is put behind its
host. `dstip` of a DNS record is the server that was asked, as the log says itself.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of, pairs
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["FortiGate"]

_LOG_ID = re.compile(r'(?:^|[\s,])log_?id="?\d{5,10}"?[\s,]')
_TYPE = re.compile(r'[\s,]type="?(?:traffic|utm|event|webfilter|dns|ips|app-ctrl|virus|attack|emailfilter|anomaly)\b')
_NOT_FORTIGATE = N_("not a line of FortiGate's log")
_COLUMNS: Columns = {
    "event_action": ("action", "utmaction", "status"),
    "source_ip": ("srcip", "src", "remip"),
    "source_port": ("srcport", "src_port"),
    "source_user_name": ("user", "unauthuser", "xauthuser"),
    "source_domain": ("srcname", "src_host"),
    "destination_ip": ("dstip", "dst"),
    "destination_port": ("dstport", "dst_port"),
    "network_transport": ("proto",),
    "network_protocol": ("service",),
    "http_request_method": ("httpmethod", "reqtype"),
    "url_domain": ("hostname", "dstname"),
    "http_response_status_code": ("httpcode",),
    "http_request_referrer": ("referralurl",),
    "user_agent_original": ("agent",),
    "mime_type": ("contenttype",),
    "dns_question_name": ("qname",),
    "dns_question_type": ("qtype",),
    "dns_resolved_ip": ("ipaddr",),
    "file_name": ("filename",),
    "hash_value": ("analyticscksum", "filehash"),
    "email_address": ("from", "sender"),
    "source_bytes": ("sentbyte",),
    "destination_bytes": ("rcvdbyte",),
}


class FortiGate(Reader):
    """FortiGate, key=value."""

    name: ClassVar[str] = "fortigate.log"
    title: ClassVar[str] = "FortiGate log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines have FortiGate's log id and type."""
        return mostly(head, _fits)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line; the dataset is `fortigate.` and the subtype or type."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _fits(text: str) -> bool:
    return _LOG_ID.search(text) is not None and _TYPE.search(text) is not None


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    if not _fits(line.text):
        return _NOT_FORTIGATE
    fields = pairs(unwrapped(line.text).message)
    stamp = " ".join(filter(None, (fields.get("date"), fields.get("time"), fields.get("tz"))))
    row = columns_of(fields, _COLUMNS, "date", "time", "tz", "eventtime")
    row["timestamp"] = clock(fields.get("eventtime")) or clock(stamp)
    row["event_dataset"] = f"fortigate.{_kind(fields)}"
    row["url_original"] = _url(fields)
    duration = fields.get("duration", "")
    if duration.isascii() and duration.isdigit() and len(duration) < 12:
        row["event_duration"] = int(duration) * 1_000
    return row


def _kind(fields: dict[str, str]) -> str:
    kind = fields.get("type", "")
    kind = fields.get("subtype", "") if kind == "utm" else kind
    return kind if re.fullmatch(r"[a-z-]{1,20}", kind) else "log"


def _url(fields: dict[str, str]) -> str | None:
    url, host = fields.get("url"), fields.get("hostname")
    if url and host and url.startswith("/"):
        scheme = "https" if fields.get("service", "").upper() in {"HTTPS", "SSL"} else "http"
        return f"{scheme}://{host}{url}"
    return url or None
