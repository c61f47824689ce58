"""The shapes of the table files: what columns each kind of file has, and how it is sorted.

Times are microseconds in UTC, numbers signed, schemas declared (an all-empty column keeps its type). Every kind of
record gets `organisation` and `source` (the evidence's id) before its place.
"""

import pyarrow as pa

from sekimori.model.kinds import KINDS
from sekimori.model.schema import TIME

__all__ = ["NAMES", "OBSERVED", "OWN_COLUMNS", "PARTS", "SUFFIXES", "table_schema"]

SCHEMA_VERSION = 3
"""Raised when columns of any table change; a segment keeps the number it was written with.

2: work records have `url_original`, `url_domain`, `text_domain` and `text_address`. 3: network records have the
`tls_` columns. What a segment lacks is empty.
"""

OWN_COLUMNS = pa.schema([("organisation", pa.int32()), ("source", pa.int64())])

NAMES = pa.schema([("id", pa.int64()), ("type", pa.string()), ("value", pa.string())])
"""Distinct values with their id (`sekimori.values.identity`), sorted by id."""

SUFFIXES = pa.schema([("suffix", pa.int64()), ("id", pa.int64())])
"""For each domain name its own id and those of all names above it, sorted by the suffix's id."""

OBSERVED = pa.schema(
    [
        ("id", pa.int64()),
        ("day", pa.date32()),
        ("source", pa.int64()),
        ("kind", pa.string()),
        ("field", pa.string()),
        ("first", TIME),
        ("span", pa.int64()),
        ("count", pa.int64()),
    ]
)
"""The roll-up: partial rows, summed when asked. Sorted by id. `day` (UTC) is empty where a record has no time.

`span` is how many microseconds after `first` the last observation was: nearly always none, so it takes no room.
"""

PARTS = {"names": NAMES, "suffixes": SUFFIXES, "observed": OBSERVED}
"""The files of a segment that are not records."""


def table_schema(kind: str) -> pa.Schema:
    """The columns of the files of `kind`: a kind of record, or one of `PARTS`."""
    if kind in PARTS:
        return PARTS[kind]
    return pa.schema([*OWN_COLUMNS, *KINDS[kind].schema])
