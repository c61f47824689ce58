"""Sweeping a raw Squid log for 1,000 to 1,000,000 names: `sweeping` gives rows for the area `network`.

The peers search the same file in the same run. grep and ripgrep find a text anywhere in a line, so theirs are other
answers than those asked for; that of the sweep is held against a plain loop over all lines.
"""

import gzip
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import BUILD, Cost, Row, best, measure, row
from benchmarks.squid_log import indicators

__all__ = ["sweeping"]

FOLDER = BUILD / "bench/work"
LOG = FOLDER / "squid.log"
PROGRAM = Path(sys.executable).with_name("sekimori")
BARS = {1_000: 0.75, 100_000: 2.5, 1_000_000: 8.0}
_PACKED = 0.6
_RUNS = 3
_FOUND_OR_NOT = frozenset({0, 1})


def sweeping() -> Iterator[Row]:
    """MB of log per CPU-second as ratios to ripgrep's, packed files, peak memory, and the start with a kept set."""
    if not LOG.exists():
        measure([sys.executable, "-m", "benchmarks.squid_log", LOG])
    megabytes = LOG.stat().st_size / 1e6
    for count, bar in BARS.items():
        listed = FOLDER / f"indicators-{count}.txt"
        listed.write_text("".join(f"{name}\n" for name in indicators(count)), encoding="ascii")
        first = _sweep(LOG, listed)  # makes the set, and keeps it
        expected, found = _true_count(listed), json.loads(first.output)["count"]
        yield row(f"sweep, {count:,} names: lines found", found, "lines", bar=f"= {expected}", holds=found == expected)
        cost = best(lambda listed=listed: _sweep(LOG, listed), _RUNS)  # type: ignore[misc]
        rate = megabytes / cost.cpu
        peers = {name: megabytes / one.cpu for name, one in _peers(count, listed)}
        yield row(f"sweep, {count:,} names", rate, "MB per CPU-second", peers)
        if "ripgrep -F -f" in peers:
            yield row(
                f"sweep, {count:,} names: ratio", rate / peers["ripgrep -F -f"], "of ripgrep's rate", bar=f">= {bar}"
            )
        peak = f"sweep, {count:,} names: peak memory"
        yield row(peak, cost.peak / (1 << 20), "MiB", bar="<= 1024")
        small = FOLDER / "one-line.log"
        with LOG.open("rb") as log:
            small.write_bytes(log.readline())
        start = best(lambda small=small, listed=listed: _sweep(small, listed), _RUNS)  # type: ignore[misc]
        yield row(f"sweep, {count:,} names: start with a kept set", start.cpu, "CPU s", bar="<= 1")
        if count == 1_000:
            yield from _packed(listed, rate, megabytes)


def _packed(listed: Path, plain: float, megabytes: float) -> Iterator[Row]:
    packed = FOLDER / "squid.log.gz"
    if not packed.exists():
        with LOG.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    cost = best(lambda: _sweep(packed, listed), _RUNS)
    yield row("sweep of gzip, 1,000 names", megabytes / cost.cpu / plain, "of the plain rate", bar=f">= {_PACKED}")


def _sweep(log: Path, listed: Path) -> Cost:
    command = (PROGRAM, "sweep", "--json", log, "--indicators", listed)
    return measure(command, env={"XDG_CACHE_HOME": str(FOLDER / "cache")})


def _peers(count: int, listed: Path) -> Iterator[tuple[str, Cost]]:
    given: list[tuple[str, tuple[str | Path, ...]]] = [("ripgrep -F -f", ("rg", "-j1", "-F", "-c", "-f", listed, LOG))]
    if count == 1_000:
        given.append(("grep -F -f", ("grep", "-F", "-c", "-f", listed, LOG)))
    for name, command in given:
        if shutil.which(str(command[0])):
            env = {**os.environ, "LC_ALL": "C"}
            yield name, best(lambda c=command, e=env: measure(c, env=e, accept=_FOUND_OR_NOT), _RUNS)  # type: ignore[misc]


def _true_count(listed: Path) -> int:
    """Lines whose host is a listed name or below one, in plain Python."""
    wanted = set(listed.read_text("ascii").split())
    known: dict[str, bool] = {}
    count = 0
    with LOG.open(encoding="ascii") as log:
        for line in log:
            url = line.split()[6]
            host = url.partition("://")[2].partition("/")[0] if "://" in url else url.partition(":")[0]
            if host not in known:
                labels = host.split(".")
                known[host] = any(".".join(labels[at:]) in wanted for at in range(len(labels)))
            count += known[host]
    return count
