"""Every search finds exactly what a plain reading of all mails finds."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.model.kinds import ATTACHMENT, MESSAGE
from sekimori.model.organisation import Organisation
from sekimori.model.place import Place, Unread
from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.store.adding import Adding
from sekimori.store.mail_index import grams, searching
from sekimori.store.mail_index.feeding import catch_up
from sekimori.store.mail_index.folding import FIELD_END, folded
from sekimori.store.mail_index.generation import current, index_lock
from sekimori.store.mail_index.mails import Part
from sekimori.store.mail_search import NEEDS_PASSWORD, NO_TIME, MailSearch, Unsearched
from sekimori.store.workspace import Workspace
from tests.store.mail_world import COLUMNS, Made, Oracle, add_mails, some_mails, values
from tests.store.world import BY, batch_of, claimed

World = tuple[MailSearch, Oracle]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An index of 400 mails and two dozen more that it does not have; pages as small as they come."""
    with Workspace.create(tmp_path_factory.mktemp("mail") / "w", by=BY) as workspace:
        organisation = workspace.organisation()
        oracle = add_mails(workspace, organisation, some_mails(400))
        catch_up(workspace, organisation)
        oracle.mails |= add_mails(workspace, organisation, some_mails(24, seed=2)).mails
        with workspace.lock(index_lock(organisation)), MailSearch(workspace, organisation) as search:
            yield search, oracle


def check(world: World, query: Query) -> None:
    """The whole answer, and its pages, are those of the oracle."""
    search, oracle = world
    expected = oracle.answer(query)
    assert search.all(query) == expected
    assert search.page(query, limit=7) == expected[:7]
    assert search.page(query, limit=5, skip=3) == expected[3:8]


def varied(text: str, how: int) -> str:
    """A text in upper case or in full width: it looks for the same."""
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    return [text, text.upper(), wide][how]


def pieces(oracle: Oracle, chance: random.Random) -> str:
    """One to six characters cut anywhere out of a folded value."""
    made = chance.choice(list(oracle.mails.values()))
    value = folded(chance.choice([one for where in COLUMNS for one in values(made, where)]))
    begin = chance.randrange(len(value))
    return value[begin : begin + chance.randint(1, 6)]


@pytest.mark.parametrize("seed", range(4))
def test_strings_cut_anywhere(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_FIRST_PAGE", 3)
    monkeypatch.setattr(searching, "_NEWEST", 20)
    chance = random.Random(seed)
    for _ in range(60):
        check(world, Contains(Field.ANY, (varied(pieces(world[1], chance), chance.randrange(3)),)))


TEXTS = st.text(alphabet="輸出管理カードｶﾞのаéß .-_@/é1eaxf　\n", min_size=1, max_size=4)
LEAVES: st.SearchStrategy[Query] = st.one_of(
    st.builds(
        Contains,
        st.sampled_from([field for field in Field if field not in (Field.HASH, Field.DOMAIN)]),
        st.tuples(TEXTS) | st.tuples(TEXTS, TEXTS),
    ),
    st.builds(
        Between,
        st.none() | st.just(datetime(2026, 10, 1, 0, 30, tzinfo=UTC)),
        st.none() | st.just(datetime(2026, 10, 1, 1, 50, tzinfo=UTC)),
    ),
    st.just(HasEncrypted()),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES)
def test_any_question(world: World, query: Query) -> None:
    check(world, query)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *[
            (Field.ANY, text)
            for text in (" ", ".", "-", "--", "@", "/ /", "e f", "f g", "\u00ad", "\ud83d", "\x01", "_h")
        ],
        *[(Field.ANY, text) for text in ("をお願い", "致します", "ﾘﾝｸﾞ", "ETC", "amazon", "STRASSE", "מ", "😀", "ชุม")],
        *[(Field.DOMAIN, name) for name in ("evil.example", "Example.JP", "h7.evil.example", "vil.example", "jp")],
        *[(Field.HASH, text) for text in (f"{7:064X}", f"{9:032x}", "0" * 31, "1")],
        *[(Field.IP, text) for text in ("192.0.2.", "192.0.2.8", "2.1")],
        *[(Field.MAILBOX, text) for text in ("box3", "ＢＯＸ", "3")],
        *[(Field.FROM, text) for text in ("sato3@", "example.jp", "tanaka", "議事")],
        *[(Field.TO, text) for text in ("cc1", "to1@", "sato3@")],
        *[(Field.CC, text) for text in ("cc1", "to1@")],
        *[(Field.ATTACHMENT, text) for text in (".pdf", "録")],
        *[(Field.MESSAGE_ID, text) for text in ("7.1@example.jp", "7.1")],
    ],
)
def test_fields_and_odd_texts(world: World, field: Field, text: str) -> None:
    check(world, Contains(field, (text,)))


