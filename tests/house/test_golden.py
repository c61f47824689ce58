"""The golden results beside the samples are what is read now. `make golden` writes them anew."""

from pathlib import Path

from sekimori.app import golden

DATA = Path(__file__).resolve().parent.parent / "data"


def test_golden_results_are_true() -> None:
    assert "\n\n".join(map(str, golden.check(DATA))) == ""
