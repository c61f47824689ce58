import json
import sys
from pathlib import Path

import pytest

from benchmarks import harness

PYTHON = sys.executable
posix = pytest.mark.posix  # CPU time of a child is read on POSIX systems only


@pytest.mark.parametrize(
    ("value", "bar", "holds"),
    [(30.0, ">= 30", True), (29.9, ">= 30", False), (0.35, "<= 0.35", True), (0.36, "<= 0.35", False), (1.0, "", None)],
)
def test_bar_is_held_against_the_value(value: float, bar: str, holds: bool | None) -> None:
    assert harness.row("speed", value, "MB/s", bar=bar).holds is holds


def test_bar_in_words_needs_a_verdict() -> None:
    assert harness.row("speed", 1.0, "s", {"grep": 2.0}, "below grep", holds=True).holds is True
    with pytest.raises(ValueError, match="below grep"):
        harness.row("speed", 1.0, "s", {"grep": 2.0}, "below grep")


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    # By the formula of the article, worked out apart from the code.
    [
        (0, 0, 0.0, 1.0),
        (10, 10, 0.7225, 1.0),
        (0, 10, 0.0, 0.2775),
        (98, 100, 0.9300, 0.9945),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_interval_of_a_share(right: int, n: int, low: float, high: float) -> None:
    assert harness.wilson(right, n) == pytest.approx((low, high), abs=1e-4)


def test_report_has_the_agreed_keys(tmp_path: Path) -> None:
    rows = [harness.row("speed", 31.25, "MB/s", {"grep": 380.0}, ">= 30"), harness.accuracy("found", 98, 100)]

    table = harness.write(rows, tmp_path / "bench/core.json")

    speed, found = json.loads((tmp_path / "bench/core.json").read_text(encoding="utf-8"))
    assert speed == {
        "name": "speed", "value": 31.25, "unit": "MB/s", "peers": {"grep": 380.0}, "bar": ">= 30", "holds": True
    }  # fmt: skip
    assert found.keys() - speed.keys() == {"n", "low", "high"}
    assert "| speed    | 31.2" in table
    assert "0.980 (0.930 to 0.994, n = 100)" in table
    assert "grep 380" in table


def test_missed_bar_stands_out() -> None:
    assert "| NO " in harness.shown([{**vars_of(harness.row("speed", 1.0, "MB/s", bar=">= 30"))}])


def vars_of(row: harness.Row) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("name", "value", "unit", "peers", "bar", "holds")}


@posix
def test_cost_of_a_child_and_its_children() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(3_000_000))']); print('done')"

    cost = harness.measure([PYTHON, "-c", child])

    assert cost.output.strip() == "done"
    assert cost.cpu > 0
    assert cost.wall > 0
    assert cost.peak > 1 << 20


@posix
def test_failing_command_says_what_it_said() -> None:
    command = [PYTHON, "-c", "import sys; sys.exit('no such log')"]

    with pytest.raises(harness.FailedError, match="no such log") as failed:
        harness.measure(command)

    assert failed.value.code == 1
    assert harness.measure(command, accept=frozenset({1})).output == ""


def test_best_run_counts_and_greatest_peak() -> None:
    costs = iter([harness.Cost(cpu=2, wall=2, peak=10), harness.Cost(cpu=1, wall=3, peak=5)])

    assert harness.best(lambda: next(costs), 2) == harness.Cost(cpu=1, wall=3, peak=10)
