import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.render.safe import CUT, clean, clean_lines, defang, defang_all, pieces, safe_for, shown, unfolded
from sekimori.values.types import ObservableType as T

ANY_TEXT = st.text(st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("エネルギー研究会", "エネルギー研究会"),
        ("\x1b[2Jx\x07", "\\x1b[2Jx\\x07"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("annual\u202efdp.exe", "annual\\u202efdp.exe"),
        ("a\u200bb\ufeff\u2066", "a\\u200bb\\ufeff\\u2066"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u3164\u2800b", "a\\u3164\\u2800b"),
        ("report.pdf" + " " * 40 + ".exe", "report.pdf[ ×40].exe"),
        ("が", "が"),
        ("e" + "\u0301" * 6, "e" + "\u0301" * 3 + "\\u0301" * 3),
        ("see http://a.evil.example/x.y", "see hxxp://a[.]evil[.]example/x.y"),
    ],
)
def test_what_has_no_shape_is_shown_as_an_escape(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_long_text_is_cut_and_counted() -> None:
    assert clean("A" * 1_048_576, 10) == "AAAAAAAAAA…[+1048566]"
    assert clean("A" * CUT) == "A" * CUT


def test_escapes_are_told_apart_from_the_text() -> None:
    assert list(pieces("\\x1b\x1b")) == [("\\x1b", False), ("\\x1b", True)]


@given(ANY_TEXT)
def test_no_text_keeps_a_character_without_a_shape(text: str) -> None:
    for line in (clean(text), *clean_lines(text)):
        assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
def test_cleaning_twice_is_as_once(text: str) -> None:
    assert clean(clean(text, 10**6), 10**6) == clean(text, 10**6)


def test_lines_are_kept_and_counted() -> None:
    assert clean_lines("a\r\nb\rc\n\td\x00") == ["a", "b", "c", "  d\\x00"]
    assert clean_lines("ab\ncd", 4) == ["ab", "c", "…[+1]"]


@pytest.mark.parametrize(
    ("text", "defanged"),
    [
        (
            "https://user@a.example:8080/b.c?d=http://e.example",
            "hxxps://user@a[.]example:8080/b.c?d=hxxp://e[.]example",
        ),
        ("HTTP://A.EXAMPLE", "hxxp://A[.]EXAMPLE"),
        ("ftp://192.0.2.1/", "ftp[:]//192[.]0[.]2[.]1/"),
        ("http:\\\\a.example", "hxxp:\\\\a.example"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("data:text/html,x and file:///c:/x", "data[:]text/html,x and file[:]///c:/x"),
        ("metadata: 5, data: 6", "metadata: 5, data: 6"),
        ("hxxp://a[.]example/", "hxxp://a[.]example/"),
    ],
)
def test_urls_are_no_links(text: str, defanged: str) -> None:
    assert defang(text) == defanged


@given(st.text("htpfs:/.[]a\\ javcrit"))
def test_defanging_twice_is_as_once(text: str) -> None:
    assert defang(defang(text)) == defang(text)


@pytest.mark.parametrize(
    ("type_", "value", "as_shown"),
    [
        (T.DOMAIN, "a.evil.example", "a[.]evil[.]example"),
        (T.ADDRESS, "192.0.2.0/24", "192[.]0[.]2[.]0/24"),
        (T.ADDRESS, "2001:db8::1", "2001:db8::1"),
        (T.MAIL_ADDRESS, "first.last@evil.example", "first.last@evil[.]example"),
        (T.MESSAGE_ID, "1.2@evil.example", "1.2@evil[.]example"),
        (T.URL, "http://evil.example/a.b", "hxxp://evil[.]example/a.b"),
        (T.FILE_NAME, "a.pdf.exe", "a.pdf.exe"),
    ],
)
def test_values_are_shown_defanged(type_: T, value: str, as_shown: str) -> None:
    assert shown(type_, value) == as_shown
    assert shown(type_, as_shown) == as_shown


def test_a_console_gets_what_it_can_write() -> None:
    assert safe_for("cp932", "● — – → 髙 한") == "● ― - → 髙 \\ud55c"
    assert safe_for("ascii", "● ○ △ … é") == "[!] [ ] [?] ... \\xe9"
    assert safe_for("utf-8", "● 한") == "● 한"


@given(ANY_TEXT, st.sampled_from(["cp932", "ascii", "utf-8", "cp437", "utf-16", "no such encoding"]))
def test_no_console_raises(text: str, encoding: str) -> None:
    safe = safe_for(encoding, text)
    safe.encode("ascii" if encoding.startswith("no") else encoding)


@pytest.mark.parametrize(
    ("text", "defanged"),
    [
        (
            "差出人は y.yamada@mail.example、返信先は a@b.example",
            "差出人は y.yamada@mail[.]example、返信先は a@b[.]example",
        ),
        ("evil.example は partner.example に似ている", "evil[.]example は partner[.]example に似ている"),
        ("(unknown [192.0.2.7])", "(unknown [192[.]0[.]2[.]7])"),
        ("見て http://evil.example/a.b", "見て hxxp://evil[.]example/a.b"),
        ("「議事録.pdf.exe」「資料.zip」", "「議事録.pdf.exe」「資料.zip」"),
    ],
)
def test_nothing_in_running_text_can_be_followed(text: str, defanged: str) -> None:
    assert defang_all(text) == defanged
    assert defang_all(defanged) == defanged


def test_a_folded_field_is_one_line_with_blanks() -> None:
    assert unfolded("a\r\n\tb\tc\x1b") == "a b c\\x1b"
