"""Area `core`: adding evidence, hunting in what was added, the demo, and what the program weighs.

The program is driven as its user drives it: as a command, in a process of its own. Everything it writes goes below
`build/bench`.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.harness import BUILD, ROOT, Cost, Row, best, debian, environment, measure, row
from benchmarks.squid_log import indicators

__all__ = ["bench"]

FOLDER = BUILD / "bench/work"
LOG = FOLDER / "squid.log"
TABLES = FOLDER / "duckdb.parquet"
WORKSPACE = FOLDER / "workspace"
EVTX = FOLDER / "evtx"
EVTX_COPIES = 1
DENSE = FOLDER / "dense.evtx"
DENSE_CHUNKS = 4000
PROGRAM = Path(sys.executable).with_name("sekimori")


def bench() -> Iterator[Row]:
    """All rows; those on real data only where it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not LOG.exists():
        # In a process of its own, so that this one stays small: a child's peak memory starts with its parent's.
        measure([sys.executable, "-m", "benchmarks.squid_log", LOG])
    yield from _adding_a_log()
    yield from _hunting()
    yield _adding_twice_as_much()
    yield from _adding_events()
    yield _demo()
    yield from _weight()


def _init() -> None:
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    measure((PROGRAM, "init", WORKSPACE))


def _add(path: Path) -> Cost:
    return measure([PROGRAM, "add", "--json", path], env={"SEKIMORI_WORKSPACE": str(WORKSPACE)})


def _hunt(listed: Path) -> Cost:
    command = (PROGRAM, "hunt", "--json", "--indicators", listed)
    return measure(command, env={"SEKIMORI_WORKSPACE": str(WORKSPACE)})


def _added_anew(path: Path) -> Cost:
    _init()
    return _add(path)


def _adding_a_log() -> Iterator[Row]:
    megabytes = LOG.stat().st_size / 1e6
    added = best(lambda: _added_anew(LOG))
    duckdb = best(lambda: measure([sys.executable, "-m", "benchmarks.peers.duckdb_tables", LOG, TABLES]))
    grep = best(lambda: measure(("grep", "-F", "-c", "nothing.invalid", LOG), accept=frozenset({1})))
    peers = {"DuckDB to Parquet, records only": megabytes / duckdb.cpu, "grep -F (floor)": megabytes / grep.cpu}
    yield row("add a Squid log of 3 million lines", megabytes / added.cpu, "MB per CPU-second", peers, ">= 30")
    yield from _steps("squid_steps", LOG, "a megabyte's", "ms CPU", 1e-3)
    weight = {"DuckDB to Parquet, records only": TABLES.stat().st_size / LOG.stat().st_size}
    tables = sum(path.stat().st_size for path in WORKSPACE.rglob("*.parquet"))
    yield row("its tables against the raw log", tables / LOG.stat().st_size, "share", weight, "<= 0.35")
    peak = {"DuckDB to Parquet, records only": duckdb.peak / 2**20}
    yield row("peak memory of that add", added.peak / 2**20, "MiB", peak, "<= 1024")


def _adding_twice_as_much() -> Row:
    """Memory does not grow with the log. Once, as only its peak counts; the file is not kept, for it is large."""
    log = FOLDER / "squid-twice.log"
    try:
        with log.open("wb") as twice:
            for _ in range(2):
                with LOG.open("rb") as once:
                    shutil.copyfileobj(once, twice)
        return row("peak memory of adding it twice over", _added_anew(log).peak / 2**20, "MiB", bar="<= 1024")
    finally:
        log.unlink(missing_ok=True)


def _hunting() -> Iterator[Row]:
    """Over the workspace and the Parquet file that adding the log left behind."""
    ripgrep = debian("ripgrep", "rg")
    for count, bar in ((1, 50), (1_000, 100), (1_000_000, 500)):
        listed = _listed(count)
        peers = {"DuckDB, suffixes made at query time": _duckdb_hunt(listed)}
        if count <= 1_000:  # beyond that they need minutes, and name hundreds of times too many lines
            peers["grep -F -f on the raw log"] = _searched(Path("grep"), listed)
            peers |= {"rg -F -f on the raw log": _searched(ripgrep, listed)} if ripgrep else {}
        cost = measure([sys.executable, "-m", "benchmarks.retro_hunt", WORKSPACE, listed])
        hunted = float(json.loads(cost.output)["milliseconds"])
        yield row(f"hunt {count:,} domain names in it", hunted, "ms", peers, f"<= {bar}")
    whole = best(partial(_hunt, _listed(1_000)))
    yield row("hunt 1,000 domain names in it, whole command", whole.wall * 1000, "ms")
    # Once: the indicators are kept, so another run would find them hunted already.
    whole = _hunt(_listed(1_000_000))
    yield row("keep and hunt 1,000,000 domain names in it, whole command", whole.wall * 1000, "ms")


