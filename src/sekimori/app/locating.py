"""From a sighting back to its records and their raw source."""

from codecs import getincrementaldecoder
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from sekimori.formats.encoding import decode_line, sniff
from sekimori.model.kinds import KINDS
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place
from sekimori.store.catalogue import Catalogue, Evidence
from sekimori.store.reading import Reading
from sekimori.store.rollup import REPLACED
from sekimori.store.workspace import Workspace
from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.normal import normal
from sekimori.values.types import ObservableType

__all__ = ["LocatedRecord", "locate", "raw_source", "records_of"]

EXCERPT_BYTES = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedRecord:
    """One record of a sighting: its evidence, its place, its filled columns, and its raw source."""

    evidence: Evidence
    place: Place
    columns: dict[str, Any]
    source: str
    is_text: bool


def records_of(
    reading: Reading,
    sighting: Sighting,
    columns: Sequence[str],
    limit: int | None = None,
    between: tuple[datetime, datetime] | None = None,
) -> pa.Table:
    """The records of a sighting, earliest first, with the columns asked for; of a time, where `between` is given."""
    sources = [seen.evidence for seen in sighting.seen]
    values = _as_written(reading, sighting, sources)
    return reading.records(
        sighting.kind,
        columns=columns,
        where={"source": sources, sighting.field: values},
        limit=limit,
        between=between,
    )


def locate(workspace: Workspace, organisation: Organisation, sighting: Sighting, *, limit: int) -> list[LocatedRecord]:
    """The first records of a sighting with their raw source."""
    kind = KINDS[sighting.kind]
    names = ["source", *kind.schema.names]
    with Reading(workspace, organisation) as reading:
        rows = records_of(reading, sighting, names, limit).to_pylist()
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence([row["source"] for row in rows])
    return [_located(catalogue, evidence[row["source"]], row) for row in rows if row["source"] in evidence]


def raw_source(catalogue: Catalogue, evidence: Evidence, place: Place, limit: int = EXCERPT_BYTES) -> tuple[str, bool]:
    """The raw source at a place, at most `limit` bytes of it: as text, or as a hex dump where it is none."""
    data = catalogue.read(evidence, place.offset, min(place.length or limit, limit))
    encoding = sniff(catalogue.read(evidence, 0, EXCERPT_BYTES))
    if encoding == "utf-8" and b"\0" in data:
        return _hex(data[:512], place.offset), False
    return decode_line(_whole(data, encoding) if place.length > limit else data, encoding), True


def _located(catalogue: Catalogue, evidence: Evidence, row: dict[str, Any]) -> LocatedRecord:
    place = Place(offset=row.pop("offset"), length=row.pop("length"), line=row.pop("line"))
    source, is_text = raw_source(catalogue, evidence, place)
    row.pop("source")
    filled = {name: value for name, value in row.items() if value not in (None, [], "")}
    return LocatedRecord(evidence=evidence, place=place, columns=filled, source=source, is_text=is_text)


def _as_written(reading: Reading, sighting: Sighting, sources: Sequence[int]) -> list[object]:
    """The texts in the records whose normal form is the sighting's value."""
    type_, value = sighting.match.type, sighting.match.value
    if type_ is not ObservableType.URL and KINDS[sighting.kind].field(sighting.field).observable in REPLACED:
        return [value]
    rows = reading.grouped(sighting.kind, by=[sighting.field], where={"source": sources})
    texts = _flat(rows.column(sighting.field).to_pylist())
    return [text for text in texts if _normal(type_, text) == value]


def _flat(values: Iterable[object]) -> list[str]:
    found: dict[str, None] = {}
    for value in values:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                found[text] = None
    return list(found)


def _normal(type_: ObservableType, text: str) -> str | None:
    try:
        return url.normal(text) if type_ is ObservableType.URL else normal(type_, text)
    except InvalidValue:
        return None


def _whole(data: bytes, encoding: str) -> bytes:
    """Without the beginning of a character that a cut left at the end."""
    decoder = getincrementaldecoder(encoding)("ignore")
    decoder.decode(data)
    return data[: len(data) - len(decoder.getstate()[0])]


def _hex(data: bytes, offset: int) -> str:
    lines = []
    for begin in range(0, len(data), 16):
        row = data[begin : begin + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset + begin:08x}  {row.hex(' '):<47}  {text}")
    return "\n".join(lines)
