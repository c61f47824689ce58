import base64

from sekimori.formats.mail import parse
from sekimori.formats.tnef import tnef_mail
from tests.formats.tnef_file import tnef


def test_body_and_file_stand_in_the_mail_that_carries_them() -> None:
    wrapped = base64.encodebytes(tnef("本文です", "議事録.txt", b"minutes"))
    head = b"From: a@example.jp\nTo: b@example.jp\nContent-Type: application/ms-tnef; name=winmail.dat\n"

    mail = parse(head + b"Content-Transfer-Encoding: base64\n\n" + wrapped)

    assert "本文です" in [part.text.strip() for part in mail.walk()]
    assert ("議事録.txt", b"minutes") in [(part.name, part.data) for part in mail.walk()]


def test_broken_wrapping_is_none() -> None:
    assert tnef_mail(b"\x78\x9f\x3e\x22\x01\x00" + b"\x01" * 40) is None
    assert tnef_mail(b"") is None
