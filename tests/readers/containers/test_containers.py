"""Containers of evidence: members as streams, and what is said of those that cannot be read."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sekimori.app.golden import MemorySource
from sekimori.model.place import Unread
from sekimori.readers.containers import stream
from sekimori.readers.containers.bzip2 import Bzip2
from sekimori.readers.containers.gz import Gzip
from sekimori.readers.containers.stream import BrokenMember, MemberStream
from sekimori.readers.containers.tar import Tar
from sekimori.readers.containers.xz import Xz
from sekimori.readers.containers.zipped import Zip
from sekimori.readers.containers.zstd import Zstandard
from sekimori.readers.protocol import Item, Member, Reader, ReadingContext

TEXT = b"".join(b"%d 203.0.113.%d GET http://evil.example/\n" % (n, n % 250) for n in range(50_000))


def items(reader: Reader, name: str, data: bytes) -> Iterator[Item]:
    return reader.read(MemorySource(name, data), ReadingContext())


def read_member(reader: Reader, name: str, data: bytes) -> tuple[str, bytes, str]:
    """The member's name, what could be read of it, and why no more."""
    inner, kept, reason = "", bytearray(), ""
    for member in items(reader, name, data):
        assert isinstance(member, Member)
        inner = member.name
        try:
            while piece := member.stream.read(7_001):
                kept += piece
        except BrokenMember as broken:
            reason = broken.reason
    return inner, bytes(kept), reason


@pytest.mark.parametrize(
    ("reader", "suffix", "data"),
    [
        (Gzip(), ".gz", gzip.compress(TEXT)),
        (Bzip2(), ".bz2", bz2.compress(TEXT)),
        (Xz(), ".xz", lzma.compress(TEXT)),
        (Zstandard(), ".zst", zstandard.ZstdCompressor().compress(TEXT)),
    ],
)
class TestCompressed:
    def test_whole(self, reader: Reader, suffix: str, data: bytes) -> None:
        assert reader.recognises(MemorySource("x", data).head)
        assert read_member(reader, "access.log" + suffix, data) == ("access.log", TEXT, "")

    def test_cut_data_is_kept_as_far_as_it_goes(self, reader: Reader, suffix: str, data: bytes) -> None:
        _, kept, reason = read_member(reader, "access.log" + suffix, data[: len(data) * 9 // 10])
        assert TEXT.startswith(kept)
        # bzip2 gives nothing before a block of 900 kB is whole.
        assert len(kept) > len(TEXT) // 3
        assert reason == "the compressed data is cut short"

    def test_what_follows_is_told(self, reader: Reader, suffix: str, data: bytes) -> None:
        _, kept, reason = read_member(reader, "access.log" + suffix, data + b"something else")
        assert kept == TEXT
        assert "something else" in reason


def archived() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("logs/a.log", TEXT)
        archive.writestr("logs/secret.log", b"encrypted")
        archive.writestr("../../etc/passwd", b"harmless")
    data = bytearray(target.getvalue())
    at = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[at + 8 : at + 10] = struct.pack("<H", 1)
    return bytes(data)


def test_zip_members_and_what_needs_a_password() -> None:
    seen = [
        (item.name, item.stream.read()) if isinstance(item, Member) else item
        for item in items(Zip(), "logs.zip", archived())
    ]
    assert seen[0] == ("logs/a.log", TEXT)
    assert isinstance(seen[1], Unread)
    assert seen[1].reason == "logs/secret.log: a password is needed"
    assert seen[2] == ("../../etc/passwd", b"harmless")


def test_members_may_be_left_unread() -> None:
    names = [item.name for item in items(Zip(), "logs.zip", archived()) if isinstance(item, Member)]
    assert names == ["logs/a.log", "../../etc/passwd"]


def test_office_documents_are_left_alone() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    assert not Zip().recognises(MemorySource("a.xlsx", target.getvalue()).head)


def test_a_tar_in_a_gzip_is_a_member_first() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo("var/log/a.log")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    name, inner, _ = read_member(Gzip(), "logs.tgz", target.getvalue())
    assert name == "logs.tar"
    assert Tar().recognises(MemorySource(name, inner).head)
    assert read_member(Tar(), name, inner) == ("var/log/a.log", TEXT, "")


def test_a_broken_archive_is_unread() -> None:
    (broken,) = items(Zip(), "a.zip", b"PK\3\4" + bytes(10))
    assert isinstance(broken, Unread)
    assert "directory is missing" in broken.reason


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekimori.readers.containers.archived.MOST_MEMBERS", 2)
    *_, last = items(Zip(), "logs.zip", archived())
    assert isinstance(last, Unread)
    assert last.reason == "the archive has more than 2 members"


def test_honest_logs_pass_the_bounds_and_bombs_do_not() -> None:
    line = gzip.compress(b"the same line over and over again\n" * 2_000_000)
    assert read_member(Gzip(), "a.gz", line)[2] == ""
    bomb = zstandard.ZstdCompressor().compress(bytes(stream.BOUNDS.ratio_after + (4 << 20)))
    _, kept, reason = read_member(Zstandard(), "a.zst", bomb)
    assert reason == "it expands to more than 1,100 times its size"
    assert len(kept) <= stream.BOUNDS.ratio_after


def pieces(*parts: bytes, broken: bool = False) -> Iterator[bytes]:
    yield from parts
    if broken:
        raise BrokenMember("torn")


class TestMemberStream:
    @given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 50))
    def test_reads_what_the_pieces_are(self, parts: list[bytes], size: int) -> None:
        reading = MemberStream(pieces(*parts))
        read = list(iter(lambda: reading.read(size), b""))
        assert b"".join(read) == b"".join(parts)
        assert all(len(part) == size for part in read[:-1])

    def test_a_break_comes_after_what_is_good(self) -> None:
        reading = MemberStream(pieces(b"abc", b"def", broken=True))
        assert reading.read(4) == b"abcd"
        assert reading.read(4) == b"ef"
        for _ in range(2):
            with pytest.raises(BrokenMember, match="torn"):
                reading.read(4)

    def test_reading_all_raises_at_a_break(self) -> None:
        with pytest.raises(OSError, match="torn"):
            MemberStream(pieces(b"abc", broken=True)).read()

    def test_is_a_buffered_stream(self) -> None:
        reading = cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", MemberStream(pieces(b"a\nb\n", b"c")))))
        assert list(reading) == [b"a\n", b"b\n", b"c"]
        assert MemberStream(pieces(b"abc", b"d")).read1() == b"abc"
        assert MemberStream(pieces(b"abc")).read1(2) == b"ab"
