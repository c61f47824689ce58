import io

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.evtx import Record, records
from sekimori.model.place import Unread
from tests.readers.windows.evtx_file import CHUNK, HEADER, chunk, event, evtx, template_bomb

FIRST = HEADER + 512
EVENTS = [event("Provider", 4624, number, {"TargetUserName": f"user{number}"}) for number in range(1, 5)]
WHOLE = evtx(chunk(EVENTS[:3]), chunk(EVENTS[3:], first=4))


def _read(data: bytes) -> tuple[list[Record], list[Unread]]:
    items = list(records(io.BytesIO(data)))
    return [item for item in items if isinstance(item, Record)], [item for item in items if isinstance(item, Unread)]


def _numbers(data: bytes) -> list[int]:
    return [record.number for record in _read(data)[0]]


def _changed(at: int, new: bytes) -> bytes:
    return WHOLE[:at] + new + WHOLE[at + len(new) :]


def test_records_come_with_their_place() -> None:
    found, unread = _read(WHOLE)

    assert unread == []
    assert [record.number for record in found] == [1, 2, 3, 4]
    for record in found:
        assert WHOLE[record.offset : record.offset + 4] == b"**\0\0"
        assert int.from_bytes(WHOLE[record.offset + 4 : record.offset + 8], "little") == record.length
    assert orjson.loads(found[3].json)["Event"]["EventData"] == {"TargetUserName": "user4"}


def test_a_record_whose_content_is_broken_costs_no_other() -> None:
    place = _read(WHOLE)[0][1]

    found, unread = _read(_changed(place.offset + 24, b"\xff" * 20))

    assert [record.number for record in found] == [1, 3, 4]
    assert [(lost.place.offset, lost.place.length) for lost in unread] == [(place.offset, place.length)]


@pytest.mark.parametrize("broken", [b"\0\0\0\0", b"**\0\0\xff\xff\xff\x7f", b"**\0\0\0\0\0\0"])
def test_a_record_whose_header_is_broken_is_bridged(broken: bytes) -> None:
    place = _read(WHOLE)[0][1]

    found, unread = _read(_changed(place.offset, broken))

    assert [record.number for record in found] == [1, 3, 4]
    assert [(lost.place.offset, lost.place.length) for lost in unread] == [(place.offset, place.length)]


@pytest.mark.parametrize("at", [HEADER, HEADER + 40, HEADER + 44])
def test_a_broken_chunk_header_is_no_loss(at: int) -> None:
    assert _numbers(_changed(at, b"\xff\xff\xff\xff")) == [1, 2, 3, 4]


def test_what_is_no_chunk_is_told() -> None:
    found, unread = _read(_changed(HEADER, b"\xff" * 600))

    assert [record.number for record in found] == [4]
    assert [(lost.place.offset, lost.place.length) for lost in unread] == [(HEADER, CHUNK)]


def test_circles_in_the_tables_of_a_chunk_do_not_matter() -> None:
    # The entry of the table of strings leads to a name that names itself as the next one.
    circle = FIRST + 24 + 4 + 9
    data = bytearray(WHOLE)
    for entry in range(HEADER + 128, HEADER + 512, 4):
        data[entry : entry + 4] = (circle - HEADER).to_bytes(4, "little")
    data[circle : circle + 4] = (circle - HEADER).to_bytes(4, "little")

    assert _numbers(bytes(data)) == [1, 2, 3, 4]


def test_of_a_file_cut_short_the_whole_records_are_read() -> None:
    last = _read(WHOLE)[0][2]

    found, unread = _read(WHOLE[: last.offset + 30])

    assert [record.number for record in found] == [1, 2]
    assert unread[-1].reason == "the chunk is cut short"


@pytest.mark.parametrize("length", [0, 100, HEADER - 1])
def test_a_file_that_ends_in_its_header_is_told(length: int) -> None:
    found, unread = _read(WHOLE[:length])

    assert found == []
    assert [lost.reason for lost in unread] == ["the file ends within its header"]


def test_room_for_later_is_nothing() -> None:
    assert _read(evtx(bytes(CHUNK))) == ([], [])


def test_a_few_nested_templates_are_read() -> None:
    (found,), unread = _read(evtx(template_bomb(3, 2)))

    assert found.json.count("x") == 8
    assert unread == []


@pytest.mark.parametrize(("depth", "placeholders"), [(60, 2), (4, 500), (2, 5_000)])
def test_templates_that_grow_beyond_measure_are_not_tried(depth: int, placeholders: int) -> None:
    found, unread = _read(evtx(template_bomb(depth, placeholders)))

    assert found == []
    assert [lost.reason for lost in unread] == ["its templates repeat their values beyond measure"]


@given(st.lists(st.tuples(st.integers(HEADER, HEADER + 4_000), st.binary(min_size=1, max_size=8)), max_size=6))
def test_any_damage_is_survived(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(WHOLE)
    for at, new in changes:
        data[at : at + len(new)] = new

    found, unread = _read(bytes(data))

    assert 4 in [record.number for record in found]
    for lost in unread:
        assert lost.place.offset + lost.place.length <= len(data)
