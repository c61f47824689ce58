"""What the readers of firewalls' logs share: named fields to columns, addresses, times that are read once each."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address

import pyarrow as pa

from sekimori.model.kinds import NETWORK
from sekimori.readers.network.text_rows import Row, integer, rest, shown
from sekimori.readers.protocol import ReadingContext
from sekimori.values.errors import InvalidValue
from sekimori.values.times import parse

__all__ = ["Columns", "address", "clock_of", "columns_of", "pairs", "transport"]

Columns = Mapping[str, tuple[str, ...]]
"""Columns of the kind `network`, and the names of fields that fill them: the first that has a value does."""

_PAIR = re.compile(r'(?:^|[\s,;])([A-Za-z][\w.-]{0,63})=("(?:[^"\\]|\\.)*+"?|[^\s"]*)')
_COMMAS = re.compile(r'([A-Za-z][\w.-]{0,63})=("(?:[^"\\]|\\.)*+"?|[^,]*),?')
_ESCAPED = re.compile(r'\\(["\\])')
_TRANSPORTS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "ipv6-icmp"}
_ADDRESSES = {"source_ip", "destination_ip"}
_INTEGERS = {field.name for field in NETWORK.schema if pa.types.is_int64(field.type)}
_LISTS = {field.name for field in NETWORK.schema if pa.types.is_list(field.type)}


def clock_of(context: ReadingContext) -> Callable[[str | None], datetime | None]:
    """How a log's times are read: None for what is no time. Logs repeat their times, so each is read once."""

    @lru_cache(maxsize=4_096)
    def clock(text: str | None) -> datetime | None:
        text = text or ""
        if len(text) == 19 and text.isascii() and text.isdigit():
            text = text[:16]  # nanoseconds
        try:
            return parse(text, context.zone, year_from=context.arrived)
        except InvalidValue:
            return None

    return clock


@lru_cache(maxsize=16_384)
def address(text: str | None) -> str | None:
    """The address that a field holds, without a zone index; None for what is none, and for no address at all."""
    try:
        found = ip_address((text or "").strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return None if found.is_unspecified else str(found)


def transport(text: str | None) -> str | None:
    """The name of a protocol that is written as its number or its name."""
    name = (shown(text) or "").lower()
    return _TRANSPORTS.get(name, name) or None


def pairs(text: str) -> dict[str, str]:
    """`name=value name="a value"`, also with commas between; a quote that never closes ends with the line."""
    by_comma = re.match(r"[A-Za-z]\w{0,31}=[^\s,\"]*,[A-Za-z]\w{0,31}=", text)
    found = (_COMMAS if by_comma else _PAIR).finditer(text)
    return {pair.group(1): _bare(pair.group(2)) for pair in found}


def _bare(value: str) -> str:
    return _ESCAPED.sub(r"\1", value[1:].removesuffix('"')) if value.startswith('"') else value


def columns_of(fields: Mapping[str, str], names: Columns, *done: str) -> Row:
    """The columns that these fields fill, and all others but `done` in `message`; what does not fit stays there."""
    row: Row = {}
    taken = set(done)
    for column, keys in names.items():
        for key in keys:
            value = _value(column, fields.get(key))
            if value is not None:
                row[column] = value
                taken.add(key)
                break
    row["message"] = rest(fields, *taken)
    return row


def _value(column: str, text: str | None) -> object:
    if text is None:
        return None
    if column in _ADDRESSES:
        return address(text)
    if column in _INTEGERS:
        return integer(text)
    if column == "network_transport":
        return transport(text)
    return _several(column, text.split(",")) if column in _LISTS else shown(text)


def _several(column: str, texts: Iterable[str]) -> list[str] | None:
    if column == "dns_resolved_ip":
        return [found for found in map(address, texts) if found] or None
    return [found for found in map(shown, texts) if found] or None
