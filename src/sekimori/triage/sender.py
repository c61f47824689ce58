"""What became of a real person's name in From: forged (詐称), abused account (不正利用), or unclear.

The rules say what they saw; this only tells which of the two stories their reasons tell.
"""

from collections.abc import Collection

from sekimori.model.triage import SenderVerdict
from sekimori.triage.facts import MailFacts

__all__ = ["sender_verdict"]

_FORGED = frozenset(
    {
        "sender.known_name",
        "sender.lookalike",
        "sender.homoglyph",
        "sender.own_outside",
        "sender.public_body",
        "sender.signature_mismatch",
        "sender.organisation_free_mail",
        "sender.official_lookalike",
        "sender.partner_name",
        "sender.known_outside",
    }
)
_ABUSED = "sender.abused_account"


def sender_verdict(facts: MailFacts, met: Collection[str]) -> SenderVerdict | None:
    """The verdict on the sender, from the names of the rules that were met; None where no known person is named.

    An abused account is the same address, authenticated or at least known, used with another client, by another way
    or in another time zone. A failed DMARC check makes the same address a forged one.
    """
    named = facts.person_named is not None or facts.is_known or bool(facts.history.by_name)
    failed = facts.authentication.get("dmarc") == "fail" or facts.authentication.get("spf") == "fail"
    if _ABUSED in met and not failed:
        return SenderVerdict.ABUSED
    if _FORGED & set(met) or (named and failed):
        return SenderVerdict.FORGED
    return SenderVerdict.UNCLEAR if named else None
