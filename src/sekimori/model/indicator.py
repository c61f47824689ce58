"""Indicators: pattern, meaning, validity, confidence, source and marking (防具, the armour).

The fields follow the Indicator object of STIX 2.1 (section 4.7); markings are TLP 2.0 (first.org/tlp).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sekimori.model.place import Place
from sekimori.values.types import ObservableType

__all__ = ["Indicator", "Marking", "MatchMode", "RefusedRow"]


class MatchMode(StrEnum):
    """How a pattern agrees with a value. All compare normal forms (`sekimori.values`)."""

    EQUAL = "equal"
    BELOW = "domain_and_below"  # the name itself and every name under it, by whole labels
    CONTAINS = "contains"
    CIDR = "cidr"
    URL_PREFIX = "url_prefix"  # same host and port, path and query begin with it
    REGEX = "regex"  # RE2 syntax: linear time


class Marking(StrEnum):
    """Traffic Light Protocol 2.0."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One pattern to look for.

    `pattern` is a normal form of `type` (for `CIDR` a network, for `REGEX` an expression, for `CONTAINS` a folded
    text). `confidence` is 0 to 100. `origin` says where it was taken from ("feed.csv, line 12"); `place` is that
    place when it was found in evidence. The validity is kept and shown; hunts in old evidence ignore it, as an
    expired indicator still tells of its time.
    """

    type: ObservableType
    mode: MatchMode
    pattern: str
    description: str = ""
    confidence: int = 50
    source: str = ""
    origin: str = ""
    place: Place | None = None
    marking: Marking = Marking.AMBER
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    labels: tuple[str, ...] = field(default=())

    identity: str = field(init=False, compare=False)
    """Stable identity of what is looked for: the same pattern from two sources is one indicator."""

    def __post_init__(self) -> None:
        text = f"{self.type.value}\0{self.mode.value}\0{self.pattern}"
        identity = "i-" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        object.__setattr__(self, "identity", identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row or object of an indicator file that was not taken, or not wholly, with its place and the reason."""

    origin: str
    text: str
    reason: str
