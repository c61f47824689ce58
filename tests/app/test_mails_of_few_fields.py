"""What a mailbox holds is a mail, however little its header says; what could not be read of one is told by a search."""

from pathlib import Path

import pytest

from sekimori.model.organisation import Organisation
from sekimori.model.query import Contains, Field
from sekimori.store.mail_search import MailSearch
from sekimori.store.workspace import Workspace
from tests.app.ingesting import added, written

FEW = b"From: a@freemail.example\nSubject: giraffe\n\nSee you.\n"
NONE = b"giraffe, without any header\n"
SEPARATOR = b"From a@freemail.example Thu Oct  1 09:00:00 2026\n"
BOX = SEPARATOR + b"X-Mozilla-Status: 0001\n" + FEW + b"\n" + SEPARATOR + b"Subject: zebra\n\nIt is a giraffe.\n"


@pytest.mark.parametrize(
    ("name", "content", "mails"),
    [
        ("Mail/pop.example.jp/Inbox", BOX, 2),
        ("taro/Maildir/cur/1700000000.M1P1.mail:2,S", FEW, 1),
        ("taro/Maildir/new/1700000000.M1P1.mail", NONE, 1),
        ("draft.eml", FEW, 1),
        ("draft.bmf", FEW.replace(b"Subject", b"To: b@example.jp\nDate: x\nSubject") + b".\n" + FEW, 2),
    ],
)
def test_a_mail_of_few_fields_is_found(
    workspace: Workspace, organisation: Organisation, tmp_path: Path, name: str, content: bytes, mails: int
) -> None:
    done = added(workspace, organisation, written(tmp_path / "mail", [(name, content)]))

    assert done.datasets["mail.eml"] == mails
    assert not done.unread
    with MailSearch(workspace, organisation) as search:
        assert len(search.all(Contains(Field.ANY, ("giraffe",)))) == mails
        assert search.unsearched() == []


def test_a_file_of_another_folder_is_no_mail(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    done = added(
        workspace,
        organisation,
        written(tmp_path, [("new/note", NONE), ("cur/picture.bin", b"\0\1\2"), ("noise.eml", bytes(range(256)))]),
    )

    assert not done.datasets
    with MailSearch(workspace, organisation) as search:
        assert search.unsearched() == []


def test_what_no_reader_knew_in_a_mailbox_is_told(
    workspace: Workspace, organisation: Organisation, tmp_path: Path
) -> None:
    """An older version left mails of few fields unread: until they are read, every answer tells of them."""
    added(workspace, organisation, written(tmp_path, [("Mail/pop.example.jp/Inbox", BOX)]))
    with workspace.writing() as connection:
        connection.exec_driver_sql("update evidence set dataset = null where name = '1.eml'")
        connection.exec_driver_sql(
            "insert into evidence_unread select id, 'no reader recognises it', 1 from evidence where name = '1.eml'"
        )

    with MailSearch(workspace, organisation) as search:
        assert [(one.name, one.reason) for one in search.unsearched()] == [("1.eml", "no reader recognises it")]
