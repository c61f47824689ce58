"""What a batch of records must be to be kept, and what it covers."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from sekimori.model.kinds import ATTACHMENT, UNREAD
from sekimori.model.schema import Kind

__all__ = ["Span", "UnfitRecords", "check", "measure"]

_FIRST_TIME = int(datetime(1, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
_LAST_TIME = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) * 1_000_000 + 999_999


class UnfitRecords(ValueError):
    """Records that no table can hold.

    Other columns than their kind's, texts that are no UTF-8, times out of range, an unread stretch without a reason.
    """


@dataclass(slots=True)
class Span:
    """How many records there are of a kind, how many of them encrypted, and over which time."""

    records: int = 0
    encrypted: int = 0
    first: datetime | None = None
    last: datetime | None = None


def check(kind: Kind, batch: pa.RecordBatch) -> None:
    """Refuse now, with the evidence at hand, what could not be written later. Raises `UnfitRecords`."""
    if not batch.schema.equals(kind.schema):
        raise UnfitRecords(f"the columns are not those of {kind.name}")
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid as error:
        raise UnfitRecords(str(error)) from error
    if kind is UNREAD and batch.column("reason").null_count:
        raise UnfitRecords("an unread stretch has no reason")
    times = pc.min_max(batch.column("timestamp").cast(pa.int64())).as_py()
    if times["min"] is not None and not _FIRST_TIME <= times["min"] <= times["max"] <= _LAST_TIME:
        raise UnfitRecords("a time is not in the years 1 to 9999")


def measure(span: Span, kind: Kind, batch: pa.RecordBatch) -> None:
    """Count a batch in."""
    span.records += len(batch)
    times = pc.min_max(batch.column("timestamp")).as_py()
    for name, choose in (("min", min), ("max", max)):
        if times[name] is not None:
            attribute = "first" if name == "min" else "last"
            before = getattr(span, attribute)
            setattr(span, attribute, times[name] if before is None else choose(before, times[name]))
    if kind is ATTACHMENT:
        # An encrypted archive counts once, not again for each of its members.
        outermost = pc.invert(pc.match_substring(batch.column("mime_part"), "!"))
        span.encrypted += int(pc.sum(pc.and_(batch.column("encrypted"), outermost).cast(pa.int64())).as_py() or 0)
