"""Packs: bytes in are bytes out, wherever one looks, and nothing stands in them as it is."""

import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.store import originals
from sekimori.store.catalogue import Catalogue
from sekimori.store.originals import BLOCK, KEY_BYTES, Pack, Packed, PackWriter
from sekimori.store.workspace import Workspace
from tests.store.world import add, visit

KEY = bytes((7 * n + n // 256) % 256 for n in range(KEY_BYTES))
_SIZES = (0, 1, KEY_BYTES - 1, KEY_BYTES, KEY_BYTES + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 17)


def _bytes(size: int, seed: int) -> bytes:
    """Bytes that compress (even seeds) or not (odd ones)."""
    if seed % 2 == 0:
        return (f"line {seed} of a log, again and again\n".encode() * (size // 20 + 1))[:size]
    return random.Random(seed).randbytes(size)


def _added(writer: PackWriter, content: bytes) -> Packed:
    return writer.add(content[at : at + BLOCK] for at in range(0, len(content), BLOCK))


_content = st.builds(_bytes, st.sampled_from(_SIZES), st.integers(0, 3))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(_content, min_size=1, max_size=4), reads=st.data())
def test_bytes_in_are_bytes_out(tmp_path: Path, contents: list[bytes], reads: st.DataObject) -> None:
    writer = PackWriter(tmp_path / "a.pack", KEY)
    packed = [_added(writer, content) for content in contents]
    early = writer.reading()  # while it is being written
    writer.close()
    for pack in (early, Pack(tmp_path / "a.pack", KEY), Pack((tmp_path / "a.pack").read_bytes(), KEY)):
        for one, content in zip(packed, contents, strict=True):
            with pack.open(one) as stream:
                assert stream.read() == content
                assert stream.seek(0, io.SEEK_END) == len(content)
                near = st.one_of(st.integers(0, len(content) + 5), st.sampled_from([BLOCK - 1, BLOCK, BLOCK + 1]))
                for offset, length in reads.draw(st.lists(st.tuples(near, near), max_size=5)):
                    stream.seek(offset)
                    assert stream.read(length) == content[offset : offset + length]
                    assert stream.tell() == max(offset, min(offset + length, len(content)))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(_content, min_size=1, max_size=4), keep=st.sets(st.integers(0, 3)))
def test_a_copy_is_the_same(tmp_path: Path, contents: list[bytes], keep: set[int]) -> None:
    writer = PackWriter(tmp_path / "a.pack", KEY)
    packed = [_added(writer, content) for content in contents]
    writer.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(originals, "_COPIED", 70_000)
        copies = PackWriter(tmp_path / "b.pack", KEY)
        before = _added(copies, b"before")
        moved = {n: copies.copy(Pack(tmp_path / "a.pack", KEY), packed[n]) for n in keep if n < len(packed)}
        copies.close()
    pack = Pack(tmp_path / "b.pack", KEY)
    with pack.open(before) as stream:
        assert stream.read() == b"before"
    for n, one in moved.items():
        with pack.open(one) as stream:
            assert stream.read() == contents[n]


@pytest.mark.parametrize("size", [10, 2 << 20], ids=["in memory", "in a file"])
def test_what_is_dropped_leaves_no_bytes(tmp_path: Path, size: int) -> None:
    writer = PackWriter(tmp_path / "a.pack", KEY)
    first = _added(writer, _bytes(size, 1))
    end = writer.size
    writer.drop(_added(writer, _bytes(size, 3)))
    assert writer.size == end
    second = _added(writer, b"second")
    writer.close()
    assert (tmp_path / "a.pack").stat().st_size == writer.size
    for packed, content in ((first, _bytes(size, 1)), (second, b"second")):
        with Pack(tmp_path / "a.pack", KEY).open(packed) as stream:
            assert stream.read() == content


def test_reading_a_stretch_touches_only_its_blocks(tmp_path: Path) -> None:
    content = _bytes(20 * BLOCK, 1)
    writer = PackWriter(tmp_path / "a.pack", KEY)
    packed = _added(writer, content)
    writer.close()
    raw = bytearray((tmp_path / "a.pack").read_bytes())
    raw[: 9 * BLOCK] = bytes(9 * BLOCK)  # the blocks before
    raw[12 * BLOCK : packed.index] = bytes(packed.index - 12 * BLOCK)  # and those behind
    with Pack(bytes(raw), KEY).open(packed) as stream:
        stream.seek(10 * BLOCK + 5)
        assert stream.read(100) == content[10 * BLOCK + 5 : 10 * BLOCK + 105]


@pytest.mark.parametrize("size", [100, 3 << 20], ids=["staged", "as files"])
def test_evidence_is_read_at_any_place(workspace: Workspace, organisation: Organisation, size: int) -> None:
    content = _bytes(size, 3)
    id_ = add(workspace, organisation, content, (NETWORK, [visit(1)]))
    inner = add(workspace, organisation, content[20:60], name="slice", container=id_, offset=20)
    catalogue = Catalogue(workspace, organisation)
    evidence = catalogue.evidence([id_, inner])
    for offset, length in ((0, size), (0, 0), (size - 3, 10), (size, 10), (size + 5, 10), (50, 7)):
        assert catalogue.read(evidence[id_], offset, length) == content[offset : offset + length]
    assert evidence[inner].parent == id_
    assert catalogue.read(evidence[inner], 5, 100) == content[25:60]