def test_each_field_is_told_apart(workspace: Workspace, organisation: Organisation) -> None:
    """One marker a field: it is found there, everywhere, and nowhere else."""
    marked: dict[Field, dict[str, Any]] = {
        Field.FROM: FROM_ROW,
        Field.NAME: {"email_from_name": "m1x"},
        Field.SUBJECT: {"email_subject": "m1x"},
    }
    marked |= {Field.BODY: {"email_body_text": "m1x"}, Field.URL: {"url_original": ["http://m1x/"]}}
    oracle = add_mails(workspace, organisation, [Made({**row, "line": n}) for n, row in enumerate(marked.values())])
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        for field, evidence in zip(marked, oracle.mails, strict=True):
            found = search.all(Contains(field, ("m1x",)))
            assert found == ([2, 1] if field is Field.FROM else [evidence])
        assert len(search.all(Contains(Field.ANY, ("m1x",)))) == len(marked)


FROM_ROW = {"email_return_path": "m1x@example.jp"}


def test_words_longer_than_the_index_holds(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "ab" * 40_000
    rows = [{"email_body_text": f"x{long}endofit plain"}, {"email_body_text": "endofit and more"}]
    oracle = add_mails(workspace, organisation, [Made(row) for row in rows])
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        for text in ("babendofit", "xabab", "endofit", "plain", long, long + "e", "a" * 70_000, "more"):
            check((search, oracle), Contains(Field.ANY, (text,)))
    assert grams.WORD_MAX < 65_530


def test_no_mail(workspace: Workspace, organisation: Organisation) -> None:
    with MailSearch(workspace, organisation) as search:
        assert search.all(Not(HasEncrypted())) == search.page(Contains(Field.ANY, ("a",)), limit=3) == []
        assert search.unsearched() == []
    assert current(workspace, organisation) is None


def test_what_could_not_be_searched(workspace: Workspace, organisation: Organisation) -> None:
    attached: list[dict[str, Any]] = [
        {"mime_part": "2", "file_name": "a.zip", "encrypted": True},
        {"mime_part": "3", "file_name": "b.doc", "file_unsearched": "it is damaged"},
        {"mime_part": "4", "file_name": "c.txt", "file_text": "read"},
        {"mime_part": "5", "encrypted": True, "file_unsearched": "it is too large"},
    ]
    with Adding(workspace, organisation, by=BY) as adding:
        evidence, _ = claimed(adding, b"mail", "some.eml")
        adding.add_records(evidence, MESSAGE, batch_of(MESSAGE, [{"email_subject": "x"}]))
        adding.add_records(evidence, ATTACHMENT, batch_of(ATTACHMENT, attached))
        adding.describe(evidence, "mail.eml", [])
        broken, _ = claimed(adding, b"broken", "cut.mbox")
        adding.add_unread(broken, Unread(place=Place(), reason="it breaks off"))
        adding.describe(broken, "mail.mbox", [])
        other, _ = claimed(adding, b"log", "some.log")
        adding.add_unread(other, Unread(place=Place(), reason="no line"))
        adding.describe(other, "squid.access", [])
        adding.commit()
    expected = [
        Unsearched(evidence, "2", "a.zip", NEEDS_PASSWORD),
        Unsearched(evidence, "3", "b.doc", "it is damaged"),
        Unsearched(evidence, "5", "", "it is too large"),
        Unsearched(broken, "", "cut.mbox", "it breaks off"),
    ]
    with workspace.lock(index_lock(organisation)), MailSearch(workspace, organisation) as without_index:
        assert without_index.unsearched() == expected
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        assert search.unsearched() == expected


def test_mails_are_shown_as_they_are(workspace: Workspace, organisation: Organisation) -> None:
    """From the index and without it: header fields as the tables have them, the text with its case and width."""
    row = {
        "email_from_address": "Sato@Example.jp",
        "email_sender_address": "other@example.jp",
        "email_from_name": "ｻﾄｳ  太郎\u200b",
        "email_to_address": ["A@example.org", "a@example.org", "A@example.org"],
        "email_delivered_to": ["b@example.org"],
        "email_subject": "Ｒｅ：㈱ご案内",
        "email_body_text": "Dear  Sir,\n会議（木）の\n資料",
        "url_domain": ["192.0.2.7", "h.example"],
    }
    attached = {"mime_part": "2", "file_name": "Plan  ①.pdf"}
    [evidence] = add_mails(workspace, organisation, [Made(row, [attached])]).mails
    with workspace.lock(index_lock(organisation)), MailSearch(workspace, organisation) as search:
        [before] = search.mails([evidence, evidence + 1])
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        [mail] = search.mails([evidence + 1, evidence])
        found = search.all(Contains(Field.IP, ("192.0.2.7",)))

    values = mail.values()
    assert (before, found) == (mail, [evidence])
    assert (values[Part.FROM], values[Part.NAME]) == (("sato@example.jp",), ("ｻﾄｳ  太郎\u200b",))
    assert values[Part.TO] == ("a@example.org", "b@example.org")
    assert (values[Part.SUBJECT], values[Part.ATTACHMENT]) == (("Ｒｅ：㈱ご案内",), ("Plan  ①.pdf",))
    assert values[Part.BODY] == ("Dear Sir, 会議（木）の資料",)
    assert mail.text.split(FIELD_END)[Part.BODY] == "dear sir, 会議(木)の資料"


def test_control_characters_of_mails_do_no_harm(workspace: Workspace, organisation: Organisation) -> None:
    rows: list[dict[str, Any]] = [
        {"email_body_text": "one\x01two\x02three\x03four fi\x00ve", "email_to_address": ["a\x02b@example.jp"]},
        {"email_body_text": "plain", "email_subject": "x"},
    ]
    oracle = add_mails(workspace, organisation, [Made(row) for row in rows])
    catch_up(workspace, organisation)
    with MailSearch(workspace, organisation) as search:
        for field, text in (
            (Field.BODY, "one two"),
            (Field.BODY, "three four five"),
            (Field.SUBJECT, "x"),
            (Field.TO, "b@"),
        ):
            check((search, oracle), Contains(field, (text,)))


@pytest.mark.parametrize(
    "network",
    [
        *("192.0.2.1", "192.0.2.0/24", "192.0.2.8/30", "192.0.0.0/15", "128.0.0.0/1", "0.0.0.0/0", "198.51.100.0/24"),
        *("2001:db8::1", "2001:db8:0:1::/64", "2001:db8::/32", "2000::/3", "::/0", "192.0.2", "db8:0:"),
    ],
)
def test_networks(world: World, network: str) -> None:
    check(world, Contains(Field.IP, (network,)))


def test_question_about_time_tells_of_mails_that_have_none(workspace: Workspace, organisation: Organisation) -> None:
    add_mails(workspace, organisation, some_mails(23))
    undated = [Unsearched(one, "", "some.eml", NO_TIME) for one in (1, 12, 23)]
    since = Between(after=datetime(2026, 10, 1, tzinfo=UTC))
    for index in (False, True):
        if index:
            catch_up(workspace, organisation)
        with workspace.lock(index_lock(organisation)), MailSearch(workspace, organisation) as search:
            every = search.unsearched()
            for query in (since, Not(Or((since, HasEncrypted())))):
                assert [one for one in search.unsearched(query) if one not in every] == undated
            assert search.unsearched(HasEncrypted()) == every


def test_organisations_are_apart(workspace: Workspace, organisation: Organisation, tmp_path: Path) -> None:
    other = workspace.add_organisation("other", by=BY)
    mine = add_mails(workspace, organisation, some_mails(3))
    theirs = add_mails(workspace, other, some_mails(5, seed=3))
    for one, oracle in ((organisation, mine), (other, theirs)):
        catch_up(workspace, one)
        with MailSearch(workspace, one) as search:
            check((search, oracle), Contains(Field.ANY, ("e",)))
