"""From claims an own address, and the mail came from outside without proof."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["OwnOutside"]


class OwnOutside(Rule):
    """An own address on a mail that failed authentication."""

    name = "sender.own_outside"
    title = Bilingual("自組織のアドレスを詐称", "One's own address, forged")
    why = Bilingual(
        "自組織のドメインからのメールは、自組織の SPF・DKIM・DMARC に通る。",
        "Mail from one's own domain passes one's own SPF, DKIM and DMARC.",
    )
    reference = "RFC 7489 (DMARC); MITRE ATT&CK T1656"
    facet = Facet.SENDER
    weights = points(targeted=40, bulk=10, bec=40)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """From is of the organisation; SPF or DMARC failed."""
        results = facts.authentication
        if facts.is_from_own and "fail" in {results.get("dmarc"), results.get("spf")} and not facts.is_authenticated:
            failed = ", ".join(f"{method}={result}" for method, result in sorted(results.items()))
            ja = f"差出人 {facts.sender_address} は自組織だが、認証の結果は {failed}"
            en = f"the sender {facts.sender_address} is one's own, yet authentication says {failed}"
            yield self.found(facts.authentication_where, ja=ja, en=en)
