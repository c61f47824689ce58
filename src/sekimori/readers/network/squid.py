r"""Squid's native access log (`logformat squid`).

    1718600000.123    921 192.0.2.15 TCP_MISS/200 5120 GET http://www.example.jp/a.html yamada HIER_DIRECT/198.51.100.7 text/html
    1718600001.004  60210 192.0.2.16 TCP_TUNNEL/200 8731 CONNECT mail.example.jp:443 - HIER_DIRECT/198.51.100.9 -

Time (seconds since 1970), elapsed milliseconds padded with blanks, client, result/status, bytes to the client,
method, URL, user, hierarchy/peer, media type: squid-cache.org/Doc/config/logformat, and
wiki.squid-cache.org/Features/LogFormat. Blanks within a URL are tolerated: what follows it is counted from the end.

The address of the peer is a destination where Squid went there itself; the address of a parent or sibling cache is
not, and stands in `message`.
"""  # noqa: E501 - the sample's lines are as long as Squid writes them

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import (
    Column,
    Mask,
    absent,
    constant,
    delimiters,
    first_of,
    integers,
    is_address,
    mask_of,
    micros,
    nulled,
    octets_at,
    parts_of,
    places_of,
    slices,
)
from sekimori.formats.lines import LineChunk, Positions, head_lines
from sekimori.formats.url_columns import hosts_and_ports
from sekimori.model.kinds import NETWORK
from sekimori.model.report import N_
from sekimori.readers.network.batches import place_of, record_batch, text_chunks, unread_lines
from sekimori.readers.protocol import HEAD_BYTES, Head, Item, Reader, ReadingContext, Records, Source

__all__ = ["SquidAccess"]

_LINE = re.compile(
    rb"\d{9,10}\.\d{3} +-?\d+ (?!(?:\d{1,3}\.){3}\d{1,3}:\d|\[)\S+ [A-Z][A-Z_]*/\d{3} -?\d+ \S+ .+ "
    rb"\S+ [A-Z][A-Z_0-9]*/\S+ (?:-|[\w.+-]+/\S+)\s*"
)
_FIELDS = 9  # blanks between the ten fields
_CODE = re.compile(r"[A-Z][A-Z_0-9]*/")
_HERE = re.compile(r"(?:DIRECT|ORIGINAL_DST|PINNED)/$")  # codes that end so: Squid connected to the server itself
_NOT_NATIVE = N_("not a line of Squid's native access log")
_NO_NUMBER = N_("the time, elapsed, status or bytes of the line is no number")
_HOSTS = frozenset({"url_domain", "url_original"})
_BLANKS = 0x2020202020202020


class SquidAccess(Reader):
    """Squid's native access log."""

    name: ClassVar[str] = "squid.access"
    title: ClassVar[str] = "Squid access log (native format)"
    by_line: ClassVar[bool] = True

    def recognises(self, head: Head) -> bool:
        """Most of the first lines fit; the first may be broken, and some may be anything."""
        lines = head_lines(head.data, whole=len(head.data) < HEAD_BYTES)
        fitting = sum(_LINE.fullmatch(line) is not None for line in lines)
        return fitting > 0 and fitting >= 0.6 * (len(lines) - 1)

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        """One record a line."""
        for chunk in text_chunks(source):
            if isinstance(chunk, LineChunk):
                yield from _records(chunk, context.columns)
            else:
                yield chunk


def _records(chunk: LineChunk, asked: frozenset[str] | None) -> Iterator[Records]:
    fields = _fields(chunk)
    rows = fields.rows
    bad = chunk.ends > chunk.starts  # blank lines are nothing
    no_number = np.zeros(len(chunk), np.bool_)
    if len(rows):
        some = asked is not None and asked <= _HOSTS
        columns, valid = _hosts(chunk, fields) if some else _columns(chunk, fields)
        batch = record_batch(NETWORK, {**place_of(chunk, rows), **columns}, len(rows))
        yield Records(NETWORK, batch if valid.all() else batch.filter(pa.array(valid, pa.bool_())))
        bad[rows[valid]] = False
        no_number[rows[~valid]] = True
    bad_rows = np.flatnonzero(bad)
    if len(bad_rows):
        reasons = pa.array([_NOT_NATIVE, _NO_NUMBER], pa.string())
        yield unread_lines(chunk, bad_rows, reasons.take(pa.array(no_number[bad_rows].astype(np.int8), pa.int8())))


@dataclass(frozen=True, slots=True)
class _Fields:
    """The lines that have all fields.

    `at` holds the positions of blanks; `at[elapsed]` is the one behind the second field, `at[media]` the one before
    the last field, `ends` the ends of the lines.
    """

    rows: Positions
    at: Positions
    time: Positions
    elapsed: Positions
    media: Positions
    ends: Positions


def _fields(chunk: LineChunk) -> _Fields:
    blanks = delimiters(chunk, b" ")
    rows = np.flatnonzero(blanks.counts >= _FIELDS)
    at, first, last, ends = blanks.at, blanks.first[rows], blanks.last[rows] - 1, chunk.ends[rows]
    padded = at[last] == ends - 1  # one blank at the end is tolerated
    if padded.any():
        last, ends = last - padded, ends - padded
    elapsed = first + _run_of_blanks(chunk.text, at[first])
    whole = last - elapsed >= _FIELDS - 2
    if whole.all():
        return _Fields(rows, at, first, elapsed, last, ends)
    return _Fields(rows[whole], at, first[whole], elapsed[whole], last[whole], ends[whole])


