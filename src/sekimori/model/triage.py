"""The judgement on a suspicious mail: a verdict, how sure, every reason with its place, what could not be asked.

verdict      targeted espionage suspected, confidence 85
reason       sender.signature_mismatch  header From, bytes 310 to 352
             差出人のドメイン … と署名のドメイン … が違う / the sender's domain … is not that of the signature …
not asked    whether it is on a bulk list: no list is loaded
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sekimori.model.place import Place

__all__ = [
    "CAPS",
    "FACETS_NEEDED",
    "THRESHOLDS",
    "Bilingual",
    "Facet",
    "Overruling",
    "Reason",
    "SenderVerdict",
    "Triage",
    "Unasked",
    "Verdict",
]


class Verdict(StrEnum):
    """What a mail is judged to be."""

    TARGETED = "targeted"
    BULK = "bulk"
    BEC = "bec"
    NONE = "none"
    UNKNOWN = "unknown"


class SenderVerdict(StrEnum):
    """What became of the name of a real person in From."""

    FORGED = "forged"  # 詐称: the name, without the person's address or its authentication
    ABUSED = "abused"  # 不正利用: the person's own account, used from elsewhere
    UNCLEAR = "unclear"


class Facet(StrEnum):
    """The side of a mail that a reason looks at. Points add up within a facet only up to its cap."""

    SENDER = "sender"
    THEME = "theme"
    BODY = "body"
    FILE = "file"  # attachments and links: what it wants to be opened
    SPREAD = "spread"  # how many got it, who


CAPS: Mapping[Facet, int] = {Facet.SENDER: 60, Facet.THEME: 45, Facet.BODY: 30, Facet.FILE: 45, Facet.SPREAD: 50}
"""The most points that one facet gives to one verdict."""

THRESHOLDS: Mapping[Verdict, int] = {Verdict.TARGETED: 60, Verdict.BULK: 50, Verdict.BEC: 60}
"""So many points make a verdict."""

FACETS_NEEDED: Mapping[Verdict, tuple[Mapping[Facet, int], ...]] = {
    Verdict.TARGETED: ({Facet.SENDER: 20, Facet.THEME: 1}, {Facet.SENDER: 1, Facet.FILE: 30}),
    Verdict.BULK: ({},),
    Verdict.BEC: ({Facet.SENDER: 1, Facet.THEME: 1},),
}
"""Besides its threshold, a verdict needs one of these: so many points of each facet named, whatever the others give.

Targeted is a doubtful sender with a theme, or a file that no business sends from a sender whom nothing clears.
"""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in both languages of the program; a rule carries its own, so that it is one file."""

    ja: str
    en: str

    def said(self, lang: str) -> str:
        """The text in a language: Japanese for `ja`, else English."""
        return self.ja if lang == "ja" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule's reason. `where` names the header field or part; `place` is its bytes in the mail.

    `points` are those it adds to (or takes from) each verdict; a rule counts once, its further reasons carry none.
    """

    rule: str
    facet: Facet
    title: Bilingual
    text: Bilingual
    why: Bilingual
    reference: str
    where: str
    place: Place
    points: Mapping[Verdict, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unasked:
    """A question that could not be asked of this mail, and why not."""

    question: Bilingual
    why: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruling:
    """A person's own verdict in place of the program's."""

    verdict: Verdict
    why: str
    by: str
    at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The judgement. `points` has each verdict's sum after the caps; `sender` is None where no real person is named.

    `border` says what the verdict hung on, where its points alone do not: which condition of a near verdict is
    missing, or why "no finding" would say too much.
    """

    verdict: Verdict
    confidence: int
    points: Mapping[Verdict, int]
    reasons: tuple[Reason, ...] = ()
    unasked: tuple[Unasked, ...] = ()
    sender: SenderVerdict | None = None
    border: Bilingual | None = None
    overruled: Overruling | None = None

    @property
    def final(self) -> Verdict:
        """The verdict that counts: a person's, where there is one."""
        return self.overruled.verdict if self.overruled else self.verdict
