"""DKIM signatures of a mail, verified with keys that are given; nothing is asked of any network.

Reference: RFC 6376 (3.4 how a mail is made canonical, 3.5 the signature, 3.6.1 the key), RFC 8463 (Ed25519), RFC 8301
(keys below 1024 bits do not count).

    DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=partner.example; s=key1; h=from:subject; bh=…; b=…
    key1._domainkey.partner.example    v=DKIM1; k=rsa; p=MIGfMA0…

The body's hash is taken here and the rest by dkimpy: its patterns take quadratic time on long runs of blanks, and it
refuses what has expired since, which is true of every old mail. So all that reaches it is short. Signature, key and
header come from whoever sent the mail: sizes, numbers and the width of RSA numbers are bounded.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha1, sha256
from typing import Any

__all__ = ["KEY_BYTES", "SIGNATURES", "DkimSignature", "Outcome", "key_text", "verified"]

SIGNATURES = 10
"""So many signatures of a mail are verified."""

KEY_BYTES = 8 << 10
"""A key's text is no longer than this."""

_MESSAGE_BYTES = 64 << 20
_HEADER_BYTES = 256 << 10
_FIELDS = 1_000
_FIELD_BYTES = 4 << 10
_NAMES = 200
_SMALLEST, _WIDEST, _EXPONENT = 1024, 8192, 64  # bits of an RSA modulus and its exponent
_BLANKS = re.compile(rb"[\t ]+")
_TAG_BLANKS = re.compile(rb"\s+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_HASHES = {b"rsa-sha256": sha256, b"rsa-sha1": sha1, b"ed25519-sha256": sha256}


class Outcome(StrEnum):
    """What became of a signature."""

    VERIFIED = "verified"
    BODY_ALTERED = "body_altered"  # the body is not the one that was signed
    INVALID = "invalid"  # a signed field was altered, or the key is not the signer's
    NO_KEY = "no_key"
    UNUSABLE = "unusable"  # signature or key cannot be read, or is too weak or too large to count


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSignature:
    """One signature: the domain that signed, its selector, what became of it.

    `number` counts the DKIM-Signature fields from 0. `unsigned` is how many bytes of the body it leaves out (`l=`),
    `expires` the seconds since 1970 after which it does not count, None where it says nothing.
    """

    number: int
    outcome: Outcome
    domain: str = ""
    selector: str = ""
    algorithm: str = ""
    unsigned: int = 0
    expires: int | None = None

    @property
    def key_name(self) -> str:
        """The name in the DNS under which its key stands."""
        return f"{self.selector}._domainkey.{self.domain}"


def key_text(text: str) -> str:
    """The text of a TXT record, also where it is written as a zone file or `dig` does: in quotes, in pieces."""
    quoted = _QUOTED.findall(text)
    return re.sub(r"\\(.)", r"\1", "".join(quoted)) if quoted else " ".join(text.split())


def verified(message: bytes, keys: Mapping[str, str]) -> tuple[DkimSignature, ...]:
    """Every signature of a mail; `keys` are the texts of TXT records by lower-case name. Never raises on any bytes."""
    if b"dkim-signature" not in message[:_HEADER_BYTES].lower():
        return ()
    import dkim  # noqa: PLC0415 - where there is a signature

    head = re.split(rb"\r?\n\r?\n", message[: _HEADER_BYTES + 4], maxsplit=1)[0]
    if len(head) > _HEADER_BYTES or len(message) > _MESSAGE_BYTES:
        return (DkimSignature(number=0, outcome=Outcome.UNUSABLE),)
    try:
        fields, body = dkim.rfc822_parse(message)
    except Exception:  # noqa: BLE001 - a header that the library does not take cannot be verified
        return (DkimSignature(number=0, outcome=Outcome.UNUSABLE),)
    signed = _Signed(fields[:_FIELDS], body)
    found = [field for field in signed.fields if field[0].lower() == b"dkim-signature"][:SIGNATURES]
    return tuple(_signature(number, field, signed, keys) for number, field in enumerate(found))


@dataclass(frozen=True, slots=True)
class _Signed:
    """The mail: its fields as the library has them, its body with CR LF."""

    fields: Sequence[Sequence[bytes]]
    body: bytes


def _signature(number: int, field: Sequence[bytes], mail: _Signed, keys: Mapping[str, str]) -> DkimSignature:
    unusable = DkimSignature(number=number, outcome=Outcome.UNUSABLE)
    try:
        tags = _tags(field[1])
        told = replace(
            unusable,
            domain=tags[b"d"].decode("ascii").lower().rstrip("."),
            selector=tags[b"s"].decode("ascii").lower(),
            algorithm=tags[b"a"].decode("ascii").lower(),
            expires=int(tags[b"x"][:12]) if tags.get(b"x") else None,
        )
        key = keys.get(told.key_name)
        if key is None:
            return replace(told, outcome=Outcome.NO_KEY)
        unusable = told
        outcome, unsigned = _outcome(field, tags, mail, key)
    except Exception:  # noqa: BLE001 - broken tags, base64, numbers: a signature that cannot be used
        return unusable
    return replace(told, outcome=outcome, unsigned=unsigned)


def _tags(value: bytes) -> dict[bytes, bytes]:
    """The tags of a signature; raises where it is too long, or lacks what it must have."""
    from dkim.util import parse_tag_value  # noqa: PLC0415

    if len(value) > _FIELD_BYTES:
        raise ValueError(value[:20])
    tags: dict[bytes, bytes] = parse_tag_value(value)
    if tags[b"v"] != b"1" or tags[b"a"].lower() not in _HASHES:
        raise ValueError(tags)
    return tags


def _outcome(field: Sequence[bytes], tags: Mapping[bytes, bytes], mail: _Signed, key: str) -> tuple[Outcome, int]:
    """What became of it, and how many bytes of the body are not covered. Raises where it cannot be used."""
    names = [name.strip().lower() for name in tags[b"h"].split(b":")]
    if b"from" not in names or len(names) > _NAMES:  # RFC 6376 3.5: From is always signed
        raise ValueError(names[:3])
    header, _, way = tags.get(b"c", b"simple/simple").lower().partition(b"/")
    make = _HASHES[tags[b"a"].lower()]
    public = _public_key(key, tags[b"a"].lower())
    body = _relaxed(mail.body) if way == b"relaxed" else _simple(mail.body)
    length = int(tags[b"l"][:12]) if b"l" in tags else len(body)
    if make(body[:length]).digest() != _decoded(tags[b"bh"]):
        return Outcome.BODY_ALTERED, 0
    is_good = _is_signed(header, mail.fields, names, field, (make(), public, _decoded(tags[b"b"])))
    return (Outcome.VERIFIED if is_good else Outcome.INVALID), max(0, len(body) - length)


def _is_signed(
    header: bytes,
    fields: Sequence[Sequence[bytes]],
    names: Sequence[bytes],
    field: Sequence[bytes],
    proof: tuple[Any, Any, bytes],
) -> bool:
    """Whether the signature fits the fields; `proof` is a fresh hash, the public key, the signature."""
    import dkim  # noqa: PLC0415

    hasher, public, signature = proof
    policy = dkim.CanonicalizationPolicy.from_c_value(header + b"/simple")
    # From once more than it is named: a second From would make the signature fit another sender's (RFC 6376 8.15).
    dkim.hash_headers(hasher, policy, policy.canonicalize_headers(fields), [*names, b"from"], field, {})
    if isinstance(public, dict):
        return bool(dkim.RSASSA_PKCS1_v1_5_verify(hasher, signature, public))
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    try:
        public.verify(signature, hasher.digest())
    except InvalidSignature:
        return False
    return True


def _public_key(text: str, algorithm: bytes) -> Any:
    """The key of a record: numbers for RSA, an object that verifies for Ed25519. Raises where it cannot be used."""
    from dkim.crypto import parse_public_key  # noqa: PLC0415
    from dkim.util import parse_tag_value  # noqa: PLC0415

    if len(text) > KEY_BYTES:
        raise ValueError(len(text))
    record = parse_tag_value(text.encode("ascii"))
    kind = record.get(b"k", b"rsa").lower()
    if record.get(b"v", b"DKIM1") != b"DKIM1" or not algorithm.startswith(kind + b"-"):
        raise ValueError(kind)
    data = _decoded(record[b"p"])
    if kind == b"ed25519":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        return Ed25519PublicKey.from_public_bytes(data)
    public: dict[str, int] = parse_public_key(data)
    width = public["modulus"].bit_length()
    if not _SMALLEST <= width <= _WIDEST or public["publicExponent"].bit_length() > _EXPONENT:
        raise ValueError(width)
    return public


def _decoded(value: bytes) -> bytes:
    return b64decode(_TAG_BLANKS.sub(b"", value), validate=True)


def _simple(body: bytes) -> bytes:
    """RFC 6376 3.4.3: empty lines at the end count as one."""
    return _without_last_lines(body) + b"\r\n"


def _relaxed(body: bytes) -> bytes:
    """RFC 6376 3.4.4: blanks count as one, none at the end of a line, no empty lines at the end."""
    lines = (_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n"))
    kept = _without_last_lines(b"\r\n".join(lines))
    return kept + b"\r\n" if kept else b""


def _without_last_lines(body: bytes) -> bytes:
    end = len(body)
    while body.endswith(b"\r\n", 0, end):
        end -= 2
    return body[:end]
