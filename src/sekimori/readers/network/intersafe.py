r"""InterSafe WebFilter and InterSafe GatewayConnection: `InterSafe_http.log`, `accesslog_http_*.log`.

    2026/02/03	09:00:01	HTTP	192.0.2.15	営業部\営業一課	sato	-	Blocked	-	403	www.example.com	0	0	0	-	-	データベースマッチ	IT\Web	IT\Web	-	-	http://www.example.com/a	HTTP/1.1	GET	-

25 columns with tabs between them: date, time, protocol, client, group, account, version of the browser, state, address
of the server, status, server, milliseconds, bytes sent, bytes received, media type, nothing, reason, category, two
registered categories, security category, URL, HTTP version, method, referrer; newer versions add columns. Times are
local. States: Proxied and Allowed (let through), Blocked, BlkPost (writing refused), Release (let through for a
while). Reference: the vendor's pages alsifaq.dga.jp/faq_detail.html?id=5032, id=5168, id=5299; of the last the added
columns were not seen, and stand in `message` under their number.
"""  # noqa: E501 - the sample's line is as long as it is written

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.model.report import N_
from sekimori.readers.network.text_rows import Row, integer, mostly, read_lines, rest, shown
from sekimori.readers.network.web_fields import agent, client, time_of
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source
from sekimori.values.address import is_address

__all__ = ["InterSafe"]

_COLUMNS = (
    *("date", "time", "protocol", "client", "group", "account", "browser", "state", "server_ip", "status", "server"),
    *("duration", "sent", "received", "type", "reserved", "reason", "category", "category_1", "category_2"),
    *("security_category", "url", "http_version", "method", "referrer"),
)
_FEWEST = _COLUMNS.index("url") + 1
_KEPT = ("group", "reason", "category", "category_1", "category_2", "security_category", "http_version", "reserved")
_LINE = re.compile(
    r"\d{4}/\d\d/\d\d[\t ]\d\d:\d\d:\d\d[\t ](?:HTTPS?|FTP|[A-Z]{2,8})[\t ](?:[0-9a-fA-F.:]{3,45}|-)[\t ].*"
    r"[\t ](?:Proxied|Blocked|Allowed|BlkPost|Release\w*)[\t ].*",
    re.DOTALL,
)
_NO_LINE = N_("not a line of InterSafe's log")
_NO_TIME = N_("the time of the line cannot be read")


class InterSafe(Reader):
    """InterSafe's access log."""

    name: ClassVar[str] = "intersafe.http"
    title: ClassVar[str] = "InterSafe access log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines fit."""
        return mostly(head, lambda text: _cells(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        return read_lines(source, lambda line: _row(line, context))


def _cells(text: str) -> list[str] | None:
    """The columns of a line; None where it is none. Some tools put a blank for each tab: then all must be there."""
    if not _LINE.fullmatch(text):
        text = unwrapped(text).message
        if not _LINE.fullmatch(text):
            return None
    tabbed = text.split("\t")
    if len(tabbed) >= _FEWEST:
        return tabbed
    parts = text.split(" ")
    return parts if len(parts) == len(_COLUMNS) else None


def _row(line: TextLine, context: ReadingContext) -> Row | str:
    cells = _cells(line.text)
    if cells is None:
        return _NO_LINE
    parts = dict.fromkeys(_COLUMNS, "") | dict(zip(_COLUMNS, cells, strict=False))
    time = time_of(f"{parts['date']} {parts['time']}", context.zone)
    if time is None:
        return _NO_TIME
    server_ip, host = shown(parts["server_ip"]), shown(parts["server"])
    extra = {f"column_{number}": cell for number, cell in enumerate(cells[len(_COLUMNS) :], len(_COLUMNS) + 1)}
    return {
        "timestamp": time,
        "event_dataset": InterSafe.name,
        "event_action": shown(parts["state"]),
        **client(parts["client"]),
        "source_user_name": shown(parts["account"]),
        "destination_ip": server_ip if server_ip and is_address(server_ip) else None,
        "network_protocol": (shown(parts["protocol"]) or "").lower() or None,
        "http_request_method": shown(parts["method"]),
        "url_original": shown(parts["url"]) or host,
        "url_domain": host,
        "http_response_status_code": integer(parts["status"]),
        "http_request_referrer": shown(parts["referrer"]),
        "user_agent_original": agent(parts["browser"], quoted=True),
        "mime_type": shown(parts["type"]),
        "event_duration": integer(parts["duration"]),
        "source_bytes": integer(parts["sent"]),
        "destination_bytes": integer(parts["received"]),
        "message": rest({name: parts[name] for name in _KEPT} | extra),
    }
