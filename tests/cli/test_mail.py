"""`sekimori mail unlock`, as a user types it."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sekimori.cli.exits import Exit
from sekimori.scenario.zipcrypto import ZipMember, write_zip
from tests.cli.running import Shell

HEAD = "From: a@partner.example\nTo: sato@example.jp\nSubject: {}\nDate: Thu, 8 Oct 2026 09:0{}:00 +0900\n"


def _mails(folder: Path) -> tuple[Path, Path]:
    member = ZipMember(name="minutes.txt", data=b"the minutes", modified=datetime(2026, 10, 8, tzinfo=UTC))
    archive = base64.encodebytes(write_zip([member], password="Kaiyo1234", dice=Random(3))).decode()
    attached = "Content-Type: application/zip; name=minutes.zip\nContent-Transfer-Encoding: base64\n\n"
    carrier, key = folder / "carrier.eml", folder / "key.eml"
    carrier.write_text(HEAD.format("minutes", 1) + attached + archive, "utf-8")
    key.write_text(HEAD.format("password", 5) + "\npassword: Kaiyo1234\n", "utf-8")
    return carrier, key


def test_what_is_opened_is_told_in_both_languages_and_as_json(empty: Shell, tmp_path: Path) -> None:
    carrier, key = _mails(tmp_path)
    empty.done("add", carrier)
    before = {lang: empty.done("mail", "unlock", "--all", "--lang", lang).out for lang in ("ja", "en")}
    empty.done("add", key)

    [told] = empty.told("mail", "unlock", "e-1")["attachments"]
    after = {lang: empty.done("mail", "unlock", "--all", "--lang", lang).out for lang in ("ja", "en")}

    assert "not opened" in before["en"]
    assert "開けなかった" in before["ja"]
    assert (told["opened"], told["password"], told["password_mail"]) == (True, "Kaiyo1234", "e-2")
    assert [file["name"] for file in told["files"]] == ["minutes.txt"]
    assert "opened before" in after["en"]
    assert "以前に開いた" in after["ja"]
    assert "Sekimori-Opened" in empty.done("show", "e-3").out


def test_the_password_and_its_mail_are_told_as_text(empty: Shell, tmp_path: Path) -> None:
    empty.done("add", *_mails(tmp_path))

    text = empty.done("mail", "unlock", "--all", "--lang", "en").out

    assert "password: Kaiyo1234" in text
    assert "from e-2, line 1" in text
    assert "minutes.txt" in text


def test_misuse_is_refused(empty: Shell, tmp_path: Path) -> None:
    empty.done("add", _mails(tmp_path)[1])

    assert empty.run("mail", "unlock").code == Exit.USAGE
    assert empty.run("mail", "unlock", "e-1", "--all").code == Exit.USAGE
    assert empty.run("mail", "unlock", "e-1").code == Exit.USAGE
    assert empty.run("mail", "unlock", "e-99").code == Exit.NOT_FOUND
