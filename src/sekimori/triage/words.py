"""The lists of words that rules look up: `data/NAME.yaml`, groups of words in both languages, with a date.

Words are looked up in folded text. A word in Latin letters stands between word borders, any other anywhere, but for
two groups that a list may have: `not_after` (characters after which no word begins that begins with this one: 日中
does not stand in 本日中) and `not_within` (what is no word of the list, though it holds one: 中国地方).
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from sekimori.values.text import fold

__all__ = ["group", "listed", "words_in"]


@cache
def _content(name: str) -> Mapping[str, object]:
    text = resources.files("sekimori.triage.data").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, object] = yaml.safe_load(text)
    return content


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
def _words(name: str, key: str) -> tuple[tuple[str, str], ...]:
    """The words of a group, folded, the longest first, each with its pattern."""
    folded = sorted({fold(word) for word in group(name, key)}, key=len, reverse=True)
    before = _content(name).get("not_after") or {}
    assert isinstance(before, dict)
    forbidden = {fold(first): fold(others) for first, others in before.items()}
    return tuple((word, _around(word, forbidden.get(word[:1], "")).format(re.escape(word))) for word in folded)


def _around(word: str, forbidden: str) -> str:
    if word.isascii():
        return r"(?<![a-z0-9]){}(?![a-z0-9])"
    return f"(?<![{re.escape(forbidden)}]){{}}" if forbidden else "{}"


@cache
def _holders(name: str) -> tuple[tuple[str, str], ...]:
    """What only holds words of a list."""
    folded = map(fold, group(name, "not_within") if "not_within" in _content(name) else ())
    return tuple((word, re.escape(word)) for word in sorted(folded, key=len, reverse=True))


def _pattern(name: str, key: str, folded: str) -> re.Pattern[str] | None:
    """A pattern of the words that may stand in a text: an alternation of all of them takes a hundred times as long.

    The first group of the pattern is a word; what only holds one is consumed outside of it.
    """
    there = [pattern for word, pattern in _words(name, key) if word in folded]
    if not there:
        return None
    holders = [pattern for word, pattern in _holders(name) if word in folded]
    return re.compile("|".join([*holders, f"({'|'.join(there)})"]))


def words_in(name: str, key: str, folded: str) -> list[str]:
    """Every distinct word of a group that stands in a folded text, in order; of words in one another the longest."""
    pattern = _pattern(name, key, folded)
    return list(dict.fromkeys(filter(None, pattern.findall(folded)))) if pattern else []
