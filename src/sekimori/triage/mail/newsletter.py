"""It offers to be unsubscribed from."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points
from sekimori.triage.words import words_in

__all__ = ["Newsletter"]


class Newsletter(Rule):
    """A way to unsubscribe."""

    name = "spread.newsletter"
    title = Bilingual("配信停止の案内", "A way to unsubscribe")
    why = Bilingual(
        "配信の停止を案内するのは、多数に送るメールの形。", "Mail that is sent to many tells how to stop it."
    )
    reference = "RFC 2369; RFC 8058"
    facet = Facet.SPREAD
    weights = points(targeted=-20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Words of unsubscribing."""
        if words := words_in("lures", "newsletter", facts.folded):
            shown = "、".join(words[:4])
            ja, en = f"配信停止の語: {shown}", f"words of unsubscribing: {shown}"
            yield self.found(facts.where_says(words[0]), ja=ja, en=en)
