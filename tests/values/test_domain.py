import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import domain
from sekimori.values.errors import InvalidValue

LABEL = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True)
NAMES = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(LABEL, max_size=4),
    st.from_regex(r"[a-z]{2,8}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Example.JP.", "example.jp"),
        ("srv01", "srv01"),
        ("_dmarc.example.jp", "_dmarc.example.jp"),
        ("r3---sn-x-.example", "r3---sn-x-.example"),
        ("例え．テスト。", "xn--r8jz45g.xn--zckzah"),
        ("例え｡テスト", "xn--r8jz45g.xn--zckzah"),
        ("XN--R8JZ45G.XN--ZCKZAH", "xn--r8jz45g.xn--zckzah"),
        ("ＥＸＡＭＰＬＥ．ｊｐ", "example.jp"),
        ("straße.example", "xn--strae-oqa.example"),
        ("☃.example", "xn--n3h.example"),
        ("a_ü.example", "xn--a_-yka.example"),
        (" example.jp\n", "example.jp"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert domain.normal(written) == normal


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        (" ", "it is empty"),
        ("-", "it is empty"),
        ("a\0b.example", "it holds a NUL character"),
        (".", "it has an empty label"),
        ("a..example", "it has an empty label"),
        (".example", "it has an empty label"),
        ("example..", "it has an empty label"),
        ("*.example", "'*' cannot stand in a domain name"),
        ("a b.example", "' ' cannot stand in a domain name"),
        ("例え b.example", "' ' cannot stand in a domain name"),
        ("a/b.example", "'/' cannot stand in a domain name"),
        ("user@example.jp", "'@' cannot stand in a domain name"),
        ("a" * 64 + ".example", "it has a label longer than 63 characters"),
        ("é" * 60 + ".example", "it has a label longer than 63 characters"),
        ("a." * 130 + "example", "it is longer than 253 characters"),
        ("é" * 2000, "it is longer than 253 characters"),
        ("192.0.2.1", "its last label is a number, as in an IP address"),
        ("１９２．０．２．１", "its last label is a number, as in an IP address"),
        ("192.0x2.0x1", "its last label is a number, as in an IP address"),
        ("3221225985", "its last label is a number, as in an IP address"),
        ("2001:db8::1", "':' cannot stand in a domain name"),
        ("\ud800.example", "it holds a character that no domain name can hold"),
    ],
)
def test_normal_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        domain.normal(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("domain", written, reason)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(NAMES)
def test_ordinary_names_are_their_own_normal_form(name: str) -> None:
    assert domain.normal(name) == name
    assert domain.normal(name.upper() + ".") == name


@settings(derandomize=True, max_examples=200, deadline=None)
@given(NAMES, NAMES)
def test_suffixes_are_the_names_above(name: str, other: str) -> None:
    suffixes = domain.suffixes(name)
    assert suffixes[0] == name
    assert len(suffixes) == name.count(".") + 1
    assert all(domain.is_below(name, suffix) for suffix in suffixes)
    assert domain.is_below(f"{other}.{name}", name)
    assert not domain.is_below(f"{other}{name}", name)
    assert domain.is_below(other, name) == (name in domain.suffixes(other))


@pytest.mark.parametrize(
    ("name", "public", "registrable"),
    [
        ("www.example.co.jp", "co.jp", "example.co.jp"),
        ("co.jp", "co.jp", None),
        ("jp", "jp", None),
        ("someone.github.io", "github.io", "someone.github.io"),
        ("a.city.kobe.jp", "kobe.jp", "city.kobe.jp"),
        ("a.b.c.kobe.jp", "c.kobe.jp", "b.c.kobe.jp"),
        ("a.b.example", "example", "b.example"),
        ("xn--r8jz45g.xn--fiqs8s", "xn--fiqs8s", "xn--r8jz45g.xn--fiqs8s"),
        ("srv01", "srv01", None),
    ],
)
def test_public_suffix(name: str, public: str, registrable: str | None) -> None:
    assert domain.public_suffix(name) == public
    assert domain.registrable(name) == registrable
    assert domain.is_public_suffix(name) == (registrable is None)


@pytest.mark.parametrize("name", ["example.jp", "jp", "a.ck", "a.xn--fiqs8s", "a.onion", "a.example"])
def test_known_top(name: str) -> None:
    assert domain.has_known_top(name)


@pytest.mark.parametrize("name", ["setup.exe", "srv01", "srv01.local", "report.docx"])
def test_unknown_top(name: str) -> None:
    assert not domain.has_known_top(name)
