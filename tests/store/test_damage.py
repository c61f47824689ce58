"""A damaged or missing table is named, with what can be done; it is never a traceback and never a wrong reason."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from sekimori.model.kinds import NETWORK
from sekimori.model.organisation import Organisation
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import TableFault, WorkspaceChanged, WorkspaceError
from sekimori.store.purging import purge
from sekimori.store.reading import Reading
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from tests.store.world import BY, add, rows_of, visit


@pytest.fixture
def table(workspace: Workspace, organisation: Organisation) -> Path:
    """The table of visits, in a file."""
    add(workspace, organisation, b"visits", (NETWORK, [visit(number, f"h{number}.example") for number in range(400)]))
    compact(workspace, organisation, by=BY, everything=True)
    (segment,) = Catalogue(workspace, organisation).segments()
    return segment.files["network"]


def _asked(workspace: Workspace, organisation: Organisation) -> pa.Table:
    with Reading(workspace, organisation) as reading:
        return reading.records("network", columns=["url_domain", "timestamp"], where={})


def _overwritten(path: Path, begin: int, end: int) -> None:
    data = bytearray(path.read_bytes())
    places = range(*slice(begin, end).indices(len(data)))
    assert len(places) > 0
    for place in places:
        data[place] = 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(("begin", "end"), [(4, 400), (4, -8), (-300, -8), (-8, -4), (-4, None)], ids=str)
def test_overwritten_bytes(
    workspace: Workspace, organisation: Organisation, table: Path, begin: int, end: int | None
) -> None:
    _overwritten(table, begin, table.stat().st_size if end is None else end)
    with pytest.raises(WorkspaceError, match=r"network\.parquet is damaged; restore it") as told:
        rows_of(workspace, organisation)
    assert not isinstance(told.value, WorkspaceChanged)


@pytest.mark.parametrize("length", [0, 3, 100])
def test_a_file_cut_short(workspace: Workspace, organisation: Organisation, table: Path, length: int) -> None:
    table.write_bytes(table.read_bytes()[:length])
    with pytest.raises(WorkspaceError, match=r"network\.parquet is damaged; restore it"):
        _asked(workspace, organisation)


def test_damage_is_only_told_where_it_matters(workspace: Workspace, organisation: Organisation, table: Path) -> None:
    table.write_bytes(b"")
    with Reading(workspace, organisation) as reading:
        assert reading.filled()["network", "url_domain"] == 400


def test_a_missing_file_is_said_to_be_missing(workspace: Workspace, organisation: Organisation, table: Path) -> None:
    table.unlink()
    with pytest.raises(WorkspaceError, match=r"network\.parquet is missing; restore it") as told:
        _asked(workspace, organisation)
    assert not isinstance(told.value, WorkspaceChanged)


def test_a_file_that_went_with_its_evidence(workspace: Workspace, organisation: Organisation, table: Path) -> None:
    with Reading(workspace, organisation) as reading:
        ids = {one.id for one in Catalogue(workspace, organisation).all_evidence()}
        assert purge(workspace, organisation, ids, by=BY, why="test") == 1
        assert not table.exists()
        with pytest.raises(WorkspaceChanged):
            reading.records("network", columns=["url_domain"], where={})


@pytest.mark.parametrize("missing", [True, False])
def test_what_cannot_be_read_is_not_written_anew(
    workspace: Workspace, organisation: Organisation, table: Path, missing: bool
) -> None:
    if missing:
        table.unlink()
    else:
        _overwritten(table, 4, -8)
    catalogue = Catalogue(workspace, organisation)
    ids = {one.id for one in catalogue.all_evidence()}
    with pytest.raises(TableFault, match=rf"network\.parquet is {'missing' if missing else 'damaged'}"):
        purge(workspace, organisation, ids, by=BY, why="damaged")
    assert {one.id for one in catalogue.all_evidence()} == ids


def test_a_fault_of_the_engine_alone(workspace: Workspace, organisation: Organisation, table: Path) -> None:
    with Reading(workspace, organisation) as reading:
        reading.records("network", columns=["url_domain"], where={})
        with pytest.raises(WorkspaceError, match=r"cannot be read: .*nowhere") as told:
            reading.records("network", columns=["nowhere"], where={})
    assert isinstance(told.value.__cause__, duckdb.Error)
    assert table.exists()
