"""What an event costs on its way into a record batch: python -m benchmarks.evtx_steps PATH. Prints JSON: µs a step.

All steps go over the same stretch of the file.
"""

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from benchmarks.steps import tell
from sekimori.formats.evtx import Record, records
from sekimori.readers.windows.event_fields import EventBatch, event_row

_BYTES = 4096 + 200 * 65_536


def main(where: str) -> None:
    """Times the steps."""
    data = bytearray(Path(where).read_bytes()[:_BYTES])
    data[42:44] = ((len(data) - 4096) // 65_536).to_bytes(2, "little")  # the file's header counts its chunks
    steps: dict[str, Callable[[], float]] = {
        "the parser": lambda: sum(1 for _ in PyEvtxParser(io.BytesIO(bytes(data)), 1).records_json()),
        "looking at the chunks first": lambda: sum(1 for _ in records(io.BytesIO(data))),
        "decoding its JSON": lambda: sum(1 for _ in _decoded(data)),
        "a row with columns": lambda: sum(1 for event in _decoded(data) if event_row(event)),
        "rows into record batches": lambda: _batched(data),
    }
    tell(steps)


def _decoded(data: bytearray) -> Iterator[dict[str, object]]:
    return (orjson.loads(one.json)["Event"] for one in records(io.BytesIO(data)) if isinstance(one, Record))


def _batched(data: bytearray) -> int:
    batch, count = EventBatch("windows.evtx"), 0
    for one in records(io.BytesIO(data)):
        if isinstance(one, Record):
            row = event_row(orjson.loads(one.json)["Event"])
            if batch.add(row, offset=one.offset, length=one.length, line=1):
                count += sum(len(taken.batch) for taken in batch.taken())
    return count + sum(len(taken.batch) for taken in batch.taken())


if __name__ == "__main__":
    main(*sys.argv[1:])
