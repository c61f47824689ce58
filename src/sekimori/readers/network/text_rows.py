"""What the readers of logs share that are read a line at a time: lines to rows, rows to batches of records."""

from collections.abc import Callable, Iterator, Mapping

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.encoding import TextLine, decode_line, sniff, text_lines
from sekimori.formats.lines import LONGEST_LINE, head_lines
from sekimori.formats.url_columns import hosts_and_ports
from sekimori.model.kinds import NETWORK
from sekimori.model.place import Statement
from sekimori.model.report import N_
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Records, Source, unread

__all__ = ["Row", "integer", "mostly", "read_lines", "rest", "shown"]

Row = dict[str, object]
"""Columns of the kind `network` by name, `timestamp` among them; those not named are empty."""

_STRUCT = pa.struct(list(NETWORK.schema))
_BATCH_ROWS = 5_000
_HOST_OF = {"url_domain": "url_original", "referrer_domain": "http_request_referrer"}
_TOO_LONG = N_("the line is longer than {count} bytes")
_LARGEST = 2**63 - 1


def mostly(head: Head, fits: Callable[[str], bool], *, share: float = 0.6) -> bool:
    """Whether so many of the first lines fit; the first may be broken."""
    encoding = sniff(head.data)
    lines = [decode_line(line, encoding) for line in head_lines(head.data, whole=len(head.data) < HEAD_BYTES)]
    fitting = sum(map(fits, lines))
    return fitting > 0 and fitting >= share * (len(lines) - 1)


def read_lines(source: Source, row_of: Callable[[TextLine], Row | str | None]) -> Iterator[Item]:
    """The records of a log.

    `row_of` gives the row of a line; why it is none, where it should be one; None for lines that hold no record by
    their nature (a header, another program's message). Hosts of URLs are filled in where the row names none.
    """
    encoding = sniff(source.head.data)
    rows: list[Row] = []
    with source.open() as stream:
        for line in text_lines(stream, encoding):
            if not isinstance(line, TextLine):
                reason = _TOO_LONG.format(count=f"{LONGEST_LINE:,}")
                yield unread(reason, offset=line.offset, length=line.length, line=line.line)
                continue
            row = row_of(line) if line.text.strip() else None
            if isinstance(row, str):
                yield unread(row, offset=line.offset, length=line.length, line=line.line)
            elif row is not None:
                rows.append({**row, "offset": line.offset, "length": line.length, "line": line.line})
            if len(rows) >= _BATCH_ROWS:
                yield _records(rows)
                rows = []
    if rows:
        yield _records(rows)
    yield Statement(N_("encoding"), encoding)


def _records(rows: list[Row]) -> Records:
    batch = pa.RecordBatch.from_struct_array(pa.array(rows, _STRUCT))
    for host, url in _HOST_OF.items():
        column = batch.column(host)
        if column.null_count:
            found = pc.coalesce(column, hosts_and_ports(batch.column(url))[0])
            batch = batch.set_column(batch.schema.get_field_index(host), NETWORK.schema.field(host), found)
    return Records(NETWORK, batch)


def shown(text: str | None) -> str | None:
    """The text of a field; None where nothing stands there, or a hyphen, as logs write nothing."""
    text = (text or "").strip()
    return None if text in {"", "-", "N/A", "n/a"} else text


def integer(text: str | None) -> int | None:
    """The number of a field; None for what is none or is beyond 63 bits."""
    text = (text or "").strip().replace(",", "")
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if number <= _LARGEST else None


def rest(fields: Mapping[str, object], *taken: str) -> str | None:
    """Whatever a line holds beyond its columns, as the JSON object of the column `message`; None for nothing."""
    left = {name: value for name, value in fields.items() if name not in taken and value not in (None, "", "-")}
    return orjson.dumps(left, option=orjson.OPT_NON_STR_KEYS, default=str).decode() if left else None
