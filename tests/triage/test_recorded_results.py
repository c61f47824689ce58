"""Which record of authentication is believed: one that the receiving side wrote, not one that came with the mail."""

import pytest

from sekimori.model.organisation import Profile
from sekimori.triage.facts import MailFacts, facts_of

OWN = Profile(domains=("victim.example.jp",))
TAKEN = (
    "Received: from evil.example (evil.example [203.0.113.5]) by mx.victim.example.jp; Thu, 08 Oct 2026 09:00:00 +0900"
)
INNER = (
    "Received: from mx.victim.example.jp (mx.victim.example.jp [10.0.0.2]) by box.victim.example.jp; Thu, 08 Oct 2026"
)
EARLIER = "Received: from a (a [192.0.2.9]) by evil.example; Thu, 08 Oct 2026 08:59:00 +0900"
FORGED_HOP = "Received: from ministry.example (m [192.0.2.1]) by mx.victim.example.jp; Thu, 08 Oct 2026 08:00:00 +0900"
PASS = "Authentication-Results: mx.victim.example.jp; dmarc=pass header.from=ministry.example"
FAIL = "Authentication-Results: mx.victim.example.jp; spf=fail; dmarc=fail header.from=ministry.example"
THEIRS = "Authentication-Results: mx.attacker.example; dmarc=pass header.from=ministry.example"
NAMELESS = "Authentication-Results: spf=pass smtp.mailfrom=ministry.example; dmarc=pass header.from=ministry.example"
CLOUD = (
    "Received: from A.prod.outlook.com (2603:10a6:d10:a1::9) by B.prod.outlook.com (2603:10a6:d10::1); Thu, 08 Oct 2026"
)
BORDER = "Received: from ministry.example (203.0.113.5) by C.protection.outlook.com (10.1.2.3); Thu, 08 Oct 2026"


REPEATED = f"{FAIL}; dmarc=pass"
QUOTED = FAIL.replace("spf=fail", 'spf=fail smtp.mailfrom="dmarc=pass"@evil.example')


def facts(*fields: str, sender: str = "tanaka@ministry.example", profile: Profile = OWN) -> MailFacts:
    head = [*fields, f"From: <{sender}>", "To: b@victim.example.jp", "Subject: a", "", "b", ""]
    return facts_of("\r\n".join(head).encode(), profile)


@pytest.mark.parametrize(
    "fields",
    [
        [PASS, TAKEN],
        [INNER, PASS, TAKEN],
        [TAKEN, PASS],
        [INNER, TAKEN, PASS],
        [PASS],
        [CLOUD, NAMELESS, BORDER],
        [PASS, TAKEN, FAIL],
        [THEIRS, TAKEN],
    ],
)
def test_what_the_receiving_side_wrote_is_believed(fields: list[str]) -> None:
    assert facts(*fields).is_authenticated


@pytest.mark.parametrize(
    ("fields", "recorded"),
    [
        ([TAKEN, THEIRS], {}),
        ([TAKEN, THEIRS, EARLIER], {}),
        ([TAKEN, NAMELESS, EARLIER], {}),
        ([THEIRS], {}),
        ([NAMELESS], {}),
        ([BORDER, NAMELESS, EARLIER], {}),
        ([BORDER, THEIRS, FORGED_HOP], {}),
        ([TAKEN, FORGED_HOP, "Authentication-Results: evil.example; dmarc=pass", EARLIER], {}),
        ([TAKEN, EARLIER, "Authentication-Results: evil.example; dmarc=pass"], {}),
        ([FAIL, TAKEN, PASS], {"spf": "fail", "dmarc": "fail"}),
        ([REPEATED, TAKEN], {"spf": "fail", "dmarc": "fail"}),
        ([QUOTED], {"spf": "fail", "dmarc": "fail"}),
    ],
)
def test_what_came_with_the_mail_is_not(fields: list[str], recorded: dict[str, str]) -> None:
    found = facts(*fields)
    assert not found.is_authenticated
    assert found.authentication == recorded


def test_a_pass_for_another_domain_is_not_the_senders() -> None:
    assert not facts(PASS, TAKEN, sender="a@other.example").is_authenticated
    dkim = "Authentication-Results: mx.victim.example.jp; dkim=pass header.d="
    assert facts(f"{dkim}mail.ministry.example", TAKEN).is_authenticated
    assert not facts(f"{dkim}evil.example", TAKEN).is_authenticated


def test_a_nameless_signature_counts_where_it_is_the_only_one() -> None:
    passed = "Authentication-Results: mx.victim.example.jp; dkim=pass"
    mine, theirs = "DKIM-Signature: v=1; d=ministry.example; s=a", "DKIM-Signature: v=1; d=evil.example; s=a"
    assert facts(passed, TAKEN, mine).is_authenticated
    assert not facts(passed, TAKEN, theirs, mine).is_authenticated
    assert not facts(passed, TAKEN).is_authenticated


def test_without_a_profile_the_first_server_names_the_receiving_side() -> None:
    nobody = Profile()
    assert facts(TAKEN, PASS, profile=nobody).is_authenticated
    assert facts(PASS, profile=nobody).is_authenticated
    assert not facts(TAKEN, THEIRS, profile=nobody).is_authenticated
    assert not facts(THEIRS, profile=nobody).is_authenticated


def test_the_place_is_the_field_that_is_believed() -> None:
    found = facts(TAKEN, THEIRS, FAIL)
    at = found.authentication_where.place
    assert at.offset == len(f"{TAKEN}\r\n{THEIRS}\r\n")
