"""What every measurement shares: rows with their bars, cost of a child process, peers' environments, tables.

Speed is counted in CPU-seconds of a child process and all it waited for, so that a busy machine does not decide.
Peak memory is the sum of the peaks of its whole tree, an upper bound. The best of five runs counts. Since a
CPU-second is worth more on one machine than on another, a fixed loop of plain Python is timed and printed beside
the bars.
"""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

__all__ = [
    "BUILD",
    "ROOT",
    "Cost",
    "FailedError",
    "Row",
    "accuracy",
    "best",
    "calibration",
    "debian",
    "environment",
    "measure",
    "row",
    "shown",
    "wilson",
    "write",
]

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
RUNS = 5
_BAR = re.compile(r"(>=|<=) (-?[0-9.]+)$")
_SAMPLING_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure beside its peers' and its bar. `holds` is empty where there is no bar."""

    name: str
    value: float
    unit: str
    peers: Mapping[str, float] = field(default_factory=dict)
    bar: str = ""
    holds: bool | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a child process took: CPU and wall seconds, peak bytes of resident memory, and what it wrote to stdout."""

    cpu: float
    wall: float
    peak: int
    output: str = ""


class FailedError(RuntimeError):
    """A measured command ended with another code than 0."""

    def __init__(self, command: Sequence[str], code: int, errors: str) -> None:
        super().__init__(f"{' '.join(command)} ended with {code}: {errors[-2000:]}")
        self.command, self.code = tuple(command), code


def row(
    name: str,
    value: float,
    unit: str,
    peers: Mapping[str, float] | None = None,
    bar: str = "",
    holds: bool | None = None,
) -> Row:
    """A row. A bar of the form `>= 30` or `<= 0.35` is held against the value; any other comes with `holds`."""
    if holds is None and bar:
        holds = _holds(value, bar)
    return Row(name=name, value=value, unit=unit, peers=dict(peers or {}), bar=bar, holds=holds)


def accuracy(name: str, right: int, n: int, peers: Mapping[str, float] | None = None, bar: str = "") -> Row:
    """A share of right answers with its 95 % interval. The bar is held against the share."""
    share = right / n if n else 0.0
    low, high = wilson(right, n)
    holds = _holds(share, bar) if bar else None
    return Row(
        name=name, value=share, unit="share", peers=dict(peers or {}), bar=bar, holds=holds, n=n, low=low, high=high
    )


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927); (0, 1) for no sample."""
    if n == 0:
        return 0.0, 1.0
    z = 1.959963984540054
    share, weight = right / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / n + weight / (4 * n)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def measure(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    accept: frozenset[int] = frozenset({0}),
) -> Cost:
    """Runs a command and waits for it. Raises `FailedError` where its exit code is not in `accept`."""
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=output, stderr=errors, cwd=cwd, env={**os.environ, **(env or {})})
        peak = _Peak(process.pid)
        code, cpu = _ended(process)
        wall = time.perf_counter() - start
        output.seek(0)
        errors.seek(0)
        if code not in accept:
            raise FailedError(words, code, errors.read().decode("utf-8", "replace"))
        return Cost(cpu=cpu, wall=wall, peak=peak.stop(), output=output.read().decode("utf-8", "replace"))


def best(run: Callable[[], Cost], runs: int = RUNS) -> Cost:
    """The run with the least CPU; its peak is the greatest of all, as memory is bounded in every run or not at all."""
    costs = [run() for _ in range(runs)]
    least = min(costs, key=lambda cost: cost.cpu)
    return Cost(cpu=least.cpu, wall=least.wall, peak=max(cost.peak for cost in costs), output=least.output)


def calibration() -> Row:
    """Milliseconds of CPU for a fixed loop of plain Python: what a CPU-second of this machine is worth."""
    return row("fixed loop of plain Python", min(_loop() for _ in range(RUNS)) * 1000, "ms CPU")


