"""Hosts and ports of a column of URLs, without an object per URL.

    https://user@www.example.jp:8443/a?b   ->  www.example.jp    8443
    www.example.jp:443  (of CONNECT)       ->  www.example.jp    443
    http://[2001:db8::1]/                  ->  2001:db8::1       null
    error:invalid-request                  ->  null              null

The authority is cut out as RFC 3986 (section 3.2) says, for texts as they stand in logs: nothing is decoded, folded
or validated. Without a scheme a text has a host where a port follows it or it has a dot.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sekimori.formats.columns import (
    Column,
    first_of,
    integers,
    last_of,
    mask_of,
    octets_at,
    parts_of,
    places_of,
    slices,
)

__all__ = ["hosts_and_ports"]

_SLASH = ord("/")


def hosts_and_ports(urls: Column) -> tuple[Column, Column]:
    """The host and the written port of each URL; null where there is none."""
    data, starts, ends = parts_of(urls)
    text = pa.py_buffer(data.data)
    colons, stops = places_of(data, b":"), places_of(data, b"/?#\\")  # browsers take a backslash for a slash
    colon = first_of(colons, starts, ends)
    slash = first_of(stops, starts, ends)  # one before the colon: that belongs to a path or query
    has_scheme = (slash == colon + 1) & (colon > starts) & (colon + 3 <= ends)
    has_scheme &= (octets_at(data, slash) == _SLASH) & (octets_at(data, slash + 1) == _SLASH)
    begin = np.where(has_scheme, colon + 3, starts)
    end = first_of(stops, begin, ends)
    begin = last_of(places_of(data, b"@"), begin, end) + 1
    bracket = (octets_at(data, begin) == ord("[")) & (begin < end)
    closing = first_of(places_of(data, b"]"), begin, end) if bracket.any() else end
    colon = first_of(colons, np.where(bracket, closing, begin), end)
    ports = integers(slices(text, np.minimum(colon + 1, end), end, colon + 1 >= end))
    known = has_scheme | bracket | mask_of(pc.is_valid(ports))
    if not known.all():
        known |= (colon == end) & (first_of(places_of(data, b"."), begin, end) < end)
        nothing: Column = pa.nulls(len(ports), pa.int64())
        ports = pc.if_else(pa.array(known, pa.bool_()), ports, nothing)
    start, stop = begin + bracket, np.where(bracket, closing, colon)
    return slices(text, start, np.maximum(stop, start), ~known | (stop <= start)), ports
