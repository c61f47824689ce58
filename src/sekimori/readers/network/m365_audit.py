r"""Microsoft 365's unified audit log: the CSV export with its column AuditData, and JSON lines of the same objects.

    RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames
    1,2026-10-06T00:00:01.0000000Z,15,UserLoggedIn,taro@example.jp,"{""CreationTime"":""2026-10-06T00:00:01"",…}",,

learn.microsoft.com/purview, "Detailed properties in the audit log" and "Export, configure, and view audit log
records". `CreationTime` is UTC. A client's address may carry its port (`192.0.2.15:443`, `[2001:db8::15]:443`), and
stands in ClientIP, ClientIPAddress or ActorIpAddress. Who did it, and from where, are the record's source; what was
done is its action.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import orjson

from sekimori.formats.encoding import TextLine, decode_line, sniff
from sekimori.formats.lines import head_lines
from sekimori.model.report import N_
from sekimori.readers.network.device_fields import Columns, clock_of, columns_of
from sekimori.readers.network.text_rows import Row, mostly, read_lines
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Source

__all__ = ["M365Audit"]

_CREATED = re.compile(r'"CreationTime"\s*:\s*"')
_WORKLOAD = re.compile(r'"(?:Workload|RecordType)"\s*:')
_OPERATION = re.compile(r'"Operation"\s*:\s*"')
_PORT = re.compile(r"\[?([0-9A-Fa-f.:]+?)\]?:(\d{1,5})")
_NO_DATA = N_("the line holds no object of the audit log")
_ADDRESSES = ("ClientIP", "ClientIPAddress", "ActorIpAddress")
_COLUMNS: Columns = {
    "event_action": ("Operation",),
    "source_ip": ("address",),
    "source_port": ("port",),
    "source_user_name": ("UserId", "UserKey"),
    "url_original": ("ObjectUrl", "SiteUrl"),
    "user_agent_original": ("UserAgent", "ClientInfoString"),
    "file_name": ("SourceFileName",),
}


class M365Audit(Reader):
    """Microsoft 365 unified audit log."""

    name: ClassVar[str] = "m365.audit"
    title: ClassVar[str] = "Microsoft 365 unified audit log"

    def recognises(self, head: Head) -> bool:
        """The header has the export's columns, or most of the first lines are objects of the log."""
        return "AuditData" in _header(head) or mostly(head, _is_object)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record an entry."""
        clock = clock_of(context)
        at = _column(source.head)

        def row_of(line: TextLine) -> Row | str | None:
            if at is not None and line.line == 1:
                return None
            data = _object(line.text if at is None else _cell(line, at))
            if data is None:
                return _NO_DATA
            created = str(data.get("CreationTime", ""))
            fields = _fields(data)
            row = columns_of(fields, _COLUMNS, "CreationTime")
            time = clock(created if created.endswith("Z") else f"{created}Z")
            return {**row, "timestamp": time, "event_dataset": M365Audit.name}

        return read_lines(source, row_of)


def _is_object(text: str) -> bool:
    return text.lstrip().startswith("{") and all(form.search(text) for form in (_CREATED, _WORKLOAD, _OPERATION))


def _header(head: Head) -> list[str]:
    lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)[:1]
    text = decode_line(lines[0], sniff(head.data)) if lines else ""
    names = [name.strip().strip('"') for name in text.lstrip("\ufeff").split(",")]
    return names if {"CreationDate", "CreationTime", "RecordId"} & set(names) else []


def _column(head: Head) -> int | None:
    names = _header(head)
    return names.index("AuditData") if "AuditData" in names else None


def _cell(line: TextLine, at: int) -> str:
    """The cell of a row; the export puts each on one line, as JSON has no line breaks of its own."""
    try:
        cells = next(csv.reader([line.text]), [])
    except csv.Error:
        return ""
    return cells[at] if at < len(cells) else ""


def _object(text: str) -> dict[str, object] | None:
    try:
        data = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        return None
    return data if isinstance(data, dict) and "Operation" in data else None


def _fields(data: Mapping[str, object]) -> dict[str, str]:
    """The entry's fields as texts, whatever is nested as JSON; the client's address and port apart."""
    fields = {name: value if isinstance(value, str) else _written(value) for name, value in data.items()}
    written = next((fields[name] for name in _ADDRESSES if fields.get(name)), "")
    found = _PORT.fullmatch(written) if written.count(":") == 1 or written.startswith("[") else None
    host, port = found.groups() if found else (written, "")
    if "://" in fields.get("ObjectId", ""):
        fields["ObjectUrl"] = fields.pop("ObjectId")
    return {**fields, "address": host, "port": port}


def _written(value: object) -> str:
    return "" if value is None else orjson.dumps(value).decode()
