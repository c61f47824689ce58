"""Paths as they come: gone, forbidden, no files at all, of odd names, or the workspace itself."""

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from sekimori.app.ingest import add
from sekimori.model.organisation import Organisation
from sekimori.readers.protocol import ReadingContext
from sekimori.store.catalogue import Catalogue
from sekimori.store.workspace import Workspace
from tests.app.dying import CONTEXT
from tests.app.ingesting import added, squid, written, zipped
from tests.store.world import rows_of

posix = pytest.mark.posix  # Windows has no such files


def _names(workspace: Workspace, organisation: Organisation) -> list[str]:
    return sorted(one.name for one in Catalogue(workspace, organisation).all_evidence())


def test_what_is_not_there(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    folder = written(tmp_path / "e", [("a.log", squid(3))])
    (folder / "dangling.log").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder / "loop")
    long = Path("n" * 300)
    result = added(workspace, organisation, tmp_path / "gone", folder, long, folder / "a.log" / "below")
    assert _names(workspace, organisation) == ["a.log"]
    told = {Path(path).name: reason for path, reason in result.unreadable}
    assert set(told) == {"gone", "dangling.log", "loop", long.name, "below"}
    assert all(told.values())


@posix
def test_what_is_no_regular_file_is_not_waited_for(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    folder = written(tmp_path / "e", [("a.log", squid(3))])
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe.log")
    result = added(workspace, organisation, folder, folder / "pipe.log", Path(os.devnull))
    assert result.unreadable == [
        (str(folder / "pipe.log"), "it is no regular file"),
        (str(folder / "pipe.log"), "it is no regular file"),
        (os.devnull, "it is no regular file"),
    ]
    assert _names(workspace, organisation) == ["a.log"]


def _add_as_somebody(root: Path, inputs: list[Path]) -> None:
    if sys.platform != "win32" and os.getuid() == 0:
        os.setuid(65534)
    with Workspace(root) as workspace:
        result = added(workspace, workspace.organisation(), *inputs)
    told = sorted((Path(path).name, reason) for path, reason in result.unreadable)
    assert told == [
        ("below.log", "Permission denied"),
        ("closed", "Permission denied"),
        ("closed", "Permission denied"),
        ("secret.log", "Permission denied"),
    ]
    assert result.new == 1


@posix
def test_what_may_not_be_read() -> None:
    """As an ordinary user, also where the tests are run by one who may read everything."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        folder = written(base / "e", [("a.log", squid(3)), ("secret.log", b"s"), ("closed/below.log", b"b")])
        Workspace.create(base / "w", by="tanaka").close()
        for path in (base, *base.rglob("*")):
            path.chmod(0o777)
        (folder / "secret.log").chmod(0)
        (folder / "closed").chmod(0)
        try:
            inputs = [folder, folder / "closed", folder / "closed/below.log"]
            child = CONTEXT.Process(target=_add_as_somebody, args=(base / "w", inputs))
            child.start()
            child.join(120)
            assert child.exitcode == 0
        finally:
            (folder / "closed").chmod(0o777)


@posix
@pytest.mark.parametrize(
    "raw", [b"\x90\xbf\x8b\x81.log", "請求書 ﾃｽﾄ.log".encode(), b"a\nb\x1b[31m.log", b"'; drop.log"]
)
def test_names_of_any_bytes(workspace: Workspace, organisation: Organisation, tmp_path: Path, raw: bytes) -> None:
    folder = tmp_path / os.fsdecode(b"dir\xff")
    folder.mkdir()
    path = folder / os.fsdecode(raw)
    path.write_bytes(squid(3))
    result = added(workspace, organisation, folder, path)
    assert (result.new, result.known, result.unreadable) == (1, 1, [])
    (found,) = Catalogue(workspace, organisation).all_evidence()
    assert found.name == raw.decode("utf-8", "backslashreplace")
    assert found.places == (f"{tmp_path}/dir\\xff/{found.name}",)


def test_members_of_any_name(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    archive = zipped([("../../etc/passwd.log", squid(3)), ("C:\\x.log", squid(4)), ("議事録.log", squid(5))])
    added(workspace, organisation, written(tmp_path / "e", [("a.zip", archive)]))
    assert len(rows_of(workspace, organisation)["network"]) == 12
    assert not list(tmp_path.rglob("passwd*"))


def test_the_workspace_itself_is_no_evidence(workspace: Workspace, organisation: Organisation) -> None:
    root = workspace.layout.root
    written(root / "incoming", [("a.log", squid(3))])
    (root / "segments/stray.log").write_bytes(squid(4))
    result = added(
        workspace, organisation, root.parent, root, root / "segments", root / "desk.sqlite", root / "incoming"
    )
    assert _names(workspace, organisation) == ["a.log"]
    assert result.unreadable == [
        (str(root / "segments"), "it belongs to the workspace itself"),
        (str(root / "desk.sqlite"), "it belongs to the workspace itself"),
    ]


def test_the_workspace_behind_a_link(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(workspace.layout.root)
    result = added(workspace, organisation, tmp_path / "link", tmp_path / "link/segments")
    assert _names(workspace, organisation) == []
    assert len(result.unreadable) == 1


class _Growing(io.RawIOBase):
    """A file to which somebody writes while it is read; it ends when he stops."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        piece = next(self._pieces, b"")[: len(buffer)]
        buffer[: len(piece)] = piece
        return len(piece)


def test_a_file_that_changes_while_it_is_read(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept, hashed and parsed are the same bytes, whatever the file holds by then."""
    path = written(tmp_path / "e", [("a.log", squid(5000))]) / "a.log"

    def told(what: str, done: int) -> None:
        path.write_bytes(b"overwritten")

    result = add(workspace, organisation, [path], by="tanaka", context=ReadingContext(), progress=told)
    catalogue = Catalogue(workspace, organisation)
    (found,) = catalogue.evidence(result.evidence).values()
    content = catalogue.read(found, 0, found.size)
    assert len(content) == found.size
    assert content.startswith(squid(1))
    rows = rows_of(workspace, organisation)["network"]
    assert rows
    assert max(row["offset"] + row["length"] for row in rows) <= found.size


def test_a_file_that_cannot_be_read_to_its_end(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector: what came before is kept, and the place is told."""

    def pieces_of(path: Path) -> Iterator[bytes]:
        yield from (squid(40)[at : at + 1000] for at in range(0, 3000, 1000))
        raise OSError(5, "Input/output error")

    def opened(path: Path, mode: str) -> BinaryIO:
        return io.BufferedReader(_Growing(pieces_of(path)))

    path = written(tmp_path / "e", [("a.log", b"x")]) / "a.log"
    monkeypatch.setattr(Path, "open", opened)
    result = added(workspace, organisation, path)
    monkeypatch.undo()
    (found,) = Catalogue(workspace, organisation).evidence(result.evidence).values()
    assert found.size == 3000
    assert "Input/output error" in found.unread
    assert rows_of(workspace, organisation)["network"]
