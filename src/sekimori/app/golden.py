"""Golden results: what the readers and indicator formats make of their samples, as readable JSON beside them.

A sample sits where its module does: `readers/network/squid.py` has `tests/data/readers/network/squid/NAME.ext`, with
`NAME.ext.golden.json` beside it, and `NAME.ext.mapping.yaml` where the format is a generic one.
"""

import dataclasses
import difflib
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import yaml

from sekimori.model.indicator import Indicator, RefusedRow
from sekimori.model.place import Place, Statement, Unread
from sekimori.readers.containers.stream import BrokenMember
from sekimori.readers.protocol import HEAD_BYTES, Head, Member, Reader, ReadingContext, Records, Source
from sekimori.registry import classes_of
from sekimori.sharing.protocol import IndicatorFormat
from sekimori.values import times

__all__ = [
    "GOLDEN",
    "MAPPING",
    "Difference",
    "MemorySource",
    "UnplacedSampleError",
    "check",
    "context_of",
    "formats_of",
    "golden_of",
    "module_of",
    "readers_of",
    "samples_under",
    "update",
]

GOLDEN = ".golden.json"
MAPPING = ".mapping.yaml"
_ROOMS = ("readers", "sharing")
_DEEPEST = 6
_PIECE = 1 << 16
_DIFFERENCE_LINES = 60
_ARRIVED = datetime(2026, 1, 31, tzinfo=UTC)


class UnplacedSampleError(ValueError):
    """A sample that lies below neither `readers/` nor `sharing/`, or whose module has no format."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no module of a reader or indicator format has its samples here")
        self.path = path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sample whose golden result is missing, left over or no longer true. `text` is a unified diff, cut short."""

    sample: Path
    text: str

    def __str__(self) -> str:
        """The sample's path, and the difference below it."""
        return f"{self.sample}\n{self.text}"


