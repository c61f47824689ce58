import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values.errors import InvalidValue
from sekimori.values.normal import host_or_address, machine_or_address, normal
from sekimori.values.types import ObservableType as T

TEXTS = st.one_of(
    st.text(),
    st.lists(st.sampled_from([*"aA1.@\\/:-$<>\"' \u3000?%[]", "ﾊﾟ", "～", "ß", "\u0345", "e\u0301"])).map("".join),
)


@pytest.mark.parametrize(
    ("type_", "written", "expected"),
    [
        (T.DOMAIN, "Evil.Example.", "evil.example"),
        (T.ADDRESS, "::ffff:192.0.2.1", "192.0.2.1"),
        (T.URL, "HTTP://Evil.Example", "http://evil.example/"),
        (T.MAIL_ADDRESS, "<Taro@example.jp>", "taro@example.jp"),
        (T.DISPLAY_NAME, '"Sato  Taro"', "sato taro"),
        (T.SUBJECT, "Re:  会議", "re: 会議"),
        (T.MESSAGE_ID, " <Ab.1@\r\n example.jp>", "Ab.1@example.jp"),
        (T.FILE_NAME, "A.EXE.", "a.exe"),
        (T.FILE_PATH, "\\??\\C:\\A", "c:\\a"),
        (T.REGISTRY_KEY, "HKEY_CURRENT_USER\\A", "hkcu\\a"),
        (T.HASH, "A" * 32, "a" * 32),
        (T.USER_AGENT, " Mozilla/5.0  (X) ", "Mozilla/5.0 (X)"),
        (T.JA3, "AB" * 16, "ab" * 16),
        (T.JA4, "t13d1516h2_8DAAF6152771_e5627efa2ab1", "t13d1516h2_8daaf6152771_e5627efa2ab1"),
        (T.MAILER, "Mail \t1.0", "Mail 1.0"),
        (T.USER, "EXAMPLE\\Admin", "admin"),
        (T.USER, "Admin@example.jp", "admin"),
        (T.USER, "EXAMPLE\\SRV01$", "srv01$"),
        (T.HOST, "\\\\SRV01", "srv01"),
        (T.HOST, "SRV01$", "srv01"),
        (T.HOST, "\\\\ \\SRV01 $", "srv01"),
        (T.HOST, "Srv01.example.jp.", "srv01.example.jp"),
        (T.SERVICE, "EvilSvc ", "evilsvc"),
        (T.TASK, "\\Microsoft\\Evil", "\\microsoft\\evil"),
    ],
)
def test_normal(type_: T, written: str, expected: str) -> None:
    assert normal(type_, written) == expected


@pytest.mark.parametrize("type_", list(T))
@pytest.mark.parametrize("written", ["", " ", "-", "a\0b", "\0"])
def test_nothing_is_refused_everywhere(type_: T, written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        normal(type_, written)
    assert (caught.value.type, caught.value.text) == (type_, written)


@pytest.mark.parametrize("written", ["EXAMPLE\\-", "EXAMPLE\\", "@example.jp"])
def test_a_domain_alone_is_no_user(written: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        normal(T.USER, written)
    assert caught.value.text == written


@pytest.mark.parametrize("type_", list(T))
@settings(derandomize=True, max_examples=100, deadline=None)
@given(written=TEXTS)
def test_normal_forms_are_stable(type_: T, written: str) -> None:
    try:
        form = normal(type_, written)
    except InvalidValue:
        return
    assert form.strip() == form != ""
    assert normal(type_, form) == form


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Evil.Example", (T.DOMAIN, "evil.example")),
        ("Evil.Example.:443", (T.DOMAIN, "evil.example")),
        ("srv01", (T.DOMAIN, "srv01")),
        ("192.0.2.1", (T.ADDRESS, "192.0.2.1")),
        ("192.0.2.1:8080", (T.ADDRESS, "192.0.2.1")),
        ("2001:DB8::1", (T.ADDRESS, "2001:db8::1")),
        ("[2001:db8::1]", (T.ADDRESS, "2001:db8::1")),
        ("[2001:db8::1]:443", (T.ADDRESS, "2001:db8::1")),
    ],
)
def test_host_or_address(written: str, expected: tuple[T, str]) -> None:
    assert host_or_address(written) == expected


@pytest.mark.parametrize(
    "written", ["", "-", "a b", "192.0.2", "192.0.2.01", "a:b:c", "[evil.example]", "evil.example:x"]
)
def test_host_or_address_refuses(written: str) -> None:
    with pytest.raises(InvalidValue):
        host_or_address(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("192.0.2.77", (T.ADDRESS, "192.0.2.77")),
        ("１９２.0.2.77", (T.ADDRESS, "192.0.2.77")),
        ("\\\\192.0.2.77", (T.ADDRESS, "192.0.2.77")),
        ("192.0.2.77:3389", (T.ADDRESS, "192.0.2.77")),
        ("[2001:DB8::1]:443", (T.ADDRESS, "2001:db8::1")),
        ("2001:DB8::1", (T.ADDRESS, "2001:db8::1")),
        ("SRV01", (T.HOST, "srv01")),
        ("\\\\SRV01$", (T.HOST, "srv01")),
        ("srv01.example.jp.", (T.HOST, "srv01.example.jp")),
        ("srv01:3389", (T.HOST, "srv01")),
        ("010.1.2.3", (T.HOST, "010.1.2.3")),
        ("10", (T.HOST, "10")),
        ("会計サーバ", (T.HOST, "会計サーバ")),
    ],
)
def test_machine_or_address(written: str, expected: tuple[T, str]) -> None:
    assert machine_or_address(written) == expected


@given(text=TEXTS)
def test_a_machine_stays_what_it_is(text: str) -> None:
    try:
        type_, value = machine_or_address(text)
    except InvalidValue:
        return
    assert normal(type_, value) == value
