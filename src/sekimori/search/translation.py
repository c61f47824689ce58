"""The same question in another system's words, with what is lost on the way.

A translation errs to the wide side: what the other system cannot ask is left out where leaving it out finds more, and
where it would find less, the whole part around it is. Other systems look for words, not for substrings; that loss is
in the nature of their indexes, and every translation says so.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sekimori.model.query import And, Between, Contains, Field, HasEncrypted, Not, Or, Query
from sekimori.search.errors import NothingToAsk
from sekimori.values.wording import N_

__all__ = ["LOST_IN", "PARTS_ANYWHERE", "QUOTE_LOST", "Said", "Translated", "Translation", "one_of", "phrase"]

PARTS_ANYWHERE = N_("the parts around * are looked for anywhere in the field, in any order")
QUOTE_LOST = N_("a quote inside a text is looked for as a blank, or as any sign")
LOST_IN = {
    Field.FROM: N_("Sender, Reply-To and Return-Path are not searched there: only From is"),
    Field.NAME: N_("a display name is looked for in the sender's address too"),
    Field.DOMAIN: N_(
        "names of relays in header lines are not indexed there, and longer names that hold this one are found too"
    ),
}
"""What these fields lose in every system."""


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a question in the other system's words. `is_wide`: it may find more than was asked for."""

    text: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Translated:
    """A question for another system: `text` is for its search box or its command line; `lost` says what is not as
    here, each a message in English that can be translated."""

    text: str
    lost: tuple[str, ...]


class Translation(ABC):
    """One system's query language. Subclasses sit in a module of their own below `sekimori.search.translations`.

    An instance translates one question: it collects what is lost.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    always_lost: ClassVar[tuple[str, ...]]
    negation: ClassVar[str] = "NOT "

    def __init__(self) -> None:
        self._lost: dict[str, None] = {}

    def translate(self, query: Query) -> Translated:
        """The question in the system's words. Raises `NothingToAsk` where nothing of it can be said."""
        said = self.said(query)
        if said is None:
            raise NothingToAsk(self.title, tuple(self._lost))
        return Translated(self.whole(said.text), (*self._lost, *self.always_lost))

    @abstractmethod
    def text(self, field: Field, part: str) -> Said | None:
        """One text in a field; None where the system has no word for it (say why with `lose`)."""

    @abstractmethod
    def between(self, query: Between) -> str:
        """A stretch of time; one end at least is there."""

    @abstractmethod
    def encrypted(self) -> Said | None:
        """That an attachment needs a password."""

    def whole(self, text: str) -> str:
        """What is handed over, made of the whole translated question."""
        return text

    def lose(self, what: str) -> None:
        """Note something that is lost."""
        self._lost[what] = None

    def said(self, query: Query) -> Said | None:
        """A part of the question; None where it cannot be said."""
        match query:
            case Contains(field=field, parts=parts):
                return self._contains(field, parts)
            case Between(after=None, before=None):
                return None
            case Between():
                return Said(self.between(query))
            case HasEncrypted():
                return self.encrypted()
            case And(parts=parts):
                return self._all(parts)
            case Or(parts=parts):
                return self._any(parts)
            case Not(part=part):
                return self._not(part)

    def _contains(self, field: Field, parts: tuple[str, ...]) -> Said | None:
        if len(parts) == 1:
            if phrase(parts[0]) == '""':
                self.lose(N_("quotes and invisible characters alone cannot be searched for there"))
                return None
            return self._one(field, parts[0])
        said = self._all([Contains(field, (part,)) for part in parts])
        if said is not None:
            self.lose(PARTS_ANYWHERE)
        return said and Said(said.text, is_wide=True)

    def _one(self, field: Field, part: str) -> Said | None:
        said = self.text(field, part)
        if said is not None:
            if '"' in part:
                self.lose(QUOTE_LOST)
            if field in LOST_IN:
                self.lose(LOST_IN[field])
        return said

    def _all(self, parts: Iterable[Query]) -> Said | None:
        each = [self.said(part) for part in parts]
        found = [one for one in each if one is not None]
        if not found:
            return None
        wide = len(found) < len(each) or any(one.is_wide for one in found)
        text = " AND ".join(one.text for one in found)
        return Said(text if len(found) == 1 else f"({text})", wide)

    def _any(self, parts: Iterable[Query]) -> Said | None:
        each = [self.said(part) for part in parts]
        found = [one for one in each if one is not None]
        if len(found) < len(each):
            return None
        return Said(one_of(one.text for one in found), any(one.is_wide for one in found))

    def _not(self, part: Query) -> Said | None:
        inner = self.said(part)
        if inner is None:
            return None
        if inner.is_wide:
            self.lose(N_("a NOT is left out, as what it excludes can only be said too widely"))
            return None
        return Said(f"{self.negation}{inner.text}")


def one_of(texts: Iterable[str]) -> str:
    """Alternatives, in parentheses."""
    found = list(dict.fromkeys(texts))
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def phrase(text: str) -> str:
    """A text in quotes. A quote inside, which no word index holds, becomes a blank; so does any control character."""
    plain = "".join(" " if char == '"' or not char.isprintable() else char for char in text)
    return f'"{" ".join(plain.split())}"'
