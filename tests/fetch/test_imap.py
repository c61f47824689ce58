"""Mail from a real Dovecot: all mailboxes, only what is new, nothing lost and nothing twice, nothing changed there."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.imap_utf7 import encode
from sqlalchemy import select

from sekimori.app.fetch_mail import FetchedMail, fetch_mail
from sekimori.fetch.imap import BLOCK_BYTES, Imap, Login, Security
from sekimori.fetch.protocol import Retries, Trouble
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.workspace import Workspace
from tests.app.ingesting import BY, mail
from tests.fetch.dovecot import ADMIN, PASSWORD, Cutter, Dovecot, free_port, running
from tests.fetch.speaking import Speaker, presenting

USERS = [f"user{number:03}" for number in range(100)]
QUICK = Retries(tries=4, wait=lambda _seconds: None)
FOLDER = "受信済み"
ENCODED = encode(FOLDER).decode()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    # Not in pytest's folder: nobody but its owner may look into that, and Dovecot drops its rights.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        running(
            Path(name), [*USERS, "sato", "kato", "mori", "ueda", "abe", "hara", "noda", "oda", "doi", "ono"]
        ) as server,
    ):
        yield server


def imap(server: Dovecot, user: str = ADMIN, *, port: int = 0, login: Login = Login.OWN, **more: object) -> Imap:
    return Imap(
        host="127.0.0.1",
        port=port or server.port,
        user=user,
        password=PASSWORD,
        security=Security.PLAIN,
        login=login,
        retries=QUICK,
        **more,  # type: ignore[arg-type]
    )


def fetched(
    workspace: Workspace, organisation: Organisation, server: Imap, *, since: date | None = None, again: bool = False
) -> FetchedMail:
    return fetch_mail(workspace, organisation, server, by=BY, since=since, again=again)


def places(workspace: Workspace) -> list[tuple[str, str]]:
    table = tables.place
    with workspace.reading() as connection:
        rows = connection.execute(select(table.c.path, table.c.mailbox).order_by(table.c.id)).fetchall()
    return [(row.path, row.mailbox) for row in rows]


def test_all_mailboxes_with_a_master_user(dovecot: Dovecot, workspace: Workspace, organisation: Organisation) -> None:
    same = mail(9000, subject="全員へ")
    for number, user in enumerate(USERS):
        dovecot.put(user, "", "1.a", mail(number), seen=number % 2 == 0)
        dovecot.put(user, ENCODED, "1.b", same)
    server = imap(dovecot, login=Login.MASTER, users=[*USERS, "nobody"])

    done = fetched(workspace, organisation, server)
    found = places(workspace)

    assert (done.mails, done.new, done.known) == (200, 101, 99)
    assert [path.rpartition("/")[0] for path, _ in done.troubles] == [f"imap://127.0.0.1:{dovecot.port}/nobody"]
    assert Counter(mailbox for _, mailbox in found) == Counter(dict.fromkeys(USERS, 2))
    assert sum(f"/{FOLDER};UIDVALIDITY=" in path for path, _ in found) == 100
    assert sum(path.endswith(";SEEN") for path, _ in found) == 50

    dovecot.put("user007", ENCODED, "2.c", mail(9001))
    done = fetched(workspace, organisation, server)

    assert (done.mails, done.new) == (1, 1)
    assert places(workspace)[-1][1] == "user007"


def test_the_user_as_authorization_identity(dovecot: Dovecot, workspace: Workspace, organisation: Organisation) -> None:
    for user in ("hara", "noda"):
        dovecot.put(user, "", "1.a", mail(1, subject=user))
    done = fetched(workspace, organisation, imap(dovecot, login=Login.PLAIN, users=["hara", "noda", "nobody"]))

    assert (done.mails, done.new) == (2, 2)
    assert [path.rpartition("/")[0] for path, _ in done.troubles] == [f"imap://127.0.0.1:{dovecot.port}/nobody"]
    assert [mailbox for _, mailbox in places(workspace)] == ["hara", "noda"]


def test_mailboxes_shared_with_the_administrator(
    dovecot: Dovecot, workspace: Workspace, organisation: Organisation
) -> None:
    for number, user in enumerate(("oda", "doi", "ono")):
        dovecot.put(user, "", "1.a", mail(number))
        dovecot.put(user, ENCODED, "1.b", mail(number + 10), seen=True)
    for user in ("oda", "doi"):
        with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
            client.login(user, PASSWORD)
            for folder in ("INBOX", FOLDER):
                client.setacl(folder, ADMIN, "lrs")

    done = fetched(workspace, organisation, imap(dovecot, login=Login.SHARED))
    assert (done.mails, done.troubles) == (4, [])
    server = f"imap://127.0.0.1:{dovecot.port}"
    found = {(path.partition(";")[0], mailbox) for path, mailbox in places(workspace)}
    assert found == {(f"{server}/{user}/{folder}", user) for user in ("oda", "doi") for folder in ("INBOX", FOLDER)}

    done = fetched(workspace, organisation, imap(dovecot, login=Login.SHARED, users=["doi"]), again=True)
    assert (done.mails, done.new) == (2, 0)


def test_nothing_changes_on_the_server(dovecot: Dovecot, workspace: Workspace, organisation: Organisation) -> None:
    for number in range(3):
        dovecot.put("sato", "", f"{number}.a", mail(number), seen=number == 1)
    assert fetched(workspace, organisation, imap(dovecot, "sato")).mails == 3

    with IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login("sato", PASSWORD)
        client.select_folder("INBOX", readonly=True)
        flags = {uid: b"\\Seen" in row[b"FLAGS"] for uid, row in client.fetch(client.search(), ["FLAGS"]).items()}
    assert list(flags.values()) == [False, True, False]


def test_another_uidvalidity_begins_anew(dovecot: Dovecot, workspace: Workspace, organisation: Organisation) -> None:
    dovecot.put("kato", "", "1.a", mail(1))
    server = imap(dovecot, "kato")
    assert fetched(workspace, organisation, server).new == 1
    for path in dovecot.maildir("kato").glob("dovecot*"):
        path.unlink()
    uids = dovecot.maildir("kato") / "dovecot-uidlist"
    uids.write_text(f"3 V77 N6 G{'0' * 32}\n5 :1.a:2,\n")
    dovecot.put("kato", "", "2.a", mail(2))

    done = fetched(workspace, organisation, server)

    assert (done.mails, done.new, done.known) == (2, 1, 1)
    assert all(";UIDVALIDITY=77;" in path for path, _ in places(workspace)[1:])


def test_a_dropped_connection_loses_and_doubles_nothing(
    dovecot: Dovecot, workspace: Workspace, organisation: Organisation
) -> None:
    for number in range(40):
        dovecot.put("mori", ENCODED, f"{number:02}.a", mail(number, body="x" * 2000))
    cutter = Cutter(dovecot.port, [10, 900, 30_000, 50_000])
    try:
        done = fetched(workspace, organisation, imap(dovecot, "mori", port=cutter.port))
    finally:
        cutter.close()

    assert cutter.cuts == 4
    assert (done.mails, done.new, done.known, done.troubles) == (40, 40, 0, [])
    assert len(places(workspace)) == 40


def test_a_connection_that_stays_away_is_told_and_gone_on_with(
    dovecot: Dovecot, workspace: Workspace, organisation: Organisation
) -> None:
    gone = imap(dovecot, "mori", port=free_port())
    done = fetched(workspace, organisation, gone)

    assert done.mails == 0
    assert [reason.startswith("the connection failed: ") for _, reason in done.troubles] == [True]


def test_large_mails_come_in_pieces_and_beyond_a_limit_are_listed(
    dovecot: Dovecot, workspace: Workspace, organisation: Organisation
) -> None:
    large = mail(1, body="0123456789\r\n" * (BLOCK_BYTES // 12 + 50_000))
    dovecot.put("ueda", "", "1.a", large)
    dovecot.put("ueda", "", "2.a", mail(2))

    done = fetched(workspace, organisation, imap(dovecot, "ueda", mail_bytes=BLOCK_BYTES))
    assert done.mails == 1
    assert [reason for _, reason in done.troubles] == [f"mails are fetched up to {BLOCK_BYTES} bytes"]

    done = fetched(workspace, organisation, imap(dovecot, "ueda"))
    assert (done.mails, done.bytes, done.troubles) == (1, len(large), [])


def test_an_earlier_day_fetches_what_a_later_one_left_out(
    dovecot: Dovecot, workspace: Workspace, organisation: Organisation
) -> None:
    dovecot.put("abe", "", "1.a", mail(1))
    server = imap(dovecot, "abe")

    assert fetched(workspace, organisation, server, since=date(2100, 1, 1)).mails == 0
    assert fetched(workspace, organisation, server, since=date(2020, 1, 1)).mails == 1
    assert fetched(workspace, organisation, server).mails == 1
    assert fetched(workspace, organisation, server).mails == 0
    assert fetched(workspace, organisation, server, again=True).known == 1

    dovecot.put("abe", "", "2.a", mail(2))
    assert fetched(workspace, organisation, server, since=date(2100, 1, 1)).mails == 0
    assert fetched(workspace, organisation, server).new == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, security: Security) -> None:
    waits: list[float] = []
    server = {"host": "127.0.0.1", "user": "abe", "password": PASSWORD, "security": security}
    retries = Retries(wait=waits.append)
    with Speaker(presenting(certificate), at_once=security is Security.TLS) as speaker:
        (trouble,) = Imap(port=speaker.port, retries=retries, **server).events({}, None)  # type: ignore[arg-type]
        assert isinstance(trouble, Trouble)
        assert trouble.reason.startswith("the connection failed: ")
        assert "certificate verify failed" in trouble.reason
        assert (speaker.calls, waits, speaker.encrypted) == (1, [], [])

        trusting = Imap(port=speaker.port, ca_file=str(certificate), **server)  # type: ignore[arg-type]
        assert list(trusting.events({}, None)) == []

    assert "LOGIN" in speaker.encrypted
    assert "LOGIN" not in speaker.clear


def test_nothing_is_said_in_the_clear_to_a_port_without_tls(dovecot: Dovecot) -> None:
    server = imap(dovecot, "abe")
    server.security = Security.TLS

    assert [type(event) for event in server.events({}, None)] == [Trouble]


def test_a_file_that_holds_no_certificate_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")

    with pytest.raises(OSError, match="NO_CERTIFICATE"):
        Imap(host="127.0.0.1", user="abe", password=PASSWORD, ca_file=str(tmp_path / "empty.pem"))
