"""What a mail carries is looked into: members, opened files, each with a place that says where it lies."""

from datetime import date

import pytest

from sekimori.triage import files
from sekimori.triage.files import DEPTH
from sekimori.triage.judging import judge
from sekimori.triage.mail.executable import Executable
from tests.formats import pictures
from tests.formats.archive_files import rar_5
from tests.formats.documents import zipped
from tests.triage.mails import case_facts, mail_bytes

LOCKED = {"name": "資料.zip", "zip": {"議事録.exe": "x", "案内.txt": "x"}, "locked": True}
OPENED = {"files": [LOCKED], "opened": {"2": [{"name": "議事録.exe", "text": "MZ"}]}}
TODAY = date(2014, 10, 7)


def test_a_member_names_its_archive_and_the_way_inside() -> None:
    inner = zipped({"b.exe": b"x"})
    facts = case_facts({"files": [{"name": "a.zip", "hex": zipped({"b.zip": inner}).hex()}]})
    assert [file.where for file in facts.files] == ["part 2", "part 2 (a.zip!b.zip)", "part 2 (a.zip!b.zip!b.exe)"]


def test_what_a_password_opened_stands_in_the_place_of_what_was_locked() -> None:
    found = {file.path: file for file in case_facts(OPENED).files}
    assert set(found) == {"2", "2!議事録.exe", "2!案内.txt"}
    assert found["2"].is_opened
    assert found["2!議事録.exe"].data == b"MZ"
    assert found["2!案内.txt"].data is None, "the password did not open it"


def test_the_question_what_a_locked_file_holds_is_answered_by_opening_it() -> None:
    asked = "what the encrypted attachment holds"
    case = {"files": [{**LOCKED, "zip": {"議事録.exe": "x"}}]}
    before = judge(case_facts(case), today=TODAY)
    after = judge(case_facts({**case, "opened": OPENED["opened"]}), today=TODAY)
    assert asked in {one.question.en for one in before.unasked}
    assert asked not in {one.question.en for one in after.unasked}
    [reason] = [one for one in after.reasons if one.rule == "file.locked_program"]
    assert reason.where == "part 2 (資料.zip!議事録.exe)"
    assert "別に送られたメール 0a1b2c" in reason.text.ja
    assert "sent separately, in mail 0a1b2c" in reason.text.en


LETTER = {"subject": "資料", "files": [{"name": "議事録.exe", "text": "MZ"}]}
DOCUMENT: dict[str, str | bytes] = {
    "[Content_Types].xml": "<Types/>",
    "word/embeddings/議事録.exe": b"MZ",
    "docProps/core.xml": "<dc:creator>user</dc:creator>",
}


@pytest.mark.parametrize(
    ("file", "where"),
    [
        ({"name": "a.zip", "zip": {"b.eml": mail_bytes(LETTER)}}, "part 2 (a.zip!b.eml!議事録.exe)"),
        ({"name": "a.docx", "zip": DOCUMENT}, "part 2 (a.docx!word/embeddings/議事録.exe)"),
        ({"name": "a.zip", "zip": {"a.docx": zipped(DOCUMENT)}}, "part 2 (a.zip!a.docx!word/embeddings/議事録.exe)"),
    ],
)
def test_mails_and_documents_are_looked_into_as_archives_are(file: dict[str, object], where: str) -> None:
    facts = case_facts({"files": [file]})
    assert [one.where for one in Executable().check(facts)] == [where]
    assert facts.contents.unread == ()


def test_a_document_with_an_object_is_still_a_document() -> None:
    facts = case_facts({"files": [{"name": "a.docx", "zip": DOCUMENT}]})
    assert [told.author for _, told in facts.contents.documents] == ["user"]
    assert [file.members for file in facts.files] == [(), ()]


def test_an_archive_that_is_not_opened_is_never_clean() -> None:
    facts = case_facts({"files": [{"name": "a.ace", "hex": (b"1234567**ACE**" + bytes(40)).hex()}]})
    assert facts.contents.unread == ("a.ace: ACE archives are not opened",)


@pytest.mark.parametrize("hides_names", [True, False])
def test_a_locked_rar_is_encrypted(hides_names: bool) -> None:
    data = rar_5([("a.txt", b"x")], ["a.txt"], hides_names=hides_names)
    [first, *members] = case_facts({"files": [{"name": "a.rar", "hex": data.hex()}]}).files
    assert first.encrypted
    assert [one.path for one in members] == ([] if hides_names else ["2!a.txt"])


@pytest.mark.parametrize("inside", [{"b.eml": mail_bytes(LETTER)}, {"b.docx": zipped(DOCUMENT)}])
def test_mails_and_documents_too_deep_are_not_clean(inside: dict[str, bytes]) -> None:
    data = zipped(inside)
    for number in range(DEPTH - 1):
        data = zipped({f"{number}.zip": data})
    facts = case_facts({"files": [{"name": "a.zip", "hex": data.hex()}]})
    assert facts.contents.unread == (*inside,)


def test_archives_are_opened_to_a_fixed_depth() -> None:
    data = b"x"
    for number in range(DEPTH + 2):
        data = zipped({f"{number}.zip": data})
    facts = case_facts({"files": [{"name": "a.zip", "hex": data.hex()}]})
    assert len(facts.files) == DEPTH + 1
    assert facts.contents.unread == ("2.zip",)
    asked = judge(facts, today=TODAY).unasked
    assert any("beyond what is opened (1): 2.zip" in one.why.en for one in asked), "what was not read is never clean"


def test_archives_in_archives_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BYTES", 10_000)
    inner = zipped({f"{number}.txt": bytes(3_000) for number in range(2)})
    outer = zipped({f"{number}.zip": inner for number in range(20)})
    found = case_facts({"files": [{"name": "a.zip", "hex": outer.hex()}]}).files
    expanded = sum(len(file.data or b"") for file in found if "!" in file.path)
    assert 0 < expanded <= 10_000


def test_a_picture_that_is_not_looked_at_leaves_a_question() -> None:
    wide = pictures.picture(12_001, 50)
    triage = judge(case_facts({"files": [{"name": "a.png", "hex": wide.hex()}]}), today=TODAY)
    assert "whether pictures and PDFs hold QR codes" in {one.question.en for one in triage.unasked}
