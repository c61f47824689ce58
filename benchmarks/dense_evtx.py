"""Writes one large EVTX file out of the fullest chunks of real ones.

Sample files hold a few records in a chunk of 64 KiB, a machine's log hundreds. Chunks stand on their own (MS-EVEN6;
libevtx's description of the format), so a file of any size can be put together from them.
"""

import struct
import sys
import zlib
from pathlib import Path

__all__ = ["write"]

HEADER = 4096
CHUNK = 65_536
FULLEST = 200


def write(folder: Path, target: Path, chunks: int) -> None:
    """Write `target` with so many chunks, taken in turn from the fullest of all files below `folder`."""
    found: list[tuple[int, bytes]] = []
    header = b""
    for path in sorted(folder.rglob("*.evtx")):
        data = path.read_bytes()
        header = header or data[:HEADER]
        for start in range(HEADER, len(data) - CHUNK + 1, CHUNK):
            chunk = data[start : start + CHUNK]
            if chunk.startswith(b"ElfChnk\0"):
                (used,) = struct.unpack_from("<I", chunk, 0x30)
                found.append((used, chunk))
    best = [chunk for _, chunk in sorted(found, key=lambda one: one[0], reverse=True)[:FULLEST]]
    head = bytearray(header)
    struct.pack_into("<QQQ", head, 8, 0, chunks - 1, chunks * 1000)
    struct.pack_into("<H", head, 42, min(chunks, 65_535))
    struct.pack_into("<I", head, 120, 0)
    struct.pack_into("<I", head, 124, zlib.crc32(bytes(head[:120])))
    with target.open("wb") as file:
        file.write(head)
        for number in range(chunks):
            file.write(best[number % len(best)])


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
