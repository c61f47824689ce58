"""Indicators: many, twice, from several sources; their derived files are always as the database says."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sekimori.model.indicator import Indicator, Marking, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.store import patterns
from sekimori.store.indicators import Indicators, patterns_of
from sekimori.store.patterns import PATTERNS
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.world import BY


def _below(name: str, **more: object) -> Indicator:
    return Indicator(type=ObservableType.DOMAIN, mode=MatchMode.BELOW, pattern=name, **more)  # type: ignore[arg-type]


def _some(first: int, count: int) -> list[Indicator]:
    return [_below(f"h{n}.evil.example") for n in range(first, first + count)]


def _folder(workspace: Workspace, organisation: Organisation) -> Path:
    return workspace.layout.patterns / str(organisation.id)


def _check(workspace: Workspace, organisation: Organisation, count: int) -> None:
    """The derived patterns are those of the database, above any number."""
    indicators = Indicators(workspace, organisation)
    last = indicators.last_sequence()
    whole = indicators.patterns().to_pylist()
    assert len(whole) == count
    assert {row["indicator"] for row in whole} == {one.identity for one in indicators.all()}
    for after in range(last + 1):
        above = sorted((row["sequence"], row["pattern"]) for row in whole if row["sequence"] > after)
        found = indicators.patterns(after).to_pylist()
        assert sorted((row["sequence"], row["pattern"]) for row in found) == above


def test_fifty_thousand_twice(workspace: Workspace, organisation: Organisation) -> None:
    indicators = Indicators(workspace, organisation)
    many = _some(0, 50_000)
    assert indicators.add(many, by=BY, source="feed") == 50_000
    assert indicators.last_sequence() == 1
    assert indicators.add(many, by=BY, source="feed") == 0
    assert indicators.last_sequence() == 1
    assert indicators.add([*many[:10], *_some(50_000, 5)], by=BY, source="other") == 5
    assert indicators.last_sequence() == 2
    table = indicators.patterns()
    assert table.schema.equals(PATTERNS)
    assert len(table) == 50_005
    assert indicators.patterns(1).column("pattern").to_pylist() == [one.pattern for one in _some(50_000, 5)]
    first = table.slice(0, 1).to_pylist()[0]
    assert first["value_id"] == value_id(ObservableType.DOMAIN, first["pattern"])


def test_the_patterns_of_unkept_indicators_have_the_same_shape(
    workspace: Workspace, organisation: Organisation
) -> None:
    indicators = Indicators(workspace, organisation)
    indicators.add(_some(0, 3), by=BY, source="feed")
    key = [("indicator", "ascending")]
    assert patterns_of(_some(0, 3), sequence=1).sort_by(key).equals(indicators.patterns().sort_by(key))


def test_two_sources_keep_what_each_says(workspace: Workspace, organisation: Organisation) -> None:
    indicators = Indicators(workspace, organisation)
    since = datetime(2026, 10, 1, tzinfo=UTC)
    mine = _below("evil.example", confidence=90, marking=Marking.RED, description="ours", valid_from=since)
    theirs = _below(
        "evil.example", confidence=10, source="partner", labels=("apt", "\udc83"), origin="feed.csv, line 2"
    )
    assert indicators.add([mine], by=BY, source="case 1") == 1
    assert indicators.add([theirs], by=BY, source="file") == 0
    (one,) = indicators.all()
    assert (one.source, one.confidence, one.marking, one.valid_from) == ("case 1", 90, Marking.RED, since)
    assert indicators.all([one.identity]) == [one]
    assert indicators.all(["i-unknown"]) == []


def test_what_a_source_says_anew_counts(workspace: Workspace, organisation: Organisation) -> None:
    indicators = Indicators(workspace, organisation)
    until = datetime(2027, 1, 1, tzinfo=UTC)
    indicators.add([_below("evil.example", confidence=20)], by=BY, source="feed")
    assert indicators.add([_below("evil.example", confidence=80, valid_until=until)], by=BY, source="feed") == 0
    (one,) = indicators.all()
    assert (one.confidence, one.valid_until) == (80, until)
    assert indicators.last_sequence() == 1


def test_nothing_new_takes_no_number(workspace: Workspace, organisation: Organisation) -> None:
    indicators = Indicators(workspace, organisation)
    assert indicators.add([], by=BY, source="empty") == 0
    assert indicators.last_sequence() == 0
    assert indicators.patterns().schema.equals(PATTERNS)
    assert len(indicators.patterns()) == 0


def test_a_text_that_is_no_unicode_is_kept_as_an_escape(workspace: Workspace, organisation: Organisation) -> None:
    odd = Indicator(
        type=ObservableType.SUBJECT,
        mode=MatchMode.CONTAINS,
        pattern="half \ud800",
        description="\udfff",
        source="\ud800",
    )
    indicators = Indicators(workspace, organisation)
    assert indicators.add([odd], by=BY, source="feed") == 1
    (one,) = indicators.all()
    assert (one.pattern, one.description, one.source) == ("half \\ud800", "\\udfff", "\\ud800")
    assert indicators.patterns().column("pattern").to_pylist() == ["half \\ud800"]


@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("how", ["deleted", "damaged", "cut", "of other columns"])
def test_derived_files_are_made_anew(
    workspace: Workspace, organisation: Organisation, gone: tuple[int, ...], how: str
) -> None:
    indicators = Indicators(workspace, organisation)
    for number in range(3):
        indicators.add(_some(number * 10, 4), by=BY, source="feed")
        indicators.patterns()
    files = sorted(_folder(workspace, organisation).glob("*.parquet"))
    assert [path.stem for path in files] == ["1-1", "2-2", "3-3"]
    for number in gone:
        match how:
            case "deleted":
                files[number].unlink()
            case "damaged":
                files[number].write_bytes(b"PAR1 what is this PAR1")
            case "cut":
                files[number].write_bytes(files[number].read_bytes()[:-20])
            case _:
                pq.write_table(pa.table({"a": [1]}), files[number])
    _check(workspace, organisation, 12)
    indicators.add(_some(90, 2), by=BY, source="feed")
    _check(workspace, organisation, 14)


def test_many_imports_make_few_files(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "MOST_FILES", 3)
    indicators = Indicators(workspace, organisation)
    for number in range(8):
        indicators.add(_some(number, 1), by=BY, source="feed")
        _check(workspace, organisation, number + 1)
        assert len(list(_folder(workspace, organisation).iterdir())) <= 4


def test_a_file_that_another_process_removed_meanwhile(
    workspace: Workspace, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicators = Indicators(workspace, organisation)
    for number in range(3):
        indicators.add(_some(number, 1), by=BY, source="feed")
        indicators.patterns()
    read = pq.read_table

    def late(path: Path) -> pa.Table:
        path.unlink()
        monkeypatch.setattr(pq, "read_table", read)
        return read(path)

    monkeypatch.setattr(pq, "read_table", late)
    assert len(indicators.patterns()) == 3
