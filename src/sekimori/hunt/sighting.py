"""From matches to sightings: where and when the matched values were observed."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from sekimori.hunt.matching import Dictionary, match
from sekimori.hunt.urls import Urls, sight_urls
from sekimori.model.kinds import KINDS
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.role import Role

__all__ = ["Observations", "hunt"]


class Observations(Dictionary, Urls, Protocol):
    """Everything a hunt asks of the store."""

    def equal(self, ids: pa.Array) -> pa.Table:
        """Values of these ids: `nth`, `id`, `type`, `value`."""
        ...

    def observed(self, ids: pa.Array) -> pa.Table:
        """Where values were observed: `id`, `source`, `kind`, `field`, `first`, `last`, `count`."""
        ...


def hunt(patterns: pa.Table, observations: Observations) -> list[Sighting]:
    """Every sighting of the patterns (`indicator`, `type`, `mode`, `pattern`, `value_id`) in the evidence."""
    matches = match(patterns, observations)
    return [*_sightings(matches, observations), *sight_urls(patterns, observations)]


def _sightings(matches: Sequence[Match], observations: Observations) -> list[Sighting]:
    if not matches:
        return []
    ids = pa.array(sorted({one.value_id for one in matches}), pa.int64())
    places: dict[int, dict[tuple[str, str], list[Seen]]] = {}
    for row in observations.observed(ids).to_pylist():
        places.setdefault(row["id"], {}).setdefault((row["kind"], row["field"]), []).append(_seen(row))
    return [
        Sighting(
            indicator=one.indicator,
            match=one,
            kind=kind,
            field=field,
            role=KINDS[kind].field(field).role or Role.MENTION,
            seen=tuple(seen),
        )
        for one in matches
        for (kind, field), seen in places.get(one.value_id, {}).items()
    ]


def _seen(row: Mapping[str, object]) -> Seen:
    return Seen(
        evidence=int(str(row["source"])),
        kind=str(row["kind"]),
        field=str(row["field"]),
        first=row["first"],  # type: ignore[arg-type]
        last=row["last"],  # type: ignore[arg-type]
        count=int(str(row["count"])),
    )
