"""Mail from Microsoft Graph: all users and folders, only what is new, and nothing lost where Graph fails."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from sekimori.app.fetch_mail import FetchedMail, fetch_mail
from sekimori.fetch.graph import Graph
from sekimori.fetch.protocol import Fetched, Retries, State, Trouble
from sekimori.model.organisation import Organisation
from sekimori.store import tables
from sekimori.store.workspace import Workspace
from tests.app.ingesting import BY, mail
from tests.fetch.office import Failure, Folder, Office, serving
from tests.fetch.speaking import presenting

BROKEN = "the server's answer is broken"
SATO, KATO, MORI = "sato@example.jp", "kato@example.jp", "mori@example.jp"


@pytest.fixture
def office() -> Iterator[Office]:
    with serving() as office:
        for number, user in enumerate([SATO, KATO, MORI]):
            office.boxes[user] = {"in=": Folder("受信トレイ"), "sub": Folder("A/B", above="in=")}
            for one in range(3):
                office.put(user, "in=", f"{user}/m{one}=", mail(10 * number + one), seen=one == 0)
            office.put(user, "sub", f"{user}-s", mail(10 * number + 9))
        yield office


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def graph(office: Office, waits: list[float]) -> Graph:
    return Graph(token=lambda: "t1", base_url=office.url, retries=Retries(tries=4, wait=waits.append))


def fetched(
    workspace: Workspace, organisation: Organisation, server: Graph, *, since: date | None = None
) -> FetchedMail:
    return fetch_mail(workspace, organisation, server, by=BY, since=since)


def mails(server: Graph, states: dict[str, State] | None = None) -> tuple[list[str], list[Trouble]]:
    """Paths of what is fetched, and the troubles; `states` are brought up to date."""
    states = {} if states is None else states
    paths, troubles = [], []
    for event in server.events({key: one.state for key, one in states.items()}, None):
        match event:
            case Fetched():
                assert event.stream.read().startswith(b"From: ")
                event.stream.close()
                paths.append(event.path)
            case State():
                states[event.folder] = event
            case Trouble():
                troubles.append(event)
    return paths, troubles


def test_every_mail_comes_once_and_then_only_new_ones(
    office: Office, graph: Graph, workspace: Workspace, organisation: Organisation
) -> None:
    done = fetched(workspace, organisation, graph)
    table = tables.place
    with workspace.reading() as connection:
        rows = connection.execute(select(table.c.path, table.c.mailbox).order_by(table.c.id)).fetchall()

    assert (done.mails, done.new, done.known, done.troubles) == (12, 12, 0, [])
    assert {row.mailbox for row in rows} == {SATO, KATO, MORI}
    root = f"graph://127.0.0.1:{office.port}/{SATO}"
    assert rows[0].path == f"{root}/受信トレイ;ID=sato%40example.jp%2Fm0=;SEEN"
    assert rows[1].path == f"{root}/受信トレイ;ID=sato%40example.jp%2Fm1="
    assert rows[3].path == f"{root}/受信トレイ/A∕B;ID=sato%40example.jp-s"

    office.put(KATO, "sub", "late", mail(99))
    before = office.count("$value")
    done = fetched(workspace, organisation, graph)

    assert (done.mails, done.new, done.known, done.troubles) == (1, 1, 0, [])
    assert office.count("$value") == before + 1
    assert fetched(workspace, organisation, graph).mails == 0


def test_named_users_and_ones_own_mailbox(office: Office, graph: Graph) -> None:
    graph.users = [KATO, KATO, "nobody@example.jp"]
    paths, troubles = mails(graph)
    assert len(paths) == 4
    assert [(one.path, one.reason) for one in troubles] == [
        (graph.path("nobody@example.jp", ""), "the server answered: 404 ErrorItemNotFound")
    ]

    graph.own = True
    paths, troubles = mails(graph)
    assert [len(paths), troubles] == [4, []]
    assert all(f"/{SATO}/" in path for path in paths)


def test_an_expired_delta_token_begins_anew(
    office: Office, graph: Graph, workspace: Workspace, organisation: Organisation
) -> None:
    fetched(workspace, organisation, graph)
    office.generation = 2
    office.put(SATO, "in=", "late", mail(99))
    done = fetched(workspace, organisation, graph)

    assert (done.mails, done.new, done.known, done.troubles) == (13, 1, 12, [])
    assert fetched(workspace, organisation, graph).mails == 0


def test_a_busy_server_is_waited_for_as_long_as_it_asks(office: Office, graph: Graph, waits: list[float]) -> None:
    office.failures = [
        Failure("/users?", 429, headers={"Retry-After": "1"}, times=2),
        Failure("$value", 503, headers={"Retry-After": "86400"}),
        Failure("delta", 429, headers={"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
    ]
    paths, troubles = mails(graph)

    assert [len(paths), len(set(paths)), troubles] == [12, 12, []]
    assert sorted(waits) == [0.0, 1.0, 1.0, 300.0]


def test_a_server_that_stays_busy_is_given_up(office: Office, graph: Graph, waits: list[float]) -> None:
    office.failures = [Failure("/users?", 429, headers={"Retry-After": "0"}, times=100)]
    paths, troubles = mails(graph)

    assert paths == []
    assert [one.reason for one in troubles] == ["the server answered: 429"]
    assert [len(office.asked), waits] == [4, [0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"value": [], "@odata.nextLink": 5}',
        b'{"value": [], "@odata.nextLink": "http://[::1"}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_answer_is_told_and_the_rest_is_fetched(office: Office, graph: Graph, body: bytes) -> None:
    office.failures = [Failure("/in%3D/messages/delta", 200, body, times=4)]
    graph.users = [SATO, KATO]
    states: dict[str, State] = {}
    paths, troubles = mails(graph, states)

    first = [one for one in troubles if one.path == graph.path(SATO, "受信トレイ")]
    assert [one.reason for one in first] == [BROKEN]
    assert len(paths) == 8 - 3 * len(troubles)
    office.failures = []
    again, troubles = mails(graph, states)
    assert [len({*paths, *again}), len(again), troubles] == [8, 8 - len(paths), []]


def test_a_mail_that_is_refused_is_asked_for_again_next_time(office: Office, graph: Graph) -> None:
    office.failures = [Failure("m1%3D/$value", 500, times=4), Failure("m2%3D/$value", 404)]
    graph.users = [SATO]
    states: dict[str, State] = {}
    paths, troubles = mails(graph, states)

    assert len(paths) == 2
    assert [(one.path, one.reason) for one in troubles] == [
        (f"{graph.path(SATO, '受信トレイ')};ID=sato%40example.jp%2Fm1=", "the server answered: 500")
    ]
    paths, troubles = mails(graph, states)
    assert [[path.partition(";")[2] for path in paths], troubles] == [["ID=sato%40example.jp%2Fm1="], []]
    assert mails(graph, states) == ([], [])


def test_a_mail_that_ends_too_soon_is_asked_for_again(office: Office, graph: Graph) -> None:
    office.failures = [Failure("m1%3D/$value", 200, b"From: half", {"Content-Length": "4000"}, times=2)]
    graph.users = [SATO]
    paths, troubles = mails(graph)

    assert [len(paths), troubles] == [4, []]


def test_the_token_goes_to_no_other_server(office: Office, graph: Graph) -> None:
    with serving() as other:
        answer = {"value": [], "@odata.nextLink": f"{other.url}/users"}
        office.failures = [
            Failure("/users?", 200, json.dumps(answer).encode()),
            Failure("/users?", 302, headers={"Location": f"{other.url}/users"}),
        ]
        reasons = [one.reason for _ in range(2) for one in mails(graph)[1]]

    assert reasons == ["the server's answer points to another server", "the server answered: 302"]
    assert other.asked == []
    assert set(office.tokens) == {"Bearer t1"}


def test_a_refused_token_is_replaced_once(office: Office, graph: Graph) -> None:
    tokens = iter(["t1", "t2", "t3"])
    graph.token = lambda: next(tokens)
    office.failures = [Failure("/users?", 429), Failure("/users?", 401)]
    assert len(mails(graph)[0]) == 12
    assert set(office.tokens) == {"Bearer t1", "Bearer t2"}

    office.failures = [Failure("/users?", 401, times=100)]
    graph.token = lambda: "t4"
    before = len(office.asked)
    assert [one.reason for one in mails(graph)[1]] == ["the server answered: 401"]
    assert len(office.asked) == before + 2


def test_folders_that_hold_each_other_end(office: Office, graph: Graph) -> None:
    row = {"id": "in=", "displayName": "loop", "childFolderCount": 2}
    office.failures = [Failure("childFolders", body=json.dumps({"value": [row, row]}).encode(), times=10**6)]
    graph.users = [SATO]
    paths, troubles = mails(graph)

    assert [len(paths), troubles] == [3, []]
    assert office.count("childFolders") == 1


def test_mails_beyond_a_limit_or_before_a_day_are_not_fetched(
    office: Office, graph: Graph, workspace: Workspace, organisation: Organisation
) -> None:
    graph.users, graph.mail_bytes = [SATO], 1000
    office.boxes[SATO]["sub"].received = "2020-01-01T00:00:00Z"
    office.put(SATO, "in=", "large", mail(77, body="x" * 2000))
    done = fetched(workspace, organisation, graph, since=date(2026, 1, 1))

    assert done.mails == 3
    assert [reason for _, reason in done.troubles] == ["mails are fetched up to 1000 bytes"]

    graph.mail_bytes = 10_000
    assert fetched(workspace, organisation, graph, since=date(2026, 1, 1)).mails == 1
    assert fetched(workspace, organisation, graph).mails == 5

    office.put(SATO, "sub", "late", mail(78))
    assert fetched(workspace, organisation, graph, since=date(2026, 1, 1)).mails == 0
    assert fetched(workspace, organisation, graph).new == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    waits: list[float] = []
    with serving(presenting(certificate)) as office:
        retries = Retries(wait=waits.append)
        _, (trouble,) = mails(Graph(token=lambda: "t1", base_url=office.url, retries=retries))
        assert "certificate verify failed" in trouble.reason.lower()
        assert (waits, office.asked) == ([], [])

        trusting = Graph(token=lambda: "t1", base_url=office.url, ca_file=str(certificate))
        assert mails(trusting) == ([], [])
