"""What the readers of name and address servers' logs share: times that repeat, names as servers end them with a dot."""

from collections.abc import Callable
from datetime import datetime

from sekimori.model.report import N_
from sekimori.readers.network.text_rows import mostly
from sekimori.readers.protocol import Head, ReadingContext
from sekimori.values.errors import InvalidValue
from sekimori.values.times import parse

__all__ = ["ADDRESS", "NO_LINE", "NO_TIME", "Times", "is_log", "plain_name"]

NO_LINE = N_("not a line of this log")
NO_TIME = N_("the time of the line cannot be read")
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6 = r"(?=[0-9A-Fa-f:]*::|(?:[0-9A-Fa-f]{1,4}:){6}(?:[0-9A-Fa-f]{1,4}:|\d{1,3}\.))[0-9A-Fa-f:]{2,39}"
ADDRESS = rf"(?:{_IPV4}|{_IPV6}(?:{_IPV4})?(?:%[\w.-]{{1,32}})?)"
"""An address in a line: a pattern, without groups; a hardware address is none."""
_MOST_TIMES = 10_000


class Times:
    """The times of a log; one that repeats is read once."""

    def __init__(self, context: ReadingContext, *, day_first: bool = False) -> None:
        self._context = context
        self._day_first = day_first
        self._known: dict[str, datetime | None] = {}

    def at(self, text: str) -> datetime | None:
        """The time in UTC; None for what is none."""
        if text not in self._known:
            if len(self._known) >= _MOST_TIMES:
                self._known.clear()
            self._known[text] = self._parsed(text)
        return self._known[text]

    def _parsed(self, text: str) -> datetime | None:
        context = self._context
        try:
            return parse(text, context.zone, year_from=context.arrived, day_first=self._day_first)
        except InvalidValue:
            return None


def is_log(head: Head, belongs: Callable[[str], bool], tells: Callable[[str], bool]) -> bool:
    """Whether most of the first lines belong to a log, and one at least tells of what is sought in it."""
    return mostly(head, belongs) and mostly(head, tells, share=0.0)


def plain_name(name: str) -> str:
    """A name without the dot that ends it; the root stays a dot."""
    return name.rstrip(".") or "."