def _run_of_blanks(text: bytes, positions: Positions) -> Positions:
    """How many blanks follow one another at each position, up to eight; eight bytes stand there in any case."""
    if not len(positions):
        return positions
    words = np.ndarray((len(text) - 7,), np.dtype("<u8"), text, 0, (1,))
    differs = words[positions] ^ np.uint64(_BLANKS)
    lowest = differs & (~differs + np.uint64(1))
    return np.asarray(np.bitwise_count(lowest - np.uint64(1)) >> 3, np.int64)


def _columns(chunk: LineChunk, fields: _Fields) -> tuple[dict[str, Column], Mask]:
    """The columns of these lines, and which lines are what they should be."""
    text, data, rows = chunk.text, chunk.data, fields.rows
    at, second, last = fields.at, fields.elapsed, fields.media
    starts = chunk.starts[rows]
    client_end, result_end, size_end, method_end = (at[second + step] for step in (1, 2, 3, 4))
    url_end, user_end, peer_end = (at[last - step] for step in (2, 1, 0))
    times = micros(slices(text, starts, at[fields.time]))
    elapsed = integers(slices(text, at[second - 1] + 1, at[second]))
    status = integers(slices(text, result_end - 3, result_end))
    size = integers(slices(text, result_end + 1, size_end))
    url = _text(chunk, method_end + 1, url_end)
    host, port = hosts_and_ports(url)
    peer, is_native = _peer_columns(slices(text, user_end + 1, peer_end))
    columns = {
        "timestamp": times,
        "event_dataset": constant(SquidAccess.name, len(rows)),
        "event_action": slices(text, client_end + 1, np.maximum(result_end - 4, client_end + 1)),
        **_client_columns(_text(chunk, at[second] + 1, client_end)),
        "source_user_name": _text(chunk, url_end + 1, user_end),
        **peer,
        "destination_port": port,
        "http_request_method": _text(chunk, size_end + 1, method_end),
        "url_original": url,
        "url_domain": host,
        "http_response_status_code": status,
        "mime_type": _text(chunk, peer_end + 1, fields.ends),
        "event_duration": elapsed,
        "destination_bytes": size,
    }
    valid = is_native & (octets_at(data, starts + 10) == ord(".")) & (octets_at(data, result_end - 4) == ord("/"))
    for column in (times, elapsed, status, size):
        if column.null_count:
            valid &= mask_of(pc.is_valid(column))
    return columns, valid


def _hosts(chunk: LineChunk, fields: _Fields) -> tuple[dict[str, Column], Mask]:
    """The URLs alone and their hosts, of every line that has all fields."""
    at, rows = fields.at, fields.rows
    url = _text(chunk, at[fields.elapsed + 4] + 1, at[fields.media - 2])
    return {"url_original": url, "url_domain": hosts_and_ports(url)[0]}, np.ones(len(rows), np.bool_)


def _text(chunk: LineChunk, starts: Positions, ends: Positions) -> Column:
    return slices(chunk.text, starts, ends, absent(chunk.data, starts, ends))


def _client_columns(client: Column) -> dict[str, Column]:
    """With `log_fqdn on` the client is a name."""
    numeric = is_address(client)
    if numeric.all():
        return {"source_ip": client}
    nothing: Column = pa.nulls(len(client), pa.string())
    mask = pa.array(numeric, pa.bool_())
    return {"source_ip": pc.if_else(mask, client, nothing), "source_domain": pc.if_else(mask, nothing, client)}


def _peer_columns(peer: Column) -> tuple[dict[str, Column], Mask]:
    """The destination and the message from hierarchy/peer, and which rows have such a field."""
    data, starts, ends = parts_of(peer)
    text = pa.py_buffer(data.data)
    slash = first_of(places_of(data, b"/"), starts, ends)
    begin = np.minimum(slash + 1, ends)
    bracket = octets_at(data, begin) == ord("[")
    host = slices(text, begin + bracket, np.maximum(ends - bracket, begin + bracket))
    direct = is_address(host)
    kinds = slices(text, starts, np.where(direct, begin, ends)).dictionary_encode()  # "CODE/" or "CODE/name"
    by_others = _each(kinds, lambda kind: kind.endswith("/") and not _HERE.search(kind))
    if by_others.any():
        direct &= ~by_others
        kinds = slices(text, starts, np.where(direct, begin, ends)).dictionary_encode()
    messages = pa.array([_message(kind) for kind in kinds.dictionary.to_pylist()], pa.string())
    columns = {"destination_ip": nulled(host, ~direct), "message": messages.take(kinds.indices)}
    return columns, _each(kinds, lambda kind: _CODE.match(kind) is not None)


def _each(column: Column, holds: Callable[[str], bool]) -> Mask:
    """Whether it holds for the value of each row of a dictionary column, asked once for each distinct value."""
    answers = np.array([holds(value) for value in column.dictionary.to_pylist()], np.bool_)
    return np.asarray(answers[column.indices.to_numpy()], np.bool_)


def _message(peer: str) -> str:
    code, _, host = peer.partition("/")
    return orjson.dumps({"hierarchy": code} | ({"peer": host} if host not in {"", "-"} else {})).decode()
