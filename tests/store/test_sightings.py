"""Sightings: kept once, with the watermark, and only of evidence that is still there."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from sekimori.model.indicator import MatchMode
from sekimori.model.kinds import NETWORK
from sekimori.model.match import Match, Seen, Sighting
from sekimori.model.organisation import Organisation
from sekimori.model.role import Role
from sekimori.store.catalogue import Catalogue
from sekimori.store.errors import NoSuchThing
from sekimori.store.purging import purge
from sekimori.store.sightings import Sightings
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.world import BY, add, visit

START = datetime(2026, 10, 1, tzinfo=UTC)


def _sighting(value: str, counts: dict[int, int], indicator: str = "i-1") -> Sighting:
    match = Match(
        indicator=indicator,
        mode=MatchMode.BELOW,
        pattern="evil.example",
        type=ObservableType.DOMAIN,
        value=value,
        value_id=value_id(ObservableType.DOMAIN, value),
        clause=f"{value} ends with the labels evil.example",
    )
    seen = tuple(
        Seen(
            evidence=id_,
            kind="network",
            field="url_domain",
            first=START + timedelta(hours=id_ % 20),
            last=None,
            count=count,
        )
        for id_, count in counts.items()
    )
    return Sighting(
        indicator=indicator, match=match, kind="network", field="url_domain", role=Role.DESTINATION, seen=seen
    )


def _evidence(workspace: Workspace, organisation: Organisation, count: int) -> list[int]:
    return [add(workspace, organisation, b"%d" % n, (NETWORK, [visit(n)])) for n in range(count)]


def _marks(workspace: Workspace, organisation: Organisation) -> list[int]:
    return [one.hunted_to for one in Catalogue(workspace, organisation).segments()]


def test_kept_once_and_found_again(workspace: Workspace, organisation: Organisation) -> None:
    first, second = _evidence(workspace, organisation, 2)
    segments = [one.id for one in Catalogue(workspace, organisation).segments()]
    sightings = Sightings(workspace, organisation)
    one = _sighting("a.evil.example", {first: 3, second: 4})
    assert sightings.keep([one], segments=segments, hunted_to=5, by=BY) == 1
    assert sightings.keep([one], segments=segments, hunted_to=5, by=BY) == 0
    assert sightings.of() == [one]
    assert sightings.of(["i-1"]) == [one]
    assert sightings.of(["i-2"]) == []
    assert sightings.named(one.identity) == one
    with pytest.raises(NoSuchThing):
        sightings.named("s-none")
    assert _marks(workspace, organisation) == [5, 5]


def test_the_watermark_only_rises(workspace: Workspace, organisation: Organisation) -> None:
    _evidence(workspace, organisation, 2)
    first, second = (one.id for one in Catalogue(workspace, organisation).segments())
    sightings = Sightings(workspace, organisation)
    sightings.keep([], segments=[first], hunted_to=5, by=BY)
    sightings.keep([], segments=[first, second], hunted_to=3, by=BY)
    assert _marks(workspace, organisation) == [5, 3]


def test_what_was_purged_meanwhile_is_not_kept(workspace: Workspace, organisation: Organisation) -> None:
    first, second = _evidence(workspace, organisation, 2)
    segments = [one.id for one in Catalogue(workspace, organisation).segments()]
    both = _sighting("a.evil.example", {first: 3, second: 4})
    only = _sighting("b.evil.example", {first: 1})
    purge(workspace, organisation, [first], by=BY, why="test")
    sightings = Sightings(workspace, organisation)
    assert sightings.keep([both, only], segments=segments, hunted_to=5, by=BY) == 1
    assert sightings.of() == [_sighting("a.evil.example", {second: 4})]
    # The hunt was over segments that are not there any more: what is there now is hunted another time.
    assert _marks(workspace, organisation) == [0]


def test_a_purge_takes_sightings_with_it(workspace: Workspace, organisation: Organisation) -> None:
    first, second = _evidence(workspace, organisation, 2)
    sightings = Sightings(workspace, organisation)
    both, only = _sighting("a.evil.example", {first: 3, second: 4}), _sighting("b.evil.example", {first: 1})
    sightings.keep([both, only], segments=[], hunted_to=1, by=BY)
    purge(workspace, organisation, [first], by=BY, why="test")
    assert sightings.of() == [_sighting("a.evil.example", {second: 4})]


def _take_few(connection: sqlite3.Connection, _record: object) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)


def test_one_value_in_very_much_evidence(workspace: Workspace, organisation: Organisation) -> None:
    """More than the database takes in one question; here it takes fewer than it might."""
    workspace.close()
    event.listen(workspace.database.engine, "connect", _take_few)
    count = 2_500
    (first,) = _evidence(workspace, organisation, 1)
    row = "select organisation, 'sha' || n, 0, 'x', arrived, statements from evidence, numbers"
    with workspace.writing() as connection:
        connection.exec_driver_sql(
            f"with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count}) "
            f"insert into evidence (organisation, sha256, size, name, arrived, statements) {row}"
        )
    one = _sighting("a.evil.example", {first + n: 1 for n in range(count)})
    sightings = Sightings(workspace, organisation)
    assert sightings.keep([one], segments=[], hunted_to=1, by=BY) == 1
    (found,) = sightings.of([f"i-{n}" for n in range(2_500)])
    assert found.count == count
    assert purge(workspace, organisation, range(first + 1, first + count), by=BY, why="test") == count - 1
    (found,) = sightings.of()
    assert found.count == 1
