"""Times as logs, mails and people write them, brought to UTC.

Read are ISO 8601 (also compact), RFC 5322 dates with the zones that broken mailers write, Apache's and syslog's
forms, the short dates of English, German and Japanese Windows, Japanese dates with and without era, 12-hour clocks,
and seconds, milliseconds or microseconds since 1970. Full-width digits and weekdays do no harm.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sekimori.values.errors import InvalidValue, present
from sekimori.values.wording import N_

__all__ = ["parse", "precision", "written"]

_TYPE = "time"
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(2101, 1, 1, tzinfo=UTC)
_TEXT_MAX = 100

_MONTHS = {
    name: at
    for at, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988, "昭和": 1925, "s": 1925}
"""The year before the first of each era."""

_ZONES = {
    name: timezone(timedelta(hours=hours))
    for hours, names in (
        (0, ("z", "ut", "utc", "gmt")),
        *((-4, ("edt",)), (-5, ("est", "cdt")), (-6, ("cst", "mdt")), (-7, ("mst", "pdt")), (-8, ("pst",))),
        *((1, ("cet", "bst")), (2, ("cest",)), (8, ("hkt", "sgt")), (9, ("jst", "kst"))),
    )
    for name in names
}
"""The names of RFC 5322, section 4.3, and those that mailers in Europe and East Asia write."""

# The forms of most log lines and mails, for which there is a short way.
_SECONDS = "([0-9]{2}):([0-9]{2}):([0-9]{2})"
_ISO = re.compile(rf"[0-9]{{4}}([-/])[0-9]{{2}}\1[0-9]{{2}}[T ]{_SECONDS}(?:\.[0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
_APACHE_OR_MAIL = re.compile(
    r"\[?(?:[A-Z][a-z]{2}, +)?([0-9]{1,2})[ /]([A-Z][a-z]{2})[ /]([0-9]{4})[: ]"
    rf"{_SECONDS}(?: ([+-][0-9]{{4}}))?\]?(?: \([A-Z]+\))?"
)
_SYSLOG = re.compile(rf"([A-Z][a-z]{{2}}) +([0-9]{{1,2}}) {_SECONDS}")

_EPOCH = re.compile(r"([0-9]{9,10}|[0-9]{13}|[0-9]{16})(?:\.([0-9]+))?")

_REWRITTEN = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\([^()]*\)|[\[\]\"']|[月火水木金土日]曜日?|約|頃|ごろ|ころ|\b(?:about|around|approx\.?|at)\b", " "),
        (r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?", " "),
        (r"(:[0-9]{2}),(?=[0-9])", r"\1."),
        (r",", " "),
        (r"\b([ap])\.m\.?", r"\1m"),
        (r"([0-9])\s*時\s*半", r"\1:30"),
        (r"([0-9])\s*時\s*([0-9]{1,2})\s*分\s*([0-9]{1,2})\s*秒", r"\1:\2:\3"),
        (r"([0-9])\s*時\s*([0-9]{1,2})\s*分", r"\1:\2"),
        (r"([0-9])\s*時", r"\1:00"),
        (r"^\s*([0-9]{4})([0-9]{2})([0-9]{2})[t _]?([0-9]{2})([0-9]{2})([0-9]{2})", r"\1-\2-\3 \4:\5:\6"),
        (r"^\s*([0-9]{4})([0-9]{2})([0-9]{2})[t _]?([0-9]{2})([0-9]{2})(?![0-9])", r"\1-\2-\3 \4:\5"),
        (r"^\s*([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])", r"\1-\2-\3"),
        (r"\s+", " "),
    )
)
"""What is brought to a simpler writing first, in this order."""

_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"(?P<day>[0-9]{1,2})"
_MONTH = r"(?P<month>[0-9]{1,2})"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<year>[0-9]{{4}})(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}(?![0-9])",
        rf"(?P<year>[0-9]{{4}}) ?年 ?{_MONTH} ?月 ?{_DAY} ?日",
        rf"(?P<era>令和|平成|昭和|[rhs])\.? ?(?P<year>[0-9]{{1,2}}|元) ?[年./-] ?{_MONTH} ?[月./-] ?{_DAY} ?日?",
        r"(?P<first>[0-9]{1,2})(?P<mark>[-/])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})(?![0-9])",
        rf"{_DAY}\.{_MONTH}\.(?P<year>[0-9]{{4}})(?![0-9])",
        rf"{_DAY}[-/ ]{_NAME}(?:[-/ ](?P<year>[0-9]{{4}}(?![0-9])|[0-9]{{2,3}}(?![0-9:])))?",
        rf"{_NAME} {_DAY}(?![0-9:])(?: (?P<year>[0-9]{{4}})(?![0-9]))?",
        rf"{_MONTH} ?月 ?{_DAY} ?日",
        rf"{_MONTH}/{_DAY}(?![/0-9])",
    )
)
_CLOCK = re.compile(
    r"[ t:_-]*(?P<before>am|pm|午前|午後)? ?(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:\.(?P<fraction>[0-9]+))?)?)? ?(?P<after>am|pm)?"
)
_TAIL = re.compile(
    r" ?(?P<name>[a-z]{1,5})? ?(?:(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?)? ?(?:[a-z]{1,5})?"
    r"(?:(?:\A| )(?P<year>[0-9]{4}))?"
)

_VAGUE = re.compile(r"約|頃|ごろ|ころ|前後|\b(?:about|around|approx)")
_UNITS = (
    (re.compile(r"[0-9]:[0-9]{1,2}:[0-9]{2}|秒|(?:\A[0-9]{8}[t _]?|t)[0-9]{6}"), 1),
    (re.compile(r"[0-9]:[0-9]{1,2}|分|時\s*半|\A[0-9]{8}[t _]?[0-9]{4}"), 60),
    (re.compile(r"[0-9]\s*(?:時|[ap]\.?m\b)|(?:\b[ap]\.?m\.?|午前|午後)\s*[0-9]"), 3600),
)
_ROUGHLY = 1800
_A_DAY = 86_400


class _Written(NamedTuple):
    """A time as it was written: the year is None where there is none."""

    year: int | None
    month: int
    day: int
    clock: timedelta
    zone: tzinfo


def parse(text: str, zone: ZoneInfo, *, year_from: datetime | None = None, day_first: bool = False) -> datetime:
    """The time in UTC. `zone` holds for what names no zone itself.

    A time without a year takes the latest one that does not put it after `year_from`, and is refused without that.
    `6/5/2026` is the 5th of June, with `day_first` the 6th of May. A date alone is its midnight, 24:00 the next one.
    A zone that says nothing in a mail's date is UTC (RFC 5322, section 4.3). Words for "about" are passed over;
    `precision` tells of them. Raises `InvalidValue`, also before 1970 and after 2100.
    """
    found = _from_iso(text, zone) or _from_epoch(text)
    if found is None:
        written = _logged(text, zone) or _read(text, zone, day_first)
        found = _dated(text, written, year_from)
    if not _FIRST <= found < _END:
        raise InvalidValue(_TYPE, text, N_("it lies before 1970 or after 2100"))
    return found


def _from_iso(text: str, zone: ZoneInfo) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # 24:00, a leap second, a wrong day: the long way reads or explains it
        return None


def _logged(text: str, zone: ZoneInfo) -> _Written | None:
    """What the long way would find, for the usual forms; None for all others and for what may be wrong."""
    if found := _APACHE_OR_MAIL.fullmatch(text):
        day, name, year, hour, minute, second, offset = found.groups()
    elif found := _SYSLOG.fullmatch(text):
        name, day, hour, minute, second = found.groups()
        year = offset = None
    else:
        return None
    if name.lower() not in _MONTHS or hour > "23" or minute > "59" or second > "59":
        return None
    return _Written(
        year=int(year) if year else None,
        month=_MONTHS[name.lower()],
        day=int(day),
        clock=timedelta(hours=int(hour), minutes=int(minute), seconds=int(second)),
        zone=_offset(offset[0], int(offset[1:3]), int(offset[3:])) or UTC if offset else zone,
    )


@lru_cache(maxsize=256)
def _offset(sign: str, hours: int, minutes: int) -> timezone | None:
    """The zone of an offset; None for one that no place on earth has."""
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def _from_epoch(text: str) -> datetime | None:
    found = _EPOCH.fullmatch(unicodedata.normalize("NFKC", text.strip())) if len(text) < _TEXT_MAX else None
    if not found:
        return None
    whole, fraction = found.group(1), found.group(2) or ""
    digits = whole + fraction
    seconds = 10 if len(whole) in {13, 16} else len(whole)
    return _FIRST + timedelta(seconds=int(digits[:seconds]), microseconds=_micro(digits[seconds:]))


def _micro(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _plain(text: str) -> str:
    if len(present(_TYPE, text)) > _TEXT_MAX:
        raise InvalidValue(_TYPE, text, N_("it is too long for a time"))
    plain = unicodedata.normalize("NFKC", text).lower()
    for pattern, replacement in _REWRITTEN:
        plain = pattern.sub(replacement, plain)
    return plain.strip()


def _read(text: str, zone: ZoneInfo, day_first: bool) -> _Written:
    plain = _plain(text)
    date = next(filter(None, (pattern.match(plain) for pattern in _DATES)), None)
    if date is None:
        raise InvalidValue(_TYPE, text, N_("it starts with no known form of a date"))
    parts = {"month": "", "name": "", "era": "", "year": "", **date.groupdict()}
    if "first" in parts:
        parts["day"], parts["month"] = (
            (parts["first"], parts["second"]) if day_first else (parts["second"], parts["first"])
        )
    clock, tail = _clock(text, plain[date.end() :])
    found = _TAIL.fullmatch(tail.strip())
    if found is None:
        raise InvalidValue(_TYPE, text, N_("{text} after date and time is no zone").format(text=repr(tail.strip())))
    return _Written(
        year=_year(parts["year"] or found["year"], parts["era"]),
        month=_MONTHS[parts["name"]] if parts["name"] else int(parts["month"]),
        day=int(parts["day"]),
        clock=clock,
        zone=_zone(text, found, lenient=bool(parts["name"])) or zone,
    )


def _year(digits: str | None, era: str) -> int | None:
    """The full year; of two or three digits as RFC 5322, section 4.3, has it."""
    if not digits:
        return None
    year = 1 if digits == "元" else int(digits)
    if era:
        return _ERAS[era] + year
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _clock(text: str, rest: str) -> tuple[timedelta, str]:
    """The time of day, and what follows it; midnight where there is none."""
    found = _CLOCK.match(rest)
    if not found or not (found["minute"] or found["before"] or found["after"]):
        return timedelta(), rest
    half = found["before"] or found["after"]
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if half and hour == 12:
        hour = 0
    if half in {"pm", "午後"} and hour < 12:
        hour += 12
    if half in {"am", "午前"} and hour >= 12:
        raise InvalidValue(_TYPE, text, N_("its hour lies after noon"))
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=_micro(found["fraction"]))
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and clock > timedelta(days=1)):
        raise InvalidValue(_TYPE, text, N_("there is no such time of day"))
    return clock, rest[found.end() :]


def _zone(text: str, found: re.Match[str], *, lenient: bool) -> tzinfo | None:
    """The zone that was written, None where there is none; a senseless one is UTC where that is the rule."""
    if found["sign"]:
        offset = _offset(found["sign"], int(found["hours"]), int(found["minutes"] or 0))
        if offset is not None:
            return offset
    elif not found["name"]:
        return None
    elif found["name"] in _ZONES:
        return _ZONES[found["name"]]
    if lenient:
        return UTC
    raise InvalidValue(_TYPE, text, N_("its time zone is unknown"))


def _dated(text: str, written: _Written, year_from: datetime | None) -> datetime:
    if written.year is not None:
        return _in_year(text, written, written.year)
    if year_from is None:
        raise InvalidValue(_TYPE, text, N_("it has no year"))
    for year in range(year_from.year + 1, year_from.year - 9, -1):  # a 29th of February may lie eight years back
        if written.month == 2 and written.day == 29 and not _is_leap(year):
            continue
        found = _in_year(text, written, year)
        if found <= year_from:
            return found
    raise InvalidValue(_TYPE, text, N_("there is no such day"))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _in_year(text: str, written: _Written, year: int) -> datetime:
    if not 1969 <= year <= 2101:
        raise InvalidValue(_TYPE, text, N_("it lies before 1970 or after 2100"))
    try:
        midnight = datetime(year, written.month, written.day, tzinfo=written.zone)
    except ValueError as error:
        reason = N_("there is no day {day} in a month {month}").format(day=written.day, month=written.month)
        raise InvalidValue(_TYPE, text, reason) from error
    return (midnight + written.clock).astimezone(UTC)


def precision(text: str) -> int:
    """By how many seconds a time may be off as it is written.

    1 with seconds, 60 with minutes, 3,600 with hours only, 86,400 for a date alone; at least 1,800 with a word such
    as 頃. Never raises.
    """
    plain = unicodedata.normalize("NFKC", text[:_TEXT_MAX]).lower().strip()
    if _EPOCH.fullmatch(plain):
        return 1
    unit = next((seconds for pattern, seconds in _UNITS if pattern.search(plain)), _A_DAY)
    return max(unit, _ROUGHLY) if _VAGUE.search(plain) else unit


def written(time: datetime) -> str:
    """A time as every document of the program has it: ISO 8601 in UTC with a Z. `ValueError` for one without a zone."""
    if time.utcoffset() is None:
        raise ValueError(f"the time {time.isoformat()} has no zone")
    return time.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
