"""The conformance suite: whatever goes in comes out, in whatever form the store keeps it."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sekimori.model.kinds import EVENT, KINDS, MESSAGE, NETWORK, UNREAD
from sekimori.model.organisation import Organisation
from sekimori.model.schema import TIME, Kind
from sekimori.store import rollup, segments
from sekimori.store.adding import Adding, UnfitRecords
from sekimori.store.catalogue import Catalogue
from sekimori.store.reading import Reading
from sekimori.store.segments import ipc_table
from sekimori.store.shapes import PARTS, table_schema
from sekimori.store.upkeep import compact
from sekimori.store.workspace import Workspace
from sekimori.values.identity import value_id
from sekimori.values.types import ObservableType
from tests.store.world import BY, Expected, Row, add, batch_of, claimed, rows_by, rows_of, visit

_TEXTS = (
    *("Evil.Example", "evil.example.", "a.b.evil.example", "EVIL。example", "例え.jp", "xn--r8jz45g.jp", "example"),
    *("192.0.2.7", "192.0.2.007", "[2001:DB8::1]:443", "2001:db8::1", "evil.example:8080", "198.51.100.0/24"),
    *("Taro@Example.JP", "taro@example.jp", '"a b"@example.jp', "@", "-", "", " ", "x" * 300, "\0", "a\0b"),
    *("44d88612fea8a8f36de82e1278abb02f", "44D88612FEA8A8F36DE82E1278ABB02F", "請求書.PDF.exe", "ﾃｽﾄ", "テスト"),
    *(r"C:\Windows\Temp\a.exe", r"HKLM\Software\Run", r"EXAMPLE\taro", "PC-014$", "Re: 会議", "\ufdfa\u200b"),
)
_text = st.one_of(st.sampled_from(_TEXTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
_time = st.one_of(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 the zone is given
    st.datetimes(datetime(2026, 10, 1), datetime(2026, 10, 3), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), datetime(1970, 1, 1, tzinfo=UTC)]),
)
_BY_TYPE: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): _text,
    pa.list_(pa.string()): st.lists(st.one_of(_text, st.none()), max_size=4),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.bool_(): st.booleans(),
    TIME: _time,
}
_kind = st.sampled_from(sorted(KINDS))


@st.composite
def _rows(draw: st.DrawFn, kind: Kind) -> list[Row]:
    """Some rows with some of the columns filled, so that whole columns are empty too."""
    names = [one.name for one in kind.schema if one.name not in ("offset", "length", "line")]
    filled = draw(st.lists(st.sampled_from(names), unique=True, max_size=6))
    filled += [one.name for one in kind.observable_fields if draw(st.integers(0, 2)) == 0]
    rows = []
    for number in range(draw(st.integers(0, 4))):
        values = {name: draw(st.one_of(st.none(), _BY_TYPE[kind.schema.field(name).type])) for name in filled}
        if kind is UNREAD:
            values["reason"] = draw(_text)
        rows.append({"offset": number * 10, "length": 10, "line": number + 1, **values})
    return rows


@st.composite
def _evidence(draw: st.DrawFn) -> list[tuple[str, list[Row]]]:
    """The batches of one piece of evidence; the rows of a kind are numbered through."""
    batches = []
    numbers: Counter[str] = Counter()
    for name in draw(st.lists(_kind, min_size=1, max_size=3)):
        rows = draw(_rows(KINDS[name]))
        for row in rows:
            numbers[name] += 1
            row.update(offset=numbers[name], line=numbers[name])
        batches.append((name, rows))
    return batches


@contextmanager
def _as_files() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "_STAGE_BYTES", 0)
        yield


@contextmanager
def _as_many_files() -> Iterator[None]:
    """Every buffer, group and segment is full at once, so each boundary is met."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "_STAGE_BYTES", 0)
        patch.setattr(segments, "_BUFFER_ROWS", 3)
        patch.setattr(segments, "_CUT_BYTES", 1)
        patch.setattr(rollup, "_PORTION", 2)
        yield


_FORMS: dict[str, tuple[Callable[[], AbstractContextManager[object]], bool]] = {
    "staged": (ExitStack, False),
    "files": (_as_files, False),
    "many files": (_as_many_files, False),
    "staged, compacted": (ExitStack, True),
    "many files, compacted": (_as_many_files, True),
}
_numbers = itertools.count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """One workspace for all examples: each has an organisation of its own."""
    with Workspace.create(tmp_path_factory.mktemp("shared") / "w", by=BY) as workspace:
        yield workspace


