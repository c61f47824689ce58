"""What the tests of this folder share: evidence in memory, its records as dictionaries."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sekimori.app.golden import MemorySource
from sekimori.model.place import Statement
from sekimori.readers.protocol import Reader, ReadingContext, Records

__all__ = ["SAMPLES", "Result", "read"]

SAMPLES = Path(__file__).resolve().parents[2] / "data/readers/network"


@dataclass
class Result:
    """Records by line, reasons of what could not be read by line, and statements."""

    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)


def read(reader: Reader, data: bytes, name: str = "evidence", mapping: dict[str, object] | None = None) -> Result:
    """Everything the reader makes of it; columns that are null are left out. No line comes twice."""
    result = Result()
    for item in reader.read(MemorySource(name, data), ReadingContext(mapping=mapping)):
        match item:
            case Statement(about=about, value=value):
                result.statements[about] = value
            case Records(kind=kind, batch=batch):
                batch.validate(full=True)
                assert batch.schema.equals(kind.schema)
                for row in batch.to_pylist():
                    _add(result, row.pop("line"), row, is_unread=kind.name == "unread")
            case item:
                place = item.place  # type: ignore[union-attr]
                row = {"offset": place.offset, "length": place.length, "reason": item.reason}  # type: ignore[union-attr]
                _add(result, place.line, row, is_unread=True)
    return result


def _add(result: Result, line: int, row: dict[str, Any], *, is_unread: bool) -> None:
    assert line not in result.places
    result.places[line] = (row.pop("offset"), row.pop("length"))
    if is_unread:
        result.unread[line] = row["reason"]
    else:
        result.records[line] = {name: value for name, value in row.items() if value is not None}