class MemorySource:
    """A `Source` over bytes in memory."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.size = len(data)
        self._data = data

    @property
    def head(self) -> Head:
        """The beginning, for recognition."""
        return Head(self.name, self._data[:HEAD_BYTES])

    def open(self) -> BinaryIO:
        """A new stream over the whole content."""
        return io.BytesIO(self._data)


def golden_of(path: Path) -> dict[str, object]:
    """The result for one sample, ready for JSON. Raises `UnplacedSampleError` where its folder names no module."""
    module = module_of(path)
    data = path.read_bytes()
    if module.startswith("sekimori.sharing."):
        return _shared(formats_of(module, path), path.name, data)
    context = context_of(path)
    source = MemorySource(path.name, data)
    readers = readers_of(module, path) if context.mapping is not None else _recognisers(source.head)
    return _evidence(source, readers, context, 0)


def update(root: Path) -> list[Path]:
    """Writes the golden results of all samples below `root`, removes left-over ones; returns what changed."""
    changed = []
    for sample in samples_under(root):
        text, golden = _text(golden_of(sample)), _beside(sample)
        if not golden.exists() or golden.read_text(encoding="utf-8") != text:
            golden.write_text(text, encoding="utf-8", newline="\n")
            changed.append(golden)
    for golden in _left_over(root):
        golden.unlink()
        changed.append(golden)
    return changed


def check(root: Path) -> list[Difference]:
    """Every sample below `root` whose golden result does not agree with what is read now."""
    differences = []
    for sample in samples_under(root):
        golden = _beside(sample)
        before = golden.read_text(encoding="utf-8") if golden.exists() else ""
        now = _text(golden_of(sample))
        if before != now:
            lines = difflib.unified_diff(before.splitlines(), now.splitlines(), "golden", "now", lineterm="", n=2)
            differences.append(Difference(sample=sample, text="\n".join(list(lines)[:_DIFFERENCE_LINES])))
    left_over = (Difference(sample=golden, text="the sample is gone") for golden in _left_over(root))
    return [*differences, *left_over]


def samples_under(root: Path) -> list[Path]:
    """Every sample of a reader or indicator format below `root`, sorted."""
    files = (path for room in _ROOMS for path in (root / room).rglob("*") if path.is_file())
    return sorted(path for path in files if not path.name.endswith((GOLDEN, MAPPING)))


def module_of(path: Path) -> str:
    """The module whose sample this is, by its mirrored folder."""
    parts = path.parent.parts
    start = max((number for number, part in enumerate(parts) if part in _ROOMS), default=None)
    if start is None:
        raise UnplacedSampleError(path)
    return ".".join(("sekimori", *parts[start:]))


def readers_of(module: str, path: Path) -> list[Reader]:
    """The readers of one module. Raises `UnplacedSampleError` (naming `path`) where it has none."""
    found = [reader() for reader in classes_of(Reader, "sekimori.readers") if reader.__module__ == module]
    if not found:
        raise UnplacedSampleError(path)
    return found


def formats_of(module: str, path: Path) -> list[IndicatorFormat]:
    """The indicator formats of one module. Raises `UnplacedSampleError` (naming `path`) where it has none."""
    found = [kind() for kind in classes_of(IndicatorFormat, "sekimori.sharing") if kind.__module__ == module]
    if not found:
        raise UnplacedSampleError(path)
    return found


def context_of(path: Path) -> ReadingContext:
    """What a sample is read with: Japanese time, a fixed day of arrival, and the mapping that lies beside it."""
    beside = path.with_name(path.name + MAPPING)
    mapping = yaml.safe_load(beside.read_text(encoding="utf-8")) if beside.exists() else None
    return ReadingContext(zone=ZoneInfo("Asia/Tokyo"), arrived=_ARRIVED, mapping=mapping)


def _recognisers(head: Head) -> list[Reader]:
    readers = (reader() for reader in classes_of(Reader, "sekimori.readers"))
    return [reader for reader in readers if reader.recognises(head)]


def _evidence(source: Source, readers: list[Reader], context: ReadingContext, depth: int) -> dict[str, object]:
    result: dict[str, object] = {"readers": [reader.name for reader in readers], "size": source.size}
    if len(readers) != 1 or depth > _DEEPEST:
        return result
    statements: list[dict[str, str]] = []
    unread: list[dict[str, object]] = []
    members: list[dict[str, object]] = []
    records: list[dict[str, object]] = []
    for item in readers[0].read(source, context):
        match item:
            case Statement():
                statements.append({item.about: item.value})
            case Unread():
                unread.append({"reason": item.reason, **_place(item.place)})
            case Member():
                members.append(_member(item, context, depth))
            case Records():
                records.extend(_records(item))
    parts = {"statements": statements, "unread": unread, "members": members, "records": records}
    return {**result, **{name: part for name, part in parts.items() if part}}


def _member(member: Member, context: ReadingContext, depth: int) -> dict[str, object]:
    data, broken = _readable(member.stream)
    inner = MemorySource(member.name, data)
    plain = dataclasses.replace(context, mapping=None)
    place = {"offset": member.offset, "length": member.length} if member.offset is not None else {}
    content = _evidence(inner, _recognisers(inner.head), plain, depth + 1)
    if not content["readers"]:
        content["sha256"] = sha256(data).hexdigest()
    if broken:
        content["broken"] = broken
    return {"name": member.name, **place, **content}


def _readable(stream: BinaryIO) -> tuple[bytes, str]:
    """What a member holds up to where its data breaks, and why it breaks there."""
    pieces: list[bytes] = []
    try:
        while piece := stream.read(_PIECE):
            pieces.append(piece)
    except BrokenMember as broken:
        return b"".join(pieces), str(broken)
    return b"".join(pieces), ""


def _records(records: Records) -> Iterator[dict[str, object]]:
    for row in records.batch.to_pylist():
        yield {"kind": records.kind.name, **{name: value for name, value in row.items() if value is not None}}


def _shared(formats: list[IndicatorFormat], name: str, data: bytes) -> dict[str, object]:
    taking = [kind for kind in formats if kind.recognises(name, data)]
    result: dict[str, object] = {"formats": [kind.name for kind in taking]}
    if len(taking) != 1:
        return result
    indicators, refused = [], []
    for item in taking[0].read(name, data):
        match item:
            case Indicator():
                indicators.append(_fields(item))
            case RefusedRow():
                refused.append(_fields(item))
    return {**result, "indicators": indicators, "refused": refused}


def _fields(thing: Indicator | RefusedRow) -> dict[str, object]:
    """The fields that say something: what is empty is left out."""
    values = ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing) if field.init)
    return {name: _place(value) if isinstance(value, Place) else value for name, value in values if value}


def _place(place: Place) -> dict[str, int]:
    return {name: value for name, value in dataclasses.asdict(place).items() if value}


def _beside(sample: Path) -> Path:
    return sample.with_name(sample.name + GOLDEN)


def _left_over(root: Path) -> list[Path]:
    beside = {_beside(sample) for sample in samples_under(root)}
    golden = (path for room in _ROOMS for path in (root / room).rglob("*" + GOLDEN))
    return sorted(path for path in golden if path not in beside)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return times.written(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no golden form for {type(value).__name__}")


def _text(result: dict[str, object]) -> str:
    # A lone surrogate has no UTF-8 form: it is written as an escape and stays visible.
    dumped = json.dumps(result, indent=1, ensure_ascii=False, default=_plain)
    return dumped.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
