"""No room left, at every kind of work: told as such, nothing lost, no file left over, and one can go on."""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.store import segments
from sekimori.store.adding import Adding
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoRoom, room_told
from sekimori.store.indicators import Indicators
from sekimori.store.purging import purge
from sekimori.store.upkeep import compact, recover
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType
from tests.store.world import BY, Row, add, batch_of, claimed, files_in, state_of, visit

pytestmark = pytest.mark.posix  # Windows keeps no process from writing large files
resource: Any = import_module("resource") if sys.platform != "win32" else None

_NOISE = random.Random(1)
_LARGE = _NOISE.randbytes(3 << 20)


@contextmanager
def _no_file_above(size: int) -> Iterator[None]:
    """Writing beyond a size fails, as beyond a quota or on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _visits(count: int) -> Sequence[Row]:
    return [visit(n, f"{_NOISE.getrandbits(128):x}.example") for n in range(count)]


def _add(workspace: Workspace, organisation: Organisation, content: bytes, rows: Sequence[Row]) -> None:
    with room_told(workspace.layout.root):
        add(workspace, organisation, content, (NETWORK, rows))


def _some(count: int) -> list[Indicator]:
    names = (f"{_NOISE.getrandbits(128):x}.example" for _ in range(count))
    return [Indicator(type=ObservableType.DOMAIN, mode=MatchMode.BELOW, pattern=name) for name in names]


Work = Callable[[Workspace, Organisation], object]
_FILES: dict[str, Work] = {
    "a large original": lambda workspace, organisation: _add(workspace, organisation, _LARGE, []),
    "many records": lambda workspace, organisation: _add(workspace, organisation, b"many", _visits(20_000)),
    "merging": lambda workspace, organisation: compact(workspace, organisation, by=BY, everything=True),
    "purging": lambda workspace, organisation: purge(workspace, organisation, [1], by=BY, why="test"),
}
_DATABASE: dict[str, Work] = {
    "small evidence": lambda workspace, organisation: _add(workspace, organisation, b"few", _visits(500)),
    "indicators": lambda workspace, organisation: Indicators(workspace, organisation).add(
        _some(5000), by=BY, source=""
    ),
}


@pytest.fixture
def filled(workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Evidence whose pack and tables are too large for what the tests leave."""
    with monkeypatch.context() as patch:
        patch.setattr(segments, "_STAGE_BYTES", 0)
        with Adding(workspace, organisation, by=BY) as adding:
            for number in range(2):
                evidence, _ = claimed(adding, _LARGE[number * 500_000 : (number + 1) * 500_000], f"{number}.log")
                adding.add_records(evidence, NETWORK, batch_of(NETWORK, _visits(500)))
            adding.commit()
        add(workspace, organisation, b"small", (NETWORK, _visits(10)))
    return workspace


@pytest.mark.parametrize("what", _FILES)
def test_no_room_for_files(filled: Workspace, organisation: Organisation, what: str) -> None:
    before, files = state_of(filled, organisation), _files(filled)
    with _no_file_above(400_000), pytest.raises(NoRoom, match="no room left on the disk"):
        _FILES[what](filled, organisation)
    assert state_of(filled, organisation) == before
    assert _files(filled) == files
    recover(filled)
    _FILES[what](filled, organisation)
    change = {"merging": 0, "purging": -1}.get(what, 1)
    assert len(Catalogue(filled, organisation).all_evidence()) == len(before["evidence"]) + change


def _files(workspace: Workspace) -> set[Path]:
    return set(files_in(workspace.layout.segments))


@pytest.mark.parametrize("what", _DATABASE)
def test_no_room_for_the_database(workspace: Workspace, organisation: Organisation, what: str) -> None:
    _add(workspace, organisation, b"first", _visits(10))
    before, count = state_of(workspace, organisation), len(Indicators(workspace, organisation).all())
    workspace.close()
    # Room for a claim, not for what is to be kept.
    with _no_file_above(60_000), pytest.raises(NoRoom, match="no room left on the disk"):
        _DATABASE[what](workspace, organisation)
    with Workspace(workspace.layout.root) as again:
        recover(again)
        assert state_of(again, organisation) == before
        assert len(Indicators(again, organisation).all()) == count
        _DATABASE[what](again, organisation)
        assert len(Catalogue(again, organisation).all_evidence()) + len(Indicators(again, organisation).all()) > 1


def test_no_room_for_a_workspace(tmp_path: Path) -> None:
    with _no_file_above(4096), pytest.raises(NoRoom):
        Workspace.create(tmp_path / "w", by=BY)


def test_no_room_for_derived_patterns(workspace: Workspace, organisation: Organisation) -> None:
    indicators = Indicators(workspace, organisation)
    indicators.add(_some(5000), by=BY, source="feed")
    with _no_file_above(20_000), pytest.raises(NoRoom):
        indicators.patterns()
    assert len(indicators.patterns()) == 5000
    assert len(list(workspace.layout.patterns.rglob("*.*"))) == 1
