"""What an event costs on its way into a record batch: python -m benchmarks.evtx_steps PATH. Prints JSON: µs a step.

Every step is what comes on top of the one before, each the best of a few runs over the same stretch of the file.
"""

import gc
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from evtx import PyEvtxParser

from sekimori.formats.evtx import Record, records
from sekimori.readers.windows.event_fields import EventBatch, event_row

_BYTES = 4096 + 200 * 65_536
_RUNS = 5


def main(where: str) -> None:
    """Times the steps."""
    data = bytearray(Path(where).read_bytes()[:_BYTES])
    data[42:44] = ((len(data) - 4096) // 65_536).to_bytes(2, "little")  # the file's header counts its chunks
    steps: dict[str, Callable[[], int]] = {
        "the parser": lambda: sum(1 for _ in PyEvtxParser(io.BytesIO(bytes(data)), 1).records_json()),
        "looking at the chunks first": lambda: sum(1 for _ in records(io.BytesIO(data))),
        "decoding its JSON": lambda: sum(1 for _ in _decoded(data)),
        "a row with columns": lambda: sum(1 for event in _decoded(data) if event_row(event)),
        "rows into record batches": lambda: _batched(data),
    }
    gc.freeze()  # as the command line does
    gc.set_threshold(100_000, 20, 100)
    before, found = 0.0, {}
    for name, step in steps.items():
        cost, count = min(_timed(step) for _ in range(_RUNS))
        found[name], before = (cost - before) / count * 1e6, cost
    sys.stdout.write(json.dumps(found))


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


def _timed(step: Callable[[], int]) -> tuple[float, int]:
    start = time.process_time()
    count = step()
    return time.process_time() - start, count


if __name__ == "__main__":
    main(*sys.argv[1:])
