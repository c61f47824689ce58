"""House rules over every reader, found by the registry: a new format adds a module, a sample and no test."""

from pathlib import Path

import pytest

from sekimori.app.golden import MAPPING, MemorySource, context_of, module_of, readers_of, samples_under
from sekimori.readers.protocol import Reader
from sekimori.registry import classes_of
from tests.house import rules

DATA = Path(__file__).resolve().parent.parent / "data"
READERS = classes_of(Reader, "sekimori.readers")
MODULES = sorted({reader.__module__ for reader in READERS})
SAMPLES = [sample for sample in samples_under(DATA) if module_of(sample).startswith("sekimori.readers.")]

by_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: str(path.relative_to(DATA)))


@pytest.mark.parametrize("module", MODULES)
def test_docstring_holds_sample_and_reference(module: str) -> None:
    assert rules.docstring_faults(module) == []


@pytest.mark.parametrize("module", MODULES)
def test_module_has_a_sample(module: str) -> None:
    assert module in {module_of(sample) for sample in SAMPLES}


def test_names_and_titles_are_sound() -> None:
    assert rules.name_faults(READERS) == []


@by_sample
def test_exactly_one_reader_recognises_a_sample(sample: Path) -> None:
    head = MemorySource(sample.name, sample.read_bytes()).head
    generic = sample.with_name(sample.name + MAPPING).exists()

    faults = rules.recognition_faults(head, [reader() for reader in READERS], module_of(sample), generic=generic)

    assert faults == []


@by_sample
def test_batches_and_places_are_sound(sample: Path) -> None:
    source = MemorySource(sample.name, sample.read_bytes())

    for reader in readers_of(module_of(sample), sample):
        assert rules.reading_faults(reader, source, context_of(sample)) == []
