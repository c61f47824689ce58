"""Addresses in networks, beside the standard library."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from sekimori.hunt.networks import within

Addresses = st.SearchStrategy[ipaddress.IPv4Address | ipaddress.IPv6Address]

# An IPv4 address written as an IPv6 one has another normal form.
_V6: Addresses = st.ip_addresses(v=6).filter(lambda address: not ipaddress.IPv6Address(address).ipv4_mapped)
ADDRESSES: Addresses = st.ip_addresses(v=4) | _V6 | st.ip_addresses(v=4, network="198.51.100.0/28")


@st.composite
def _networks(draw: st.DrawFn) -> str:
    address = draw(ADDRESSES)
    width = draw(st.integers(0, address.max_prefixlen))
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


@given(addresses=st.lists(ADDRESSES.map(str), max_size=20), networks=st.lists(_networks(), max_size=10))
def test_every_pair_that_the_standard_library_finds(addresses: list[str], networks: list[str]) -> None:
    expected = [
        (at, nth)
        for at, address in enumerate(addresses)
        for nth, network in enumerate(networks)
        if ipaddress.ip_address(address) in ipaddress.ip_network(network)
        and ipaddress.ip_address(address).version == ipaddress.ip_network(network).version
    ]
    at, network = within(addresses, networks)
    assert sorted(zip(at, network, strict=True)) == expected


@given(addresses=st.lists(ADDRESSES.map(str), min_size=1, max_size=8), width=st.integers(0, 32))
def test_an_address_lies_in_each_of_its_own_networks(addresses: list[str], width: int) -> None:
    networks = [str(ipaddress.ip_network(f"{address}/{width}", strict=False)) for address in addresses]
    found = set(zip(*within(addresses, networks), strict=True))
    assert found >= {(nth, nth) for nth in range(len(addresses))}


def test_the_whole_of_one_version_holds_nothing_of_the_other() -> None:
    assert within(["192.0.2.1", "2001:db8::1"], ["0.0.0.0/0", "::/0"]) == ([0, 1], [0, 1])


def test_a_single_address_is_a_network_too() -> None:
    assert within(["192.0.2.1", "192.0.2.2"], ["192.0.2.2/32", "192.0.2.2/31"]) == ([1, 1], [0, 1])
