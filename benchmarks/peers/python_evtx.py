"""EVTX files through python-evtx as XML: PYTHON benchmarks/peers/python_evtx.py FOLDER, in its own environment.

Prints the number of records.
"""

import sys
from pathlib import Path

from Evtx.Evtx import Evtx  # type: ignore[import-not-found]  # it is in the peer's environment only


def main(folder: str) -> None:
    """Renders every record of every file below the folder."""
    count = 0
    for path in sorted(Path(folder).rglob("*.evtx")):
        with Evtx(str(path)) as log:
            for record in log.records():
                record.xml()
                count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
