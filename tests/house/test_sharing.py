"""House rules over every indicator format, found by the registry."""

from pathlib import Path

import pytest

from sekimori.app.golden import formats_of, module_of, samples_under
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat
from tests.house import rules

DATA = Path(__file__).resolve().parent.parent / "data"
FORMATS = classes_of(IndicatorFormat, "sekimori.sharing")
MODULES = sorted({kind.__module__ for kind in FORMATS})
SAMPLES = [sample for sample in samples_under(DATA) if module_of(sample).startswith("sekimori.sharing.")]

by_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: str(path.relative_to(DATA)))


@pytest.mark.parametrize("module", MODULES)
def test_docstring_holds_sample_and_reference(module: str) -> None:
    assert rules.docstring_faults(module) == []


@pytest.mark.parametrize("module", MODULES)
def test_module_has_a_sample(module: str) -> None:
    assert module in {module_of(sample) for sample in SAMPLES}


def test_names_and_titles_are_sound() -> None:
    assert rules.name_faults(FORMATS) == []


@by_sample
def test_exactly_one_format_recognises_a_sample(sample: Path) -> None:
    data = sample.read_bytes()

    taking = [kind.__module__ for kind in FORMATS if kind().recognises(sample.name, data)]

    assert taking == [module_of(sample)]


@by_sample
def test_indicators_and_refused_rows_are_whole(sample: Path) -> None:
    for kind in formats_of(module_of(sample), sample):
        assert rules.sharing_faults(kind, sample.name, sample.read_bytes()) == []
