"""EVTX files through the `evtx` parser with its JSON decoded, and nothing else: … evtx_json PATH.

Prints the number of records: what any reader on this parser has to spend at least.
"""

import sys
from pathlib import Path

import orjson
from evtx import PyEvtxParser


def main(where: str) -> None:
    """Decodes every record of a file, or of every file below a folder."""
    count = 0
    for path in sorted(Path(where).rglob("*.evtx")) or [Path(where)]:
        for record in PyEvtxParser(str(path)).records_json():
            if record is not None:  # one that the parser could not read
                orjson.loads(record["data"])
                count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
