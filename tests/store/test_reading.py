"""Asking: the engine keeps to itself, and takes whatever may be asked."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekimori.model.kinds import EVENT, KINDS, NETWORK, UNREAD
from sekimori.model.organisation import Organisation
from sekimori.store import segments
from sekimori.store.errors import TableFault
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.world import add, visit

_ID = pa.array([value_id(ObservableType.DOMAIN, "evil.example")], pa.int64())
_QUESTIONS: Sequence[Callable[[Reading], object]] = (
    lambda reading: reading.equal(_ID),
    lambda reading: reading.below(_ID),
    lambda reading: reading.names([ObservableType.DOMAIN.value]),
    lambda reading: reading.observed(_ID),
    lambda reading: reading.days(_ID, ["network"]),
    lambda reading: reading.days(None, ["network"]),
    lambda reading: reading.filled(),
    lambda reading: reading.pathless(),
    *(lambda reading, kind=kind: reading.days_covered(kind) for kind in KINDS),
    *(
        lambda reading, kind=kind: reading.records(kind.name, columns=kind.schema.names, where={"source": [1]})
        for kind in KINDS.values()
    ),
    lambda reading: reading.grouped("network", by=["url_domain"], where={"dns_resolved_ip": ["192.0.2.1"]}),
    lambda reading: reading.grouped("message", by=["email_to_address"], where={}),
)


def _ask_everything(reading: Reading) -> None:
    for question in _QUESTIONS:
        question(reading)


def test_what_shows_no_path_is_counted(workspace: Workspace, organisation: Organisation) -> None:
    lines = [
        {"offset": 0, "url_original": "http://one.example/", "http_request_method": "GET"},
        {"offset": 1, "url_original": "http://one.example/a"},
        {"offset": 2, "url_original": "https://one.example:443/", "http_request_method": "CONNECT"},
        {"offset": 3, "url_original": "one.example:8443"},
        {"offset": 4, "url_domain": "one.example"},
        {"offset": 5, "dns_question_name": "one.example"},
    ]
    with Reading(workspace, organisation) as reading:
        assert reading.pathless() == (0, 0)
    add(workspace, organisation, b"1", (NETWORK, lines))
    with Reading(workspace, organisation) as reading:
        assert reading.pathless() == (4, 6)


def _extensions(reading: Reading) -> set[tuple[str, str]]:
    rows = reading._connection.execute(
        "select extension_name, install_mode from duckdb_extensions() where loaded or installed"
    ).fetchall()
    return {(name, mode) for name, mode in rows}


@pytest.fixture
def filled(workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Evidence that is staged, and evidence in files."""
    add(workspace, organisation, b"1", (NETWORK, [visit(1)]), (EVENT, [{"offset": 0, "host_name": "pc-1"}]))
    with monkeypatch.context() as patch:
        patch.setattr(segments, "_STAGE_BYTES", 0)
        add(workspace, organisation, b"2", (NETWORK, [visit(2, dns_resolved_ip=["192.0.2.1"])]))
    return workspace


def test_the_engine_looks_for_no_extension(filled: Workspace, organisation: Organisation) -> None:
    with Reading(filled, organisation) as reading:
        setting = reading._connection.execute(
            "select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions'), "
            "current_setting('TimeZone')"
        ).fetchall()
        assert setting == [(False, False, "UTC")]
        before = _extensions(reading)
        _ask_everything(reading)
        assert _extensions(reading) == before
        assert {mode for _, mode in before} == {"STATICALLY_LINKED"}
        with pytest.raises(duckdb.IOException, match="not found"):
            reading._connection.execute("load sqlite")
        with pytest.raises(duckdb.Error, match="sqlite"):
            reading._connection.execute("select * from sqlite_scan('a.db', 't')")


_WITHOUT_NETWORK = """
import socket, sys
def refused(*_):
    raise AssertionError("the network was asked for")
socket.socket.connect = refused
socket.getaddrinfo = refused
from pathlib import Path
from sekimori.store.workspace import Workspace
from sekimori.store.reading import Reading
from tests.store.test_reading import _ask_everything
with Workspace(Path(sys.argv[1])) as workspace, Reading(workspace, workspace.organisation()) as reading:
    _ask_everything(reading)
"""


