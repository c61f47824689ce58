"""Samples of public suites of odd mails, with expectations that were written by hand from their raw text."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sekimori.formats.mail import parse
from tests.formats.odd_mime import faults

_SUITES = "mail/suites"
_FORWARDED = "Fwd: Signed email causes file attachments"
EXPECTED: Mapping[str, Mapping[str, object]] = {
    "mikel-mail/multi_charset/japanese.eml": {"subject": "まみむめも", "to": "みける"},
    "mikel-mail/multi_charset/japanese_attachment.eml": {
        "subject": "testing",
        "attachments": {"てすと.txt": "this is a test\nこれわてすと"},
    },
    "mikel-mail/multi_charset/japanese_attachment_long_name.eml": {
        "subject": "まみむめも" * 10,
        "names": ["かきくけこ" * 5 + ".txt"],
    },
    "mikel-mail/multi_charset/japanese_iso_2022.eml": {"subject": "まみむめも", "text": ["すみません。"]},
    "mikel-mail/multi_charset/japanese_shift_jis.eml": {"subject": "test", "begins": "あいうえお"},
    "mikel-mail/attachment_emails/attachment_nonascii_filename.eml": {
        "text": ["This is the first part."],
        "attachments": {"ciële.txt": "Hi there.\r\n"},
    },
    "mikel-mail/attachment_emails/attachment_with_unquoted_name.eml": {
        "attachments": {"This is a test.txt": "Hi there.\r\n"},
    },
    "mikel-mail/attachment_emails/attachment_with_base64_encoded_name.eml": {
        "subject": _FORWARDED,
        "names": ["This is a test.pdf"],
    },
    # The label says ISO-2022-JP, the byte 8A is none of it.
    "mikel-mail/attachment_emails/attachment_with_encoded_name.eml": {
        "subject": _FORWARDED,
        "name_begins": "01 Quien Te Dij",
    },
    "mikel-mail/attachment_emails/attachment_only_email.eml": {
        "subject": "this message JUST contains an attachment",
        "names": ["blah.gz"],
        "text": [],
    },
    "mikel-mail/attachment_emails/attachment_with_quoted_filename.eml": {
        "subject": "Eelanalüüsi päring",
        "names": ["Eelanalüüsi päring.jpg"],
    },
    "mikel-mail/rfc6532/utf8_headers.eml": {
        "subject": "Säying Hello",
        "from": [["Jöhn Doe", "jdöe@mächine.example"]],
        "to": [["Märy Smith", "märy@exämple.net"]],
        "text": ["body"],
    },
    "mime4j/attachment-filename-encoding-UTF8.msg": {"text": ["Attachment Test"], "names": ["attachment.äöü"]},
    "mime4j/attachment-filename-encoding-Latin1.msg": {"text": ["Attachment Test"], "names": ["attachment.äöü"]},
    "mime4j/intl.msg": {
        "subject": "If you can read this you understand the example... so, cool!",
        "text": ["How's this?"],
    },
    "mime4j/hdr-fakeout.msg": {"subject": "test message 1", "ends": "actually has a space in it."},
    "mime4j/boundary-name-clash.msg": {"subject": "test", "names": ["Daily_Stats-2022-05-12-0700.pdf"]},
    "mime4j/uu-zeegee.msg": {"subject": "uudecoding", "names": ["up.gif", "zeegee.gif"]},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_public_suites(name: str, real_data: Path) -> None:
    mail = parse((real_data / _SUITES / name).read_bytes())
    expected = dict(EXPECTED[name])
    names = [part.name for part in mail.walk() if part.is_attachment]
    texts = [part.text.strip() for part in mail.walk() if part.is_text]

    assert expected.pop("names", names) == names
    assert names[0].startswith(str(expected.pop("name_begins"))) if "name_begins" in expected else True
    assert "".join(texts[:1]).startswith(str(expected.pop("begins", "")))
    assert "".join(texts[-1:]).endswith(str(expected.pop("ends", "")))
    if isinstance(to := expected.get("to"), str):
        assert [one.name for one in mail.addresses("to")] == [expected.pop("to")], to
    if "attachments" not in expected:
        expected["parts"] = len(list(mail.walk()))
    assert faults(mail, expected) == []
