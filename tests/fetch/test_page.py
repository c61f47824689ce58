"""The page on fetching shows commands with servers: they run as shown, but for where the server is."""

import re
import shlex
import tempfile
from pathlib import Path

import pytest

from scripts.docs import ROOT
from tests.app.ingesting import mail
from tests.cli.running import Shell, new_workspace
from tests.fetch.dovecot import ADMIN, PASSWORD, running
from tests.fetch.office import Folder, serving
from tests.fetch.speaking import presenting
from tests.fetch.test_tokens import login_server

PAGE = (ROOT / "docs/fetch.md").read_text("utf-8")
SHOWN = [
    line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE) for line in block.splitlines()
]


def of(noun: str) -> list[str]:
    """The commands that the page shows."""
    return [line for line in SHOWN if line.startswith(f"sekimori fetch {noun} ")]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell in a folder with the files that the page's commands name."""
    monkeypatch.chdir(tmp_path)
    Path("secret").write_text(f"{PASSWORD}\n")
    Path("users.txt").write_text("sato\nabe\n")
    made = new_workspace(tmp_path)
    made.workspace.rename("work")
    return Shell(Path("work"))


def test_every_way_to_log_in_is_shown() -> None:
    logins = {match for line in of("imap") for match in re.findall(r"--login (\w+)", line)}

    assert logins == {"master", "plain", "shared"}
    assert len(SHOWN) == len(of("imap")) + len(of("graph"))


def test_commands_for_an_imap_server_run_as_shown(shell: Shell) -> None:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        running(Path(name), ["sato", "abe"]) as server,
    ):
        for user in ("sato", "abe", ADMIN):
            server.put(user, "", "1.a", mail(len(user)))
        here = ["--host", "127.0.0.1", "--port", str(server.port), "--security", "plain"]
        fetched = []
        for line in of("imap"):
            told = shell.told(*shlex.split(line.replace("--host mail.example.jp", ""))[1:], *here)
            assert told["troubles"] == []
            fetched.append(told["mails"])

    # One's own mailbox, then that of the other one; nothing new; and both again.
    assert fetched == [1, 1, 0, 0, 0, 2]


def test_commands_for_graph_run_as_shown(shell: Shell, certificate: Path) -> None:
    with serving(presenting(certificate)) as office:
        root = login_server(office, {"access_token": "a1", "token_type": "Bearer", "expires_in": 3600})
        for user in ("sato", "abe"):
            office.boxes[user] = {"inbox": Folder("受信トレイ")}
            office.put(user, "inbox", f"{user}1", mail(len(user)))
        here = ["--base-url", office.url, "--authority", root, "--ca-file", str(certificate)]
        fetched = []
        for line in of("graph"):
            ran = shell.run(*shlex.split(line)[1:], *here, "--json")
            assert (ran.code, ran.json["troubles"]) == (0, [])
            fetched.append(ran.json["mails"])

    # All mailboxes; both again under the names of the file; nothing new; and one's own, under yet another name.
    assert fetched == [2, 2, 0, 1]
