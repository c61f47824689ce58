"""Fingerprints of TLS clients and servers from their hellos: JA3, JA3S and JA4.

JA3 (github.com/salesforce/ja3): `version,ciphers,extensions,groups,formats` in decimal, GREASE left out, as MD5. JA4
(github.com/FoxIO-LLC/ja4, technical_details/JA4.md): `t13d1516h2`, that is transport, version, server name or none,
how many ciphers and extensions, ALPN; then the first 12 digits of two SHA-256, of the sorted ciphers, and of the
sorted extensions with the signature algorithms as they come.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from sekimori.formats.tls_hello import Offer, ServerHello, is_grease

__all__ = ["fingerprints", "ja3", "ja3s", "ja4"]

_VERSIONS = {
    0x0304: "13",
    0x0303: "12",
    0x0302: "11",
    0x0301: "10",
    0x0300: "s3",
    0x0002: "s2",
    0xFEFF: "d1",
    0xFEFD: "d2",
    0xFEFC: "d3",
}
_NAME, _ALPN = 0x0000, 0x0010
_NOTHING = "000000000000"


@lru_cache(maxsize=8192)
def fingerprints(offer: Offer, transport: str = "t") -> tuple[str, str]:
    """JA3 and JA4; kept, as the same programs make the same offers."""
    return ja3(offer), ja4(offer, transport)


def ja3(offer: Offer) -> str:
    """The MD5 of what the client offers."""
    lists = (_plain(offer.ciphers), _plain(offer.extensions), _plain(offer.groups), offer.formats)
    text = ",".join((str(offer.version), *("-".join(map(str, one)) for one in lists)))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def ja3s(hello: ServerHello) -> str:
    """The MD5 of what the server chose; its version is that of the old field."""
    version = min(hello.version, 0x0303)
    text = f"{version},{hello.cipher},{'-'.join(map(str, hello.extensions))}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def ja4(offer: Offer, transport: str = "t") -> str:
    """The three parts; `transport` is `t` for TCP, `q` for QUIC, `d` for DTLS."""
    ciphers, extensions = _plain(offer.ciphers), _plain(offer.extensions)
    version = max(_plain(offer.versions), default=offer.version)
    if transport == "d":  # its versions count downwards
        version = min(_plain(offer.versions), default=offer.version)
    named = "d" if _NAME in extensions else "i"
    counts = f"{min(len(ciphers), 99):02}{min(len(extensions), 99):02}"
    first = f"{transport}{_VERSIONS.get(version, '00')}{named}{counts}{_alpn(offer.alpn)}"
    others = [one for one in extensions if one not in {_NAME, _ALPN}]
    signatures = ",".join(f"{one:04x}" for one in _plain(offer.signatures))
    sought = ",".join(sorted(f"{one:04x}" for one in others))
    third = _digest(f"{sought}_{signatures}" if signatures else sought) if others else _NOTHING
    second = _digest(",".join(sorted(f"{one:04x}" for one in ciphers))) if ciphers else _NOTHING
    return f"{first}_{second}_{third}"


def _plain(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(value for value in values if not is_grease(value))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _alpn(name: bytes) -> str:
    """The first and last letter of the first protocol; of what is no letter or digit, those of its hexadecimal form."""
    if not name:
        return "00"
    ends = name[:1] + name[-1:]
    if ends.isalnum():
        return ends.decode("ascii")
    return name[:1].hex()[0] + name[-1:].hex()[1]
