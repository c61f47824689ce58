"""DKIM signatures hold, fail, or cannot be told, with keys that are given; no bytes raise or take long."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sekimori.formats.dkim_signature import KEY_BYTES, SIGNATURES, DkimSignature, Outcome, key_text, verified
from tests.formats.dkim_mail import MAIL, record, sign

NAME = "key1._domainkey.partner.example"
KEYS = {NAME: record()}


def only(mail: bytes, keys: dict[str, str] = KEYS) -> DkimSignature:
    [one] = verified(mail, keys)
    return one


@pytest.mark.parametrize("way", ["relaxed/relaxed", "simple/simple", "relaxed/simple", "simple/relaxed"])
@pytest.mark.parametrize(
    "mail", [MAIL, MAIL.replace(b"\r\n", b"\n"), MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", MAIL.rstrip()]
)
def test_a_signature_holds(way: str, mail: bytes) -> None:
    one = only(sign(mail, way=way))
    assert (one.outcome, one.domain, one.key_name) == (Outcome.VERIFIED, "partner.example", NAME)
    assert one.unsigned == 0


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (b"minutes", b"Minutes", Outcome.BODY_ALTERED),
        (b"Subject: a", b"Subject: b", Outcome.INVALID),
        (b"From: Suzuki", b"From: x@evil.example\r\nFrom: Suzuki", Outcome.INVALID),
        (b"v=1;", b"v=2;", Outcome.UNUSABLE),
        (b"a=rsa-sha256", b"a=rsa-md5", Outcome.UNUSABLE),
        (b"bh=", b"bh=*", Outcome.UNUSABLE),
    ],
)
def test_what_was_altered_is_told(old: bytes, new: bytes, outcome: Outcome) -> None:
    mail = sign(MAIL)
    assert old in mail
    assert only(mail.replace(old, new, 1)).outcome is outcome


def test_a_signature_of_another_key_fails() -> None:
    assert only(sign(MAIL, bits=1024)).outcome is Outcome.INVALID


def test_without_the_key_nothing_is_told() -> None:
    assert only(sign(MAIL), {}).outcome is Outcome.NO_KEY
    assert verified(MAIL, KEYS) == ()


def test_a_part_of_the_body_may_be_left_out() -> None:
    one = only(sign(MAIL, length=True) + b"added below\r\n")
    assert one.outcome is Outcome.VERIFIED
    assert one.unsigned > 0


def test_an_expired_signature_is_verified_all_the_same() -> None:
    one = only(sign(MAIL).replace(b"v=1;", b"v=1; x=1000000000;", 1))
    assert one.expires == 1_000_000_000
    assert one.outcome is Outcome.INVALID, "x= is signed too: it was not there"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "p=",
        "v=DKIM1; p=AAAA",
        "v=DKIM1; k=ed25519; p=AAAA",
        "v=DKIM2; p=x",
        "k=rsa; p=é",
        record(1024)[:-80],
        "p=" + "A" * KEY_BYTES,
    ],
)
def test_a_key_that_cannot_be_used_is_no_failure(key: str) -> None:
    assert only(sign(MAIL), {NAME: key}).outcome is Outcome.UNUSABLE


def test_keys_of_any_width_are_not_computed_with() -> None:
    """A modulus and an exponent of thousands of bits would take minutes."""

    def number(value: int) -> bytes:
        data = value.to_bytes(value.bit_length() // 8 + 1, "big")
        return b"\x02\x82" + len(data).to_bytes(2, "big") + data

    pair = number((1 << 16_000) + 1) + number((1 << 16_000) - 1)
    der = b"\x30\x82" + len(pair).to_bytes(2, "big") + pair
    assert only(sign(MAIL), {NAME: f"p={b64encode(der).decode()}"}).outcome is Outcome.UNUSABLE


def test_ed25519() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    body = b64encode(sha256(b"text\r\n").digest()).decode()
    field = f"v=1; a=ed25519-sha256; c=relaxed/relaxed; d=partner.example; s=key1; h=from; bh={body}; b="
    signed = f"from:a@partner.example\r\ndkim-signature:{field}".encode()
    proof = b64encode(key.sign(sha256(signed).digest())).decode()
    mail = f"DKIM-Signature: {field}{proof}\r\nFrom: a@partner.example\r\n\r\ntext\r\n".encode()
    keys = {NAME: f"k=ed25519; p={b64encode(public).decode()}"}
    assert only(mail, keys).outcome is Outcome.VERIFIED
    assert only(mail.replace(b"From: a", b"From: b"), keys).outcome is Outcome.INVALID
    assert only(mail.replace(b"h=from", b"h=to"), keys).outcome is Outcome.UNUSABLE, "From is always signed"


def test_signatures_are_counted_and_bounded() -> None:
    mail = sign(sign(MAIL), "other.example")
    assert [one.outcome for one in verified(mail, KEYS)] == [Outcome.NO_KEY, Outcome.VERIFIED]
    assert len(verified(b"DKIM-Signature: x\r\n" * 50 + MAIL, KEYS)) == SIGNATURES


def test_runs_of_blanks_take_no_time_beyond_their_length() -> None:
    blanks = b" \t" * 500_000
    assert only(sign(MAIL) + blanks + b"x").outcome is Outcome.BODY_ALTERED
    for value in (b"; b=" + b"\r\n " * 1300 + b"x", b"; b" * 1300, b"v=1; a=rsa-sha256; b=" + b" " * 4000 + b"*"):
        assert only(b"DKIM-Signature: " + value + b"\r\n" + MAIL).outcome is Outcome.UNUSABLE


@pytest.mark.parametrize(
    "text", ['"v=DKIM1; " "p=AB\\"C"', 'key1 IN TXT ( "v=DKIM1; "\n  "p=AB\\"C" )', 'v=DKIM1;\n p=AB"C']
)
def test_a_record_is_read_as_people_write_it_down(text: str) -> None:
    assert re.sub(r"\s", "", key_text(text)) == 'v=DKIM1;p=AB"C'


@given(st.data())
def test_any_bytes_are_verified(data: st.DataObject) -> None:
    broken = bytearray(sign(MAIL))
    key = bytearray(KEYS[NAME].encode())
    for bytes_ in (broken, key):
        for _ in range(data.draw(st.integers(0, 4))):
            at = data.draw(st.integers(0, len(bytes_)))
            bytes_[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    found = verified(bytes(broken), {NAME: key.decode("latin-1")})
    assert all(one.outcome in set(Outcome) for one in found)


@given(st.binary(max_size=300))
def test_any_header_is_taken(data: bytes) -> None:
    assert len(verified(b"DKIM-Signature:" + data + b"\r\n" + MAIL, KEYS)) <= SIGNATURES
