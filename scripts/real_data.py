"""Unpacks the real data that tests read: python -m scripts.real_data PACKED DEST.

PACKED holds one NAME.tar.xz an area. An area is unpacked once; where PACKED is not there, nothing is done, and the
tests that need it say so.
"""

import sys
import tarfile
from pathlib import Path

__all__ = ["unpack"]


def unpack(packed: Path, destination: Path) -> list[str]:
    """Unpacks every area that is not there yet, and returns their names."""
    unpacked = []
    for archive in sorted(packed.glob("*.tar.xz")):
        area = archive.name.removesuffix(".tar.xz")
        complete = destination / area / ".complete"
        if complete.exists() and complete.stat().st_mtime >= archive.stat().st_mtime:
            continue
        destination.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            tar.extractall(destination, filter="data")
        complete.parent.mkdir(exist_ok=True)
        complete.touch()
        unpacked.append(area)
    return unpacked


if __name__ == "__main__":
    names = unpack(Path(sys.argv[1]), Path(sys.argv[2]))
    if names:
        sys.stdout.write(f"unpacked {', '.join(names)} to {sys.argv[2]}\n")
