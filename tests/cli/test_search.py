"""`search` as it is typed: what it finds and shows, whom it reached, what it writes, and what it refuses."""

import contextlib
import csv
import json
import mailbox
import subprocess
import sys
from pathlib import Path

import pytest

from sekimori.cli.exits import Exit
from tests.app.ingesting import mail, written, zipped
from tests.cli.running import Shell, new_workspace

TRACED = b"Received: from mx.freemail.example ([192.0.2.7]) by mail.example.jp; Thu, 1 Oct 2026 09:00:01 +0900\r\n"
LURE = mail(
    1, subject="Export control", body="From here on: see http://evil.example/a\x1b[31m for 輸出管理", attachments=[]
)
HOSTILE = mail(2, subject="=HYPERLINK(1)", attachments=[("minutes.txt", b"x")])


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Four mailboxes: the lure in three of them, once with other bytes; an encrypted archive in the fourth."""
    folder = tmp_path_factory.mktemp("searched")
    shell = new_workspace(folder)
    separator = b"From yamada@freemail.example Thu Oct  1 09:00:00 2026\n"
    unread = LURE.replace(b"\r\n", b"\n")
    states = (b"To: sato@example.jp\nStatus: RO\n", b"To: sato@example.jp\nX-Mozilla-Status: 0000\n")
    boxed = b"".join(separator + unread.replace(b"To: sato@example.jp\n", state, 1) + b"\n" for state in states)
    locked = bytearray(zipped([("plan.txt", b"x")]))
    locked[6] |= 1
    locked[locked.index(b"PK\1\2") + 8] |= 1
    shell.done("add", written(folder / "mail", [
        ("sato/Maildir/cur/1.M1P1.mail:2,S", LURE),
        ("suzuki/Maildir/cur/2.M1P1.mail:2,", TRACED + LURE),
        ("tanaka.mbox", boxed),
        ("abe/Maildir/new/3.M1P1.mail", mail(3, subject="議事録", attachments=[("plan.zip", bytes(locked))])),
        ("abe/Maildir/new/4.M1P1.mail", HOSTILE),
    ]))  # fmt: skip
    return shell


def test_hits_are_shown_newest_first_with_what_agreed(searched: Shell) -> None:
    said = searched.done("search", "件名:export", "本文:輸出管理", "--lang", "en").out

    assert said.startswith("4 mails agree.\n")
    assert "Yamada <yamada1@freemail[.]example>" in said
    assert "  in: suzuki\n" in said
    assert "hxxp://evil[.]example/a\\x1b[31m for 【輸出管理】" in said
    assert "  agreed: subject, body\n" in said
    assert "Not searched: 2 parts" in said
    assert "\x1b" not in said


def test_every_word_is_said_in_japanese_and_to_a_narrow_console(searched: Shell) -> None:
    assert "該当するメールは1通です。" in searched.done("search", "議事録", "--lang", "ja").out
    said = Shell(searched.workspace, "ascii").done("search", "Export", "--lang", "en", "--limit", "1").out
    assert "More than 1 mails agree" in said
    assert "[[Export]] control" in said


def test_answer_as_json_is_whole(searched: Shell) -> None:
    found = searched.told("search", "from:yamada1[@]freemail[.]example 管理", "--limit", "3", "--skip", "1")

    assert (found["total"], found["more"]) == (4, False)
    assert found["query"] == "from:yamada1@freemail.example AND 管理"
    assert [hit["subject"] for hit in found["hits"]] == ["Export control"] * 3
    excerpt = found["hits"][0]["excerpt"]
    ((first, end),) = excerpt["hits"]
    assert (excerpt["field"], excerpt["text"][first:end]) == ("body", "管理")
    assert found["hits"][0]["fields"] == ["from", "body"]
    assert {part["name"] for part in found["unsearched"]["parts"]} == {"plan.zip", "plan.txt"}


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("export", 4),
        ("(件名:議事録 OR 添付:minutes)", 2),
        ("mailbox:tanaka", 2),
        ("has:encrypted", 1),
        ("以後:令和8年10月2日", 0),
        ("以前:2026/10/1", 6),
        ("ip:192.0.2.7", 1),
        ("url://evil.example -mailbox:sato", 3),
    ],
)  # fmt: skip
def test_count_is_that_of_all(searched: Shell, query: str, number: int) -> None:
    found = json.loads(searched.done("search", "--count", "--json", "--", query).out)

    assert (found["total"], found["hits"]) == (number, [])
    assert f"{number} mails agree." in searched.done("search", "--count", "--lang", "en", "--", query).out


def test_mailboxes_count_copies_that_differ_and_say_who_read(searched: Shell) -> None:
    found = searched.told("search", "ip:192.0.2.7", "--mailboxes")["mailboxes"]

    reads = {one["mailbox"]: sorted(str(each["read"]) for each in one["deliveries"]) for one in found}
    assert reads == {"sato": ["True"], "suzuki": ["False"], "tanaka": ["False", "True"]}
    said = searched.done("search", "ip:192.0.2.7", "--mailboxes", "--lang", "en").out
    assert said.startswith("1 messages, delivered 4 times to 3 mailboxes.\nsato\n  2026-10-01 09:01  read  Yamada <")


def test_fields_of_a_mail_on_its_own_tell_nothing_of_its_reading(empty: Shell, tmp_path: Path) -> None:
    empty.done("add", written(tmp_path / "m", [("a.eml", b"Status: RO\r\n" + mail(5))]))

    (only,) = empty.told("search", "Meeting", "--mailboxes")["mailboxes"]

    assert (only["mailbox"], [one["read"] for one in only["deliveries"]]) == (None, [None])
    said = empty.done("search", "Meeting", "--mailboxes", "--lang", "ja").out
    assert "既読か不明" in said
    assert said.startswith("メッセージ1件が、延べ1通届いています（メールボックスは不明）。")


def test_mbox_is_read_back_as_it_was(searched: Shell, tmp_path: Path) -> None:
    to = tmp_path / "out.mbox"
    assert searched.told("search", "export", "--export", "mbox", "--to", to)["exported"] == 4

    with contextlib.closing(mailbox.mbox(to)) as read:
        assert [one["Subject"] for one in read] == ["Export control"] * 4
    assert b"\n>From here on: " in to.read_bytes()
    assert to.read_bytes().startswith(b"From yamada1@freemail.example Thu Oct  1 00:01:00 2026\n")


def test_eml_is_each_mail_byte_for_byte(searched: Shell, tmp_path: Path) -> None:
    searched.done("search", "mailbox:sato", "--export", "eml", "--to", tmp_path / "out")

    (path,) = (tmp_path / "out").iterdir()
    assert path.read_bytes() == LURE
    assert path.name.startswith("20261001T000100Z-e")


def test_table_holds_no_formula(searched: Shell, tmp_path: Path) -> None:
    to = tmp_path / "out.csv"
    searched.done("search", "添付:minutes", "--export", "csv", "--to", to)

    (row,) = csv.DictReader(to.read_text("utf-8-sig").splitlines())
    assert (row["subject"], row["from"]) == ("'=HYPERLINK(1)", "yamada2@freemail.example")
    assert (row["mailboxes"], row["time"]) == ("abe", "2026-10-01T00:02:00Z")


@pytest.mark.parametrize("format_", ["csv", "mbox", "eml"])
def test_nothing_is_overwritten_unasked(searched: Shell, tmp_path: Path, format_: str) -> None:
    to = tmp_path / "out"
    command = ("search", "mailbox:sato", "--export", format_, "--to", to)
    searched.done(*command)
    before = {path: path.stat().st_mtime_ns for path in [to, *(to.iterdir() if to.is_dir() else [])] if path.is_file()}

    refused = searched.run(*command)

    assert refused.code == Exit.USAGE
    assert before == {path: path.stat().st_mtime_ns for path in before}
    searched.done(*command, "--force")


def test_recall_writes_notice_and_lists(searched: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "recall"
    found = searched.told("search", "mailbox:sato", "--notice", folder)

    assert found["recipients"] == ["sato@example.jp", "suzuki", "tanaka"]
    assert len(found["deliveries"]) == 4
    notices = {lang: (folder / f"notice.{lang}.txt").read_text("utf-8") for lang in ("ja", "en")}
    assert "  差出人：yamada1@freemail[.]example\n  件名：Export control\n" in notices["ja"]
    assert "  Sent: 2026-10-01 09:01\n  Sender: yamada1@freemail[.]example\n" in notices["en"]
    rows = list(csv.DictReader((folder / "quarantine.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["mailbox"], row["read"]) for row in rows][:2] == [("sato", "yes"), ("suzuki", "no")]
    assert {row["message-id"] for row in rows} == {"1@freemail.example"}
    script = (folder / "purge.ps1").read_text("utf-8-sig")
    assert "# Get-MessageTraceV2 -MessageId '<1@freemail.example>'" in script
    query = 'from:"yamada1@freemail.example" AND subject:"Export control" AND sent>=2026-09-30 AND sent<=2026-10-02'
    assert f"-ContentMatchQuery 'kind:email AND {query}'" in script
    assert "\n# New-ComplianceSearchAction -SearchName 'sekimori-recall-1' -Purge" in script
    assert searched.run("search", "mailbox:sato", "--notice", folder).code == Exit.USAGE


def test_messages_known_from_a_log_alone_are_told_apart(empty: Shell, tmp_path: Path) -> None:
    head = "origin_timestamp_utc,sender_address,recipient_status,message_subject,message_id\n"
    line = "2026-10-06T00:00:00Z,a@evil.example,sato@example.jp##Deliver,Draft,<9@evil.example>\n"
    (tmp_path / "trace.csv").write_text(head + line, "utf-8")
    empty.done("add", tmp_path / "trace.csv")

    said = empty.done("search", "from:evil[.]example", "--lang", "en").out
    assert said.startswith(
        "0 mails agree.\nKnown from logs alone, without a body: 1 messages.\n2026-10-06 09:00  <a@evil"
    )
    assert said.endswith("  to: sato@example[.]jp\n  told by: trace.csv, line 2\nNothing was left unsearched.\n")
    counted = empty.told("search", "from:evil[.]example", "--count")
    assert (counted["total"], counted["logged"]) == (0, {"count": 1, "messages": []})
    [told] = empty.told("search", "件名:draft")["logged"]["messages"]
    assert (told["line"], told["to"], told["message_id"]) == (2, ["sato@example.jp"], "9@evil.example")
    [box] = empty.told("search", "件名:draft", "--mailboxes")["mailboxes"]
    assert (box["mailbox"], box["deliveries"][0]["logged"], box["deliveries"][0]["body"]) == (
        "sato@example.jp",
        True,
        False,
    )
    assert "ログによる（本文なし）" in empty.done("search", "件名:draft", "--mailboxes", "--lang", "ja").out
    exported = ("search", "件名:draft", "--export", "csv", "--to", tmp_path / "x.csv", "--lang", "en")
    assert "1 more are known from logs alone" in empty.done(*exported).out
    assert "Not searched: 1 parts" in empty.done("search", "本文:draft", "--lang", "en").out


def test_nothing_found_is_no_recall(searched: Shell, tmp_path: Path) -> None:
    assert searched.told("search", "nothing at all", "--notice", tmp_path / "none")["files"] == []
    assert not (tmp_path / "none").exists()


def test_question_for_another_system_is_ready_to_be_pasted(searched: Shell) -> None:
    said = searched.done("search", "件名:輸出管理", "--as", "purview", "--lang", "ja").out

    assert said.startswith('subject:"輸出管理"\n\nここでの検索と異なる点：\n  - ')
    assert searched.told("search", "件名:輸出管理", "--as", "gmail")["text"] == 'in:anywhere subject:"輸出管理"'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sbject:x",), "検索式の1文字目に誤りがあります：'sbject' という項目はありません"),
        (("a (b",), "検索式の3文字目に誤りがあります：括弧が閉じていません"),
        (("ip:192.0.2.1", "--as", "gmail"), "Gmailではこの検索ができません"),
    ],
)
def test_misuse_is_told_in_the_language(searched: Shell, arguments: tuple[str, ...], said: str) -> None:
    ran = searched.run("search", *arguments, "--lang", "ja")

    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a", "--count", "--mailboxes"),
        ("a", "--export", "mbox"),
        ("a", "--to", "x"),
        ("a", "--export", "pdf", "--to", "x"),
        ("a", "--as", "altavista"),
        ("a", "--limit", "0"),
    ],
)
def test_options_that_do_not_go_together_are_refused(searched: Shell, arguments: tuple[str, ...]) -> None:
    assert searched.run("search", *arguments).code == Exit.USAGE


def test_unsearched_is_listed_whole_in_json(searched: Shell) -> None:
    found = json.loads(searched.done("search", "nothing at all", "--json").out)

    assert (found["total"], found["hits"]) == (0, [])
    assert found["unsearched"]["count"] == len(found["unsearched"]["parts"]) == 2


def test_search_starts_without_what_other_commands_need(searched: Shell) -> None:
    code = (
        "import sys; from sekimori import cli; sys.argv = ['sekimori', 'search', 'export', '--count', '--workspace', "
        f"{str(searched.workspace)!r}]\n"
        "try: cli.main()\nexcept SystemExit as ended: assert not ended.code\n"
        "print([name for name in ('sekimori.scenario', 'openpyxl', 'evtx', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")

    assert done.stdout.splitlines()[-1] == "[]"