def _searched(program: Path, listed: Path) -> float:
    return best(partial(measure, [program, "-F", "-c", "-f", listed, LOG])).wall * 1000


def _listed(count: int) -> Path:
    path = FOLDER / f"indicators-{count}.txt"
    if not path.exists():
        path.write_text("".join(f"{name}\n" for name in indicators(count)), encoding="ascii")
    return path


def _duckdb_hunt(listed: Path) -> float:
    cost = measure([sys.executable, "-m", "benchmarks.peers.duckdb_hunt", TABLES, listed])
    return float(json.loads(cost.output)["milliseconds"])


def _adding_events() -> Iterator[Row]:
    samples = sorted((BUILD / "data/endpoint/evtx").rglob("*.evtx"))
    if not samples:
        sys.stderr.write("EVTX rows are left out: build/data has no real data\n")
        return
    if not DENSE.exists():
        measure([sys.executable, "-m", "benchmarks.dense_evtx", BUILD / "data/endpoint/evtx", DENSE, str(DENSE_CHUNKS)])
    yield from _events_rows(f"add EVTX: one log of {DENSE_CHUNKS} full chunks of real records", DENSE, ">= 40000")
    yield from _steps("evtx_steps", DENSE, "an event's", "µs CPU")
    _copy_events(samples)
    name = f"add EVTX: {len(samples)} small files, {EVTX_COPIES} copies of each told apart in their padding"
    yield from _events_rows(name, EVTX, "")


def _steps(module: str, path: Path, whose: str, unit: str, factor: float = 1) -> Iterator[Row]:
    """What bounds the rate: the steps on the way, without starting up and the desk database."""
    steps = json.loads(measure([sys.executable, "-m", f"benchmarks.{module}", path]).output)
    yield from (row(f"of {whose} cost: {name}", cost * factor, unit) for name, cost in steps.items())


def _events_rows(name: str, path: Path, bar: str) -> Iterator[Row]:
    added = best(lambda: _added_anew(path))
    least = best(lambda: measure([sys.executable, "-m", "benchmarks.peers.evtx_json", path]))
    count = int(least.output)
    stored = json.loads(added.output)["records"].get("event", 0)
    if stored != count:
        raise ValueError(f"{stored} event records were added, the parser alone finds {count}")
    peers = {"the evtx parser and JSON decoding alone": count / least.cpu}
    if python := environment("libevtx"):
        slow = measure([python, ROOT / "benchmarks/peers/libevtx.py", path])
        peers["libevtx to XML, nothing kept"] = int(slow.output) / slow.cpu
    yield row(name, count / added.cpu, "records per CPU-second", peers, bar)
    yield row("peak memory of that add", added.peak / 2**20, "MiB", bar="<= 1024")


def _copy_events(samples: list[Path]) -> None:
    """The same bytes twice are nothing to the program: each file gets a number in the padding of its header.

    The header's checksum covers its first 120 bytes; what follows up to 4096 has no meaning (MS-EVEN6 and libevtx).
    """
    if EVTX.exists():
        return
    unfinished = EVTX.with_name("evtx.partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for copy in range(EVTX_COPIES):
        for number, sample in enumerate(samples):
            data = bytearray(sample.read_bytes())
            data[4000:4008] = (copy * len(samples) + number + 1).to_bytes(8, "little")
            (unfinished / f"{copy}-{number:04d}.evtx").write_bytes(data)
    unfinished.replace(EVTX)


def _demo() -> Row:
    """In a network namespace without any network where one may be made, to show that it needs none."""
    apart = ["unshare", "--net", "--map-root-user"]
    alone = bool(shutil.which("unshare")) and subprocess.run([*apart, "true"], check=False).returncode == 0
    folder = FOLDER / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cost = measure([*(apart if alone else []), PROGRAM, "demo"], cwd=folder)
    name = "demo, without a network" if alone else "demo"
    return row(name, cost.wall, "s", bar="<= 60")


def _weight() -> Iterator[Row]:
    python = environment("run", ROOT / "requirements/run.txt")
    if python is None:
        return
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    tools = ("pip", "setuptools", "_distutils_hack")
    installed = (path for path in packages.iterdir() if not path.name.startswith(tools))
    size = sum(_bytes(path) for path in (*installed, ROOT / "src/sekimori"))
    yield row("installed size with all dependencies", size / 1e6, "MB")


def _bytes(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file() and not os.fspath(file).endswith(".pyc"))
