import io
from datetime import UTC, datetime
from random import Random

import msoffcrypto
import pypdf
import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from sekimori.formats.mail import parse
from sekimori.formats.mail_attachment import attached
from sekimori.formats.opened_files import OpenedFiles, as_carried, carrier_of, write
from sekimori.formats.unlocking import TRIES, OpenedFile, unlock
from sekimori.scenario.zipcrypto import ZipMember, write_zip
from tests.formats import documents

WHEN = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)


def old_zip(password: str, *members: tuple[str, bytes], encoding: str = "cp932") -> bytes:
    made = [ZipMember(name=name, data=data, modified=WHEN, encoding=encoding) for name, data in members]
    return write_zip(made, password=password, dice=Random(1))


def aes_zip(password: bytes, *members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def locked_word(password: str) -> tuple[bytes, bytes]:
    plain = documents.word("<w:p><w:r><w:t>議事録</w:t></w:r></w:p>", pad=b"x" * 6000)
    return plain, ECMA376Agile.encrypt(password, io.BytesIO(plain))


def test_the_traditional_encryption_with_names_of_windows() -> None:
    data = old_zip("Kaiyo1234", ("資料/議事録.exe", b"MZ"), ("名簿.csv", b"rows" * 100))

    found = unlock(data, "a.zip", ["wrong", "Kaiyo1234", "later"])

    assert (found.password, found.nth, found.tried) == ("Kaiyo1234", 1, 2)
    assert [(one.name, one.data) for one in found.files] == [("資料/議事録.exe", b"MZ"), ("名簿.csv", b"rows" * 100)]


def test_a_password_that_only_passes_the_check_byte_is_none() -> None:
    data = old_zip("right", ("a.txt", b"text"))

    found = unlock(data, "a.zip", [f"wrong{number}" for number in range(TRIES)])

    assert (found.password, found.tried, found.files) == ("", TRIES, ())


@pytest.mark.parametrize("coding", ["utf-8", "cp932"])
def test_aes_and_passwords_that_are_not_ascii(coding: str) -> None:
    found = unlock(aes_zip("海洋2026".encode(coding), ("a.txt", b"text")), "a.zip", ["海洋", "海洋2026"])

    assert (found.nth, [one.data for one in found.files]) == (1, [b"text"])


def test_a_bomb_under_a_password_is_told_and_not_kept() -> None:
    data = aes_zip(b"pw", ("bomb", b"\0" * (5 << 20)), ("a.txt", b"text"))

    found = unlock(data, "a.zip", ["pw"])

    assert [one.name for one in found.files] == ["a.txt"]
    assert [problem.startswith("bomb: it is larger") for problem in found.problems] == [True]


def test_office_under_a_password() -> None:
    plain, data = locked_word("Kaiyo1234")

    found = unlock(data, "議事録.docx", ["wrong", "Kaiyo1234"])

    assert (found.nth, found.files) == (1, (OpenedFile("議事録.docx", plain),))
    assert msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted()


def test_pdf_under_a_password() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf("The minutes")))
    writer.encrypt("Kaiyo1234", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)

    found = unlock(out.getvalue(), "a.pdf", ["wrong", "Kaiyo1234"])

    assert found.nth == 1
    assert "The minutes" in pypdf.PdfReader(io.BytesIO(found.files[0].data)).pages[0].extract_text()


def test_other_files_and_no_time_are_told() -> None:
    assert "kind" in unlock(b"GIF89a", "a.gif", ["x"]).problems[0]
    assert "time" in unlock(old_zip("x", ("a", b"b")), "a.zip", ["y"] * 50, seconds=-1.0).problems[0]


LOCKED = [old_zip("pw", ("a.txt", b"text")), aes_zip(b"pw", ("a.txt", b"text")), locked_word("pw")[1]]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(LOCKED), st.integers(0, 1 << 20), st.binary(max_size=8), st.booleans())
def test_damaged_files_never_raise(whole: bytes, place: int, piece: bytes, cut: bool) -> None:
    place %= len(whole)
    unlock(whole[:place] + piece + (b"" if cut else whole[place + len(piece) :]), "a", ["pw"], seconds=2.0)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(NAMES, st.binary(max_size=200)), max_size=3), NAMES, st.one_of(st.none(), st.just(WHEN)))
def test_opened_files_are_written_and_read_again(
    files: list[tuple[str, bytes]], password: str, time: datetime | None
) -> None:
    given_ = OpenedFiles(
        carrier="ab" * 32, part="1.2", password=password, sender="a@example.jp", time=time,
        files=[OpenedFile(name, data) for name, data in files],
    )  # fmt: skip

    mail = parse(write(given_))
    told = carrier_of(mail)

    assert (told.carrier, told.part, told.password, told.sender, told.time) == (
        *("ab" * 32, "1.2", password, "a@example.jp"),
        time,
    )
    found = [as_carried(one, told) for one in attached(mail, [])]
    assert [one.size for one in found] == [len(data) for _, data in files]
    assert all(one.path.startswith("1.2!") for one in found)
