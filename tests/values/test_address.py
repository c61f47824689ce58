import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.values import address
from sekimori.values.errors import InvalidValue

PROFILE = settings(derandomize=True, max_examples=200, deadline=None)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("１９２．０．２．１", "192.0.2.1"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:201", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::", "::"),
    ],
)
def test_normal(written: str, normal: str) -> None:
    assert address.normal(written) == normal


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("-", "it is empty"),
        ("192.0.2.1\0", "it holds a NUL character"),
        ("198.051.100.7", "an octet with a leading zero may be octal or decimal"),
        ("198.51.100.07", "an octet with a leading zero may be octal or decimal"),
        ("::ffff:198.051.100.7", "an octet with a leading zero may be octal or decimal"),
        ("::ffff:098.51.100.7", "an octet with a leading zero may be octal or decimal"),
        ("192.0.2", "it is neither an IPv4 nor an IPv6 address"),
        ("192.0.2.256", "it is neither an IPv4 nor an IPv6 address"),
        ("192.0.2.1.5", "it is neither an IPv4 nor an IPv6 address"),
        ("example.jp", "it is neither an IPv4 nor an IPv6 address"),
        ("2001:db8:::1", "it is neither an IPv4 nor an IPv6 address"),
        ("3221225985", "it is neither an IPv4 nor an IPv6 address"),
    ],
)
def test_normal_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        address.normal(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("address", written, reason)


@PROFILE
@given(st.integers(0, 2**32 - 1))
def test_ipv4_agrees_with_ipaddress(value: int) -> None:
    text = str(ipaddress.IPv4Address(value))
    assert address.normal(text) == text
    assert address.normal(f"::ffff:{text}") == text
    assert address.number(text) == (4, value)
    assert address.of_host(str(value)) == text
    assert address.of_host(hex(value)) == text


@PROFILE
@given(st.integers(0, 2**128 - 1), st.sets(st.integers(0, 7)))
def test_ipv6_agrees_with_ipaddress(value: int, zeros: set[int]) -> None:
    for at in zeros:  # random numbers alone would never have a run of zeros
        value &= ~(0xFFFF << 16 * at)
    parsed = ipaddress.IPv6Address(value)
    expected = str(parsed.ipv4_mapped or parsed)
    assert address.normal(parsed.exploded.upper()) == expected
    assert address.normal(expected) == expected


@PROFILE
@given(st.ip_addresses(), st.integers(0, 128), st.ip_addresses())
def test_contains_agrees_with_ipaddress(
    base: ipaddress.IPv4Address | ipaddress.IPv6Address,
    width: int,
    other: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    expected = ipaddress.ip_network(
        (int(base) if base.version == 4 else base, min(width, base.max_prefixlen)), strict=False
    )
    text = address.network(str(expected))
    assert address.contains(text, str(base))
    if other.version == base.version and address.normal(str(other)) == str(other):
        assert address.contains(text, str(other)) == (other in expected)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.0/255.255.255.0", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8::1", "2001:db8::1/128"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
    ],
)
def test_network(written: str, normal: str) -> None:
    assert address.network(written) == normal
    assert address.network(normal) == normal


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "it is empty"),
        ("192.0.2.1/24", "host bits are set; the network would be 192.0.2.0/24"),
        ("2001:db8::1/64", "host bits are set; the network would be 2001:db8::/64"),
        ("192.0.2.0/33", "the part after / is no prefix length or netmask"),
        ("192.0.2.0/", "the part after / is no prefix length or netmask"),
        ("::ffff:192.0.2.0/24", "the part after / is no prefix length or netmask"),
        ("192.0.2/24", "it is neither an IPv4 nor an IPv6 address"),
        ("198.051.100.0/24", "an octet with a leading zero may be octal or decimal"),
    ],
)
def test_network_refuses(written: str, reason: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        address.network(written)
    assert (caught.value.type, caught.value.text, caught.value.reason) == ("network", written, reason)


def test_contains_keeps_versions_apart() -> None:
    assert not address.contains("0.0.0.0/0", "2001:db8::1")
    assert not address.contains("::/0", "192.0.2.1")
    assert address.contains("192.0.2.0/24", "::ffff:192.0.2.9")


@pytest.mark.parametrize(
    "text",
    [
        "10.1.2.3",
        "172.31.0.1",
        "192.168.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "::1",
        "fe80::1%2",
        "fd00::1",
        "::ffff:10.0.0.1",
    ],
)
def test_private(text: str) -> None:
    assert address.is_private(text)


@pytest.mark.parametrize("text", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "172.32.0.1", "2001:db8::1", "8.8.8.8"])
def test_not_private(text: str) -> None:
    assert not address.is_private(text)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1.", "192.0.2.1"),
        ("192.0.513", "192.0.2.1"),
        ("192.513", "192.0.2.1"),
        ("0XC0.0x0.2.1", "192.0.2.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("example.jp", None),
        ("host01", None),
        ("1.example", None),
    ],
)
def test_of_host(host: str, expected: str | None) -> None:
    assert address.of_host(host) == expected


@pytest.mark.parametrize(
    "host", ["0300.0.2.1", "192.0.2.01", "1.2.3.4.5", "256.0.0.1", "4294967296", "example.1", "[example]"]
)
def test_of_host_refuses(host: str) -> None:
    with pytest.raises(InvalidValue):
        address.of_host(host)
