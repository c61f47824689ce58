import zlib

import pytest

from sekimori.formats.cms import is_encrypted, unwrapped
from sekimori.formats.mail import parse
from sekimori.formats.mail_attachment import attached
from sekimori.formats.mail_structure import Problem
from sekimori.formats.sealed import sealed
from tests.formats.cms_file import wrapping

PART = "Content-Type: text/plain; charset=utf-8\r\n\r\n輸出管理の件です。\r\n".encode() * 9
ARMOURED = b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA0000\r\n-----END PGP MESSAGE-----\r\n"


@pytest.mark.parametrize("piece", [0, 1, 100])
def test_what_was_signed_is_there(piece: int) -> None:
    assert unwrapped(wrapping("signed", PART, piece=piece)) == PART
    assert unwrapped(wrapping("compressed", zlib.compress(PART), piece=piece)) == PART


def test_certificates_alone_wrap_nothing() -> None:
    assert unwrapped(wrapping("signed", None)) == b""
    assert unwrapped(wrapping("signed", None, piece=9)) == b""


@pytest.mark.parametrize("kind", ["enveloped", "encrypted", "authenticated"])
def test_what_is_encrypted_is_not_unwrapped(kind: str) -> None:
    data = wrapping(kind, b"\x93\x01")
    assert is_encrypted(data)
    assert unwrapped(data) is None
    assert not is_encrypted(wrapping("signed", PART))


@pytest.mark.parametrize("piece", [0, 40])
def test_what_is_cut_off_is_read_as_far_as_it_goes(piece: int) -> None:
    data = wrapping("signed", PART, piece=piece)
    for length in range(len(data)):
        found = unwrapped(data[:length])
        assert found is None or PART.startswith(found)
    assert len(unwrapped(data[:-40]) or b"") > 400


def test_no_bytes_raise_or_hang() -> None:
    data = wrapping("signed", PART, piece=40)
    for at in range(len(data)):
        for byte in (0x00, 0x24, 0x80, 0x84, 0xFF):
            unwrapped(data[:at] + bytes((byte,)) + data[at + 1 :])
    assert unwrapped(data[:15] + b"\x30\x80" * 400_000) is None
    assert unwrapped(b"") is None


def mail_with(data: bytes, head: bytes) -> bytes:
    return b"Subject: x\r\nMIME-Version: 1.0\r\n" + head + b"\r\n\r\n" + data


P7M = (
    b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"\r\nContent-Transfer-Encoding: 8bit'
)


def test_a_signed_mail_says_what_was_signed() -> None:
    mail = parse(mail_with(wrapping("signed", PART), P7M))
    assert ["輸出管理の件です。" in part.text for part in mail.walk()] == [False, True]
    problems: list[Problem] = []
    [file] = attached(mail, problems, texts=True)
    assert (file.name, file.encrypted, file.unsearched, problems) == ("smime.p7m", False, "", [])


def test_a_broken_signature_is_told() -> None:
    mail = parse(mail_with(b"\x30\x03abc", P7M))
    assert [problem.reason for problem in mail.problems] == ["the S/MIME wrapping cannot be read"]


def test_an_encrypted_mail_is_told_as_such() -> None:
    mail = parse(mail_with(wrapping("enveloped", b"\x93\x01"), P7M))
    [file] = attached(mail, [], texts=True)
    assert (file.encrypted, file.unsearched, file.locked) == (True, "it is encrypted with S/MIME", b"")
    assert not mail.problems


def test_an_encrypted_mail_that_is_cut_off_is_told_as_such_too() -> None:
    mail = parse(mail_with(b"\x30\x80\x06", P7M.replace(b"signed-data", b"enveloped-data")))
    [file] = attached(mail, [], texts=True)
    assert (file.encrypted, file.unsearched) == (True, "it is encrypted with S/MIME")


MULTIPART = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'


def test_pgp_in_parts_of_its_own() -> None:
    parts = (b"application/pgp-encrypted\r\n\r\nVersion: 1\r\n", b"application/octet-stream\r\n\r\n" + ARMOURED)
    body = b"".join(b"--b\r\nContent-Type: " + part for part in parts) + b"--b--\r\n"
    files = list(attached(parse(mail_with(body, MULTIPART)), [], texts=True))
    assert [(file.path, file.encrypted) for file in files] == [("1", False), ("2", True)]
    assert (files[1].unsearched, files[1].locked) == ("it is encrypted with PGP", b"")


def test_pgp_in_a_text() -> None:
    body = b"See below.\r\n" + ARMOURED + b"and\r\n> " + ARMOURED
    files = list(attached(parse(mail_with(body, b"Content-Type: text/plain")), [], texts=True))
    assert [(file.path, file.name, file.encrypted, file.unsearched) for file in files] == [
        ("1.1", "", True, "it is encrypted with PGP"),
        ("1.2", "", True, "it is encrypted with PGP"),
    ]


@pytest.mark.parametrize(
    ("data", "name", "is_sealed"),
    [
        (b"\x85\x01\x0c\x03abcdefgh", "plan.docx.pgp", True),
        (b"\xc1\xc0\x4c\x03abcdefgh", "plan.docx.gpg", True),
        (b"\x8c\x0d\x04\x09\x03\x02", "plan.gpg", True),
        (b"\x85\x01\x0c\x03abcdefgh", "plan.bin", False),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "key.asc", False),
        (b"-----BEGIN PGP SIGNATURE-----\n", "plan.gpg", False),
        (b"we write -----BEGIN PGP MESSAGE----- before it", "note.txt", False),
    ],
)
def test_what_only_a_key_opens(data: bytes, name: str, is_sealed: bool) -> None:
    assert bool(sealed(data, name)) is is_sealed
