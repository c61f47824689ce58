import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import url
from sekimori.values.errors import InvalidValue
from sekimori.values.url import Url

PROFILE = settings(derandomize=True, max_examples=200, deadline=None)
HOSTS = st.sampled_from(
    ["evil.example", "EVIL.example.", "192.0.2.1", "[2001:db8::1]", "3221225985", "例え.example", "%65vil.example"]
)
PIECES = st.sampled_from([*"/.%?#&=@: \\aA~é", "/..", "%2e", "%41", "%2F", "%e3", "%%41"])
TAILS = st.lists(PIECES, max_size=14).map(lambda pieces: "/" + "".join(pieces))
URLS = st.builds(
    lambda scheme, user, host, port, tail: f"{scheme}://{user}{host}{port}{tail}",
    st.sampled_from(["http", "HTTPS", "ftp", "tcp", "ws"]),
    st.sampled_from(["", "a@", "a:b@", "@", "a@b@", "%7Ea@"]),
    HOSTS,
    st.sampled_from(["", ":", ":80", ":443", ":8080"]),
    st.one_of(st.just(""), TAILS),
)


def test_split() -> None:
    assert url.split("HTTP://a:b@Evil.example:80/A%7e?q=1&r#x") == Url(
        scheme="http", user="a:b", host="evil.example", port=80, path="/A%7e", query="q=1&r", fragment="x"
    )
    assert url.split("https://evil.example") == Url(
        scheme="https", user=None, host="evil.example", port=None, path="", query=None, fragment=None
    )


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HTTP://EVIL.Example:80", "http://evil.example/"),
        ("https://evil.example:443/", "https://evil.example/"),
        ("http://evil.example:443/", "http://evil.example:443/"),
        ("http://evil.example:/", "http://evil.example/"),
        ("http://evil.example:0/", "http://evil.example:0/"),
        ("ftp://evil.example:21/x", "ftp://evil.example/x"),
        ("tcp://evil.example:443", "tcp://evil.example:443/"),
        ("http://evil.example/%7efoo/%2e%2e/a%2fb/./c", "http://evil.example/a%2Fb/c"),
        ("http://evil.example/a/b/..", "http://evil.example/a/"),
        ("http://evil.example/../../x", "http://evil.example/x"),
        ("http://evil.example/a//b", "http://evil.example/a//b"),
        ("http://evil.example/a b|c", "http://evil.example/a%20b%7Cc"),
        ("http://evil.example/100%", "http://evil.example/100%25"),
        ("http://evil.example?q=../%2F", "http://evil.example/?q=../%2F"),
        ("http://evil.example/?", "http://evil.example/?"),
        ("http://evil.example/a#b?c", "http://evil.example/a"),
        ("http://例え.テスト/パ", "http://xn--r8jz45g.xn--zckzah/%E3%83%91"),
        ("http://a@evil.example/", "http://a@evil.example/"),
        ("http://good.example@evil.example/", "http://good.example@evil.example/"),
        ("http://@evil.example/", "http://evil.example/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://[::ffff:192.0.2.1]/", "http://192.0.2.1/"),
        ("http://3221225985/", "http://192.0.2.1/"),
        ("http://0xC0.0.2.1/", "http://192.0.2.1/"),
        ("http://%65vil.example/", "http://evil.example/"),
        ("http:\\\\evil.example\\a?b\\c", "http://evil.example/a?b%5Cc"),
        ("https:/evil.example/a", "https://evil.example/a"),
        ("http:////evil.example/a", "http://evil.example/a"),
        (" http://evil.\nexample/a\tb ", "http://evil.example/ab"),
        ("evil.example:443", "https://evil.example/"),
        ("evil.example:8443", "https://evil.example:8443/"),
        ("evil.example:80", "http://evil.example/"),
        ("proxy01:443", "https://proxy01/"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]/"),
        ("192.0.2.1:443", "https://192.0.2.1/"),
        ("evil.example/gate.php", "http://evil.example/gate.php"),
        ("evil.example:8080/gate.php", "http://evil.example:8080/gate.php"),
        ("192.0.2.1/gate.php", "http://192.0.2.1/gate.php"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert url.normal(written) == normal
    assert url.host_of(written) == url.split(normal).host


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("-", "it is empty"),
        ("http://evil.example/\0", "it holds a NUL character"),
        ("evil.example", "it has no host"),
        ("text/html", "it has no host"),
        ("report.docx/1", "it has no host"),
        ("10:00", "it has no host"),
        ("mailto:a@evil.example", "it has no host"),
        ("tel:0312345678", "it has no host"),
        ("C:\\Windows\\x", "it has no host"),
        ("javascript:alert(1)", "it has no host"),
        ("file:///etc/passwd", "its host is no domain name and no address: it is empty"),
        ("http://", "its host is no domain name and no address: it is empty"),
        ("http://a b/", "its host is no domain name and no address: ' ' cannot stand in a domain name"),
        (
            "http://198.051.100.7/",
            "its host is no domain name and no address: an octet with a leading zero may be octal or decimal",
        ),
        ("http://evil.example:65536/", "'65536' is no port"),
        ("http://evil.example:8o/", "'8o' is no port"),
        ("evil.example:99999", "'99999' is no port"),
    ],
)
def test_normal_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        url.normal(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("url", written, reason)
    assert url.host_of(written) is None


@PROFILE
@given(URLS)
def test_normal_form_is_stable(text: str) -> None:
    normal = url.normal(text)
    assert url.normal(normal) == normal
    assert url.split(normal).host == url.split(text).host


@PROFILE
@given(URLS)
def test_every_url_is_its_own_prefix(text: str) -> None:
    assert url.is_prefix(text, text)
    assert url.is_prefix(url.normal(text), text)
    assert url.is_prefix(text, url.normal(text))


@PROFILE
@given(HOSTS, TAILS, st.text("abc/?=", max_size=8))
def test_prefixes_are_of_characters(host: str, tail: str, more: str) -> None:
    whole = url.normal(f"http://{host}{tail.replace('#', '')}")
    assert url.is_prefix(whole, whole + more.replace("/", "x"))


@PROFILE
@given(st.text(max_size=30))
def test_host_of_never_raises(text: str) -> None:
    assert url.host_of(text) != ""
    assert url.host_of("http://" + text) != ""


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("http://evil.example/a", "http://evil.example/a/b"),
        ("http://evil.example/a", "http://evil.example/a?x"),
        ("http://evil.example/a", "http://evil.example/ab"),
        ("http://evil.example/a", "https://evil.example/a"),
        ("https://evil.example/a", "http://evil.example/a"),
        ("http://evil.example/gate.php", "http://evil.example//gate.php"),
        ("http://evil.example//gate.php", "http://evil.example/gate.php"),
        ("http://evil.example/gate.php", "http://evil.example/x//../gate.php?id=1"),
        ("http://evil.example/%67ate", "http://evil.example/gate"),
        ("http://evil.example/a?id=", "http://evil.example/a?id=12"),
        ("http://evil.example", "evil.example:443"),
        ("evil.example/gate", "http://user@evil.example/gate.php"),
        ("http://evil.example:8080/", "https://evil.example:8080/a"),
        ("http://evil.example:443/", "https://evil.example/a"),
        ("ftp://evil.example/", "ftp://evil.example:21/a"),
    ],
)
def test_is_prefix(prefix: str, found: str) -> None:
    assert url.is_prefix(prefix, found)


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("http://evil.example/a", "http://evil.example/A"),
        ("http://evil.example/a/", "http://evil.example/a"),
        ("http://evil.example/a", "http://www.evil.example/a"),
        ("http://evil.example/a", "http://good.example/?u=http://evil.example/a"),
        ("http://evil.example/a", "http://evil.example:8080/a"),
        ("http://evil.example/a", "evil.example:443"),
        ("http://evil.example/a%2Fb", "http://evil.example/a/b"),
        ("http://evil.example/?u=a//b", "http://evil.example/?u=a/b"),
        ("ftp://evil.example/", "http://evil.example/"),
        ("http://evil.example/", "ftp://evil.example/"),
        ("http://evil.example/", "no url"),
    ],
)
def test_is_no_prefix(prefix: str, found: str) -> None:
    assert not url.is_prefix(prefix, found)


def test_a_prefix_must_be_a_url() -> None:
    with pytest.raises(InvalidValue):
        url.is_prefix("/gate.php", "http://evil.example/gate.php")
