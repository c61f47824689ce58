import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.formats.lines import CHUNK_BYTES
from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.protocol import HEAD_BYTES, Head
from tests.readers.network.reading import SAMPLES, read

LINE = (
    "1770076800.123    921 10.1.2.15 TCP_MISS/200 5120 GET http://www.example.jp/ - HIER_DIRECT/198.51.100.7 text/html"
)


def _line(**changes: str) -> bytes:
    names = ("time", "elapsed", "client", "result", "size", "method", "url", "user", "peer", "media")
    fields = dict(zip(names, LINE.split(), strict=True)) | changes
    fields["elapsed"] = fields["elapsed"].rjust(6)
    return " ".join(fields.values()).encode()


def test_a_line() -> None:
    result = read(SquidAccess(), LINE.encode() + b"\n")

    assert result.unread == {}
    assert result.places == {1: (0, len(LINE))}
    assert result.statements == {"encoding": "utf-8"}
    assert result.records == {
        1: {
            "timestamp": datetime(2026, 2, 3, 0, 0, 0, 123_000, UTC),
            "event_dataset": "squid.access",
            "event_action": "TCP_MISS",
            "source_ip": "10.1.2.15",
            "destination_ip": "198.51.100.7",
            "http_request_method": "GET",
            "url_original": "http://www.example.jp/",
            "url_domain": "www.example.jp",
            "http_response_status_code": 200,
            "mime_type": "text/html",
            "event_duration": 921,
            "destination_bytes": 5120,
            "message": '{"hierarchy":"HIER_DIRECT"}',
        }
    }


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"elapsed": "0"}, "event_duration", 0),
        ({"elapsed": "12345678901"}, "event_duration", 12345678901),
        ({"elapsed": "-3"}, "event_duration", -3),
        ({"client": "2001:db8::a"}, "source_ip", "2001:db8::a"),
        ({"client": "pc1.corp.example"}, "source_domain", "pc1.corp.example"),
        ({"client": "pc1.corp.example"}, "source_ip", None),
        ({"result": "NONE_NONE/000"}, "http_response_status_code", 0),
        ({"result": "TCP_MISS_ABORTED/200"}, "event_action", "TCP_MISS_ABORTED"),
        ({"url": "www.example.jp:8443"}, "destination_port", 8443),
        ({"url": "[2001:db8::1]:443"}, "url_domain", "2001:db8::1"),
        ({"url": "http://a.example/two words  here"}, "url_original", "http://a.example/two words  here"),
        ({"url": "error:invalid-request"}, "url_domain", None),
        ({"user": "田中"}, "source_user_name", "田中"),
        ({"user": "-"}, "source_user_name", None),
        ({"peer": "HIER_NONE/-"}, "destination_ip", None),
        ({"peer": "ORIGINAL_DST/2001:db8::7"}, "destination_ip", "2001:db8::7"),
        ({"peer": "HIER_DIRECT/[2001:db8::7]"}, "destination_ip", "2001:db8::7"),
        ({"peer": "FIRSTUP_PARENT/10.1.0.3"}, "destination_ip", None),
        ({"peer": "DIRECT/www.example.jp"}, "destination_ip", None),
        ({"media": "-"}, "mime_type", None),
        ({"time": "1770076800.999"}, "timestamp", datetime(2026, 2, 3, 0, 0, 0, 999_000, UTC)),
    ],
)
def test_fields(changes: dict[str, str], column: str, value: object) -> None:
    result = read(SquidAccess(), b"\n".join([_line(), _line(**changes), _line()]))

    assert result.unread == {}
    assert result.records[2].get(column) == value
    assert result.records[1] == result.records[3]


@pytest.mark.parametrize(
    ("peer", "message"),
    [
        ("HIER_DIRECT/198.51.100.7", {"hierarchy": "HIER_DIRECT"}),
        ("HIER_NONE/-", {"hierarchy": "HIER_NONE"}),
        ("FIRSTUP_PARENT/10.1.0.3", {"hierarchy": "FIRSTUP_PARENT", "peer": "10.1.0.3"}),
        ("DIRECT/www.example.jp", {"hierarchy": "DIRECT", "peer": "www.example.jp"}),
    ],
)
def test_the_hierarchy_stands_in_the_message(peer: str, message: dict[str, str]) -> None:
    result = read(SquidAccess(), b"\n".join([_line(), _line(peer=peer), _line()]))

    assert json.loads(result.records[2]["message"]) == message
    assert result.records[1]["destination_ip"] == result.records[3]["destination_ip"] == "198.51.100.7"


