"""Windows shortcuts: what they start, and whose icon they show.

Reference: [MS-SHLLINK] 2.1 (header), 2.3 (where the target is), 2.4 (strings), 2.5 (icon and environment blocks).
LnkParse3 reads them; only the first 256 KiB, since shortcuts are padded to pass for documents, and within a time.

    4c 00 00 00 01 14 02 00 …    C:\\Windows\\System32\\cmd.exe, icon C:\\…\\WINWORD.EXE number 1
"""

import io
import warnings
from dataclasses import dataclass
from typing import Any

from sekimori.formats.document_text.limits import TooSlow, time_limit

__all__ = ["MAGIC", "Shortcut", "shortcut_of"]

MAGIC = bytes.fromhex("4c0000000114020000000000")[:8]

_READ = 256 << 10
_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """What is not said is empty. `icon_number` counts the icons in the file; negative ones are resource numbers."""

    target: str = ""
    arguments: str = ""
    icon: str = ""
    icon_number: int = 0


def shortcut_of(data: bytes, *, seconds: float = 2.0) -> Shortcut | None:
    """What a shortcut says; None for what is none, or cannot be read. Never raises on any bytes."""
    if not data.startswith(MAGIC):
        return None
    try:
        with warnings.catch_warnings(), time_limit(seconds):
            warnings.simplefilter("ignore")
            return _read(data[:_READ])
    except TooSlow:
        return None
    except Exception:  # noqa: BLE001 - a library's fault on hostile bytes
        return None


def _read(data: bytes) -> Shortcut:
    import LnkParse3  # noqa: PLC0415 - where there is a shortcut

    # Strings without Unicode are in the code page of the machine it was made on: here that of Japan.
    link = LnkParse3.lnk_file(io.BytesIO(data), cp="cp932")
    extra = link.extras.as_dict()
    strings = link.string_data
    base = link.info.local_base_path() if link.info is not None else ""
    target = _block(extra, "ENVIRONMENTAL_VARIABLES_LOCATION_BLOCK") or base or strings.relative_path()
    return Shortcut(
        target=_text(target),
        arguments=_text(strings.command_line_arguments()),
        icon=_text(strings.icon_location() or _block(extra, "ICON_LOCATION_BLOCK")),
        icon_number=int(link.header.icon_index()),
    )


def _block(extra: dict[str, Any], name: str) -> str:
    block = extra.get(name) or {}
    return str(block.get("target_unicode") or block.get("target_ansi") or "")


def _text(value: object) -> str:
    text = str(value or "")[:_LONGEST].split("\0")[0]
    return "".join(one for one in text if one.isprintable())
