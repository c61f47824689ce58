"""A known correspondent's or partner's address on a mail that failed authentication."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.domains import known_parties
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["KnownOutside"]


class KnownOutside(Rule):
    """The address of somebody known, forged."""

    name = "sender.known_outside"
    title = Bilingual("知っている相手のアドレスを詐称", "A known address, forged")
    why = Bilingual(
        "以前からの相手や取引先のアドレスで、そのドメインの認証に失敗したメールは、差出人を騙っている疑いがある。",
        "The address of a correspondent or partner on mail that its domain does not vouch for is likely forged.",
    )
    reference = "RFC 7489 (DMARC); MITRE ATT&CK T1656"
    facet = Facet.SENDER
    weights = points(targeted=25, bec=25)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """SPF or DMARC failed for a known address or party that is not one's own; lists do not count."""
        results = facts.authentication
        failed = "fail" in {results.get("dmarc"), results.get("spf")} and results.get("dkim") != "pass"
        if not failed or facts.is_authenticated or facts.is_from_own or facts.mail.first("list-id"):
            return
        if facts.is_known or facts.sender_party in known_parties(facts):
            said = ", ".join(f"{method}={result}" for method, result in sorted(results.items()))
            ja = f"知っている相手 {facts.sender_address} だが、認証の結果は {said}"
            en = f"{facts.sender_address} is known, yet authentication says {said}"
            yield self.found(facts.authentication_where, ja=ja, en=en)
