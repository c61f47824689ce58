import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.mail_addresses import addresses


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a@example.jp", [("", "a@example.jp")]),
        (b"<a@example.jp>", [("", "a@example.jp")]),
        (b"Taro Yamada <a@example.jp>", [("Taro Yamada", "a@example.jp")]),
        (b'"Yamada, Taro" <a@example.jp>, b@example.jp', [("Yamada, Taro", "a@example.jp"), ("", "b@example.jp")]),
        (b'"a \\"b\\"" <c@example.jp>', [('a "b"', "c@example.jp")]),
        (b"=?utf-8?B?5bGx55Sw?= <a@example.jp>", [("山田", "a@example.jp")]),
        (b"=?utf-8?Q?Yamada,_Taro?= <a@example.jp>", [("Yamada, Taro", "a@example.jp")]),
        (b'"=?utf-8?B?5bGx55Sw?=" <a@example.jp>', [("山田", "a@example.jp")]),
        ("山田 <a@example.jp>".encode("iso2022_jp"), [("山田", "a@example.jp")]),
        ('"表,示" <a@example.jp>'.encode("cp932"), [("表,示", "a@example.jp")]),
        (
            '"総務,部" <a@example.jp>, b@example.jp'.encode("iso2022_jp"),
            [("総務,部", "a@example.jp"), ("", "b@example.jp")],
        ),
        (b"a@example.jp (Taro (the elder))", [("Taro (the elder)", "a@example.jp")]),
        (
            b"team: a@example.jp, B <b@example.jp>;, c@x.example",
            [("", "a@example.jp"), ("B", "b@example.jp"), ("", "c@x.example")],
        ),
        (b"undisclosed-recipients:;", []),
        (b"Taro a@example.jp", [("Taro", "a@example.jp")]),
        (b"<a@example.jp> <b@example.jp>", [("", "a@example.jp"), ("", "b@example.jp")]),
        (b"<<a@example.jp>>", [("", "a@example.jp")]),
        (b"Taro <a@example.jp", [("Taro", "a@example.jp")]),
        (b'"Taro <a@example.jp>', [("Taro", "a@example.jp")]),
        (b"Taro (open <a@example.jp>", [("Taro open", "a@example.jp")]),
        (b"mailto:a@example.jp", [("", "a@example.jp")]),
        (b"a@[IPv6:2001:db8::1]", [("", "a@[IPv6:2001:db8::1]")]),
        (b"Taro", [("Taro", "")]),
        (b"'a@example.jp' <'a@example.jp'>", [("'a@example.jp'", "a@example.jp")]),
        (b"a@example.jp,\r\n b@example.jp", [("", "a@example.jp"), ("", "b@example.jp")]),
        (b"", []),
        (b"<>", []),
    ],
)
def test_addresses(raw: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(found.name, found.address) for found in addresses(raw)] == expected


@given(st.binary() | st.text(alphabet='a@<>"(),:;\\[] =?\x1b$B').map(str.encode))
def test_no_bytes_raise(raw: bytes) -> None:
    for found in addresses(raw):
        assert found.name or found.address


@pytest.mark.parametrize("mark", [b'"', b"(", b"<", b'"\\', b"=?a?q?", b"\x1b$B", b"a,", b"<a@b", b"(a)", b'""'])
def test_long_broken_lists_end(mark: bytes) -> None:
    assert len(addresses(mark * 50_000)) <= 50_001
