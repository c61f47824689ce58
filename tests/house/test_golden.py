"""The golden results beside the samples are what is read now. `make golden` writes them anew."""

from pathlib import Path

from sekimori.app import golden

DATA = Path(__file__).resolve().parent.parent / "data"


def test_golden_results_are_true() -> None:
    differences = golden.check(DATA)

    assert "\n\n".join(f"{difference.sample}\n{difference.text}" for difference in differences) == ""
