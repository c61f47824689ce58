"""SPF, DKIM, DMARC or ARC failed, as the receiving server recorded."""

from collections.abc import Iterator

from sekimori.model.triage import Bilingual, Facet
from sekimori.triage.facts import MailFacts
from sekimori.triage.rule import Found, Rule, points

__all__ = ["Authentication"]


class Authentication(Rule):
    """Recorded failures of authentication."""

    name = "sender.authentication"
    title = Bilingual("送信ドメイン認証の失敗", "Authentication failed")
    why = Bilingual(
        "差出人のドメインの持ち主が、この経路からの送信を認めていない。転送でも起きるので、それだけでは決まらない。",
        "The sender's domain did not allow this way. Forwarding breaks it too, so it decides nothing alone.",
    )
    reference = "RFC 8601; RFC 7208; RFC 6376; RFC 7489; RFC 8617"
    facet = Facet.SENDER
    weights = points(targeted=20, bulk=10, bec=20)

    def check(self, facts: MailFacts) -> Iterator[Found]:
        """A method failed, and neither DMARC nor an aligned DKIM signature passed."""
        if facts.is_authenticated:
            return
        bad = [f"{method}={result}" for method, result in sorted(facts.authentication.items()) if result in _BAD]
        if bad:
            weights = self.weights if any(one in _STRONG for one in bad) else points(targeted=10, bulk=5, bec=10)
            text = ", ".join(bad)
            ja = f"受信サーバの記録: {text}"
            yield self.found(facts.authentication_where, ja=ja, en=f"recorded by the server: {text}", weights=weights)


_BAD = frozenset({"fail", "softfail", "permerror"})
_STRONG = frozenset({"dmarc=fail", "spf=fail"})
