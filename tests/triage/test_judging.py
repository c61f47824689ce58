"""From reasons to verdicts: points, caps, what could not be asked, and that nothing raises on any bytes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.model.triage import CAPS, THRESHOLDS, SenderVerdict, Verdict
from sekimori.registry import classes_of
from sekimori.triage.bulk_lists import FRESH, BulkList, BulkLists, InvalidList, parse_list
from sekimori.triage.facts import MailFacts, facts_of
from sekimori.triage.history import History
from sekimori.triage.judging import judge
from sekimori.triage.own_rules import InvalidRule, parse_rule
from sekimori.triage.rule import Found, Rule
from tests.formats import pictures
from tests.triage.mails import case_facts, mail_bytes

TODAY = date(2014, 10, 7)
PROFILE = {"people": [{"name": "佐藤一郎", "addresses": ["sato@example.jp"], "department": "国際安全保障研究部"}]}
TARGETED = {
    "from": "山田 太郎 <yamada@freemail.example>",
    "subject": "安全保障に関する意見交換会の議事録",
    "body": "会議の資料です。\n山田 太郎\n国際問題研究所\nE-mail: yamada@institute.example\n",
    "files": [{"name": "議事録.zip", "zip": {"議事録.pdf.exe": "x"}, "locked": True}],
    "profile": PROFILE,
}
TWIN = {
    **TARGETED,
    "from": "山田 太郎 <yamada@institute.example>",
    "history": [{"from": "山田 太郎 <yamada@institute.example>"}],
    "files": [{"name": "議事録.pdf", "text": "%PDF-1.4 text text text"}],
}
BULK = {
    "from": "Example Pay <x@qzxkw.example>",
    "subject": "【重要】アカウントの利用制限のお知らせ",
    "body": "第三者による不正利用を検知しました。以下のリンクから本人確認をお願いします。 http://evil.example/login",
}
BEC = {
    "from": "社長 <ceo@freemail.example>",
    "subject": "至急 振込先の変更について",
    "body": "極秘で海外送金をお願いします。",
    "headers": {"Reply-To": "ceo2@webmail.example"},
}


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        (TARGETED, Verdict.TARGETED),
        (TWIN, Verdict.NONE),
        (BULK, Verdict.BULK),
        (BEC, Verdict.BEC),
        ({}, Verdict.NONE),
    ],
)
def test_verdicts(case: dict[str, object], verdict: Verdict) -> None:
    assert judge(case_facts(case), today=TODAY).verdict is verdict


def test_points_are_the_capped_sums_of_the_reasons() -> None:
    triage = judge(case_facts(TARGETED), today=TODAY)
    for verdict in THRESHOLDS:
        total = 0
        for facet, cap in CAPS.items():
            given_ = [one.points.get(verdict, 0) for one in triage.reasons if one.facet is facet]
            total += min(cap, sum(number for number in given_ if number > 0))
            total += sum(number for number in given_ if number < 0)
        assert triage.points[verdict] == total


def test_nothing_at_all_cannot_be_judged() -> None:
    assert judge(facts_of(b""), today=TODAY).verdict is Verdict.UNKNOWN


def test_chinese_traces_alone_are_never_espionage() -> None:
    case = {
        "date": "Mon, 06 Oct 2014 09:00:00 +0800",
        "headers": {"X-Mailer": "Foxmail 7[cn]"},
        "body": "会议の资料を送ります，ご确认ください。",
        "subject": "安全保障の研究会",
    }
    assert judge(case_facts(case), today=TODAY).verdict is not Verdict.TARGETED


def test_fluent_japanese_lowers_no_suspicion() -> None:
    fluent = judge(case_facts(TARGETED), today=TODAY).points
    clumsy = judge(case_facts({**TARGETED, "body": f"{TARGETED['body']}資料をを送ります。"}), today=TODAY).points
    assert clumsy[Verdict.TARGETED] >= fluent[Verdict.TARGETED] >= THRESHOLDS[Verdict.TARGETED]


def test_what_could_not_be_asked_is_said_and_lowers_the_confidence() -> None:
    triage = judge(case_facts(TARGETED), today=TODAY)
    said = {one.question.en for one in triage.unasked}
    assert "whether it is on a list of bulk mails" in said
    assert "what the encrypted attachment holds" in said
    asked = judge(case_facts({**TARGETED, "lists": [{"subjects": ("別の件名です",)}]}), today=TODAY)
    assert "whether it is on a list of bulk mails" not in {one.question.en for one in asked.unasked}
    assert asked.confidence > triage.confidence


def test_what_is_beyond_the_part_that_is_judged_is_a_question_not_asked() -> None:
    asked = "what the rest of the body says"
    long = {"body": "text of a page " * 20_000 + "http://evil.example/"}
    assert asked in {one.question.en for one in judge(case_facts(long), today=TODAY).unasked}
    assert not case_facts(long).links
    assert asked not in {one.question.en for one in judge(case_facts({}), today=TODAY).unasked}


def test_a_stale_list_leaves_the_question_open() -> None:
    case = {**TARGETED, "lists": [{"subjects": ("別の件名です",)}]}
    late = judge(case_facts(case), today=date(2014, 10, 1) + FRESH + timedelta(days=1))
    assert any("older than" in one.why.en for one in late.unasked)
    ahead = judge(case_facts(case), today=date(2014, 9, 1))
    assert any("a day to come" in one.why.en for one in ahead.unasked)
    assert not any("bulk mails" in one.question.en for one in judge(case_facts(case), today=date(2014, 9, 30)).unasked)


def test_a_list_of_a_day_to_come_is_no_newest_list() -> None:
    lists = BulkLists(tuple(BulkList(name="", source="", date=date(year, 10, 1)) for year in (2014, 2030)))
    assert lists.newest(date(2014, 12, 1)) == date(2014, 10, 1)
    assert lists.stale(date(2014, 12, 1))
    assert not lists.stale(date(2014, 10, 20))


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ({**TARGETED, "history": [{"from": "山田 太郎 <yamada@institute.example>"}]}, SenderVerdict.FORGED),
        (
            {
                "headers": {"X-Mailer": "Roundcube"},
                "date": "Mon, 06 Oct 2014 09:00:00 +0800",
                "history": [{"headers": {"X-Mailer": "Outlook"}}],
            },
            SenderVerdict.ABUSED,
        ),
        ({"history": [{}]}, SenderVerdict.UNCLEAR),
        ({}, None),
    ],
)
def test_the_senders_verdict(case: dict[str, object], verdict: SenderVerdict | None) -> None:
    assert judge(case_facts(case), today=TODAY).sender is verdict


OWN = """
name: own.society
title: {ja: 学会事務局を名乗るメール, en: Mail in the society's name}
why: {ja: 事務局は society.example からしか送らない, en: The society writes from society.example alone}
reference: 内規 3-2
facet: sender
weights: {targeted: 30}
when:
  sender_name: [学会事務局]
  not_sender_domain: [society.example]
"""


def test_an_organisations_own_rule() -> None:
    rule = parse_rule(OWN)
    forged, honest = {"from": "学会事務局 <a@other.example>"}, {"from": "学会事務局 <a@society.example>"}
    triage = judge(case_facts(forged), today=TODAY, own=[rule])
    [reason] = [one for one in triage.reasons if one.rule == "own.society"]
    assert reason.points == {Verdict.TARGETED: 30}
    assert reason.title.ja == "学会事務局を名乗るメール"
    assert not list(rule.check(case_facts(honest)))


def test_own_rules_of_one_name_are_two_rules() -> None:
    other = parse_rule(OWN.replace("not_sender_domain: [society.example]", "body: [資料]"))
    case = {"from": "学会事務局 <a@society.example>", "body": "資料です"}
    triage = judge(case_facts(case), today=TODAY, own=[parse_rule(OWN), other])
    assert [one.rule for one in triage.reasons if one.rule == "own.society"] == ["own.society"]


def test_each_rule_is_asked_once_however_many_others_ask_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    for kind in classes_of(Rule, "sekimori.triage.mail"):

        def check(self: Rule, facts: MailFacts, of: Any = kind.check) -> Iterator[Found]:
            asked[self.name] += 1
            yield from of(self, facts)

        monkeypatch.setattr(kind, "check", check)
    passed = {"Authentication-Results": "mx.example.jp; spf=pass; dkim=pass; dmarc=pass"}
    files = [{"name": "議事録.pdf", "text": "%PDF-1.4"}]
    judge(case_facts({"headers": passed, "files": files, "history": [{"headers": passed}]}), today=TODAY)
    assert set(asked) == {kind.name for kind in classes_of(Rule, "sekimori.triage.mail")}
    assert {name for name, count in asked.items() if count > 1} == set()


def test_what_is_found_is_of_one_history_and_what_is_said_of_the_mail() -> None:
    facts = case_facts({"history": [{}]})
    known = facts.once("known", lambda: facts.is_known)
    without = replace(facts, history=History())
    assert (known, without.once("known", lambda: without.is_known)) == (True, False)
    assert facts.contents.said is without.contents.said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "name: x",
        OWN.replace("30", "3000"),
        OWN.replace("sender_name", "nose"),
        OWN.replace("facet: sender", "facet: x"),
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidRule):
        parse_rule(text)


@pytest.mark.parametrize("text", ["", "[", "name: x", "date: soon", "date: 2014-10-01\nsubjects: text", "dates: 1"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidList):
        parse_list(text)


@given(st.binary(max_size=600))
def test_any_bytes_are_judged(data: bytes) -> None:
    assert judge(facts_of(data), today=TODAY).verdict in set(Verdict)


@given(st.data())
def test_broken_mails_are_judged(data: st.DataObject) -> None:
    broken = bytearray(mail_bytes(TARGETED))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    assert 0 <= judge(facts_of(bytes(broken)), today=TODAY).confidence <= 100


def test_a_file_that_no_business_sends_stands_in_for_the_theme() -> None:
    case = {
        "from": "tanaka <t@freemail.example>",
        "subject": "はい",
        "body": "はい\n",
        "headers": {"Authentication-Results": "mx.example.jp; spf=fail"},
    }
    program = {**case, "files": [{"name": "はい.pdf.exe", "text": "x"}]}
    assert judge(case_facts(program), today=TODAY).verdict is Verdict.TARGETED
    document = {**case, "files": [{"name": "はい.pdf", "text": "x"}], "headers": {}}
    assert judge(case_facts(document), today=TODAY).verdict is not Verdict.TARGETED


def test_an_honest_partner_with_every_theme_is_none() -> None:
    honest = {"Authentication-Results": "mx.example.jp; spf=pass; dkim=pass; dmarc=pass"}
    case = {
        "from": "山田 太郎 <yamada@partner.example>",
        "subject": "安全保障に関する意見交換会の議事録",
        "body": "輸出管理と半導体の資料です。パスワードは別途ご連絡いたします。\n山田 太郎\nTEL 03-0000-0000\n",
        "files": [{"name": "議事録.zip", "zip": {"議事録.docx": "x"}, "locked": True}],
        "headers": honest,
        "profile": {"partners": [{"name": "パートナー総研", "domains": ["partner.example"]}]},
    }
    assert judge(case_facts(case), today=TODAY).verdict is Verdict.NONE
    known = {**case, "history": [{"from": case["from"], "headers": honest}]}
    assert judge(case_facts(known), today=TODAY).verdict is Verdict.NONE


AUTHENTICATED = {"Authentication-Results": "mx.example.jp; spf=pass; dkim=pass header.d=stranger.example; dmarc=pass"}
STRANGER = {"from": "加藤 <kato@stranger.example>", "subject": "ご連絡", "body": "添付をご確認ください。\n加藤\n"}
PROGRAM = "4d5a" + "00" * 62
NEVER_SENT: list[dict[str, Any]] = [
    {"name": "a.exe", "icon": ""},
    {"name": "a.zip", "zip": {"請求書.exe": "x"}},
    {"name": "a.pdf", "hex": PROGRAM},
    {"name": "a.docx.exe"},
    {"name": "a.lnk"},
    {"name": "a.one"},
    {"name": "a.iso"},
    {"name": "a.vhd"},
    {"name": "a.vhdx"},
    {"name": "a.img"},
    {"name": "a.rtf", "text": "{\\rtf1{\\object\\objupdate{\\*\\objclass Equation.3}}}"},
    {"name": "a.html", "text": "<script>var b=new Blob([atob('TVo=')]);a.href=URL.createObjectURL(b)</script>"},
    {
        "name": "a.svg",
        "text": "<svg xmlns='http://www.w3.org/2000/svg'><script>location='//evil.example'</script></svg>",
    },
    {"name": "a.svg", "text": "<svg onload='x()'/>"},
    *({"name": f"a.{one}"} for one in ("scr", "js", "jse", "vbs", "hta", "wsf", "msc", "chm", "xll", "rdp", "url")),
    *({"name": f"a.{one}"} for one in ("search-ms", "appref-ms", "jar", "msi", "bat", "ps1", "cpl", "reg", "scf")),
]


@pytest.mark.parametrize("file", NEVER_SENT, ids=lambda one: one["name"])
@pytest.mark.parametrize("headers", [{}, AUTHENTICATED], ids=["unrecorded", "authenticated"])
@pytest.mark.parametrize("around", [{}, {"history": []}], ids=["no store", "first contact"])
def test_a_stranger_with_a_file_that_no_business_sends_is_never_none(
    file: dict[str, Any], headers: dict[str, str], around: dict[str, Any]
) -> None:
    triage = judge(case_facts({**STRANGER, "headers": headers, "files": [file], **around}), today=TODAY)
    assert triage.verdict in {Verdict.TARGETED, Verdict.UNKNOWN}
    assert triage.verdict is Verdict.TARGETED or triage.border is not None
    nothing_else = {**STRANGER, "subject": "", "body": "x", "headers": headers, "files": [file], **around}
    assert judge(case_facts(nothing_else), today=TODAY).verdict is not Verdict.NONE


def test_a_program_for_which_nothing_targeted_speaks_is_bulk() -> None:
    case = {
        **STRANGER,
        "subject": "",
        "body": "x",
        "headers": AUTHENTICATED,
        "files": [{"name": "a.js"}],
        "history": [],
    }
    triage = judge(case_facts(case), today=TODAY)
    assert (triage.verdict, triage.confidence > 0) == (Verdict.BULK, True)


@pytest.mark.parametrize(
    "file",
    [
        {"name": "a.pdf", "text": "%PDF-1.4 text text"},
        {"name": "a.txt"},
        {"name": "a.html", "text": "<p>text</p>"},
        {"name": "a.svg", "text": "<svg><path d='M0 0'/></svg>"},
        {"name": "a.png", "qr": "text"},
    ],
    ids=lambda one: one["name"],
)
def test_a_stranger_with_a_plain_document_is_none(file: dict[str, Any]) -> None:
    case = {**STRANGER, "headers": AUTHENTICATED, "files": [file], "history": []}
    assert judge(case_facts(case), today=TODAY).verdict is Verdict.NONE


def test_whoever_is_vouched_for_may_send_a_program() -> None:
    case = {**STRANGER, "headers": AUTHENTICATED, "files": [{"name": "a.js"}]}
    partner = {**case, "profile": {"partners": [["stranger.example"]]}, "history": []}
    assert judge(case_facts(partner), today=TODAY).verdict is Verdict.NONE


SLIPS = {
    "from": "山田 <yamada@partner.example>",
    "subject": "経済安全保障に関する取材のお願い",
    "body": "平成 25 年(2014 年)10 月 8 日(月)の取材です。資料を添付します。",
    "files": [{"name": "a.docx", "text": "x"}],
}


def test_a_facet_with_an_open_question_leaves_the_verdict_open_and_says_what_is_missing() -> None:
    triage = judge(case_facts({**SLIPS, "history": []}), today=TODAY)
    assert triage.points[Verdict.TARGETED] >= THRESHOLDS[Verdict.TARGETED]
    assert triage.verdict is Verdict.UNKNOWN
    assert triage.border is not None
    assert "points of sender" in triage.border.en
    assert "差出人の" in triage.border.ja
    asked = {**SLIPS, "headers": {"Authentication-Results": "mx.example.jp; spf=none; dmarc=pass"}, "history": []}
    assert judge(case_facts(asked), today=TODAY).verdict is Verdict.NONE


def test_a_strangers_changed_account_and_false_login_are_never_none() -> None:
    account = {**STRANGER, "subject": "請求書の口座変更のご案内", "body": "振込先口座が変更になりました。"}
    login = {
        **STRANGER,
        "subject": "【重要】メールボックスの容量超過",
        "body": "以下より再認証してください。http://login.stranger.example/owa",
    }
    for headers in ({}, AUTHENTICATED):
        around = {"headers": headers, "history": []}
        assert judge(case_facts({**account, **around}), today=TODAY).verdict is Verdict.UNKNOWN
        wanted = Verdict.UNKNOWN if headers else Verdict.BULK
        assert judge(case_facts({**login, **around}), today=TODAY).verdict is wanted
    known = {"headers": AUTHENTICATED, "history": [{"from": STRANGER["from"], "headers": AUTHENTICATED}]}
    assert judge(case_facts({**account, **known}), today=TODAY).verdict is Verdict.NONE


FREE = {"Authentication-Results": "mx.example.jp; spf=pass; dkim=pass header.d=freemail.example; dmarc=pass"}
STUDENT = {
    "from": "山本 翔 <yamamoto@freemail.example>",
    "subject": "研究室見学のお願い",
    "body": "はじめてご連絡いたします。東都大学4年の山本と申します。量子センサの研究の件で、履歴書を添付します。",
    "files": [{"name": "履歴書.pdf", "text": "%PDF-1.4"}],
    "headers": FREE,
    "history": [],
}
THERE = "Mon, 06 Oct 2014 09:00:00 +0200"
PASSES = {"Authentication-Results": "mx.example.jp; dmarc=pass header.from=partner.example"}
AWAY = {
    "subject": "半導体の打合せ資料の送付",
    "date": THERE,
    "headers": {**PASSES, "X-Mailer": "iPhone Mail (22A100)"},
    "files": [{"name": "資料.pdf", "text": "%PDF-1.4"}],
    "history": [{"headers": {**PASSES, "X-Mailer": "Microsoft Outlook"}, "date": "Mon, 01 Sep 2014 09:00:00 +0900"}]
    * 2,
}


@pytest.mark.parametrize(
    ("case", "changes", "verdict"),
    [
        (STUDENT, {}, Verdict.UNKNOWN),
        (STUDENT, {"headers": {}}, Verdict.TARGETED),
        (STUDENT, {"from": "東都大学 山本 <yamamoto@freemail.example>"}, Verdict.TARGETED),
        (STUDENT, {"files": [{"name": "履歴書.docm"}]}, Verdict.TARGETED),
        (STUDENT, {"body": "量子センサの研究の資料です。 https://tinyurl.com/a"}, Verdict.TARGETED),
        (AWAY, {}, Verdict.UNKNOWN),
        (AWAY, {"headers": {**PASSES, "X-Mailer": "Roundcube"}}, Verdict.TARGETED),
        (AWAY, {"headers": {"X-Mailer": "iPhone Mail"}}, Verdict.TARGETED),
        (AWAY, {"files": [{"name": "資料.zip", "zip": {"資料.lnk": "x"}}]}, Verdict.TARGETED),
    ],
)
def test_what_an_honest_sender_would_send_too_is_cannot_tell(
    case: dict[str, Any], changes: dict[str, Any], verdict: Verdict
) -> None:
    triage = judge(case_facts({**case, **changes}), today=TODAY)
    assert triage.points[Verdict.TARGETED] >= THRESHOLDS[Verdict.TARGETED]
    assert triage.verdict is verdict
    assert (triage.border is not None) == (verdict is Verdict.UNKNOWN)


SIGNED = {"subject": "plan A", "dkim": {"domain": "partner.example"}}
ALTERED = {**SIGNED, "dkim": {**SIGNED["dkim"], "altered": ["plan A", "plan B"]}}  # type: ignore[dict-item]
PASSED = {"Authentication-Results": "mx.example.jp; dkim=pass header.d=partner.example"}


@pytest.mark.parametrize(
    ("case", "points", "said"),
    [
        (SIGNED, {}, "the signature holds"),
        (ALTERED, {Verdict.TARGETED: 15, Verdict.BULK: 5, Verdict.BEC: 15}, "the signature fails"),
        ({**ALTERED, "from": "a@other.example"}, {}, "not the sender's domain"),
        ({**ALTERED, "headers": PASSED}, {}, "recorded a pass"),
    ],
)
def test_a_dkim_signature_counts_where_it_fails_for_the_senders_domain(
    case: dict[str, object], points: dict[Verdict, int], said: str
) -> None:
    [reason] = [one for one in judge(case_facts(case), today=TODAY).reasons if one.rule == "sender.dkim"]
    assert reason.points == points
    assert said in reason.text.en
    assert reason.where == "header Dkim-Signature"


def test_a_signature_that_holds_authenticates_the_sender() -> None:
    assert case_facts(SIGNED).is_authenticated
    assert not case_facts(ALTERED).is_authenticated
    assert not case_facts({**SIGNED, "from": "a@other.example"}).is_authenticated


def test_a_missing_key_is_a_question_not_asked() -> None:
    missing = {**SIGNED, "dkim": {**SIGNED["dkim"], "key": False}}  # type: ignore[dict-item]
    name = "key1._domainkey.partner.example"
    assert any(name in one.why.en for one in judge(case_facts(missing), today=TODAY).unasked)
    assert not any(name in one.why.en for one in judge(case_facts(SIGNED), today=TODAY).unasked)
    broken = {"headers": {"DKIM-Signature": "v=1; a=none"}}
    assert any("broken or too weak" in one.why.en for one in judge(case_facts(broken), today=TODAY).unasked)
    assert not any("authenticated" in one.question.en for one in judge(case_facts(SIGNED), today=TODAY).unasked)


@pytest.mark.parametrize(
    ("link", "points"),
    [
        ("https://evil.example/a", {Verdict.TARGETED: 12, Verdict.BULK: 15}),
        ("https://x.duckdns.org/a", {Verdict.TARGETED: 20, Verdict.BULK: 25}),
        ("https://www.partner.example/a", {}),
    ],
)
def test_a_link_in_a_picture_weighs_by_whose_it_is(link: str, points: dict[Verdict, int]) -> None:
    case = {"files": [{"name": "a.zip", "zip": {"b.png": pictures.qr(link)}}]}
    [reason] = [one for one in judge(case_facts(case), today=TODAY).reasons if one.rule == "file.qr_code"]
    assert reason.points == points
    assert reason.where == "part 2 (a.zip!b.png)"
    assert [one.target for one in case_facts(case).links] == [link]


def decoy(**properties: str) -> dict[str, object]:
    parts = {"[Content_Types].xml": "x", "word/styles.xml": properties.pop("styles", "")}
    core = "".join(f"<dc:{name}>{value}</dc:{name}>" for name, value in properties.items())
    return {"files": [{"name": "a.docx", "zip": {**parts, "docProps/core.xml": core}}]}


CHINESE = '<w:lang w:eastAsia="zh-CN"/>'


@pytest.mark.parametrize(
    ("case", "points", "said"),
    [
        (decoy(styles=CHINESE, creator="微软用户"), 5, "its language is zh-CN"),
        (decoy(creator="user"), 4, "the author is “user”"),
        (decoy(creator="user", created="2014-10-06T03:00:00Z", styles=CHINESE), 15, "720 minutes after"),
        (decoy(creator="user", created="2014-10-05T23:00:00+08:00"), 11, "its time zone +0800 is not the mail's +0900"),
    ],
)
def test_what_a_decoy_says_of_itself(case: dict[str, object], points: int, said: str) -> None:
    [reason] = [one for one in judge(case_facts(case), today=TODAY).reasons if one.rule == "file.decoy_metadata"]
    assert reason.points[Verdict.TARGETED] == points
    assert said in reason.text.en
    assert reason.where == "part 2"


RICH = {
    "subject": "plan A",
    "dkim": {"domain": "partner.example"},
    "files": [
        {"name": "a.png", "qr": "https://evil.example/a"},
        {"name": "議事録.exe", "icon": "word"},
        {"name": "b.lnk", "lnk": {"target": "cmd.exe", "icon": "imageres.dll", "number": 2}},
        {"name": "c.rtf", "text": "{\\rtf1\\ansi\\ansicpg936{\\info{\\author admin}}text}"},
        *decoy(creator="user", created="2014-10-06T03:00:00Z", styles=CHINESE)["files"],  # type: ignore[misc]
    ],
}


def test_all_that_a_mail_carries_is_looked_into() -> None:
    met = {one.rule for one in judge(case_facts(RICH), today=TODAY).reasons}
    assert {"sender.dkim", "file.qr_code", "file.icon", "file.decoy_metadata", "file.decoy_layout"} <= met


@given(st.data())
@settings(max_examples=15)
def test_broken_files_are_judged(data: st.DataObject) -> None:
    broken = bytearray(mail_bytes(RICH))
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12))
    assert judge(facts_of(bytes(broken)), today=TODAY).verdict in set(Verdict)
