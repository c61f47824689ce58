"""Whether a mail was read or deleted, as each kind of mailbox says it."""

from pathlib import Path

from sekimori.app.deliveries import deliveries
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from tests.app.ingesting import added, mail, mailbox, written
from tests.formats.pst_file import Folder, Message, pst_of
from tests.readers.mail.test_becky import index


def _told(workspace: Workspace) -> list[tuple[str, bool | None, bool]]:
    organisation = workspace.organisation()
    with Reading(workspace, organisation) as reading:
        ids = reading.records("message", columns=["source"], where={}).column("source").to_pylist()
    return [(one.mailbox, one.is_read, one.is_deleted) for one in deliveries(workspace, organisation, ids)]


def test_becky(workspace: Workspace, tmp_path: Path) -> None:
    old = b"X-Becky-Status: 00000001,,\r\n"
    box = mail(1) + b".\r\n" + mail(2, body=".hidden").replace(b"\r\n.h", b"\r\n..h") + b".\r\n" + old + mail(3)
    listed = index(("5f7a10c1", "1@freemail.example", "000001"), ("5f7a10c1", "2@freemail.example", "000000"))
    folder = written(
        tmp_path / "m",
        [("sato/5f.mb/!!!!Inbox/#見積/5f7a10c1.bmf", box), ("sato/5f.mb/!!!!Inbox/#見積/Folder.idx", listed)],
    )

    done = added(workspace, workspace.organisation(), folder)

    assert dict(done.datasets) == {"mail.becky": 1, "mail.becky_index": 1, "mail.eml": 3}
    assert _told(workspace) == [
        ("sato/5f/Inbox/見積", True, False),
        ("sato/5f/Inbox/見積", False, False),
        ("sato/5f/Inbox/見積", True, False),
    ]


def test_thunderbird_keeps_deleted_mails_until_it_compacts(workspace: Workspace, tmp_path: Path) -> None:
    fields = [b"X-Mozilla-Status: 0001\r\n", b"X-Mozilla-Status: 0009\r\n", b"X-Mozilla-Status: 0000\r\n"]
    fields.append(b"X-Mozilla-Status: 0001\r\nX-Mozilla-Status2: 00200000\r\n")
    box = mailbox(field + mail(number) for number, field in enumerate(fields, start=1))
    folder = written(tmp_path / "m", [("ImapMail/imap.example.jp/Archives.sbd/見積", box)])

    added(workspace, workspace.organisation(), folder)

    where = "imap.example.jp/Archives/見積"
    assert sorted(_told(workspace), key=str) == sorted(
        [(where, True, False), (where, True, True), (where, False, False), (where, True, True)], key=str
    )


def test_a_mailbox_file_without_an_extension_is_a_mailbox(workspace: Workspace, tmp_path: Path) -> None:
    folder = written(
        tmp_path / "m", [("見積", mailbox([b"Status: RO\r\nX-Status: D\r\n" + mail(1)])), ("note.eml", mail(2))]
    )

    added(workspace, workspace.organisation(), folder)

    assert _told(workspace) == [("見積", True, True), ("", None, False)]


def test_a_field_in_a_mail_on_its_own_is_the_senders(workspace: Workspace, tmp_path: Path) -> None:
    own = b"X-Mozilla-Status: 0009\r\nX-Becky-Status: 1,\r\n" + mail(1)
    added(
        workspace,
        workspace.organisation(),
        written(tmp_path / "m", [("taro/Maildir/cur/1:2,ST", mail(2)), ("a.eml", own)]),
    )

    assert _told(workspace) == [("taro", True, True), ("", None, False)]


def test_a_data_file_of_outlook(workspace: Workspace, tmp_path: Path) -> None:
    one, two = Message({0x0037: "a", 0x1035: "<1@x.example>", 0x0E07: 1}), Message({0x0037: "b", 0x0E07: 0})
    data = pst_of(Folder("Top", folders=[Folder("Inbox", [one]), Folder("見積", [two])]))

    added(workspace, workspace.organisation(), written(tmp_path / "m", [("taro.pst", data)]))

    assert sorted(_told(workspace)) == [("taro/Inbox", True, False), ("taro/見積", False, False)]
