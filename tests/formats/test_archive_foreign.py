"""7z, RAR, cabinets and LHA: members, what needs a password, and what becomes of broken and hostile ones."""

import io
import subprocess
import sys

import pytest

from sekimori.formats import archive_child, archive_foreign
from sekimori.formats.archive import ArchiveMember, ArchiveProblem, Limits, is_archive, members
from sekimori.formats.archive_stream import BrokenMember, Entry
from sekimori.formats.unlocking import unlock
from tests.formats.archive_files import cabinet, iso, lha, rar_4, rar_5, seven_zip, seven_zip_hungry, seven_zip_named

FILES = [("議事録.txt", b"hello " * 100), ("a/empty.txt", b""), ("b.bin", bytes(range(256)) * 300)]
PLAIN = [(name, data) for name, data in FILES if data]
KAIYO = "Kaiyo1234"


def opened(data: bytes, limits: Limits | None = None) -> tuple[list[tuple[str, bytes | None]], list[str]]:
    found = list(members(io.BytesIO(data), "it", limits or Limits()))
    files = [(one.name, one.data) for one in found if isinstance(one, ArchiveMember)]
    return files, [one.reason for one in found if isinstance(one, ArchiveProblem)]


@pytest.mark.parametrize("data", [seven_zip(FILES), rar_4(FILES), rar_5(FILES), cabinet(FILES), lha(FILES)],
                         ids=["7z", "RAR 4", "RAR 5", "cabinet", "LHA"])  # fmt: skip
def test_members_come_out_whole(data: bytes) -> None:
    assert is_archive(data[:64])
    files, problems = opened(data)

    assert sorted(files) == sorted(FILES)
    assert problems == []


@pytest.mark.parametrize("name", ["../../evil.exe", "/etc/passwd", "C:\\Windows\\evil.exe", "con\x01trol"])
def test_names_are_labels(name: str) -> None:
    [(found, data)], problems = opened(seven_zip_named(name, b"x"))

    assert (data, problems) == (b"x", [])
    assert "\x01" not in found


def test_names_of_encrypted_7z_are_read_unless_they_are_hidden() -> None:
    files, problems = opened(seven_zip(PLAIN, KAIYO))
    hidden = list(members(io.BytesIO(seven_zip(PLAIN, KAIYO, hides_names=True)), "it"))

    assert files == [(name, None) for name, _ in PLAIN]
    assert problems == []
    assert [isinstance(one, ArchiveProblem) and one.encrypted for one in hidden] == [True]


@pytest.mark.parametrize("rar", [rar_4, rar_5])
def test_names_of_encrypted_rar_are_read_and_the_others_opened(rar) -> None:  # type: ignore[no-untyped-def]
    assert opened(rar(PLAIN, ["議事録.txt", "b.bin"])) == ([(name, None) for name, _ in PLAIN], [])
    files, _ = opened(rar([*PLAIN, ("c.txt", b"open")], ["b.bin"]))
    assert ("b.bin", None) in files
    assert ("議事録.txt", PLAIN[0][1]) in files
    [hidden] = members(io.BytesIO(rar(PLAIN, hides_names=True)), "it")
    assert isinstance(hidden, ArchiveProblem)
    assert hidden.encrypted


@pytest.mark.parametrize("whole", [seven_zip(PLAIN), rar_4(PLAIN), rar_5(PLAIN), cabinet(PLAIN), lha(PLAIN)],
                         ids=["7z", "RAR 4", "RAR 5", "cabinet", "LHA"])  # fmt: skip
def test_damage_is_told(whole: bytes) -> None:
    middle = len(whole) // 2
    for hurt in (whole[:middle], whole[:12] + bytes(byte ^ 0xFF for byte in whole[12:40]) + whole[40:]):
        assert opened(hurt)[1]


@pytest.mark.parametrize("whole", [seven_zip(PLAIN), rar_4(PLAIN), rar_5(PLAIN), cabinet(PLAIN), lha(PLAIN)],
                         ids=["7z", "RAR 4", "RAR 5", "cabinet", "LHA"])  # fmt: skip
