"""Both ways, never twice: new indicators over old evidence, new evidence over old indicators."""

from collections.abc import Iterator, Sequence
from itertools import islice, permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sekimori.app import hunting
from sekimori.app.adding import add_evidence
from sekimori.app.hunting import Hunted, catch_up, hunt_all, hunt_for, hunt_once, load_indicators
from sekimori.app.opening import create_workspace
from sekimori.hunt.sighting import Observations, hunt
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.match import Answer, Sighting
from sekimori.model.organisation import Organisation
from sekimori.sharing.reading import UnknownIndicatorFormat
from sekimori.store.catalogue import Catalogue
from sekimori.store.sightings import Sightings
from sekimori.store.upkeep import compact
from sekimori.values.types import ObservableType as T

EVIL = Indicator(type=T.DOMAIN, mode=MatchMode.BELOW, pattern="evil.example")
OTHER = Indicator(type=T.DOMAIN, mode=MatchMode.BELOW, pattern="other.example")
NEVER = Indicator(type=T.DOMAIN, mode=MatchMode.BELOW, pattern="never.example")
URL = Indicator(type=T.URL, mode=MatchMode.URL_PREFIX, pattern="http://a.evil.example/gate")


class Desk:
    """A workspace of one organisation, with the hunts that were made in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = create_workspace(folder / "w", organisation="test", by="tester")
        self.organisation: Organisation = self.workspace.organisation()
        self.hunts: list[tuple[set[str], int]] = []

    def count(self, patterns: pa.Table, observations: Observations) -> list[Sighting]:
        """Hunt as `hunt` does, and note what for, and over how many records."""
        records = sum(row for (_, field), row in observations.filled().items() if field == "url_domain")  # type: ignore[attr-defined]
        self.hunts.append((set(patterns.column("pattern").to_pylist()), records))
        return hunt(patterns, observations)

    def add(self, name: str, *hosts: str) -> int:
        """Add a proxy log of some hosts; says how many sightings are new."""
        line = "1790000{0:03d}.000 20 10.0.0.{0} TCP_MISS/200 900 GET http://{1} - HIER_DIRECT/192.0.2.9 text/html\n"
        lines = [line.format(nth, host) for nth, host in enumerate(hosts, start=1)]
        path = self.folder / name
        path.write_text("".join(lines), "ascii")
        return add_evidence(self.workspace, self.organisation, [path], by="tester")[1]

    def hunt(self, *indicators: Indicator) -> Hunted:
        """Hunt indicators."""
        return hunt_for(self.workspace, self.organisation, indicators, by="tester")

    def kept(self) -> dict[str, int]:
        """Every kept sighting with its count."""
        return {one.identity: one.count for one in Sightings(self.workspace, self.organisation).of()}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    one = Desk(tmp_path)
    monkeypatch.setattr(hunting, "hunt", one.count)
    with one.workspace:
        yield one


def test_new_indicators_go_over_old_evidence_once(desk: Desk) -> None:
    desk.add("a.log", "a.evil.example/", "b.example/")
    assert desk.hunts == []
    found = desk.hunt(EVIL)
    assert [(one.match.value, one.count) for one in found.sightings] == [("a.evil.example", 1)]
    assert desk.hunts == [({"evil.example"}, 2)]
    desk.hunt(EVIL)
    assert len(desk.hunts) == 1
    desk.hunt(EVIL, OTHER)
    assert desk.hunts[1:] == [({"other.example"}, 2)]


def test_new_evidence_goes_under_old_indicators_once(desk: Desk) -> None:
    desk.hunt(EVIL, OTHER)
    assert desk.add("a.log", "a.evil.example/", "b.example/") == 1
    assert desk.hunts == [({"evil.example", "other.example"}, 2)]
    assert desk.add("b.log", "a.evil.example/", "other.example/", "b.example/") == 1
    assert desk.hunts[1:] == [({"evil.example", "other.example"}, 3)]
    assert sorted(desk.kept().values()) == [1, 2]


def test_the_same_evidence_again_is_not_hunted(desk: Desk) -> None:
    desk.hunt(EVIL)
    desk.add("a.log", "a.evil.example/")
    assert desk.add("again.log", "a.evil.example/") == 0
    assert len(desk.hunts) == 1
    assert list(desk.kept().values()) == [1]


def test_each_segment_is_hunted_from_where_it_stands(desk: Desk) -> None:
    desk.hunt(EVIL)
    desk.add("a.log", "a.evil.example/", "other.example/")
    desk.hunts.clear()
    desk.hunt(OTHER)
    desk.add("b.log", "other.example/")
    assert desk.hunts == [({"other.example"}, 2), ({"evil.example", "other.example"}, 1)]
    marks = {one.hunted_to for one in Catalogue(desk.workspace, desk.organisation).segments()}
    assert marks == {2}


def test_a_hunt_that_dies_is_made_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add("a.log", "a.evil.example/")

    def die(*_args: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(hunting, "hunt", die)
        with pytest.raises(MemoryError):
            desk.hunt(EVIL)
    assert desk.kept() == {}
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 1
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 0


def test_a_hunt_of_one_file_alone_moves_nothing(desk: Desk) -> None:
    desk.add("a.log", "a.evil.example/")
    found = hunt_once(desk.workspace, desk.organisation, [EVIL])
    assert [one.count for one in found.sightings] == [1]
    assert desk.kept() == {}
    assert hunt_all(desk.workspace, desk.organisation, by="tester").sightings == []
    assert desk.hunt(EVIL).sightings == found.sightings


def test_all_that_is_known_is_told(desk: Desk) -> None:
    desk.hunt(EVIL, NEVER)
    desk.add("a.log", "a.evil.example/")
    found = hunt_all(desk.workspace, desk.organisation, by="tester")
    answers = {(one.indicator, one.area): one.answer for one in found.answers}
    assert answers[EVIL.identity, "network"] is Answer.SEEN
    assert answers[NEVER.identity, "network"] is Answer.NOT_SEEN
    assert answers[NEVER.identity, "mail"] is Answer.CANNOT_TELL


def test_what_an_older_program_passed_over_is_hunted_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add("a.log", "a.evil.example/")
    expression = Indicator(type=T.DOMAIN, mode=MatchMode.REGEX, pattern=r"EVIL\.EXAMPLE$")
    with monkeypatch.context() as older:
        older.setattr(hunting, "hunt", lambda *_args: [])
        assert desk.hunt(EVIL, expression).sightings == []
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 0
    with desk.workspace.writing() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0003'")
    desk.workspace.database.upgrade()
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 2
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 0


def test_tunnels_weaken_the_answer_for_a_part_of_any_url(desk: Desk) -> None:
    desk.add("a.log", "one.example/", "two.example/")
    tunnel = "1790000009.000 20 10.0.0.9 TCP_TUNNEL/200 900 CONNECT one.example:443 - HIER_DIRECT/192.0.2.9 -\n"
    (desk.folder / "b.log").write_text(tunnel, "ascii")
    add_evidence(desk.workspace, desk.organisation, [desk.folder / "b.log"], by="tester")
    part = Indicator(type=T.URL, mode=MatchMode.CONTAINS, pattern="/nothing/here")
    (network,) = [one for one in desk.hunt(part).answers if one.area == "network"]
    reason = "1 of 3 records show no path (encrypted connections, look-ups of names)"
    assert (network.answer, network.reasons) == (Answer.NOT_SEEN, (reason,))


PIECES = {
    "a.log": ("a.evil.example/gate", "b.example/"),
    "b.log": ("a.evil.example/gate", "a.evil.example/gate?x", "notevil.example/gate"),
    "c.log": ("other.example/", "evil.example/"),
}
STEPS: tuple[str, ...] = (*PIECES, "hunt")


def test_the_answer_is_the_same_in_whatever_order_things_came(tmp_path: Path) -> None:
    told = []
    for nth, order in enumerate(islice(permutations(STEPS), 0, None, 3)):
        (tmp_path / str(nth)).mkdir()
        desk = Desk(tmp_path / str(nth))
        with desk.workspace:
            for step in order:
                if step == "hunt":
                    desk.hunt(EVIL, OTHER, NEVER, URL)
                else:
                    desk.add(step, *PIECES[step])
            told.append(_told(desk))
    assert all(one == told[0] for one in told)
    assert len(told[0]) == 5


def test_compaction_hunts_nothing_again_and_loses_nothing(desk: Desk) -> None:
    desk.hunt(EVIL, OTHER, URL)
    for name, hosts in PIECES.items():
        desk.add(name, *hosts)
    before = _told(desk)
    desk.hunts.clear()
    assert compact(desk.workspace, desk.organisation, by="tester", everything=True) == 3
    assert catch_up(desk.workspace, desk.organisation, by="tester") == 0
    assert desk.hunts == []
    assert _told(desk) == before
    desk.hunt(NEVER)
    assert [patterns for patterns, _ in desk.hunts] == [{"never.example"}]


def _told(desk: Desk) -> dict[str, tuple[Any, ...]]:
    """Sightings without the evidence's numbers, which tell the order in which it came."""
    found = Sightings(desk.workspace, desk.organisation).of()
    return {
        one.identity: (one.match.value, one.kind, one.field, one.first, one.last, sorted(s.count for s in one.seen))
        for one in found
    }


def _names(found: Sequence[Indicator]) -> list[str]:
    return [one.pattern for one in found]


def test_files_of_several_formats_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("type,value\ndomain,evil.example\nip,198.051.100.7\n")
    (tmp_path / "b.txt").write_text("evil[.]example\nhxxp://other[.]example/a\n")
    indicators, refused = load_indicators([tmp_path / "a.csv", tmp_path / "b.txt"])
    assert _names(indicators) == ["evil.example", "http://other.example/a"]
    assert [row.origin for row in refused] == ["a.csv, line 3"]


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(UnknownIndicatorFormat, match=r"a\.bin"):
        load_indicators([tmp_path / "a.bin"])
