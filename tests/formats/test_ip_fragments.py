"""Datagrams from fragments, in any order and within bounds."""

import itertools

import pytest

from sekimori.formats.ip_fragments import Fragments, Key
from sekimori.model.place import Place

DATAGRAM = bytes(range(250))
PARTS = [(0, DATAGRAM[:96], True), (96, DATAGRAM[96:192], True), (192, DATAGRAM[192:], False)]
KEY: Key = (b"a", b"b", 17, 1)


def _add(fragments: Fragments, part: int, data: bytes, *, more: bool, micros: int = 0) -> bytes | None:
    return fragments.add(KEY, part, data, more=more, place=Place(offset=part), micros=micros)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order(order: tuple[int, ...]) -> None:
    fragments = Fragments()

    results = [_add(fragments, PARTS[one][0], PARTS[one][1], more=PARTS[one][2]) for one in order]

    assert results == [None, None, DATAGRAM]
    fragments.end()
    assert fragments.lost == []


def test_repeated_and_overlapping_fragments_change_nothing() -> None:
    fragments = Fragments()
    for part, data in ((0, PARTS[0][1]), (0, PARTS[0][1]), (48, b"x" * 144), (96, PARTS[1][1])):
        assert _add(fragments, part, data, more=True) is None

    whole = _add(fragments, 192, PARTS[2][1], more=False)

    assert whole is not None
    assert (len(whole), whole[:96], whole[192:]) == (250, DATAGRAM[:96], DATAGRAM[192:])


def test_what_never_becomes_whole_is_lost_with_its_place() -> None:
    fragments = Fragments()
    assert _add(fragments, 96, b"x" * 8, more=True) is None
    assert _add(fragments, 0, b"x" * 8, more=True, micros=10**9) is None
    fragments.end()

    assert fragments.lost == [Place(offset=96), Place(offset=0)]


def test_a_datagram_longer_than_any_is_lost() -> None:
    fragments = Fragments()

    assert _add(fragments, 65_528, b"x" * 100, more=False) is None
    assert fragments.lost == [Place(offset=65_528)]
