"""The icon of a Windows program: of the first group, in the size that a folder shows.

Reference: Microsoft, "PE Format", The .rsrc Section; "Icons" (GRPICONDIR: what RT_GROUP_ICON and RT_ICON hold). pefile
finds the resources, pillow decodes: only headers and resources are read, a picture of at most 256 pixels a side.

    MZ … PE … RT_GROUP_ICON 1 -> RT_ICON 3 (48 x 48, 32 bits)
"""

import io
import struct
import warnings
from typing import TYPE_CHECKING, Any

from sekimori.formats.document_text.limits import TooSlow, time_limit

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["LARGEST", "program_icon"]

LARGEST = 32 << 20
"""A program of more bytes is not looked into."""

_ICON, _GROUP = 3, 14
_SIDE = 48  # what Explorer shows as "medium icons"
_ICON_BYTES = 512 << 10
_ENTRIES = 40
_WIDEST = 256


def program_icon(data: bytes, *, seconds: float = 3.0) -> "Image | None":
    """The icon as RGBA; None for what is no program, has none, or cannot be read. Never raises on any bytes."""
    if not data.startswith(b"MZ") or len(data) > LARGEST or seconds <= 0:
        return None
    try:
        with warnings.catch_warnings(), time_limit(seconds):
            warnings.simplefilter("ignore")
            entry = _chosen(data)
            return _drawn(*entry) if entry is not None else None
    except TooSlow:
        return None
    except Exception:  # noqa: BLE001 - a library's fault on hostile bytes
        return None


def _chosen(data: bytes) -> tuple[bytes, bytes] | None:
    """The icon nearest to the size shown, the most colours among equals: its entry in the group, its picture."""
    import pefile  # noqa: PLC0415 - where there is a program

    program = pefile.PE(data=data, fast_load=True)
    try:
        kind = pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]
        program.parse_data_directories(directories=[kind])
        resources = getattr(program, "DIRECTORY_ENTRY_RESOURCE", None)
        kinds = {one.id: one for one in resources.entries} if resources is not None else {}
        if _ICON not in kinds or _GROUP not in kinds:
            return None
        group = _content(program, kinds[_GROUP].directory.entries[0])
        found = [group[at : at + 14] for at in range(6, min(len(group), 6 + 14 * _ENTRIES) - 13, 14)]
        pictures = {one.id: one for one in kinds[_ICON].directory.entries}
        for entry in sorted(found, key=_fitness):
            picture = pictures.get(struct.unpack_from("<H", entry, 12)[0])
            if picture is not None:
                return entry, _content(program, picture)
    finally:
        program.close()
    return None


def _content(program: Any, entry: Any) -> bytes:
    """The bytes of a resource, in its first language."""
    place = entry.directory.entries[0].data.struct
    content: bytes = program.get_data(place.OffsetToData, min(place.Size, _ICON_BYTES))
    return content


def _fitness(entry: bytes) -> tuple[int, int]:
    return abs((entry[0] or _WIDEST) - _SIDE), -struct.unpack_from("<H", entry, 6)[0]


def _drawn(entry: bytes, picture: bytes) -> "Image | None":
    """The icon, by way of an icon file that holds it alone."""
    from PIL import Image  # noqa: PLC0415

    if picture.startswith(b"\x89PNG") and max(struct.unpack_from(">II", picture, 16)) > _WIDEST:
        return None
    if not picture.startswith(b"\x89PNG") and max(map(abs, struct.unpack_from("<ii", picture, 4))) > 2 * _WIDEST:
        return None
    head = struct.pack("<HHH", 0, 1, 1) + entry[:8] + struct.pack("<II", len(picture), 22)
    with Image.open(io.BytesIO(head + picture), formats=("ICO",)) as icon:
        return icon.convert("RGBA")
