import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.lines import LineChunk, LongLine, chunks, head_lines

Line = tuple[int, int, int, bytes]


def _lines(data: bytes, encoding: str = "utf-8", size: int = 16, longest: int = 1 << 20) -> list[Line | LongLine]:
    return list(_each(io.BytesIO(data), encoding, size, longest))


def _each(stream: io.BytesIO, encoding: str, size: int, longest: int) -> Iterator[Line | LongLine]:
    for chunk in chunks(stream, encoding=encoding, size=size, longest=longest):
        if isinstance(chunk, LongLine):
            yield chunk
            continue
        for row in range(len(chunk)):
            yield int(chunk.numbers[row]), int(chunk.offsets[row]), int(chunk.lengths[row]), chunk.line(row)


def _expected(data: bytes) -> list[Line]:
    found: list[Line] = []
    offset = 0
    for number, raw in enumerate(data.split(b"\n"), 1):
        last = offset + len(raw) == len(data)
        if last and not raw:
            break
        line = raw if last else raw.removesuffix(b"\r")
        found.append((number, offset, len(line), line))
        offset += len(raw) + 1
    return found


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"a", b"a\n", b"a\r\n", b"a\rb\r\n\r\n\n", b"\r", b"\r\n", b"no end\r", b"x\0y\nz", b"a\n" * 50],
)
def test_lines_and_places(data: bytes) -> None:
    assert _lines(data) == _expected(data)


@given(st.text("ab\r\n", max_size=60).map(str.encode), st.integers(1, 20))
def test_lines_do_not_depend_on_the_size_read(data: bytes, size: int) -> None:
    assert _lines(data, size=size) == _expected(data)


@given(st.text("aあ\r\n𠮷", max_size=40), st.integers(1, 20), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_has_the_lines_of_utf8_and_places_of_its_own(text: str, size: int, encoding: str) -> None:
    data = text.encode(encoding)

    found = _lines(data, encoding, size)

    assert [(line[0], line[3]) for line in found if not isinstance(line, LongLine)] == [
        (number, line) for number, _, _, line in _expected(text.encode())
    ]
    for line in found:
        assert not isinstance(line, LongLine)
        assert data[line[1] :][: line[2]].decode(encoding) == line[3].decode()


@given(st.binary(max_size=60), st.integers(1, 20), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
def test_any_bytes(data: bytes, size: int, encoding: str) -> None:
    for line in _lines(data, encoding, size, longest=8):
        offset, length = (line.offset, line.length) if isinstance(line, LongLine) else line[1:3]
        assert 0 <= offset <= offset + length <= len(data)


def test_line_ends_of_utf16_stand_at_even_bytes() -> None:
    text = "\u0a00\u000a\u0a0a\u000d\u000ax"

    assert [line[3].decode() for line in _lines(text.encode("utf-16-le"), "utf-16-le") if isinstance(line, tuple)] == [
        "\u0a00",
        "\u0a0a",
        "x",
    ]


def test_lone_surrogates_and_half_characters() -> None:
    data = "a\n".encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le") + b"\x00"

    assert _lines(data, "utf-16-le") == [(1, 0, 2, b"a"), (2, 4, 2, b"\\ud800"), (3, 8, 1, b"")]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-8", 3), ("utf-16-le", 2), ("utf-16-be", 2)])
def test_byte_order_mark_belongs_to_no_line(encoding: str, mark: int) -> None:
    data = "\ufeffab\ncd".encode(encoding)
    width = len("a".encode(encoding))

    assert _lines(data, encoding) == [
        (1, mark, 2 * width, b"ab"),
        (2, mark + 3 * width, 2 * width, b"cd"),
    ]


@pytest.mark.parametrize("size", [1, 3, 7, 16, 64, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_long_lines_are_told_and_passed_over(size: int, encoding: str) -> None:
    texts = ["a", "x" * 50, "b", "", "y" * 40 + "\r", "z" * 41]
    data = "\n".join(texts).encode(encoding)
    width = len("a".encode(encoding))

    found = _lines(data, encoding, size, longest=20 * width)

    assert found == [
        (1, 0, width, b"a"),
        LongLine(2 * width, 50 * width, 2),
        (3, 53 * width, width, b"b"),
        (4, 55 * width, 0, b""),
        LongLine(56 * width, 40 * width, 5),
        LongLine(98 * width, 41 * width, 6),
    ]


class _Endless(io.RawIOBase):
    """A line without end, of which it is noted how much was asked for at once."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        assert 0 < size <= 1 << 16
        taken = min(size, self.left)
        self.left -= taken
        return b"x" * taken


def test_an_endless_line_is_not_held() -> None:
    stream = _Endless(50 << 20)

    assert list(chunks(stream, size=1 << 16, longest=1 << 10)) == [LongLine(0, 50 << 20, 1)]  # type: ignore[arg-type]


def test_a_part_has_its_lines_alone() -> None:
    chunk = next(chunks(io.BytesIO(b"a\nbb\nccc\n")))
    assert isinstance(chunk, LineChunk)

    part = chunk.part(1, 3)

    assert part.text == b"bb\nccc\n"
    assert [part.line(row) for row in range(len(part))] == [b"bb", b"ccc"]
    assert part.numbers.tolist() == [2, 3]
    assert part.offsets.tolist() == [2, 5]
    assert chunk.part(0, 1).text == b"a\n"


def test_head_lines_leave_out_what_may_be_cut() -> None:
    assert head_lines(b"\xef\xbb\xbfa\r\n\n  \nb\nc") == [b"a", b"b"]
    assert head_lines(b"a\nb\nc", whole=True) == [b"a", b"b", b"c"]
    assert head_lines(b"a") == [b"a"]
    assert head_lines(b"a\nb\nc\nd\n", limit=2) == [b"a", b"b"]
    assert head_lines(b"") == []
