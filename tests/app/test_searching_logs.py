"""Messages that only logs tell of are found by what logs tell, and said to be so; a log that cannot tell is named."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.app.adding import add_evidence
from sekimori.app.deliveries import deliveries
from sekimori.app.recalling import recall
from sekimori.app.searching import Every, count, every, search
from sekimori.model.organisation import Organisation
from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.logged_mail import NOT_TOLD
from sekimori.store.mail_index.folding import folded, folded_question
from sekimori.store.workspace import Workspace
from tests.app.ingesting import added, mail, written

HEAD = (
    "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id,original_client_ip\n"
)
POSTFIX = (
    "Oct  6 09:00:0{n} mx postfix/cleanup[1]: 4J{n}x: message-id=<{id}>\n"
    "Oct  6 09:00:0{n} mx postfix/qmgr[1]: 4J{n}x: from=<{sender}>, size=9, nrcpt=1 (queue active)\n"
    "Oct  6 09:00:0{n} mx postfix/local[1]: 4J{n}x: to=<{to}>, relay=local, status=sent (delivered)\n"
    "Oct  6 09:00:0{n} mx postfix/qmgr[1]: 4J{n}x: removed\n"
)
EPOCH = datetime(2026, 10, 1, tzinfo=UTC)
MESSAGES = [
    (1, "yamada@evil.example", ("sato@example.jp", "abe@example.jp"), "輸出ｶﾝﾘの件", "1@evil.example"),
    (2, "press@freemail.example", ("sato@example.jp",), "取材のお願い", "2@freemail.example"),
    (3, "press@freemail.example", ("ueda@example.jp",), "", "3@freemail.example"),
]


def _line(day: int, sender: str, recipients: tuple[str, ...], subject: str, message_id: str) -> str:
    said = ";".join(f"{one}##Receive, Deliver" for one in recipients)
    return f'2026-10-{day:02}T00:00:00Z,{sender},"{said}",{subject},2048,<{message_id}>,192.0.2.{day}\n'


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a message trace and nothing else."""
    folder = tmp_path_factory.mktemp("traced")
    workspace = Workspace.create(folder / "w", by="tanaka")
    (folder / "trace.csv").write_text(HEAD + "".join(_line(*one) for one in MESSAGES), "utf-8")
    added(workspace, workspace.organisation(), folder / "trace.csv")
    return workspace


def ask(workspace: Workspace, query: Query) -> Every:
    """All that agree."""
    return every(workspace, workspace.organisation(), query)


def text(field: Field, *parts: str) -> Contains:
    """A text in a field."""
    return Contains(field, parts)


@pytest.mark.parametrize(
    ("query", "found", "is_silent"),
    [
        (text(Field.FROM, "@evil.example"), [1], False),
        (text(Field.TO, "SATO@"), [2, 1], False),
        (text(Field.MAILBOX, "ueda"), [3], False),
        (text(Field.SUBJECT, "輸出", "カンリ"), [1], True),  # the third has no subject in the trace
        (text(Field.MESSAGE_ID, "@freemail.example"), [3, 2], False),
        (text(Field.DOMAIN, "evil.example"), [1], True),  # it may stand in the bodies of the others
        (text(Field.IP, "192.0.2.2"), [2], True),
        (text(Field.ANY, "press"), [3, 2], True),
        (text(Field.BODY, "press"), [], True),
        (HasEncrypted(), [], True),
        (Between(after=EPOCH + timedelta(days=1)), [3, 2], False),
        (Between(before=EPOCH + timedelta(days=1)), [1], False),
        (And((text(Field.BODY, "x"), text(Field.FROM, "nobody"))), [], False),
        (And((text(Field.FROM, "press"), Not(text(Field.TO, "ueda")))), [2], False),
        (Or((text(Field.BODY, "x"), text(Field.TO, "abe"))), [1], True),
        (Not(text(Field.CONTENT, "x")), [], True),
    ],
)
def test_a_log_answers_what_it_tells_and_is_named_where_it_cannot(
    traced: Workspace, query: Query, found: list[int], is_silent: bool
) -> None:
    answer = ask(traced, query)

    assert list(answer.ids) == []
    assert [int(one.message_id[0]) for one in answer.logged] == found
    assert [one.reason for one in answer.unsearched] == [NOT_TOLD] * is_silent


def test_a_message_known_from_a_log_shows_its_head_and_its_place(traced: Workspace) -> None:
    [one] = ask(traced, text(Field.FROM, "evil")).logged

    assert (one.time, one.sender, one.subject) == (EPOCH, "yamada@evil.example", "輸出ｶﾝﾘの件")
    assert (one.recipients, one.name, one.line) == (("sato@example.jp", "abe@example.jp"), "trace.csv", 2)


def test_pages_and_counts_tell_of_logs_apart(traced: Workspace) -> None:
    organisation = traced.organisation()
    page = search(traced, organisation, text(Field.TO, "sato"), limit=1)
    counted = count(traced, organisation, text(Field.TO, "sato"))

    assert (list(page.hits), page.total, page.logged_total) == ([], 0, 2)
    assert [one.message_id[0] for one in page.logged] == ["2"]
    assert (counted.total, counted.logged_total) == (0, 2)


