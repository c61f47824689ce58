"""A changed bit in the files of the mail index is noticed, and costs no hit."""

import json
import os
from pathlib import Path

import pytest

from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.store.mail_index import sound
from sekimori.store.mail_index.feeding import catch_up
from sekimori.store.mail_index.generation import current
from sekimori.store.mail_index.index import MailIndex
from sekimori.store.mail_index.texts import DamagedIndex
from sekimori.store.mail_search import MailSearch
from sekimori.store.workspace import Workspace
from tests.store.mail_world import add_mails, some_mails

ALL = Contains(Field.ANY, ("example",))


def _folder(workspace: Workspace, organisation: Organisation) -> Path:
    folder = current(workspace, organisation)
    assert folder is not None
    return folder


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("kind", [".idx", ".term", ".fast"])
def test_a_changed_bit_is_noticed_and_the_index_made_anew(
    workspace: Workspace, organisation: Organisation, kind: str
) -> None:
    oracle = add_mails(workspace, organisation, some_mails(8))
    catch_up(workspace, organisation)
    folder = _folder(workspace, organisation)
    [path] = [path for path in (folder / "index").iterdir() if path.suffix == kind]
    _flip(path, path.stat().st_size // 3)

    with pytest.raises(DamagedIndex, match="checksum"):
        MailIndex(workspace, folder)
    with MailSearch(workspace, organisation) as search:
        assert search.all(ALL) == oracle.answer(ALL)

    assert _folder(workspace, organisation) != folder


def test_files_are_looked_at_once_a_day(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_mails(workspace, organisation, some_mails(3))
    catch_up(workspace, organisation)
    folder = _folder(workspace, organisation)
    [path] = [path for path in (folder / "index").iterdir() if path.suffix == ".idx"]
    sound.check(folder)
    about = path.stat()
    _flip(path, 40)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))

    sound.check(folder)
    at = json.loads((folder / "checked").read_bytes())["at"]
    monkeypatch.setattr(sound, "time", lambda: at + 86_401)
    with pytest.raises(DamagedIndex):
        sound.check(folder)


@pytest.mark.parametrize("noted", [b"", b"[]", b'{"at": "x", "files": 3}', b'{"at": 9e99, "files": {}}'])
def test_what_was_noted_may_be_anything(workspace: Workspace, organisation: Organisation, noted: bytes) -> None:
    add_mails(workspace, organisation, some_mails(3))
    catch_up(workspace, organisation)
    folder = _folder(workspace, organisation)
    (folder / "checked").write_bytes(noted)

    sound.check(folder)

    assert json.loads((folder / "checked").read_bytes())["files"]


def test_a_file_cut_short_has_no_checksum(workspace: Workspace, organisation: Organisation) -> None:
    add_mails(workspace, organisation, some_mails(3))
    catch_up(workspace, organisation)
    folder = _folder(workspace, organisation)
    for path in (folder / "index").iterdir():
        if path.suffix == ".idx":
            path.write_bytes(path.read_bytes()[:-3])

    with pytest.raises(DamagedIndex, match="no checksum"):
        sound.check(folder)


def test_what_is_being_written_is_left_alone(workspace: Workspace, organisation: Organisation) -> None:
    add_mails(workspace, organisation, some_mails(3))
    catch_up(workspace, organisation)
    folder = _folder(workspace, organisation)
    (folder / "index/0123456789abcdef0123456789abcdef.idx").write_bytes(b"begun")

    sound.check(folder)
