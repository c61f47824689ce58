"""A full disk: a clear error, nothing lost, and one can go on."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

APART = ("unshare", "--mount", "--map-root-user", "--user")
CHILD = """
import sys
from pathlib import Path
from sekimori.app.adding import add_evidence
from sekimori.app.opening import create_workspace, open_workspace
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoRoom

disk, mail, large = map(Path, sys.argv[1:])
create_workspace(disk / "w", organisation="one", by="tester").close()

def add(*paths):
    with open_workspace(disk / "w") as workspace:
        return add_evidence(workspace, workspace.organisation(), list(paths), by="tester")[0]

def names():
    with open_workspace(disk / "w") as workspace:
        catalogue = Catalogue(workspace, workspace.organisation())
        found = catalogue.all_evidence()
        assert all(catalogue.read(one, 0, one.size) for one in found)
        return [one.name for one in found], sum(one.bytes for one in catalogue.segments())

assert add(mail).new == 1
try:
    add(large)
except NoRoom as error:
    assert "no room left" in str(error), error
else:
    raise SystemExit("the disk was large enough")
kept, size = names()
assert kept == ["first.eml"], kept
left = sum(path.stat().st_size for path in (disk / "w" / "segments").rglob("*") if path.is_file())
assert left <= size, (left, size)
second = disk.parent / "second.eml"
second.write_bytes(mail.read_bytes().replace(b"first", b"second"))
assert add(second).new == 1
assert names()[0] == ["first.eml", "second.eml"]
print("held")
"""

MAIL = b"""From: Taro <taro@example.jp>\r
To: hanako@example.jp\r
Subject: first\r
Date: Thu, 15 Oct 2026 09:00:00 +0900\r
Message-ID: <first@example.jp>\r
\r
first\r
"""


def may_mount() -> bool:
    """Whether a file system of our own may be mounted here."""
    if shutil.which("unshare") is None:
        return False
    command = [*APART, "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.posix
@pytest.mark.skipif(not may_mount(), reason="no file system may be mounted here (unshare, user namespaces)")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    disk, mail, large = tmp_path / "disk", tmp_path / "first.eml", tmp_path / "large.log"
    disk.mkdir()
    mail.write_bytes(MAIL)
    names = random.Random(1)
    lines = (
        f"{1_790_000_000 + n}.000 1 10.0.0.1 TCP_MISS/200 1 GET http://{names.getrandbits(128):x}.example/"
        " - HIER_NONE/- -\n"
        for n in range(300_000)
    )
    large.write_text("".join(lines))
    inside = 'mount -t tmpfs -o size=6m none "$1" && exec "$2" -c "$3" "$1" "$4" "$5"'
    command = [*APART, "sh", "-c", inside, "sh", str(disk), sys.executable, CHILD, str(mail), str(large)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.stdout == "held\n", done.stderr
