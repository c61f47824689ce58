"""What is wrong is told in a line with its cause, and a code; never with a traceback."""

from pathlib import Path

import pytest

from sekimori.cli.exits import Exit
from tests.cli.running import Ran, Shell

ANYTHING: list[tuple[str, ...]] = [
    ("status",),
    ("add", "-"),
    ("show", "e-1"),
    ("hunt",),
    ("prevalence", "evil.example"),
    ("purge", "e-1", "--why", "x"),
    ("case", "list"),
    ("case", "show", "1"),
    ("org", "list"),
    ("org", "add", "x"),
]


def _refused(ran: Ran, code: Exit, *parts: str) -> None:
    assert ran.code == code, ran
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for part in parts:
        assert part in ran.err


def _said(ran: Ran, code: Exit, *parts: str) -> None:
    """A refusal by the program itself: one line that begins with its name."""
    _refused(ran, code, *parts)
    assert ran.err.startswith("sekimori: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("arguments", ANYTHING, ids=" ".join)
def test_no_workspace(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    _said(Shell(tmp_path).run(*arguments), Exit.WORKSPACE, "is not a workspace", str(tmp_path))
    _said(Shell(tmp_path / "nowhere").run(*arguments), Exit.WORKSPACE, "sekimori init")


@pytest.mark.parametrize("arguments", [one for one in ANYTHING if one[0] != "org"], ids=" ".join)
def test_no_such_organisation(filled: Shell, arguments: tuple[str, ...]) -> None:
    _said(filled.run(*arguments, "--organisation", "nobody"), Exit.NOT_FOUND, "nobody", "default")


def test_several_organisations_and_none_named(empty: Shell) -> None:
    empty.done("org", "add", "other")
    _said(empty.run("status"), Exit.NOT_FOUND, "default, other", "--organisation")


def test_an_organisation_twice(empty: Shell) -> None:
    _said(empty.run("org", "add", "default"), Exit.USAGE, "default")


def test_a_workspace_twice_or_where_something_is(empty: Shell, tmp_path: Path) -> None:
    _said(empty.run("init", empty.workspace), Exit.WORKSPACE, "it is a workspace already")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    _said(empty.run("init", tmp_path / "full"), Exit.WORKSPACE, "not an empty folder")
    _said(empty.run("init", tmp_path / "full/file"), Exit.WORKSPACE, "not an empty folder")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("show", "s-0123456789ab"), "s-0123456789ab"),
        (("show", "e-99999"), "e-99999"),
        (("show", "ffffffffffffffff"), "ffffffffffffffff"),
        (("show", ""), "evidence"),
        (("case", "show", "77"), "77"),
        (("hunt", "--case", "77"), "77"),
        (("purge", "e-1", "e-99999", "--why", "x"), "e-99999"),
    ],
    ids=str,
)
def test_nothing_of_that_name(filled: Shell, arguments: tuple[str, ...], name: str) -> None:
    _said(filled.run(*arguments), Exit.NOT_FOUND, name)
    assert filled.told("show", "e-1")["evidence"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("bogus",),
        ("status", "extra"),
        ("hunt", "--bogus"),
        ("hunt", "--case", "x"),
        ("show",),
        ("show", "e-1", "--limit", "0"),
        ("purge", "e-1"),
        ("prevalence", "x", "--type", "ioc"),
        ("status", "--lang", "fr"),
        ("demo", "--scale", "0"),
        ("add",),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line(filled: Shell, arguments: tuple[str, ...]) -> None:
    _refused(filled.run(*arguments), Exit.USAGE, "Usage: ")


def test_files_that_are_not_there(filled: Shell, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    for arguments in (
        ("hunt", "--indicators", gone),
        ("case", "open", gone),
        ("org", "import", gone),
        ("add", gone),
        ("add", tmp_path, "--mapping", gone),
    ):
        _said(filled.run(*arguments), Exit.USAGE, str(gone))


def test_folders_in_the_place_of_files(filled: Shell, tmp_path: Path) -> None:
    for arguments in (("hunt", "--indicators", tmp_path), ("case", "open", tmp_path), ("org", "import", tmp_path)):
        _said(filled.run(*arguments), Exit.USAGE, str(tmp_path))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "list.bin is empty"),
        (b" \r\n", "list.bin is empty"),
        (bytes(range(256)) * 9, "list.bin is in no indicator format"),
        (b"PK\x03\x04" + bytes(100), "list.bin is in no indicator format"),
        (b"\x7fELF\x02\x01\x01\x00\nab\x00\x00\n", "list.bin is in no indicator format"),
        (b'{"type": "bundle", "objects": [{"type": "indic', "list.bin is damaged JSON"),
        ('{"type": "bundle"'.encode("utf-16"), "list.bin is damaged JSON"),
        (b'{"type": "report"}', "list.bin is in no indicator format"),
    ],
)
def test_indicators_in_no_known_format(filled: Shell, tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "list.bin").write_bytes(data)
    _said(filled.run("hunt", "--indicators", tmp_path / "list.bin", "--lang", "en"), Exit.USAGE, fault)


