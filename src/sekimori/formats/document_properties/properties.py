"""What the readers of properties have in common: the properties, and how times and languages are written."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["DocumentProperties", "Stamp", "cleaned", "language_of", "stamp"]

_LONGEST = 200
_ISO = re.compile(
    r"(?:D:)?(\d{4})-?(\d\d)?-?(\d\d)?[T ]?(\d\d)?:?(\d\d)?:?(\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d'?:?(?:\d\d)?'?)?"
)
_LANGUAGES = {
    0x0411: "ja-JP", 0x0409: "en-US", 0x0809: "en-GB", 0x0804: "zh-CN", 0x0404: "zh-TW", 0x0C04: "zh-HK",
    0x1004: "zh-SG", 0x0412: "ko-KR", 0x0419: "ru-RU", 0x042A: "vi-VN", 0x0429: "fa-IR", 0x0422: "uk-UA",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time, and the offset that it is written with (`+0800`); `time` is None where no zone says when it was."""

    time: datetime | None = None
    offset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentProperties:
    """What is not said is empty. `languages` are BCP 47 tags, `codepage` that of Windows, `fonts` names as written."""

    author: str = ""
    last_author: str = ""
    company: str = ""
    application: str = ""
    template: str = ""
    created: Stamp = Stamp()
    modified: Stamp = Stamp()
    languages: tuple[str, ...] = ()
    codepage: int = 0
    fonts: tuple[str, ...] = ()


def cleaned(text: str) -> str:
    """A value on one line, without control characters, cut to a sensible length."""
    shown = "".join(one if one.isprintable() else " " for one in text[: 4 * _LONGEST])
    return " ".join(shown.split())[:_LONGEST]


def language_of(number: int) -> str:
    """The language of a Windows number ([MS-LCID]); empty where it is not one that matters here."""
    return _LANGUAGES.get(number & 0xFFFF, "")


def stamp(text: str) -> Stamp:
    """A time as XMP (ISO 8601) or PDF (`D:20141006093000+08'00'`, ISO 32000-1 7.9.4) write it."""
    found = _ISO.match(text.strip()[:60])
    if found is None or not found[7]:
        return Stamp()
    digits = [int(part) if part else first for part, first in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)]
    numbers = re.sub(r"\D", "", found[7]).ljust(4, "0") if found[7] != "Z" else "0000"
    sign = -1 if found[7].startswith("-") else 1
    try:
        zone = timezone(sign * timedelta(hours=int(numbers[:2]), minutes=int(numbers[2:])))
        year, month, day, hour, minute, second = digits
        time = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return Stamp()
    offset = "Z" if found[7] == "Z" else f"{'-' if sign < 0 else '+'}{numbers}"
    return Stamp(time, offset)