@pytest.mark.parametrize("form", _FORMS)
@settings(
    max_examples=7,
    phases=[Phase.explicit, Phase.generate],  # shrinking would write thousands of stores
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    report_multiple_bugs=False,
)
@given(evidence=st.lists(_evidence(), min_size=1, max_size=2))
def test_what_goes_in_comes_out(
    shared: Workspace, form: str, evidence: Sequence[Sequence[tuple[str, list[Row]]]]
) -> None:
    number = next(_numbers)
    organisation = shared.add_organisation(f"o{number}", by=BY)
    written, compacted = _FORMS[form]
    expected = Expected()
    with written():
        for nth, batches in enumerate(evidence):
            of_kinds = [(KINDS[name], rows) for name, rows in batches]
            source = add(shared, organisation, f"{number}/{nth}".encode(), *of_kinds)
            for kind, rows in of_kinds:
                expected.take(organisation.id, source, kind, rows)
    if compacted:
        compact(shared, organisation, by=BY, everything=True)
        assert len(Catalogue(shared, organisation).segments()) == 1
    _check(shared, organisation, expected)


def _check(workspace: Workspace, organisation: Organisation, expected: Expected) -> None:
    with Reading(workspace, organisation) as reading:
        _check_records(reading, expected)
        ids = _check_names(reading, expected)
        _check_observed(reading, expected, ids)
        _check_days(reading, expected, ids)


def _check_records(reading: Reading, expected: Expected) -> None:
    stored = rows_by(reading)
    for kind, rows in expected.rows.items():
        key: Callable[[Row], Any] = lambda row: (row["source"], row["offset"], row["line"])  # noqa: E731
        assert len(stored[kind]) == len(rows), kind
        for found, row in zip(stored[kind], sorted(rows, key=key), strict=True):
            assert {name: found[name] for name in row if found[name] != row[name]} == {}, (kind, row)


def _check_names(reading: Reading, expected: Expected) -> pa.Array:
    own = {(value_id(ObservableType(type_), value), type_, value) for type_, value in expected.names}
    ids = pa.array(sorted(id_ for id_, _, _ in own), pa.int64())
    names = reading.names([type_.value for type_ in ObservableType]).to_pylist()
    assert sorted((row["id"], row["type"], row["value"]) for row in names) == sorted(own)
    equal = reading.equal(ids).to_pylist()
    assert sorted((ids[row["nth"]].as_py(), row["id"]) for row in equal) == [(one, one) for one in ids.to_pylist()]
    assert _below(reading, expected) == expected.suffixes
    return ids


def _check_observed(reading: Reading, expected: Expected, ids: pa.Array) -> None:
    observed = {
        (row["id"], row["source"], row["kind"], row["field"]): (row["first"], row["last"], row["count"])
        for row in reading.observed(ids).to_pylist()
    }
    assert observed == {key: (one.first, one.last, one.count) for key, one in expected.observed.items()}
    filled: Counter[tuple[str, str]] = Counter()
    for (_, _, kind, field), one in expected.observed.items():
        filled[kind, field] += one.count
    assert reading.filled() == filled


def _below(reading: Reading, expected: Expected) -> set[tuple[int, int]]:
    above = pa.array(sorted({suffix for suffix, _ in expected.suffixes}), pa.int64())
    return {(above[row["nth"]].as_py(), row["id"]) for row in reading.below(above).to_pylist()}


def _check_days(reading: Reading, expected: Expected, ids: pa.Array) -> None:
    days: Counter[tuple[int, str, str, date | None]] = Counter()
    for (id_, _, kind, field), one in expected.observed.items():
        days.update((id_, kind, field, day) for day in one.days)
    found = reading.days(ids, list(KINDS)).to_pylist()
    assert {(row["id"], row["kind"], row["field"], row["day"]) for row in found} == set(days)
    assert sum(row["count"] for row in found) == sum(one.count for one in expected.observed.values())
    for kind, rows in expected.rows.items():
        covered = {row["timestamp"].date() for row in rows if row["timestamp"]}
        assert reading.days_covered(kind) == sorted(covered)


def _tables(workspace: Workspace, organisation: Organisation) -> Iterator[tuple[str, pa.Table]]:
    """Every table as it is kept."""
    catalogue = Catalogue(workspace, organisation)
    for segment in catalogue.segments():
        yield from ((kind, pq.read_table(path)) for kind, path in segment.files.items() if kind != "pack")
        for kind in (*KINDS, *PARTS):
            yield from ((kind, ipc_table(payload)) for payload in catalogue.payloads(kind, {segment.id}))


