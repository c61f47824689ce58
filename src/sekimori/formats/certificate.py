"""X.509 certificates: subject, issuer and the names that a certificate is for, whatever else it holds.

RFC 5280 in DER (ITU-T X.690). Only what is asked for is looked at, so that a certificate with an unknown key or
signature, or with broken dates, still says whose it claims to be.
"""

import hashlib
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Certificate", "certificate"]

_NAMES = {
    b"\x55\x04\x03": "CN",
    b"\x55\x04\x06": "C",
    b"\x55\x04\x07": "L",
    b"\x55\x04\x08": "ST",
    b"\x55\x04\x0a": "O",
    b"\x55\x04\x0b": "OU",
    b"\x55\x04\x05": "serialNumber",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01": "emailAddress",
    b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19": "DC",
}
_ALTERNATIVE = b"\x55\x1d\x11"
_SEQUENCE, _OID, _VERSION, _EXTENSIONS, _OCTETS = 0x30, 0x06, 0xA0, 0xA3, 0x04
_DNS, _IP = 0x82, 0x87
_CODES = {0x1E: "utf-16-be", 0x1C: "utf-32-be"}  # BMPString, UniversalString
_MOST_NAMES = 1_000
_MOST_PARTS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certificate says of itself. Names as in `CN=www.example.jp, O=Example`; `names` without `*.`."""

    sha1: str
    sha256: str
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def certificate(der: bytes) -> Certificate:
    """The certificate; of one that is broken the hashes, and what could be read."""
    sha1 = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(der).hexdigest()
    parts = [part for _, part in _items(next(_items(der), (0, b""))[1])]
    fields = list(_items(parts[0])) if parts else []
    if fields and fields[0][0] == _VERSION:
        del fields[0]
    named = [value for tag, value in fields if tag == _SEQUENCE]  # algorithm, issuer, validity, subject, key
    extensions = next((value for tag, value in fields if tag == _EXTENSIONS), b"")
    subject = list(_attributes(named[3])) if len(named) > 3 else []
    issuer = list(_attributes(named[1])) if len(named) > 1 else []
    common = [value for name, value in subject if name == "CN" and _is_name(value)]
    names = dict.fromkeys(name.removeprefix("*.") for name in (*common, *_alternatives(extensions)) if name)
    return Certificate(
        sha1=sha1, sha256=sha256, subject=_written(subject), issuer=_written(issuer), names=tuple(names)[:_MOST_NAMES]
    )


def _items(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value of a sequence, as far as they are whole."""
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if (not length and not tag) or at + length > len(data):
            return
        yield tag, data[at : at + length]
        at += length


def _attributes(name: bytes) -> Iterator[tuple[str, str]]:
    """The attributes of a distinguished name, in their order."""
    for count, (_, group) in enumerate(_items(name)):
        if count >= _MOST_PARTS:
            return
        for _, pair in _items(group):
            values = list(_items(pair))
            if len(values) == 2 and values[0][0] == _OID:
                yield _NAMES.get(values[0][1], f"oid.{values[0][1].hex()}"), _text(*values[1])


def _text(tag: int, value: bytes) -> str:
    try:
        return value.decode(_CODES.get(tag, "utf-8"))
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _written(attributes: list[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in attributes)


def _alternatives(extensions: bytes) -> Iterator[str]:
    """DNS names and addresses of the subject's alternative names."""
    for _, listed in _items(extensions):
        for _, extension in _items(listed):
            values = list(_items(extension))
            if values and values[0] == (_OID, _ALTERNATIVE) and values[-1][0] == _OCTETS:
                yield from _general_names(next(_items(values[-1][1]), (0, b""))[1])


def _general_names(names: bytes) -> Iterator[str]:
    for tag, value in _items(names):
        if tag == _DNS:
            yield value.decode("utf-8", "replace")
        elif tag == _IP and len(value) in {4, 16}:
            yield str(ipaddress.ip_address(value))


def _is_name(text: str) -> bool:
    """Whether a common name looks like the name or address of a server, not like a person's or a program's."""
    return "." in text.strip(".") and not any(sign in text for sign in " /@\\,")
