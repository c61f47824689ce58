"""A mail is judged with what the store tells; a person's verdict is kept and counted."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from sekimori.app.adding import add_evidence
from sekimori.app.cases import NewCase, open_case
from sekimori.app.dkim_keys import UnusableKey
from sekimori.app.status import status_of
from sekimori.app.triage_mail import NoMail, UnusableFile, triage_mail
from sekimori.app.unlocking import unlock_all, unlock_named
from sekimori.formats.compound_file import MAGIC
from sekimori.formats.mail import Mail, parse
from sekimori.formats.mapi import rendered
from sekimori.formats.msg import read_msg
from sekimori.model.organisation import Organisation
from sekimori.model.triage import SenderVerdict, Verdict
from sekimori.scenario.zipcrypto import ZipMember, write_zip
from sekimori.store.errors import NothingSaid
from sekimori.store.workspace import Workspace
from tests.formats import dkim_mail, documents
from tests.formats.msg_file import sample
from tests.triage.mails import AT, mail_bytes
from tests.triage.test_judging import BULK, TARGETED

PROGRAM = b"MZ" + bytes(80)
EARLIER = {
    "from": "山田 太郎 <yamada@institute.example>",
    "days": 10,
    "headers": {"Message-ID": "<1@institute.example>"},
}


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    path = tmp_path / "mail.eml"
    path.write_bytes(mail_bytes(TARGETED))
    return path


def test_the_store_tells_who_wrote_before(
    workspace: Workspace, organisation: Organisation, mail: Path, tmp_path: Path
) -> None:
    before = triage_mail(workspace, organisation, mail, by="tanaka").triage
    assert any("no mail of the organisation" in one.why.en for one in before.unasked)
    old = tmp_path / "old.eml"
    old.write_bytes(mail_bytes(EARLIER))
    add_evidence(workspace, organisation, [old], by="tanaka")
    after = triage_mail(workspace, organisation, mail, by="tanaka").triage
    assert {"sender.known_name", "sender.first_contact"} <= {one.rule for one in after.reasons}
    assert after.sender is SenderVerdict.FORGED
    assert after.verdict is Verdict.TARGETED


def test_a_wave_is_found_over_all_mailboxes(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.eml" for number in range(3)]
    for number, path in enumerate(paths):
        headers = {"Message-ID": f"<{number}@x.example>"}
        case = {**BULK, "from": f"a@s{number}.example", "to": f"u{number}@example.jp", "headers": headers}
        path.write_bytes(mail_bytes(case))
    add_evidence(workspace, organisation, paths, by="tanaka")
    triage = triage_mail(workspace, organisation, paths[0], by="tanaka").triage
    assert "spread.near_duplicates" in {one.rule for one in triage.reasons}
    assert triage.verdict is Verdict.BULK


def test_a_wave_of_one_text_is_found_whatever_else_changes(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    body = (
        "いつもご利用ありがとうございます。お客さまの荷物を倉庫でお預かりしておりますが、宛先の記載に不備がありました。\n"
        "受け取りの手続きを済ませてくださいますようお願いいたします。保管の期間を過ぎますと差出人に戻ります。\n"
        "手続きのページ: http://{host}/{number}\nご不明の点は担当の窓口までお問い合わせくださいますようお願い申し上げます。\n"
    )
    paths = [tmp_path / f"{number}.eml" for number in range(8)]
    for number, path in enumerate(paths):
        case = {
            "from": f"{'abcdefgh'[number]}山 <info{number}@s{number}.example>",
            "to": f"u{number}@example.jp",
            "subject": f"件名 {number * 7919}",
            "body": body.format(host=f"h{number}.example", number=number),
            "headers": {"Message-ID": f"<{number}@x{number}.example>"},
        }
        path.write_bytes(mail_bytes(case))
    add_evidence(workspace, organisation, paths[1:], by="tanaka")
    triage = triage_mail(workspace, organisation, paths[0], by="tanaka").triage
    [reason] = [one for one in triage.reasons if one.rule == "spread.near_duplicates"]
    assert "7 mails like it, 8 senders" in reason.text.en


def test_an_overruling_is_kept_and_counted(workspace: Workspace, organisation: Organisation, mail: Path) -> None:
    with pytest.raises(NothingSaid):
        triage_mail(workspace, organisation, mail, overrule=Verdict.NONE, why=" ", by="tanaka")
    triage_mail(workspace, organisation, mail, overrule=Verdict.NONE, why="asked by telephone", by="tanaka")
    answer = open_case(workspace, organisation, mail, wanted=NewCase(), by="tanaka", lang="ja")
    report, files = answer.report, answer.files
    assert report.triage is not None
    assert report.triage.final is Verdict.NONE
    assert report.triage.verdict is Verdict.TARGETED
    assert "asked by telephone" in files["html"].read_text(encoding="utf-8")
    assert status_of(workspace, organisation)["overruled"] == [{"was": "targeted", "verdict": "none", "count": 1}]


def test_a_message_of_outlook_is_judged_as_its_mail(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    message = tmp_path / "a.msg"
    message.write_bytes(sample())
    as_mail = tmp_path / "a.eml"
    as_mail.write_bytes(rendered(read_msg(sample())))
    judged = triage_mail(workspace, organisation, message, by="tanaka")
    assert judged == triage_mail(workspace, organisation, as_mail, by="tanaka")
    assert judged.triage.reasons


@pytest.mark.parametrize("data", [b"", b"root:x:0:0:root:/root:/bin/sh\n", MAGIC + b"x" * 600])
def test_what_is_no_mail_is_not_judged(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(NoMail):
        triage_mail(workspace, organisation, path, by="tanaka")


def test_own_rules_and_lists_are_read_from_the_workspace(
    workspace: Workspace, organisation: Organisation, mail: Path
) -> None:
    folder = workspace.layout.triage / str(organisation.id) / "lists"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("date: 2014-10-01\nsubjects: [意見交換会の議事録]\n", encoding="utf-8")
    triage = triage_mail(workspace, organisation, mail, by="tanaka").triage
    assert "spread.bulk_list" in {one.rule for one in triage.reasons}
    (folder / "b.yaml").write_text("subjects: []\n", encoding="utf-8")
    with pytest.raises(UnusableFile):
        triage_mail(workspace, organisation, mail, by="tanaka")


def locked_mail(folder: Path, name: str = "carrier.eml") -> Path:
    archive = write_zip([ZipMember(name="議事録.exe", data=PROGRAM, modified=AT)], password="Kaiyo1234", dice=Random(2))
    path = folder / name
    path.write_bytes(mail_bytes({"files": [{"name": "議事録.zip", "hex": archive.hex()}], "body": "資料です。"}))
    return path


@pytest.mark.parametrize("state", ["not stored", "stored", "opened before"])
def test_what_the_password_of_another_mail_opens_is_judged(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier, key = locked_mail(tmp_path), tmp_path / "key.eml"
    key.write_bytes(mail_bytes({"subject": "Re: 来週の件", "body": "パスワード：Kaiyo1234"}))
    add_evidence(workspace, organisation, [key] if state == "not stored" else [key, carrier], by="tanaka")
    if state == "opened before":
        unlock_all(workspace, organisation, by="tanaka")
    parsed: list[bytes] = []

    def counted(data: bytes) -> Mail:
        parsed.append(data)
        return parse(data)

    monkeypatch.setattr("sekimori.triage.facts.parse", counted)

    triage = triage_mail(workspace, organisation, carrier, by="tanaka").triage

    reasons = {one.rule: one for one in triage.reasons}
    told = sha256(key.read_bytes()).hexdigest()[:12]
    assert told in reasons["file.locked_program"].text.ja
    assert told in reasons["file.password_separate"].text.en
    assert reasons["file.executable"].where == "part 2 (議事録.zip!議事録.exe)"
    assert not [one for one in triage.unasked if "encrypted attachment" in one.question.en]
    assert parsed.count(carrier.read_bytes()) == 1


def test_a_password_given_by_hand_once_is_known(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    carrier = locked_mail(tmp_path)
    added, _ = add_evidence(workspace, organisation, [carrier], by="tanaka")
    before = triage_mail(workspace, organisation, carrier, by="tanaka").triage
    unlock_named(workspace, organisation, f"e-{added.evidence[0]}", by="tanaka", passwords=["Kaiyo1234"])
    after = triage_mail(workspace, organisation, carrier, by="tanaka").triage
    said = {one.rule: one.text.en for one in before.reasons}, {one.rule: one.text.en for one in after.reasons}
    assert "only its name" in said[0]["file.locked_program"]
    assert "given by hand" in said[1]["file.locked_program"]


def test_dkim_keys_are_taken_from_a_file_a_folder_and_the_workspace(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    mail = tmp_path / "signed.eml"
    mail.write_bytes(mail_bytes({"dkim": {"domain": "partner.example"}}))
    name = "Key1._domainkey.partner.example.txt"
    given, own = tmp_path / "keys", workspace.layout.triage / str(organisation.id) / "keys"

    def rules(keys: Path | None) -> set[str]:
        return {one.rule for one in triage_mail(workspace, organisation, mail, by="tanaka", keys=keys).triage.reasons}

    assert "sender.dkim" not in rules(None)
    for folder in (given, own):
        folder.mkdir(parents=True)
        (folder / name).write_text(f'"{dkim_mail.record()}"\n', encoding="utf-8")
    assert "sender.dkim" in rules(None)
    (own / name).unlink()
    assert "sender.dkim" in rules(given)
    assert "sender.dkim" in rules(given / name)
    with pytest.raises(FileNotFoundError):
        rules(tmp_path / "nowhere")
    for wrong, text in (("key1.txt", dkim_mail.record()), ("b._domainkey.partner.example.txt", "no key")):
        (given / wrong).write_text(text, encoding="utf-8")
        with pytest.raises(UnusableKey):
            rules(given)
        (given / wrong).unlink()


def test_a_document_is_opened_with_the_password_in_its_own_mail(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    plain = documents.word("<w:p/>", word_vbaProject=b"x" * 6000).replace(b"vbaProject.xml", b"vbaProject.bin")
    locked = ECMA376Agile.encrypt("Kaiyo1234", BytesIO(plain))
    mail = tmp_path / "mail.eml"
    case = {"files": [{"name": "議事録.docx", "hex": locked.hex()}], "body": "パスワード：Kaiyo1234"}
    mail.write_bytes(mail_bytes(case))
    triage = triage_mail(workspace, organisation, mail, by="tanaka").triage
    [macro] = [one for one in triage.reasons if one.rule == "file.macro"]
    assert macro.where == "part 2 (議事録.docx!議事録.docx)"
    assert "file.encrypted" in {one.rule for one in triage.reasons}
    assert not [one for one in triage.unasked if "encrypted attachment" in one.question.en]


def test_the_mail_that_tells_the_password_is_judged_as_what_it_opens(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    archive = write_zip([ZipMember(name="議事録.exe", data=PROGRAM, modified=AT)], password="Kaiyo1234", dice=Random(2))
    sender = "山田 <yamada@freemail.example>"
    carrier = {
        "from": sender,
        "subject": "会議資料の送付",
        "body": "資料を送付します。パスワードは別途お送りします。",
        "files": [{"name": "議事録.zip", "hex": archive.hex()}],
        "headers": {"Message-ID": "<1@freemail.example>"},
    }
    password = {"from": sender, "subject": "先ほどの件", "body": "パスワードは「Kaiyo1234」です。"}
    first, second = tmp_path / "1.eml", tmp_path / "2.eml"
    first.write_bytes(mail_bytes(carrier))
    second.write_bytes(mail_bytes(password))
    assert triage_mail(workspace, organisation, second, by="tanaka").triage.verdict is Verdict.NONE
    add_evidence(workspace, organisation, [first, second], by="tanaka")
    whole = triage_mail(workspace, organisation, first, by="tanaka").triage
    half = triage_mail(workspace, organisation, second, by="tanaka").triage
    assert (whole.verdict, half.verdict) == (Verdict.TARGETED, Verdict.TARGETED)
    assert half.confidence == whole.confidence
    assert "1@freemail.example" in half.reasons[0].text.en
    assert half.border == half.reasons[0].text
