import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from sekimori.app import golden
from sekimori.model.indicator import Indicator, MatchMode, RefusedRow
from sekimori.model.kinds import NETWORK
from sekimori.model.place import Place, Statement
from sekimori.readers.containers.stream import BrokenMember
from sekimori.readers.protocol import Head, Item, Member, Reader, ReadingContext, Records, Source, unread
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.values.types import ObservableType


class Broken(io.BytesIO):
    """Breaks after its first piece."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise BrokenMember("checksum")
        return super().read(size)


class Box(Reader):
    """A made-up container."""

    __module__ = "sekimori.readers.made.box"
    name = "made.box"
    title = "Box"

    def recognises(self, head: Head) -> bool:
        return head.data.startswith(b"box")

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        yield Member(name="a.log", stream=io.BytesIO(b"log hit"), offset=3, length=7)
        yield Member(name="b.bin", stream=Broken(b"\0"))


class Log(Reader):
    """A made-up log, of which a mapping may tell the dataset."""

    __module__ = "sekimori.readers.made.log"
    name = "made.log"
    title = "Log"

    def recognises(self, head: Head) -> bool:
        return head.data.startswith(b"log")

    def read(self, source: Source, context: ReadingContext) -> Iterator[Item]:
        yield Statement("zone", str(context.zone))
        dataset = str((context.mapping or {}).get("dataset", "made.log"))
        time = datetime(2025, 6, 17, 1, 2, 3, tzinfo=UTC)
        row = {"offset": 0, "length": 3, "line": 1, "timestamp": time, "event_dataset": dataset}
        yield Records(NETWORK, pa.RecordBatch.from_pylist([row], schema=NETWORK.schema))
        yield unread("cut short", offset=3, length=source.size - 3)


class Rows(IndicatorFormat):
    """A made-up list of domain names."""

    __module__ = "sekimori.sharing.rows"
    name = "made.rows"
    title = "Rows"

    def recognises(self, name: str, data: bytes) -> bool:
        return data.startswith(b"#rows")

    def read(self, name: str, data: bytes) -> Iterator[Indicator | RefusedRow]:
        yield RefusedRow(origin=f"{name}, line 1", text="#rows", reason="not a domain name")
        yield Indicator(
            type=ObservableType.DOMAIN,
            mode=MatchMode.BELOW,
            pattern="evil.example",
            origin=f"{name}, line 2",
            place=Place(offset=6, length=12, line=2),
            valid_from=datetime(2025, 1, 1, tzinfo=UTC),
        )


LOG = {
    "readers": ["made.log"],
    "size": 7,
    "statements": [{"zone": "Asia/Tokyo"}],
    "unread": [{"reason": "cut short", "offset": 3, "length": 4}],
    "records": [
        {
            "kind": "network",
            "offset": 0,
            "length": 3,
            "line": 1,
            "timestamp": "2025-06-17T01:02:03Z",
            "event_dataset": "made.log",
        }
    ],
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = {"sekimori.readers": (Box, Log), "sekimori.sharing": (Rows,)}
    monkeypatch.setattr(golden, "classes_of", lambda base, package: found[package])
    samples = {
        "readers/made/log/a.log": b"log hit",
        "readers/made/box/a.box": b"box.log hit",
        "sharing/rows/feed.txt": b"#rows\nevil.example",
    }
    for name, content in samples.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def read(path: Path) -> dict[str, object]:
    result = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(result, dict)
    return result


def test_records_statements_and_unread_are_written_beside_the_sample(data: Path) -> None:
    written = golden.update(data)

    assert [str(path.relative_to(data)) for path in written] == [
        "readers/made/box/a.box.golden.json",
        "readers/made/log/a.log.golden.json",
        "sharing/rows/feed.txt.golden.json",
    ]
    assert read(data / "readers/made/log/a.log.golden.json") == LOG


def test_members_are_read_in_turn(data: Path) -> None:
    golden.update(data)

    members = read(data / "readers/made/box/a.box.golden.json")["members"]

    assert members == [
        {"name": "a.log", "offset": 3, "length": 7, **LOG},
        {
            "name": "b.bin",
            "readers": [],
            "size": 1,
            "sha256": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "broken": "checksum",
        },
    ]


def test_indicators_and_refused_rows(data: Path) -> None:
    golden.update(data)

    assert read(data / "sharing/rows/feed.txt.golden.json") == {
        "formats": ["made.rows"],
        "indicators": [
            {
                "type": "domain",
                "mode": "domain_and_below",
                "pattern": "evil.example",
                "confidence": 50,
                "origin": "feed.txt, line 2",
                "place": {"offset": 6, "length": 12, "line": 2},
                "marking": "TLP:AMBER",
                "valid_from": "2025-01-01T00:00:00Z",
            }
        ],
        "refused": [{"origin": "feed.txt, line 1", "text": "#rows", "reason": "not a domain name"}],
    }


def test_mapping_beside_a_sample_is_used(data: Path) -> None:
    mapping = data / "readers/made/log/a.log.mapping.yaml"
    mapping.write_text("dataset: made.mapped\n", encoding="utf-8")

    golden.update(data)

    text = (data / "readers/made/log/a.log.golden.json").read_text(encoding="utf-8")
    assert '"event_dataset": "made.mapped"' in text
    assert mapping not in golden.samples_under(data)


def test_nothing_to_write_the_second_time(data: Path) -> None:
    golden.update(data)

    assert golden.update(data) == []
    assert golden.check(data) == []


def test_differences_are_shown(data: Path) -> None:
    golden.update(data)
    (data / "readers/made/log/a.log").write_bytes(b"log hit more")
    (data / "sharing/rows/feed.txt").unlink()

    changed, left_over = golden.check(data)

    assert changed.sample.name == "a.log"
    assert '- "size": 7' in changed.text
    assert '+ "size": 12' in changed.text
    assert left_over.text == "the sample is gone"
    assert [path.name for path in golden.update(data)] == ["a.log.golden.json", "feed.txt.golden.json"]
    assert golden.check(data) == []


def test_missing_result_is_a_difference(data: Path) -> None:
    assert len(golden.check(data)) == 3


def test_sample_in_no_room_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(golden.UnplacedSampleError, match="no module"):
        golden.module_of(tmp_path / "a.log")


def test_sample_is_read_by_nobody(data: Path) -> None:
    path = data / "readers/made/log/a.log"
    path.write_bytes(b"nothing known")

    assert golden.golden_of(path) == {"readers": [], "size": 13}
