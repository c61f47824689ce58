r"""Access logs of AWS load balancers: Application (ALB), Network (NLB, its TLS listeners) and Classic (CLB).

    https 2026-10-06T00:00:01.123456Z app/web/50dc6c495c0c9188 203.0.113.9:2817 192.0.2.80:80 0.001 0.002 0.000 200 200
      34 366 "GET https://www.example.jp:443/a HTTP/1.1" "curl/8.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:…

docs.aws.amazon.com/elasticloadbalancing, "Access logs" of each. A line is one line in truth. The asker is the client,
the destination is the target (the server behind), or `-` where none was chosen. Bytes received are the client's.
Times are UTC; an ALB's is that of the answer.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import ClassVar

from sekimori.formats.encoding import TextLine
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import Head, Item, Reader, ReadingContext, Source

__all__ = ["AwsLoadBalancer"]

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?"
_END = r"\[?[0-9a-fA-F.:]{2,45}\]?:\d{1,5}"
_APPLICATION = re.compile(rf"(?:https?|h2|grpcs?|wss?) {_TIME} \S+ {_END} ")
_NETWORK = re.compile(rf"tls \d\.\d {_TIME} \S+ \S+ {_END} ")
_CLASSIC = re.compile(rf'{_TIME} [\w-]+ {_END} (?:{_END}|-) (?:-?[\d.]+ ){{3}}\S+ \S+ -?\d+ -?\d+ "')
_CELL = re.compile(r'"((?:[^"\\]|\\.)*+)"?|(\S+)')
_REQUEST = re.compile(r"([A-Z]{3,20}|-) (.*?) (HTTP/[\d.]+|- ?)")
_NAMES = {
    "alb": (
        *("type", "time", "elb", "client", "target", "request_time", "target_time", "response_time", "status"),
        *("target_status", "received", "sent", "request", "user_agent", "cipher", "tls", "target_group", "trace"),
        *("domain", "certificate", "rule", "created", "actions", "redirect", "error"),
    ),
    "nlb": (
        *("type", "version", "time", "elb", "listener", "client", "target", "connection_time", "handshake_time"),
        *("received", "sent", "alert", "certificate", "certificate_serial", "cipher", "tls", "group", "domain"),
    ),
    "clb": (
        *("time", "elb", "client", "target", "request_time", "target_time", "response_time", "status"),
        *("target_status", "received", "sent", "request", "user_agent", "cipher", "tls"),
    ),
}
_NOT_A_LINE = N_("not a line of an AWS load balancer's log")
_COLUMNS: Columns = {
    "event_action": ("actions",),
    "source_ip": ("client_ip",),
    "source_port": ("client_port",),
    "destination_ip": ("target_ip",),
    "destination_port": ("target_port",),
    "network_protocol": ("type",),
    "http_request_method": ("method",),
    "url_original": ("url",),
    "url_domain": ("domain",),
    "http_response_status_code": ("status",),
    "user_agent_original": ("user_agent",),
    "source_bytes": ("received",),
    "destination_bytes": ("sent",),
}


class AwsLoadBalancer(Reader):
    """Access logs of AWS load balancers."""

    name: ClassVar[str] = "aws.elb"
    title: ClassVar[str] = "AWS load balancer log (ALB, NLB, CLB)"

    def recognises(self, head: Head) -> bool:
        """Most of the first lines begin as one of the three does."""
        return mostly(head, lambda text: _form(text) is not None)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a request or connection; the dataset is `aws.alb`, `aws.nlb` or `aws.clb`."""
        clock = clock_of(context)
        return read_lines(source, lambda line: _row(line, clock))


def _form(text: str) -> str | None:
    forms = {"alb": _APPLICATION, "nlb": _NETWORK, "clb": _CLASSIC}
    return next((name for name, form in forms.items() if form.match(text)), None)


def _row(line: TextLine, clock: Callable[[str | None], datetime | None]) -> Row | str:
    form = _form(line.text)
    if form is None:
        return _NOT_A_LINE
    cells = [quoted or bare for quoted, bare in _CELL.findall(line.text)]
    fields = dict(zip(_NAMES[form], cells, strict=False))
    fields |= {f"more{at}": cell for at, cell in enumerate(cells[len(_NAMES[form]) :])}
    for end in ("client", "target"):
        host, mark, port = fields.pop(end, "").rpartition(":")
        fields |= {f"{end}_ip": host, f"{end}_port": port} if mark else {}
    if found := _REQUEST.match(fields.get("request", "")):
        fields |= {"method": found.group(1), "url": found.group(2)}
        del fields["request"]
    time = fields.get("time", "")
    row = columns_of(fields, _COLUMNS, "time")
    row["timestamp"] = clock(time if time.endswith("Z") else f"{time}Z")
    return {**row, "event_dataset": f"aws.{form}", "network_transport": "tcp"}
