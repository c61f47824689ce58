"""Real mails, network logs and event logs in one workspace: nothing is lost, and hunts agree with an oracle."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from evtx import PyEvtxParser

from sekimori.app.hunting import load_indicators
from sekimori.app.ingest import Added, add
from sekimori.app.opening import create_workspace
from sekimori.hunt.sighting import hunt
from sekimori.model.indicator import Indicator, MatchMode
from sekimori.model.organisation import Organisation
from sekimori.readers.protocol import ReadingContext
from sekimori.sharing.reading import UnknownIndicatorFormat
from sekimori.store.catalogue import Catalogue
from sekimori.store.indicators import patterns_of
from sekimori.store.places import places
from sekimori.store.reading import Reading
from sekimori.store.workspace import Workspace
from sekimori.values import address, url
from sekimori.values.text import fold
from sekimori.values.types import ObservableType as T
from tests.app.oracle import Cell, Oracle, cells, told

AREAS = ("mail", "network", "endpoint/evtx")


@dataclass(frozen=True)
class Whole:
    """The workspace with everything in it, and what adding it came to."""

    folders: list[Path]
    workspace: Workspace
    organisation: Organisation
    added: Added

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.workspace, self.organisation)

    @property
    def files(self) -> list[Path]:
        return [path for folder in self.folders for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.fixture(scope="module")
def whole(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folders = [real_data / area for area in AREAS]
    with create_workspace(tmp_path_factory.mktemp("whole") / "w", organisation="real", by="tester") as workspace:
        organisation = workspace.organisation()
        added = add(workspace, organisation, folders, by="tester", context=ReadingContext())
        yield Whole(folders, workspace, organisation, added)


@pytest.fixture(scope="module")
def reading(whole: Whole) -> Iterator[Reading]:
    with Reading(whole.workspace, whole.organisation) as one:
        yield one


@pytest.fixture(scope="module")
def counted(reading: Reading) -> Counter[Cell]:
    return cells(reading)


def test_every_file_is_read_or_listed_with_a_reason(whole: Whole) -> None:
    evidence = whole.catalogue.all_evidence()
    by_hash = {one.sha256: one for one in evidence}
    listed = dict([*whole.added.unread_evidence, *whole.added.unreadable])
    assert all(listed.values())
    for path in whole.files:
        one = by_hash[hashlib.sha256(path.read_bytes()).hexdigest()]
        assert str(path) in one.places
        if one.dataset is None:
            assert one.unread, path
            assert listed.keys() & set(one.places), path


def test_no_reader_fails(whole: Whole) -> None:
    reasons = set(whole.added.unread) | {reason for _, reason in whole.added.unread_evidence}
    assert not [reason for reason in reasons if "failed" in reason or "Error" in reason]


def test_what_is_recognised_gives_records_members_or_reasons(whole: Whole, reading: Reading) -> None:
    known = whole.catalogue.all_evidence()
    containers = {place.container for place in places(whole.workspace, whole.organisation, [one.id for one in known])}
    with_records: set[int] = set()
    for kind in ("message", "network", "event"):
        with_records |= set(reading.grouped(kind, by=["source"], where={}).column("source").to_pylist())
    for one in known:
        if one.dataset and not one.dataset.startswith(("archive.", "compressed.")) and one.id not in containers:
            assert one.id in with_records or one.unread or one.statements, one.places


def test_every_event_that_the_parser_has_is_a_record(whole: Whole, reading: Reading) -> None:
    rows = reading.grouped("event", by=["source"], where={}).to_pylist()
    counts = {row["source"]: row["count"] for row in rows}
    of_file = {path: one.id for one in whole.catalogue.all_evidence() for path in one.places}
    logs = [path for path in whole.files if path.suffix == ".evtx"]
    parsed = {path: sum(1 for _ in PyEvtxParser(str(path)).records_json()) for path in logs}
    assert sum(parsed.values()) == 24_661
    assert {path: counts.get(of_file[str(path)], 0) for path in logs} == parsed


def test_adding_again_adds_nothing(whole: Whole) -> None:
    def state() -> tuple[object, ...]:
        segments = [(one.id, one.bytes) for one in whole.catalogue.segments()]
        return whole.catalogue.totals(), segments, [one.sha256 for one in whole.catalogue.all_evidence()]

    before = state()
    again = add(whole.workspace, whole.organisation, whole.folders, by="tester", context=ReadingContext())
    assert (again.new, again.bytes, again.records) == (0, 0, Counter())
    assert again.known == len(whole.files)
    assert again.evidence == whole.added.evidence
    assert state() == before


def _published(paths: Iterable[Path]) -> list[Indicator]:
    found: dict[str, Indicator] = {}
    for path in paths:
        try:
            indicators, _ = load_indicators([path])
        except UnknownIndicatorFormat:
            continue
        found.update((one.identity, one) for one in indicators)
    return list(found.values())


@pytest.mark.parametrize(
    ("folder", "pattern", "least", "seen"),
    [
        ("eset", r".*\.(md5|sha1|sha256)", 11_000, 3),
        ("unit42", r".*\.(txt|text|csv)", 40_000, 4),
        ("unit42/stix2-reports", r".*\.json", 2_000, 2),
        ("maltrail", r".*\.txt", 150_000, 2),
    ],
)
def test_published_indicators(
    real_data: Path, reading: Reading, counted: Counter[Cell], folder: str, pattern: str, least: int, seen: int
) -> None:
    files = sorted(path for path in (real_data / "indicators" / folder).rglob("*") if path.is_file())
    indicators = _published(path for path in files if re.fullmatch(pattern, path.name))
    assert len(indicators) > least
    expected = Oracle(indicators).found(counted)
    assert len({indicator for indicator, *_ in expected}) >= seen
    assert told(hunt(patterns_of(indicators), reading)) == expected


@pytest.mark.parametrize("mode", list(MatchMode))
def test_indicators_made_of_what_was_observed(reading: Reading, counted: Counter[Cell], mode: MatchMode) -> None:
    indicators = {one.identity: one for one in _made(counted, mode)}.values()
    expected = Oracle(indicators).found(counted)
    assert len(expected) > 100
    assert told(hunt(patterns_of(indicators), reading)) == expected


def _made(counted: Counter[Cell], mode: MatchMode) -> Iterator[Indicator]:
    values: dict[T, list[str]] = {}
    for type_, value in sorted({value for _, _, _, value in counted}):
        values.setdefault(type_, []).append(value)
    for type_, some in values.items():
        for value in some[:: max(1, len(some) // 80)]:
            for pattern in _patterns(type_, value, mode):
                yield Indicator(type=type_, mode=mode, pattern=pattern)


def _patterns(type_: T, value: str, mode: MatchMode) -> Iterator[str]:
    """Patterns that agree with a value, and some that only look as if they did."""
    middle = fold(value)[len(value) // 3 : len(value) // 3 + 9].strip()
    match mode:
        case MatchMode.EQUAL:
            yield from (value, value[1:] or "x", f"{value}x")
        case MatchMode.BELOW if type_ is T.DOMAIN:
            yield from (value, value.partition(".")[2] or value, f"not{value}", value[1:], f"{value}.cdn.example")
        case MatchMode.CONTAINS if len(middle) > 2:
            yield from (middle, f"{middle}\x7f")
        case MatchMode.REGEX if len(middle) > 5 and type_ in {T.DOMAIN, T.URL, T.SUBJECT, T.FILE_NAME, T.USER_AGENT}:
            expression = rf"{re.escape(middle[:3])}.*{re.escape(middle[-2:])}$"
            yield from (expression, expression if type_ is T.USER_AGENT else expression.upper())
        case MatchMode.CIDR if type_ is T.ADDRESS:
            version, number = address.number(value)
            if version == 4:
                yield from (f"{value}/32", f"{address.normal(_dotted(number >> 8 << 8))}/24")
            else:
                yield f"{value}/128"
        case MatchMode.URL_PREFIX if type_ is T.URL:
            yield value
            yield from (url.normal(text) for text in (value[: len(value) * 2 // 3], value + "x") if url.host_of(text))


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
