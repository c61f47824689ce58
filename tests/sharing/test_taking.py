"""What a value is by its looks, and what a named type makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.indicator import MatchMode as M
from sekimori.sharing.taking import NotTaken, examine, guess, take
from sekimori.values.errors import InvalidValue
from sekimori.values.types import ObservableType as T


@pytest.mark.parametrize(
    ("text", "type_", "mode", "pattern"),
    [
        ("evil.example", T.DOMAIN, M.BELOW, "evil.example"),
        ("EVIL[.]example.", T.DOMAIN, M.BELOW, "evil.example"),
        ("*.evil.example", T.DOMAIN, M.BELOW, "evil.example"),
        ("evil.example:8443", T.DOMAIN, M.BELOW, "evil.example"),
        ("'evil.example',", T.DOMAIN, M.BELOW, "evil.example"),
        ("日本語.jp", T.DOMAIN, M.BELOW, "xn--wgv71a119e.jp"),
        ("203.0.113.9", T.ADDRESS, M.EQUAL, "203.0.113.9"),
        ("203.0.113[.]9:443", T.ADDRESS, M.EQUAL, "203.0.113.9"),
        ("203.0.113.0/24", T.ADDRESS, M.CIDR, "203.0.113.0/24"),
        ("203.0.113.9/32", T.ADDRESS, M.EQUAL, "203.0.113.9"),
        ("2001:DB8::1", T.ADDRESS, M.EQUAL, "2001:db8::1"),
        ("[2001:db8::1]:443", T.ADDRESS, M.EQUAL, "2001:db8::1"),
        ("2001:db8::/32", T.ADDRESS, M.CIDR, "2001:db8::/32"),
        ("hxxp://evil.example/A?b", T.URL, M.URL_PREFIX, "http://evil.example/A?b"),
        ("evil.example/gate.php*", T.URL, M.URL_PREFIX, "http://evil.example/gate.php"),
        ("203.0.113.9/gate.php", T.URL, M.URL_PREFIX, "http://203.0.113.9/gate.php"),
        ("/wp/Gate.php?id=", T.URL, M.CONTAINS, "/wp/gate.php?id="),
        ("taro@evil.example", T.MAIL_ADDRESS, M.EQUAL, "taro@evil.example"),
        ("*@evil.example", T.MAIL_ADDRESS, M.CONTAINS, "@evil.example"),
        ("A" * 32, T.HASH, M.EQUAL, "a" * 32),
        ("b" * 64, T.HASH, M.EQUAL, "b" * 64),
        ("T13d1516h2_8daaf6152771_e5627efa2ab1", T.JA4, M.EQUAL, "t13d1516h2_8daaf6152771_e5627efa2ab1"),
        (r"C:\ProgramData\evil.dll", T.FILE_PATH, M.EQUAL, r"c:\programdata\evil.dll"),
        ("/tmp/.x/evil", T.FILE_PATH, M.EQUAL, "/tmp/.x/evil"),
        (r"HKEY_LOCAL_MACHINE\SOFTWARE\Example", T.REGISTRY_KEY, M.EQUAL, r"hklm\software\example"),
        ("invoice.exe", T.FILE_NAME, M.EQUAL, "invoice.exe"),
    ],
)
def test_guesses(text: str, type_: T, mode: M, pattern: str) -> None:
    assert examine(text)[:3] == (type_, mode, pattern)


@pytest.mark.parametrize(
    "text",
    ["", " ", "SHA256", "2026-05-12", "2026-05-12 09:00:00", "16.04", "RTF", "1,580,032 bytes", "evil", "a" * 9000,
     "g" * 32, "localhost", "evil.local", "http://", "http://a*b.example/", "/a", "//",
     "a@b", r"\\", ":::", "...", "*", "."],
)  # fmt: skip
def test_nothing(text: str) -> None:
    assert guess(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("invoice.zip", "file name"),
        ("/a.php", "too short"),
        ("203.0.113.7/24", "host bits"),
        ("0.0.0.0/0", "too large"),
        ("010.1.2.3", "leading zero"),
        ("two words", "looks like nothing"),
    ],
)
def test_reasons(text: str, reason: str) -> None:
    with pytest.raises((NotTaken, InvalidValue), match=reason):
        examine(text)


@pytest.mark.parametrize(
    ("type_", "text", "mode", "expected", "pattern"),
    [
        (T.DOMAIN, "evil.example", M.EQUAL, M.EQUAL, "evil.example"),
        (T.DOMAIN, "evil", None, M.BELOW, "evil"),
        (T.DOMAIN, "invoice.zip", None, M.BELOW, "invoice.zip"),
        (T.DOMAIN, "203.0.113.9", None, M.EQUAL, "203.0.113.9"),
        (T.DOMAIN, "evil.example/a", None, M.URL_PREFIX, "http://evil.example/a"),
        (T.DOMAIN, "*evil*", None, M.CONTAINS, "evil"),
        (T.ADDRESS, "203.0.113.0/24", M.CIDR, M.CIDR, "203.0.113.0/24"),
        (T.ADDRESS, "203.0.113.0/255.255.255.0", None, M.CIDR, "203.0.113.0/24"),
        (T.SUBJECT, "ＲＥ： 請求書", None, M.EQUAL, "re: 請求書"),
        (T.SUBJECT, "請求書", M.CONTAINS, M.CONTAINS, "請求書"),
        (T.REGISTRY_KEY, r"HKEY_LOCAL_MACHINE\Software\Run", M.CONTAINS, M.CONTAINS, r"hklm\software\run"),
        (T.REGISTRY_KEY, "HKLM:\\Software\\Run\\", M.CONTAINS, M.CONTAINS, "hklm\\software\\run\\"),
        (T.REGISTRY_KEY, r"*\SYSTEM\ControlSet001\Services*", None, M.CONTAINS, r"\system\currentcontrolset\services"),
        (T.REGISTRY_KEY, r"\Run\Evil", M.CONTAINS, M.CONTAINS, r"\run\evil"),
        (T.FILE_PATH, "%SystemRoot%\\Temp\\", M.CONTAINS, M.CONTAINS, "c:\\windows\\temp\\"),
        (T.FILE_PATH, r"C:/Users\Public\a", M.CONTAINS, M.CONTAINS, r"c:/users\public\a"),
        (T.FILE_PATH, r"system32\evil", M.CONTAINS, M.CONTAINS, r"system32\evil"),
        (T.USER, r"EXAMPLE\Sato", M.CONTAINS, M.CONTAINS, "sato"),
        (T.HOST, r"\\PC-0", M.CONTAINS, M.CONTAINS, "pc-0"),
        (T.DOMAIN, "日本。example", M.CONTAINS, M.CONTAINS, "日本.example"),
        (T.URL, "http://evil.example", M.EQUAL, M.EQUAL, "http://evil.example/"),
        (T.FILE_NAME, "Invoice.EXE", None, M.EQUAL, "invoice.exe"),
        (T.FILE_NAME, "^in.*[.]exe$", M.REGEX, M.REGEX, "^in.*[.]exe$"),
        (T.JA3, "AB" * 16, None, M.EQUAL, "ab" * 16),
        (T.JA4, "T13d1516h2_8daaf6152771_e5627efa2ab1", None, M.EQUAL, "t13d1516h2_8daaf6152771_e5627efa2ab1"),
        (T.USER_AGENT, "Evil/1.0 (*)", None, M.EQUAL, "Evil/1.0 (*)"),
    ],
)
def test_named_types(type_: T, text: str, mode: M | None, expected: M, pattern: str) -> None:
    assert take(type_, text, mode)[1:3] == (expected, pattern)


@pytest.mark.parametrize(
    ("type_", "text", "mode"),
    [
        (T.HASH, "xyz", None),
        (T.JA3, "ab" * 20, None),
        (T.JA4, "ab" * 16, None),
        (T.ADDRESS, "evil.example", None),
        (T.DOMAIN, "evil.example", M.CIDR),
        (T.FILE_NAME, "a(?=b)", M.REGEX),
        (T.FILE_NAME, "a[", M.REGEX),
        (T.FILE_NAME, "", M.REGEX),
        (T.SUBJECT, "a", M.CONTAINS),
        (T.USER, "EXAMPLE\\", M.CONTAINS),
        (T.REGISTRY_KEY, "\\", M.CONTAINS),
        (T.FILE_NAME, "in*ce.exe", None),
        (T.FILE_NAME, "in*", None),
        (T.URL, "*", None),
        (T.MAIL_ADDRESS, "", None),
    ],
)
def test_refused(type_: T, text: str, mode: M | None) -> None:
    with pytest.raises((NotTaken, InvalidValue)):
        take(type_, text, mode)


@given(st.text(max_size=60) | st.text(st.sampled_from("a1.:/@*[]\\%-f "), max_size=30))
def test_guess_never_raises_and_a_guess_stays_what_it_is(text: str) -> None:
    found = guess(text)
    if found and found.mode in (M.EQUAL, M.CIDR):
        assert guess(found.pattern) == found._replace(note="")
