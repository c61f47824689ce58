"""What a rule is: a condition on a mail, why it matters, its reference, and what it weighs.

class DoubleExtension(Rule):
    name = "file.double_extension"
    ...
    def check(self, facts):
        for file in facts.files:
            if looks_double(file.name):
                yield self.found(facts.where_of(file), ja=f"…", en=f"…")
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import ClassVar

from sekimori.model.place import Place
from sekimori.model.triage import Bilingual, Facet, Verdict
from sekimori.triage.facts import MailFacts, Where

__all__ = ["BULK_LIST", "IPA", "Found", "Rule", "cut", "points"]

IPA = "IPA テクニカルウォッチ「標的型攻撃メールの例と見分け方」(2015)"
"""The checklist that many rules name: https://www.ipa.go.jp/archive/security/technicalwatch/20150109.html."""

BULK_LIST = "https://www.jc3.or.jp/threats/topics/ ; https://www.antiphishing.jp/news/alert/"
"""Where lists of bulk mails are published."""

_SHOWN = 120
_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's condition met: where, said in both languages; `weights` where they are not the rule's own."""

    where: str
    place: Place
    text: Bilingual
    weights: Mapping[Verdict, int] | None = None


class Rule(ABC):
    """One rule. `weights` are points for each verdict, negative where it speaks against."""

    name: ClassVar[str]
    title: ClassVar[Bilingual]
    why: ClassVar[Bilingual]
    reference: ClassVar[str]
    facet: ClassVar[Facet]
    weights: ClassVar[Mapping[Verdict, int]]

    @abstractmethod
    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The reasons that this mail gives; none where the condition is not met. Never raises on any mail."""

    @property
    def identity(self) -> object:
        """What tells it from other rules: its class, of which there is no second kind."""
        return type(self)

    def findings(self, facts: MailFacts) -> tuple[Found, ...]:
        """What `check` finds, the first of very many; worked out once, however many other rules ask."""
        return facts.once(self.identity, lambda: tuple(islice(self.check(facts), _FINDINGS)))

    def found(self, where: Where, *, ja: str, en: str, weights: Mapping[Verdict, int] | None = None) -> Found:
        """A reason at a place."""
        return Found(where.name, where.place, Bilingual(ja, en), weights)


def cut(text: str) -> str:
    """A value of the mail, short enough to stand in a reason."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def points(*, targeted: int = 0, bulk: int = 0, bec: int = 0) -> Mapping[Verdict, int]:
    """What a rule weighs for each verdict; none where it says nothing of it."""
    given = {Verdict.TARGETED: targeted, Verdict.BULK: bulk, Verdict.BEC: bec}
    return MappingProxyType({verdict: weight for verdict, weight in given.items() if weight})
