"""A notice of payment or delivery (IPA checklist A 5)."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import IPA, Found, Rule, points

__all__ = ["PaymentDelivery"]

from sekimori.triage.words import words_in


class PaymentDelivery(Rule):
    """Bookings, parcels, invoices, points."""

    name = "theme.payment_delivery"
    title = Bilingual("決済・配送の通知", "A notice of payment or delivery")
    why = Bilingual(
        "航空券の予約や荷物の配達などの身に覚えのない通知は、主にばらまき型で使われるが、標的型にもある。",
        "Notices of bookings or parcels that one did not order are mostly used by bulk mail, seldom by targeted.",
    )
    reference = f"{IPA} ア⑤"
    facet = Facet.THEME
    weights = points(bulk=15, targeted=8)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of such notices; more points for more of them."""
        words = [
            word for key in ("payment_delivery", "travel") for word in words_in("lures", key, facts.folded[:30_000])
        ]
        if words and (facts.links or facts.files):
            shown, weight = "、".join(words[:4]), 15 if len(words) > 1 else 8
            text = {"ja": f"決済・配送の語: {shown}", "en": f"words of payment or delivery: {shown}"}
            weights = points(bulk=weight, targeted=_targeted(facts))
            yield self.found(facts.where_says(words[0]), **text, weights=weights)


def _targeted(facts: MailFacts) -> int:
    """A file about a journey or a delivery; a link about them is bulk mail's way."""
    if not any(file.name for file in facts.files):
        return 0
    return 8 if any(words_in("lures", key, facts.folded[:30_000]) for key in ("travel", "delivery")) else 0
