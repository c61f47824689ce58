"""Times a hunt in a workspace, as one process runs it again and again: opening the tables, matching, counting.

    python -m benchmarks.retro_hunt WORKSPACE INDICATORS

The indicators are read and made into a pattern table before the clock starts: a workspace keeps them as one. Prints
JSON: the best of five in milliseconds, the sightings, and how many records these are.
"""

import json
import sys
import time
from pathlib import Path

from sekimori.app.hunting import load_indicators
from sekimori.hunt.sighting import hunt
from sekimori.model.match import Sighting
from sekimori.model.organisation import Organisation
from sekimori.store.indicators import patterns_of
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace

RUNS = 6
"""The first one warms the page cache and is not counted."""


def main(folder: str, listed: str) -> None:
    """Hunt, time, print."""
    indicators, _ = load_indicators([Path(listed)])
    patterns = patterns_of(indicators)
    with Workspace(Path(folder)) as workspace:
        organisation = workspace.organisation()
        found: list[Sighting] = []
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            found = _hunt(workspace, organisation, patterns)
            times.append((time.perf_counter() - start) * 1000)
    records = sum(one.count for one in found)
    sys.stdout.write(json.dumps({"milliseconds": min(times[1:]), "sightings": len(found), "records": records}))


def _hunt(workspace: Workspace, organisation: Organisation, patterns: object) -> list[Sighting]:
    with Reading(workspace, organisation) as reading:
        return hunt(patterns, reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