def test_what_is_broken_at_its_beginning_is_handed_to_nobody(whole: bytes, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(subprocess, "Popen", None)

    assert opened(whole[:10])[1]
    assert opened(whole[:9] + bytes(byte ^ 0xFF for byte in whole[9:32]) + whole[32:])[1]


def test_limits_hold() -> None:
    bomb = seven_zip([("zeros", bytes(3 << 20))])
    _, too_large = opened(bomb, Limits(member_bytes=1 << 20))
    _, too_far = opened(bomb)
    two, too_many = opened(seven_zip([(f"{number}.txt", b"x") for number in range(20)]), Limits(members=2))

    assert "larger than" in too_large[0]
    assert "times its size" in too_far[0]
    assert (len(two), "more than 2 members" in too_many[0]) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_an_archive_that_asks_for_too_much_memory_is_told() -> None:
    files, problems = opened(seven_zip_hungry(PLAIN))

    assert files == []
    assert len(problems) == len(PLAIN)
    assert "MemoryError" in problems[0]


def test_the_time_limit_ends_it() -> None:
    _, problems = opened(seven_zip(PLAIN), Limits(seconds=0.0))

    assert len(problems) == 1
    assert "too long" in problems[0]


def test_a_length_beyond_all_bounds_ends_the_names() -> None:
    data = rar_5([("a.txt", b"x")], ["a.txt"])
    at = data.index(b"\x01\x06\x00a.txt") if b"\x01\x06\x00a.txt" in data else data.index(b"a.txt")
    flags = data.rindex(b"\x02\x03", 0, at)
    huge = data[: flags + 3] + b"\xff" * 9 + b"\x01" + data[flags + 4 :]

    files, problems = opened(huge)
    assert not files
    assert len(problems) == 1


def test_without_the_library_it_is_said(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    frames = io.BytesIO()
    monkeypatch.setitem(sys.modules, "libarchive", None)

    archive_child._by_libarchive(io.BytesIO(cabinet(PLAIN)), ("cab",), archive_child._Out(frames))

    assert frames.getvalue().endswith(archive_child.MISSING.encode())
    assert "libarchive" in archive_foreign._REASONS[archive_child.MISSING]


def test_a_process_that_dies_is_told(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    real = subprocess.Popen

    def dying(_command: list[str], **more: object) -> object:
        return real([sys.executable, "-c", "import os; os.abort()"], **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", dying)

    assert len(opened(cabinet(PLAIN))[1]) == 1


@pytest.mark.parametrize("hides_names", [False, True])
def test_a_password_opens_7z(hides_names: bool) -> None:
    data = seven_zip(PLAIN, KAIYO, hides_names=hides_names)

    done = unlock(data, "it.7z", ["wrong", KAIYO, "never"])
    not_done = unlock(data, "it.7z", ["wrong"])

    assert (done.password, done.nth, done.tried, done.problems) == (KAIYO, 1, 2, ())
    assert [(one.name, one.data) for one in done.files] == PLAIN
    assert (not_done.password, not_done.tried, not_done.files) == ("", 1, ())


def test_the_time_for_passwords_ends_and_how_many_were_tried_is_told() -> None:
    done = unlock(seven_zip(PLAIN, KAIYO), "it.7z", [str(number) for number in range(400)], seconds=4.0)

    assert done.nth == -1
    assert done.tried < 400
    assert "too long" in done.problems[0]


def test_a_broken_7z_stays_closed() -> None:
    assert unlock(seven_zip(PLAIN, KAIYO)[:100], "it.7z", [KAIYO]).files == ()


def test_the_image_of_a_disc_is_opened() -> None:
    data = iso([("議事録.lnk", b"hello " * 100), ("b.bin", b"x")])

    assert is_archive(data[:65_536])
    assert opened(data) == ([("議事録.lnk", b"hello " * 100), ("b.bin", b"x")], [])
    assert opened(data[:0x8800])[1]


@pytest.mark.parametrize("codec", ["cp932", "utf-8"])
def test_names_of_lha_have_no_encoding_of_their_own(codec: str) -> None:
    assert opened(lha([("議事録.txt", b"x")], codec)) == ([("議事録.txt", b"x")], [])


def test_entries_need_not_be_read() -> None:
    names = [entry.name for entry in archive_foreign.foreign_entries(io.BytesIO(lha(PLAIN)), "LHA", seconds=20)]

    assert names == [name for name, _ in PLAIN]


def test_the_bytes_are_there_for_one_entry_at_a_time() -> None:
    def content(entry: Entry) -> bytes:
        assert entry.pieces is not None
        return b"".join(entry.pieces())

    found = archive_foreign.foreign_entries(io.BytesIO(lha(PLAIN)), "LHA", seconds=20)

    assert content(next(found)) == PLAIN[0][1]
    found.close()  # type: ignore[attr-defined]
    with pytest.raises(BrokenMember):
        list(archive_foreign.foreign_entries(io.BytesIO(b"MSCF\0\0\0\0"), "cabinet", seconds=20))
