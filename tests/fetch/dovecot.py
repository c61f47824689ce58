"""A real Dovecot on a port of its own, with mailboxes of its own, for as long as a test needs it."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "open sesame"
ADMIN = "admin"

_CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
auth_mechanisms = plain login
auth_master_user_separator = *
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
mail_fsync = never
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/masters
  master = yes
  pass = yes
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u acl_user=%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
namespace others {{
  type = shared
  separator = /
  prefix = user/%%u/
  location = maildir:{folder}/mail/%%u
  subscriptions = no
}}
mail_plugins = acl
protocol imap {{
  mail_plugins = acl imap_acl
}}
plugin {{
  acl = vfile
  acl_shared_dict = file:{folder}/mail/shared
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A server that runs."""

    folder: Path
    port: int
    owner: tuple[int, int]

    def maildir(self, user: str, folder: str = "") -> Path:
        return self.folder / "mail" / user / (f".{folder}" if folder else "")

    def put(self, user: str, folder: str, name: str, mail: bytes, *, seen: bool = False) -> None:
        """Lay a mail into a folder, whose name is modified UTF-7, as a delivery does."""
        at = self.maildir(user, folder)
        for part in ("cur", "new", "tmp"):
            (at / part).mkdir(parents=True, exist_ok=True)
        (at / "cur" / f"{name}:2,{'S' if seen else ''}").write_bytes(mail)
        self.hand_over(self.maildir(user))

    def hand_over(self, at: Path) -> None:
        """Give what lies there to whom the server reads mail as."""
        if sys.platform != "win32" and os.getuid() == 0:
            for path in (at, *at.rglob("*")):
                os.chown(path, *self.owner)


def _missing() -> str | None:
    if os.name == "nt" or not shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return "Dovecot is not there: install the packages of scripts/debian-packages.txt"
    return None


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rights(mail: Path) -> tuple[dict[str, object], tuple[int, int]]:
    """Whose rights the configuration names, and who owns the mail."""
    if sys.platform != "win32":
        import grp  # noqa: PLC0415 not on Windows
        import pwd  # noqa: PLC0415

        # Dovecot reads no mail as root and lets no login be root: it comes with users of its own.
        is_root = os.getuid() == 0
        user = pwd.getpwnam("dovecot") if is_root else pwd.getpwuid(os.getuid())
        reader = pwd.getpwnam("mail") if is_root else user
        uid, gid = reader.pw_uid, reader.pw_gid
        login = "dovenull" if is_root else user.pw_name
        if is_root:
            os.chown(mail, uid, gid)
        group = grp.getgrgid(user.pw_gid).gr_name
        return {"user": user.pw_name, "group": group, "uid": uid, "gid": gid, "login": login}, (uid, gid)
    raise AssertionError("Dovecot is not there")


@contextmanager
def running(folder: Path, users: list[str]) -> Iterator[Dovecot]:
    """A server for some users. Skips, or fails under CI, where Dovecot is not installed."""
    if reason := _missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    port = free_port()
    values, owner = _rights(folder / "mail")
    (folder / "conf").write_text(_CONFIG.format(folder=folder, port=port, **values))
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{PASSWORD}\n" for user in [*users, ADMIN]))
    (folder / "masters").write_text(f"{ADMIN}:{{PLAIN}}{PASSWORD}\n")
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program
    server = subprocess.Popen([program, "-F", "-c", str(folder / "conf")], stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            if server.poll() is not None:
                assert server.stderr
                pytest.fail(f"Dovecot ended: {server.stderr.read().decode()}", pytrace=False)
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Dovecot(folder, port, owner)
    finally:
        server.terminate()
        server.wait(30)
        if server.stderr:
            server.stderr.close()


class Cutter:
    """Passes connections on to a server, and cuts them after so many bytes of answers, a few times."""

    def __init__(self, port: int, after: list[int]) -> None:
        self._target, self.after, self.cuts = port, after, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._pass_on(client)

    def _pass_on(self, client: socket.socket) -> None:
        left = self.after.pop(0) if self.after else None
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            asking = threading.Thread(target=_pump, args=(client, server), daemon=True)
            asking.start()
            while data := server.recv(4096):
                if left is not None and len(data) >= left:
                    client.sendall(data[:left])
                    self.cuts += 1
                    break
                left = left - len(data) if left is not None else None
                try:
                    client.sendall(data)
                except OSError:
                    break
            for one in (client, server):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            asking.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
