"""Every command, as a user types it: what it answers, as text in both languages and as JSON, and its code."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sekimori.cli.exits import Exit
from tests.cli.running import Shell

LIST = """\
type,value,description
domain,evil.example,seen
ip,198.051.100.7,octal or not
ip,192.0.2.99,never seen
"""

READ_ONLY: list[tuple[str, ...]] = [
    ("status",),
    ("hunt",),
    ("hunt", "--case", "1"),
    ("hunt", "--case", "2", "--once"),
    ("show", "1"),
    ("prevalence", "c2.evil.example"),
    ("prevalence", "議事録.zip"),
    ("prevalence", "http://c2.evil.example/"),
    ("prevalence", "sato@example.jp"),
    ("prevalence", "198.51.100.0/24"),
    ("timeline", "192.0.2.15"),
    ("case", "list"),
    ("prevalence", "yamada", "--type", "user"),
    ("case", "show", "1"),
    ("org", "list"),
    ("org", "audit"),
]
"""Commands that change nothing that another test sees."""


@pytest.fixture
def wanted(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, "utf-8", newline="\r\n")
    return path


def _sightings(filled: Shell, *arguments: str | Path) -> list[dict[str, Any]]:
    return list(filled.told("hunt", "--once", *arguments)["sightings"])


@pytest.mark.parametrize("arguments", READ_ONLY, ids=" ".join)
def test_answers_in_both_languages_and_as_json(filled: Shell, arguments: tuple[str, ...]) -> None:
    texts = {lang: filled.done(*arguments, "--lang", lang).out for lang in ("ja", "en")}
    assert all(text.strip() for text in texts.values())
    assert isinstance(filled.told(*arguments), dict)
    assert all("\x1b" not in text for text in texts.values())
    assert arguments[0] in {"org", "show"} or texts["ja"] != texts["en"] or arguments == ("case", "list")


@pytest.mark.parametrize(
    "noun",
    [(), ("org",), ("case",), ("dev",), ("add",), ("hunt",), ("case", "open"), ("demo",), ("purge",)],
    ids=" ".join,
)
def test_help(filled: Shell, noun: tuple[str, ...]) -> None:
    ran = filled.done(*noun, "--help")
    assert ran.out.startswith(f"Usage: {' '.join(('sekimori', *noun))}")


def test_a_new_workspace_has_one_organisation(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "w")
    told = shell.told("init", shell.workspace, "--organisation", "研究所")
    assert told == {"workspace": str(shell.workspace), "organisation": "研究所"}
    assert shell.told("org", "list") == {"organisations": ["研究所"]}
    status = shell.told("status")
    assert (status["organisation"], status["cases"], status["segments"]) == ("研究所", 0, 0)
    assert {one["records"] for one in status["coverage"]} == {0}


def test_a_workspace_where_one_stands_or_by_option(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Shell(Path())
    monkeypatch.chdir(empty.workspace)
    assert elsewhere.told("org", "list") == {"organisations": ["default"]}
    monkeypatch.chdir(empty.workspace.parent)
    assert elsewhere.told("org", "list", "--workspace", empty.workspace) == {"organisations": ["default"]}


def test_organisations_share_nothing(empty: Shell, samples: Path) -> None:
    assert empty.told("org", "add", "other") == {"organisation": "other"}
    log = samples / "network/squid/access.log"
    assert empty.told("add", log, "--organisation", "other")["new"] == 1
    assert empty.told("add", log, "--organisation", "default")["new"] == 1
    assert empty.told("case", "list", "--organisation", "other") == {"cases": []}
    profiles = [empty.told("prevalence", "evil.example", "--organisation", name) for name in ("default", "other")]
    assert profiles[0] == profiles[1]


def test_a_profile_is_counted(filled: Shell, tmp_path: Path) -> None:
    told = filled.told("org", "import", filled.workspace.parent / "profile.yaml")
    assert (told["domains"], told["people"], told["hosts"]) == (["example.jp"], 1, 1)


def test_the_same_evidence_twice_adds_nothing(empty: Shell, samples: Path) -> None:
    first = empty.told("add", samples / "network/squid")
    again = empty.told("add", samples / "network/squid")
    assert first["records"]["network"] > 0
    assert (first["new"], first["known"]) == (2, 0)
    assert (again["new"], again["known"], again["records"]) == (0, 2, {})


def test_standard_input_is_evidence(empty: Shell, samples: Path) -> None:
    told = empty.told("add", "-", stdin=(samples / "mail/eml/targeted.eml").read_bytes())
    assert told["datasets"] == {"mail.eml": 1}
    assert empty.told("show", "1")["evidence"]["name"] == "stdin"


def test_a_mapping_makes_a_table_evidence(empty: Shell, samples: Path) -> None:
    table = samples / "network/generic_csv/proxy.csv"
    told = empty.told("add", table, "--mapping", f"{table}.mapping.yaml")
    assert told["records"]["network"] > 0


def test_what_cannot_be_read_is_listed_and_told_by_code_where_asked(empty: Shell, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    (tmp_path / "empty.log").touch()
    ran = empty.run("add", tmp_path / "noise.bin", tmp_path / "empty.log", "--json", "--strict")
    assert ran.code == Exit.UNREAD
    assert {row["reason"] for row in ran.json["unread_evidence"]} == {"no reader recognises it", "empty"}
    assert empty.run("add", tmp_path / "empty.log").code == Exit.DONE
    again = empty.run("add", tmp_path / "noise.bin", "--json", "--strict")
    assert again.code == Exit.UNREAD
    assert again.json["unread_evidence"][0]["reason"] == "no reader recognises it"
    status = empty.told("status")
    listed = {one["path"]: one for one in status["unread_evidence"]}
    assert (status["unread"], len(listed)) == (2, 2)
    noise = listed[str(tmp_path / "noise.bin")]
    assert (noise["reason"], noise["count"], noise["dataset"]) == ("no reader recognises it", 1, None)
    for lang, reason in (("en", "no reader recognises it"), ("ja", "対応する形式として認識できない")):
        row = next(line for line in empty.done("status", "--lang", lang).out.splitlines() if "noise.bin" in line)
        assert noise["evidence"] in row
        assert reason in row


def test_evidence_goes_by_its_id_its_hash_its_path_and_its_name(empty: Shell, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.log").write_text(folder)
        (tmp_path / folder / f"{folder}.log").write_text(f"only {folder}")
    empty.done("add", tmp_path / "a", tmp_path / "b")
    found = empty.told("show", tmp_path / "a" / "same.log")["evidence"]
    for name in (f"e-{found['id']}", found["sha256"][:12], f"{tmp_path}//a/./same.log"):
        assert empty.told("show", name)["evidence"] == found
    assert empty.told("show", "b.log")["evidence"]["name"] == "b.log"
    several = empty.run("show", "same.log")
    assert several.code == Exit.NOT_FOUND
    assert f"e-{found['id']}" in several.err
    assert empty.run("show", "neither.log").code == Exit.NOT_FOUND
    assert empty.told("purge", "a.log", "b.log", "--why", "test") == {"purged": 2, "cases": []}


def test_a_path_that_is_not_there_is_a_mistake(empty: Shell, tmp_path: Path) -> None:
    ran = empty.run("add", tmp_path / "gone.log")
    assert ran.code == Exit.USAGE
    assert "gone.log" in ran.err


def test_a_case_is_opened_answered_and_listed(empty: Shell, samples: Path) -> None:
    told = empty.told("case", "open", samples / "mail/eml/targeted.eml", "--title", "議事録の件", "--by", "tanaka")
    assert (told["case"], told["title"], told["by"]) == ("1", "議事録の件", "tanaka")
    assert told["schema"] == "sekimori.case-report/1"
    assert {"html", "json"} == set(told["files"])
    assert json.loads(Path(told["files"]["json"]).read_bytes())["case"] == "1"
    again = empty.told("case", "show", "1")
    changing = {"made_at", "by", "opened"}
    assert {key: value for key, value in again.items() if key not in changing} == {
        key: value for key, value in told.items() if key not in changing
    }
    empty.done("case", "open", samples / "mail/eml/iso-2022-jp.eml")
    cases = empty.told("case", "list")["cases"]
    assert [one["number"] for one in cases] == [1, 2]
    assert cases[0]["title"] == "議事録の件"


def test_a_mail_that_has_a_case_gets_its_answer_anew(empty: Shell, samples: Path) -> None:
    mail = samples / "mail/eml/targeted.eml"
    first = empty.told("case", "open", mail)
    assert (first["case"], first["opened"]) == ("1", True)
    assert "already" not in empty.done("case", "show", "1").out
    second = empty.told("case", "open", mail)
    assert (second["case"], second["opened"]) == ("1", False)
    for lang, said in (("en", "This mail is case 1 already"), ("ja", "このメールは既に案件1です")):
        assert said in empty.done("case", "open", mail, "--lang", lang).out
    third = empty.told("case", "open", mail, "--again", "--title", "another")
    assert (third["case"], third["title"], third["opened"]) == ("2", "another", True)
    assert empty.told("case", "open", mail)["case"] == "2"
    named = empty.told("case", "open", mail, "--title", "third")
    assert (named["case"], named["title"], named["opened"]) == ("3", "third", True)
    assert [one["number"] for one in empty.told("case", "list")["cases"]] == [1, 2, 3]


def test_a_case_is_opened_with_a_message_of_outlook_and_with_a_packed_mail(
    empty: Shell, samples: Path, tmp_path: Path
) -> None:
    mail = samples / "mail/eml/targeted.eml"
    (tmp_path / "reported.eml.gz").write_bytes(gzip.compress(mail.read_bytes()))
    told = empty.told("case", "open", samples / "mail/msg/minutes.msg")
    assert told["mail"]["from_address"]
    assert told["mail"]["evidence"].endswith("minutes.msg!message.eml")
    packed = empty.told("case", "open", tmp_path / "reported.eml.gz")
    assert (packed["case"], packed["opened"]) == ("2", True)
    assert empty.told("case", "open", mail)["case"] == "2"


def test_a_hunt_uses_the_good_rows_and_names_the_bad_by_line(filled: Shell, wanted: Path) -> None:
    told = filled.told("hunt", "--indicators", wanted, "--once")
    assert told["indicators"] == 2
    assert [row["origin"] for row in told["refused"]] == ["list.csv, line 3"]
    assert {one["pattern"] for one in told["sightings"]} == {"evil.example"}
    ran = filled.run("hunt", "--indicators", wanted, "--once", "--lang", "ja")
    assert ran.code == Exit.DONE
    assert "list.csv 3行目" in ran.err
    assert "198.051.100.7" in ran.err


def test_codes_that_a_hunt_is_asked_for(filled: Shell, wanted: Path, tmp_path: Path) -> None:
    unseen = tmp_path / "unseen.txt"
    unseen.write_text("never.example\n")
    codes = {
        ("--fail-if-seen",): (Exit.SEEN, Exit.DONE),
        ("--strict",): (Exit.UNREAD, Exit.DONE),
        (): (Exit.DONE, Exit.DONE),
    }
    for options, expected in codes.items():
        found = [filled.run("hunt", "--once", "--indicators", path, *options).code for path in (wanted, unseen)]
        assert tuple(found) == expected


def test_an_account_that_only_a_work_record_names_is_seen(filled: Shell, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("type,value\nuser,adm-tanaka\n")
    ran = filled.run("hunt", "--once", "--indicators", path, "--fail-if-seen", "--json")
    assert ran.code == Exit.SEEN
    assert {one["area"]: one["answer"] for one in ran.json["answers"]}["administration"] == "seen"
    assert {one["kind"] for one in ran.json["sightings"]} == {"work"}


def test_several_files_and_a_case_together(filled: Shell, wanted: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("other.example\n")
    alone = filled.told("hunt", "--once", "--case", "1")
    files = ("--indicators", wanted, "--indicators", tmp_path / "more.txt")
    together = filled.told("hunt", "--once", "--case", "1", *files)
    assert together["indicators"] == alone["indicators"] + 3
    assert len(together["sightings"]) > len(alone["sightings"])


def test_what_is_hunted_once_is_not_kept(empty: Shell, samples: Path, wanted: Path) -> None:
    empty.done("add", samples / "network/squid/access.log")
    assert _sightings(empty, "--indicators", wanted)
    assert empty.told("hunt")["indicators"] == 0
    kept = empty.told("hunt", "--indicators", wanted)["sightings"]
    assert empty.told("hunt")["sightings"] == kept


def test_new_evidence_is_hunted_when_it_comes(empty: Shell, samples: Path, wanted: Path) -> None:
    empty.run("hunt", "--indicators", wanted)
    assert empty.told("add", samples / "network/squid/access.log")["new_sightings"] > 0


def test_a_sighting_shows_the_raw_line(filled: Shell, wanted: Path, samples: Path) -> None:
    filled.run("hunt", "--indicators", wanted)
    log = samples / "network/squid/access.log"
    (one,) = [one for one in filled.told("hunt")["sightings"] if one["value"] == "update.evil.example"]
    (record,) = filled.told("show", one["id"])["records"]
    line = log.read_bytes().split(b"\n")[record["line"] - 1]
    assert record["source"].encode() == line
    assert log.read_bytes()[record["offset"] :].startswith(line)
    assert record["evidence"]["places"] == [str(log)]
    text = filled.done("show", one["id"], "--lang", "en").out
    assert f"line {record['line']}, offset {record['offset']}" in text
    assert "CONNECT update[.]evil[.]example:8443" in text.replace("update.evil.example", "update[.]evil[.]example")
    assert record["evidence"]["sha256"] in text


def test_a_sighting_in_an_event_log_shows_columns_and_bytes(filled: Shell, wanted: Path, samples: Path) -> None:
    filled.run("hunt", "--indicators", wanted)
    events = [
        one for one in filled.told("hunt")["sightings"] if (one["kind"], one["value"]) == ("event", "c2.evil.example")
    ]
    assert events
    log = samples / "windows/evtx/security.evtx"
    records = filled.told("show", events[0]["id"])["records"]
    (record,) = [one for one in records if one["evidence"]["places"] == [str(log)]]
    assert record["columns"]["event_code"] == 4688
    first = log.read_bytes()[record["offset"] : record["offset"] + 16]
    assert f"{record['offset']:08x}  {first.hex(' ')}" in record["source"]
    text = filled.done("show", events[0]["id"], "--lang", "en").out
    assert re.search(rf"{record['offset']:08x}  2a 2a 00 00", text)
    assert "4688" in text
    assert "pc01.example.jp" in text


def test_evidence_is_shown_by_number_and_by_hash(filled: Shell) -> None:
    one = filled.told("show", "e-3")
    assert one == filled.told("show", "3") == filled.told("show", one["evidence"]["sha256"][:12])
    assert one["records"] == []
    assert one["beginning"]


def test_prevalence_counts_values_below_a_domain(filled: Shell) -> None:
    found = filled.told("prevalence", "evil.example")
    assert (found["value"], found["types"]) == ("evil.example", ["domain"])
    assert found["count"] == sum(found["values"].values()) == sum(found["days"].values()) + found["undated"]
    assert found["undated"] == 1, "one of the samples has no time"
    assert "c2.evil.example" in found["values"]
    assert found["hosts"]
    nothing = filled.told("prevalence", "unheard.example")
    assert (nothing["count"], nothing["first"]) == (0, None)
    assert {one["answer"] for one in nothing["answers"]} <= {"not_seen", "cannot_tell"}


def test_a_timeline_tells_each_record_of_a_machine_once_in_order(filled: Shell) -> None:
    found = filled.told("timeline", "192.0.2.15")
    places = [(one["evidence"], one["offset"], one["line"]) for one in found["records"]]
    assert len(set(places)) == len(places) > 1
    dated = [datetime.fromisoformat(one["time"]) for one in found["records"] if one["time"]]
    assert dated == sorted(dated)
    assert all("192.0.2.15" in " ".join(one["told"].values()) for one in found["records"])
    assert {"source"} <= {one["role"] for one in found["records"]}
    first = filled.told("timeline", "192.0.2.15", "--limit", "1")
    assert first["cut"]
    assert first["records"] == found["records"][:1]
    since = filled.told("timeline", "192.0.2.15", "--since", dated[1].isoformat())
    assert [datetime.fromisoformat(one["time"]) for one in since["records"]] == dated[1:]


def test_a_timeline_takes_all_that_the_profile_knows_of_a_person(empty: Shell, samples: Path, tmp_path: Path) -> None:
    profile = {
        "people": [{"name": "佐藤 花子", "addresses": ["sato@example.jp"], "accounts": ["h-sato"], "hosts": ["pc15"]}],
        "hosts": {"192.0.2.15": "pc15"},
    }
    path = tmp_path / "profile.yaml"
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    empty.done("org", "import", path)
    empty.done("add", samples / "network/squid/access.log", samples / "mail/eml/targeted.eml")
    found = empty.told("timeline", "佐藤 花子")
    assert {"佐藤 花子", "sato@example.jp", "h-sato", "pc15", "192.0.2.15"} <= set(found["names"])
    assert {one["kind"] for one in found["records"]} >= {"network", "message"}
    nothing = empty.told("timeline", "佐藤 花子", "--since", "2099-01-01")
    assert nothing["records"] == []
    assert "no record of that time tells of it" in empty.done("timeline", "佐藤 花子", "--since", "2099-01-01").out
    assert "no record tells of it" in empty.done("timeline", "nobody").out
    assert empty.run("timeline", "").code == Exit.USAGE


def test_purged_evidence_is_gone(empty: Shell, samples: Path, wanted: Path) -> None:
    empty.done("add", samples / "network/squid/access.log", samples / "mail/eml/targeted.eml")
    empty.run("hunt", "--indicators", wanted)
    assert empty.told("purge", "e-1", "--why", "wrong organisation") == {"purged": 1, "cases": []}
    assert empty.told("hunt")["sightings"] == []
    assert empty.run("show", "e-1").code == Exit.NOT_FOUND
    assert empty.told("show", "e-2")["evidence"]["dataset"] == "mail.eml"


def test_the_incident_and_the_demonstration(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    told = shell.told("dev", "scenario", tmp_path / "incident", "--scale", "0.01", "--seed", "7")
    assert told == {"folder": str(tmp_path / "incident"), "seed": 7, "scale": 0.01}
    assert (tmp_path / "incident/truth.json").is_file()
    answer = shell.told("demo", tmp_path / "demo", "--scale", "0.01")
    assert answer["organisation"]
    assert [one["work"] for one in answer["logons"]].count(None) == 2
    assert Path(answer["files"]["html"]).is_file()


def test_golden_files_agree(root: Path) -> None:
    assert Shell(root).told("dev", "golden", "--root", root / "tests/data") == {"differences": []}


def _texts(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
        case str():
            yield value


@pytest.mark.parametrize("arguments", [("status",), ("show", "SIGHTING"), ("case", "show", "1"), ("case", "list")])
def test_every_time_in_json_is_written_alike(filled: Shell, arguments: tuple[str, ...]) -> None:
    sightings = filled.told("case", "show", "1")["sightings"]
    texts = _texts(filled.told(*(sightings[0]["id"] if one == "SIGHTING" else one for one in arguments)))
    times = [text for text in texts if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:", text)]
    assert times
    assert {text for text in times if not re.fullmatch(r"[\d-]{10}T[\d:]{8}(\.\d{6})?Z", text)} == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("hunt",), "putting the answers together"),
        (("hunt", "--once", "--indicators", "FILE"), "putting the answers together"),
        (("case", "show", "1"), "putting the answers together"),
        (("search", "subject:x"), "searching"),
        (("search", "subject:x", "--count", "--lang", "ja"), "検索中"),
        (("prevalence", "evil.example"), "searching"),
        (("mail", "unlock", "--all"), ""),
    ],
)
def test_who_waits_at_a_terminal_is_told_what_is_done(
    filled: Shell, wanted: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    given = [wanted if one == "FILE" else one for one in arguments]
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = filled.run(*given)
    assert ran.code == Exit.DONE
    assert said in ran.err
    assert re.search(r"\d:\d\d:\d\d", ran.err)
    assert not re.search(r"\d:\d\d:\d\d", filled.run(*given, "--json").err)


def test_the_audit_log_tells_every_change_and_nothing_else(empty: Shell, samples: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_bytes((samples / "network/squid/access.log").read_bytes())
    begun = empty.told("org", "audit")["count"]
    empty.done("add", log, "--by", "tanaka")
    empty.done("add", log, "--by", "sato")
    told = empty.told("org", "audit", "--limit", "2")
    adds = [one for one in told["changes"] if one["action"] == "evidence.add"]
    assert [(one["by"], one["detail"]) for one in adds] == [("tanaka", {"evidence": 1, "places": 1})]
    other = log.rename(tmp_path / "renamed.log")
    empty.done("add", other, "--by", "sato")
    newest, *_ = (one for one in empty.told("org", "audit")["changes"] if one["action"] == "evidence.add")
    assert (newest["by"], newest["detail"]) == ("sato", {"evidence": 0, "places": 1})
    whole = empty.told("org", "audit", "--limit", "1000")
    assert whole["count"] == len(whole["changes"]) > begun
    assert empty.told("org", "audit", "--skip", "1", "--limit", "1")["changes"] == whole["changes"][1:2]
    text = empty.done("org", "audit", "--limit", "1", "--lang", "en").out
    assert "evidence.add" in text
    assert f"and {whole['count'] - 1} more" in text


def test_a_purge_says_what_stays_of_a_case(empty: Shell, samples: Path) -> None:
    mail = samples / "mail/eml/targeted.eml"
    empty.done("case", "open", mail)
    empty.done("case", "open", mail, "--again")
    said = empty.done("purge", mail, "--why", "test", "--lang", "en").out
    assert re.findall(r"mail of case (\d) stay", said) == ["1", "2"]
    left = empty.told("hunt")
    assert left["indicators"] > 0
    assert left["sightings"] == []


def test_an_empty_file_weakens_no_answer(empty: Shell, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)))
    empty.done("add", tmp_path / "empty.log", tmp_path / "noise.bin")
    told = empty.told("case", "open", samples / "mail/eml/targeted.eml")
    assert [one["reason"] for one in told["unsearchable"]] == ["no reader recognises it"]
    assert empty.told("status")["unread"] == 2
