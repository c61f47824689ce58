r"""IBM QRadar's Log Event Extended Format (LEEF) 1.0 and 2.0.

    Oct  6 09:00:01 gw1 LEEF:2.0|Example|Gateway|1.0|block|^|src=192.0.2.15^dst=198.51.100.7^usrName=yamada^url=/a

ibm.com/docs, "Log Event Extended Format (LEEF)". Attributes are parted by tabs, in 2.0 by the character that the head
names, as itself or as `x5E` or `0x5E`. Tabs that a relay turned into blanks are tolerated. The time is `devTime`, else
that of syslog's head.
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

__all__ = ["Leef"]

_HEAD = re.compile(r"(?:^|[\s\">])LEEF:([12])\.0\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|")
_DELIMITER = re.compile(r"(?:(?:0?x|\\x)([0-9A-Fa-f]{2,4})|(\\t)|([^|\w=]))?\|")
_BLANKS = re.compile(r"\s+(?=[A-Za-z][\w.-]{0,63}=)")
_NOT_LEEF = N_("not a line of the Log Event Extended Format")
_COLUMNS: Columns = {
    "event_action": ("action", "act", "event_id"),
    "source_ip": ("src",),
    "source_port": ("srcPort",),
    "source_user_name": ("usrName", "accountName"),
    "source_domain": ("identHostName", "srcHostName"),
    "destination_ip": ("dst",),
    "destination_port": ("dstPort",),
    "network_transport": ("proto",),
    "http_request_method": ("method",),
    "url_original": ("url", "URL"),
    "url_domain": ("dstHostName", "domain", "host"),
    "http_request_referrer": ("referer",),
    "user_agent_original": ("userAgent",),
    "file_name": ("filename", "fileName"),
    "source_bytes": ("srcBytes",),
    "destination_bytes": ("dstBytes",),
}


class Leef(Reader):
    """Log Event Extended Format."""

    name: ClassVar[str] = "leef.log"
    title: ClassVar[str] = "Log Event Extended Format (LEEF)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines hold LEEF's head."""
        return mostly(head, lambda text: _HEAD.search(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    found = _HEAD.search(line.text)
    if not found:
        return _NOT_LEEF
    version, vendor, product, release, event = found.groups()
    wrapped = unwrapped(line.text[: found.start() + 1])
    delimiter, text = _delimited(version, line.text[found.end() :])
    fields = {
        name.strip(): value for name, mark, value in (part.partition("=") for part in _parts(text, delimiter)) if mark
    }
    head = {"device_vendor": vendor, "device_product": product, "device_version": release, "event_id": event}
    row = columns_of({**head, "device": wrapped.host, **fields}, _COLUMNS)
    row["timestamp"] = clock(fields.get("devTime")) or clock(wrapped.time)
    return {**row, "event_dataset": Leef.name}


def _delimited(version: str, text: str) -> tuple[str, str]:
    """The character between attributes, and the attributes."""
    found = _DELIMITER.match(text) if version == "2" else None
    if not found:
        return "\t", text
    code, tab, itself = found.groups()
    delimiter = chr(int(code, 16)) if code else "\t" if tab or not itself else itself
    return delimiter, text[found.end() :]


def _parts(text: str, delimiter: str) -> list[str]:
    if delimiter == "\t" and "\t" not in text:
        return _BLANKS.split(text)
    return text.split(delimiter)
