"""Who received a mail, though the copies differ, and who is told."""

import csv
from io import BytesIO
from pathlib import Path

import pytest

from sekimori.app.adding import add_evidence
from sekimori.app.deliveries import deliveries
from sekimori.app.recalling import recall
from sekimori.model.organisation import Organisation, Person, Profile
from sekimori.store.catalogue import Catalogue
from sekimori.store.places import places
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from tests.app.ingesting import added, mail, written

HOP = b"Received: from mx.freemail.example ([192.0.2.7]) by mail.example.jp; Thu, 1 Oct 2026 09:00:01 +0900\r\n"
PROFILE = Profile(
    domains=("example.jp",),
    people=(Person(name="佐藤 花子", addresses=("sato@example.jp",), accounts=("hsato",), department="企画部"),),
)
FOREIGN = Organisation(id=1, name="", profile=Profile(domains=("elsewhere.example",)))
LOG = (
    "Oct  6 09:00:0{n} mx postfix/cleanup[1]: 4J{n}x: message-id=<{id}@freemail.example>\n"
    "Oct  6 09:00:0{n} mx postfix/qmgr[1]: 4J{n}x: from=<a@freemail.example>, size=9, nrcpt=1 (queue active)\n"
    "Oct  6 09:00:0{n} mx postfix/local[1]: 4J{n}x: to=<{to}@example.jp>, relay=local, status=sent (delivered)\n"
    "Oct  6 09:00:0{n} mx postfix/qmgr[1]: 4J{n}x: removed\n"
)


def _own(organisation: Organisation) -> Organisation:
    return Organisation(id=organisation.id, name=organisation.name, profile=PROFILE)


