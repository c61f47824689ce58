import io
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats import columns
from sekimori.formats.columns import Column
from sekimori.formats.lines import LineChunk, chunks


def _chunk(data: bytes) -> LineChunk:
    chunk = next(chunks(io.BytesIO(data)))
    assert isinstance(chunk, LineChunk)
    return chunk


def _texts(*values: str | None) -> Column:
    return pa.array(values, pa.string())


@given(st.lists(st.text("ab \r", max_size=12), min_size=1), st.booleans())
def test_delimiters_of_each_line(lines: list[str], ended: bool) -> None:
    chunk = _chunk(("\n".join(lines) + ("\n" if ended or not lines[-1] else "")).encode())

    found = columns.delimiters(chunk, b" ")

    for row in range(len(chunk)):
        places = found.at[found.first[row] : found.last[row]] - chunk.starts[row]
        line = chunk.line(row)
        assert places.tolist() == [at for at, byte in enumerate(line) if byte == 0x20]
        assert found.counts[row] == line.count(b" ")


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.booleans())))
def test_slices_are_the_texts_between(rows: list[tuple[str, str, bool]]) -> None:
    text = "".join(wanted + gap for wanted, gap, _ in rows)
    lengths = [(len(wanted.encode()), len(gap.encode())) for wanted, gap, _ in rows]
    borders = np.cumsum([0, *(length for pair in lengths for length in pair)])
    null = np.array([is_null for _, _, is_null in rows], np.bool_)

    column = columns.slices(text.encode(), borders[:-1:2], borders[1::2], null)

    column.validate(full=True)
    assert column.to_pylist() == [None if is_null else wanted for wanted, _, is_null in rows]


def test_parts_of_a_column_and_of_a_piece_of_it() -> None:
    column = _texts("ab", None, "", "cd")

    for one, texts in ((column, [b"ab", b"", b"", b"cd"]), (column.slice(1, 3), [b"", b"", b"cd"])):
        data, starts, ends = columns.parts_of(one)
        pairs = zip(starts, ends, strict=True)
        assert [data[start:end].tobytes() for start, end in pairs] == texts
    assert [len(part) for part in columns.parts_of(_texts())] == [0, 0, 0]
    assert len(columns.parts_of(_texts(None))[0]) == 0


def test_absent_is_empty_or_one_hyphen() -> None:
    data = np.frombuffer(b"-a--", np.uint8)

    result = columns.absent(data, np.array([0, 1, 2, 4]), np.array([1, 2, 4, 4]))

    assert result.tolist() == [True, False, False, True]


def test_nulled_keeps_the_texts() -> None:
    column = _texts("a", "b", "c")

    assert columns.nulled(column, np.array([False, True, False])).to_pylist() == ["a", None, "c"]
    assert columns.nulled(column, np.zeros(3, np.bool_)) is column


@given(st.lists(st.text("/:a", max_size=6)))
def test_first_and_last_of_places(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    data, starts, ends = columns.parts_of(column)
    places = columns.places_of(data, b"/:")

    first, last = columns.first_of(places, starts, ends), columns.last_of(places, starts, ends)

    for row, text in enumerate(texts):
        at = [position for position, letter in enumerate(text) if letter in "/:"]
        assert first[row] - starts[row] == (at[0] if at else len(text))
        assert last[row] - starts[row] == (at[-1] if at else -1)


@pytest.mark.parametrize(
    ("text", "is_address"),
    [
        ("192.0.2.1", True),
        ("203.0.113.255", True),
        ("2001:db8::1", True),
        ("2001:db8::a", True),
        ("[2001:db8::a]", True),
        ("::", True),
        ("fe80::1%eth0", True),
        ("www.example.jp", False),
        ("1und1.example", False),
        ("10pc0001", False),
        ("proxy:3128", False),
        ("-", False),
        ("", False),
        (None, False),
    ],
)
def test_form_of_an_address(text: str | None, is_address: bool) -> None:
    assert columns.is_address(_texts(text)).tolist() == [is_address]
    assert columns.is_address(_texts("192.0.2.1", text, "a.example")).tolist() == [True, is_address, False]


def test_integers() -> None:
    assert columns.integers(_texts("0", "-5", "123456789012", None)).to_pylist() == [0, -5, 123456789012, None]
    assert columns.integers(_texts("7", "x", "", "1.5", "9" * 30)).to_pylist() == [7, None, None, None, None]
    assert columns.integers(_texts()).to_pylist() == []


def test_decimals() -> None:
    assert columns.decimals(_texts("0.5", "x", "1e3", None)).to_pylist() == [0.5, None, 1000.0, None]


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999))
def test_micros_are_exact(seconds: int, fraction: int) -> None:
    column = columns.micros(_texts(f"{seconds}.{fraction:06d}"))

    assert column.cast(pa.int64()).to_pylist() == [seconds * 1_000_000 + fraction]


def test_micros_of_what_is_no_time() -> None:
    texts = _texts("1700000000.5", "x", "nan", "inf", "-1", "1e15", "", None)

    assert columns.micros(texts).to_pylist() == [datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC), *[None] * 7]
    assert columns.micros(_texts("nan", "1e300", None)).to_pylist() == [None, None, None]


def test_constant() -> None:
    assert columns.constant("a", 3).to_pylist() == ["a", "a", "a"]
    assert columns.constant("a", 0).to_pylist() == []


def test_has_byte() -> None:
    assert columns.has_byte(_texts("a", "b\\c"), b"\\\x00")
    assert not columns.has_byte(_texts("a", None), b"\\\x00")


def test_mask_of_takes_null_for_false() -> None:
    assert columns.mask_of(pa.array([True, None, False])).tolist() == [True, False, False]
