"""Sentences for people, whose words are told apart from the values in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sekimori.values import times

__all__ = ["Sentence", "fill", "sentence"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `{name}` replaced by its value; a name without a value stays as it is, so nothing raises."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence for people: the English text, which is the key of its translations, and the values in it."""

    message: str
    values: tuple[tuple[str, str | int | datetime], ...] = ()

    @property
    def text(self) -> str:
        """The sentence in English, times in UTC."""
        return fill(self.message, {name: _plain(value) for name, value in self.values})


def sentence(message: str, **values: str | int | datetime) -> Sentence:
    """A `Sentence`: `sentence(N_("Take {host} off the network."), host="PC-014")`."""
    return Sentence(message=message, values=tuple(values.items()))


def _plain(value: str | int | datetime) -> str:
    return (
        times.written(value) if isinstance(value, datetime) else str(value).encode("utf-8", "backslashreplace").decode()
    )
