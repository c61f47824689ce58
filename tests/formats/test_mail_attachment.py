import base64
import gzip
import io
import struct
import zipfile
from collections.abc import Iterator
from hashlib import md5, sha1, sha256

import pytest

from sekimori.formats import mail_attachment, mail_file, office_objects
from sekimori.formats.archive import ArchiveProblem, Limits
from sekimori.formats.mail import Mail, Problem, parse
from sekimori.formats.mail_attachment import ARCHIVE_DEPTH, Attached, attached
from sekimori.formats.office_objects import objects
from sekimori.formats.qr_codes import PictureBudget
from tests.formats import documents, pictures
from tests.formats.archive_files import seven_zip
from tests.formats.msg_file import compound_file, fixed, text
from tests.formats.tnef_file import tnef


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


_HEAD = b"Subject: x\nContent-Type: a/b; name=a.zip\nContent-Transfer-Encoding: base64\n\n"


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


@pytest.mark.parametrize("head", [b"\x60\xea\x2b\0\x22\x0b\1\x0b\x10\0\2", b"\x11\x22\x31\0\0\0\x10**ACE**",
                                  b"vhdxfile", bytes(0x8001) + b"BEA01", b"MSWIM\0\0\0"])  # fmt: skip
def test_archives_that_are_not_opened_are_told(head: bytes) -> None:
    found, problems = files_of(head + bytes(100), "a.bin")

    assert len(found) == 1
    assert ["is not read" in problem.reason for problem in problems] == [True]


def test_the_mark_of_a_virtual_disk_stands_at_its_end() -> None:
    _, problems = files_of(bytes(600) + b"conectix" + bytes(504), "a.vhd")

    assert "VHD" in problems[0].reason


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
    assert "corrupt" in told(b"MSCF\0\0\0\0...")[0]
    assert "no text" in told(documents.pdf(""))[0]


def test_a_document_under_a_password_is_encrypted_and_keeps_its_bytes() -> None:
    data = documents.compound({"EncryptedPackage": b"x"})
    head = b"Subject: x\nContent-Type: a/b; name=a\nContent-Transfer-Encoding: base64\n\n"

    [file] = attached(parse(head + base64.b64encode(data)), [], texts=True)

    assert (file.encrypted, file.locked) == (True, data)


def _within(data: bytes, name: str = "a.bin") -> list[tuple[str, str]]:
    head = f"Subject: x\nContent-Type: a/b; name={name}\nContent-Transfer-Encoding: base64\n\n".encode()
    return [(file.path, file.text) for file in attached(parse(head + base64.b64encode(data)), [], texts=True)]


def test_mails_in_archives_are_read_with_what_they_carry() -> None:
    inner = zipped(("計画.txt", "上陸".encode()))
    letter = b"From: a@example.jp\nTo: b@example.jp\nSubject: letter\nContent-Type: multipart/mixed; boundary=b\n\n"
    letter += b"--b\n\nbody\n--b\nContent-Type: a/b; name=in.zip\nContent-Transfer-Encoding: base64\n\n"
    letter += base64.b64encode(inner) + b"\n--b--\n"

    found = _within(zipped(("転送.eml", letter)))

    assert [path for path, _ in found] == ["1", "1!転送.eml", "1!転送.eml!in.zip", "1!転送.eml!in.zip!計画.txt"]
    assert "letter" in found[1][1]
    assert "body" in found[1][1]
    assert found[3][1] == "上陸"


def test_a_mail_in_an_archive_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def counted(data: bytes) -> Mail:
        parsed.append(data)
        return parse(data)

    monkeypatch.setattr(mail_file, "parse", counted)
    letter = b"From: a@example.jp\nTo: b@example.jp\nSubject: letter\nContent-Type: a/b; name=a.bin\n\nx\n"

    assert [path for path, _ in _within(zipped(("a.eml", letter)))] == ["1", "1!a.eml", "1!a.eml!a.bin"]
    assert parsed == [letter]


def test_nothing_is_opened_below_the_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def counted(_data: bytes, _limits: Limits, name: str) -> Iterator[ArchiveProblem]:
        opened.append(name)
        yield from ()

    monkeypatch.setattr(mail_attachment, "ARCHIVE_DEPTH", 1)
    monkeypatch.setattr(mail_attachment, "objects", counted)

    found, problems = files_of(zipped(("a.docx", _objects(1))))

    assert ([file.name for file in found], opened) == (["a.zip", "a.docx"], [])
    assert ["a depth of 1" in problem.reason for problem in problems] == [True]


def test_messages_of_outlook_in_archives_are_read() -> None:
    message = compound_file({**text(0x0037, "会議"), **text(0x1000, "本文です"), **fixed(32, {})})

    assert [text for _, text in _within(zipped(("a.msg", message)))][1].split() == ["会議", "本文です"]
    assert _within(message, "a.msg")[0][1].split() == ["会議", "本文です"]


def test_tnef_in_archives_is_read() -> None:
    found = _within(zipped(("winmail.dat", tnef("本文です", "議事録.txt", b"minutes"))))

    assert [path for path, _ in found] == ["1", "1!winmail.dat", "1!winmail.dat!議事録.txt"]
    assert "本文です" in found[1][1]


