import base64
import gzip
import io
import zipfile
from hashlib import md5, sha1, sha256

import pytest

from sekimori.formats.mail import Problem, parse
from sekimori.formats.mail_attachment import ARCHIVE_DEPTH, Attached, attached
from tests.formats import documents


def zipped(*members: tuple[str, bytes], encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    data = out.getvalue()
    if encrypted:
        # The flag of a password, in the local and in the central header of each member.
        data = data.replace(b"PK\x03\x04\x14\0\0", b"PK\x03\x04\x14\0\x01").replace(
            b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01"
        )
    return data


def files_of(data: bytes, name: str = "a.zip") -> tuple[list[Attached], list[Problem]]:
    head = f"Subject: x\nContent-Type: a/b; name={name}\nContent-Transfer-Encoding: base64\n\n"
    problems: list[Problem] = []
    return list(attached(parse(head.encode() + base64.b64encode(data)), problems)), problems


def test_hashes_of_an_attachment() -> None:
    [found], problems = files_of(b"abc", "a.bin")

    assert (found.path, found.name, found.size, found.encrypted) == ("1", "a.bin", 3, False)
    assert found.md5 == md5(b"abc").hexdigest()
    assert found.sha1 == sha1(b"abc").hexdigest()
    assert found.sha256 == sha256(b"abc").hexdigest()
    assert problems == []


def test_members_of_archives_inside_archives() -> None:
    found, problems = files_of(zipped(("dir/a.exe", b"MZ"), ("b.txt.gz", gzip.compress(b"text"))))

    assert [(file.path, file.name, file.is_member) for file in found] == [
        ("1", "a.zip", False),
        ("1!dir/a.exe", "a.exe", True),
        ("1!b.txt.gz", "b.txt.gz", True),
        ("1!b.txt.gz!b.txt", "b.txt", True),
    ]
    assert found[3].sha256 == sha256(b"text").hexdigest()
    assert problems == []


def test_encrypted_member_has_a_name_and_no_hash() -> None:
    found, problems = files_of(zipped(("名簿.xlsx", b"rows"), encrypted=True))

    assert [(file.name, file.encrypted, bool(file.sha256)) for file in found] == [
        ("a.zip", True, True),
        ("名簿.xlsx", True, False),
    ]
    assert problems == []


def test_depth_has_a_limit() -> None:
    data = b"deepest"
    for _ in range(ARCHIVE_DEPTH + 2):
        data = zipped(("in.zip", data))
    found, problems = files_of(data)

    assert len(found) == ARCHIVE_DEPTH + 1
    assert [f"depth of {ARCHIVE_DEPTH}" in problem.reason for problem in problems] == [True]


def test_broken_archive_is_told_with_its_place() -> None:
    found, problems = files_of(gzip.compress(b"text" * 100)[:-10], "a.gz")

    assert [file.name for file in found] == ["a.gz"]
    assert len(problems) == 1
    assert problems[0].place == found[0].part.place


@pytest.mark.parametrize("head", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\0", b"MSCF\0\0\0\0", b"\x20\0-lh5-"])
def test_archives_that_are_not_opened_are_told(head: bytes) -> None:
    found, problems = files_of(head + bytes(100), "a.bin")

    assert len(found) == 1
    assert ["is not read" in problem.reason for problem in problems] == [True]


def test_files_in_forwarded_mails_count() -> None:
    inner = b"Subject: y\nContent-Type: a/b; name=in.bin\n\nx"
    mail = parse(b"Subject: x\nContent-Type: message/rfc822\n\n" + inner)

    assert [(file.path, file.name) for file in attached(mail, [])] == [("1", ""), ("1.1", "in.bin")]


def test_texts_are_read_where_they_are_asked_for() -> None:
    document = documents.word("<w:p><w:r><w:t>議事録</w:t></w:r></w:p>")
    data = zipped(("a.docx", document), ("b.csv", "山田,企画部".encode("cp932")), ("c.bin", bytes(range(64))))
    head = b"Subject: x\nContent-Type: a/b; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    mail = parse(head + base64.b64encode(data))

    assert [file.text for file in attached(mail, [])] == [""] * 4
    assert [file.text for file in attached(mail, [], texts=True)] == ["", "議事録", "山田,企画部", ""]


def test_what_cannot_be_searched_says_why() -> None:
    def told(data: bytes) -> list[str]:
        head = b"Subject: x\nContent-Type: a/b; name=a\nContent-Transfer-Encoding: base64\n\n"
        return [file.unsearched for file in attached(parse(head + base64.b64encode(data)), [], texts=True)]

    assert told(zipped(("a.txt", b"text"), encrypted=True)) == ["", "it needs a password"]
    assert "RAR" in told(b"Rar!\x1a\x07\0...")[0]
    assert "no text" in told(documents.pdf(""))[0]


def test_a_document_under_a_password_is_encrypted_and_keeps_its_bytes() -> None:
    data = documents.compound({"EncryptedPackage": b"x"})
    head = b"Subject: x\nContent-Type: a/b; name=a\nContent-Transfer-Encoding: base64\n\n"

    [file] = attached(parse(head + base64.b64encode(data)), [], texts=True)

    assert (file.encrypted, file.locked) == (True, data)