def test_a_case_is_not_opened_with_what_is_no_mail(empty: Shell, samples: Path, tmp_path: Path) -> None:
    log = samples / "network/squid/access.log"
    _said(empty.run("case", "open", log), Exit.USAGE, "is no single mail", "squid.access")
    box = samples / "mail/mbox/sato.mbox"
    _said(empty.run("case", "open", box), Exit.USAGE, "is no single mail", "mail.mbox")
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)))
    _said(empty.run("case", "open", tmp_path / "noise.eml"), Exit.USAGE, "no reader recognises it")
    assert empty.told("case", "list") == {"cases": []}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"domains: [", "is no profile"),
        (b"- a\n- b\n", "it holds no keys"),
        (b"", "it holds no keys"),
        (b"\x82\xa0", "is no profile"),
        (b"colour: red", "colour"),
        (b"domains: example.jp", "domains: expected a list"),
        (b"domains: [a b]", "domains"),
        (b"networks: [10.0.0.1/8]", "host bits"),
        (b"networks: [010.0.0.0/8]", "octal"),
        (b"people: [sato]", "people"),
        (b"people: [{name: x, adresses: [a@example.jp]}]", "adresses"),
        (b"people: [{name: x, addresses: [nobody]}]", "has no @"),
        (b"hosts: [pc01]", "hosts"),
        (b"hosts: {pc01: 10.0.0.1}", "hosts"),
        (b"time_zone: Asia/Edo", "Asia/Edo"),
        (b"time_zone: ../../etc/passwd", "time_zone"),
    ],
)
def test_a_profile_that_cannot_be_used(empty: Shell, tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_bytes(content)
    before = empty.told("status")
    _refused(empty.run("org", "import", path), Exit.USAGE, "sekimori: ", str(path), fault)
    assert empty.told("status") == before


def test_every_fault_of_a_profile_is_named(empty: Shell, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("colour: red\ndomains: [a b]\nnetworks: [10.0.0.1/8]\n")
    _said(empty.run("org", "import", path), Exit.USAGE, "colour", "a b", "10.0.0.0/8")


@pytest.mark.parametrize("content", [b"", b"[1, 2", b"- x", b"\x82\xa0", b"nothing: known", b"columns: 7"])
def test_a_mapping_that_cannot_be_used(empty: Shell, samples: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(content)
    ran = empty.run("add", samples / "network/generic_csv/proxy.csv", "--mapping", path)
    _refused(ran, Exit.USAGE, "sekimori: ")
    assert empty.told("status")["segments"] == 0


def test_a_value_without_a_normal_form(filled: Shell) -> None:
    _said(filled.run("prevalence", "zz", "--type", "hash"), Exit.USAGE, "is no hash")
    _said(filled.run("prevalence", "198.051.100.7", "--type", "address"), Exit.USAGE, "octal")
    _said(filled.run("prevalence", ""), Exit.USAGE, "empty")


def test_a_workspace_of_a_newer_version(empty: Shell) -> None:
    settings = empty.workspace / "workspace.json"
    settings.write_text(settings.read_text().replace('"format": 1', '"format": 2'))
    _said(empty.run("status"), Exit.WORKSPACE, "newer version", "format 2")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "key": "xyz"}'])
def test_a_workspace_with_damaged_settings(empty: Shell, content: str) -> None:
    (empty.workspace / "workspace.json").write_text(content)
    _said(empty.run("status"), Exit.WORKSPACE, str(empty.workspace))


def test_a_workspace_with_a_damaged_database(empty: Shell) -> None:
    for extra in empty.workspace.glob("desk.sqlite-*"):
        extra.unlink()
    (empty.workspace / "desk.sqlite").write_bytes(b"not a database" * 1000)
    _said(empty.run("status"), Exit.WORKSPACE, str(empty.workspace))


def test_faults_are_told_in_the_language_asked_for(filled: Shell) -> None:
    texts = {lang: filled.run("show", "e-99999", "--lang", lang).err for lang in ("ja", "en")}
    assert texts["ja"] != texts["en"]
    assert all("e-99999" in text for text in texts.values())


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("demo", "FOLDER", "--scale", "0.01", "--workspace", "zz"), "--workspace"),
        (("demo", "FOLDER", "--scale", "0.01", "--organisation", "nope"), "--organisation"),
        (("dev", "scenario", "FOLDER", "--organisation", "nope"), "--organisation"),
        (("dev", "golden", "--workspace", "zz"), "--workspace"),
        (("init", "FOLDER", "--workspace", "zz"), "--workspace"),
    ],
)
def test_options_that_say_nothing_to_a_command(
    empty: Shell, tmp_path: Path, arguments: tuple[str, ...], option: str
) -> None:
    folder = tmp_path / "new"
    ran = empty.run(*(folder if one == "FOLDER" else one for one in arguments))
    _said(ran, Exit.USAGE, f"this command takes no {option}")
    assert not folder.exists()
