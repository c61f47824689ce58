"""`hunt`: known indicators over all evidence, both ways and never twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sekimori.app.covering import coverage
from sekimori.app.pieces import Progress, silent
from sekimori.hunt.answers import Total, answers, totals
from sekimori.hunt.sighting import hunt
from sekimori.hunt.urls import hidden_urls
from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.match import Answered, Coverage, Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.report import N_
from sekimori.sharing.reading import read_indicators
from sekimori.store.catalogue import Catalogue, Segment
from sekimori.store.indicators import Indicators, patterns_of
from sekimori.store.reading import Reading
from sekimori.store.sightings import Sightings
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType

__all__ = ["Hunted", "catch_up", "hunt_all", "hunt_for", "hunt_once", "load_indicators"]


EACH = 1000
"""Up to so many indicators, each one's answer is given."""

_KEEPING = N_("keeping indicators")
_HUNTING = N_("hunting")
_ANSWERING = N_("putting the answers together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunted:
    """What a hunt for some indicators came to.

    `totals` counts the answers of all of them; `answers` has each one's, but of more than `EACH` indicators only of
    those that were seen.
    """

    indicators: Sequence[Indicator]
    sightings: Sequence[Sighting]
    answers: Sequence[Answered]
    totals: Sequence[Total]
    coverage: dict[str, Coverage]


def catch_up(workspace: Workspace, organisation: Organisation, *, by: str, progress: Progress = silent) -> int:
    """Hunt every indicator in every segment in which it has not been hunted yet; returns how many sightings are new.

    The watermark of each segment says up to which sequence number that is done, so nothing is missed or done twice.
    """
    indicators = Indicators(workspace, organisation)
    last = indicators.last_sequence()
    behind: dict[int, list[Segment]] = {}
    for segment in Catalogue(workspace, organisation).segments():
        if segment.hunted_to < last:
            behind.setdefault(segment.hunted_to, []).append(segment)
    new = 0
    if behind:
        progress(_HUNTING, 0)
    for after, segments in sorted(behind.items()):
        with Reading(workspace, organisation, segments) as reading:
            found = hunt(indicators.patterns(after), reading)
        ids = [segment.id for segment in segments]
        new += Sightings(workspace, organisation).keep(found, segments=ids, hunted_to=last, by=by)
    return new


def hunt_for(
    workspace: Workspace,
    organisation: Organisation,
    indicators: Sequence[Indicator],
    *,
    by: str,
    progress: Progress = silent,
) -> Hunted:
    """Keep indicators, catch up, and say what is known of them."""
    progress(_KEEPING, 0)
    Indicators(workspace, organisation).add(indicators, by=by, source=by)
    catch_up(workspace, organisation, by=by, progress=progress)
    progress(_ANSWERING, 0)
    wanted = {one.identity for one in indicators}
    # Of very many indicators few are seen: then it is quicker to go over what was seen.
    some = list(wanted) if len(wanted) <= EACH else None
    sightings = [one for one in Sightings(workspace, organisation).of(some) if one.indicator in wanted]
    return _answered(workspace, organisation, indicators, sightings)


def hunt_all(workspace: Workspace, organisation: Organisation, *, by: str, progress: Progress = silent) -> Hunted:
    """What is known of every kept indicator, after catching up."""
    catch_up(workspace, organisation, by=by, progress=progress)
    progress(_ANSWERING, 0)
    sightings = Sightings(workspace, organisation).of()
    return _answered(workspace, organisation, Indicators(workspace, organisation).all(), sightings)


def hunt_once(
    workspace: Workspace, organisation: Organisation, indicators: Sequence[Indicator], *, progress: Progress = silent
) -> Hunted:
    """Hunt indicators over all evidence without keeping them, or what was found."""
    with Reading(workspace, organisation) as reading:
        progress(_HUNTING, 0)
        sightings = hunt(patterns_of(indicators), reading)
    progress(_ANSWERING, 0)
    return _answered(workspace, organisation, indicators, sightings)


def load_indicators(paths: Sequence[Path], *, progress: Progress = silent) -> tuple[list[Indicator], list[RefusedRow]]:
    """The indicators of some files, and every row of them that is none, with its reason.

    Raises `UnknownIndicatorFormat` for a file of no known format, `OSError` for one that cannot be read.
    """
    indicators: list[Indicator] = []
    refused: list[RefusedRow] = []
    for path in paths:
        progress(path.name, 0)
        taken, not_taken = read_indicators(path.name, path.read_bytes())
        indicators += taken
        refused += not_taken
    return list({one.identity: one for one in indicators}.values()), refused


def _answered(
    workspace: Workspace, organisation: Organisation, indicators: Sequence[Indicator], sightings: Sequence[Sighting]
) -> Hunted:
    with Reading(workspace, organisation) as reading:
        covered = coverage(workspace, organisation, reading)
        filled = reading.filled()
        hidden = hidden_urls(patterns_of(one for one in indicators if one.type is ObservableType.URL), reading)
    seen = {one.indicator for one in sightings}
    each = indicators if len(indicators) <= EACH else [one for one in indicators if one.identity in seen]
    return Hunted(
        indicators=indicators,
        sightings=sightings,
        answers=answers(each, sightings, covered, filled, hidden),
        totals=totals(indicators, sightings, covered, filled, hidden),
        coverage=covered,
    )
