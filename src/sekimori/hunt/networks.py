"""Addresses in networks: one equality key for each prefix length in use.

A range comparison of every address with every network grows with their product; one look-up per prefix length does not.
"""

from collections.abc import Sequence

from sekimori.values import address

__all__ = ["Networks", "within"]

_BITS = {4: 32, 6: 128}


class Networks:
    """Networks, made ready to be compared with many addresses."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._by_length = _by_length(networks)

    def of(self, addresses: Sequence[str]) -> tuple[list[int], list[int]]:
        """Every pair of an address and a network that holds it, as two lists of positions. Both in normal form."""
        at: list[int] = []
        network: list[int] = []
        numbers = [address.number(text) for text in addresses]
        for (version, length), wanted in self._by_length.items():
            shift = _BITS[version] - length
            for position, (found, number) in enumerate(numbers):
                hits = wanted.get(number >> shift) if found == version else None
                for hit in hits or ():
                    at.append(position)
                    network.append(hit)
        return at, network


def within(addresses: Sequence[str], networks: Sequence[str]) -> tuple[list[int], list[int]]:
    """Every pair of an address and a network that holds it, as two lists of positions. Both in normal form."""
    return Networks(networks).of(addresses)


def _by_length(networks: Sequence[str]) -> dict[tuple[int, int], dict[int, list[int]]]:
    """By version and prefix length: the leading bits of each network, with the positions of those that have them."""
    found: dict[tuple[int, int], dict[int, list[int]]] = {}
    for position, text in enumerate(networks):
        base, length = text.split("/")
        version, number = address.number(base)
        keys = found.setdefault((version, int(length)), {})
        keys.setdefault(number >> (_BITS[version] - int(length)), []).append(position)
    return found
