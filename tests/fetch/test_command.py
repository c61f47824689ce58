"""The command, from a real Dovecot into a workspace and told in words and JSON."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekimori.cli.exits import Exit
from tests.app.ingesting import mail
from tests.cli.running import Shell, new_workspace
from tests.fetch.dovecot import ADMIN, PASSWORD, Dovecot, running


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    return new_workspace(tmp_path)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        running(Path(name), ["sato"]) as server,
    ):
        yield server


def test_mail_is_fetched_once_and_told(shell: Shell, tmp_path: Path, dovecot: Dovecot) -> None:
    dovecot.put("sato", "", "1.a", mail(1, subject="請求書の件"))
    dovecot.put("sato", "", "2.a", mail(2), seen=True)
    server = ["--host", "127.0.0.1", "--port", str(dovecot.port), "--security", "plain"]
    secret = ["--password-file", str(tmp_path / "secret")]
    as_admin = ["fetch", "imap", *server, *secret, "--user", ADMIN, "--login", "master"]

    # The profile's people are those whose mailboxes are fetched.
    told = shell.told(*as_admin)
    assert (told["mails"], told["new"], told["troubles"]) == (2, 2, [])
    assert shell.told(*as_admin)["mails"] == 0
    assert shell.told(*as_admin, "--again")["known"] == 2

    (tmp_path / "users").write_text("nobody\n")
    ran = shell.run(*as_admin, "--users", tmp_path / "users", "--strict")
    assert ran.code == Exit.UNREAD
    place = f"imap://127[.]0[.]0[.]1:{dovecot.port}/nobody/"
    assert f"  {place}: the server refused the login: [AUTHORIZATIONFAILED] Authorization failed\n" in ran.out


def test_a_password_is_not_sent_in_the_clear_to_another_machine(shell: Shell, tmp_path: Path) -> None:
    secret = ["--password-file", str(tmp_path / "secret")]
    ran = shell.run("fetch", "imap", "--host", "mail.example", "--user", "sato", "--security", "plain", *secret)

    assert ran.code == Exit.USAGE
    assert "--insecure" in ran.err


def test_what_is_named_wrongly_is_told_before_anything_is_fetched(shell: Shell, tmp_path: Path) -> None:
    secret = ["--password-file", str(tmp_path / "secret")]
    imap = ["fetch", "imap", "--host", "127.0.0.1", "--user", "sato"]
    graph = ["fetch", "graph", "--tenant", "example.jp", "--client", "c", "--secret-file", str(tmp_path / "secret")]
    wrong = [
        [*imap, "--password-file", str(tmp_path / "missing")],
        [*imap, *secret, "--ca-file", str(tmp_path / "missing")],
        [*imap, *secret, "--ca-file", str(tmp_path / "secret")],
        [*graph, "--base-url", "http://graph.example/v1.0"],
        [*graph, "--users", str(tmp_path / "missing")],
    ]
    for arguments in wrong:
        ran = shell.run(*arguments)
        assert (ran.code, ran.out, ran.err[:9]) == (Exit.USAGE, "", "sekimori:"), ran


def test_nobody_is_asked_for_a_password_where_nobody_can_answer(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEKIMORI_PASSWORD", raising=False)

    ran = shell.run("fetch", "imap", "--host", "127.0.0.1", "--user", "sato")

    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "--password-file" in ran.err
