"""Whether the files of the candidate index are what was written: a changed bit in them would lose hits without a word.

Every file of the index that holds data ends with its checksum (Tantivy's footer: JSON with a CRC-32, its length and
1337, 4 bytes each). They are looked at when the index is opened: new and changed ones always, the others once a day, as
disks may also change what nobody wrote.

    checked    {"at": 1760000000.0, "files": {"94f1….idx": [713, 1760000000000000000]}}

Texts and words have checksums of their own (`texts`, `terms`).
"""

import json
import os
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

from sekimori.store.mail_index.texts import DamagedIndex

__all__ = ["check"]

_DAY = 86_400.0
_PIECE = 1 << 20
_END = struct.Struct("<II")
_MAGIC = 1337
_LONGEST = 4096


def check(folder: Path) -> None:
    """Look at the files of the index in a folder of `generation`. Raises `DamagedIndex`."""
    noted = folder / "checked"
    known, now = _known(noted), time()
    fresh = _number(known.get("at"))
    trusted = known.get("files") if 0 <= now - fresh < _DAY else None
    trusted = trusted if isinstance(trusted, dict) else {}
    found: dict[str, list[int]] = {}
    looked_at = 0
    for path in _files(folder / "index"):
        # A file may go while the index is written: the next state names it no more.
        with suppress(FileNotFoundError):
            about = path.stat()
            found[path.name] = [about.st_size, about.st_mtime_ns]
            if trusted.get(path.name) != found[path.name]:
                _look_at(path)
                looked_at += 1
    if looked_at:
        _note(noted, {"at": fresh if trusted else now, "files": found})


def _files(index: Path) -> list[Path]:
    """The files of the committed segments; what is being written meanwhile has no checksum yet."""
    try:
        meta = json.loads((index / "meta.json").read_bytes())
        segments = {str(one["segment_id"]).replace("-", "") for one in meta["segments"]}
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(f"meta.json: {error}") from error
    return sorted(path for path in index.iterdir() if path.name.partition(".")[0] in segments)


def _look_at(path: Path) -> None:
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - _END.size - _LONGEST))
        tail = file.read()
        told = _told(tail)
        if told is None:
            raise DamagedIndex(f"{path.name} has no checksum")
        length, checksum = told
        left, crc = end - length, 0
        file.seek(0)
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            crc = zlib.crc32(piece, crc)
            left -= len(piece)
    if crc != checksum:
        raise DamagedIndex(f"the checksum of {path.name} does not agree")


def _told(tail: bytes) -> tuple[int, int] | None:
    """The length of the footer and the checksum that it tells; None where there is none."""
    if len(tail) < _END.size:
        return None
    length, magic = _END.unpack(tail[-_END.size :])
    if magic != _MAGIC or length > len(tail) - _END.size:
        return None
    try:
        said = json.loads(tail[-_END.size - length : -_END.size])
        return length + _END.size, int(said["crc"])
    except (ValueError, KeyError, TypeError):
        return None


def _known(noted: Path) -> Mapping[str, Any]:
    try:
        known = json.loads(noted.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _note(noted: Path, what: Mapping[str, object]) -> None:
    """Keep what was looked at. Where it cannot be written, it is looked at again the next time."""
    draft = noted.with_name(f"{noted.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(what), "utf-8")
        draft.replace(noted)
    except OSError:
        with suppress(OSError):
            draft.unlink()
