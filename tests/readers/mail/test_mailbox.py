import pytest

from sekimori.readers.mail.mailbox import mailbox_of


@pytest.mark.parametrize(
    ("path", "mailbox"),
    [
        ("srv/mail/taro/Maildir/cur/1700000000.M1P1.mail:2,S", "taro"),
        ("srv/mail/taro/Maildir/.Sent/new/1700000000.M1P1.mail", "taro/Sent"),
        ("srv/mail/taro/Maildir/.Sent.2014/cur/1", "taro/Sent/2014"),
        ("taro/cur/1", "taro"),
        ("Maildir/cur/1", "Maildir"),
        ("export/taro.mbox", "taro"),
        ("export/taro.mbox/3.eml", "taro"),
        ("export/taro.MBX", "taro"),
        ("pop.example.jp/Inbox", "pop.example.jp/Inbox"),
        ("pop.example.jp/Inbox/12.eml", "pop.example.jp/Inbox"),
        ("pop.example.jp/Archives.sbd/2014", "pop.example.jp/Archives/2014"),
        ("export/taro.pst/Top of Personal Folders/Inbox/見積/1.eml", "taro/Inbox/見積"),
        ("export/taro.pst!Top of Personal Folders/Inbox/見積/1.eml:2,S", "taro/Inbox/見積"),
        ("taro/Inbox.mbox/mbox", "taro/Inbox"),
        ("export/mail.zip!taro/Maildir/cur/1:2,S", "taro"),
        ("Profiles/a1.default/ImapMail/imap.example.jp/見積!3.eml", "imap.example.jp/見積"),
        ("Profiles/a1.default/Mail/Local Folders/古い.sbd/2014", "Local Folders/古い/2014"),
        ("Profiles/a1.default/Mail/pop.example.jp/msgFilterRules.dat", None),
        ("home/taro/Mail/2014/note.txt", None),
        ("Becky!/taro/5f7a10c0.mb/!!!!Inbox/5f7a10c1.bmf!12.eml", "taro/5f7a10c0/Inbox"),
        ("Becky!/5f7a10c0.mb/!!!!Inbox/#見積/5f7a10c1.bmf", "5f7a10c0/Inbox/見積"),
        ("5f7a10c0.mb/!!!Sent/Folder.idx", "5f7a10c0/Sent"),
        ("copy/!!!!Inbox/5f7a10c1.bmf!1.eml", "Inbox"),
        ("5f7a10c1.bmf!1.eml", None),
        ("taro/受信トレイ", "taro/受信トレイ"),
        ("Inbox", "Inbox"),
        ("export/taro.mbox!12.eml", "taro"),
        ("pop.example.jp/Inbox!3.eml", "pop.example.jp/Inbox"),
        ("export/case.zip!1.eml", None),
        ("reported/suspicious.eml", None),
        ("tmp/suspicious.eml", None),
        ("cur/1", None),
        ("", None),
    ],
)
def test_mailbox_of(path: str, mailbox: str | None) -> None:
    assert mailbox_of(path.split("/")) == mailbox


@pytest.mark.parametrize(
    ("path", "mailbox"),
    [
        ("copy/見積!3.eml", "見積"),
        ("copy/taro.mbox!3.eml", "taro"),
        ("case.zip!list.txt!1.eml", "list.txt"),
        ("", None),
    ],
)
def test_a_mailbox_file_is_called_as_it_is(path: str, mailbox: str | None) -> None:
    assert mailbox_of(path.split("/"), is_in_file=True) == mailbox