def test_nothing_is_written_beside_the_workspace(
    filled: Workspace, organisation: Organisation, tmp_path: Path, root: Path
) -> None:
    """In an empty home, in an empty folder: both stay empty, whatever is asked."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    paths = os.pathsep.join([str(root / "src"), str(root)])
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": paths}
    command = [sys.executable, "-c", _WITHOUT_NETWORK, str(filled.layout.root)]
    subprocess.run(command, cwd=here, env=environment, check=True, timeout=120)
    assert list(home.rglob("*")) == []
    assert list(here.rglob("*")) == []


def test_what_does_not_fit_the_memory_is_put_aside_in_the_workspace(
    workspace: Workspace, organisation: Organisation
) -> None:
    with Reading(workspace, organisation) as reading:
        reading._connection.execute("set memory_limit = '60MB'")
        reading._connection.execute("set threads = 1")
        rows = reading._connection.execute(
            "select count(*) from "
            "(select range as n, md5(range::varchar) as h from range(1500000) order by h limit 900000)"
        ).fetchall()
        assert rows == [(900_000,)]
    assert not any(workspace.layout.spill.glob("*/*"))


_TIME = datetime(2026, 10, 1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        ({}, [2, 3]),
        ({"url_domain": []}, []),
        ({"url_domain": [None]}, []),
        ({"url_domain": ["evil.example", None, "' or 1=1 --"]}, [2, 3]),
        ({"line": [2, 5]}, [2]),
        ({"timestamp": [_TIME]}, [2]),
        ({"dns_resolved_ip": []}, []),
        ({"dns_resolved_ip": ["192.0.2.1"]}, [3]),
        ({"dns_resolved_ip": ["192.0.2.1"], "line": [2]}, []),
        ({"source": range(1000), "url_domain": ["evil.example"]}, [2, 3]),
    ],
)
def test_records_by_what_their_columns_hold(
    filled: Workspace, organisation: Organisation, where: dict[str, Sequence[Any]], lines: list[int]
) -> None:
    with Reading(filled, organisation) as reading:
        rows = reading.records("network", columns=["line"], where=where).to_pylist()
        assert [row["line"] for row in rows] == lines
        limited = reading.records("network", columns=["line"], where=where, limit=1).to_pylist()
        assert [row["line"] for row in limited] == lines[:1]


def test_records_come_in_a_fixed_order(workspace: Workspace, organisation: Organisation) -> None:
    same = {"offset": 7, "length": 1, "timestamp": _TIME}
    add(workspace, organisation, b"1", (UNREAD, [{**same, "line": line, "reason": "r"} for line in (3, 1, 2)]))
    add(workspace, organisation, b"2", (UNREAD, [{"offset": 0, "line": 9, "reason": "r"}]))
    with Reading(workspace, organisation) as reading:
        rows = reading.records("unread", columns=["line"], where={}).to_pylist()
    assert [row["line"] for row in rows] == [1, 2, 3, 9]


def test_no_evidence_is_no_records(workspace: Workspace, organisation: Organisation) -> None:
    with Reading(workspace, organisation) as reading:
        _ask_everything(reading)
        for name, kind in KINDS.items():
            table = reading.records(name, columns=kind.schema.names, where={})
            assert len(table) == 0
            assert table.schema.equals(kind.schema)


def test_stream_is_what_is_asked_for(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From files, one of them older than a column, and from what is staged; in the order of adding."""
    monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    given = [[{"url_original": f"/{n}", "line": n}] * 3 for n in range(3)]
    ids = [add(workspace, organisation, b"%d" % n, (NETWORK, rows)) for n, rows in enumerate(given)]
    monkeypatch.setattr(segments, "_STAGE_BYTES", 1 << 20)
    ids.append(add(workspace, organisation, b"staged", (NETWORK, [{"url_original": "/staged"}])))
    with Reading(workspace, organisation) as reading:
        path = reading.segments[0].files["network"]
        pq.write_table(pq.read_table(path).drop_columns(["url_original"]), path)
        batches = list(reading.stream("network", columns=["source", "url_original"], sources=[*ids[:2], ids[3]]))
        counts = reading.counted("network", sources=[ids[1], ids[3], 999])
    rows = [(row["source"], row["url_original"]) for batch in batches for row in batch.to_pylist()]
    assert sorted(rows, key=str) == sorted([(ids[0], None)] * 3 + [(ids[1], "/1")] * 3 + [(ids[3], "/staged")], key=str)
    assert counts == {ids[1]: 3, ids[3]: 1}


def test_stream_tells_what_is_gone_or_damaged(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "_STAGE_BYTES", 0)
    evidence = add(workspace, organisation, b"x", (NETWORK, [{"url_original": "/"}]))
    with Reading(workspace, organisation) as reading:
        path = reading.segments[0].files["network"]
        path.write_bytes(path.read_bytes()[:50])
        with pytest.raises(TableFault):
            list(reading.stream("network", columns=["source"], sources=[evidence]))
        path.unlink()
        with pytest.raises(TableFault):
            list(reading.stream("network", columns=["source"], sources=[evidence]))
