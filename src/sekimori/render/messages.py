"""What people read, in Japanese and English.

The code holds the English text, which is the message id; `locale/ja/LC_MESSAGES/sekimori.po` holds the Japanese,
read when it is first needed. Messages are marked in three ways, all of which the house test extracts
(it fails while one lacks its Japanese, or the catalogue holds one that nothing uses):

- `words.gettext("Subject")`, `words.ngettext("{count} mail", "{count} mails", n)`: translated where it stands;
  `{{ _("Subject") }}` in a template.
- `N_("Take {host} off the network.")`: marked only. For constants and for a `Sentence`, which is translated when it
  is rendered.
- `N_("{count} bytes after the last record").format(count=n)`: a reason that is kept as English text (in the store, in
  an answer, in an error). `Translator.reason` finds the message that such a text was made from and translates it with
  its values. A value called `reason` or `what` is made from a message too and translated in turn. Several reasons
  may stand in one text, with `; ` between them.

Values stand in braces by name, never by position or with a format (`{count}`, not `{}` or `{count:,}`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

from sekimori.model.sentence import Sentence, fill
from sekimori.render.catalogue import Catalogue
from sekimori.render.reasons import Message, messages_of, translated
from sekimori.values.wording import N_

__all__ = ["LANGUAGES", "N_", "Phrase", "Translator", "UnknownLanguage", "default_language", "translator"]

LANGUAGES = ("ja", "en")
"""The languages that everything is said in."""


class UnknownLanguage(ValueError):
    """A language that the program does not speak."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self.lang = lang

    def __str__(self) -> str:
        return f"{self.lang!r} is none of the languages {', '.join(LANGUAGES)}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A translated sentence with the values in it kept apart, so that a rendering can set them off or escape them."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Translator:
    """Says things in one language, with times in one zone."""

    lang: str
    zone: ZoneInfo
    catalogue: Catalogue

    @property
    def space(self) -> str:
        """What stands between two sentences."""
        return "" if self.lang == "ja" else " "

    def gettext(self, message: str) -> str:
        """The message in this language; itself where the catalogue lacks it."""
        return self.catalogue.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The form for that many. The number itself is a value to be filled in."""
        return self.catalogue.ngettext(one, many, count)

    def reason(self, text: str) -> str:
        """An English text that was made from a marked message, in this language; itself where none fits."""
        return translated(text, self.gettext, self._messages)

    def phrase(self, sentence: Sentence) -> Phrase:
        """A sentence of the report in this language, its times and numbers written as this language has them."""
        return Phrase(self.gettext(sentence.message), {name: self.value(part) for name, part in sentence.values})

    def value(self, value: str | int | datetime) -> str:
        """A value inside a sentence."""
        if isinstance(value, datetime):
            return self.when(value)
        return value if isinstance(value, str) else self.number(value)

    def number(self, number: int) -> str:
        """`12,345`."""
        return f"{number:,}"  # in both languages

    def when(self, time: datetime | None, *, seconds: bool = False) -> str:
        """`2026-10-03 09:12` in the zone; a dash where there is no time."""
        if time is None:
            return "–"
        try:
            local = time.astimezone(self.zone)
        except OverflowError:  # a forged date at the calendar's end
            return time.isoformat(" ", "seconds")
        return local.replace(tzinfo=None).isoformat(" ", "seconds" if seconds else "minutes")

    def span(self, first: datetime | None, last: datetime | None) -> str:
        """`2026-10-03 09:12 – 10:40`: from first to last, the day not said twice."""
        start, end = self.when(first), self.when(last)
        if start == end:
            return start
        same_day = first is not None and last is not None and start[:10] == end[:10]
        return f"{start} – {end[11:] if same_day else end}"

    def zone_name(self, time: datetime) -> str:
        """`JST, UTC+09:00` at that time."""
        local = time.astimezone(self.zone)
        offset = local.strftime("%z")
        return f"{local.tzname()}, UTC{offset[:3]}:{offset[3:5]}"

    def listed(self, values: Iterable[str], most: int = 5) -> str:
        """`a, b, c and 4 more`."""
        every = list(values)
        joined = self.gettext(", ").join(every[:most])
        if len(every) <= most:
            return joined
        return fill(self.gettext("{names} and {count} more"), {"names": joined, "count": str(len(every) - most)})

    @cached_property
    def _messages(self) -> list[Message]:
        return messages_of(self.catalogue.plain)


@cache
def translator(lang: str, zone: str = "UTC") -> Translator:
    """The translator to `lang` ("ja" or "en") with times in `zone` (an IANA name).

    Raises `UnknownLanguage`, or `zoneinfo.ZoneInfoNotFoundError`.
    """
    if lang not in LANGUAGES:
        raise UnknownLanguage(lang)
    return Translator(lang=lang, zone=ZoneInfo(zone), catalogue=_catalogue(lang))


def default_language(environ: Mapping[str, str]) -> str:
    """The language of the user's locale: Japanese for `ja…`, else English.

    The first of LC_ALL, LC_MESSAGES and LANG that is not empty decides (POSIX, section 8.2). The names that Windows
    has for locales ("Japanese_Japan") are understood too.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "ja" if re.match(r"ja(?![a-z])|japanese", value, re.IGNORECASE) else "en"
    return "en"


@cache
def _catalogue(lang: str) -> Catalogue:
    if lang == "en":  # the messages themselves
        return Catalogue()
    path = files(__package__) / "locale" / lang / "LC_MESSAGES" / "sekimori.po"
    return Catalogue.read(path.read_text(encoding="utf-8").splitlines())
