"""When work began and ended, from what people write in one, two or three cells.

    2026/1/15 | 10:00 | 11:30            1月15日 | 22:00～2:00            R8.1.15 10時頃～午後3時半

An end before its start lies on the next day, and so does an hour beyond 24 (25:30).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sekimori.model.report import N_
from sekimori.values import times
from sekimori.values.errors import InvalidValue

__all__ = ["Span", "date_in", "span_of"]

_DAY = 86_400
_LONGEST = timedelta(days=180)  # from a start to an end without a year
_RANGE = re.compile(
    r"\s*(?:~|〜|∼|→|⇒|から|–|—|―|\bto\b|\buntil\b|(?<=[0-9時分半頃mM])\s*[-ー]\s*(?=(?:午前|午後|[AaPp][Mm])?\s*[0-9]{1,2}\s*[:時]))\s*"
)
_DATE = re.compile(
    r"(?:(?:令和|平成|昭和|[RHSrhs])\.?\s*(?:[0-9]{1,2}|元)\s*[年./-]\s*|[0-9]{4}\s*[年./-]\s*)[0-9]{1,2}\s*[月./-]\s*[0-9]{1,2}\s*日?"
    r"|[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日|(?<![0-9])20[0-9]{6}(?![0-9])|(?<![0-9:/])[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?(?![0-9/])"
)
_WEEKDAY = re.compile(r"\(\s*(?:[月火水木金土日](?:曜日?)?|[A-Za-z]{2,9}\.?)(?:・?[祝休])?\s*\)")
_CLOCK = re.compile(r"[0-9]\s*[:時]|午前|午後|\b[ap]\.?m\b", re.IGNORECASE)
_DIGITS = re.compile(r"\A([0-9]{1,2})([0-9]{2})(?=\s*(?:頃|ごろ)?\Z)")
_NEXT_DAY = re.compile(r"翌日?|次の日|\bnext day\b", re.IGNORECASE)
_LATE_HOUR = re.compile(r"(?<![0-9:])(2[4-9]|3[0-5])(?=\s*[:時])")
_FINISHING = re.compile(r"\s*(?:まで|終了|完了|開始|より)\s*\Z")
_LASTING = re.compile(
    r"(?:約)?\s*([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*(時間|分|h|hours?|hrs?|m|min|minutes?)\s*\Z", re.IGNORECASE
)


_SERIAL = re.compile(r"(?:[3-6][0-9]{4}|0(?=\.))(?:\.[0-9]{1,17})?")  # a spreadsheet's number of days, or a part of one
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of such calendars, which know no zones


@dataclass(frozen=True, slots=True)
class Span:
    """Start and end in UTC; `precision` is by how many seconds they may be off, as written."""

    start: datetime
    end: datetime | None
    precision: int


def date_in(text: str) -> str | None:
    """The first date that a text holds, as it stands there."""
    found = _DATE.search(_plain(text))
    return found.group().strip() if found else None


def span_of(day: str, start: str, end: str, zone: ZoneInfo, arrived: datetime) -> Span:
    """The span that the cells for day, start and end tell of; each may be empty or hold several of these.

    Dates without a year take the latest one that does not lie after `arrived`. Raises `InvalidValue`.
    """
    days, starts = _halves(_plain(day)), _halves(_plain(start))
    ends = (_plain(end), "") if _plain(end) else (starts[1] or "", "")
    if not starts[0] and _CLOCK.search(_DATE.sub("", days[0])):  # day and time stand in one cell
        starts, days = (days[0], ""), (days[0], "")
        ends = (ends[0] or _halves(_plain(day))[1], "")
    first = _first_day(days[0], starts[0], zone, arrived)
    if not _CLOCK.search(_DATE.sub("", starts[0])):
        last = _day(days[1] or ends[0], zone, first + _LONGEST) if days[1] or date_in(ends[0]) else None
        return Span(first, last and last + timedelta(days=1), _DAY)
    begun = _moment(first, _DATE.sub("", starts[0]), zone)
    ended, exact = _ended(begun, first, days[1], ends[0], zone)
    precision = max(times.precision(starts[0]), exact)
    return Span(begun, ended, min(precision, _DAY))


def _plain(text: str) -> str:
    plain = _FINISHING.sub("", _WEEKDAY.sub(" ", unicodedata.normalize("NFKC", text))).strip()
    if not _SERIAL.fullmatch(plain):
        return _DIGITS.sub(r"\1:\2", plain)
    moment = _FIRST_DAY + timedelta(minutes=round(float(plain) * 1440))
    if plain.startswith("0"):
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if plain.isdigit() else f"{moment:%Y-%m-%d %H:%M}"


def _halves(text: str) -> tuple[str, str]:
    parts = _RANGE.split(text, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _first_day(day: str, start: str, zone: ZoneInfo, arrived: datetime) -> datetime:
    written = date_in(start) or date_in(day) or day
    if not written:
        raise InvalidValue("time", start or day, N_("the row has no date"))
    return _day(written, zone, arrived)


def _day(text: str, zone: ZoneInfo, latest: datetime) -> datetime:
    """Midnight of a date."""
    moment = times.parse(date_in(text) or text, zone, year_from=latest).astimezone(zone)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(day: datetime, clock: str, zone: ZoneInfo) -> datetime:
    text, later = _NEXT_DAY.subn("", clock)
    if late := _LATE_HOUR.search(text):
        later += 1
        text = text[: late.start()] + str(int(late[1]) - 24) + text[late.end() :]
    return times.parse(f"{day:%Y-%m-%d} {text.strip()}", zone) + timedelta(days=later)


def _ended(begun: datetime, first: datetime, day: str, end: str, zone: ZoneInfo) -> tuple[datetime | None, int]:
    """The end, and by how many seconds it may be off; nothing where none is written or it cannot be understood."""
    if lasting := _LASTING.fullmatch(end):
        minutes = float(lasting[1]) * (60 if lasting[2].lower()[0] in "時h" else 1)
        return begun + timedelta(minutes=minutes), 60
    clock = _DATE.sub("", end)
    if not _CLOCK.search(clock):
        return None, 0
    try:
        written = date_in(end) or date_in(day)
        last = _day(written, zone, first + _LONGEST) if written else first
        ended = _moment(last, clock, zone)
    except InvalidValue:
        return None, 0
    if ended < begun and not written:
        ended += timedelta(days=1)
    return (ended if ended >= begun else None), times.precision(clock)
