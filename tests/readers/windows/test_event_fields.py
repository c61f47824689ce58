"""Events to rows: the times, whatever stands beside them."""

from sekimori.readers.windows.event_fields import EventBatch, event_row
from sekimori.readers.windows.event_rules import Data

_KEPT = "2026-01-15 01:02:03.456789+00:00"


def _times(*texts: str) -> list[str | None]:
    batch = EventBatch("windows.evtx")
    for text in texts:
        event: Data = {"System": {"TimeCreated": {"#attributes": {"SystemTime": text}}}}
        batch.add(event_row(event), offset=0, length=1, line=1)
    (records,) = batch.taken()
    return [None if time is None else str(time) for time in records.batch.column("timestamp").to_pylist()]


def test_digits_behind_microseconds_are_left_out() -> None:
    assert _times("2026-01-15T01:02:03.456789Z", "2026-01-15T01:02:03.4567899Z") == [_KEPT, _KEPT]


def test_what_is_no_time_costs_only_itself() -> None:
    assert _times("2026-01-15T01:02:03.456789x", "2026-01-15T01:02:03.4567899Z") == [None, _KEPT]