@pytest.mark.parametrize("form", ["staged", "files", "many files", "many files, compacted"])
def test_tables_are_plain_and_sorted(workspace: Workspace, organisation: Organisation, form: str) -> None:
    written, compacted = _FORMS[form]
    with written():
        for number in range(3):
            rows = [visit(n, f"h{(n * 7) % 5}.evil.example", dns_resolved_ip=["192.0.2.1"]) for n in range(9)]
            add(workspace, organisation, bytes([number]), (NETWORK, rows), (EVENT, [{"offset": 0, "host_name": "pc"}]))
    if compacted:
        compact(workspace, organisation, by=BY, everything=True)
    seen: set[str] = set()
    for kind, table in _tables(workspace, organisation):
        seen.add(kind)
        assert table.schema.equals(table_schema(kind)), kind
        for field in table.schema:
            assert not pa.types.is_unsigned_integer(field.type)
            assert not pa.types.is_timestamp(field.type) or field.type == TIME
        if kind in PARTS:
            key = table.column("suffix" if kind == "suffixes" else "id").to_pylist()
            assert key == sorted(key), kind
    assert seen == {"network", "event", *PARTS}


def test_a_record_counts_a_value_once(workspace: Workspace, organisation: Organisation) -> None:
    row = visit(1, url_domain=None, dns_resolved_name=["Evil.example", "evil.example", "evil.example.", None])
    add(workspace, organisation, b"1", (NETWORK, [row]))
    with Reading(workspace, organisation) as reading:
        ids = pa.array([value_id(ObservableType.DOMAIN, "evil.example")], pa.int64())
        (found,) = reading.observed(ids).to_pylist()
    assert (found["field"], found["count"]) == ("dns_resolved_name", 1)
    (stored,) = rows_of(workspace, organisation)["network"]
    assert stored["dns_resolved_name"] == ["evil.example", "evil.example", "evil.example", None]


def test_an_empty_list_stays_empty_and_a_missing_one_missing(workspace: Workspace, organisation: Organisation) -> None:
    lists: list[list[str | None] | None] = [None, [], [None], ["a.example"]]
    rows = [{"offset": n, "line": n, "email_hop_domain": one} for n, one in enumerate(lists)]
    add(workspace, organisation, b"1", (MESSAGE, rows))
    assert [row["email_hop_domain"] for row in rows_of(workspace, organisation)["message"]] == lists


_UNFIT: Mapping[str, Callable[[], pa.RecordBatch]] = {
    "columns of another kind": lambda: batch_of(EVENT, [{"offset": 0}]),
    "an unread stretch without a reason": lambda: batch_of(UNREAD, [{"offset": 0}]),
    "no UTF-8": lambda: _with_text(b"\xff\xfe"),
    "a time after the year 9999": lambda: _with_time(2**62),
    "a time before the year 1": lambda: _with_time(-(2**62)),
}


@pytest.mark.parametrize("what", _UNFIT)
def test_what_no_table_can_hold_is_refused_at_once(workspace: Workspace, organisation: Organisation, what: str) -> None:
    with Adding(workspace, organisation, by=BY) as adding:
        evidence, _ = claimed(adding, b"1", "a.log")
        adding.add_records(evidence, NETWORK, batch_of(NETWORK, [visit(1)]))
        with pytest.raises(UnfitRecords):
            adding.add_records(evidence, UNREAD if "unread" in what else NETWORK, _UNFIT[what]())
        adding.add_records(evidence, NETWORK, batch_of(NETWORK, [visit(2)]))
        adding.commit()
    assert [row["line"] for row in rows_of(workspace, organisation)["network"]] == [2, 3]


def _with_text(raw: bytes) -> pa.RecordBatch:
    text = pa.StringArray.from_buffers(1, pa.py_buffer(bytes([0, 0, 0, 0, len(raw), 0, 0, 0])), pa.py_buffer(raw))
    batch = batch_of(NETWORK, [visit(1)])
    return batch.set_column(batch.schema.get_field_index("url_domain"), NETWORK.schema.field("url_domain"), text)


def _with_time(microseconds: int) -> pa.RecordBatch:
    time = pa.array([microseconds], pa.int64()).cast(TIME)
    batch = batch_of(NETWORK, [visit(1)])
    return batch.set_column(batch.schema.get_field_index("timestamp"), NETWORK.schema.field("timestamp"), time)


def test_a_column_that_an_older_segment_lacks_is_empty_in_it(workspace: Workspace, organisation: Organisation) -> None:
    with _as_files():
        add(workspace, organisation, b"old", (NETWORK, [visit(1)]))
        (segment,) = Catalogue(workspace, organisation).segments()
        path = segment.files["network"]
        pq.write_table(pq.read_table(path).drop_columns(["message", "event_duration"]), path)
        add(workspace, organisation, b"new", (NETWORK, [visit(2, message="m", event_duration=7)]))
    for _ in range(2):
        rows = rows_of(workspace, organisation)["network"]
        assert [(row["message"], row["event_duration"]) for row in rows] == [(None, None), ("m", 7)]
        compact(workspace, organisation, by=BY, everything=True)
