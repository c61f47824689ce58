"""What was extracted from a mail or report, with a proposal of what to do with it. The human decides."""

from dataclasses import dataclass
from enum import StrEnum

from sekimori.model.indicator import Indicator

__all__ = ["Extracted", "Proposal"]


class Proposal(StrEnum):
    """What is proposed for an extracted indicator. Only `HUNT` is hunted unless somebody decides otherwise."""

    HUNT = "hunt"
    OWN = "own"  # the organisation's own domain, network, person
    WELL_KNOWN = "well_known"  # shared by too many to tell anything: free mail, a partner, a public suffix
    WEAK = "weak"  # true of this mail, but also of innocent ones: a display name alone, a relay's address


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One extracted indicator, the proposal, and why."""

    indicator: Indicator
    proposal: Proposal
    reason: str
