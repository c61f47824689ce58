"""The lists of words that rules look up: `data/NAME.yaml`, groups of words in both languages, with a date.

Words are looked up in folded text. A word in Latin letters stands between word borders, any other anywhere.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from sekimori.values.text import fold

__all__ = ["date_of", "first_word", "group", "listed", "words_in"]


@cache
def _content(name: str) -> Mapping[str, object]:
    text = resources.files("sekimori.triage.data").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, object] = yaml.safe_load(text)
    return content


def date_of(name: str) -> str:
    """The day a list was last looked through, ISO 8601."""
    return str(_content(name)["date"])


@cache
def group(name: str, key: str) -> tuple[str, ...]:
    """The words of one group, as written."""
    values = _content(name)[key]
    assert isinstance(values, list)
    return tuple(str(value) for value in values)


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """The words of one group for looking up whole values."""
    return frozenset(group(name, key))


@cache
def _pattern(name: str, key: str) -> re.Pattern[str]:
    folded = sorted({fold(word) for word in group(name, key)}, key=len, reverse=True)
    return re.compile(
        "|".join(rf"(?<![a-z0-9]){re.escape(w)}(?![a-z0-9])" if w.isascii() else re.escape(w) for w in folded)
    )


def first_word(name: str, key: str, folded: str) -> str:
    """The first word of a group that stands in a folded text; empty where none does."""
    found = _pattern(name, key).search(folded)
    return found[0] if found else ""


def words_in(name: str, key: str, folded: str) -> list[str]:
    """Every distinct word of a group that stands in a folded text, in order."""
    return list(dict.fromkeys(_pattern(name, key).findall(folded)))