def _messages(workspace: Workspace, organisation: Organisation) -> list[int]:
    with Reading(workspace, organisation) as reading:
        return list(reading.records("message", columns=["source"], where={}).column("source").to_pylist())


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_copies_are_one_message_wherever_they_lie(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    files = [
        ("sato/Maildir/cur/1:2,RS", mail(1)),
        ("kato/Maildir/cur/2:2,R", mail(1)),
        ("abe/Maildir/new/3", HOP + mail(1)),
        ("sato/Maildir/cur/4:2,S", mail(2)),
    ]
    added(workspace, organisation, written(tmp_path / "m", files))
    one = min(_messages(workspace, organisation))

    found = deliveries(workspace, organisation, [one])

    assert [(each.mailbox, each.is_read) for each in found] == [("abe", None), ("kato", False), ("sato", True)]
    assert {each.message_id for each in found} == {"1@freemail.example"}
    assert len({each.evidence for each in found}) == 2
    assert deliveries(workspace, organisation, []) == []


def test_what_was_read_on_a_server_is_told(workspace: Workspace) -> None:
    organisation = workspace.organisation()
    paths = ("imap://mail.example.jp/sato/INBOX;UIDVALIDITY=1;UID=5;SEEN", "graph://graph.example/kato/Inbox;ID=a")
    add_evidence(workspace, organisation, [(path, BytesIO(mail(1))) for path in paths], by="tanaka")

    found = deliveries(workspace, organisation, _messages(workspace, organisation))

    assert [(each.mailbox, each.is_read) for each in found] == [("kato", False), ("sato", True)]


def test_a_log_of_deliveries_tells_of_the_copies_that_are_not_here(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    told = [(1, 1, "sato"), (2, 1, "abe"), (3, 2, "ueda")]
    (tmp_path / "mail.log").write_text("".join(LOG.format(n=n, id=id_, to=to) for n, id_, to in told), "utf-8")
    copy = b"Delivered-To: sato@example.jp\r\n" + mail(1)
    added(workspace, organisation, written(tmp_path / "m", [("sato/Maildir/cur/1:2,S", copy)]))
    added(workspace, organisation, tmp_path / "mail.log")
    [here] = [one for one in Catalogue(workspace, organisation).all_evidence() if one.dataset == "mail.eml"]

    found = deliveries(workspace, organisation, [here.id])

    assert [(each.mailbox, each.is_read) for each in found] == [("abe@example.jp", None), ("sato", True)]
    assert found[0].path.endswith("mail.log")


def test_places_are_each_told_once(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    files = written(tmp_path / "m", [("sato/Maildir/cur/1:2,S", mail(1)), ("kato/Maildir/cur/1:2,S", mail(1))])
    added(workspace, organisation, files)
    added(workspace, organisation, files)

    found = places(workspace, organisation, _messages(workspace, organisation))

    assert sorted(str(place.mailbox) for place in found) == ["kato", "sato"]


@pytest.mark.parametrize(("mailbox", "recipient"), [("sato", "sato@example.jp"), ("hsato", "sato@example.jp")])
def test_owner_of_a_mailbox_is_told_by_address(
    workspace: Workspace, tmp_path: Path, mailbox: str, recipient: str
) -> None:
    organisation = workspace.organisation()
    added(workspace, organisation, written(tmp_path / "m", [(f"{mailbox}/Maildir/cur/1:2,S", mail(1))]))
    own = _own(organisation)

    done = recall(workspace, own, _messages(workspace, own), tmp_path / "out", force=False)

    assert list(done.recipients) == [recipient]
    (row,) = _rows(tmp_path / "out/recipients.csv")
    assert (row["name"], row["department"], row["mailbox"], row["read"]) == ("佐藤 花子", "企画部", mailbox, "yes")


def test_deliveries_to_nobody_known_are_counted_and_name_no_recipient(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    added(workspace, organisation, written(tmp_path / "m", [("a.eml", mail(1))]))

    done = recall(workspace, FOREIGN, _messages(workspace, organisation), tmp_path / "out", force=False)

    assert (len(done.deliveries), list(done.recipients), done.unknown) == (1, [], 1)
    assert [row["recipients"] for row in _rows(tmp_path / "out/quarantine.csv")] == ["sato@example.jp"]
    assert [(row["recipient"], row["own"]) for row in _rows(tmp_path / "out/recipients.csv")] == [
        ("sato@example.jp", "no")
    ]


def test_where_no_domains_are_known_everybody_is_told(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    added(workspace, organisation, written(tmp_path / "m", [("a.eml", mail(1))]))

    done = recall(workspace, organisation, _messages(workspace, organisation), tmp_path / "out", force=False)

    assert (list(done.recipients), done.unknown) == (["sato@example.jp"], 0)
    assert [row["own"] for row in _rows(tmp_path / "out/recipients.csv")] == [""]


def test_others_whom_a_mail_in_one_mailbox_went_to_are_told_too(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    to = b"To: sato@example.jp, abe@example.jp, partner@other.example\r\nDelivered-To: forward@relay.example\r\n"
    lure = mail(1).replace(b"To: sato@example.jp\r\n", to)
    added(workspace, organisation, written(tmp_path / "m", [("hsato/Maildir/cur/1:2,S", lure)]))

    done = recall(workspace, _own(organisation), _messages(workspace, organisation), tmp_path / "out", force=False)

    assert list(done.recipients) == ["abe@example.jp", "forward@relay.example", "sato@example.jp"]
    rows = {row["recipient"]: row for row in _rows(tmp_path / "out/recipients.csv")}
    assert [(name, row["own"], row["delivered"], row["read"]) for name, row in rows.items()] == [
        ("abe@example.jp", "yes", "", ""),
        ("forward@relay.example", "no", "yes", ""),
        ("partner@other.example", "no", "", ""),
        ("sato@example.jp", "yes", "yes", "yes"),
    ]


def test_another_mail_under_the_same_message_id_is_neither_announced_nor_purged(
    workspace: Workspace, tmp_path: Path
) -> None:
    organisation = workspace.organisation()
    innocent = mail(1, subject="Giraffe").replace(b"To: sato", b"To: ueda")
    files = [("sato/Maildir/cur/1:2,S", mail(1, subject="Zebra")), ("ueda/Maildir/cur/2:2,S", innocent)]
    added(workspace, organisation, written(tmp_path / "m", files))
    own = _own(organisation)
    [lure] = [one for one in _messages(workspace, own) if deliveries(workspace, own, [one])[0].differs is False]

    done = recall(workspace, own, [lure], tmp_path / "out", force=False)

    assert [one.subject for one in done.deliveries] == ["Zebra"]
    assert list(done.recipients) == ["sato@example.jp"]
    assert [row["subject"] for row in _rows(tmp_path / "out/differing.csv")] == ["Giraffe"]
    texts = {path.name: path.read_text("utf-8-sig") for path in done.files if path.name != "differing.csv"}
    assert not [name for name, text in texts.items() if "Giraffe" in text or "ueda" in text]
    assert len({one.message for one in deliveries(workspace, own, [lure])}) == 2


def test_a_copy_and_its_log_are_one_delivery_under_the_mails_subject(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    log = LOG.format(n=1, id=1, to="sato") + LOG.format(n=2, id=1, to="abe")
    (tmp_path / "mail.log").write_text(log.replace("a@freemail", "bounce@freemail"), "utf-8")
    added(workspace, organisation, written(tmp_path / "m", [("a.eml", mail(1))]), tmp_path / "mail.log")
    [here] = [one for one in Catalogue(workspace, organisation).all_evidence() if one.dataset == "mail.eml"]

    done = recall(workspace, organisation, [here.id], tmp_path / "out", force=False)

    assert [(one.mailbox, one.path.rpartition("/")[2], one.is_logged) for one in done.deliveries] == [
        ("abe@example.jp", "mail.log", True),
        ("sato@example.jp", "a.eml", True),
    ]
    script = (tmp_path / "out/purge.ps1").read_text("utf-8-sig")
    assert script.count("New-ComplianceSearch ") == script.count('subject:"Meeting 1"') == 1
    assert 'from:"yamada1@freemail.example"' in script


def test_nothing_is_written_where_one_file_is_taken(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    added(workspace, organisation, written(tmp_path / "m", [("a.eml", mail(1))]))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/purge.ps1").write_bytes(b"mine")

    with pytest.raises(FileExistsError):
        recall(workspace, organisation, _messages(workspace, organisation), tmp_path / "out", force=False)

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["purge.ps1"]
    done = recall(workspace, organisation, _messages(workspace, organisation), tmp_path / "out", force=True)
    assert len(list((tmp_path / "out").iterdir())) == len(done.files) == 5
