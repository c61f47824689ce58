"""`sweep` as it is typed: paths, patterns, standard input, indicators of files and cases, codes."""

from pathlib import Path

import pytest

from sekimori.cli.exits import Exit
from tests.cli.running import Shell


@pytest.fixture
def logs(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    whole = (samples / "network/squid/access.log").read_bytes()
    for name in ("a.log", "b.log"):
        (folder / name).write_bytes(whole)
    return folder


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "list.txt"
    path.write_text("evil[.]example\nother.example\n198.51.100.9\n", encoding="ascii")
    return path


def test_files_folders_patterns_and_input_give_the_same(filled: Shell, logs: Path, listed: Path, samples: Path) -> None:
    one = filled.told("sweep", logs / "a.log", "--indicators", listed)
    assert {(row["value"], row["field"]) for row in one["found"]} >= {
        ("update.evil.example", "url_domain"),
        ("198.51.100.9", "destination_ip"),
    }
    assert "other.example" not in {row["value"] for row in one["found"]}, "it stands in a query string alone"
    for paths in ((logs,), (logs / "a.log", logs / "b.log"), (str(logs / "*.log"),)):
        both = filled.told("sweep", *paths, "--indicators", listed)
        assert both["count"] == 2 * one["count"] > 0
    whole = (samples / "network/squid/access.log").read_bytes()
    assert filled.run("sweep", "-", "--indicators", listed, "--json", stdin=whole).json["count"] == one["count"]


def test_a_mention_counts_only_where_it_is_asked_for(filled: Shell, logs: Path, listed: Path) -> None:
    found = filled.told("sweep", logs / "a.log", "--indicators", listed, "--mentions")
    (mention,) = [row for row in found["found"] if row["value"] == "other.example"]
    assert mention["role"] == "mention"
    assert mention["places"][0]["line"] > 0


def test_the_indicators_of_a_case(filled: Shell, tmp_path: Path) -> None:
    text = filled.told("case", "show", "1")
    names = [one["pattern"] for one in text["indicators"] if one["type"] == "domain"]
    log = tmp_path / "gw.txt"
    log.write_text(f"1 gw: asked for {names[0]}.\n", encoding="utf-8")
    found = filled.told("sweep", log, "--case", "1")
    assert [row["value"] for row in found["found"] if row["kind"] == "text"].count(names[0]) == 1


def test_an_address_in_text_of_no_known_format_is_called_one(filled: Shell, tmp_path: Path, listed: Path) -> None:
    log = tmp_path / "notes.txt"
    log.write_text("they went to 198.51.100.9, and to update.evil.example\n", encoding="ascii")
    found = filled.told("sweep", log, "--indicators", listed)
    assert {row["value"]: row["field"] for row in found["found"]} == {
        "198.51.100.9": "text_address",
        "update.evil.example": "text_domain",
    }


def test_codes(filled: Shell, logs: Path, listed: Path, tmp_path: Path) -> None:
    assert filled.run("sweep", logs, "--indicators", listed, "--fail-if-seen").code == Exit.SEEN
    assert filled.run("sweep", logs, "--indicators", listed, "--strict").code == Exit.UNREAD
    assert filled.run("sweep", logs).code == Exit.USAGE
    assert filled.run("sweep", logs, "--indicators", listed, "--format", "nosuch").code == Exit.USAGE
    assert "there is no format" in filled.run("sweep", logs, "--indicators", listed, "--format", "nosuch").err
    missing = filled.run("sweep", tmp_path / "*.gz", "--indicators", listed)
    assert missing.code == Exit.USAGE
    assert "*.gz" in missing.err
    unlike = filled.run("sweep", logs, "--indicators", listed, "--format", "zeek.tsv", "--strict")
    assert unlike.code == Exit.UNREAD, "nothing of it was read"
