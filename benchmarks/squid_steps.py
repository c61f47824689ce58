"""What a megabyte of a Squid log costs on its way into the tables: python -m benchmarks.squid_steps PATH."""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from benchmarks.steps import tell
from sekimori.app.golden import MemorySource
from sekimori.formats.lines import chunks
from sekimori.model.kinds import KINDS
from sekimori.readers.network.squid import SquidAccess
from sekimori.readers.protocol import ReadingContext, Records
from sekimori.store.layout import KEY_BYTES
from sekimori.store.originals import BLOCK
from sekimori.store.segments import SegmentWriter

_BYTES = 128 << 20  # more than one row group, so that the tables cost what they do in a large log
_KEY = bytes(range(256)) * (KEY_BYTES // 256)


def main(where: str) -> None:
    """Times the steps."""
    with Path(where).open("rb") as log:
        data = log.read(_BYTES)
    data = data[: data.rindex(b"\n") + 1]
    megabytes = len(data) / 1e6

    def lines() -> float:
        for _ in chunks(io.BytesIO(data)):
            pass
        return megabytes

    def columns() -> float:
        for _ in _records(data):
            pass
        return megabytes

    def tables(*, keeps: bool) -> float:
        with tempfile.TemporaryDirectory() as folder:
            writer = SegmentWriter(Path(folder), _KEY, 1)
            if keeps:
                sha256(data)
                writer.pack.add(data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
            for item in _records(data):
                writer.add(KINDS["network"], 1, item.batch)
            writer.finish()
        return megabytes

    steps: dict[str, Callable[[], float]] = {
        "finding its lines": lines,
        "columns of its fields": columns,
        "distinct values, roll-up, tables": lambda: tables(keeps=False),
        "hash and packed original": lambda: tables(keeps=True),
    }
    tell(steps)


def _records(data: bytes) -> Iterator[Records]:
    source = MemorySource("access.log", data)
    for item in SquidAccess().read(source, ReadingContext()):
        if isinstance(item, Records):
            yield item


if __name__ == "__main__":
    main(*sys.argv[1:])
