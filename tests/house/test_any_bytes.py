"""No reader and no indicator format raises on any bytes, and what it yields stays sound.

Bytes are drawn from nothing, and from the samples: cut at both ends and changed here and there.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.app.golden import MemorySource, context_of, module_of, samples_under
from sekimori.readers.protocol import Reader, ReadingContext
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat
from tests.house import rules

DATA = Path(__file__).resolve().parent.parent / "data"
READERS = classes_of(Reader, "sekimori.readers")
FORMATS = classes_of(IndicatorFormat, "sekimori.sharing")
_NAMES = st.sampled_from(["evidence", "a.csv", "proxy.log.gz", "b.evtx", "記録.xlsx", "c.eml", "d.json", "conn.log"])
_LONGEST = 100_000


@cache
def _samples(module: str) -> tuple[Path, ...]:
    return tuple(sample for sample in samples_under(DATA) if module_of(sample) == module)


@st.composite
def _broken(draw: st.DrawFn, sample: Path) -> bytes:
    data = bytearray(sample.read_bytes()[:_LONGEST])
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        data[start : start + draw(st.integers(0, 16))] = draw(st.binary(max_size=16))
    start, end = draw(st.just((0, len(data))) | st.tuples(*[st.integers(0, len(data))] * 2))
    return bytes(data[min(start, end) : max(start, end)])


def _bytes_for(module: str) -> st.SearchStrategy[bytes]:
    return st.one_of(st.binary(max_size=500), *[_broken(sample) for sample in _samples(module)])


def _contexts(module: str) -> list[ReadingContext]:
    """What the samples are read with (a generic reader needs its mapping), and an empty context."""
    return [ReadingContext(), *(context_of(sample) for sample in _samples(module))]


@pytest.mark.parametrize("kind", READERS, ids=lambda kind: kind.name)
@given(st.data())
def test_readers_take_any_bytes(kind: type[Reader], data: st.DataObject) -> None:
    source = MemorySource(data.draw(_NAMES), data.draw(_bytes_for(kind.__module__)))
    context = data.draw(st.sampled_from(_contexts(kind.__module__)))
    reader = kind()

    assert reader.recognises(source.head) in {True, False}
    assert rules.reading_faults(reader, source, context) == []


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
@given(st.data())
def test_indicator_formats_take_any_bytes(kind: type[IndicatorFormat], data: st.DataObject) -> None:
    name, content = data.draw(_NAMES), data.draw(_bytes_for(kind.__module__))
    form = kind()

    assert form.recognises(name, content) in {True, False}
    assert rules.sharing_faults(form, name, content) == []
