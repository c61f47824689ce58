"""The same question in other systems' words: what is handed over, and what is said to be lost."""

import os
import shutil
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.model.query import Contains, Field
from sekimori.render.messages import translator
from sekimori.search.errors import NothingToAsk
from sekimori.search.parsing import parse
from sekimori.search.translation import LOST_IN, PARTS_ANYWHERE, QUOTE_LOST
from sekimori.search.translations import translations
from sekimori.search.translations.exchange import literal
from tests.house import rules

TOKYO = ZoneInfo("Asia/Tokyo")
KINDS = translations()


def said(name: str, text: str) -> tuple[str, tuple[str, ...]]:
    found = KINDS[name]().translate(parse(text, TOKYO))
    return found.text, found.lost


@pytest.mark.parametrize("name", KINDS)
def test_docstring_holds_sample_and_reference(name: str) -> None:
    assert rules.docstring_faults(KINDS[name].__module__) == []
    assert KINDS[name].title


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("purview", "件名:輸出管理 添付:議事録", '(subject:"輸出管理" AND attachmentnames:"議事録")'),
        ("purview", "from:taro@evil.example", 'from:"taro@evil.example"'),
        ("purview", "to:a@example.jp cc:b name:sato", '(recipients:"a@example.jp" AND cc:"b" AND from:sato*)'),
        ("purview", "export OR -subject:ab", '(export* OR NOT subject:"ab")'),
        ("purview", "domain:evil.example", '(participants:"evil.example" OR "evil.example")'),
        ("purview", "以後:2026-10-08", "sent>=2026-10-07T15:00:00Z"),
        ("purview", "until:2026-10-08 a", '(sent<2026-10-08T15:00:00Z AND "a")'),
        ("purview", "has:encrypted", "hasattachment:true"),
        ("purview", "subject:輸出*管理", '(subject:"輸出" AND subject:"管理")'),
        ("purview", 'subject:"a ""b"" c"', 'subject:"a b c"'),
        ("purview", "subject:ab ip:192.0.2.1", 'subject:"ab"'),
        ("gmail", "件名:輸出管理 -本文:下書き", 'in:anywhere subject:"輸出管理"'),
        ("gmail", "輸出 -件名:(a OR b)", 'in:anywhere ("輸出" AND -(subject:"a" OR subject:"b"))'),
        ("gmail", "to:a@x.jp", 'in:anywhere (to:"a@x.jp" OR cc:"a@x.jp" OR bcc:"a@x.jp" OR deliveredto:"a@x.jp")'),
        ("gmail", "message-id:a@b.example", "in:anywhere rfc822msgid:a@b.example"),
        ("gmail", "after:2026-10-08 before:2026-10-09", "in:anywhere (after:1791385200 AND before:1791471600)"),
        ("notmuch", "添付:議事録", 'attachment:"議事録"'),
        ("notmuch", "subject:a.b", '(subject:"a.b" OR subject:"/a\\.b/")'),
        ("notmuch", 'message-id:"a""b"', 'mid:"/a.b/"'),
        ("notmuch", "以後:2026-10-08", "date:@1791385200.."),
        ("notmuch", "before:2026-10-08 -body:x", "(date:..@1791385199 AND NOT body:x*)"),
    ],
)  # fmt: skip
def test_question_in_the_systems_words(name: str, text: str, wanted: str) -> None:
    assert said(name, text)[0] == wanted


def test_command_for_exchange_quotes_the_query_and_takes_an_address_as_location() -> None:
    text, _ = said("exchange", 'mailbox:sato@example.jp 件名:"it\'s ‘one’"')

    assert text == (
        "New-ComplianceSearch -Name 'sekimori' -ExchangeLocation 'sato@example.jp' "
        "-ContentMatchQuery 'subject:\"it''s ‘‘one’’\"'\nStart-ComplianceSearch -Identity 'sekimori'"
    )
    assert "-ExchangeLocation All " in said("exchange", "a")[0]


@given(st.text(max_size=30))
def test_literal_of_powershell_is_one_string_in_one_line(text: str) -> None:
    quotes = "'‘’‚‛"
    inner = literal(text)[1:-1]
    for quote in quotes:
        inner = inner.replace(quote * 2, "")

    assert not set(inner) & set(quotes) or any(quote * 2 in text for quote in quotes)
    assert literal(text).isprintable()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("text", ["ip:::1", "hash:" + "ab" * 16, "a OR ip:::1", "-(a ip:::1)", '"""" -ip:::1'])
def test_what_cannot_be_said_narrows_nothing(name: str, text: str) -> None:
    with pytest.raises(NothingToAsk) as caught:
        KINDS[name]().translate(parse(text, TOKYO))
    assert str(caught.value).startswith(KINDS[name].title)
    assert "できません" in translator("ja").reason(str(caught.value))


