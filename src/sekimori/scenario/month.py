"""The month in which everything happens: October 2026 in Japan, and the random streams that fill it.

Every area of the month draws from a stream of its own, so that a change in one leaves the others as they were.
"""

from datetime import datetime, timedelta, timezone
from random import Random

__all__ = ["DAYS", "JST", "WORKING_DAYS", "at", "is_working", "name_of", "office_moment", "stream"]

JST = timezone(timedelta(hours=9), "JST")
DAYS = range(1, 32)
_HOLIDAY = 12  # スポーツの日


def is_working(day: int) -> bool:
    """Whether people work on this day of the month."""
    return at(day).weekday() < 5 and day != _HOLIDAY


def at(day: int, clock: str = "00:00:00") -> datetime:
    """A moment of the month in Japanese time: `at(9, "08:52:10")`."""
    return datetime.fromisoformat(f"2026-10-{day:02d}T{clock}+09:00").astimezone(JST)


def name_of(day: int) -> str:
    """The day as file names have it: 20261009."""
    return f"202610{day:02d}"


def office_moment(dice: Random, day: int) -> datetime:
    """A moment in office hours, oftener in the late morning and the afternoon; to the millisecond."""
    hour = dice.choice((8.7, 9.5, 10.5, 11.3, 13.5, 14.5, 15.5, 16.5, 17.5)) + dice.random()
    return at(day) + timedelta(milliseconds=int(hour * 3_600_000))


def stream(seed: int, area: str) -> Random:
    """The random numbers of one area of the month: the same for the same seed, on every machine."""
    return Random(f"{seed}/{area}")  # noqa: S311 - invented data, nothing secret


WORKING_DAYS = tuple(day for day in DAYS if is_working(day))
