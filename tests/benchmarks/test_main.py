import json
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.harness import accuracy, row


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = {"mail": [row("speed", 31.0, "MB/s", bar=">= 30")], "hosts": [row("speed", 29.0, "MB/s", bar=">= 30")]}
    shares = {"mail": [accuracy("found", 9, 10)]}
    found = {
        "bench": {area: lambda area=area: rows[area] for area in rows},
        "eval": {area: lambda area=area: shares[area] for area in shares},
    }
    monkeypatch.setattr(benchmarks, "areas", lambda verb: found[verb])
    monkeypatch.setattr(benchmarks, "BUILD", tmp_path)
    monkeypatch.setattr(benchmarks, "calibration", lambda: row("fixed loop of plain Python", 300.0, "ms CPU"))
    return tmp_path


def test_one_area_is_measured_and_written(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["bench", "mail"]) == 0

    names = [row["name"] for row in json.loads((build / "bench/mail.json").read_text(encoding="utf-8"))]
    assert names == ["fixed loop of plain Python", "speed"]
    assert "| speed " in capsys.readouterr().out
    assert not (build / "bench/hosts.json").exists()


def test_missed_bar_is_told_by_the_exit_code(build: Path) -> None:
    assert benchmarks.main(["bench"]) == 1
    assert (build / "bench/hosts.json").exists()


def test_accuracy_goes_elsewhere(build: Path) -> None:
    assert benchmarks.main(["eval"]) == 0
    assert json.loads((build / "eval/mail.json").read_text(encoding="utf-8"))[0]["n"] == 10


@pytest.mark.parametrize("arguments", [[], ["measure"], ["bench", "nowhere"]])
def test_misuse_says_what_there_is(build: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(arguments) == 2
    assert "bench" in capsys.readouterr().err


def test_areas_are_found_by_their_functions() -> None:
    assert "core" in benchmarks.areas("bench")
    assert "harness" not in benchmarks.areas("bench")
