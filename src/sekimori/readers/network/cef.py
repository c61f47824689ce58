r"""ArcSight's Common Event Format (CEF), as firewalls, proxies and mail filters send it to a SIEM.

    Oct  6 09:00:01 gw1 CEF:0|Example|Proxy|1.0|100|URL blocked\|policy|5|src=192.0.2.15 spt=51515 dst=198.51.100.7
      dpt=443 request=https://www.example.jp/a?b\=c act=blocked cs1Label=Rule cs1=all staff rt=1791244801000

"Implementing ArcSight Common Event Format": the head's `|` and `\` and the extension's `=` and `\` are escaped; values
have blanks. A line is one line in truth. `csN`, `cnN` and the like stand in `message` under the name of their
label. The time is `rt`, else `end`, `start`, else that of syslog's head.
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

__all__ = ["Cef"]

_HEAD = re.compile(r"(?:^|[\s\">])CEF: ?[01]\|" + r"((?:[^|\\]|\\.)*+)\|" * 6)
_KEY = re.compile(r"(?:^|(?<=\s))([A-Za-z_][\w.\[\]-]{0,63})=")
_ESCAPE = re.compile(r"\\([\\|=nr])")
_SPOKEN = {"n": "\n", "r": "\r"}
_HEAD_NAMES = ("device_vendor", "device_product", "device_version", "signature", "name", "severity")
_TIMES = ("rt", "end", "start", "deviceReceiptTime")
_NOT_CEF = N_("not a line of the Common Event Format")
_COLUMNS: Columns = {
    "event_action": ("act", "deviceAction", "outcome"),
    "source_ip": ("src", "c6a2", "sourceAddress"),
    "source_port": ("spt", "sourcePort"),
    "source_user_name": ("suser", "sourceUserName", "suid"),
    "source_domain": ("shost", "sourceHostName"),
    "destination_ip": ("dst", "c6a3", "destinationAddress"),
    "destination_port": ("dpt", "destinationPort"),
    "network_transport": ("proto", "transportProtocol"),
    "network_protocol": ("app", "applicationProtocol"),
    "http_request_method": ("requestMethod",),
    "url_original": ("request", "requestUrl"),
    "url_domain": ("dhost", "destinationHostName", "destinationDnsDomain"),
    "http_request_referrer": ("requestContext",),
    "user_agent_original": ("requestClientApplication",),
    "file_name": ("fname", "filename"),
    "hash_value": ("fileHash",),
    "source_bytes": ("out", "bytesOut"),
    "destination_bytes": ("in", "bytesIn"),
}


class Cef(Reader):
    """Common Event Format."""

    name: ClassVar[str] = "cef.log"
    title: ClassVar[str] = "Common Event Format (CEF)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines hold CEF's head."""
        return mostly(head, lambda text: _HEAD.search(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    found = _HEAD.search(line.text)
    if not found:
        return _NOT_CEF
    wrapped = unwrapped(line.text[: found.start() + 1])
    head = dict(zip(_HEAD_NAMES, map(_plain, found.groups()), strict=True))
    fields = _labelled(_extension(line.text[found.end() :].rstrip()))
    row = columns_of({**head, "device": wrapped.host, **fields}, _COLUMNS)
    times = (clock(text) for text in (*(fields.get(name) for name in _TIMES), wrapped.time))
    row["timestamp"] = next((time for time in times if time), None)
    return {**row, "event_dataset": Cef.name}


def _extension(text: str) -> dict[str, str]:
    """`key=a value key=…`: a value goes on until the next key that a blank is before."""
    found = list(_KEY.finditer(text))
    ends = [*(key.start() for key in found[1:]), len(text)]
    return {key.group(1): _plain(text[key.end() : end].strip()) for key, end in zip(found, ends, strict=False)}


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: _SPOKEN.get(found.group(1), found.group(1)), text)


def _labelled(fields: dict[str, str]) -> dict[str, str]:
    """Custom fields under the names that their labels give; a label that is also another field's name gives none."""
    labels = {key.removesuffix("Label"): label for key, label in fields.items() if key.endswith("Label")}
    named: dict[str, str] = {}
    for key, value in fields.items():
        label = labels.get(key)
        if key.endswith("Label") and key.removesuffix("Label") in fields:
            continue
        plain = not label or label in fields or label in named or key.startswith("c6a")
        named[key if plain else str(label)] = value
    return named