@pytest.mark.parametrize("name", KINDS)
def test_losses_are_named_in_both_languages(name: str) -> None:
    _, plain = said(name, "件名:輸出")
    _, lost = said(name, "件名:輸出*管理 ip:192.0.2.1 has:encrypted -(a hash:" + "ab" * 16 + ")")

    assert plain == KINDS[name].always_lost
    assert PARTS_ANYWHERE in lost
    assert len(lost) == len(plain) + 5
    assert all(translator("ja").gettext(one) != one for one in lost)


@pytest.mark.parametrize("name", KINDS)
@given(field=st.sampled_from([*Field]), part=st.text(min_size=1, max_size=20))
def test_any_text_is_said_in_balanced_quotes_on_one_line(name: str, field: Field, part: str) -> None:
    try:
        found = KINDS[name]().translate(Contains(field, (part,)))
    except NothingToAsk:
        return
    assert found.text.count('"') % 2 == 0
    assert all(line.isprintable() for line in found.text.split("\n"))


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ("from:a@evil.example", LOST_IN[Field.FROM]),
        ("domain:evil.example", LOST_IN[Field.DOMAIN]),
        ("name:佐藤", LOST_IN[Field.NAME]),
        ('subject:"a ""b"" c"', QUOTE_LOST),
    ],
)
def test_what_a_field_loses_is_named(name: str, text: str, loss: str) -> None:
    assert loss in said(name, text)[1]
    assert loss not in said(name, "件名:輸出")[1]
    assert translator("ja").gettext(loss) != loss


@pytest.mark.parametrize("name", KINDS)
def test_a_senders_name_is_not_looked_for_among_recipients(name: str) -> None:
    text, _ = said(name, "name:佐藤")
    excluded, _ = said(name, "件名:輸出 -name:佐藤")

    assert not [word for word in ("to:", "cc:", "participants", "recipients") if word in text]
    assert "佐藤" not in excluded  # a mail from sato@… is none that is called so


MAILS = {
    "draft": ("輸出管理に関する会議", "Tide Sync <info@tide-sync.example>", "議事録をお送りします。exportcontrol"),
    "other": ("Lunch", "sato@example.jp", "See http://tide-sync.example/a about export control"),
    "third": ("Re: (draft) [x] export", "taro@example.jp", "none"),
}


@pytest.fixture(scope="module")
def notmuch(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], set[str]]:
    """Asks the real program, over three mails."""
    program = shutil.which("notmuch")
    if program is None:
        pytest.skip("notmuch is not installed (scripts/debian-packages.txt)")
    folder = tmp_path_factory.mktemp("notmuch")
    for name in ("cur", "new", "tmp"):
        (folder / "mail/taro" / name).mkdir(parents=True)
    for number, (name, (subject, sender, body)) in enumerate(MAILS.items()):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "sato@example.jp", subject
        mail["Date"], mail["Message-ID"] = f"Thu, {8 + number} Oct 2026 09:00:00 +0900", f"<{name}.a+b@x.example>"
        mail.set_content(body)
        if name == "draft":
            mail.add_attachment(b"x", maintype="application", subtype="zip", filename="minutes.zip")
        (folder / "mail/taro/cur" / f"{name}:2,S").write_bytes(mail.as_bytes())
    config = folder / "config"
    config.write_text(f"[database]\npath={folder / 'mail'}\n", "utf-8")
    environ = {**os.environ, "HOME": str(folder), "NOTMUCH_CONFIG": str(config), "XAPIAN_CJK_NGRAM": "1"}

    def run(*arguments: str) -> str:
        done = subprocess.run([program, *arguments], env=environ, capture_output=True, check=False, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("new", "--quiet")
    return lambda text: {
        line.removeprefix("id:").partition(".")[0] for line in run("search", "--output=messages", text).split()
    }


@pytest.mark.posix  # there is no notmuch for Windows
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("件名:輸出管理", {"draft"}),
        ("件名:出管理に", {"draft"}),
        ("subject:raf", {"third"}),
        ('件名:"(draft) [x] exp"', {"third"}),
        ("from:ide-syn", {"draft"}),
        ("export", {"draft", "other", "third"}),
        ("本文:議事録", {"draft"}),
        ("添付:minutes", {"draft"}),
        ("domain:tide-sync.example", {"draft", "other"}),
        ("message-id:other.a+b@x", {"other"}),
        ("mailbox:tar subject:lunch", {"other"}),
        ("export -subject:lunch", {"draft", "third"}),
        ("本文:議事録 OR (subject:lunch from:sato)", {"draft", "other"}),
        ("has:encrypted", {"draft"}),
        ("after:2026-10-09 export", {"other", "third"}),
        ("until:2026-10-09 export", {"draft", "other"}),
        ('before:"2026-10-09 09:00" export', {"draft"}),
        ("-export to:sato", set()),
    ],
)
def test_real_notmuch_finds_what_is_meant(notmuch: Callable[[str], set[str]], text: str, found: set[str]) -> None:
    assert notmuch(said("notmuch", text)[0]) == found
