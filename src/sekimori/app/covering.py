"""What could be searched, and what could not."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sekimori.app.pieces import EMPTY
from sekimori.model.kinds import AREAS, KINDS
from sekimori.model.match import Coverage
from sekimori.model.organisation import Organisation
from sekimori.readers.protocol import Reader
from sekimori.registry import classes_of
from sekimori.store.catalogue import Catalogue, KindTotal
from sekimori.store.mail_index.state import opened_inside
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

__all__ = ["area_of", "coverage"]

_AREA_OF_PACKAGE = {"mail": "mail", "network": "network", "windows": "endpoint", "work": "administration"}


def coverage(workspace: Workspace, organisation: Organisation, reading: Reading) -> dict[str, Coverage]:
    """What could be searched in each area, those without evidence too.

    Evidence that no reader recognised could belong to any area, and counts in all of them.
    """
    catalogue = Catalogue(workspace, organisation)
    totals = catalogue.totals()
    unread = _unread_by_area(catalogue)
    found = {}
    for area in AREAS:
        kinds = [one for one in totals if KINDS[one.kind].area == area]
        # Attachments are parts of mails: they do not count as records of their own.
        main = [one for one in kinds if one.kind != "attachment"]
        found[area] = Coverage(
            area=area,
            records=sum(one.records for one in main),
            sources=sum(one.sources for one in main),
            first=min((one.first for one in main if one.first), default=None),
            last=max((one.last for one in main if one.last), default=None),
            unread=unread.get(area, {}),
            encrypted=_encrypted(workspace, organisation, reading, kinds),
            gaps=_gaps(reading, [one.kind for one in main]),
        )
    return found


def _encrypted(workspace: Workspace, organisation: Organisation, reading: Reading, kinds: Sequence[KindTotal]) -> int:
    """How many encrypted attachments could not be looked into: neither they nor the same file elsewhere was opened."""
    count = sum(one.encrypted for one in kinds)
    inside = opened_inside(workspace, organisation) if count else {}
    if not inside:
        return count
    mail_of = {one: mail for mail, several in inside.items() for one in several}
    within = reading.records("attachment", columns=["source", "mime_part"], where={"source": list(mail_of)})
    opened = {(mail_of[row["source"]], row["mime_part"].partition("!")[0]) for row in within.to_pylist()}
    columns = ["source", "mime_part", "hash_sha256"]
    locked = reading.records("attachment", columns=columns, where={"encrypted": [True]}).to_pylist()
    outermost = [row for row in locked if "!" not in row["mime_part"]]
    known = {row["hash_sha256"] for row in outermost if (row["source"], row["mime_part"]) in opened}
    return sum(row["hash_sha256"] not in known for row in outermost)


def area_of(dataset: str | None) -> str | None:
    """The area of a reader's evidence; None for containers and for what no reader recognised: it could be any."""
    return _areas().get(dataset or "")


@cache
def _areas() -> dict[str, str | None]:
    found = classes_of(Reader, "sekimori.readers")
    return {reader.name: _AREA_OF_PACKAGE.get(reader.__module__.split(".")[-2]) for reader in found}


def _unread_by_area(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for dataset, reason, count in catalogue.unread():
        if reason == EMPTY:
            continue  # there was nothing to search
        area = area_of(dataset)
        for one in [area] if area else _AREA_OF_PACKAGE.values():
            reasons = found.setdefault(one, {})
            reasons[reason] = reasons.get(reason, 0) + count
    return found


def _gaps(reading: Reading, kinds: list[str]) -> tuple[str, ...]:
    """Days (UTC) without a record between the first and the last one, as ISO dates."""
    days = sorted({day for kind in kinds for day in reading.days_covered(kind)})
    have = set(days)
    if len(days) < 2:
        return ()
    span = (days[-1] - days[0]).days
    if span > 10 * 366:
        return ()  # a stray time far away is no gap of a log
    every = (days[0] + timedelta(days=n) for n in range(span))
    return tuple(day.isoformat() for day in every if day not in have)
