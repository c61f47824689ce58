import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.mail_text import decode, decode_words, from_base64, from_quoted_printable, is_known

_LABELS = ["", "utf-8", "iso-2022-jp", "cp932", "us-ascii", "utf-7", "x-unknown", "gb2312", "rot13", "utf-16"]


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("会議の件".encode("iso2022_jp"), "ISO-2022-JP", "会議の件"),
        ("会議の件".encode("iso2022_jp"), "us-ascii", "会議の件"),
        (b"\x1b$B-!\x1b(B", "iso-2022-jp", "①"),
        (b"\x1b$B-!\x1b(B", "iso-2022-jp-ms", "①"),
        (b"\x1b(I1;\x1b(B", "iso-2022-jp", "ｱｻ"),
        (b'\x1b$(D0"\x1b(B', "iso-2022-jp", "丄"),
        ("①高橋髙".encode("cp932"), "Shift_JIS", "①高橋髙"),
        ("会議".encode("cp932"), "us-ascii", "会議"),
        ("カタカナの会議".encode("euc_jp"), "", "カタカナの会議"),
        ("会議".encode(), "iso-8859-1", "会議"),
        ("会議".encode(), "x-unknown", "会議"),
        ("会议".encode("gb18030"), "gb2312", "会议"),
        ("会議".encode("utf-16"), "", "会議"),
        (b"+Zg4-", "utf-7", "明"),
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),
        ("会議".encode()[:-1] + b" and a long text of many letters that is sound but for one" * 2, "utf-8", None),
        (b"plain", "rot13", "plain"),
    ],
)
def test_decode(data: bytes, label: str, text: str | None) -> None:
    decoded = decode(data, label)
    if text is None:
        assert decoded.startswith("会\ufffd and")
    else:
        assert decoded == text


def test_escape_that_is_none_does_not_hide_the_rest() -> None:
    assert decode(b"\x1b$X caf\xe9", "iso-2022-jp").endswith("X caf\ufffd") is False
    assert "X caf" in decode(b"\x1b$X caf\xe9", "iso-2022-jp")


def test_lines_cut_inside_a_shift_go_on_in_it() -> None:
    first, second = "会議".encode("iso2022_jp")[3:5], "会議".encode("iso2022_jp")[5:7]

    assert decode(b"\x1b$B" + first + b"\r\n" + second + b"\x1b(B -!", "iso-2022-jp").split() == ["会", "議", "-!"]


def test_only_text_encodings_are_known() -> None:
    assert is_known("windows-31j")
    assert not is_known("punycode")
    assert not is_known("hex")
    assert not is_known("no such\0thing")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?B?5Lya6K2w?=", "会議"),
        (b"=?utf-8?B?5Lya6A==?=\r\n =?utf-8?B?rbA=?=", "会議"),
        (b"=?UTF-8?Q?Re=3A_?= =?utf-8*ja?B?5Lya6K2w?=", "Re: 会議"),
        (b"[ml] =?utf-8?B?5Lya?= x =?utf-8?B?6K2w?=", "[ml] 会 x 議"),
        (b"=?utf-8?B?5Lya?==?utf-8?B?6K2w?=", "会議"),
        (b"=?NONE?B?VEVTVA=?=", "TEST"),
        (b"=?utf-8?Q?open", "=?utf-8?Q?open"),
        (b"a =? b ?= c", "a =? b ?= c"),
        ("会議".encode("cp932"), "会議"),
        ("会議".encode("iso2022_jp"), "会議"),
        (b"folded\r\n value", "folded value"),
    ],
)
def test_words(raw: bytes, text: str) -> None:
    assert decode_words(raw) == text


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        (b"YWJj\r\nZGVm\r\n", b"abcdef"),
        (b"YWJ!j Z*GVm", b"abcdef"),
        (b"YQ==YmM=", b"abc"),
        (b"YWJjZ", b"abc"),
        (b"YWJjZA", b"abcd"),
        (b"", b""),
        (b"====", b""),
    ],
)
def test_base64_with_junk(raw: bytes, data: bytes) -> None:
    assert from_base64(raw) == data


def test_broken_quoted_printable_stays() -> None:
    assert from_quoted_printable(b"a=3Db=\r\nc=ZZ") == b"a=bc=ZZ"


@given(st.binary(), st.sampled_from(_LABELS))
def test_any_bytes_become_a_text_without_surrogates(data: bytes, label: str) -> None:
    decode(data, label).encode()
    decode_words(data).encode()
    from_base64(data)


@given(st.binary(), st.sampled_from([b"", b"\n", b"!"]))
def test_base64_round_trip(data: bytes, junk: bytes) -> None:
    coded = base64.b64encode(data)

    assert from_base64(coded[:7] + junk + coded[7:]) == data


@given(st.text(st.characters(codec="iso2022_jp", exclude_categories=["Cc"]), min_size=1), st.integers(0, 60))
def test_words_cut_anywhere_read_the_same(text: str, at: int) -> None:
    raw = text.encode("iso2022_jp")
    words = b"\r\n ".join(b"=?iso-2022-jp?b?" + base64.b64encode(piece) + b"?=" for piece in (raw[:at], raw[at:]))

    assert decode_words(words) == text


@pytest.mark.parametrize("blanks", [b"", b" ", b"\t \t", b" " * 5, b" \t" * 40])
def test_blanks_at_the_end_of_a_line_are_none(blanks: bytes) -> None:
    data = b"a b" + blanks + b"\nsoft=" + blanks + b"\r\nc" + blanks

    assert from_quoted_printable(data) == b"a b\nsoftc" + blanks
