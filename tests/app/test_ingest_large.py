"""Evidence far larger than what may be held in memory: a line without an end, and files of nothing known."""

import gzip
import io
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sekimori.app.opening import open_workspace
from sekimori.model.organisation import Organisation
from sekimori.store.catalogue import Catalogue
from sekimori.store.workspace import Workspace
from tests.app.dying import CONTEXT
from tests.app.ingesting import added, squid

pytestmark = pytest.mark.posix  # Windows tells of peak memory otherwise
resource: Any = import_module("resource") if sys.platform != "win32" else None

SIZE = 160 << 20
MOST_GROWTH = 96 << 10
"""KiB that a child may grow by, whatever the size of the evidence."""

_LINE = squid(1)[:-1]
_HEADS: dict[str, tuple[str, bytes]] = {
    "a proxy's log": ("access.log", squid(5) + _LINE),
    "JSON lines": ("conn.log", b'{"ts":1790000000.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"192.0.2.1","x":"'),
    "Zeek's table": (
        "conn.log",
        b"#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\n#types\ttime\tstring\taddr\n1",
    ),
    "nothing known": ("memory.raw", bytes(range(256))),
}


class _Endless(io.RawIOBase):
    """A beginning, then one byte over and over."""

    def __init__(self, head: bytes, size: int) -> None:
        super().__init__()
        self._pieces: Iterator[bytes] = iter([head])
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        piece = next(self._pieces, b"a" * min(len(buffer), self._left))
        self._left -= len(piece)
        buffer[: len(piece)] = piece
        return len(piece)


def _add_endless(root: Path, name: str, head: bytes, size: int) -> None:
    with open_workspace(root) as workspace:
        organisation = workspace.organisation()
        added(workspace, organisation, ("small.log", io.BytesIO(squid(100))))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        result = added(workspace, organisation, (name, io.BufferedReader(_Endless(head, size))))
        growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert result.new == 1
    assert sum(result.unread.values()) >= 1
    assert growth < MOST_GROWTH, f"grew by {growth >> 10} MiB"


@pytest.mark.parametrize("what", _HEADS)
def test_a_line_without_an_end(workspace: Workspace, organisation: Organisation, what: str) -> None:
    name, head = _HEADS[what]
    child = CONTEXT.Process(target=_add_endless, args=(workspace.layout.root, name, head, SIZE))
    child.start()
    child.join(300)
    assert child.exitcode == 0
    found = {one.name: one for one in Catalogue(workspace, organisation).all_evidence()}[name]
    assert found.size == SIZE
    assert found.unread
    assert Catalogue(workspace, organisation).read(found, SIZE - 5, 10) == b"aaaaa"


def test_what_was_good_before_the_line_is_kept(workspace: Workspace, organisation: Organisation) -> None:
    content = squid(500) + b"x" * (20 << 20) + b"\n" + squid(500, host="after.example")
    result = added(workspace, organisation, ("a.log.gz", io.BytesIO(gzip.compress(content, 1))))
    assert result.records["network"] == 1000
    assert sum(result.unread.values()) == 1