@pytest.mark.parametrize(
    "line",
    [
        b"short",
        b"a b c d e f g h i j",
        b" " * 20,
        _line(time="1770076800"),
        _line(time="not.a.time.000"),
        _line(elapsed="x"),
        _line(result="TCP_MISS"),
        _line(result="200"),
        _line(result="TCP_MISS/ok!"),
        _line(size="-"),
        _line(peer="-"),
        _line(peer="direct/198.51.100.7"),
        _line()[:-40],
        _line() + b"  ",
        b"Feb  3 09:00:11 proxy squid[812]: a line of another kind of log with many words",
    ],
)
def test_lines_of_another_form_are_unread(line: bytes) -> None:
    result = read(SquidAccess(), b"\n".join([_line(), line, b"", _line()]))

    assert list(result.unread) == [2]
    assert list(result.records) == [1, 4]
    assert result.places[2] == (len(_line()) + 1, len(line))


def test_one_blank_at_the_end_and_windows_line_ends_do_no_harm() -> None:
    result = read(SquidAccess(), _line() + b" \r\n" + _line() + b"\r\n")

    assert result.records[1] == result.records[2]
    assert result.places[1] == (0, len(_line()) + 1)


def test_lines_in_other_encodings() -> None:
    lines = [_line(user="田中"), _line().replace(b" - ", b" " + "佐藤".encode("cp932") + b" "), _line() + b"\xff"]

    result = read(SquidAccess(), b"\n".join([*lines, *[_line(user="鈴木")] * 3]))

    assert [result.records[line]["source_user_name"] for line in (1, 2)] == ["田中", "佐藤"]
    assert result.records[3]["mime_type"] == "text/html\\xff"
    assert result.places[3] == (sum(map(len, lines[:2])) + 2, len(lines[2]))
    assert result.statements["lines that are not UTF-8"] == "1 as CP932, 1 with backslash escapes"


def test_utf16_has_places_in_its_bytes() -> None:
    text = f"{LINE}\r\nbad\r\n{LINE}\r\n"
    data = text.encode("utf-16")

    result = read(SquidAccess(), data)

    assert list(result.records) == [1, 3]
    for line, expected in ((1, LINE), (2, "bad"), (3, LINE)):
        offset, length = result.places[line]
        assert data[offset : offset + length].decode("utf-16-le") == expected


def test_numbers_of_lines_hold_over_chunks() -> None:
    good, bad = _line(url="http://www.example.jp/" + "x" * 4000) + b"\n", b"bad line\n"
    count = CHUNK_BYTES // len(good) + 10
    data = (good * count + bad) * 2

    result = read(SquidAccess(), data)

    assert list(result.unread) == [count + 1, 2 * count + 2]
    assert list(result.records) == [line for line in range(1, 2 * count + 2) if line != count + 1]
    assert all(
        data[offset : offset + length] == (good if line in result.records else bad)[:-1]
        for line, (offset, length) in result.places.items()
    )


def test_a_line_without_end_is_told() -> None:
    result = read(SquidAccess(), _line() + b"\n" + b"x" * (1 << 20) + b"y\n" + _line())

    assert result.unread == {2: "the line is longer than 1,048,576 bytes"}
    assert list(result.records) == [1, 3]


@pytest.mark.parametrize(
    ("data", "is_squid"),
    [
        (LINE.encode(), True),
        (LINE.encode() + b"\n" + LINE[:50].encode(), True),
        (b"ken line\n" + LINE.encode() + b"\n", True),
        (b"\n".join([_line()] * 7 + [b"rubbish"] * 3), True),
        (b"\n".join([_line()] * 3 + [b"rubbish"] * 7), False),
        (b"", False),
        (b"1770076800.123 a b c d e f g h i\n", False),
        (b'192.0.2.1 - - [03/Feb/2026:09:00:00 +0900] "GET / HTTP/1.1" 200 12\n', False),
        (_line(user="田中") + b"\n" + _line(user="x").replace(b" x ", " 田中 ".encode("cp932")), True),
    ],
)
def test_recognition(data: bytes, is_squid: bool) -> None:
    assert SquidAccess().recognises(Head("access.log", data)) is is_squid


def test_a_head_that_is_cut() -> None:
    data = (_line() + b"\n") * 1000

    assert SquidAccess().recognises(Head("access.log", data[30 : 30 + HEAD_BYTES]))


@settings(max_examples=50)
@given(st.data())
def test_every_line_has_its_place(data: st.DataObject) -> None:
    lines = (SAMPLES / "squid/access.log").read_bytes().split(b"\n")
    broken = b"\n".join(data.draw(st.permutations(lines)))
    at = data.draw(st.integers(0, len(broken)))
    broken = broken[:at] + data.draw(st.binary(max_size=3)) + broken[at:]

    result = read(SquidAccess(), broken)

    raw = broken.split(b"\n")
    filled = [number for number, line in enumerate(raw, 1) if line.removesuffix(b"\r")]
    assert sorted(result.places) == [number for number in filled if not (number == len(raw) and not raw[-1])]
    for number, (offset, length) in result.places.items():
        if raw[number - 1] != b"\xef\xbb\xbf" and not broken.startswith(b"\xef\xbb\xbf"):
            assert broken[offset : offset + length].removesuffix(b"\r") == raw[number - 1].removesuffix(b"\r")
