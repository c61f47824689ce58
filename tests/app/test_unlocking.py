"""What a mail carries encrypted is opened with the password of another mail, and is then evidence like any other."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from io import BytesIO
from random import Random

import pytest

from sekimori.app.adding import add_evidence
from sekimori.app.covering import coverage
from sekimori.app.hunting import hunt_once
from sekimori.app.openings import Opening
from sekimori.app.searching import hits_of
from sekimori.app.unlocking import NothingToUnlock, unlock_all, unlock_named
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Answer
from sekimori.model.organisation import Organisation
from sekimori.model.query import And, Contains, Field
from sekimori.scenario.zipcrypto import ZipMember, write_zip
from sekimori.store.catalogue import Catalogue
from sekimori.store.mail_search import MailSearch
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values.types import ObservableType
from tests.formats import documents
from tests.formats.archive_files import seven_zip

Named = tuple[str, bytes]
Fill = Callable[..., list[int]]

WHEN = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)
INSIDE = documents.word("<w:p><w:r><w:t>深海資源の議事録</w:t></w:r></w:p>")
HASH = sha256(INSIDE).hexdigest()


def letter(
    number: int,
    text: str,
    *,
    sender: str = "tanabe@partner.example",
    to: str = "sato@example.jp",
    subject: str = "議事録の件",
    after: timedelta = timedelta(0),
    answers: str = "",
    archive: bytes = b"",
) -> Named:
    head = [
        f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{number}@partner.example>",
        f"Date: {format_datetime(WHEN + after)}", "MIME-Version: 1.0",
    ]  # fmt: skip
    head += [f"In-Reply-To: <{answers}>"] if answers else []
    if archive:
        head += [
            'Content-Type: multipart/mixed; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain; charset=utf-8",
            "",
        ]
        head += [text, "--b", 'Content-Type: application/zip; name="minutes.zip"', "Content-Transfer-Encoding: base64"]
        head += ["", base64.encodebytes(archive).decode(), "--b--", ""]
    else:
        head += ["Content-Type: text/plain; charset=utf-8", "", text, ""]
    return f"{number}.eml", "\n".join(head).encode()


def locked(password: str, name: str = "議事録.docx") -> bytes:
    return write_zip([ZipMember(name=name, data=INSIDE, modified=WHEN)], password=password, dice=Random(2))


CARRIER = letter(1, "パスワードは別途お送りします。", archive=locked("Kaiyo1234"))


@pytest.fixture
def fill(workspace: Workspace, organisation: Organisation) -> Fill:
    def add(*letters: Named) -> list[int]:
        inputs = [(name, BytesIO(data)) for name, data in letters]
        added, _ = add_evidence(workspace, organisation, inputs, by="tanaka")
        return added.evidence

    return add


def only(found: list[Opening]) -> Opening:
    [one] = found
    return one


PAIRS = {
    "after": letter(2, "パスワード：Kaiyo1234", after=timedelta(minutes=5)),
    "before, in another person's mail of the thread": letter(
        2, "pw: Kaiyo1234", sender="boss@partner.example", after=timedelta(hours=-20), answers="1@partner.example"
    ),
    "another address, the same recipient": letter(
        2,
        "送付したファイルの解凍パスワードは「Ｋａｉｙｏ１２３４」です",
        sender="x@freemail.example",
        after=timedelta(days=2),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_password_is_found_in_another_mail(
    workspace: Workspace, organisation: Organisation, fill: Fill, name: str
) -> None:
    noise = [letter(10 + n, f"資料{n}号 A{n}B{n}C", sender="news@list.example") for n in range(3)]
    carrier, key, *_ = fill(CARRIER, PAIRS[name], *noise)

    found = only(unlock_named(workspace, organisation, f"e-{carrier}", by="tanaka"))

    assert found.trial is not None
    assert (found.trial.password, found.trial.evidence, found.trial.line) == ("Kaiyo1234", key, 1)
    assert [(one.name, one.sha256) for one in found.files] == [("議事録.docx", HASH)]
    assert any("password" in reason for one in found.mails if one.letter.evidence == key for reason in one.reasons)


def test_what_was_opened_is_kept_searched_and_hunted(
    workspace: Workspace, organisation: Organisation, fill: Fill
) -> None:
    carrier, _ = fill(CARRIER, PAIRS["after"])
    unlock_named(workspace, organisation, str(carrier), by="tanaka")

    with Reading(workspace, organisation) as reading:
        columns = ["source", "mime_part", "file_text", "email_message_id", "encrypted"]
        [row] = reading.records("attachment", columns=columns, where={"hash_sha256": [HASH]}).to_pylist()
        covered = coverage(workspace, organisation, reading)["mail"]
    evidence = Catalogue(workspace, organisation).evidence([row["source"]])[row["source"]]
    wanted = Indicator(type=ObservableType.HASH, mode=MatchMode.EQUAL, pattern=HASH)
    answers = {one.area: one.answer for one in hunt_once(workspace, organisation, [wanted]).answers}

    assert (row["mime_part"], row["file_text"]) == ("2!議事録.docx", "深海資源の議事録")
    assert (row["email_message_id"], row["encrypted"]) == ("1@partner.example", False)
    assert evidence.places == ("1.eml!minutes.zip",)
    assert any("Kaiyo1234" in value for _, value in evidence.statements)
    assert answers["mail"] is Answer.SEEN
    assert covered.encrypted == 0


def test_what_was_opened_answers_as_part_of_its_mail(
    workspace: Workspace, organisation: Organisation, fill: Fill
) -> None:
    inside = Contains(Field.CONTENT, ("深海資源",))
    carrier, _ = fill(CARRIER, PAIRS["after"])
    with MailSearch(workspace, organisation) as before:
        assert before.all(inside) == []
        assert [(one.evidence, one.part) for one in before.unsearched()] == [(carrier, "2"), (carrier, "2!議事録.docx")]

    unlock_named(workspace, organisation, str(carrier), by="tanaka")

    with MailSearch(workspace, organisation) as search:
        both = And((inside, Contains(Field.BODY, ("別途",))))
        assert [search.all(inside), search.page(inside, limit=5), search.all(both)] == [[carrier]] * 3
        assert search.all(Contains(Field.BODY, ("別途",))) == [carrier], "once, though the index has it too"
        assert search.unsearched() == []
    [hit] = hits_of(workspace, organisation, inside, [carrier])
    assert (hit.agreed.fields, hit.attachments) == ((Field.CONTENT,), ("minutes.zip", "議事録.docx"))
    assert hit.agreed.excerpt is not None
    assert "深海資源" in hit.agreed.excerpt.text


def test_opening_again_adds_nothing(workspace: Workspace, organisation: Organisation, fill: Fill) -> None:
    fill(CARRIER, PAIRS["after"])
    first = only(unlock_all(workspace, organisation, by="tanaka"))
    count = len(Catalogue(workspace, organisation).all_evidence())

    again = only(unlock_all(workspace, organisation, by="tanaka"))

    assert (first.is_known, again.is_known) == (False, True)
    assert len(Catalogue(workspace, organisation).all_evidence()) == count


def test_without_the_password_it_is_told_what_was_tried(
    workspace: Workspace, organisation: Organisation, fill: Fill
) -> None:
    far = letter(3, "パスワード：Kaiyo1234", after=timedelta(days=5))
    carrier, *_ = fill(CARRIER, letter(2, "パスワード：wrong99", after=timedelta(minutes=5)), far)

    found = only(unlock_named(workspace, organisation, str(carrier), by="tanaka"))

    assert (found.trial, found.files) == (None, ())
    assert found.tried > 0
    assert only(unlock_named(workspace, organisation, str(carrier), by="tanaka", days=7)).trial is not None


@pytest.mark.parametrize("more", [[], [ZipMember(name="read me.txt", data=b"open", modified=WHEN)]])
def test_what_is_encrypted_within_is_opened_too(
    workspace: Workspace, organisation: Organisation, fill: Fill, more: list[ZipMember]
) -> None:
    inner = seven_zip([("議事録.docx", INSIDE)], "Umi5678")
    member = ZipMember(name="内側.7z", data=inner, modified=WHEN)
    outer = write_zip([member, *more], password="Kaiyo1234", dice=Random(2))
    carrier, *_ = fill(
        letter(1, "資料です", archive=outer), letter(2, "パスワード：Kaiyo1234", after=timedelta(minutes=5))
    )

    first = unlock_named(workspace, organisation, f"e-{carrier}", by="tanaka")
    fill(letter(3, "内側のパスワード：Umi5678", after=timedelta(minutes=9)))
    second = unlock_named(workspace, organisation, f"e-{carrier}", by="tanaka")
    third = unlock_named(workspace, organisation, f"e-{carrier}", by="tanaka")

    assert [(one.part, bool(one.files)) for one in first] == [("2", True), ("2!内側.7z", False)]
    assert [one.sha256 for one in second[1].files] == [HASH]
    assert [one.is_known for one in third] == [True, True]
    with MailSearch(workspace, organisation) as search:
        assert search.all(Contains(Field.CONTENT, ("深海資源",))) == [carrier]


def test_a_password_given_by_hand(workspace: Workspace, organisation: Organisation, fill: Fill) -> None:
    [carrier] = fill(CARRIER)

    found = only(unlock_named(workspace, organisation, str(carrier), by="tanaka", passwords=["Kaiyo1234"]))

    assert found.trial is not None
    assert found.trial.evidence is None


def test_a_mail_without_anything_encrypted_is_refused(
    workspace: Workspace, organisation: Organisation, fill: Fill
) -> None:
    [plain] = fill(letter(5, "本文"))

    with pytest.raises(NothingToUnlock):
        unlock_named(workspace, organisation, str(plain), by="tanaka")


def test_a_forged_message_id_hides_no_locked_file(workspace: Workspace, organisation: Organisation, fill: Fill) -> None:
    first, forged, told = fill(
        letter(1, "see attached", archive=locked("Kaiyo1234")),
        ("forged.eml", letter(1, "see attached too", archive=locked("Kaiyo1234", "other.docx"))[1]),
        PAIRS["after"],
    )
    before = only(unlock_named(workspace, organisation, f"e-{first}", by="tanaka"))
    after = only(unlock_named(workspace, organisation, f"e-{forged}", by="tanaka"))
    assert [one.name for one in (*before.files, *after.files)] == ["議事録.docx", "other.docx"]
    assert not after.is_known
    assert told
