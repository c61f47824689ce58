"""No method of authentication passed, though none failed."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Unauthenticated"]


class Unauthenticated(Rule):
    """SPF, DKIM and DMARC: none passed."""

    name = "sender.unauthenticated"
    title = Bilingual("送信ドメインが認証されていない", "The domain is not authenticated")
    why = Bilingual(
        "今の組織のメールはたいてい SPF か DKIM に通る。何も通らないメールの差出人は、だれも裏付けない。",
        "Mail of organisations today mostly passes SPF or DKIM; where nothing passes, nobody vouches for the sender.",
    )
    reference = "RFC 8601; RFC 7208; RFC 6376; RFC 7489"
    facet = Facet.SENDER
    weights = points(targeted=6, bulk=3, bec=5)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """The server recorded results, none of them a pass; failures have a rule of their own."""
        results = {method: result for method, result in facts.authentication.items() if method != "arc"}
        if not results or "pass" in results.values() or set(results.values()) & {"fail", "softfail", "permerror"}:
            return
        text = ", ".join(f"{method}={result}" for method, result in sorted(results.items()))
        ja = f"受信サーバの記録: {text}"
        yield self.found(facts.authentication_where, ja=ja, en=f"recorded by the server: {text}")
