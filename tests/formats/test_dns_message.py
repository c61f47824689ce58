import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.dns_message import Message, message

_QUESTION = b"\x03www\x07example\x02jp\x00" + struct.pack(">HH", 1, 1)
_TO_QUESTION = b"\xc0\x0c"


def _message(*answers: bytes, flags: int = 0x8180, question: bytes = _QUESTION, count: int | None = None) -> bytes:
    number = len(answers) if count is None else count
    return struct.pack(">6H", 7, flags, 1 if question else 0, number, 0, 0) + question + b"".join(answers)


def _record(kind: int, data: bytes, owner: bytes = _TO_QUESTION) -> bytes:
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def _read(data: bytes) -> Message:
    found = message(data)
    assert found is not None
    return found


def test_a_question() -> None:
    assert message(_message(flags=0x0100)) == Message(7, False, "www.example.jp", "A", "NOERROR", (), (), True)


def test_answers_of_every_kind_that_names_somebody() -> None:
    data = _message(
        _record(5, b"\x03cdn\x07example\x00"),
        _record(1, bytes([198, 51, 100, 7])),
        _record(1, bytes([198, 51, 100, 7])),
        _record(28, bytes.fromhex("20010db8000000000000000000000007")),
        _record(15, b"\x00\x0a\x04mail" + b"\xc0\x10"),
        _record(16, b"\x05texts"),
        flags=0x8183,
    )

    found = _read(data)

    assert (found.is_response, found.code, found.whole) == (True, "NXDOMAIN", True)
    assert found.addresses == ("198.51.100.7", "2001:db8::7")
    assert found.names == ("cdn.example", "mail.example.jp")


def test_a_service_binding_has_hints() -> None:
    hints = struct.pack(">HH", 1, 3) + b"\x02h2" + struct.pack(">HH", 4, 8) + bytes([192, 0, 2, 1, 192, 0, 2, 2])

    found = _read(_message(_record(65, b"\x00\x01\x00" + hints)))

    assert (found.addresses, found.names) == (("192.0.2.1", "192.0.2.2"), ())


def test_an_answer_without_a_question_tells_its_owner() -> None:
    found = _read(_message(_record(1, bytes([192, 0, 2, 9]), owner=b"\x05print\x05local\x00"), question=b""))

    assert (found.name, found.type, found.addresses) == ("print.local", "A", ("192.0.2.9",))


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (b"\x00", "."),
        (b"\x03a.b\x07example\x00", r"a\.b.example"),
        (b"\x03a.b\x00", r"a\.b"),
        (b"\x02\\x\x00", r"\\x"),
        (b"\x03\x00 \xe6\x00", r"\000\032\230"),
        (b"\x04WwW-\x07eXample\x00", "WwW-.eXample"),
        (b"\x04_tcp\x07example\x00", "_tcp.example"),
    ],
)
def test_names_as_written(labels: bytes, name: str) -> None:
    assert _read(_message(question=labels + b"\x00\xff\x00\x01")).name == name


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x0c",  # to itself
        b"\x01a\xc0\x0c",  # to its own beginning
        b"\xc0\x20",  # forwards
        b"\xff\xff",
        b"\x80",
        b"\x3fa",
        (b"\x3f" + b"a" * 63) * 4 + b"\x00",  # 257 bytes
        b"",
    ],
)
def test_hostile_names_are_refused(name: bytes) -> None:
    assert message(_message(question=name + b"\x00\x01\x00\x01")) is None


def test_a_loop_in_an_answer_ends() -> None:
    found = _read(_message(_record(5, b"\x01b\xc0\x0c"), _record(5, b"\x01c\xc0\x3c")))

    assert not found.whole
    assert found.names == ("b.www.example.jp",)


def test_answers_that_break_off_leave_those_before() -> None:
    data = _message(_record(1, bytes([192, 0, 2, 1])), _record(1, bytes([192, 0, 2, 2])))

    assert [len(_read(data[:cut]).addresses) for cut in (len(data), len(data) - 1, len(data) - 17)] == [2, 1, 0]
    assert [_read(data[:cut]).whole for cut in (len(data), len(data) - 1)] == [True, False]
    assert not _read(_message(count=9)).whole


def test_codes_and_types_that_have_no_name() -> None:
    found = _read(_message(flags=0x800F, question=b"\x01a\x00" + struct.pack(">HH", 65280, 1)))

    assert (found.code, found.type) == ("RCODE15", "TYPE65280")


def test_no_question_and_no_answer_is_no_message() -> None:
    assert message(_message(question=b"")) is None
    assert message(struct.pack(">6H", 7, 0, 65535, 0, 0, 0) + b"\x00\x00\x01\x00\x01" * 100) is None


@given(st.binary(max_size=300) | st.binary(max_size=80).map(lambda data: _message(count=3) + data))
def test_no_bytes_raise(data: bytes) -> None:
    found = message(data)

    assert found is None or len(found.name) <= 4 * 255
