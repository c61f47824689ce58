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
        ("taro/Inbox.mbox/mbox", "taro/Inbox"),
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