def test_what_stands_in_documents_are_files() -> None:
    path, content = b"C:\\\0", b"MZ\x90\0"
    native = b"payload.exe\0C:\\a\\payload.exe\0\0\0\3\0" + struct.pack("<I", len(path)) + path
    native += struct.pack("<I", len(content)) + content
    packaged = documents.compound({"\x01Ole10Native": struct.pack("<IH", len(native) + 2, 2) + native})
    inner = documents.word("<w:p><w:r><w:t>中の文書</w:t></w:r></w:p>")
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": "<d/>",
        "word/embeddings/oleObject1.bin": packaged,
        "word/embeddings/oleObject2.bin": documents.compound({"Package": inner}),
        "word/embeddings/a.docx": inner,
    }

    assert _within(documents.zipped(parts), "a.docx") == [
        ("1", ""),
        ("1!payload.exe", ""),
        ("1!word/embeddings/oleObject2.bin/Package", "中の文書"),
        ("1!word/embeddings/a.docx", "中の文書"),
    ]
    assert _within(packaged, "old.doc")[1:] == [("1!payload.exe", "")]


@pytest.mark.parametrize("cut", [1, 7, 15, 30])
def test_a_broken_object_is_kept_as_it_stands(cut: int) -> None:
    native = (struct.pack("<IH", 60, 2) + b"payload.exe\0C:\\payload.exe\0\0\0\3\0" + bytes(40))[:cut]

    found = _within(documents.compound({"\x01Ole10Native": native}), "old.doc")

    assert len(found) == 2


def test_archives_that_need_a_password_are_encrypted_with_their_names_or_without() -> None:
    files = [("議事録.txt", b"hello")]
    for hides_names, count in ((False, 2), (True, 1)):
        head = b"Subject: x\nContent-Type: a/b; name=a.7z\nContent-Transfer-Encoding: base64\n\n"
        data = seven_zip(files, "Kaiyo1234", hides_names=hides_names)
        found = list(attached(parse(head + base64.b64encode(data)), [], texts=True))

        assert [file.encrypted for file in found] == [True] * count
        assert found[0].locked == data
        assert found[-1].unsearched


def test_all_archives_of_a_mail_together_have_a_limit_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_attachment, "monotonic", iter(range(0, 10_000, 40)).__next__)
    archive = zipped(*[(f"{number}.7z", seven_zip([("a.txt", b"hello")])) for number in range(2)])

    _, problems = files_of(archive)

    assert [problem.reason for problem in problems if "too long" in problem.reason]


def test_streams_that_share_their_sectors_have_a_limit() -> None:
    native = struct.pack("<IH", 2_000, 3) + bytes(2_000)
    data = documents.compound({"\x01Ole10Native": native, "Package": native})

    found = list(objects(data, Limits(total_bytes=6_000)))

    assert [isinstance(one, ArchiveProblem) for one in found] == [False, True]


def test_pictures_beside_an_embedded_object_are_looked_at() -> None:
    link = "https://evil.example/a"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/embeddings/a.bin": b"x",
        "word/media/image1.png": pictures.qr(link),
    }
    mail = parse(_HEAD + base64.b64encode(documents.zipped(parts)))

    document, inside = attached(mail, [], pictures=PictureBudget())

    assert [code.text for code in document.codes] == [link]
    assert inside.name == "a.bin"


def _objects(count: int) -> bytes:
    return documents.zipped(
        {"[Content_Types].xml": "<Types/>", **{f"word/embeddings/{number}.bin": b"x" * 100 for number in range(count)}}
    )


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (_objects(3), Limits(members=2), "more than 2 members"),
        (_objects(3), Limits(total_bytes=150), "expands too far"),
        (documents.compound({"Package": b"x", "EmbeddedOdf": b"y"}), Limits(members=1), "more than 1 members"),
    ],
)
def test_objects_that_are_left_out_are_told(data: bytes, limits: Limits, reason: str) -> None:
    *_, last = objects(data, limits, "a.docx")

    assert isinstance(last, ArchiveProblem)
    assert (last.name, reason in last.reason) == ("a.docx", True)
    assert not [one for one in objects(_objects(3), Limits(members=3)) if isinstance(one, ArchiveProblem)]


def test_more_objects_in_a_compound_file_than_are_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_objects, "_MOST", 1)

    found = list(objects(documents.compound({"Package": b"x", "EmbeddedOdf": b"y"}), Limits(), "a.doc"))

    assert [isinstance(one, ArchiveProblem) for one in found] == [False, True]


def test_files_of_a_mail_that_are_left_out_are_told() -> None:
    part = b"--b\nContent-Type: a/b; name=%d.bin\n\nx\n"
    letter = b"From: a@example.jp\nTo: b@example.jp\nContent-Type: multipart/mixed; boundary=b\n\n"
    letter += b"".join(part % number for number in range(4)) + b"--b--\n"
    problems: list[Problem] = []
    opening = mail_attachment._Opening(problems, members_left=2)
    [file] = parse(_HEAD + base64.b64encode(letter)).parts

    found = list(opening.file(file, "1", "a.eml", letter, 0))

    assert [one.name for one in found] == ["a.eml", "0.bin", "1.bin"]
    assert ["more than 2 members" in problem.reason for problem in problems] == [True]
