"""Real archives that other programs wrote: members, and what needs a password."""

import io
from collections.abc import Mapping
from pathlib import Path

import pytest

from sekimori.formats.archive import ArchiveMember, ArchiveProblem, members
from sekimori.formats.unlocking import unlock

_LOREM = 4015
"""The size of the text that the samples hold in several files."""

OPENED = {"test.7z": 4, "test.rar": 3, "test_lzx.cab": 4, "test_zip.cab": 4, "test_comment_time.rar": 1}
LOCKED = {"test_password.7z": 4, "test_password.rar": 3}
HIDDEN = ("test_password_filenames.7z", "test_password_encrypted_headers.rar")


def _found(folder: Path, name: str) -> list[ArchiveMember | ArchiveProblem]:
    return list(members(io.BytesIO((folder / "mail/attachments" / name).read_bytes()), name))


@pytest.mark.parametrize("name", OPENED)
def test_whole_members(name: str, real_data: Path) -> None:
    assert [one.size for one in _found(real_data, name) if isinstance(one, ArchiveMember)] == [_LOREM] * OPENED[name]


@pytest.mark.parametrize("name", LOCKED)
def test_names_of_what_needs_a_password(name: str, real_data: Path) -> None:
    found = _found(real_data, name)

    assert [(one.encrypted, one.name.rpartition("/")[2][:5]) for one in found] == [(True, "lorem")] * LOCKED[name]


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_names(name: str, real_data: Path) -> None:
    assert [isinstance(one, ArchiveProblem) and one.encrypted for one in _found(real_data, name)] == [True]


def test_a_mixed_archive(real_data: Path) -> None:
    found: Mapping[bool, list[str]] = {True: [], False: []}
    for one in _found(real_data, "test_mixed.rar"):
        found[one.encrypted].append(one.name)

    assert found[False] == ["lorem.txt"]
    assert len(found[True]) == 3


def test_a_bomb_ends_at_the_limit(real_data: Path) -> None:
    [problem] = _found(real_data, "test_big.rar")

    assert isinstance(problem, ArchiveProblem)
    assert "larger than" in problem.reason


@pytest.mark.parametrize("name", ["test_password.7z", "test_password_filenames.7z"])
def test_a_password_opens_what_another_program_wrote(name: str, real_data: Path) -> None:
    data = (real_data / "mail/attachments" / name).read_bytes()

    found = unlock(data, name, ["wrong", "password"])

    assert [len(one.data) for one in found.files] == [_LOREM] * 4
