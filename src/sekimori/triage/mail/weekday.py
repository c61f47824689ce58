"""A weekday that does not suit its date."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Weekday"]

import re
from datetime import date

_JAPANESE = re.compile(
    r"(?:(?:(20\d\d|19\d\d)|(令和)(元|\d{1,2}))年)?(\d{1,2})月(\d{1,2})日\s?[(（［]([日月火水木金土])(?:曜日?)?(?:・祝)?[)）］]"
)
_DAYS = "月火水木金土日"
_ENGLISH = re.compile(
    r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?"
    r"(January|February|March|April|May|June|July|August|September|October|November|December)\s*(\d{1,2})?(?:st|nd|rd|th)?,?\s+(20\d\d)\b"
)
_WEEKDAYS = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Weekday(Rule):
    """A date with the wrong weekday."""

    name = "body.weekday"
    title = Bilingual("曜日と日付の食い違い", "Weekday and date do not fit")
    why = Bilingual(
        "古い案内文の使い回しや、暦を確かめない書き手の不注意を示す。",
        "It shows a reused text, or a writer who did not look at the calendar.",
    )
    reference = "sekimori docs: triage (careless slips)"
    facet = Facet.BODY
    weights = points(targeted=15)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A date in the body with its weekday; without a year that of the mail, the one before and after."""
        written = facts.mail.date.time if facts.mail.date else None
        for found in _JAPANESE.finditer(facts.text[:30_000]):
            western, era, count, month, day, name = found.groups()
            if western:
                years = [int(western)]
            elif era:
                years = [2018 + (1 if count == "元" else int(count))]
            else:
                years = [written.year - 1, written.year, written.year + 1] if written else []
            if years and not _suits(years, int(month), int(day), _DAYS.index(name)):
                ja, en = f"「{found[0]}」の曜日が合わない", f"the weekday of “{found[0]}” is wrong"
                yield self.found(facts.where_says(found[0]), ja=ja, en=en)
        for found in _ENGLISH.finditer(facts.text[:30_000]):
            name, before, month, after, year = found.groups()
            day = before or after
            if day and not _suits([int(year)], _MONTHS.index(month) + 1, int(day), _WEEKDAYS.index(name)):
                ja, en = f"「{found[0]}」の曜日が合わない", f"the weekday of “{found[0]}” is wrong"
                yield self.found(facts.where_says(found[0]), ja=ja, en=en)


def _suits(years: list[int], month: int, day: int, weekday: int) -> bool:
    """Whether the day is of that weekday in one of the years; a day that no calendar has suits none."""
    for year in years:
        try:
            if date(year, month, day).weekday() == weekday:
                return True
        except ValueError:
            continue
    return False