def environment(name: str, locked: Path | None = None) -> Path | None:
    """The Python of a peer's own environment, laid from `benchmarks/peers/NAME.txt`; nothing where that fails."""
    folder, locked = BUILD / "peers" / name, locked or ROOT / f"benchmarks/peers/{name}.txt"
    python, stamp = folder / "bin/python", folder / ".complete"
    if stamp.exists() and stamp.stat().st_mtime >= locked.stat().st_mtime:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    install = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes")
    for command in ((sys.executable, "-m", "venv", folder), (*install, "-r", locked)):
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            _say(f"peer {name}: its environment could not be laid; its figures are left out")
            return None
    stamp.touch()
    return python


def debian(package: str, program: str) -> Path | None:
    """A peer's program, installed from Debian's package where that is missing and one may; else nothing."""
    if shutil.which(program) is None and shutil.which("apt-get") and os.access("/var/lib/dpkg", os.W_OK):
        for command in (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", package)):
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=quiet)
    found = shutil.which(program)
    if found is None:
        _say(f"peer {program}: Debian's package {package} is not installed; its figures are left out")
    return Path(found) if found else None


def write(rows: Iterable[Row], path: Path) -> str:
    """Writes rows as JSON and returns them as a table."""
    listed = [{key: value for key, value in asdict(r).items() if key not in _INTERVAL or r.n is not None} for r in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return shown(listed)


def shown(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows of a report as a table that reads well in a terminal and in Markdown."""
    lines = [("measured", "value", "unit", "bar", "holds", "peers")]
    for r in rows:
        peers = r["peers"]
        beside = "; ".join(f"{n} {_figure(v)}" for n, v in peers.items()) if isinstance(peers, Mapping) else ""
        interval = f" ({_figure(r['low'])} to {_figure(r['high'])}, n = {r['n']})" if "n" in r else ""
        holds = {True: "yes", False: "NO"}.get(bool(r["holds"]), "") if r["holds"] is not None else ""
        value = _figure(r["value"]) + interval
        lines.append((str(r["name"]), value, str(r["unit"]), str(r["bar"]), holds, beside))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = ["| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([padded[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *padded[1:]])


_INTERVAL = frozenset({"n", "low", "high"})


class _Peak:
    """Watches the resident memory of a process and its descendants from beside it."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most = pid, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """The greatest sum seen, in bytes."""
        self._ended.set()
        self._thread.join()
        return self._most

    def _watch(self) -> None:
        while True:
            self._most = max(self._most, sum(_high_water(pid) for pid in _tree(self._pid)))
            if self._ended.wait(_SAMPLING_SECONDS):
                return


def _tree(pid: int) -> list[int]:
    """A process and its descendants, from /proc (proc(5))."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in _read(children).split()]
    return found


def _high_water(pid: int) -> int:
    """The peak resident bytes of one process so far: no short peak between two looks is missed."""
    match = re.search(r"VmHWM:\s+(\d+) kB", _read(Path(f"/proc/{pid}/status")))
    return int(match[1]) * 1024 if match else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # the process has ended meanwhile
        return ""


def _ended(process: "subprocess.Popen[bytes]") -> tuple[int, float]:
    """Exit code and CPU-seconds of a child and of all that it waited for; no number of seconds on Windows."""
    if sys.platform == "win32":
        cpu = math.nan
        process.wait()
    else:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        cpu = usage.ru_utime + usage.ru_stime
    return process.returncode, cpu


def _loop() -> float:
    start, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number & 7
    return time.process_time() - start


def _holds(value: float, bar: str) -> bool:
    match = _BAR.match(bar)
    if match is None:
        raise ValueError(f"bar {bar!r} is not of the form `>= 30`: say whether it holds")
    return value >= float(match[2]) if match[1] == ">=" else value <= float(match[2])


def _figure(value: object) -> str:
    """Three significant figures, thousands set apart."""
    if not isinstance(value, int | float):
        return str(value)
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
