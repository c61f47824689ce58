"""EVTX files through libevtx as XML: PYTHON benchmarks/peers/libevtx.py PATH, in its own environment.

Prints the number of records.
"""

import sys
from pathlib import Path

import pyevtx  # type: ignore[import-not-found]  # it is in the peer's environment only


def main(path: str) -> None:
    """Renders every record of a file, or of every file below a folder."""
    files = sorted(Path(path).rglob("*.evtx")) if Path(path).is_dir() else [Path(path)]
    sys.stdout.write(f"{sum(_rendered(file) for file in files)}\n")


def _rendered(path: Path) -> int:
    log, count = pyevtx.file(), 0
    try:
        log.open(str(path))
        for number in range(log.number_of_records):
            try:
                log.get_record(number).get_xml_string()
            except OSError:
                continue
            count += 1
        log.close()
    except OSError:
        pass  # it refuses some of the real files
    return count


if __name__ == "__main__":
    main(*sys.argv[1:])