def test_mailboxes_are_those_of_its_recipients(traced: Workspace, tmp_path: Path) -> None:
    found = ask(traced, text(Field.FROM, "evil"))
    organisation = traced.organisation()

    each = deliveries(traced, organisation, found.ids, found.logged)
    done = recall(traced, organisation, found.ids, tmp_path / "out", force=False, logged=found.logged)

    assert [(one.mailbox, one.subject, one.is_here, one.differs) for one in each] == [
        ("abe@example.jp", "輸出ｶﾝﾘの件", False, False),
        ("sato@example.jp", "輸出ｶﾝﾘの件", False, False),
    ]
    assert list(done.recipients) == ["abe@example.jp", "sato@example.jp"]


def test_a_mail_that_is_here_and_agrees_is_not_told_by_its_log_too(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    log = POSTFIX.format(n=1, id="1@freemail.example", sender="yamada1@freemail.example", to="sato@example.jp")
    log += POSTFIX.format(n=2, id="1@freemail.example", sender="yamada1@freemail.example", to="bcc@example.jp")
    (tmp_path / "mail.log").write_text(log, "utf-8")
    added(workspace, organisation, written(tmp_path / "m", [("a.eml", mail(1))]), tmp_path / "mail.log")

    by_sender, by_recipient = ask(workspace, text(Field.FROM, "yamada1")), ask(workspace, text(Field.TO, "bcc"))

    assert (len(by_sender.ids), list(by_sender.logged)) == (1, [])
    # The mail does not say that it went there: only the log does.
    assert (len(by_recipient.ids), [one.recipients for one in by_recipient.logged]) == (0, [("bcc@example.jp",)])


def test_more_logs_of_one_message_are_one_message(workspace: Workspace, tmp_path: Path) -> None:
    organisation = workspace.organisation()
    log = POSTFIX.format(n=1, id="1@evil.example", sender="Yamada@evil.example", to="abe@example.jp")
    (tmp_path / "mail.log").write_text(log, "utf-8")
    (tmp_path / "trace.csv").write_text(HEAD + _line(*MESSAGES[0]), "utf-8")
    added(workspace, organisation, tmp_path / "mail.log", tmp_path / "trace.csv")

    [one] = ask(workspace, text(Field.FROM, "evil")).logged

    assert (one.subject, one.name) == ("輸出ｶﾝﾘの件", "trace.csv")
    assert len(deliveries(workspace, organisation, [], [one])) == 2


def test_a_log_of_one_delivery_is_no_mail(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    log = tmp_path / "mail.log"
    log.write_text(POSTFIX.format(n=1, id="1@evil.example", sender="a@evil.example", to="b@example.jp"), "utf-8")
    done, _ = add_evidence(workspace, organisation, [log], by="tanaka")
    assert done.records["message"] == 1

    found = ask(workspace, text(Field.ANY, "example"))

    assert (list(found.ids), len(found.logged)) == ([], 1)


TEXTS = st.text(alphabet="出カのsat@.eu1 ", min_size=1, max_size=3)
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(text, st.sampled_from([Field.FROM, Field.TO, Field.SUBJECT, Field.BODY, Field.MAILBOX]), TEXTS),
    st.builds(Between, st.sampled_from([None, EPOCH + timedelta(days=1)]), st.sampled_from([None, EPOCH])),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda *parts: And(parts), inner, inner)
        | st.builds(lambda *parts: Or(parts), inner, inner)
    ),
    max_leaves=6,
)


def plainly(query: Query, day: int, sender: str, recipients: tuple[str, ...], subject: str) -> bool | None:
    """What a plain reading of one line answers."""
    inner: Callable[[Query], bool | None] = lambda part: plainly(part, day, sender, recipients, subject)  # noqa: E731
    match query:
        case Contains(field, parts):
            where = {Field.FROM: [sender], Field.SUBJECT: [subject] if subject else None, Field.BODY: None}
            values = where.get(field, list(recipients))
            return None if values is None else any(folded_question(parts[0]) in folded(value) for value in values)
        case Between(after, before):
            time = EPOCH + timedelta(days=day - 1)
            return (after is None or time >= after) and (before is None or time < before)
        case Not(part):
            return None if (found := inner(part)) is None else not found
        case And(parts) | Or(parts):
            answers, decides = [inner(part) for part in parts], isinstance(query, Or)
            return decides if decides in answers else None if None in answers else not decides
    return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(query=QUERIES)
def test_every_question_is_answered_as_by_a_plain_reading(traced: Workspace, query: Query) -> None:
    expected = [plainly(query, *one[:4]) for one in MESSAGES]
    found = ask(traced, query)

    assert sorted(int(one.message_id[0]) for one in found.logged) == [
        number for number, answer in enumerate(expected, 1) if answer
    ]
    assert len(found.unsearched) == (None in expected)
