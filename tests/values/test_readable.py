import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.values import domain
from sekimori.values.readable import as_read
from sekimori.values.types import ObservableType as T


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (T.DOMAIN, "www.xn--wgv71a.example", "www.日本.example"),
        (T.DOMAIN, "evil.example", "evil.example"),
        (T.DOMAIN, "xn--a-9999999.example", "xn--a-9999999.example"),
        (T.MAIL_ADDRESS, "xn--wgv71a@xn--wgv71a.example", "xn--wgv71a@日本.example"),
        (T.URL, "https://xn--wgv71a.example:8443/%E5%9B%B3?q=%20", "https://日本.example:8443/図?q= "),
        (T.URL, "http://xn--wgv71a@evil.example/xn--wgv71a", "http://xn--wgv71a@evil.example/xn--wgv71a"),
        (T.REGISTRY_KEY, "hklm\\software", "hkey_local_machine\\software"),
        (T.REGISTRY_KEY, "hklmx\\software", "hklmx\\software"),
        (T.REGISTRY_KEY, "hku", "hkey_users"),
        (T.FILE_NAME, "xn--wgv71a.exe", "xn--wgv71a.exe"),
    ],
)
def test_as_read(type_: T, value: str, expected: str) -> None:
    assert as_read(type_, value) == expected


@given(st.lists(st.text("xn-0aé日", min_size=1, max_size=9), min_size=1, max_size=3).map(".".join))
def test_whatever_a_label_holds_is_text(name: str) -> None:
    domain.shown(name).encode("utf-8")


@pytest.mark.parametrize("name", ["日本.example", "例え.テスト", "straße.example", "a_ü.example"])
def test_a_name_that_is_read_is_the_name(name: str) -> None:
    assert domain.shown(domain.normal(name)) == name
