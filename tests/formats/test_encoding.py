import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.encoding import Foreign, TextLine, decode_line, sniff, text_lines, to_utf8
from sekimori.formats.lines import LineChunk, LongLine, chunks

TEXT = "日付,ユーザー,結果\n2026/02/03,田中,許可\n2026/02/04,ｻﾄｳ,拒否\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain text\nand more\n", "utf-8"),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp932"), "cp932"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode()[:-3], "utf-8"),
        ("田中".encode("cp932")[:-1], "cp932"),
        (b"a\xff\xfe\nb\xfd\n", "utf-8"),
        (b"\x00\x01\x02\x00\x03\x00\x00\x00" * 4, "utf-8"),
    ],
)
def test_sniff(data: bytes, encoding: str) -> None:
    assert sniff(data) == encoding


def test_sniff_goes_by_the_majority_of_lines() -> None:
    utf8, cp932 = "ユーザー田中\n".encode(), "ユーザー佐藤\n".encode("cp932")

    assert sniff(utf8 * 3 + cp932) == "utf-8"
    assert sniff(cp932 * 3 + utf8) == "cp932"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("田中".encode(), "田中"),
        ("田中".encode("cp932"), "田中"),
        (b"a\xffb", "a\\xffb"),
        (b"\xe7\x94\xb0\xff", "田\\xff"),
        (b"\x80", "\\x80"),
        (b"\x00", "\x00"),
    ],
)
def test_decode_line(data: bytes, text: str) -> None:
    assert decode_line(data) == text


def test_decode_line_in_utf16_keeps_broken_units_as_escapes() -> None:
    assert decode_line("田".encode("utf-16-le") + b"\x00\xd8", "utf-16-le") == "田\\x00\\xd8"


@given(st.binary(max_size=50), st.sampled_from(["utf-8", "cp932", "utf-16-le", "utf-16-be"]))
def test_decode_line_takes_any_bytes(data: bytes, encoding: str) -> None:
    decode_line(data, encoding).encode("utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16-le", "utf-16-be"])
def test_text_lines_keep_their_places(encoding: str) -> None:
    data = TEXT.replace("\n", "\r\n").encode(encoding)

    lines = list(text_lines(io.BytesIO(data), sniff(data)))

    assert [line.text for line in lines if isinstance(line, TextLine)] == TEXT.splitlines()
    assert [line.line for line in lines] == [1, 2, 3]
    for line, text in zip(lines, TEXT.splitlines(), strict=True):
        assert data[line.offset : line.offset + line.length] == text.encode(encoding.removesuffix("-sig"))


def test_text_lines_tell_of_lines_that_are_too_long() -> None:
    lines = list(text_lines(io.BytesIO(b"a\n" + b"x" * 100 + b"\nb"), "utf-8", longest=10))

    assert lines == [TextLine(0, 1, 1, "a"), LongLine(2, 100, 2), TextLine(103, 1, 3, "b")]


def _chunk(data: bytes) -> LineChunk:
    chunk = next(chunks(io.BytesIO(data)))
    assert isinstance(chunk, LineChunk)
    return chunk


def test_valid_text_is_the_same_chunk() -> None:
    chunk = _chunk(TEXT.encode())

    assert to_utf8(chunk) == (chunk, Foreign())


def test_only_invalid_lines_are_changed() -> None:
    data = b"\n".join([b"first", "田中".encode(), "佐藤".encode("cp932"), b"\xff!", b"", "鈴木".encode()]) + b"\r\n"

    chunk, foreign = to_utf8(_chunk(data))

    assert foreign == Foreign(cp932=1, escaped=1)
    assert str(foreign) == "1 as CP932, 1 with backslash escapes"
    assert [chunk.line(row).decode() for row in range(len(chunk))] == ["first", "田中", "佐藤", "\\xff!", "", "鈴木"]
    assert data[chunk.offsets[2] :][: chunk.lengths[2]] == "佐藤".encode("cp932")
    assert Foreign(1, 2) + Foreign(3, 4) == Foreign(4, 6)


@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b"")), min_size=1))
def test_any_chunk_becomes_valid(lines: list[bytes]) -> None:
    chunk, _ = to_utf8(_chunk(b"\n".join(lines) + b"\n"))

    starts_with_mark = lines[0].startswith(b"\xef\xbb\xbf")
    expected = [lines[0][3:] if starts_with_mark else lines[0], *lines[1:]]
    assert [chunk.line(row).decode() for row in range(len(chunk))] == [decode_line(line) for line in expected]
    assert np.array_equal(chunk.lengths, [len(line) for line in expected])
