"""Sent to nobody in particular."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Undisclosed"]


class Undisclosed(Rule):
    """No recipient in To and Cc, the sender itself, or very many."""

    name = "spread.undisclosed"
    title = Bilingual("宛先が示されていない", "Sent to nobody in particular")
    why = Bilingual("宛先を隠した一斉送信の形。", "The form of a mass mailing.")
    reference = "RFC 5322 3.6.3"
    facet = Facet.SPREAD
    weights = points(bulk=10)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """To and Cc are empty or name the sender alone; or more than thirty."""
        named = facts.addresses("to", "cc")
        if not named or named == [facts.sender_address] or len(named) > 30:
            ja, en = f"To と Cc のアドレスは {len(named)}", f"To and Cc name {len(named)} addresses"
            yield self.found(facts.header("to"), ja=ja, en=en)
