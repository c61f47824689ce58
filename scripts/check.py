"""Everything that is checked, one step after another: python -m scripts.check.

Style, types (Linux and Windows), layers, then the tests area by area with their minutes beside the allowance.
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

__all__ = ["Outcome", "area_of", "counted", "main", "skips", "table"]

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
TYPED = ("src", "tests", "benchmarks", "scripts")

STEPS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy", "--cache-dir", "build/mypy/linux", *TYPED),
    "types on Windows": ("mypy", "--cache-dir", "build/mypy/win32", "--platform", "win32", "src", "tests"),
    "layers": ("lint-imports", "--no-cache", "--no-logo"),
}

PARALLEL = ("-n", "2", "--dist", "loadfile")
# A test that hangs ends with every thread's stack on the screen, not with the machine's patience.
BOUNDED = ("-o", "faulthandler_timeout=180", "-o", "faulthandler_exit_on_timeout=true")

SETUP_MINUTES = 10.0
AREA_MINUTES = 4.0
ALLOWANCES = {"controls": 6.0, "endpoint": 6.0}

# A folder of tests belongs to the area of its longest prefix here, else to "core".
AREAS = {
    "readers/mail": "mail",
    "extract": "mail",
    "search": "mail",
    "triage": "mail",
    "fetch": "mail",
    "readers/network": "network",
    "readers/windows": "endpoint",
    "readers/work": "admin",
    "admin": "admin",
    "sharing": "indicators",
    "hunt": "indicators",
    "desk": "desk",
    "app": "journey",
    "cli": "journey",
    "render": "journey",
    "scenario": "journey",
    "house": "house",
    "benchmarks": "house",
    "scripts": "house",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One step or area: how long it took, how long it may, and how its tests ended."""

    name: str
    seconds: float
    allowance: float | None = None
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    skips: tuple[str, ...] = ()
    """Which tests were skipped, and why."""


def area_of(folder: Path) -> str:
    """The area of a folder of tests, given below `tests/`."""
    for path in (folder, *folder.parents):
        if (area := AREAS.get(path.as_posix())) is not None:
            return area
    return "core"


def counted(report: Path) -> Counter[str]:
    """Passed, failed and skipped tests of a JUnit report; one failure where there is none."""
    if not report.exists():
        return Counter(failed=1)
    counts: Counter[str] = Counter()
    for suite in ET.parse(report).getroot().iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts.update(failed=failed, skipped=skipped, passed=int(suite.get("tests", 0)) - failed - skipped)
    return counts


def skips(report: Path) -> tuple[str, ...]:
    """The skipped tests of a JUnit report with their reasons; none where there is no report."""
    if not report.exists():
        return ()
    return tuple(
        f"{case.get('classname', '')}::{case.get('name', '')}: {skipped.get('message', '')}"
        for case in ET.parse(report).getroot().iter("testcase")
        if (skipped := case.find("skipped")) is not None
    )


def table(outcomes: Iterable[Outcome]) -> str:
    """Minutes beside the allowance, one line each."""
    lines = [f"{'area':<18}{'minutes':>8}{'allowance':>11}{'passed':>8}{'failed':>8}{'skipped':>9}"]
    for outcome in outcomes:
        minutes = outcome.seconds / 60
        allowed = f"{outcome.allowance:.0f}" if outcome.allowance else ""
        over = "  over" if outcome.allowance and minutes > outcome.allowance else ""
        counts = f"{outcome.passed:>8}{outcome.failed:>8}{outcome.skipped:>9}"
        lines.append(f"{outcome.name:<18}{minutes:>8.2f}{allowed:>11}{counts}{over}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Runs all, prints the table and a closing line; 1 where anything failed, or with `CI=true` was skipped."""
    parser = argparse.ArgumentParser(description="Everything that is checked.")
    parser.add_argument("--setup-seconds", type=float, default=0.0)
    options = parser.parse_args(arguments)
    outcomes = [Outcome(name="set-up", seconds=options.setup_seconds, allowance=SETUP_MINUTES)]
    outcomes += [_step(name, command) for name, command in STEPS.items()]
    outcomes += [_area(area, files) for area, files in sorted(_test_files().items())]
    _say(f"\n{table(outcomes)}\n")
    named = [f"  {one}" for outcome in outcomes for one in outcome.skips]
    is_whole = os.environ.get("CI") == "true"
    if named:
        head = "skipped, though with CI=true nothing may be:" if is_whole else "skipped:"
        _say("\n".join([head, *named, ""]))
    passed, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("passed", "failed", "skipped"))
    _say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or (skipped and is_whole) else 0


def _step(name: str, command: tuple[str, ...]) -> Outcome:
    _say(f"== {name}")
    start = time.monotonic()
    code = subprocess.run((PROGRAMS / command[0], *command[1:]), cwd=ROOT, check=False).returncode
    return Outcome(name=name, seconds=time.monotonic() - start, passed=int(code == 0), failed=int(code != 0))


def _area(area: str, files: list[str]) -> Outcome:
    _say(f"== tests: {area}")
    report = ROOT / f"build/test/{area}.xml"
    report.unlink(missing_ok=True)
    start = time.monotonic()
    command = (sys.executable, "-m", "pytest", "-q", *PARALLEL, *BOUNDED, f"--junitxml={report}", *files)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    counts = counted(report)
    if code and not counts["failed"]:
        counts["failed"] = 1
    allowance = ALLOWANCES.get(area, AREA_MINUTES)
    return Outcome(name=area, seconds=time.monotonic() - start, allowance=allowance, skips=skips(report), **counts)


def _test_files() -> dict[str, list[str]]:
    areas: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        area = area_of(path.parent.relative_to(ROOT / "tests"))
        areas.setdefault(area, []).append(str(path.relative_to(ROOT)))
    return areas


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
