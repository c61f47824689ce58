"""Lists of known bulk mails (JC3, Council of Anti-Phishing Japan), loaded from files that carry their date.

    name: 注意喚起の一覧
    source: https://www.antiphishing.jp/news/alert/
    date: 2026-10-01
    subjects: [お支払い方法に問題があります]
    brands: [Example Bank]
    domains: [phish.example]

A list older than 30 days, one of a day to come, or none at all, leaves open whether a mail is on it: "not on the list"
is then no answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import yaml

from sekimori.values.text import fold
from sekimori.values.wording import N_

__all__ = ["FRESH", "BulkList", "BulkLists", "InvalidList", "parse_list"]

FRESH = timedelta(days=30)
"""How long a list may be asked for what is not on it."""

_TOMORROW = timedelta(days=1)
"""So far ahead a list may be dated: where it was written it may be a day later."""

_KEYS = frozenset({"name", "source", "date", "subjects", "brands", "domains"})
_SHORTEST = 4


class InvalidList(ValueError):
    """A file that is no list of bulk mails; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkList:
    """One list: parts of subjects, brands that are abused, domains led to. All texts are folded."""

    name: str
    source: str
    date: date
    subjects: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulkLists:
    """All lists that are loaded."""

    lists: tuple[BulkList, ...] = ()

    def stale(self, today: date) -> bool:
        """Whether no list can say what is not on it: each is too old or of a day to come, or there is none."""
        return not any(-_TOMORROW <= today - one.date <= FRESH for one in self.lists)

    def newest(self, today: date) -> date | None:
        """The date of the newest list; of those of a day to come only where there are no others."""
        dates = [one.date for one in self.lists]
        return max((one for one in dates if one <= today + _TOMORROW), default=min(dates, default=None))

    def hits(self, subject: str, hosts: Sequence[str]) -> Iterator[tuple[BulkList, str]]:
        """The lists that a mail is on, and by what."""
        folded = fold(subject)
        for one in self.lists:
            found = next((text for text in (*one.subjects, *one.brands) if text in folded), "")
            found = found or next((name for name in one.domains for host in hosts if _below(host, name)), "")
            if found:
                yield one, found


def _below(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def parse_list(text: str) -> BulkList:
    """The list in a YAML text. Raises `InvalidList`."""
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidList(str(error)) from error
    if not isinstance(content, dict) or not set(content) <= _KEYS:
        raise InvalidList(N_("expected the keys {names}").format(names=", ".join(sorted(_KEYS))))
    day = content.get("date")
    if isinstance(day, datetime) or not isinstance(day, date):
        raise InvalidList(N_("a list must carry its date"))
    return BulkList(
        name=str(content.get("name", "")),
        source=str(content.get("source", "")),
        date=day,
        subjects=_texts(content, "subjects"),
        brands=_texts(content, "brands"),
        domains=_texts(content, "domains"),
    )


def _texts(content: dict[str, object], key: str) -> tuple[str, ...]:
    values = content.get(key) or []
    if not isinstance(values, list):
        raise InvalidList(N_("{name}: expected a list").format(name=key))
    folded = (fold(str(value)) for value in values)
    # A text of a letter or two would stand in every subject.
    return tuple(text for text in folded if len(text) >= _SHORTEST)
