"""Mails with DKIM signatures, and their keys, made for the tests."""

from base64 import b64encode
from functools import cache

import dkim
from cryptography.hazmat.primitives import serialization as written
from cryptography.hazmat.primitives.asymmetric import rsa

__all__ = ["MAIL", "record", "sign"]

MAIL = (
    b"From: Suzuki <suzuki@partner.example>\r\nTo: sato@example.jp\r\nSubject: a\r\n\r\n"
    b"The minutes \t of it.\r\n\r\n\r\n"
)


@cache
def _key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def record(bits: int = 2048) -> str:
    """The TXT record of the key."""
    public = _key(bits).public_key()
    data = public.public_bytes(written.Encoding.DER, written.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={b64encode(data).decode()}"


def sign(
    mail: bytes,
    domain: str = "partner.example",
    *,
    way: str = "relaxed/relaxed",
    length: bool = False,
    bits: int = 2048,
) -> bytes:
    """The mail with a signature before it."""
    key = _key(bits).private_bytes(
        written.Encoding.PEM, written.PrivateFormat.TraditionalOpenSSL, written.NoEncryption()
    )
    header, _, body = way.encode().partition(b"/")
    field = dkim.sign(mail, b"key1", domain.encode(), key, canonicalize=(header, body), length=length)
    signature: bytes = field
    return signature + mail
