"""Archives in memory: members, their names, and everything that can be wrong with them."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.archive import ArchiveMember, ArchiveProblem, Limits, is_archive, members
from sekimori.formats.archive_stream import label
from tests.formats import documents

TEXT = b"".join(b"line %d of a text that compresses\n" % n for n in range(2_000))

Compress = Callable[[bytes], bytes]
CODECS: tuple[tuple[str, Compress], ...] = (
    (".gz", gzip.compress),
    (".bz2", bz2.compress),
    (".xz", lzma.compress),
    (".zst", zstandard.ZstdCompressor().compress),
)
each_codec = pytest.mark.parametrize(("suffix", "compress"), CODECS, ids=lambda value: str(value)[:5])


def opened(data: bytes, name: str = "sample", limits: Limits | None = None) -> list[ArchiveMember | ArchiveProblem]:
    return list(members(io.BytesIO(data), name, limits or Limits()))


def contents(data: bytes, name: str = "sample") -> dict[str, bytes | None]:
    return {found.name: found.data for found in opened(data, name) if isinstance(found, ArchiveMember)}


def problems(data: bytes, name: str = "sample", limits: Limits | None = None) -> dict[str, str]:
    return {found.name: found.reason for found in opened(data, name, limits) if isinstance(found, ArchiveProblem)}


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(*files: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def with_name(archive: bytes, old: bytes, new: bytes, *, flag: int = 0) -> bytes:
    """The ZIP archive with a member renamed to bytes of the same length, and the flags of its directory set."""
    assert len(old) == len(new)
    data = bytearray(archive.replace(old, new))
    at = data.index(b"PK\1\2")
    data[at + 8 : at + 10] = struct.pack("<H", flag)
    return bytes(data)


@each_codec
def test_a_compressed_file_has_one_member(suffix: str, compress: Compress) -> None:
    assert contents(compress(TEXT), "a.log" + suffix) == {"a.log": TEXT}


@each_codec
def test_streams_behind_each_other_are_one_member(suffix: str, compress: Compress) -> None:
    assert contents(compress(TEXT) + compress(b"more"), "a" + suffix) == {"a": TEXT + b"more"}


@each_codec
def test_an_empty_file_is_an_empty_member(suffix: str, compress: Compress) -> None:
    assert contents(compress(b""), "a" + suffix) == {"a": b""}


@each_codec
def test_cut_data_is_a_problem(suffix: str, compress: Compress) -> None:
    assert problems(compress(TEXT)[:-9], "a" + suffix) == {"a": "the compressed data is cut short"}


@each_codec
def test_something_behind_the_data_is_a_problem(suffix: str, compress: Compress) -> None:
    assert "comes something else" in problems(compress(TEXT) + b"junk", "a" + suffix)["a"]


def test_zero_bytes_behind_the_data_are_padding() -> None:
    assert contents(gzip.compress(TEXT) + b"\0" * 100, "a.gz") == {"a": TEXT}


@pytest.mark.parametrize(("name", "inner"), [("a.tgz", "a.tar"), ("A.TAR.GZ", "A.TAR"), ("a", "a"), (".gz", ".gz")])
def test_the_member_is_named_without_the_suffix(name: str, inner: str) -> None:
    assert list(contents(gzip.compress(b"x"), name)) == [inner]


def test_a_wrong_checksum_is_a_problem() -> None:
    data = bytearray(gzip.compress(TEXT))
    data[-8] ^= 1
    assert "corrupt" in problems(bytes(data), "a.gz")["a"]


@pytest.mark.parametrize("method", [0, 8, 12, 14])
def test_zip_methods(method: int) -> None:
    archive = zipped(("folder/a.txt", TEXT), ("empty", b""), ("folder/", b""), method=method)
    assert contents(archive) == {"folder/a.txt": TEXT, "empty": b""}


@pytest.mark.parametrize(
    ("raw", "flag", "name"),
    [
        ("請求書".encode("cp932"), 0, "請求書"),
        ("請求".encode(), 0, "請求"),
        ("請求".encode(), 0x800, "請求"),
        (b"ab\xff\xfecd", 0x800, "ab\ufffd\ufffdcd"),
        (b"ab\x81 cd", 0, "abü cd"),
        (b"a\x1b[2Jb", 0, "a\ufffd[2Jb"),
    ],
)
def test_zip_names(raw: bytes, flag: int, name: str) -> None:
    archive = zipped(("x" * len(raw), b"data"))
    assert list(contents(with_name(archive, b"x" * len(raw), raw, flag=flag))) == [name]


def test_encrypted_members_are_listed() -> None:
    archive = with_name(zipped(("secret.exe", TEXT)), b"secret.exe", b"secret.exe", flag=1)
    assert opened(archive) == [ArchiveMember(name="secret.exe", size=len(TEXT), encrypted=True, data=None)]


def test_members_encrypted_with_aes_are_listed() -> None:
    archive = bytearray(zipped(("secret.exe", TEXT)))
    at = archive.index(b"PK\1\2")
    archive[at + 10 : at + 12] = struct.pack("<H", 99)
    assert [(m.encrypted, m.data) for m in opened(bytes(archive)) if isinstance(m, ArchiveMember)] == [(True, None)]


def test_one_bad_checksum_costs_one_member() -> None:
    archive = zipped(("a", b"first"), ("b", b"second"), method=zipfile.ZIP_STORED).replace(b"first", b"FIRST")
    assert problems(archive) == {"a": "the checksum does not agree"}
    assert contents(archive) == {"b": b"second"}


def test_an_unknown_method_costs_one_member() -> None:
    archive = bytearray(zipped(("a", TEXT), ("b", TEXT)))
    at = archive.index(b"PK\1\2")
    archive[at + 10 : at + 12] = struct.pack("<H", 9)
    assert problems(bytes(archive)) == {"a": "compression method 9 is not read"}
    assert contents(bytes(archive)) == {"b": TEXT}


def test_something_before_the_archive() -> None:
    stub = b"MZ" + bytes(500)
    entries = contents(b"PK\3\4" + stub + zipped(("a", TEXT)))
    assert entries == {"a": TEXT}


def test_a_cut_zip_is_read_as_far_as_it_goes() -> None:
    archive = zipped(("a", b"first"), ("b", TEXT), ("c", TEXT))
    cut = archive[: archive.index(b"PK\1\2") - 20]
    assert contents(cut) == {"a": b"first", "b": TEXT}
    assert problems(cut) == {
        "c": "the compressed data is cut short",
        "sample": "the archive is cut short: its directory is missing",
    }


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_forms(form: int) -> None:
    files = {"a.log": TEXT, "x" * 90 + "/" + "y" * 90: b"long", "empty": b"", "メモ.txt": b"utf-8"}
    assert contents(tarred(*files.items(), form=form)) == files


def test_a_cut_tar_is_read_as_far_as_it_goes() -> None:
    archive = tarred(("a", b"first"), ("b", TEXT))
    cut = archive[: 2048 + 100]
    assert contents(cut) == {"a": b"first"}
    assert problems(cut) == {
        "b": "the archive is cut short",
        "sample": "the archive is cut short or corrupt",
    } or problems(cut) == {"b": "the archive is cut short"}


def test_links_and_folders_of_a_tar_are_no_members() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("x")
            info.type = kind
            archive.addfile(info)
    assert opened(stream.getvalue()) == []


def test_limits_hold() -> None:
    many = zipped(*[(str(n), b"x") for n in range(5)])
    assert problems(many, limits=Limits(members=3)) == {"sample": "it has more than 3 members"}
    large = zipped(("a", TEXT), ("b", b"small"))
    assert list(problems(large, limits=Limits(member_bytes=100))) == ["a"]
    both = zipped(("a", TEXT), ("b", TEXT))
    assert list(problems(both, limits=Limits(total_bytes=len(TEXT) + 5))) == ["b", "sample"]


@each_codec
def test_a_bomb_is_a_problem(suffix: str, compress: Compress) -> None:
    assert "times its size" in problems(compress(bytes(8 << 20)), "a" + suffix)["a"]
    assert "more than 1,000 bytes" in problems(compress(bytes(5_000)), "a" + suffix, Limits(member_bytes=1_000))["a"]


def test_a_size_that_lies_does_no_harm() -> None:
    archive = bytearray(zipped(("a", TEXT)))
    at = archive.index(b"PK\1\2")
    archive[at + 24 : at + 28] = struct.pack("<L", 10)
    assert problems(bytes(archive)) == {"a": "it is longer than the archive says"}


@pytest.mark.parametrize(
    "first", ["[Content_Types].xml", "_rels/.rels", "docProps/app.xml", "META-INF/MANIFEST.MF", "mimetype"]
)
def test_documents_and_programs_are_no_archives(first: str) -> None:
    assert not is_archive(zipped((first, TEXT), ("word/document.xml", TEXT)))


def test_what_is_an_archive() -> None:
    assert all(is_archive(compress(TEXT)) for _, compress in CODECS)
    assert is_archive(zipped(("a", TEXT)))
    assert is_archive(zipped())
    assert is_archive(tarred(("a", TEXT)))
    assert not any(map(is_archive, (b"", TEXT, b"PK", bytes(1024), b"%PDF-1.7")))


def test_what_is_no_archive_is_a_problem() -> None:
    assert problems(TEXT) == {"sample": "it is no archive"}


@pytest.mark.parametrize(
    "data", [gzip.compress(TEXT), zipped(("a", TEXT), ("b", b"")), tarred(("a", TEXT), ("b" * 150, b""))]
)
@given(st.data())
def test_no_bytes_raise(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(broken) - 1))
        broken[at : at + draw.draw(st.integers(0, 8))] = draw.draw(st.binary(max_size=8))
    for found in opened(bytes(broken)):
        assert isinstance(found, ArchiveMember | ArchiveProblem)


@given(st.binary(max_size=30), st.booleans())
def test_labels_hold_no_controls(raw: bytes, utf8: bool) -> None:
    assert all(c.isprintable() or ord(c) >= 160 for c in label(raw, utf8=utf8))


def test_an_archive_that_holds_a_document_as_it_is_is_no_document() -> None:
    document = documents.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.docx", document)
        archive.writestr("b.txt", "text")

    assert is_archive(out.getvalue())
    assert not is_archive(document)
