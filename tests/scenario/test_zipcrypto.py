"""Encrypted archives, opened by the standard library."""

import io
import zipfile
import zlib
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.scenario.zipcrypto import ZipMember, encrypt, write_zip
from tests.scenario.incidents import Incident

_WHEN = datetime(2026, 10, 8, 23, 14, 6, tzinfo=UTC)
_PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


@given(data=st.binary(max_size=2000), password=_PASSWORDS, seed=st.integers(0, 1 << 32))
def test_the_standard_library_reads_what_was_encrypted(data: bytes, password: str, seed: int) -> None:
    member = ZipMember(name="議事録.docx", data=data, modified=_WHEN)
    archive = write_zip([member], password=password, dice=Random(seed))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        (info,) = opened.infolist()
        assert info.flag_bits & 1
        assert info.filename == "議事録.docx"
        assert info.date_time == (2026, 10, 8, 23, 14, 6)
        assert opened.read(info, pwd=password.encode()) == data


def test_a_wrong_password_does_not_open_it() -> None:
    archive = write_zip([ZipMember(name="a.txt", data=b"text" * 100, modified=_WHEN)], password="right", dice=Random(1))
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as opened,
        pytest.raises((RuntimeError, zipfile.BadZipFile, zlib.error)),
    ):
        opened.read("a.txt", pwd=b"wrong")


def test_a_password_needs_random_bytes() -> None:
    with pytest.raises(ValueError, match="random"):
        write_zip([ZipMember(name="a", data=b"", modified=_WHEN)], password="secret")


def test_plain_archives_with_many_members_and_names_in_cp932() -> None:
    members = [ZipMember(name=f"表{n}.txt", data=b"x" * n, modified=_WHEN, encoding="cp932") for n in range(4)]
    with zipfile.ZipFile(io.BytesIO(write_zip(members)), metadata_encoding="cp932") as opened:
        assert opened.testzip() is None
        assert opened.namelist() == [member.name for member in members]


def test_encryption_keeps_the_length_and_hides_the_text() -> None:
    hidden = encrypt(b"plain text", b"key", bytes(12))
    assert len(hidden) == 22
    assert b"plain" not in hidden


def test_the_lure_opens_with_the_password_of_the_second_mail(incident: Incident) -> None:
    plan = incident.truth["campaign"]
    archives = {
        part.get_content()
        for _, mail in incident.mails
        for part in mail.iter_attachments()
        if part.get_filename() == plan["attachment"]
    }
    letters = {mail["message_id"] for mail in incident.truth["mails"] if mail["kind"] == "password"}
    texts = [
        body.get_content()
        for _, mail in incident.mails
        if mail["Message-ID"].strip("<>") in letters and (body := mail.get_body(("plain",))) is not None
    ]
    assert len(texts) == 6
    assert all(plan["password"] in text for text in texts)
    (archive,) = archives
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.namelist() == [plan["member"]]
        assert opened.read(plan["member"], pwd=plan["password"].encode()).startswith(b"This file stands for")
