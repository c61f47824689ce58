"""From an English text that was kept to the message that it was made from, and to the words of a language.

A text such as `'a..b' is no domain: it has an empty label` was made from `{text} is no {what}: {reason}`. The values
`reason` and `what` were made from messages themselves; several reasons may stand in one text, with `; ` between them.
Such texts may hold what attackers wrote, so the search ends after a number of steps, with what was found until then.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sekimori.model.sentence import fill
from sekimori.values.wording import N_

__all__ = ["Message", "messages_of", "translated"]

_STEPS = 300
_DEPTH = 4
_LETTERS = 4
_BETWEEN = N_("; ")
_NESTED = frozenset(("reason", "what"))
_DIGITS = frozenset(("count", "line"))
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message with values in it: its parts (text, name, text, name, …, text), and how many letters are its own."""

    text: str
    parts: tuple[str, ...]
    letters: int

    def values_in(self, text: str) -> dict[str, str] | None:
        """The values with which the message becomes `text`, or None.

        Each value is as short as can be, the last goes on to the end; `count` and `line` are digits. Takes time linear
        in the text.
        """
        parts = self.parts
        if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
            return None
        values: dict[str, str] = {}
        at, last = len(parts[0]), len(text) - len(parts[-1])
        for index in range(1, len(parts), 2):
            name, after = parts[index], parts[index + 1]
            end = last if index == len(parts) - 2 else text.find(after, at + 1, last)
            value = text[at : max(end, at)]
            if not value or values.setdefault(name, value) != value:
                return None
            if name in _DIGITS and not value.replace(",", "").isdecimal():
                return None
            at = end + len(after)
        return values


def messages_of(ids: Iterable[str]) -> list[Message]:
    """The messages that have values in them, those with the most text of their own first."""
    found = [
        Message(text=id_, parts=tuple(_PLACEHOLDER.split(id_)), letters=len(re.sub(r"\{\w+\}|\W", "", id_)))
        for id_ in ids
        if _PLACEHOLDER.search(id_)
    ]
    return sorted(found, key=lambda one: (one.letters, one.text), reverse=True)


def translated(text: str, gettext: Callable[[str], str], messages: Sequence[Message]) -> str:
    """The text in the language of `gettext`, as far as it was made from messages; itself where it was not."""
    return _Search(gettext, messages).known(text, _DEPTH)[0]


_Found = tuple[str, bool]
"""A text as far as it could be translated, and whether that is all of it."""


class _Search:
    def __init__(self, gettext: Callable[[str], str], messages: Sequence[Message]) -> None:
        self._gettext, self._messages = gettext, messages
        self._steps = _STEPS

    def known(self, text: str, depth: int) -> _Found:
        """One reason or several."""
        several = self._several(text.split(_BETWEEN), depth) if depth and _BETWEEN in text else (text, False)
        if several[1]:
            return several
        single = self._single(text, depth)
        return several if single == (text, False) else single

    def _several(self, parts: list[str], depth: int) -> _Found:
        """Reasons that stand in one text; one may have the sign between them within."""
        found: list[_Found] = []
        at = 0
        while at < len(parts):
            taken, one = 1, self._single(parts[at], depth)
            while not one[1] and taken < 3 and at + taken < len(parts):
                taken += 1
                one = self._single(_BETWEEN.join(parts[at : at + taken]), depth)
            if not one[1]:
                taken, one = 1, self._single(parts[at], depth)
            found.append(one)
            at += taken
        if [said for said, _ in found] == parts:
            return _BETWEEN.join(parts), False
        return self._gettext(_BETWEEN).join(said for said, _ in found), all(known for _, known in found)

    def _single(self, text: str, depth: int) -> _Found:
        """A text that was made from one message; one with hardly any text of its own must be known all through."""
        exact = self._gettext(text)
        if exact != text:
            return exact, True
        found = text, False
        if not depth or self._steps <= 0:
            return found
        self._steps -= 1
        for message in self._messages:
            values = message.values_in(text)
            if values is None:
                continue
            nested = {name: self.known(values[name], depth - 1) for name in values.keys() & _NESTED}
            said = fill(self._gettext(message.text), values | {name: value for name, (value, _) in nested.items()})
            telling = message.letters >= _LETTERS
            if all(known for _, known in nested.values()) and (nested or telling):
                return said, True
            if telling and found[0] == text:
                found = said, False
        return found
