import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.compound_file import MAGIC, read_stream
from tests.formats.xls_file import compound

CONTENT = bytes(range(256)) * 40
FILE = compound(CONTENT)


def test_a_stream_is_found_by_its_name() -> None:
    assert (read_stream(FILE, "Workbook") or b"")[: len(CONTENT)] == CONTENT
    assert read_stream(FILE, "Book") is None


def test_short_streams_stand_in_the_stream_of_the_root() -> None:
    # The stream has 100 bytes in two parts of 64; what was its place becomes the container of the parts.
    data = bytearray(FILE)
    entries, table = 1024, 512
    root, stream = entries + 116, entries + 128 + 116
    struct.pack_into("<IQ", data, root, 2, 4096)
    struct.pack_into("<IQ", data, stream, 0, 100)
    struct.pack_into("<II", data, 60, 3, 1)  # the table of the parts is the sector behind the container's first one
    struct.pack_into("<I", data, table + 8, 0xFFFFFFFE)
    struct.pack_into("<I", data, table + 12, 0xFFFFFFFE)
    struct.pack_into("<II", data, 512 * 4, 1, 0xFFFFFFFE)

    assert read_stream(bytes(data), "Workbook") == CONTENT[:100]


@pytest.mark.parametrize("sector", [1, 2])
def test_a_chain_that_leads_into_itself_ends(sector: int) -> None:
    data = bytearray(FILE)
    struct.pack_into("<I", data, 512 + 4 * sector, sector)

    assert len(read_stream(bytes(data), "Workbook") or b"") <= len(data)


@pytest.mark.parametrize("data", [b"", MAGIC, MAGIC + bytes(600), FILE[:600]])
def test_what_is_no_compound_file_has_no_stream(data: bytes) -> None:
    assert read_stream(data, "Workbook") is None


@given(st.lists(st.tuples(st.integers(0, 1_500), st.integers(0, 255)), max_size=8))
@settings(max_examples=100)
def test_any_damage_is_survived(changes: list[tuple[int, int]]) -> None:
    data = bytearray(FILE)
    for at, value in changes:
        data[at] = value

    assert len(read_stream(bytes(data), "Workbook") or b"") <= len(data)
