"""An address that wrote before, in the same way, and authenticated: speaks against forgery."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["KnownSender"]

from sekimori.triage.mail.abused_account import changed
from sekimori.triage.mail.never_sent import carries_never_sent


class KnownSender(Rule):
    """A correspondent as before."""

    name = "sender.known_sender"
    title = Bilingual("以前と同じ相手", "A correspondent as before")
    why = Bilingual(
        "以前から同じ経路とソフトで書いている相手なら、詐称の疑いは薄れる。",
        "Somebody who wrote before by the same way and client is less likely to be forged.",
    )
    reference = "sekimori docs: triage"
    facet = Facet.SENDER
    weights = points(targeted=-50, bulk=-40, bec=-40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """Earlier mails of the address are stored, nothing of its way changed, authentication did not fail.

        It clears no file that no business sends.
        """
        failed = not facts.is_authenticated and "fail" in facts.authentication.values()
        if facts.is_known and not failed and not list(changed(facts)) and not carries_never_sent(facts):
            count = len(facts.history.by_address)
            ja = f"{facts.sender_address} からの以前のメールが {count} 通あり、様子は同じ"
            en = f"{count} earlier mails of {facts.sender_address} look the same"
            weights = self.weights if facts.is_authenticated else points(targeted=-45, bulk=-10, bec=-35)
            yield self.found(facts.header("from"), ja=ja, en=en, weights=weights)
