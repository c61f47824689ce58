r"""Messages of Cisco ASA and Firepower (FTD) that tell of connections, URLs, refusals and VPN sessions.

    Oct  6 2026 09:00:01 fw1 : %ASA-6-302013: Built outbound TCP connection 11 for outside:198.51.100.7/443
      (198.51.100.7/443) to inside:192.0.2.15/51515 (203.0.113.1/51515)

cisco.com, "Cisco Secure Firewall ASA Series Syslog Messages". A message is one line in truth. In `Built outbound` the
second end asked, in `Built inbound` the first; `Teardown` does not say, so the line that built the connection is
remembered (the last 100,000). Without it the lower port below 1024 is the server's, else the first end is taken as
contacted. A translation's outer address is the firewall's own, and no destination. FTD's 430001 to 430005 are
`Name: value` pairs. Messages without addresses are no records; one with addresses in an unknown form is unread.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.formats.syslog import unwrapped
from sekimori.model.report import N_
from sekimori.readers.network.cisco_messages import Connections, fields_of
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["CiscoAsa"]

_MARK = re.compile(r"%(ASA|FTD|FWSM|PIX)-(?:[\w]{1,20}-)?([0-7])-(\d{6}): ?")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_NOT_CISCO = N_("not a message of Cisco ASA or FTD")
_UNKNOWN = N_("the message {code} has addresses in a form that is not known")
_COLUMNS: Columns = {
    "event_action": ("action", "AccessControlRuleAction"),
    "source_ip": ("source", "SrcIP"),
    "source_port": ("source_port", "SrcPort"),
    "source_user_name": ("user", "User"),
    "destination_ip": ("destination", "DstIP"),
    "destination_port": ("destination_port", "DstPort"),
    "network_transport": ("protocol", "Protocol"),
    "network_protocol": ("ApplicationProtocol",),
    "url_original": ("url", "URL"),
    "url_domain": ("domain", "ReferencedHost"),
    "http_response_status_code": ("HTTPResponse",),
    "http_request_referrer": ("HTTPReferer",),
    "user_agent_original": ("UserAgent",),
    "dns_question_name": ("DNSQuery",),
    "dns_question_type": ("DNSRecordType",),
    "file_name": ("FileName",),
    "hash_value": ("FileSHA256",),
    "event_duration": ("milliseconds",),
    "source_bytes": ("sent", "InitiatorBytes"),
    "destination_bytes": ("received", "ResponderBytes"),
}


class CiscoAsa(Reader):
    """Cisco ASA and FTD."""

    name: ClassVar[str] = "cisco.asa"
    title: ClassVar[str] = "Cisco ASA and FTD log"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines have the mark of an ASA's message."""
        return mostly(head, lambda text: _MARK.search(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a message that tells of addresses."""
        clock, connections = clock_of(context), Connections()

        def row_of(line: TextLine) -> Row | str | None:
            found = _MARK.search(line.text)
            if not found:
                return _NOT_CISCO
            product, _, code = found.groups()
            text = line.text[found.end() :]
            fields = fields_of(code, text, connections)
            if fields is None:
                return _UNKNOWN.format(code=code) if _ADDRESS.search(text) else None
            head = unwrapped(line.text[: found.start()])
            row = columns_of({"code": code, "device": head.host, **fields}, _COLUMNS)
            return {**row, "timestamp": clock(head.time), "event_dataset": f"cisco.{product.lower()}"}

        return read_lines(source, row_of)
