"""IP addresses and networks: one form for all ways to write them.

IPv4 in dotted decimals, IPv6 after RFC 5952. An octet with a leading zero is refused: one program reads it as octal,
the next as decimal (RFC 6943, section 3.1.1).
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = ["contains", "is_address", "is_private", "network", "normal", "number", "of_host", "ordinary"]

_TYPE = "address"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_IPV4_NETWORK = re.compile(rf"({_IPV4.pattern})/(3[0-2]|[12]?[0-9])")
_LEADING_ZERO = re.compile(r"(?:.*:)?0[0-9]+\Z")
_NUMBER = re.compile(r"0x[0-9a-f]{0,16}|[0-9]{1,16}")
_DOTS = str.maketrans("。｡", "..")
_MAPPED_BITS = 96  # the part ::ffff:0:0/96 of an IPv6 address that holds an IPv4 address (RFC 4291, 2.5.5.2)


def normal(text: str) -> str:
    """The normal form of an address; a zone id and brackets are dropped, a v4-mapped IPv6 address becomes IPv4.

    Raises `InvalidValue`.
    """
    if _IPV4.fullmatch(text):
        return text
    return str(_parsed(text))


def ordinary(texts: Iterable[str]) -> list[str]:
    """Those texts that are their own normal form at first sight: IPv4 addresses in dotted decimals."""
    return list(filter(_IPV4.fullmatch, texts))


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    plain = _plain(text)
    if plain.startswith("[") and plain.endswith("]"):
        plain = plain[1:-1]
    plain = plain.partition("%")[0] if ":" in plain else plain
    if any(_LEADING_ZERO.match(part) for part in plain.split(".")[:4]) and "." in plain:
        raise InvalidValue(_TYPE, text, N_("an octet with a leading zero may be octal or decimal"))
    try:
        address = ipaddress.ip_address(plain)
    except ValueError as error:
        raise InvalidValue(_TYPE, text, N_("it is neither an IPv4 nor an IPv6 address")) from error
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _plain(text: str) -> str:
    plain = present(_TYPE, text)
    return plain if plain.isascii() else unicodedata.normalize("NFKC", plain).translate(_DOTS)


def of_host(text: str) -> str | None:
    """The address that the host of a URL means to a browser, None where the host is a name.

    Reads also one to four decimal or hexadecimal numbers: `0xC0000201`, `3221225985`, `192.0x0.513`. This is the host
    parser of the URL Standard (url.spec.whatwg.org) without its octal numbers. Raises `InvalidValue` for a host that
    ends in a number and is no address.
    """
    if _IPV4.fullmatch(text):
        return text
    plain = _plain(text).removesuffix(".").lower()
    if not plain.startswith("[") and not _NUMBER.fullmatch(plain.rpartition(".")[2]):
        return None
    return _of_numbers(plain.split(".")) or str(_parsed(plain))


def _of_numbers(parts: list[str]) -> str | None:
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) and not _LEADING_ZERO.match(part) for part in parts):
        return None
    *heads, last = [int(part[2:] or "0", 16) if part.startswith("0x") else int(part) for part in parts]
    if any(head > 255 for head in heads) or last >= 256 ** (4 - len(heads)):
        return None
    return str(ipaddress.IPv4Address(last + sum(head << 8 * (3 - at) for at, head in enumerate(heads))))


def network(text: str) -> str:
    """The normal form of a network, `192.0.2.0/24`; a netmask becomes a prefix length, a lone address /32 or /128.

    Host bits that are set are refused: the writer meant either one address or another network. Raises
    `InvalidValue`.
    """
    plain = _IPV4_NETWORK.fullmatch(text)
    if plain and not number(plain.group(1))[1] << int(plain.group(2)) & 0xFFFFFFFF:
        return text
    start, slash, width = present("network", text).partition("/")
    try:
        address = _parsed(start)
    except InvalidValue as error:
        raise InvalidValue("network", text, error.reason) from error
    if ":" in start and address.version == 4 and re.fullmatch("[0-9]{1,3}", width):
        width = str(int(width) - _MAPPED_BITS)
    try:
        found = ipaddress.ip_network(f"{address}/{width}" if slash else address, strict=False)
    except ValueError as error:
        raise InvalidValue("network", text, N_("the part after / is no prefix length or netmask")) from error
    if found.network_address != address:
        raise InvalidValue(
            "network", text, N_("host bits are set; the network would be {network}").format(network=found)
        )
    return str(found)


def contains(network: str, address: str) -> bool:
    """Whether the address lies in the network. Raises `InvalidValue` for what is not one or the other."""
    version, shift, head = _span(network)
    own_version, own = number(address)
    return version == own_version and own >> shift == head


@lru_cache(maxsize=65_536)
def _span(text: str) -> tuple[int, int, int]:
    start, _, width = network(text).partition("/")
    version, first = number(start)
    shift = (32 if version == 4 else 128) - int(width)
    return version, shift, first >> shift


def number(address: str) -> tuple[int, int]:
    """The version (4 or 6) and the address as an integer. Raises `InvalidValue`."""
    if _IPV4.fullmatch(address):
        a, b, c, d = address.split(".")
        return 4, int(a) << 24 | int(b) << 16 | int(c) << 8 | int(d)
    parsed = _parsed(address)
    return parsed.version, int(parsed)


_PRIVATE = (
    "0.0.0.0/8",  # this host, RFC 1122
    "10.0.0.0/8",  # RFC 1918
    "100.64.0.0/10",  # behind a carrier's address translation, RFC 6598
    "127.0.0.0/8",
    "169.254.0.0/16",  # link-local, RFC 3927
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::/127",  # unspecified and loopback
    "fc00::/7",  # unique local, RFC 4193
    "fe80::/10",  # link-local
    "fec0::/10",  # site-local, RFC 3879
)


def is_private(address: str) -> bool:
    """Whether the address means a different host in every organisation, or none.

    Unlike Python's property of that name this leaves the documentation ranges public: in examples they stand for
    hosts on the internet. Raises `InvalidValue`.
    """
    version, value = number(address)
    return any(version == own and value >> shift == head for own, shift, head in map(_span, _PRIVATE))


def is_address(text: str) -> bool:
    """Whether a text is an address."""
    try:
        normal(text)
    except InvalidValue:
        return False
    return True
