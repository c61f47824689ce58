import tarfile
from pathlib import Path

from scripts.real_data import unpack


def test_areas_are_unpacked_once(tmp_path: Path) -> None:
    packed, destination = tmp_path / "packed", tmp_path / "data"
    (packed / "mail").mkdir(parents=True)
    (packed / "mail/a.eml").write_text("Subject: x\n", encoding="ascii")
    with tarfile.open(packed / "mail.tar.xz", "w:xz") as tar:
        tar.add(packed / "mail", "mail")

    assert unpack(packed, destination) == ["mail"]
    assert (destination / "mail/a.eml").read_text(encoding="ascii") == "Subject: x\n"
    assert unpack(packed, destination) == []


def test_nothing_is_done_without_data(tmp_path: Path) -> None:
    assert unpack(tmp_path / "missing", tmp_path / "data") == []
    assert not (tmp_path / "data").exists()
